"""Invented markets and rates for demonstrations and benchmarks: of realistic size and digits, of no meaning."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from oracle.twin.styles import DEPTH_USD, FEW, PRICE_PLACES, SHARES, STYLES
from oracle.twin.table import RateRow, Row, TwinData, TwinMarket

if TYPE_CHECKING:
    from collections.abc import Iterator

NANO = 10**9
MANY_UNTIL = date(2026, 6, 30)
AHEAD = 2  # days after now, which the twin keeps back until they open; HTX opens tomorrow's day this afternoon

_COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "LTC")
_ANCHOR_DAYS = 32
_SATURDAY = 5
_PAUSE_UNTIL = 8  # January
# What one unit is worth in billionths of a US dollar, and by how many thousandths it may stray from that.
_WORTH = {
    "BTC": (77_777 * NANO, 300),
    "ETH": (3_333 * NANO, 350),
    "SOL": (155 * NANO, 400),
    "XRP": (2_222 * NANO // 1000, 350),
    "DOGE": (222 * NANO // 1000, 400),
    "LTC": (99 * NANO, 300),
    "USDT": (NANO, 1),
    "USDC": (NANO, 1),
    "USD": (NANO, 0),
    "EUR": (1_111 * NANO // 1000, 40),
    "GBP": (1_299 * NANO // 1000, 40),
    "KRW": (NANO // 1400, 40),
    "TRY": (NANO // 38, 60),
    "JPY": (NANO // 150, 50),
    "CNY": (NANO * 10 // 72, 20),
    "KZT": (NANO // 500, 50),
    "RUB": (NANO // 88, 80),
}
_NOMINALS = {"USD": 1, "EUR": 1, "GBP": 1, "KRW": 1000, "TRY": 10, "JPY": 100, "CNY": 1, "KZT": 100}


def invented(now: datetime, days: int = 1130) -> TwinData:
    """Venues and the rates up to now: the same figures for the same day whenever they are asked for."""
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days)
    span = range(first.toordinal(), today.toordinal() + AHEAD + 1)
    markets = {
        venue: tuple(
            TwinMarket(base, quote, tuple(_row(venue, base, quote, ordinal) for ordinal in span))
            for base, quote in _pairs(venue)
        )
        for venue in STYLES
    }
    rates_from = first - timedelta(days=40)
    return TwinData(markets, _rates(rates_from, today + timedelta(days=AHEAD)), demo=True)


def many(markets: int, days: int, venue: str, until: date = MANY_UNTIL) -> TwinData:
    """So many markets C0001, C0002 ... of one venue; they share a few sets of rows, so that thousands fit in memory."""
    quote = {"coinbase": "USD", "kraken": "USD", "upbit": "KRW", "bithumb": "KRW"}.get(venue, "USDT")
    span = range(until.toordinal() - days + 1, until.toordinal() + 1)
    shared = [tuple(_row(venue, coin, quote, ordinal) for ordinal in span) for coin in _COINS]
    listed = tuple(TwinMarket(f"C{at + 1:04d}", quote, shared[at % len(shared)]) for at in range(markets))
    return TwinData({venue: listed}, _rates(until - timedelta(days=days + 40), until), demo=True)


def _pairs(venue: str) -> Iterator[tuple[str, str]]:
    if venue in FEW:
        yield from FEW[venue]
    elif venue in {"coinbase", "kraken"}:
        yield from ((coin, quote) for quote in ("USD", "EUR") for coin in _COINS)
        yield "USDT", "USD"
    elif venue == "upbit":
        yield from ((coin, "KRW") for coin in (*_COINS, "USDT"))
    else:
        yield from ((coin, "USDT") for coin in _COINS)
    if venue == "binance":
        yield from (("BTC", "EUR"), ("ETH", "EUR"), ("EUR", "USDT"), ("USDT", "TRY"), ("ETH", "BTC"), ("USDC", "USDT"))


def _row(venue: str, base: str, quote: str, ordinal: int) -> Row:
    """One day, in whole units of the last decimal place throughout."""
    style = STYLES[venue]
    places, step = PRICE_PLACES.get((venue, base, quote)) or PRICE_PLACES[base, quote]
    chance = _chance(venue, base, quote, str(ordinal))
    unit = NANO // 10**places * step
    opened, closed = (_price(venue, base, quote, at) // unit * step for at in (ordinal - 1, ordinal))
    reach = max(_WORTH[base][1], _WORTH[quote][1])  # a stablecoin's day is as narrow as its whole range
    high = (max(opened, closed) * (100_000 + chance % (4 * reach + 5)) // 100_000 // step + 1) * step
    low = (min(opened, closed) * (100_000 - chance % (3 * reach + 7)) // 100_000 // step - 1) * step
    mean = (opened + high + low + closed) // 4
    # Shares of depth, in the quote asset, at the mean price: an amount of the base.
    dollars = DEPTH_USD[venue] * SHARES.get((base, quote), SHARES[base]) // 1000 * _crowd(venue, ordinal) // 1000
    volume = dollars * NANO * 10**style.volume_places // _worth(base, ordinal)
    turnover = volume * mean * 10**style.turnover_places // 10 ** (style.volume_places + places)
    prices = [_text(price, places, style.price_pad) for price in (opened, high, low, closed)]
    return Row(
        date.fromordinal(ordinal),
        open=prices[0],
        high=prices[1],
        low=prices[2],
        close=prices[3],
        base_volume=_text(volume, style.volume_places, style.volume_pad),
        turnover=_text(turnover, style.turnover_places, style.volume_pad) if style.has_turnover else None,
        trades=dollars // 700 + chance % 997,
        vwap=_text(mean, places, style.price_pad) if style.has_vwap else None,
    )


@lru_cache(maxsize=1 << 12)
def _price(venue: str, base: str, quote: str, ordinal: int) -> int:
    """Billionths of the quote for one of the base; the venues differ by a few hundred-thousandths."""
    skew = 99_990 + _chance(venue, base, str(ordinal)) % 21
    return _worth(base, ordinal) * NANO // _worth(quote, ordinal) * skew // 100_000


@lru_cache(maxsize=1 << 16)
def _worth(code: str, ordinal: int) -> int:
    """A slow wander between monthly anchors and a small jolt each day, all from the name and the date alone."""
    worth, reach = _WORTH[code]
    anchor, into = divmod(ordinal, _ANCHOR_DAYS)
    here, there = (_chance(code, str(at)) % 2001 - 1000 for at in (anchor, anchor + 1))
    drift = (here * (_ANCHOR_DAYS - into) + there * into) * reach // _ANCHOR_DAYS
    jolt = (_chance(code, "day", str(ordinal)) % 201 - 100) * reach // 2
    return worth * (1_000_000 + drift + jolt) // 1_000_000


@lru_cache(maxsize=1 << 14)
def _crowd(venue: str, ordinal: int) -> int:
    """How busy the day is, in thousandths: 600 to 1600, so that the middling venues cross the threshold both ways."""
    return 600 + _chance(venue, "crowd", str(ordinal)) % 1001


def _chance(*words: str) -> int:
    return int.from_bytes(blake2b("|".join(words).encode(), digest_size=6).digest(), "big")


def _text(units: int, places: int, pad: int | None) -> str:
    """Whole units of the last place as decimal text, padded with zeros or, where pad is None, without needless ones."""
    digits = str(units).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    part = part.rstrip("0") if pad is None else part.ljust(pad, "0")
    return f"{whole}.{part}" if part else whole


def _rates(first: date, last: date) -> dict[str, tuple[RateRow, ...]]:
    """Rates of every code, set on working days and dated the day after; none is set from 31 December to 8 January."""
    ordinals = [
        ordinal
        for ordinal in range(first.toordinal(), last.toordinal() + 1)
        if _sets_rates(date.fromordinal(ordinal - 1))
    ]
    return {code: tuple(_rate(code, nominal, at) for at in ordinals) for code, nominal in _NOMINALS.items()}


def _sets_rates(day: date) -> bool:
    """Monday to Friday, but not in the New Year's days, so that no rate is dated 1 to 9 January."""
    is_pause = (day.month, day.day) == (12, 31) or (day.month == 1 and day.day <= _PAUSE_UNTIL)
    return day.weekday() < _SATURDAY and not is_pause


def _rate(code: str, nominal: int, ordinal: int) -> RateRow:
    units = _worth(code, ordinal) * nominal * 10_000 // _worth("RUB", ordinal)
    return RateRow(date.fromordinal(ordinal), nominal, _text(units, 4, 4))
