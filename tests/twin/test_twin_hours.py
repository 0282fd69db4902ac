"""HTX's twin has hours too: they add up to its days, cut at UTC midnight to UTC days, and lie on order like days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import ccxt.async_support as ccxt
import pytest
from made import NOW, TODAY, asking, opening, row
from test_ccxt_speaks import CASES, _pointed, data
from test_ccxt_speaks import NOW as INVENTED_NOW

from oracle.days import Span
from oracle.terms import Columns
from oracle.twin import Fault, Row, Twin
from oracle.twin.hours import hours_of
from oracle.venues import VENUES
from oracle.venues.hours import HOUR_MS, utc_days

HTX = VENUES["htx"]


@pytest.mark.parametrize("name", CASES)
def test_hours_add_up_to_their_day(name: str) -> None:
    """First open, last close, highest high, lowest low, and sums without a remainder; each hour hangs together."""
    for market in data().markets[name]:
        for day in market.rows[-3:]:
            hours = list(hours_of(day))
            _check(day, hours)


def test_a_day_of_one_price_and_an_idle_day_have_hours() -> None:
    """A day without deals has 24 hours without deals, and a flat one has flat hours."""
    _check(row(TODAY, 5), list(hours_of(row(TODAY, 5))))
    flat = Row(TODAY, "7.10", "7.1", "7.1", "7.100", "3.3", "23.43")
    idle = Row(TODAY, "7", "7", "7", "7", "0", "0.00")
    for day in (flat, idle):
        hours = list(hours_of(day))
        _check(day, hours)
        assert {Decimal(hour.high) - Decimal(hour.low) for hour in hours} == {Decimal(0)}


def _check(day: Row, hours: list[Row]) -> None:
    assert [hour.hour for hour in hours] == list(range(24))
    assert (Decimal(hours[0].open), Decimal(hours[-1].close)) == (Decimal(day.open), Decimal(day.close))
    assert max(Decimal(hour.high) for hour in hours) == Decimal(day.high)
    assert min(Decimal(hour.low) for hour in hours) == Decimal(day.low)
    assert sum(Decimal(hour.base_volume) for hour in hours) == Decimal(day.base_volume)
    assert sum(Decimal(hour.turnover or 0) for hour in hours) == Decimal(day.turnover or 0)
    for earlier, hour in zip([None, *hours], hours, strict=False):
        low, high, volume = Decimal(hour.low), Decimal(hour.high), Decimal(hour.base_volume)
        assert low <= min(Decimal(hour.open), Decimal(hour.close))
        assert high >= max(Decimal(hour.open), Decimal(hour.close))
        assert earlier is None or Decimal(earlier.close) == Decimal(hour.open)
        assert hour.turnover is None or low * volume <= Decimal(hour.turnover) <= high * volume


def _path(span: Span) -> str:
    assert HTX.ask_hours is not None
    asked = HTX.ask_hours("btcusdt", span)
    return "/market/history/candles?" + "&".join(f"{name}={value}" for name, value in asked.params.items())


WEEK = Span(TODAY - timedelta(days=7), TODAY - timedelta(days=1))


async def _days(*faults: Fault) -> Columns:
    async with asking(*faults) as ask:
        return utc_days(HTX.read_candles((await ask.get("htx", _path(WEEK))).body, "btcusdt"))


async def test_the_twins_utc_days_are_sixteen_hours_of_one_day_and_eight_of_the_next() -> None:
    """A week of UTC days comes in one answer; each opens with a day's ninth hour and closes with the next's eighth."""
    days = await _days()
    assert list(days.opened_ms) == [opening(day) for day in WEEK.days()]
    # The rows of two days that share the UTC day two days ago: prices 1697 (its label) and 1698.
    parts = [*list(hours_of(row(WEEK.last - timedelta(days=1), 1597)))[8:]]
    parts += list(hours_of(row(WEEK.last, 1598)))[:8]
    assert days.open[-2] == parts[0].open
    assert days.close[-2] == parts[-1].close
    assert Decimal(days.high[-2]) == max(Decimal(hour.high) for hour in parts)
    assert Decimal(days.low[-2]) == min(Decimal(hour.low) for hour in parts)
    assert Decimal(days.base_volume[-2]) == sum(Decimal(hour.base_volume) for hour in parts)
    assert Decimal((days.turnover or [])[-2]) == sum(Decimal(hour.turnover or 0) for hour in parts)


async def test_the_running_hour_is_the_newest() -> None:
    """HTX answers newest first; no hour is served before it opens, and the running UTC day is not whole."""
    async with asking() as ask:
        rows = await ask.rows("htx", "/market/history/kline?symbol=btcusdt&period=60min&size=2000")
        assert (len(rows), int(rows[0]["id"])) == (2000, int(NOW.timestamp()))
        assert [int(a["id"]) - int(b["id"]) for a, b in pairwise(rows)] == [3600] * 1999
        got = await ask.get("htx", _path(Span(TODAY, TODAY)))
        assert got.body.startswith(b'{"ch":"market.btcusdt.kline.60min","status":"ok"')
        columns = HTX.read_candles(got.body, "btcusdt")
    assert (len(columns.opened_ms), list(utc_days(columns).opened_ms)) == (13, [])


@pytest.mark.parametrize(
    "kind", ["conflicting_duplicate", "off_boundary", "bad_number", "crossed", "turnover_out_of_range", "empty"]
)
async def test_no_lie_among_the_hours_becomes_a_day(kind: Any) -> None:
    """Each lie costs the days it touches and changes no other."""
    sound = {opened: rest for opened, *rest in _rows(await _days())}
    lied = {opened: rest for opened, *rest in _rows(await _days(Fault("htx", kind)))}
    assert lied.items() <= sound.items()
    assert len(lied) == (0 if kind in {"off_boundary", "empty"} else 6)


def _rows(days: Columns) -> list[tuple[Any, ...]]:
    return list(zip(*(column for column in days[:7] if column is not None), strict=True))


async def test_ccxt_finds_the_hours() -> None:
    """ccxt's own fetch_ohlcv of an hour gives the twin's hours: times, closes, volumes."""
    async with Twin(data(), now=INVENTED_NOW) as twin:
        exchange: ccxt.htx = _pointed("htx", twin.endpoint("htx"))
        try:
            since = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)
            rows = await exchange.fetch_ohlcv("BTC/USDT", "1h", since, 30)
        finally:
            await exchange.close()
    (market,) = (each for each in data().markets["htx"] if each.base == "BTC")
    hours = [
        (opening(hour.day, hour.hour - 8), hour.close)
        for day in market.rows
        if datetime(2026, 2, 28, tzinfo=UTC).date() < day.day
        for hour in hours_of(day)
    ]
    wanted = [(at, float(close)) for at, close in hours if since <= at < since + 30 * HOUR_MS]
    assert [(at, close) for at, _, _, _, close, _ in rows] == wanted
