"""What was computed again beside what a bundle says: every figure that differs is named, with both values."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.answer import Answer
from oracle.days import Span
from oracle.evidence.beside import Beside
from oracle.evidence.gist import Gist
from oracle.evidence.layout import CALCULATION, LISTED, ROWS, ListedPage, Publication, Row, Seen
from oracle.evidence.report import Report
from oracle.evidence.which import gaps_in, quoted_in, windows_of
from oracle.numbers import exact, kopecks, plain, times
from oracle.store.reads import Reads
from oracle.store.step_reads import days_of, markets_listed, published_on

# So many different figures of one file are named; the others are counted.
MOST = 20
_SHORT = 160
Documents = Callable[[], tuple[Any, Any]]


class Compared:
    """Answers beside those of the bundle: what agrees is counted by kind of figure, what differs is named."""

    def __init__(self, beside: Beside) -> None:
        self._beside, self._report, self._same = beside, beside.report, Counter[str]()

    def add(self, name: str, answer: Answer, documents: Documents, *, same: bool) -> None:
        """One answer; `documents`: ours and theirs, asked for where they differ."""
        if same or self._agrees(name, *documents()):
            self._same.update(
                closes=len(answer.quotations),
                rubles=sum(each.rub is not None for each in answer.quotations),
                rates=len(answer.official_rates),
                turnovers=sum(each.turnover_rub_low is not None for each in answer.venues),
                verdicts=sum(len(each.verdicts) for each in answer.venues),
                answers=1,
            )

    def _agrees(self, name: str, ours: Any, theirs: Any) -> bool:  # noqa: ANN401 - JSON
        """Whether all figures do; those that do not are named, what is of the whole answer first."""
        found = list(differences(self._beside.told_then(ours, theirs), theirs))
        worded = [each for each in found if self._beside.is_worded(each[0])]
        others = sorted((each for each in found if each not in worded), key=lambda each: _depth(each[0]))
        for figure, one, other in others[:MOST]:
            self._report.failed(_kind(figure), name, figure, one, other)
        for figure, one, other in worded[:MOST]:
            self._beside.differs("wording", name, figure, one, other)
        if not found and self._beside.same:
            self._report.failed("written_otherwise", name)
            return False
        return not others

    def tell(self) -> None:
        """The lines of what agrees."""
        if self._beside.more:
            self._report.told("more_keys", keys=", ".join(self._beside.more))
        for kind in ("closes", "rates", "rubles", "turnovers", "verdicts", "answers"):
            if self._same[kind]:
                self._report.passed(kind, **{kind: self._same[kind]})


def _depth(figure: str) -> int:
    return figure.count(".") + figure.count("[")


def _kind(figure: str) -> str:
    if "verdicts" in figure:
        return "verdict"
    if "turnover" in figure or "missing_markets" in figure or "unpriced" in figure or "counted_markets" in figure:
        return "turnover"
    if "official_rates" in figure or "legs" in figure:
        return "rate"
    if "close" in figure:
        return "close"
    return "ruble" if "rub" in figure else "answer"


def differences(ours: Any, theirs: Any, at: str = "") -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 - JSON
    """Where two documents differ: path, our value, theirs."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            missing = object()
            yield from differences(ours.get(key, missing), theirs.get(key, missing), f"{at}.{key}".lstrip("."))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{at}[{number}]")
    elif ours != theirs or type(ours) is not type(theirs):
        yield at, _short(ours), _short(theirs)


def _short(value: Any) -> str:  # noqa: ANN401 - JSON
    if type(value) is object:
        return "nothing"
    if isinstance(value, list):
        return f"{len(value)} entries"
    text = "null" if value is None else str(value)
    return text if len(text) <= _SHORT else text[:_SHORT] + "..."


def compare_calculation(ours: Any, theirs: Any, beside: Beside) -> None:  # noqa: ANN401 - JSON
    """Each step of the calculation."""
    report, found = beside.report, list(differences(beside.told_then(ours, theirs), theirs))
    for figure, one, other in found[:MOST]:
        report.failed("step", CALCULATION, figure, one, other)
    if not found:
        markets = sum(len(each["markets"]) for each in ours["venue_days"])
        report.passed("steps", venue_days=len(ours["venue_days"]), markets=markets)


