"""English: the tests of the law in words, each a part of a sentence, with its figures."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.numbers import kopecks
from oracle.words.remembering import remembered

# Figures as JSON holds them, perhaps read back from a published file.
_Figures = Mapping[str, Any]


def day(day: date) -> str:
    """A date."""
    return day.isoformat()


def rubles(amount: Decimal) -> str:
    """Digits in groups of three: 9 514 779.61."""
    return f"{amount:,f}".replace(",", " ")


def _turnover(figures: _Figures, end: str) -> str:
    exact = figures["turnover_high_rub"] == figures["turnover_low_rub"]
    low = f"{_amount(figures['turnover_low_rub'], figures['floor_rub'])} RUB over {figures['markets']} markets"
    of = f"turnover in {figures['coin']} of" if "coin" in figures else "turnover of"
    return f"{of} {end.format(low=('' if exact else 'at least ') + low, floor=_amount(figures['floor_rub']))}"


def _not_above(figures: _Figures) -> str:
    high = figures["turnover_high_rub"]
    at_most = "" if high == figures["turnover_low_rub"] else f"at most {_amount(high)} RUB, "
    said = _turnover(figures, at_most + "{low} does not exceed {floor} RUB")
    missing = figures["missing_markets"]
    if not missing:
        return said
    listed = (
        "one listed market was not read, which" if missing == 1 else f"{missing} listed markets were not read, which"
    )
    return f"{said} ({listed} would not count: deals in such a base asset are left out)"


def _uncertain(figures: _Figures) -> str:
    why = []
    if missing := figures["missing_markets"] - figures.get("missing_uncounted", 0):
        why.append(f"{missing} listed markets are missing")
    if figures["unpriced"]:
        why.append(f"markets quoted in {', '.join(figures['unpriced'])} have no ruble value")
    if figures["uncollected"]:
        why.append(f"deals in {', '.join(figures['uncollected'])} are not collected")
    if figures["turnover_high_rub"] is not None:
        high = _amount(figures["turnover_high_rub"])
        why.append(f"it may be as much as {high} RUB, for the venue publishes volumes only")
    return _turnover(figures, "{low} does not exceed {floor} RUB, but ") + " and ".join(why)


def _amount(text: str, beside: str | None = None) -> str:
    """Kopecks where there are any, all digits where kopecks would hide the difference to the amount beside."""
    amount, other = Decimal(text), None if beside is None else Decimal(beside)
    rounded = kopecks(amount)
    return rubles(amount if rounded == other != amount else rounded).removesuffix(".00")


def _of(figures: _Figures) -> str:
    return f" of {figures['coin']}" if "coin" in figures else ""


def _start_open(figures: _Figures) -> str:
    first = figures["first_published_on"]
    since = (
        f"the first known quotation{_of(figures)} is of {first}" if first else f"no quotation{_of(figures)} is known"
    )
    return f"{since}; whether any was published on {figures['window_first_on']} was not collected"


def _too_late(figures: _Figures) -> str:
    first, begins = figures["first_published_on"], figures["window_first_on"]
    of = _of(figures)
    return f"first quotation{of} of {first}, that is after {begins}" if first else f"no quotation{of} was published"


def _share(figures: _Figures, only: str = "") -> str:
    days = f"{figures['published_days']} of the {figures['window_days']} days"
    return f"a quotation{_of(figures)} {only}on {days} from {figures['window_first_on']}"


def _unproven(figures: _Figures) -> str:
    presumed = f"the trading day is presumed to open at {figures['opens']} UTC"
    if figures["candles_off"]:
        return f"{presumed}, but {figures['candles_off']} candles opened at another time"
    return f"{presumed}, which {figures['days_on']} days show; {figures['least_days']} are needed"


REASONS: Mapping[str, Callable[[_Figures], str]] = {
    "no_rule_in_force": lambda f: f"no rule was in force: the first edition holds from {f['first_edition_on']}",
    "not_collected": lambda f: f"no candle of any market of {f['venue']} on {f['day_on']} was collected",
    "turnover_above_floor": lambda f: _turnover(f, "{low} exceeds {floor} RUB"),
    "turnover_not_above_floor": _not_above,
    "turnover_undetermined": _uncertain,
    "published_before_window": lambda f: (
        f"quotations{_of(f)} published since {f['first_published_on']}, that is before {f['window_first_on']}"
    ),
    "publication_start_not_collected": _start_open,
    "published_too_late": _too_late,
    "publication_covered": _share,
    "publication_not_collected": lambda f: f"{_share(f)}; {f['open_days']} days were not collected",
    "publication_gaps": lambda f: _share(f, "only "),
    "jurisdiction_counts": lambda f: f"a {f['jurisdiction']} organiser of trading",
    "jurisdiction_does_not_count": lambda f: f"a {f['jurisdiction']} organiser of trading",
    "day_proven": lambda f: (
        f"the trading day opens at {f['opens']} UTC: at least {f['days_on']} days opened then "
        "and no candle at another time"
    ),
    "day_unproven": _unproven,
    "utc_day_built": lambda f: f"the UTC day, built from hours: the venue's own day opens at {f['opens']} UTC",
    "utc_day_unknown": lambda f: f"the venue's own day opens at {f['opens']} UTC, and its UTC day was not built",
    "figures_final": lambda _: "all figures of the day are final",
    "figures_provisional": lambda f: f"the figures of {f['provisional_markets']} markets await a second reading",
    "figures_provisional_allowed": lambda f: (
        f"the figures of {f['provisional_markets']} markets await a second reading, which this reading does not require"
    ),
}
# One test of the law, as a part of a sentence.
reason = remembered(REASONS)
