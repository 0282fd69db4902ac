"""The published version is replaced while questions are answered: each is answered, out of one version."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import pytest

from oracle.api import version
from oracle.api.service import Limits
from oracle.api.version import Current
from oracle.settings import Home
from oracle.store.reads import Reads
from tests.api.conftest import Client, running
from tests.api.versions import ASKED, CLOSES, Publisher, two_contents
from tests.priced import NOW

VERSIONS = 8


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version, "LOOK_EVERY", 0.01)


async def test_a_server_begins_before_anything_is_published(home: Home, tmp_path: Path) -> None:
    """Alive, not ready, 503 with Retry-After and no path of the server's; what is published then is taken up."""
    own = Home(tmp_path)
    async with running(own) as client:
        assert (await client("/healthz")).status == 200
        for address in ("/readyz", ASKED, "/v1/venues", "/cbr/XML_daily.asp"):
            found = await client(address)
            assert (found.status, found.json["type"], "retry-after" in found.headers) == (
                503,
                "/problems/unavailable",
                True,
            )
            assert str(tmp_path) not in found.body.decode()
        Publisher.of(home, own, NOW).put(home.current)
        while (await client("/readyz")).status != 200:
            await asyncio.sleep(0.01)
        assert (await client(ASKED)).status == 200


async def test_a_broken_version_leaves_the_one_before_answering(home: Home, tmp_path: Path) -> None:
    """A file that is none of ours is not put in place; the next good one is."""
    own = Home(tmp_path)
    publisher = Publisher.of(home, own, NOW)
    publisher.put(home.current)
    (tmp_path / "broken").write_bytes(b"no database" * 1000)
    async with running(own) as client:
        publisher.put(tmp_path / "broken")
        await asyncio.sleep(0.1)
        assert (await client(ASKED)).status == 200
        (other, _) = two_contents(home, tmp_path)
        publisher.put(other)
        while (await client("/v1/dataset")).json["version"] != f"version-{CLOSES[0]}":
            await asyncio.sleep(0.01)


async def test_versions_change_under_load_and_no_request_is_dropped(home: Home, tmp_path: Path) -> None:
    """Eight versions while eight callers ask without a pause: rubles and version belong together, files are closed."""
    own, contents = Home(tmp_path / "own"), two_contents(home, tmp_path)
    publisher = Publisher.of(home, own, NOW)
    publisher.put(contents[0])
    seen: Counter[tuple[str, str]] = Counter()
    done = asyncio.Event()

    async def ask(client: Client, caller: int) -> None:
        number = 0
        while not done.is_set():
            number += 1
            # Other questions each time: what was kept is no proof.
            found = await client(f"{ASKED}?quantity={caller + 1}.{number}&choose=binance")
            assert found.status == 200, found
            seen[found.json["dataset"]["version"], found.json["chosen"]["rub"]] += 1

    async with running(own) as client:
        async with asyncio.TaskGroup() as asking:
            for caller in range(8):
                asking.create_task(ask(client, caller))
            for number in range(1, VERSIONS + 1):
                before = sum(seen.values())
                await asyncio.to_thread(publisher.put, contents[number % 2])
                while sum(seen.values()) < before + 16:
                    await asyncio.sleep(0.005)
            done.set()
        async with asyncio.timeout(20):
            while _open_files(own.published) > 1:
                await asyncio.sleep(0.01)
    # Each close at the day's rate, 80.1 rubles for a dollar.
    assert set(seen) == {("version-100011.55", "8010925.155"), ("version-100011.56", "8010925.956")}


def _open_files(folder: Path) -> int:
    """Files below the folder that this process has open, also those that have been removed."""
    links = []
    for each in Path("/proc/self/fd").iterdir():
        try:
            links.append(str(each.readlink()))
        except OSError:
            continue
    return sum(link.startswith(str(folder)) for link in links)


ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range % 7 = b.range % 3"


async def test_a_question_that_nobody_waits_for_is_broken_off(home: Home) -> None:
    """More than there are connections, each too long: when their time is over the next one is answered."""
    current = Current(home.published)
    await current.start()

    async def endless() -> None:
        with current.held() as opened:
            async with asyncio.timeout(0.05):
                await current.ask(opened, lambda reads: reads.rows(ENDLESS, {}))

    try:
        ended = await asyncio.gather(*[endless() for _ in range(2 * version.CONNECTIONS)], return_exceptions=True)
        assert {type(each) for each in ended} == {TimeoutError}
        with current.held() as opened:
            async with asyncio.timeout(20):
                assert await current.ask(opened, Reads.coins) == ["BTC", "USDT"]
    finally:
        await current.stop()


async def test_a_request_has_its_time(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """503 and a document when it is over."""
    monkeypatch.setattr(Reads, "rulebooks", lambda _: time.sleep(0.5))
    async with running(home, limits=Limits(seconds=0.05)) as client:
        found = await client("/v1/rulebooks")
        assert (found.status, found.json["type"]) == (503, "/problems/timed-out")
        assert (await client("/healthz")).status == 200
