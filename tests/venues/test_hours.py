"""UTC days out of hours: complete or not at all, the same in whatever order the hours come, sums exact."""

import csv
import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.days import DAY_MS, Span, opening_ms
from oracle.terms import NO_CANDLES, Columns
from oracle.venues import VENUES
from oracle.venues.hours import HOUR_MS, utc_days

DAY = opening_ms(date(2025, 3, 14), VENUES["binance"].opens)
Row = tuple[int, str, str, str, str, str, str]


def _hour(at: int, volume: str = "2.5") -> Row:
    """The hour that opens `at` hours after 14 March 2025; its prices rise by one with each."""
    turnover = str(Decimal(volume) * (100 + at))
    return (DAY + at * HOUR_MS, f"{100 + at}.0", f"{101 + at}.50", f"{99 + at}", f"{100 + at}.7", volume, turnover)


def _columns(rows: list[Row]) -> Columns:
    return Columns(*zip(*rows, strict=True)) if rows else NO_CANDLES


WHOLE = [_hour(at) for at in range(24)]


def test_a_day_of_24_hours_is_worked_out_by_hand() -> None:
    """First open, highest high, lowest low, last close as they were written; volumes 24 x 2.5, turnovers summed."""
    days = utc_days(_columns(WHOLE))
    assert list(days.opened_ms) == [DAY]
    assert [column[0] for column in days[1:6]] == ["100.0", "124.50", "99", "123.7", "60"]
    assert days.turnover is not None
    assert days.turnover[0] == "6690"  # 2.5 x (100 + 101 + ... + 123)


def test_without_turnover_there_is_none() -> None:
    """Where the hours have no turnover the day has none either."""
    days = utc_days(_columns(WHOLE)._replace(turnover=None))
    assert (list(days.close), days.turnover) == (["123.7"], None)


AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=12).map(lambda number: format(number, "f"))


@settings(max_examples=50)
@given(st.lists(AMOUNTS, min_size=72, max_size=72), st.data())
def test_order_and_pages_make_no_difference(amounts: list[str], data: st.DataObject) -> None:
    """Cut into pages that overlap and put in any order, three days of hours give the same days, summed exactly."""
    rows = [_hour(at, amount) for at, amount in enumerate(amounts)]
    seam = data.draw(st.integers(0, 72))
    overlap = data.draw(st.integers(0, 10))
    mixed = data.draw(st.permutations([*rows[seam:], *rows[: seam + overlap]]))
    days = utc_days(_columns(list(mixed)))
    assert days == utc_days(_columns(rows))
    assert list(days.opened_ms) == [DAY, DAY + DAY_MS, DAY + 2 * DAY_MS]
    for at in range(3):
        parts = rows[24 * at : 24 * at + 24]
        assert Decimal(days.base_volume[at]) == sum(Decimal(row[5]) for row in parts)
        assert Decimal((days.turnover or [])[at]) == sum(Decimal(row[6]) for row in parts)


