"""From what was collected to what the law makes of it: rates in force, ruble values, venue days and verdicts.

Gathers from the working store, decides by the pure functions of `law`, and returns rows for the published tables.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from oracle.days import Span, trading_day
from oracle.knowledge import DEFAULT_RULEBOOK, Knowledge
from oracle.law.coverage import MarketCoverage, missing_markets
from oracle.law.publication import Publication, Published
from oracle.law.rates import RateBook, RateRow
from oracle.law.rulebook import Edition, Rulebook
from oracle.law.turnover import QuoteSum, Turnover, turnover
from oracle.law.valuation import Leg, QuotedClose, RateInForce, RubleValue, Scales, Unpriced, ruble_value
from oracle.law.verdict import verdict
from oracle.numbers import ROUNDING, plain
from oracle.store import figures
from oracle.venues import VENUES
from oracle.venues.venue import Venue

Rows = list[dict[str, Any]]
_TABLE_PLACES = Decimal("1e-16")
_VALUE_PLACES = -20


@dataclass(slots=True)
class Judgement:
    """Rows of the published tables that the law makes."""

    rates_in_force: Rows = field(default_factory=list)
    ruble_values: Rows = field(default_factory=list)
    venue_days: Rows = field(default_factory=list)
    verdicts: Rows = field(default_factory=list)


def judge(connection: figures.Connection, known: Knowledge) -> Judgement:
    """Everything for every venue and day that has a current candle."""
    figures.register_kinds(connection, [(asset.code, asset.kind) for asset in known.assets.all()])
    result = Judgement()
    in_force = _rates_in_force(connection)
    result.rates_in_force = [
        {
            "currency": row.currency,
            "day": day,
            "per_unit": row.per_unit,
            "nominal": row.nominal,
            "value": row.value,
            "effective_on": row.effective_on,
            "observation": row.observation,
        }
        for (_, day), row in in_force.items()
    ]
    closes = _closes(connection)
    markets = _markets(connection)
    for name, rows in groupby(figures.sums(connection), key=lambda row: row.venue):
        court = _Court(VENUES[name], list(rows), markets[name], known)
        for day, sums in court.days():
            court.judge(day, sums, Scales(known.assets, _Rates(in_force, day), closes.get((name, day), {})), result)
    return result


class _Rates:
    """The rates in force on one day."""

    def __init__(self, in_force: dict[tuple[str, date], RateRow], day: date) -> None:
        self._in_force, self._day = in_force, day

    def __call__(self, currency: str) -> RateInForce | None:
        row = self._in_force.get((currency, self._day))
        return row and RateInForce(currency, row.per_unit, row.effective_on)


class _Court:
    """Judges the days of one venue."""

    def __init__(
        self, venue: Venue, rows: list[figures.SumRow], markets: list[MarketCoverage], known: Knowledge
    ) -> None:
        self._venue, self._rows, self._known = venue, rows, known
        span = Span(rows[0].day, rows[-1].day)
        self._missing = missing_markets(markets, span)
        settled = [day for day, missing in self._missing.items() if not missing]
        self._published = Published({row.day for row in rows}, settled)

    def days(self) -> Iterator[tuple[date, list[figures.SumRow]]]:
        for day, rows in groupby(self._rows, key=lambda row: row.day):
            yield day, list(rows)

    def judge(self, day: date, rows: list[figures.SumRow], scales: Scales, result: Judgement) -> None:
        venue = self._venue.name
        sums = [QuoteSum(row.quote, row.base_kind, row.low, row.high, row.markets) for row in rows]
        quotes = sorted({each.quote for each in sums})
        by_path = {
            path: {quote: ruble_value(quote, scales, path) for quote in quotes} for path in ("peg", "market")
        }
        for value in {each.path + each.asset: each for values in by_path.values() for each in values.values()}.values():
            result.ruble_values.append({"venue": venue, "day": day, **value_row(value)})
        turnovers: dict[tuple[str, tuple[str, ...]], Turnover] = {}
        for book in self._known.rulebooks.values():
            edition = _edition(book, day)
            key = edition.stablecoin_path, edition.counted_bases
            if key not in turnovers:
                turnovers[key] = turnover(sums, by_path[key[0]], key[1], self._missing[day])
            publication = self._published.before(day, edition.publication_years)
            if book.name == DEFAULT_RULEBOOK:
                result.venue_days.append(self._venue_day(day, turnovers[key], publication))
            result.verdicts.append(_verdict_row(self._venue, day, book, turnovers[key], publication))

    def _venue_day(self, day: date, figure: Turnover, publication: Publication) -> dict[str, Any]:
        hours = trading_day(day, self._venue.opens)
        return {
            "venue": self._venue.name,
            "day": day,
            "opens_at": hours.opens_at,
            "closes_at": hours.closes_at,
            "turnover_rub": None if figure.exact is None else _cut(figure.exact),
            "turnover_rub_low": _cut(figure.low),
            "turnover_rub_high": None if figure.high is None else _raised(figure.high),
            "turnover_rub_all_bases_low": _cut(figure.with_all_low),
            "counted_markets": figure.counted_markets,
            "missing_markets": figure.missing_markets,
            "unpriced": ",".join(figure.unpriced),
            "published_since": publication.first_published,
            "published_days": publication.published_days,
            "window_days": len(publication.window),
        }


def _edition(book: Rulebook, day: date) -> Edition:
    """The edition in force; before the first one its values tell how turnover is counted, though nothing is judged."""
    return book.edition(day) or book.editions[0]


def _verdict_row(
    venue: Venue, day: date, book: Rulebook, figure: Turnover, publication: Publication
) -> dict[str, Any]:
    judged = verdict(book, day, figure, publication, venue.jurisdiction)
    reasons = [
        {"code": each.code, "result": each.result, "text": each.text, "clause": each.clause} for each in judged.reasons
    ]
    return {
        "venue": venue.name,
        "day": day,
        "rulebook": judged.rulebook,
        "in_force_from": judged.in_force_from,
        "verdict": judged.verdict,
        "turnover_rub_low": _cut(figure.low),
        "turnover_rub_high": None if figure.high is None else _raised(figure.high),
        "reasons": json.dumps(reasons, ensure_ascii=False),
    }


def value_row(value: RubleValue | Unpriced) -> dict[str, Any]:
    """A ruble value as a row of the published table; its legs give the exact value back, see `legs_of`."""
    if isinstance(value, Unpriced):
        return {"asset": value.asset, "path": value.path, "rub": None, "legs": "[]", "reason": value.reason}
    exponent = value.rub.normalize(ROUNDING).as_tuple().exponent
    fits = isinstance(exponent, int) and exponent >= _VALUE_PLACES
    legs = [
        {
            "of": leg.of,
            "into": leg.into,
            "by": leg.by,
            "rate": plain(leg.rate),
            "effective_on": leg.effective_on and leg.effective_on.isoformat(),
            "market": leg.market,
        }
        for leg in value.legs
    ]
    rub = value.rub if fits else None
    return {"asset": value.asset, "path": value.path, "rub": rub, "legs": json.dumps(legs), "reason": None}


def legs_of(text: str) -> tuple[Leg, ...]:
    """The legs out of a published row."""
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


def _cut(rubles: Decimal) -> Decimal:
    """The width of the table: what is beyond the 16th decimal is in the reasons' exact comparison only."""
    return rubles.quantize(_TABLE_PLACES, "ROUND_DOWN", ROUNDING)


