"""From what was collected to what the law makes of it: rates in force, ruble values, venue days and verdicts.

Gathers from the working store, decides by the pure functions of `law`, and returns rows for the published tables.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

import msgspec

from oracle.days import Span, trading_day
from oracle.knowledge import Knowledge
from oracle.law.boundary import Boundary
from oracle.law.coverage import MarketCoverage, missing_markets, with_beginning
from oracle.law.publication import Publication, Published
from oracle.law.rates import RateBook, RateRow
from oracle.law.rulebook import DEFAULT_RULEBOOK
from oracle.law.turnover import QuoteSum, Turnover, turnover
from oracle.law.valuation import QuotedClose, RateInForce, RubleValue, Scales, Unpriced, legs_json, ruble_value
from oracle.law.verdict import Verdict, no_rule, verdict
from oracle.numbers import ROUNDING
from oracle.store import figures
from oracle.store.naming import name_markets
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
    coverage: Rows = field(default_factory=list)


def judge(connection: figures.Connection, known: Knowledge, days: Span = figures.ALL_DAYS) -> Judgement:
    """Everything for every venue and day, of `days`, that has a current candle."""
    figures.register_kinds(connection, [(asset.code, asset.kind) for asset in known.identity.assets.all()])
    name_markets(connection, known.identity.aliases, "markets")
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
    values: dict[tuple[str, date], dict[str, Any]] = {}
    closes = _closes(connection, days)
    covered = _covered(connection)
    result.coverage = [
        {"venue": row.venue, "symbol": row.symbol, "first_day": span.first, "last_day": span.last}
        for row, spans in covered
        for span in spans
    ]
    markets = _markets(covered, figures.quarantined(connection))
    published, provisional = figures.published_days(connection), figures.provisional(connection)
    off = figures.off_boundary(connection)
    for name, rows in groupby(figures.sums(connection, days), key=lambda row: row.venue):
        venue = VENUES[name]
        boundary = Boundary(venue.opens, venue.opens_proven, len(published[name]), off.get(name, 0))
        waiting = {day: count for (each, day), count in provisional.items() if each == name}
        court = _Court(venue, list(rows), markets[name], known, values, published[name], boundary, waiting)
        for day, sums in court.days():
            court.judge(day, sums, Scales(known.assets, _Rates(in_force, day), closes.get((name, day), {})), result)
    return result


class _Rates:
    """The rates in force on one day."""

    def __init__(self, in_force: dict[tuple[str, date], RateRow], day: date) -> None:
        self._in_force, self._day = in_force, day

    def __call__(self, currency: str) -> RateInForce | None:
        row = self._in_force.get((currency, self._day))
        return RateInForce(currency, row.per_unit, row.effective_on) if row else None


class _Court:
    """Judges the days of one venue."""

    def __init__(
        self,
        venue: Venue,
        rows: list[figures.SumRow],
        markets: list[MarketCoverage],
        known: Knowledge,
        values: dict[tuple[str, date], dict[str, Any]],
        published: set[date],
        boundary: Boundary,
        provisional: dict[date, int],
    ) -> None:
        self._venue, self._rows, self._known, self._values = venue, rows, known, values
        self._boundary, self._provisional = boundary, provisional
        first, last = min(published), max(published)
        oldest = min((span.first for market in markets for span in market.answered), default=first)
        self._missing = missing_markets(markets, Span(min(oldest, first), last))
        settled = [day for day, missing in self._missing.items() if not missing]
        self._published = Published(published, settled)

    def days(self) -> Iterator[tuple[date, list[figures.SumRow]]]:
        for day, rows in groupby(self._rows, key=lambda row: row.day):
            yield day, list(rows)

    def judge(self, day: date, rows: list[figures.SumRow], scales: Scales, result: Judgement) -> None:
        venue = self._venue.name
        sums = [QuoteSum(row.quote, row.base_kind, row.low, row.high, row.markets) for row in rows]
        by_path: dict[str, dict[str, RubleValue | Unpriced]] = {"peg": {}, "market": {}}
        for quote in {each.quote for each in sums}:
            for path in ("peg", "market") if self._known.assets[quote].kind == "stablecoin" else ("peg",):
                value = ruble_value(quote, scales, path)
                by_path[path][quote] = value
                result.ruble_values.append({"venue": venue, "day": day, **self._value_row(value, day)})
        by_path["market"] = by_path["peg"] | by_path["market"]
        turnovers: dict[tuple[str, tuple[str, ...]], Turnover] = {}
        for book in self._known.rulebooks.values():
            edition = book.edition(day)
            counting = edition or book.editions[0]
            key = counting.stablecoin_path, counting.counted_bases
            if key not in turnovers:
                turnovers[key] = turnover(sums, by_path[key[0]], key[1], self._missing[day])
            publication = None
            if edition or book.name == DEFAULT_RULEBOOK:
                publication = self._published.before(day, counting.publication_years)
            if publication and book.name == DEFAULT_RULEBOOK:
                result.venue_days.append(self._venue_day(day, turnovers[key], publication))
            judged = no_rule(book)
            if edition and publication:
                judged = verdict(book, day, turnovers[key], publication, self._venue.jurisdiction, self._boundary)
            result.verdicts.append(_verdict_row(venue, day, judged, turnovers[key]))

    def _value_row(self, value: RubleValue | Unpriced, day: date) -> dict[str, Any]:
        """Currencies and pegs are worth the same on every venue: their rows are made once a day."""
        if value.path not in ("official", "peg"):
            return value_row(value)
        key = value.asset, day
        if key not in self._values:
            self._values[key] = value_row(value)
        return self._values[key]

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
            "provisional_markets": self._provisional.get(day, 0),
            "unpriced": ",".join(figure.unpriced),
            "published_since": publication.first_published,
            "published_days": publication.published_days,
            "window_days": len(publication.window),
        }


def _verdict_row(venue: str, day: date, judged: Verdict, figure: Turnover) -> dict[str, Any]:
    return {
        "venue": venue,
        "day": day,
        "rulebook": judged.rulebook,
        "in_force_from": judged.in_force_from,
        "verdict": judged.verdict,
        "turnover_rub_low": _cut(figure.low),
        "turnover_rub_high": None if figure.high is None else _raised(figure.high),
        "reasons": msgspec.json.encode(judged.reasons).decode(),
    }


def value_row(value: RubleValue | Unpriced) -> dict[str, Any]:
    """A ruble value as a row of the published table; its legs give the exact value back."""
    if isinstance(value, Unpriced):
        return {"asset": value.asset, "path": value.path, "rub": None, "legs": "[]", "reason": value.reason}
    exponent = value.rub.normalize(ROUNDING).as_tuple().exponent
    fits = isinstance(exponent, int) and exponent >= _VALUE_PLACES
    rub = value.rub if fits else None
    return {"asset": value.asset, "path": value.path, "rub": rub, "legs": legs_json(value.legs), "reason": None}


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


def _closes(connection: figures.Connection, days: Span) -> dict[tuple[str, date], dict[str, list[QuotedClose]]]:
    result: dict[tuple[str, date], dict[str, list[QuotedClose]]] = {}
    for row in figures.closes(connection, days):
        close = QuotedClose(row.market, row.quote, row.close, row.turnover_quote)
        result.setdefault((row.venue, row.day), {}).setdefault(row.asset, []).append(close)
    return result


def _markets(
    covered: list[tuple[figures.ListedRow, list[Span]]], quarantined: dict[tuple[str, str], set[date]]
) -> dict[str, list[MarketCoverage]]:
    result: dict[str, list[MarketCoverage]] = {}
    for row, answered in covered:
        broken = frozenset(quarantined.get((row.venue, row.symbol), ()))
        result.setdefault(row.venue, []).append(MarketCoverage(answered, broken, row.gone_after))
    return result


def _covered(connection: figures.Connection) -> list[tuple[figures.ListedRow, list[Span]]]:
    """Every listed market with the days known about: answered for, or before it began."""
    answered = figures.answered(connection)
    result = []
    for row in figures.listed(connection):
        venue, spans = VENUES[row.venue], answered.get((row.venue, row.symbol), [])
        result.append((row, with_beginning(spans, row.first_candle, venue.page_days, venue.first_day)))
    return result