@settings(max_examples=50)
@given(st.sets(st.integers(0, 71)))
def test_a_day_that_lacks_an_hour_is_left_out(missing: set[int]) -> None:
    """No hour is ever filled: a day counts with all of its 24 hours, or not at all."""
    days = utc_days(_columns([_hour(at) for at in range(72) if at not in missing]))
    assert list(days.opened_ms) == [DAY + day * DAY_MS for day in range(3) if not {at // 24 for at in missing} & {day}]


def test_an_hour_told_twice_alike_counts_once() -> None:
    """The same numbers, were they written with another zero, are one hour."""
    again = (*_hour(5)[:5], "2.500", _hour(5)[6])
    assert utc_days(_columns([*WHOLE, again])) == utc_days(_columns(WHOLE))


LATER = [_hour(at) for at in range(24, 48)]
SPOILT: dict[str, Callable[[Row], Row]] = {
    "another close": lambda row: (*row[:4], "105.8", *row[5:]),
    "another volume": lambda row: (*row[:5], "2.50000001", row[6]),
    "no number": lambda row: (*row[:4], "NaN", *row[5:]),
    "a low above the high": lambda row: (*row[:3], "999", *row[4:]),
    "a close above the high": lambda row: (*row[:4], "106.6", *row[5:]),
    "a negative volume": lambda row: (*row[:5], "-2.5", row[6]),
    "thrice the turnover": lambda row: (*row[:6], "787.5"),
    "an opening within the hour": lambda row: (row[0] + 1, *row[1:]),
    "an amount beyond all digits": lambda row: (*row[:5], "1e300", "1e302"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_an_hour_in_doubt_leaves_its_day_out(how: str) -> None:
    """Told in two versions, or in contradiction with itself, an hour takes its day with it, and no other day."""
    spoilt = SPOILT[how](_hour(5))
    for rows in ([*WHOLE, spoilt, *LATER], [spoilt, *WHOLE, *LATER]):
        assert list(utc_days(_columns(rows)).opened_ms) == [DAY + DAY_MS]
    alone = [*WHOLE[:5], spoilt, *WHOLE[6:]]
    if not how.startswith("another"):
        assert utc_days(_columns(alone)) == NO_CANDLES


def test_an_unfinished_hour_is_not_there_yet() -> None:
    """Where the venue marks it, the running hour makes no day; with its final version the day is whole."""
    running = (*_hour(23)[:4], "123.1", "1", "123")
    marked = _columns([*WHOLE[:23], running])._replace(closed=[True] * 23 + [False])
    assert utc_days(marked) == NO_CANDLES
    both = _columns([*WHOLE[:23], running, WHOLE[23]])._replace(closed=[True] * 23 + [False, True])
    assert utc_days(both) == utc_days(_columns(WHOLE))


def test_htx_is_asked_for_whole_utc_days() -> None:
    """14 and 15 March 2025 are 48 hours, the last of which opens on the 15th at 23:00 UTC."""
    htx = VENUES["htx"]
    assert htx.ask_hours is not None
    asked = htx.ask_hours("btcusdt", Span(date(2025, 3, 14), date(2025, 3, 15)))
    assert dict(asked.params) == {
        "symbol": "btcusdt",
        "period": "60min",
        "from": 1741910400,
        "to": 1742079600,
        "size": 48,
    }
    assert htx.hours_page_days * 24 <= htx.page_days < (htx.hours_page_days + 1) * 24


def test_only_days_that_are_no_utc_days_need_the_second_view() -> None:
    """A venue that offers its hours has a day of its own, and says how many days of hours one answer holds."""
    for venue in VENUES.values():
        assert (venue.ask_hours is not None) == (venue.hours_page_days > 0)
        assert venue.ask_hours is None or venue.opens != VENUES["binance"].opens


@pytest.mark.parametrize("coin", ["BTC", "SOL", "DOGE"])
def test_days_out_of_real_hours_are_the_real_days(shared: Path, coin: str) -> None:
    """Four years of Binance's hours make its daily candles, to the digit, but for the day that lacks an hour."""
    candles = shared / "data" / "candles" / "binance"
    names = ["openTime", "open", "high", "low", "close", "volume", "quoteAssetVolume"]
    hours = pq.read_table(candles / f"{coin}USDT_1h.klines.parquet", columns=names)
    days = utc_days(Columns(*(hours[name].to_pylist() for name in names)))
    assert days.turnover is not None
    with gzip.open(candles / f"{coin}USDT_1d.klines.csv.gz", "rt", encoding="utf-8") as file:
        theirs = {int(row["openTime"]): [row[name] for name in names[1:]] for row in csv.DictReader(file)}
    columns = (*days[1:6], days.turnover)
    ours = {opened: list(texts) for opened, *texts in zip(days.opened_ms, *columns, strict=True)}
    outage = int(datetime(2023, 3, 24, tzinfo=UTC).timestamp()) * 1000  # no row for 13:00
    last = int(datetime(2026, 4, 29, tzinfo=UTC).timestamp()) * 1000  # the 30th ends after four hours
    first = hours["openTime"][0].as_py()
    assert set(ours) == set(range(first, last + 1, DAY_MS)) - {outage}
    for opened, texts in ours.items():
        assert texts[:4] == theirs[opened][:4], opened
        assert list(map(Decimal, texts[4:])) == list(map(Decimal, theirs[opened][4:])), opened
