"""What the twin invents is the same each time, hangs together and lies on both sides of the thresholds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from oracle.twin.invented import invented, many

if TYPE_CHECKING:
    from oracle.twin import TwinData

NOW = datetime(2026, 2, 3, 12, tzinfo=UTC)
STABLE_OR_FIAT = {"USDT", "USDC", "EUR"}


@cache
def _data() -> TwinData:
    return invented(NOW, days=120)


def _rate(data: TwinData, code: str, day: date) -> Decimal:
    known = [row for row in data.rates["USD" if code == "USDT" else code] if row.effective_on <= day]
    return Decimal(known[-1].value) / known[-1].nominal


def _turnovers(venue: str) -> list[Decimal]:
    """Billions of rubles a day in coins, of what is quoted in dollars or national money."""
    sums: dict[date, Decimal] = {}
    for market in _data().markets[venue]:
        if market.base in STABLE_OR_FIAT or market.quote == "BTC":
            continue
        for row in market.rows:
            amount = Decimal(row.turnover) if row.turnover else Decimal(row.base_volume) * Decimal(row.close)
            sums[row.day] = sums.get(row.day, Decimal(0)) + amount * _rate(_data(), market.quote, row.day) / 10**9
    return list(sums.values())


def test_same_again() -> None:
    """A day has the same figures whenever it is invented, a week later too."""
    later = invented(NOW + timedelta(days=7), days=120)
    for venue, markets in _data().markets.items():
        for market, again in zip(markets, later.markets[venue], strict=True):
            known = {row.day: row for row in market.rows}
            assert all(known[row.day] == row for row in again.rows if row.day in known)


def test_hangs_together() -> None:
    """Every row has low <= open, close <= high, and its turnover lies between low and high times the volume."""
    for markets in _data().markets.values():
        for market in markets:
            for row in market.rows:
                low, high, volume = Decimal(row.low), Decimal(row.high), Decimal(row.base_volume)
                assert 0 < low <= min(Decimal(row.open), Decimal(row.close))
                assert high >= max(Decimal(row.open), Decimal(row.close))
                assert row.turnover is None or low * volume <= Decimal(row.turnover) <= high * volume
                assert row.vwap is None or low <= Decimal(row.vwap) <= high


def test_thresholds() -> None:
    """Binance and HTX are always above 100 billion rubles, Bybit and OKX not always, the others never; all pass 0.1."""
    above = {venue: [turnover > 100 for turnover in _turnovers(venue)] for venue in _data().markets}
    assert all(above["binance"])
    assert all(above["htx"])
    assert all({True, False} == set(above[venue]) for venue in ("bybit", "okx"))
    small = above.keys() - {"binance", "htx", "bybit", "okx"}
    assert not any(day for venue in small for day in above[venue])
    assert all(turnover > Decimal("0.1") for venue in _data().markets for turnover in _turnovers(venue))


def test_rates_are_set_on_working_days() -> None:
    """Invented rates are dated Tuesday to Saturday and pause in the first days of January."""
    days = [row.effective_on for row in _data().rates["KRW"]]
    assert {day.isoweekday() for day in days} == {2, 3, 4, 5, 6}
    assert not [day for day in days if day.month == 1 and day.day < 9]
    assert days[0] <= NOW.date() - timedelta(days=155)
    assert _data().rates["KRW"][0].nominal == 1000


def test_many_are_cheap() -> None:
    """Thousands of markets share a few sets of rows, each market under a name of its own."""
    data = many(3000, 50, "okx")
    markets = data.markets["okx"]
    assert len({market.base for market in markets}) == 3000
    assert {len(market.rows) for market in markets} == {50}
    assert len({id(market.rows) for market in markets}) < 10
