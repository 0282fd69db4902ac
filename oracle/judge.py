"""From what was collected to what the law makes of it: rates in force, ruble values, venue days and verdicts.

Gathers from the working store; the court of each venue decides by the pure functions of `law`.
"""

from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

from oracle.court import Court, Venues, View, by_day
from oracle.days import DAY, Span, merged
from oracle.judgement import Judgement, Rows
from oracle.knowledge import Knowledge
from oracle.law.boundary import Boundary
from oracle.law.coverage import MarketCoverage, with_beginning
from oracle.law.rates import RateBook, RateRow
from oracle.law.valuation import QuotedClose, RateInForce
from oracle.store import figures
from oracle.store.naming import name_markets
from oracle.venues import UTC_VIEWS, VENUES


class Covered(NamedTuple):
    """A listed market with the days known about: answered for, or before it began."""

    listed: figures.ListedRow
    spans: list[Span]


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
    gathered, closes = _gathered(connection, known, days, result), _closes(connection, days)
    values: dict[tuple[str, date], dict[str, Any]] = {}
    for name, rows in groupby(figures.sums(connection, days), key=lambda row: row.venue):
        court = Court(gathered[name], known, values)
        for day, sums in by_day(list(rows)):
            court.judge(day, sums, _Rates(in_force, day), closes.get((name, day), {}), result)
    return result


class _Rates:
    """The rates in force on one day."""

    def __init__(self, in_force: dict[tuple[str, date], RateRow], day: date) -> None:
        self._in_force, self._day = in_force, day

    def __call__(self, currency: str) -> RateInForce | None:
        row = self._in_force.get((currency, self._day))
        return RateInForce(currency, row.per_unit, row.effective_on) if row else None


def _gathered(connection: figures.Connection, known: Knowledge, days: Span, result: Judgement) -> dict[str, Venues]:
    """By venue, all that is known of it; tells of coverage and openings in `result`."""
    answered = figures.answered(connection)
    own = _covered(connection, answered)
    utc = _covered_in_utc(own, answered)
    result.coverage, result.utc_coverage = _spans(own), _spans(utc)
    broken = figures.quarantined(connection)
    markets, markets_in_utc = _markets(own, broken), _markets(utc, broken, "-utc")
    published, provisional = figures.published_days(connection), figures.provisional(connection)
    off, views = figures.off_boundary(connection), _Views(connection, known, days)
    found = {}
    # A venue whose list has not been taken in yet has no markets to judge by, whatever candles it has.
    for name in sorted(set(published) & set(markets)):
        venue = VENUES[name]
        boundary = Boundary(venue.opens, venue.opens_proven, len(published[name]), off.get(name, 0))
        result.day_openings.append(
            {"venue": name, "stated": boundary.stated, "days_on": boundary.on, "candles_off": boundary.off}
        )
        view = View(*views.of(name), markets_in_utc.get(name, []), _of(provisional, f"{name}-utc"))
        found[name] = Venues(venue, markets[name], published[name], boundary, _of(provisional, name), view)
    return found


def _of(provisional: dict[tuple[str, date], int], name: str) -> dict[date, int]:
    return {day: count for (each, day), count in provisional.items() if each == name}


class _Views:
    """The UTC days of venues whose own day is another; none are read unless some rulebook asks for them."""

    def __init__(self, connection: figures.Connection, known: Knowledge, days: Span) -> None:
        wanted = any(each.trading_day == "utc" for book in known.rulebooks.values() for each in book.editions)
        self._sums = figures.sums(connection, days, figures.UTC_DAYS) if wanted else []
        self._closes = _closes(connection, days, figures.UTC_DAYS) if wanted else {}

    def of(self, venue: str) -> tuple[dict[date, list[figures.SumRow]], dict[date, dict[str, list[QuotedClose]]]]:
        name = f"{venue}-utc"
        sums = dict(by_day([row for row in self._sums if row.venue == name]))
        return sums, {day: closes for (each, day), closes in self._closes.items() if each == name}


def _spans(covered: list[Covered]) -> Rows:
    return [
        {"venue": row.venue, "symbol": row.symbol, "first_day": span.first, "last_day": span.last}
        for row, spans in covered
        for span in spans
    ]


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


def _closes(
    connection: figures.Connection, days: Span, spans: str = figures.OWN_DAYS
) -> dict[tuple[str, date], dict[str, list[QuotedClose]]]:
    result: dict[tuple[str, date], dict[str, list[QuotedClose]]] = {}
    for row in figures.closes(connection, days, spans):
        close = QuotedClose(row.market, row.quote, row.close, row.turnover_quote)
        result.setdefault((row.venue, row.day), {}).setdefault(row.asset, []).append(close)
    return result


def _markets(
    covered: list[Covered], quarantined: dict[tuple[str, str], set[date]], view: str = ""
) -> dict[str, list[MarketCoverage]]:
    result: dict[str, list[MarketCoverage]] = {}
    for row, answered in covered:
        broken = frozenset(quarantined.get((row.venue + view, row.symbol), ()))
        result.setdefault(row.venue, []).append(MarketCoverage(answered, broken, row.gone_after, row.needed_from))
    return result


def _covered(connection: figures.Connection, answered: dict[tuple[str, str], list[Span]]) -> list[Covered]:
    result = []
    for row in figures.listed(connection):
        venue, spans = VENUES[row.venue], answered.get((row.venue, row.symbol), [])
        result.append(Covered(row, with_beginning(spans, row.first_candle, venue.page_days, venue.first_day)))
    return result


def _covered_in_utc(own: list[Covered], answered: dict[tuple[str, str], list[Span]]) -> list[Covered]:
    """The same for the UTC days of views: what the hours answered for, and the days before any deals of the market."""
    result = []
    for row, spans in own:
        if row.venue in UTC_VIEWS:
            # An own day reaches into two UTC days: the one before the first candle is not known to be empty.
            last = row.first_candle - 2 * DAY if row.first_candle else date.max
            silent = [Span(span.first, min(span.last, last)) for span in spans if span.first <= last]
            hours = answered.get((f"{row.venue}-utc", row.symbol), [])
            result.append(Covered(row, merged([*hours, *silent])))
    return result
