"""From a name to a dataset: `latest`, a version that publishing still keeps, or one that was frozen."""

import json
import re
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

from oracle.errors import QuestionError
from oracle.publish import FILE
from oracle.taxpayers import NAME

LATEST = "latest"
FOLDER = "frozen"
_VERSION = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}", re.ASCII)
# A file's name has at most 255 bytes, and what is written aside has some of its own.
_MOST_BYTES = 200
_SHOWN = 12


def path_of(published: Path, name: str) -> Path:
    """The file of the dataset called so in the folder of published versions; QuestionError lists the known ones."""
    if name == LATEST:
        return published / FILE
    if _VERSION.fullmatch(name):
        if (published / f"{name}.duckdb").is_file():
            return published / f"{name}.duckdb"
        by_version = {each["version"]: frozen for frozen, each in frozen_ones(published).items()}
        name = by_version.get(name, name)
    named = unicodedata.normalize("NFC", name)
    if manifest_of(published, named) is None:
        raise QuestionError(f"unknown dataset {name[:40]!r}; known: {known(published)}")
    return frozen_file(published, named)


def known(published: Path) -> str:
    """The names that `path_of` takes, as a list for people."""
    names, versions = list(frozen_ones(published)), kept(published)
    shown = [LATEST, *names[:_SHOWN], *(["..."] if len(names) > _SHOWN else []), *reversed(versions)]
    return ", ".join(shown)


def kept(published: Path) -> list[str]:
    """Versions that publishing has not cleared away yet, the oldest first."""
    return sorted(path.stem for path in published.glob("*Z-*.duckdb") if _VERSION.fullmatch(path.stem))


def is_version(name: str) -> bool:
    """Whether it is written as versions are."""
    return _VERSION.fullmatch(name) is not None


def frozen_ones(published: Path) -> dict[str, dict[str, Any]]:
    """The manifests of what is frozen, by name; what cannot be read is left to `check`."""
    names = sorted(path.stem for path in (published / FOLDER).glob("*.json"))
    found = ((name, manifest_of(published, name)) for name in names)
    return {name: manifest for name, manifest in found if manifest is not None}


def manifest_of(published: Path, name: str) -> dict[str, Any] | None:
    """What is frozen under the name; None if nothing is, or its manifest is damaged, or it is no name at all."""
    if not is_name(name):
        return None
    with suppress(OSError, ValueError, RecursionError):
        manifest = json.loads(manifest_file(published, name).read_text("utf-8"))
        if isinstance(manifest, dict) and isinstance(manifest.get("version"), str):
            return manifest
    return None


def is_name(name: str) -> bool:
    """Whether it may be the name of something frozen: a file's name as taxpayers have, and nothing else's."""
    is_free = name != LATEST and not is_version(name)
    return is_free and NAME.fullmatch(name) is not None and len(name.encode()) <= _MOST_BYTES


def frozen_file(published: Path, name: str) -> Path:
    """The file of what is frozen under a checked name."""
    return published / FOLDER / f"{name}.duckdb"


def manifest_file(published: Path, name: str) -> Path:
    """The manifest of what is frozen under a checked name: where it is not, nothing is frozen."""
    return published / FOLDER / f"{name}.json"
