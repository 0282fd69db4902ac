"""API answers, bulk files and users' files side by side: in whatever order and parts they come, the same figures."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from oracle.archive import Archive
from oracle.ask import Question
from oracle.errors import NotCollectedError, QuestionError
from oracle.rewind import ask_as_known_at
from oracle.settings import Home
from oracle.twin import RateRow, Row, TwinData, TwinMarket
from tests.conftest import Rig
from tests.imports.made import lines, month, own_csv, take, take_vision, vision, vision_rows
from tests.killing import forks

NOW = datetime(2025, 4, 10, 12, tzinfo=UTC)
MARCH = month(date(2025, 3, 1))
DAYS = [date(2025, 2, 1) + timedelta(days=at) for at in range(68)]  # until the last closed day, 9 April


def twin_market(symbol_base: str = "BTC", days: list[date] | None = None) -> TwinMarket:
    """Binance's API telling what the bulk files of `vision_rows(DAYS)` tell."""
    rows = {day: row for day, row in zip(DAYS, vision_rows(DAYS), strict=True) if day in (days or DAYS)}
    return TwinMarket(
        symbol_base,
        "USDT",
        tuple(Row(day, row[1], row[2], row[3], row[4], row[5], row[7]) for day, row in rows.items()),
    )


def served(*markets: TwinMarket) -> TwinData:
    """A Binance with these markets, and dollars."""
    rates = tuple(
        RateRow(day - timedelta(days=7), 1, "80.1234")
        for day in [*DAYS, *(DAYS[-1] + timedelta(days=at) for at in range(9))]
    )
    return TwinData({"binance": markets or (twin_market(),)}, {"USD": rates}, demo=False)


def of(days: list[date]) -> list[list[str]]:
    """The rows of some of the days, as the bulk files tell them."""
    return [row for day, row in zip(DAYS, vision_rows(DAYS), strict=True) if day in days]


def own_of(path: Path, days: list[date]) -> Path:
    """A user's own file of some of the days."""
    path.write_bytes(lines([[row[0][:13], *row[1:6], row[7]] for row in of(days)]))
    return path


def told(rig: Rig) -> dict[str, Any]:
    """The published tables without who told it."""
    figures = rig.figures()
    figures["candles"] = rig.sql("SELECT * EXCLUDE (observation, known_from, source) FROM candles ORDER BY ALL")
    figures["quotations"] = rig.sql("SELECT * EXCLUDE (observation, source) FROM quotations ORDER BY ALL")
    return figures


