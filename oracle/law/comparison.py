"""Somebody's figure for a venue's coin and day beside ours, and which single replaced leg would reproduce it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from functools import partial
from typing import Literal

from oracle.law.valuation import Leg, product
from oracle.numbers import EXACT, ROUNDING, kopecks, plain, times

Name = Literal["official_rate", "pair", "stablecoin_path", "trading_day", "rounding_close", "rounding_rate", "rounding"]

How = Literal["rounded", "cut"]
_HOW: dict[str, How] = {ROUND_HALF_UP: "rounded", ROUND_FLOOR: "cut"}
_HUNDRED = Decimal(100)
_RATE_PLACES = 4  # the Bank of Russia publishes four decimals


@dataclass(frozen=True, slots=True)
class Pair:
    """A market's close with its way to rubles, and the other stablecoin path where there is one."""

    market: str
    close: Decimal
    legs: tuple[Leg, ...]
    other: tuple[Leg, ...] | None = None

    @property
    def rub(self) -> Decimal:
        """Exactly."""
        return times(self.close, product(self.legs))


@dataclass(frozen=True, slots=True)
class Around:
    """What might have been taken instead: official rates for one unit, and the venue's closes, of other days."""

    rates: Mapping[date, Mapping[str, Decimal]] = field(default_factory=dict)
    closes: Mapping[date, Mapping[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A single leg that, replaced, reproduces the figure to the kopeck; `rub` before rounding.

    `pair`: with the leg replaced, `on` the day of the other official rate or close, if it is one. For a rounding `how`,
    to how many decimal `places`, and the `rounded` close or rate (of rubles it is `rub`).
    """

    leg: Name
    rub: Decimal
    pair: Pair
    on: date | None = None
    how: How | None = None
    places: int | None = None
    rounded: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is theirs less ours, of which `percent` to four decimals; `same`: alike to the kopeck."""

    lowest: Pair
    difference: Decimal
    percent: Decimal
    same: bool
    explanations: tuple[Explanation, ...]


def lowest(pairs: Sequence[Pair]) -> Pair:
    """The pair with the lowest rubles, as the tax service's page shows; of equals the first by name."""
    return min(pairs, key=lambda each: (each.rub, each.market))


def compare(theirs: Decimal, pairs: Sequence[Pair], around: Around) -> Comparison:
    """Their rubles beside the lowest of our pairs, of which there is at least one."""
    ours = lowest(pairs)
    difference = EXACT.subtract(theirs, ours.rub)
    share = ROUNDING.divide(times(difference, _HUNDRED), ours.rub) if ours.rub else Decimal(0)
    percent = share.quantize(Decimal("0.0001"), ROUND_HALF_UP, ROUNDING)
    same = kopecks(theirs) == kopecks(ours.rub)
    found = [] if same else [each for each in _replaced(pairs, ours, around) if kopecks(each.rub) == kopecks(theirs)]
    # 101.6797 to three decimals and to two is 101.68 both times: one explanation.
    told = {(each.leg, each.rub): each for each in reversed(found)}
    return Comparison(ours, difference, percent, same, tuple(reversed(told.values())))


def _replaced(pairs: Sequence[Pair], ours: Pair, around: Around) -> Iterator[Explanation]:
    for day, rates in sorted(around.rates.items()):
        for each in _lowest_and_own(pairs, ours, partial(_at_rates, rates)):
            yield Explanation("official_rate", each.rub, each, day)
    for each in pairs:
        if each.market != ours.market:
            yield Explanation("pair", each.rub, each)
    for each in _lowest_and_own(pairs, ours, _by_the_other_path):
        yield Explanation("stablecoin_path", each.rub, each)
    for day, closes in sorted(around.closes.items()):
        for each in _lowest_and_own(pairs, ours, partial(_at_closes, closes)):
            yield Explanation("trading_day", each.rub, each, day)
    yield from _rounded(ours)


def _lowest_and_own(pairs: Sequence[Pair], ours: Pair, other: Callable[[Pair], Pair | None]) -> list[Pair]:
    """With the leg replaced everywhere, the pair that is lowest then; and the one that is lowest by ours."""
    replaced = [each for each in map(other, pairs) if each]
    own = other(ours)
    return [*([lowest(replaced)] if replaced else []), *([own] if own else [])]


def _by_the_other_path(pair: Pair) -> Pair:
    return replace(pair, legs=pair.other) if pair.other else pair


def _at_rates(rates: Mapping[str, Decimal], pair: Pair) -> Pair | None:
    legs = []
    for leg in pair.legs:
        if leg.by == "official_rate":
            if leg.of not in rates:
                return None
            legs.append(leg._replace(rate=rates[leg.of], effective_on=None))
        else:
            legs.append(leg)
    return replace(pair, legs=tuple(legs))


def _at_closes(closes: Mapping[str, Decimal], pair: Pair) -> Pair | None:
    return replace(pair, close=closes[pair.market]) if pair.market in closes else None


def _rounded(ours: Pair) -> Iterator[Explanation]:
    """Close, official rate or rubles, to fewer decimals than they have, rounded or cut."""
    for how, word in _HOW.items():
        for places in range(_places(ours.close)):
            close = _to(ours.close, places, how)
            pair = replace(ours, close=close)
            yield Explanation("rounding_close", pair.rub, pair, None, word, places, close)
        for leg in ours.legs:
            for places in range(_RATE_PLACES if leg.by == "official_rate" else 0):
                rate = _to(leg.rate, places, how)
                legs = tuple(each._replace(rate=rate) if each is leg else each for each in ours.legs)
                pair = replace(ours, legs=legs)
                yield Explanation("rounding_rate", pair.rub, pair, None, word, places, rate)
        for places in (0, 2):
            yield Explanation("rounding", _to(ours.rub, places, how), ours, None, word, places)


def _to(number: Decimal, places: int, how: str) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), how, ROUNDING)


def _places(number: Decimal) -> int:
    return len(plain(number).partition(".")[2])
