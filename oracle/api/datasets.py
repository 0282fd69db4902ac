"""`/v1/datasets`, and what `dataset=NAME` names beside the latest: versions still kept, and what was frozen."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field, TypeAdapter

from oracle.api import models
from oracle.api.problem import ProblemError
from oracle.api.route import Call, Parameters, Reply, route
from oracle.errors import HomeError, OracleError, QuestionError
from oracle.freezing.versions import LATEST, frozen_ones, kept, path_of

if TYPE_CHECKING:
    from oracle.api.version import Opened

# So many are open beside the latest one; each may take one part in so many of the latest one's memory.
MOST, PART = 2, 8


class OfDataset(Parameters):
    """Out of which dataset."""

    dataset: str = Field(
        LATEST,
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="dataset that answers: latest, a version that is still kept, or what was frozen; see /v1/datasets",
    )


class Others:
    """Datasets other than the latest, opened when they are first asked; the one not asked for longest gives way."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._opened = folder, OrderedDict[str, "Opened"]()
        self._opening = asyncio.Lock()

    async def ready(self, name: str, latest: "Opened | None") -> None:
        """Open the dataset called so, if it is not: `held` has it until the caller waits again. 404 if none is."""
        async with self._opening:
            path, manifest = self._found(name)
            version = manifest["version"]
            if version in self._opened or (latest and latest.dataset.version == version):
                return
            opened = await opened_on_a_thread(lambda: _open(path, manifest))
            self._opened[version] = opened
            while len(self._opened) > MOST:
                _, gone = self._opened.popitem(last=False)
                gone.replace()

    def held(self, name: str, latest: "Opened | None") -> "Opened | None":
        """The dataset called so, if it is open."""
        version = self._found(name)[1]["version"]
        if latest and latest.dataset.version == version:
            return latest
        if version in self._opened:
            self._opened.move_to_end(version)
        return self._opened.get(version)

    def close(self) -> None:
        """Close each when the last one who uses it leaves."""
        while self._opened:
            self._opened.popitem()[1].replace()

    def _found(self, name: str) -> tuple[Path, dict[str, Any]]:
        try:
            path = path_of(self._folder, name)
        except QuestionError as error:
            raise ProblemError("not-found", str(error), step="See /v1/datasets.") from error
        return path, _manifest(path.with_suffix(".json"))


async def opened_on_a_thread(work: "Callable[[], Opened]") -> "Opened":
    """A version, opened so that the others go on meanwhile; if nobody waits for it any more, it is closed again."""
    opening = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(opening)
    except asyncio.CancelledError:
        with suppress(OracleError, OSError, ValueError):
            (await opening).replace()
        raise


def _open(path: Path, manifest: dict[str, Any]) -> "Opened":
    from oracle.api.version import Opened

    return Opened(path, manifest, part=PART)


def _manifest(path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise HomeError(f"{path} cannot be read; see `oracle frozen check`, `oracle doctor`") from error
    return manifest


@route("GET", "/v1/datasets", tag="operation", answer=list[models.DatasetLine])
async def datasets(call: Call) -> Reply:
    """The datasets that can be asked by name: the latest, the versions that are still kept, and what was frozen."""
    service = call.service
    with service.current.held() as opened:
        latest = opened.manifest
    rows = await asyncio.to_thread(lambda: [_line(LATEST, latest), *_others(service.current.folder)])
    body = TypeAdapter(list[models.DatasetLine]).dump_json(rows)
    return Reply(body, headers={"Cache-Control": "no-store"})


def _others(folder: Path) -> list[models.DatasetLine]:
    rows = []
    for version in reversed(kept(folder)):
        with suppress(HomeError):  # it is being cleared away
            rows.append(_line(version, _manifest(folder / f"{version}.json")))
    return [*rows, *(_line(name, manifest) for name, manifest in frozen_ones(folder).items())]


def _line(name: str, manifest: dict[str, Any]) -> models.DatasetLine:
    told = {each: manifest.get(each) for each in ("version", "published_at", "frozen_at", "reason")}
    return models.DatasetLine.model_validate({**told, "name": name})
