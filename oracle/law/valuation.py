"""What one unit of a quote asset is worth in rubles, and by which path."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

from oracle.law.asset import Assets
from oracle.numbers import plain, times

ONE = Decimal(1)
By = Literal["official_rate", "peg", "close"]


class Leg(NamedTuple):
    """One step on the way to rubles: one `of` is `rate` `into`, `by` official_rate, peg or close.

    `effective_on`: the date that the official rate bears; `market`: the venue's market whose close was taken.
    """

    of: str
    into: str
    by: By
    rate: Decimal
    effective_on: date | None = None
    market: str | None = None


class RubleValue(NamedTuple):
    """Rubles for one unit of `asset`, exactly; `path` is official, peg, market or cross."""

    asset: str
    path: str
    rub: Decimal
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Why there is no ruble value."""

    asset: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class RateInForce:
    """The official rate in force on a date: rubles for one unit, and the date that the rate bears."""

    currency: str
    per_unit: Decimal
    effective_on: date


class QuotedClose(NamedTuple):
    """A venue's close of an asset in `quote`, with the market's turnover in it for choosing among markets."""

    market: str
    quote: str
    close: Decimal
    turnover_quote: Decimal


class Rates(Protocol):
    """Official rates in force on one date."""

    def __call__(self, currency: str) -> RateInForce | None: ...


@dataclass(frozen=True, slots=True)
class Scales:
    """All that is needed to value quote assets of one venue on one day.

    `reckoned`: values of currencies and pegs on that date, which are the same on every venue, each reckoned once.
    """

    assets: Assets
    rates: Rates
    closes: Mapping[str, list[QuotedClose]]
    reckoned: "dict[str, RubleValue | Unpriced]" = field(default_factory=dict)


def official(currency: str, scales: Scales) -> RubleValue | Unpriced:
    """A currency at the official rate in force; the ruble is itself."""
    if currency == "RUB":
        return RubleValue("RUB", "official", ONE, ())
    rate = scales.rates(currency)
    if rate is None:
        return Unpriced(currency, "official", f"no official rate of {currency} is known for the date")
    return RubleValue(
        currency, "official", rate.per_unit, (Leg(currency, "RUB", "official_rate", rate.per_unit, rate.effective_on),)
    )


def ruble_value(asset: str, scales: Scales, stablecoin_path: str) -> RubleValue | Unpriced:
    """Rubles for one unit of a fiat currency, a stablecoin (by `stablecoin_path`) or another coin."""
    kind = scales.assets.kinds[asset]
    if kind == "fiat" or (kind == "stablecoin" and stablecoin_path == "peg"):
        value = scales.reckoned.get(asset)
        if value is None:
            value = scales.reckoned[asset] = official(asset, scales) if kind == "fiat" else _pegged(asset, scales)
        return value
    if kind == "stablecoin" and stablecoin_path == "refuse":
        return Unpriced(asset, "refuse", f"by this reading a price in the stablecoin {asset} has no ruble value")
    return _through_market(asset, scales, "market" if kind == "stablecoin" else "cross")


def _pegged(asset: str, scales: Scales) -> RubleValue | Unpriced:
    peg = scales.assets[asset].peg
    value = official(peg, scales)
    if isinstance(value, Unpriced):
        return replace(value, asset=asset, path="peg")
    return RubleValue(asset, "peg", value.rub, (Leg(asset, peg, "peg", ONE), *value.legs))


def _through_market(asset: str, scales: Scales, path: str) -> RubleValue | Unpriced:
    """The asset's own close against a currency; for another coin also against a stablecoin at its peg.

    Of several such markets the one with the largest turnover in rubles is taken, as the least easily moved.
    """
    found: list[tuple[QuotedClose, RubleValue]] = []
    kinds = scales.assets.kinds
    for close in scales.closes.get(asset, ()):
        kind = kinds[close.quote]
        if kind == "fiat" or (kind == "stablecoin" and path == "cross"):
            quote = ruble_value(close.quote, scales, "peg")
            if isinstance(quote, RubleValue):
                found.append((close, quote))
    if not found:
        return _no_close(asset, path)
    close, value = max(found, key=_size) if len(found) > 1 else found[0]
    leg = Leg(asset, close.quote, "close", close.close, None, close.market)
    return RubleValue(asset, path, times(close.close, value.rub), (leg, *value.legs))


def _size(found: tuple[QuotedClose, RubleValue]) -> tuple[Decimal, str]:
    close, value = found
    return times(close.turnover_quote, value.rub), close.market


@lru_cache(maxsize=1 << 12)
def _no_close(asset: str, path: str) -> Unpriced:
    against = "a currency" if path == "market" else "a currency or a stablecoin"
    return Unpriced(asset, path, f"the venue shows no close of {asset} against {against} that day")


def product(legs: tuple[Leg, ...]) -> Decimal:
    """Rubles for one unit by these steps, exactly; 1 for none: the ruble itself."""
    result = ONE
    for leg in legs:
        result = times(result, leg.rate)
    return result


def legs_json(legs: tuple[Leg, ...]) -> str:
    """The legs as stored and published, rates as text; `legs_of` reads them back."""
    return f"[{', '.join([_close_json(leg) if leg.by == 'close' else _leg_json(leg) for leg in legs])}]"


def _close_json(leg: Leg) -> str:
    effective = f'"{leg.effective_on.isoformat()}"' if leg.effective_on else "null"
    return (
        f'{{"of": {_text(leg.of)}, "into": {_text(leg.into)}, "by": "{leg.by}", "rate": "{plain(leg.rate)}", '
        f'"effective_on": {effective}, "market": {_text(leg.market)}}}'
    )


# Official rates and pegs are on the way of many values; texts are few.
_leg_json = lru_cache(maxsize=1 << 16)(_close_json)
_text = lru_cache(maxsize=1 << 16)(json.dumps)


@lru_cache(maxsize=1 << 13)
def legs_of(text: str) -> tuple[Leg, ...]:
    """The legs that `legs_json` wrote."""
    return tuple(
        Leg(
            each["of"],
            each["into"],
            each["by"],
            Decimal(each["rate"]),
            date.fromisoformat(each["effective_on"]) if each["effective_on"] else None,
            each["market"],
        )
        for each in json.loads(text)
    )