async def test_a_backfill_spares_the_api(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """What a bulk file tells is not asked for again, and the figures are those of the API alone."""
    alone, both = rig(NOW, "alone"), rig(NOW, "both")
    wish = {"venues": frozenset(("binance",)), "since": DAYS[0]}
    await alone.collect_all(served(), **wish)
    alone.publish()
    take_vision(
        both,
        *(vision(tmp_path, period, [r for r in of(DAYS) if _month(r) == period]) for period in ("2025-02", "2025-03")),
    )
    await both.collect_all(served(), **wish)
    both.publish()
    asked = both.sql("SELECT min(first_day)::VARCHAR FROM observations WHERE kind = 'candles'")
    assert asked == [("2025-04-01",)]
    assert told(both) == told(alone)
    assert both.sql("SELECT count(*), count(DISTINCT day) FROM candle_history") == [(68, 68)]


def _month(row: list[str]) -> str:
    return datetime.fromtimestamp(int(row[0][:10]), UTC).strftime("%Y-%m")


async def test_a_users_file_never_stands_in_the_venues_way(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """Days of a user's file are asked for all the same; once the venue tells them, they are the venue's."""
    home = rig(NOW)
    take(home, own_csv(own_of(tmp_path / "mine.csv", MARCH)))
    assert home.sql("SELECT DISTINCT source FROM candles") == [("user file: from my own notes",)]
    await home.collect_all(served(), venues=frozenset(("binance",)), since=DAYS[0])
    home.publish()
    assert home.sql("SELECT source, count(*) FROM candles GROUP BY ALL") == [("api", 68)]
    assert home.sql("SELECT count(*) FROM candle_history WHERE known_to IS NOT NULL") == [(31,)]
    assert not [each for each in home.ask("BTC", "2025-03-14").warnings if each.code == "user_file"]


async def test_as_known_before_and_after_an_import(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """What files told is known from their import on: with the same source, and never taken for a restatement."""
    home = rig(NOW)
    await home.collect_all(served(), venues=frozenset(("binance",)), since=date(2025, 4, 1))
    home.publish()
    home.now = NOW + timedelta(days=1)
    take(home, own_csv(own_of(tmp_path / "mine.csv", MARCH)))
    home.now = NOW + timedelta(days=2)
    other = vision(tmp_path, "2025-03", of(MARCH), "ZZZUSDT")
    take_vision(home, other, vision(tmp_path, "2025-02", of(month(date(2025, 2, 1)))), markets=("ZZZUSDT=ZZZ/USDT",))

    def known(coin: str, day: str, days: float) -> list[tuple[str, bool]]:
        question = Question(coin, date.fromisoformat(day))
        answer = ask_as_known_at(home.home, question, NOW + timedelta(days=days), home.now)
        return [(each.source, each.final) for each in answer.quotations]

    with pytest.raises(NotCollectedError):
        known("BTC", "2025-03-14", 0.5)
    assert known("BTC", "2025-03-14", 1.5) == [("user file: from my own notes", False)]
    with pytest.raises(QuestionError, match="unknown coin 'ZZZ'"):
        known("ZZZ", "2025-03-14", 1.5)
    assert known("BTC", "2025-02-14", 2) == [("bulk file BTCUSDT-1d-2025-02.zip", True)]
    assert known("ZZZ", "2025-03-05", 2) == [("bulk file ZZZUSDT-1d-2025-03.zip", True)]
    await home.collect_all(served(), venues=frozenset(("binance",)), since=DAYS[0])
    home.publish()
    assert home.sql("SELECT count(*) FROM candles WHERE source = 'api'") == [(40,)]
    assert home.sql("FROM revisions") == []


async def test_a_users_file_after_the_venue_changes_nothing(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """A user's file that agrees is kept as an observation; no figure becomes its own, not even without turnover."""
    home = rig(NOW)
    await home.collect_all(served(), venues=frozenset(("binance",)), since=DAYS[0])
    home.publish()
    before = home.figures()
    columns = "time=0,open=1,high=2,low=3,close=4,volume=5"
    take(home, own_csv(own_of(tmp_path / "mine.csv", MARCH), columns=columns))
    assert home.figures() == before
    assert home.sql("SELECT count(*) FROM observations WHERE kind = 'file'") == [(1,)]


async def test_an_import_delists_nothing_and_lists_nothing(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """Listed markets stay listed; a market of a file only counts on the days of its file, and later its list counts."""
    home = rig(NOW)
    both = (twin_market("BTC"), twin_market("ETH"))
    await home.collect_all(served(*both), venues=frozenset(("binance",)), since=DAYS[0])
    home.publish()
    listed = home.sql("SELECT * FROM markets ORDER BY ALL")
    missing = home.sql("SELECT day, missing_markets FROM venue_days ORDER BY day")
    home.now += timedelta(days=3)
    paths = [vision(tmp_path, "2025-03", of(MARCH), symbol) for symbol in ("ZZZUSDT", "BTCUSDT")]
    take_vision(home, *paths, markets=("ZZZUSDT=ZZZ/USDT",))
    assert home.sql("SELECT * FROM markets WHERE state <> 'imported' ORDER BY ALL") == listed
    assert home.sql("SELECT day, missing_markets FROM venue_days ORDER BY day") == missing
    (row,) = home.sql(
        "SELECT market, first_seen::DATE::VARCHAR, last_seen::DATE::VARCHAR FROM markets WHERE state = 'imported'"
    )
    assert row == ("ZZZ/USDT", "2025-03-01", "2025-03-31")
    for day in ("2025-02-14", "2025-03-14", "2025-04-02"):
        (binance,) = home.ask("BTC", day).venues
        assert binance.missing_markets == []
    await home.collect_all(served(*both, twin_market("ZZZ")), venues=frozenset(("binance",)), since=DAYS[0])
    home.publish()
    (row,) = home.sql("SELECT state, first_seen > '2025-04-01', candles FROM markets WHERE symbol = 'ZZZUSDT'")
    assert row == ("live", True, 68)


def test_a_hole_between_two_imports_is_missing(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """A market in no list that was there before and after is missing on the days between, and only on them."""
    home = rig(NOW)
    take_vision(home, vision(tmp_path, "2025-02", of(month(date(2025, 2, 1)))))
    early, late = MARCH[:5], MARCH[20:]
    for day in [*early, *late]:
        vision(tmp_path / "days", str(day), of([day]), "ETHUSDT")
    take_vision(home, vision(tmp_path, "2025-03", of(MARCH)), tmp_path / "days", markets=("ETHUSDT=ETH/USDT",))
    missing = home.sql(
        "SELECT min(day)::VARCHAR, max(day)::VARCHAR, count(*) FROM venue_days WHERE missing_markets = 1"
    )
    assert missing == [("2025-03-06", "2025-03-20", 15)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The published tables after one import of February and March as months."""
    folder = tmp_path_factory.mktemp("whole")
    home = Rig(Home(folder / "home").usable(), NOW)
    months = [vision(folder, period, [r for r in of(DAYS) if _month(r) == period]) for period in ("2025-02", "2025-03")]
    take_vision(home, *months)
    return told(home)


@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(some.data())
def test_any_order_and_any_parts_converge(
    tmp_path_factory: pytest.TempPathFactory, whole: dict[str, Any], data: some.DataObject
) -> None:
    """Months and days, split over several calls in any order, some of them twice: the same published tables."""
    folder = tmp_path_factory.mktemp("parts")
    files = []
    for first in (date(2025, 2, 1), date(2025, 3, 1)):
        period, days = f"{first:%Y-%m}", month(first)
        if data.draw(some.booleans()):
            files.append(vision(folder, period, of(days)))
            days = data.draw(some.lists(some.sampled_from(days), unique=True, max_size=4))
        files += [vision(folder, str(day), of([day])) for day in days]
    files = data.draw(some.permutations(files))
    cuts = sorted(data.draw(some.lists(some.integers(1, len(files)), max_size=2)))
    home = Rig(Home(folder / "home").usable(), NOW)
    for start, end in zip([0, *cuts], [*cuts, len(files)], strict=True):
        if part := files[max(0, start - 1) : end]:
            take_vision(home, *part)
    assert told(home) == whole


async def test_killed_again_and_again_then_resumed(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """kill -9 between the batches of an import, then resumed: the same published tables as without a kill."""
    killed, whole = rig(NOW, "killed"), rig(NOW, "whole")
    for day in DAYS[:40]:
        vision(tmp_path / "days", str(day), of([day]))
    take_vision(whole, tmp_path / "days")
    archive = Archive(killed.home.archive)
    words = ("import", "binance-vision", str(tmp_path / "days"), "--market", "BTCUSDT=BTC/USDT")
    async with forks(killed, *words) as commands:
        for batches in (2, 6):
            await commands.killed_once(partial(_has, archive, batches))
        assert await commands.start()
        assert await commands.ended() == 0
    assert told(killed) == told(whole)
    assert killed.sql("SELECT sha256 FROM observations GROUP BY ALL HAVING count(*) > 1") == []


def _has(archive: Archive, batches: int) -> bool:
    return len(archive.batches()) >= batches


def test_a_file_that_changes_while_it_is_read(
    rig: Callable[..., Rig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is archived is what was looked at: a file that changes in between is refused."""
    from oracle import backfill

    home, path = rig(NOW), vision(tmp_path, "2025-03", of(MARCH))
    look = backfill._Import._look

    def looks_then_changes(*given: Any) -> Any:
        seen = look(*given)
        vision(tmp_path, "2025-03", of(MARCH[:30]))
        return seen

    monkeypatch.setattr(backfill._Import, "_look", looks_then_changes)
    with pytest.raises(QuestionError, match="changed while it was being read"):
        take_vision(home, path)
    assert Archive(home.home.archive).batches() == []


def test_the_csv_module_keeps_its_limits() -> None:
    """The longest line that is read is shorter than the longest cell that the csv module takes."""
    from oracle.imports.table import LINE_CHARACTERS

    assert csv.field_size_limit() > LINE_CHARACTERS
