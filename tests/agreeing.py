"""What the published macros and the answer have to agree on: a coin's verdicts with all their figures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, cached_property
from typing import Any, Protocol

import duckdb

from oracle.ask import Question, ask
from oracle.days import Span
from oracle.law.publication import Published
from oracle.percoin import CoinCourt
from oracle.store.coin_reads import CoinReads, CoinSumRow, Markets, published
from oracle.store.day_reads import DayReads, by_path
from oracle.store.figures import ALL_DAYS
from oracle.store.reads import Reads

NOW = datetime(2030, 1, 1, tzinfo=UTC)
# By the test that SQL names, how the codes of its reasons begin.
_TESTS = {
    "turnover_test": ("turnover_",),
    "publication_begin_test": ("published_", "publication_start_"),
    "publication_coverage_test": ("publication_covered", "publication_not_collected", "publication_gaps"),
    "jurisdiction_test": ("jurisdiction_",),
    "trading_day_test": ("day_", "utc_"),
    "finality_test": ("figures_",),
}
_FIGURES = {
    "turnover_rub_low": "turnover_low_rub",
    "turnover_rub_high": "turnover_high_rub",
    "counted_markets": "markets",
    "missing_markets": "missing_markets",
    "missing_uncounted": "missing_uncounted",
    "unpriced": "unpriced",
    "published_since": "first_published_on",
    "published_days": "published_days",
    "open_days": "open_days",
    "window_days": "window_days",
}
Rows = dict[str, dict[str, Any]]


def of_answer(reads: Reads, coin: str, day: date) -> dict[str, Rows]:
    """By rulebook and venue, what the answer says."""
    told: dict[str, Rows] = {}
    for venue in ask(reads, Question(coin, day), NOW).venues:
        for name, part in venue.verdicts.items():
            told.setdefault(name, {})[venue.venue] = _told(part.verdict, part.reasons)
    return told


def of_court(reads: Reads, coin: str, day: date) -> dict[str, Rows]:
    """The same of rulebooks that judge by coins, where there need be no answer: by the court alone."""
    venues, values = reads.venues(), reads.values(day)
    court, books = CoinCourt(reads, coin, day, venues, values), reads.rulebooks()
    told: dict[str, Rows] = {name: {} for name in books}
    for row in court.rows(books.values(), reads.venue_days(day)):
        told[row.rulebook][row.venue] = _told(row.verdict, row.reasons)
    for rows in told.values():
        for listed in reads.markets_of(coin, day):
            rows.setdefault(listed.venue, _told("undetermined", []))
    return told


# Any window of the real series.
_ASKED = Span(date(2005, 1, 1), date(2030, 1, 1))


class _Held(CoinReads):
    """The same answers about a coin, out of what was read once for all days."""

    def sums(self, day: date, *, utc: bool = False) -> dict[str, list[CoinSumRow]]:
        return (self._utc_sums if utc else self._own_sums).get(day, {})

    def published(self, venue: str, window: Span) -> Published:
        assert _ASKED.first <= window.first
        assert window.last <= _ASKED.last
        if venue not in self._of_venue:
            self._of_venue[venue] = published(self._days.get(venue, ()), self.markets().get(venue, []), _ASKED)
        return self._of_venue[venue]

    def markets(self, *, utc: bool = False) -> Markets:
        return self._utc_markets if utc else self._own_markets

    @cached_property
    def _own_sums(self) -> dict[date, dict[str, list[CoinSumRow]]]:
        return self._by_day(utc=False)

    @cached_property
    def _utc_sums(self) -> dict[date, dict[str, list[CoinSumRow]]]:
        return self._by_day(utc=True)

    def _by_day(self, *, utc: bool) -> dict[date, dict[str, list[CoinSumRow]]]:
        result: dict[date, dict[str, list[CoinSumRow]]] = {}
        for day, row in self.sums_between(ALL_DAYS, utc=utc):
            result.setdefault(day, {}).setdefault(row.venue, []).append(row)
        return result

    @cached_property
    def _of_venue(self) -> dict[str, Published]:
        return {}

    @cached_property
    def _days(self) -> dict[str, set[date]]:
        return self.published_days(ALL_DAYS)

    @cached_property
    def _own_markets(self) -> Markets:
        return super().markets()

    @cached_property
    def _utc_markets(self) -> Markets:
        return super().markets(utc=True)


class HeldReads(Reads):
    """A published file of which many days are asked about."""

    @cache  # noqa: B019 - one of a test module
    def of_coin(self, coin: str | None) -> CoinReads:
        return _Held(self, coin)


def of_law(reads: HeldReads, coin: str, days: Span) -> dict[str, dict[tuple[date, str], dict[str, Any]]]:
    """By rulebook, day and venue, what the courts say: by coins now, by venues as it was published."""
    venues, books, listings = reads.venues(), reads.rulebooks(), reads.listings(coin)
    of_days = DayReads(reads, days)
    values, figures, by_venues = of_days.values(), of_days.figures(), of_days.verdicts()
    told: dict[str, dict[tuple[date, str], dict[str, Any]]] = {name: {} for name in books}
    for day in days.days():
        court = CoinCourt(reads, coin, day, venues, by_path(values[day]))
        known = sorted({row.venue for row in figures[day]})
        for row in (*by_venues[day], *court.rows(books.values(), known)):
            told[row.rulebook][day, row.venue] = _told(row.verdict, row.reasons)
        asked = {*known, *(row.venue for span, row in listings if day in span)}
        for name, book in books.items():
            silent = _told("undetermined" if book.edition(day) else "no_rule_in_force", [])
            for venue in asked:
                told[name].setdefault((day, venue), silent)
    return {name: {key: comparable(row) for key, row in rows.items()} for name, rows in told.items()}


def of_sql_between(
    connection: duckdb.DuckDBPyConnection, coin: str, days: Span, rulebook: str
) -> dict[tuple[date, str], dict[str, Any]]:
    """By day and venue, what coin_verdicts_between() says."""
    asked = [coin, days.first, days.last, rulebook]
    cursor = connection.execute("FROM coin_verdicts_between($1, $2::DATE, $3::DATE, $4)", asked)
    columns = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    compared = ("verdict", *_FIGURES, *_TESTS)
    return {(row["day"], row["venue"]): comparable({key: _text(row[key]) for key in compared}) for row in rows}


def comparable(row: dict[str, Any]) -> dict[str, Any]:
    """Before the first edition nothing is judged: no figures on either side."""
    return {key: value for key, value in row.items() if row["verdict"] != "no_rule_in_force" or key == "verdict"}


class _Reason(Protocol):
    @property
    def code(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def figures(self) -> Mapping[str, Any]: ...


def _told(verdict: str, reasons: Sequence[_Reason]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for each in reasons:
        figures |= each.figures
        if each.code.startswith("turnover_"):
            figures.setdefault("missing_uncounted", 0)
    tests = {
        test: [str(each.result) for each in reasons if each.code.startswith(begin)] for test, begin in _TESTS.items()
    }
    return {
        "verdict": verdict,
        **{ours: figures.get(theirs) for ours, theirs in _FIGURES.items()},
        **{test: results[0] if results else None for test, results in tests.items()},
    }


def of_sql(connection: duckdb.DuckDBPyConnection, coin: str, day: date, rulebooks: Iterable[str]) -> dict[str, Rows]:
    """By rulebook and venue, what coin_verdicts() says."""
    told: dict[str, Rows] = {}
    # Planned once: planning takes longer than these small files.
    connection.execute("SET threads = 1")
    connection.execute("PREPARE judged AS FROM coin_verdicts($1, $2::DATE, $3)")
    for name in rulebooks:
        cursor = connection.execute(f"EXECUTE judged('{coin}', '{day}', '{name}')")
        columns = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        told[name] = {row["venue"]: {key: _text(row[key]) for key in ("verdict", *_FIGURES, *_TESTS)} for row in rows}
    return told


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