def _raised(rubles: Decimal) -> Decimal:
    """An upper bound is never cut."""
    return rubles.quantize(_TABLE_PLACES, "ROUND_UP", ROUNDING)


def _rates_in_force(connection: figures.Connection) -> dict[tuple[str, date], RateRow]:
    answered = figures.rates_answered(connection)
    rows: dict[str, list[RateRow]] = {}
    for each in figures.rates(connection):
        row = RateRow(*each)
        rows.setdefault(row.currency, []).append(row)
    result: dict[tuple[str, date], RateRow] = {}
    for currency in sorted(rows):
        book = RateBook(rows[currency], answered.get(currency, []))
        for day in sorted({*book.days(), *(row.effective_on for row in rows[currency])}):
            if row_in_force := book.in_force(day):
                result[currency, day] = row_in_force
    return result


def _closes(connection: figures.Connection) -> dict[tuple[str, date], dict[str, list[QuotedClose]]]:
    result: dict[tuple[str, date], dict[str, list[QuotedClose]]] = {}
    for row in figures.closes(connection):
        close = QuotedClose(row.market, row.quote, row.close, row.turnover_quote)
        result.setdefault((row.venue, row.day), {}).setdefault(row.asset, []).append(close)
    return result


def _markets(connection: figures.Connection) -> dict[str, list[MarketCoverage]]:
    answered, quarantined = figures.answered(connection), figures.quarantined(connection)
    result: dict[str, list[MarketCoverage]] = {}
    for row in figures.listed(connection):
        key = row.venue, row.symbol
        coverage = MarketCoverage(answered.get(key, []), frozenset(quarantined.get(key, ())), row.gone_after)
        result.setdefault(row.venue, []).append(coverage)
    return result
