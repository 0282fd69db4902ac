"""The doctor finds what is wrong, says what to do, and changes nothing."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from oracle.archive import Archive
from oracle.collect.context import Sources
from oracle.demo import running_twin
from oracle.operate.check import Check, Grade
from oracle.operate.check_home import examine_home
from oracle.operate.check_program import examine_program
from oracle.operate.check_sources import examine_sources
from oracle.operate.lock import only_collector
from oracle.settings import Home
from oracle.store.opening import SCHEMA_VERSION
from oracle.twin import Fault, Twin
from oracle.twin.invented import invented
from oracle.venues import VENUES
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was collected in two runs and published."""
    rig = Rig(Home(tmp_path_factory.mktemp("sound")).usable(), NOW)

    async def collect() -> None:
        async with Twin(invented(NOW, days=8), now=NOW) as twin:
            for name in ("okx", "htx"):
                await rig.collect(twin, venues=frozenset((name,)))

    asyncio.run(collect())
    rig.publish()
    return rig.home.path


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Home:
    """A copy of it."""
    shutil.copytree(sound, tmp_path / "home")
    return Home(tmp_path / "home")


def _home(home: Home, *, quick: bool = False) -> dict[str, Check]:
    return {check.name: check for check in examine_home(home, lambda: NOW, quick=quick)}


def _sources(*faults: Fault, now: datetime = NOW) -> dict[str, Check]:
    with running_twin(lambda: now, invented(now, days=5), faults) as endpoints:
        sources = Sources(endpoints, paced=False, timeout=5)
        return {check.name: check for check in asyncio.run(examine_sources(sources, lambda: NOW))}


def test_a_sound_home_has_nothing_failed(home: Home) -> None:
    """Every batch read, all recorded, the published file as its manifest says; a sample says that it is one."""
    found = _home(home)
    assert {check.grade for check in found.values()} <= {Grade.OK, Grade.WARNING}
    count = len(Archive(home.archive).batches())
    assert found["archive"].found.startswith(f"{count} batches")
    assert found["store"].found == f"schema {SCHEMA_VERSION}, all {count} batches are recorded"
    assert found["published"].grade is Grade.OK
    assert _home(home, quick=True)["archive"].found.startswith(f"{count} of {count} batches")


def test_a_damaged_batch_is_named(home: Home) -> None:
    """One byte of one body changed: the batch and the way out are told."""
    archive = Archive(home.archive)
    name = archive.batches()[0]
    table = pq.read_table(home.archive / name)
    bodies = table.column("body").to_pylist()
    bodies[-1] = bodies[-1].replace(b"0", b"1", 1)
    at = table.schema.get_field_index("body")
    pq.write_table(table.set_column(at, "body", pa.array(bodies, pa.binary())), home.archive / name)
    check = _home(home)["archive"]
    assert check.grade is Grade.FAILED
    assert name in check.found
    assert "restore" in check.next_step


def test_a_truncated_batch_is_named(home: Home) -> None:
    """Half a file is no batch."""
    name = Archive(home.archive).batches()[1]
    path = home.archive / name
    path.write_bytes(path.read_bytes()[:1000])
    assert _home(home)["archive"].grade is Grade.FAILED


def test_a_lost_batch_is_missed(home: Home) -> None:
    """What the store has recorded and the archive no longer holds is a loss of evidence."""
    (home.archive / Archive(home.archive).batches()[0]).unlink()
    check = _home(home)["store"]
    assert check.grade is Grade.FAILED
    assert "1 recorded batches are not in the archive" in check.found


def test_a_damaged_published_file_is_told(home: Home) -> None:
    """A file that is not what its manifest says fails, whatever it still answers."""
    content = home.current.read_bytes()
    home.current.unlink()
    home.current.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    check = _home(home)["published"]
    assert check.grade is Grade.FAILED
    assert "not what its manifest says" in check.found


def test_a_damaged_store_and_an_empty_home_name_the_way_out(home: Home, tmp_path: Path) -> None:
    """A store that does not open is rebuilt from the archive; a home without anything is collected into."""
    home.store.write_bytes(b"no database at all" * 1000)
    assert "the archive rebuilds it" in _home(home)["store"].next_step
    (tmp_path / "empty").mkdir()
    empty = _home(Home(tmp_path / "empty"))
    assert {empty["store"].next_step, empty["published"].next_step} == {"run `oracle collect`"}
    assert not (tmp_path / "empty" / "store.duckdb").exists()


def test_a_collector_that_is_running_is_named_and_left_alone(home: Home) -> None:
    """The store is not looked into while somebody writes it."""
    with only_collector(home.path, "oracle up", NOW):
        found = _home(home)
    assert "`oracle up`" in found["collector"].found
    assert found["store"].found.startswith("not looked into")


def test_every_reader_keeps_twenty_two_digits(rig: Callable[..., Rig]) -> None:
    """Through client, reader and store of every venue, on this machine, and ccxt is the pinned one."""
    assert rig(NOW)
    found = {check.name: check for check in examine_program(lambda: NOW)}
    assert {check.grade for check in found.values()} == {Grade.OK}
    assert {f"exactness {name}" for name in VENUES} <= set(found)


def test_sources_that_answer_are_told_with_their_markets() -> None:
    """Each venue and the Bank of Russia, and the clock."""
    found = _sources()
    assert {*VENUES, "cbr", "clock"} == set(found)
    assert {check.grade for check in found.values()} == {Grade.OK}
    assert "markets" in found["okx"].found


def test_a_region_block_a_firewall_and_a_silent_source_are_told_apart() -> None:
    """Each diagnosis has its next step, and the other sources are not touched by it."""
    found = _sources(
        Fault("binance", "451", times=None),
        Fault("okx", "disconnect", times=None),
        Fault("bybit", "wrong_content", times=None),
    )
    assert "refuses this region" in found["binance"].found
    assert "--endpoint binance=URL" in found["binance"].next_step
    assert "check the network" in found["okx"].next_step
    assert "upgrade the program" in found["bybit"].next_step
    assert found["htx"].grade is Grade.OK


def test_a_skewed_clock_is_noticed() -> None:
    """Two minutes behind the sources' own clocks is a warning; three seconds are not."""
    assert _sources(now=NOW + timedelta(seconds=3))["clock"].grade is Grade.OK
    check = _sources(now=NOW + timedelta(minutes=2))["clock"]
    assert check.grade is Grade.WARNING
    assert "120 s behind" in check.found