def compare_publication(
    reads: Reads,
    found: Mapping[str, Publication],
    seen: Sequence[Seen],
    answers: Mapping[str, Gist],
    report: Report,
) -> None:
    """Of each venue that is told of: the years, the days that each response shows, and the gaps between them."""
    before, days = len(report.faults), 0
    books = list(reads.rulebooks().values())
    windows = {each.venue: each for each in windows_of(answers.values(), books) if not each.coin}
    for name in sorted({f"publication/{venue}.json" for venue in windows} - set(found)):
        report.failed("missing", name)
    markets = markets_listed(reads)
    pages = {(each.source, each.subject, each.sha256) for each in seen}
    for name, each in found.items():
        window = windows.get(each.venue)
        if window is None or name != f"publication/{each.venue}.json":
            report.failed("stray", name)
            continue
        span = Span(window.first, window.last)
        if (each.first, each.last) != (span.first, span.last):
            report.failed("publication", name, "first and last", str(span), f"{each.first}/{each.last}")
        published = published_on(reads, each.venue, span) if span else set()
        gaps = [(gap.first, gap.last) for gap in gaps_in(span, published)]
        if gaps != each.gaps:
            report.failed("publication", name, "gaps", _days(gaps), _days(each.gaps))
        covered = _shown(reads, name, each, pages, markets, report)
        for day in sorted(published - covered)[:1]:
            report.failed("publication", name, str(day), "published", "not shown")
        days += len(published)
    if len(report.faults) == before:
        report.passed("publication", venues=len(found), days=days)


def _days(gaps: Sequence[tuple[date, date]]) -> str:
    return ", ".join(f"{first}/{last}" for first, last in gaps)[:_SHORT] or "none"


def _shown(
    reads: Reads,
    name: str,
    told: Publication,
    pages: set[tuple[str, str, str | None]],
    markets: set[tuple[str, str]],
    report: Report,
) -> set[date]:
    """The days that its responses show; each is there and shows just what is said of it."""
    covered: set[date] = set()
    for shown in told.shown:
        run = Span(shown.first, shown.last)
        said = f"{shown.symbol} {shown.first}"
        if not told.first <= shown.first <= shown.last <= told.last:
            report.failed("publication", name, said, f"{told.first}/{told.last}", str(run))
        if (told.venue, shown.symbol, shown.observation) not in pages:
            report.failed("publication", name, said, "no such response", shown.observation)
        # Of a market that no list has shown, quotations are public all the same, but of no known coin.
        if (told.venue, shown.symbol) in markets:
            missing = set(run.days()) - days_of(reads, told.venue, shown.symbol, shown.observation, run)
            for day in sorted(missing)[:1]:
                report.failed("publication", name, f"{shown.symbol} {day}", "no quotation", "a quotation")
        covered |= set(run.days())
    return covered


def compare_listed(
    seen: Sequence[Seen],
    listed: Mapping[int, ListedPage],
    found: Mapping[str, Publication],
    answers: Mapping[str, Gist],
    report: Report,
) -> None:
    """Only pages that are there for turnover alone may be listed: a close or a publication is seen in the bytes."""
    is_quoted = quoted_in(answers.values())
    shown = {run.observation for each in found.values() for run in each.shown}
    for number, page in listed.items():
        told = seen[number]
        if told.kind != "candles" or is_quoted(told.source, told.subject) or page.sha256 in shown:
            report.failed("not_contained", LISTED, f"{told.source} {told.subject}")


def compare_rows(rows: Sequence[Row], answers: Mapping[str, Gist], report: Report) -> None:
    """Rows of a ledger: what was chosen, and quantity x rubles."""
    before, valued = len(report.faults), 0
    for row in rows:
        answer = answers.get(row.answer) if row.answer else None
        taken = (answer and answer.chosen) or (None, None, None)
        if row.answer and answer is None:
            report.failed("row", ROWS, f"row {row.row}", "no such answer", row.answer)
        elif (row.venue, row.market, row.rub) != taken:
            report.failed("row", ROWS, f"row {row.row}", str(taken[2]), str(row.rub))
        elif (value := _value(row)) != (row.value_rub, row.value_rub_kopecks):
            report.failed("row", ROWS, f"row {row.row} value_rub", str(value[0]), str(row.value_rub))
        valued += row.value_rub is not None
    if len(report.faults) == before:
        report.passed("rows", rows=len(rows), valued=valued)


def _value(row: Row) -> tuple[str | None, str | None]:
    if row.rub is None or row.quantity is None:
        return None, None
    try:
        value: Decimal = times(exact(row.rub), exact(row.quantity))
    except ValueError:
        return None, None
    return plain(value), str(kopecks(value))
