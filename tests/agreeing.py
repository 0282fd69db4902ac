"""What the published macros and the answer have to agree on: a coin's verdicts with all their figures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Protocol

import duckdb

from oracle.ask import Question, ask
from oracle.percoin import CoinCourt
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
