"""The published file: read-only, described, put in place whole, with a manifest that fits."""

import asyncio
import hashlib
import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from oracle.errors import HomeError
from oracle.publish import FILE, MANIFEST
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.twin import Twin
from oracle.twin.invented import invented
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a small demo dataset, published."""
    rig = Rig(Home(tmp_path_factory.mktemp("published")).usable(), NOW)

    async def collect() -> None:
        async with Twin(invented(NOW, days=25), now=NOW) as twin:
            await rig.collect(twin, coins=frozenset(("BTC", "USDT")))

    asyncio.run(collect())
    rig.publish()
    return rig.home.path


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Rig:
    """A copy of that home, with the links of its published files."""
    subprocess.run(["cp", "-a", str(made), str(tmp_path / "home")], check=True)
    return Rig(Home(tmp_path / "home"), NOW)


async def test_the_file_and_its_manifest(home: Rig) -> None:
    """Nobody can write to it; hash, size, row counts and version of the manifest are those of the file."""
    path = home.home.current
    manifest = json.loads((home.home.published / MANIFEST).read_text("utf-8"))
    assert path.stat().st_mode & 0o777 == 0o444
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["bytes"] == path.stat().st_size
    assert home.sql("SELECT version, demo FROM dataset") == [(manifest["version"], True)]
    for table, rows in manifest["tables"].items():
        assert home.sql(f'SELECT count(*) FROM "{table}"') == [(rows,)]
    assert sorted(each.name for each in home.home.published.iterdir()) == sorted(
        [FILE, MANIFEST, manifest["file"], manifest["version"] + ".json"]
    )


async def test_every_table_and_column_is_described(home: Rig) -> None:
    """An analyst finds a comment on each table, view and column."""
    tables = home.sql("SELECT table_name FROM duckdb_tables() WHERE comment IS NULL")
    views = home.sql("SELECT view_name FROM duckdb_views() WHERE NOT internal AND comment IS NULL")
    columns = home.sql(
        """SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
           AND table_name IN (SELECT table_name FROM duckdb_tables())"""
    )
    assert (tables, views, columns) == ([], [], [])


async def test_macros_answer(home: Rig) -> None:
    """quotation() and official_rate() give an analyst what the command line gives."""
    rows = home.sql("SELECT venue, market, rub_kopecks, verdict FROM quotation('BTC', DATE '2026-03-11')")
    answer = home.ask("BTC", "2026-03-11")
    verdicts = {part.venue: part.verdicts["tax-code"].verdict for part in answer.venues}
    assert sorted(rows) == sorted(
        (each.venue, each.market, _decimal(each.rub_kopecks), verdicts[each.venue]) for each in answer.quotations
    )
    ((effective_on,),) = home.sql("SELECT effective_on FROM official_rate('USD', DATE '2026-03-09')")
    assert str(effective_on) == "2026-03-07"


def _decimal(text: str | None) -> object:
    from decimal import Decimal

    return None if text is None else Decimal(text)


async def test_the_other_stablecoin_path_is_computed_where_the_venue_shows_it(home: Rig) -> None:
    """Binance trades USDT against the lira: the market path is close x close x official rate, exactly, in SQL too."""
    answer = home.ask("BTC", "2026-03-11", venue="binance")
    usdt = next(each for each in answer.quotations if each.market == "BTC/USDT")
    assert usdt.alternative is not None
    assert [leg.by for leg in usdt.alternative.legs] == ["close", "official_rate"]
    ((rub_market,),) = home.sql(
        """SELECT rub_market FROM quotations
           WHERE coin = 'BTC' AND day = DATE '2026-03-11' AND venue = 'binance' AND market = 'BTC/USDT'"""
    )
    assert _decimal(usdt.alternative.rub) == rub_market
    assert any("DEMO" in each.text for each in answer.warnings)


async def test_nothing_new_makes_no_new_version(home: Rig) -> None:
    """Publishing twice what has not changed keeps the version and the file."""
    before = home.home.current.stat()
    home.now = NOW + timedelta(hours=1)
    again = home.publish()
    assert again.new is False
    assert home.home.current.stat().st_ino == before.st_ino


async def test_who_has_it_open_keeps_it(home: Rig) -> None:
    """A reader of the old version goes on undisturbed while a new one is put in its place."""
    with Reads(home.home.current) as old:
        home.now = NOW + timedelta(days=1)
        async with Twin(invented(home.now, days=26), now=home.now) as twin:
            await home.collect(twin, coins=frozenset(("BTC",)), venues=frozenset(("okx",)))
        new = home.publish()
        assert new.new is True
        assert old.dataset.version != new.manifest["version"]
        assert old.candles("BTC", NOW.date() - timedelta(days=2))
    with Reads(home.home.current) as fresh:
        assert fresh.dataset.version == new.manifest["version"]


async def test_a_crash_in_the_midst_leaves_the_last_version(home: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while the new file is being written: the old one answers, and the next publication clears up."""
    version = json.loads((home.home.published / MANIFEST).read_text("utf-8"))["version"]
    home.now = NOW + timedelta(days=1)
    async with Twin(invented(home.now, days=26), now=home.now) as twin:
        await home.collect(twin, coins=frozenset(("BTC",)), venues=frozenset(("okx",)))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", crash)
        with pytest.raises(KeyboardInterrupt):
            home.publish()
    with Reads(home.home.current) as reads:
        assert reads.dataset.version == version
    home.publish()
    assert not list(home.home.published.glob("*.tmp*"))


async def test_a_newer_file_and_a_damaged_one_are_named(home: Rig, tmp_path: Path) -> None:
    """A file of a newer program, or of none, gets one line with the way out."""
    newer = tmp_path / "newer.duckdb"
    newer.write_bytes(home.home.current.read_bytes())
    with duckdb.connect(str(newer)) as connection:
        connection.execute("UPDATE dataset SET schema_version = 99")
    with pytest.raises(HomeError, match="has schema 99, this program knows 4 to 5; upgrade"), Reads(newer):
        pass
    with duckdb.connect(str(newer)) as connection:
        connection.execute("UPDATE dataset SET schema_version = 3")
    with (
        pytest.raises(HomeError, match="has schema 3, this program knows 4 to 5; ask it with market-quotation-oracle "),
        Reads(newer),
    ):
        pass
    newer.write_bytes(b"no database")
    with pytest.raises(HomeError, match="cannot read"), Reads(newer):
        pass
