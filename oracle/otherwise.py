"""A rulebook with another path of stablecoins than its own: what exactly a file that says so would come to.

The values by every path are published, and of the tests of a verdict only that of the turnover depends on them: it is
made anew out of the same sums, by the same law, and takes the place of the published one.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from oracle.answer import StablecoinPart
from oracle.days import Span
from oracle.errors import QuestionError
from oracle.facts import Facts
from oracle.judgement import cut
from oracle.law.readings import by_stablecoin_path
from oracle.law.rulebook import PATHS, Edition, Rulebook
from oracle.law.said import Said
from oracle.law.verdict import turnover_reason, word_of
from oracle.percoin import Values, asks_for_view, counted_turnover
from oracle.store.coin_reads import CoinSumRow
from oracle.store.day_reads import DayReads, by_path
from oracle.store.kept import Kept
from oracle.store.reads import Reads
from oracle.store.rows import VenueRow, VerdictRow

# So many days of a ledger are judged together; the sums of a year of all venues take some megabytes.
_BLOCK = 366
# The day's sums of whole venues are dear, and the next coin asks about the same ones.
_VERDICT_BYTES = 2000
_KEPT: Kept[Hashable, list[VerdictRow]] = Kept(16 * 2**20)
Sums = Mapping[str, Sequence[CoinSumRow]]


def otherwise(book: Rulebook, path: str | None) -> Rulebook:
    """The book with this path in every edition; QuestionError for one that is none."""
    if path is not None and path not in PATHS:
        raise QuestionError(f"unknown stablecoin path {path[:20]!r}; known: {', '.join(PATHS)}")
    return by_stablecoin_path(book, path)


def stablecoin_part(own: Rulebook, counting: Edition, asked: str | None) -> StablecoinPart:
    """Which path holds and who chose it; `own`: the rulebook as it is, `counting`: the edition that counts."""
    (before,) = [each for each in own.editions if each.in_force_from == counting.in_force_from]
    return StablecoinPart.model_validate(
        {
            "path": counting.stablecoin_path,
            "chosen_by": "caller" if asked else "rulebook",
            "rulebook_path": before.stablecoin_path,
        }
    )


def path_asked(rulebook: str, told: StablecoinPart) -> Said | None:
    """The warning where the caller's path is not the rulebook's own."""
    if told.path == told.rulebook_path:
        return None
    return Said("stablecoin_path_asked", {"rulebook": rulebook, "path": told.path, "rulebook_path": told.rulebook_path})


def judged_otherwise(facts: Facts, rulebook: str, edition: Edition) -> list[VerdictRow]:
    """The day's verdicts on whole venues under `edition`, whose path of stablecoins is not the published one."""
    reads = facts.reads
    key = str(reads.path), reads.dataset.version, rulebook, edition.stablecoin_path, facts.day
    found = _KEPT.get(key)
    if found is None:
        found = _judged_day(facts, rulebook, edition)
        _KEPT.put(key, found, _VERDICT_BYTES * len(found))
    return found


def _judged_day(facts: Facts, rulebook: str, edition: Edition) -> list[VerdictRow]:
    rows = [row for (_, book), row in facts.verdicts.items() if book == rulebook]
    whole = facts.reads.of_coin(None)
    sums = whole.sums(facts.day)
    views = whole.sums(facts.day, utc=True) if edition.trading_day == "utc" else {}
    return _judged(rows, edition, facts.venues, (sums, views), facts.values)


def judged_days(reads: Reads, book: Rulebook, span: Span) -> list[tuple[date, VerdictRow]]:
    """The same of all days of the span on which an edition of `book` judges whole venues."""
    judged = Span(max(span.first, book.editions[0].in_force_from), span.last)
    return [each for block in _blocks(judged) for each in _judged_block(reads, book, block)]


def _blocks(span: Span) -> Iterator[Span]:
    for at in range(0, (span.last - span.first).days + 1, _BLOCK):
        first = span.first + timedelta(days=at)
        yield Span(first, min(first + timedelta(days=_BLOCK - 1), span.last))


def _judged_block(reads: Reads, book: Rulebook, span: Span) -> Iterator[tuple[date, VerdictRow]]:
    of, whole = DayReads(reads, span), reads.of_coin(None)
    verdicts = of.verdicts(book.name)
    if not verdicts:
        return
    asks_for_utc = any(each.trading_day == "utc" for each in book.editions)
    values, sums = of.values(), _by_day(whole.sums_between(span))
    views = _by_day(whole.sums_between(span, utc=True)) if asks_for_utc else {}
    for day, rows in verdicts.items():
        edition = book.edition(day)
        if edition and not edition.per_coin:
            given = sums.get(day, {}), views.get(day, {})
            for row in _judged(rows, edition, reads.venues(), given, by_path(values[day])):
                yield day, row


def _by_day(rows: Sequence[tuple[date, CoinSumRow]]) -> dict[date, dict[str, list[CoinSumRow]]]:
    found: dict[date, dict[str, list[CoinSumRow]]] = {}
    for day, row in rows:
        found.setdefault(day, {}).setdefault(row.venue, []).append(row)
    return found


def _judged(
    rows: Sequence[VerdictRow],
    edition: Edition,
    venues: Mapping[str, VenueRow],
    sums: tuple[Sums, Sums],
    values: Values,
) -> list[VerdictRow]:
    """The published verdicts with the test of the turnover made anew; `sums`: of own days and of UTC days of views."""
    own, views = sums
    result = []
    for row in rows:
        is_view = asks_for_view(edition, venues[row.venue])
        of_venue = (views if is_view else own).get(row.venue, ())
        # How many markets were not read, and what is not collected at all, has nothing to do with the path.
        told = row.reasons[0].figures
        missing = int(str(told["missing_markets"])), int(str(told.get("missing_uncounted", 0)))
        figure = counted_turnover(edition, f"{row.venue}-utc" if is_view else row.venue, of_venue, missing, values)
        reasons = [turnover_reason(edition, figure), *row.reasons[1:]]
        result.append(row._replace(verdict=word_of(reasons), turnover_rub_low=cut(figure.low), reasons=reasons))
    return result
