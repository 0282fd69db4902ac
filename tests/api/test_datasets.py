"""`dataset=NAME`: what was frozen, or is still kept, answers over HTTP as it answered when it was published."""

import asyncio
import hashlib
import json
import shutil
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oracle.ask import Question, ask
from oracle.client import AskedRow, AsyncClient, OracleProblem, Reading
from oracle.client import Client as Direct
from oracle.freezing.freeze import freeze, remove
from oracle.publish import MANIFEST, _put_in_place
from oracle.settings import Home
from oracle.store.reads import Reads
from tests.api.conftest import Client, running
from tests.api.versions import ASKED, CLOSES, two_contents
from tests.priced import NOW

DAY = date(2026, 3, 10)


@pytest.fixture(scope="module")
def twice(priced: Any, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that published two contents; the first is frozen as `filed` and still kept. Not to be written into."""
    folder = tmp_path_factory.mktemp("twice")
    own = Home(folder / "own").usable()
    own.published.mkdir(parents=True, exist_ok=True)
    for number, file in enumerate(two_contents(priced.home, folder)):
        _published(own, priced.home, file, number)
        if not number:
            freeze(own.published, "filed", "latest", "return of 2026", NOW)
    return own


def _published(own: Home, source: Home, file: Path, number: int) -> None:
    version = f"{NOW + timedelta(seconds=number):%Y%m%dT%H%M%S}Z-{number:08}"
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE dataset SET version = $1, content = $1", [version])
    manifest = json.loads((source.published / MANIFEST).read_text("utf-8"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    _put_in_place(own.published, file, {**manifest, "version": version, "sha256": digest})


@pytest.fixture
async def asking(twice: Home) -> AsyncIterator[Client]:
    """A server over it, and who asks it."""
    async with running(twice) as client:
        yield client


def _first(home: Home) -> str:
    return min(path.stem for path in home.published.glob("*Z-*.duckdb"))


async def test_a_frozen_dataset_answers_as_it_did(asking: Client, twice: Home) -> None:
    """At a date, at an instant, day by day and for rows: the frozen close, and beside it still the latest one."""
    with Reads(twice.published / "frozen" / "filed.duckdb") as reads:
        expected = ask(reads, Question("BTC", DAY, choose="binance"), NOW)
    found = await asking(f"{ASKED}?choose=binance&dataset=filed")
    assert found.json == json.loads(expected.model_dump_json())
    latest = (await asking(f"{ASKED}?choose=binance")).json
    assert (_close(found.json), _close(latest)) == CLOSES
    assert found.json["chosen"]["rub"] != latest["chosen"]["rub"]
    span = f"from={DAY}&to={DAY}"
    for name, answer in (("filed", found.json), (_first(twice), found.json), ("latest", latest)):
        rub, how = answer["chosen"]["rub"], f"choose=binance&dataset={name}"
        at = await asking(f"/v1/quotations/BTC?at=2026-03-10T12:00:00%2B03:00&{how}")
        (row,) = (await asking(f"/v1/quotations/BTC?{span}&{how}")).json
        body = json.dumps([{"coin": "BTC", "date": f"{DAY}"}])
        headers = {"Content-Type": "application/json"}
        (line,) = (await asking(f"/v1/quotations?{how}", "POST", data=body, headers=headers)).json
        assert at.json["chosen"]["rub"] == row["rub"] == line["rub"] == rub
        assert at.json["dataset"] == answer["dataset"]


async def test_a_copy_of_a_frozen_answer_holds_for_its_version(asking: Client) -> None:
    """304 for the tag of the same dataset; the latest one has another."""
    address = f"{ASKED}?dataset=filed"
    tag = (await asking(address)).headers["etag"]
    assert (await asking(address, headers={"If-None-Match": tag})).status == 304
    assert (await asking(ASKED, headers={"If-None-Match": tag})).status == 200


async def test_what_is_not_there_is_told_with_what_is(asking: Client) -> None:
    """404 with the known names for an unknown one, 422 together with as_known_at, 400 for what is no name."""
    for address in (ASKED, "/v1/venues/okx/days?from=2026-03-10&to=2026-03-10", "/v1/official-rates/USD/2026-03-10"):
        found = await asking(f"{address}{'&' if '?' in address else '?'}dataset=nope")
        assert (found.status, found.json["type"]) == (404, "/problems/not-found")
        assert "latest, filed" in found.json["detail"]
    found = await asking(f"{ASKED}?dataset=..%2F..%2Fetc")
    assert found.status == 404
    both = await asking(f"{ASKED}?dataset=filed&as_known_at=2026-03-10T00:00:00Z")
    assert (both.status, both.json["type"]) == (422, "/problems/unprocessable")
    assert (await asking(f"{ASKED}?dataset=%00")).status == 400


async def test_the_datasets_are_listed(asking: Client, twice: Home) -> None:
    """The latest, the versions that are kept, the newest first, and what was frozen with its reason."""
    rows = (await asking("/v1/datasets")).json
    versions = sorted((path.stem for path in twice.published.glob("*Z-*.duckdb")), reverse=True)
    assert [row["name"] for row in rows] == ["latest", *versions, "filed"]
    assert rows[-1]["version"] == versions[-1]
    assert (rows[-1]["reason"], rows[0]["reason"], rows[0]["frozen_at"]) == ("return of 2026", None, None)


async def test_both_clients_ask_a_dataset_by_name(asking: Client) -> None:
    """In the reading of quotations, beside rates and venue days; an unknown one is a problem."""
    reading = Reading(choose="binance", dataset="filed")
    async with AsyncClient(asking.address) as client:
        answer = await client.quotation("BTC", DAY, reading)
        (row,) = [each async for each in client.price([AskedRow(coin="BTC", date=str(DAY))], reading)]
        (day,) = await client.venue_days("okx", DAY, DAY, dataset="filed")
        rate = await client.official_rate("USD", DAY, dataset="filed")
        names = [each.name for each in await client.datasets()]
        with pytest.raises(OracleProblem, match="unknown dataset"):
            await client.official_rate("USD", DAY, dataset="nope")

    def directly() -> list[Any]:
        with Direct(asking.address) as client:
            told = client.quotation("BTC", DAY, reading), client.venue_days("okx", DAY, DAY, dataset="filed")
            return [*told, client.official_rate("USD", DAY, dataset="filed"), [each.name for each in client.datasets()]]

    assert await asyncio.to_thread(directly) == [answer, [day], rate, names]
    assert answer.chosen
    assert (_close(answer.model_dump()), row.rub) == (CLOSES[0], answer.chosen.rub)
    assert "filed" in names


async def test_two_datasets_are_open_beside_the_latest_at_most(twice: Home, tmp_path: Path) -> None:
    """Many names asked at once, again and again: each is answered, and what was let go of is asked no more."""
    own = Home(tmp_path / "home")
    shutil.copytree(twice.path, own.path, symlinks=True, copy_function=shutil.copy)
    for name in ("one", "two", "three"):
        version = _alike(own, name)
        freeze(own.published, name, version, None, NOW)
        (own.published / f"{version}.duckdb").unlink()
    async with running(own) as client:
        names = ("one", "two", "filed", "three", "latest") * 4
        found = await asyncio.gather(*(client(f"{ASKED}?choose=binance&dataset={name}") for name in names))
        assert [_close(each.json) for each in found] == [CLOSES[1] if name == "latest" else CLOSES[0] for name in names]
        own_files = str(own.published / "frozen")
        open_ones = {path for path in _open_files() if path.startswith(own_files)}
        assert 0 < len(open_ones) <= 2
        remove(own.published, "three")
        assert (await client(f"{ASKED}?dataset=three")).status == 404
    assert not [path for path in _open_files() if path.startswith(own_files)]


def _close(answer: dict[str, Any]) -> str:
    """Of the market whose close the two contents have otherwise."""
    (close,) = [
        each["close"]
        for each in answer["quotations"]
        if (each["venue"], each["market"]) == (answer["chosen"]["venue"], answer["chosen"]["market"])
    ]
    return str(close)


def _alike(home: Home, name: str) -> str:
    """One more version with the first content; its number is its own."""
    first = _first(home)
    version = f"{first[:17]}{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    file = home.published / f"{version}.duckdb"
    shutil.copyfile(home.published / f"{first}.duckdb", file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE dataset SET version = $1, content = $1", [version])
    manifest = json.loads((home.published / f"{first}.json").read_text("utf-8"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    told = {**manifest, "version": version, "sha256": digest}
    (home.published / f"{version}.json").write_text(json.dumps(told), "utf-8")
    return version


def _open_files() -> list[str]:
    """The files that this process has open."""
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("no /proc here to see which files are open")
    found = []
    for each in folder.iterdir():
        try:
            found.append(str(each.readlink()))
        except FileNotFoundError:
            continue
    return found
