"""Verifying a bundle: everything is computed again from the raw bytes alone, by the same readers and the same law.

Nothing in the bundle is believed: no file of it is written to the disk under its name, and what it says it came to is
only compared.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from oracle.days import Span
from oracle.errors import HomeError, KnowledgeError, OracleError
from oracle.evidence import layout
from oracle.evidence.asking import Answers, question_of, text_of
from oracle.evidence.beside import Beside
from oracle.evidence.calculation import calculation
from oracle.evidence.compare import (
    Compared,
    compare_calculation,
    compare_listed,
    compare_publication,
    compare_rows,
)
from oracle.evidence.container import Container, opened
from oracle.evidence.files import Checked, check_files
from oracle.evidence.gist import Gist, gist
from oracle.evidence.layout import ListedPage, NoBundleError, Publication, QuestionFile, Row, Seen, decoded, document
from oracle.evidence.rebuild import rebuilt
from oracle.evidence.report import Report
from oracle.evidence.shipped import SHIPPED, RestsOn, check_knowledge, check_shipped
from oracle.evidence.sound import check_names, check_observations
from oracle.knowledge import Knowledge, knowledge_of
from oracle.law.rulebook import date_under
from oracle.store.reads import Reads
from oracle.store.step_reads import codes_on

_FOLDERS = ("rulebooks/", "registers/")


def verify(path: Path, *, packed_here: bool = False, as_made: bool = False) -> Report:
    """Check the bundle at `path` and say line by line what agrees; NoBundleError for what is none.

    `as_made`: a bundle that another version made may rest on rules, registers and wording of its own.
    """
    report = Report()
    try:
        with path.open("rb") as file:
            checked = check_files(opened(path, file), report, packed_here=packed_here)
            if checked:
                _recompute(checked, Beside(report, checked.manifest.software, as_made=as_made))
    except OSError as error:
        raise HomeError(f"cannot read {path}: {error.strerror}") from error
    return report


class _Bundle:
    """The parts of a bundle as their types."""

    def __init__(self, checked: Checked) -> None:
        self.container: Container = checked.container
        self.names = sorted(self.container.members)
        self.question = self.read(layout.QUESTION, QuestionFile)
        self.seen = self.read(layout.OBSERVATIONS, list[Seen])
        there = layout.LISTED in self.container.members
        pages = self.read(layout.LISTED, list[ListedPage]) if there else []
        self.listed = {page.number: page for page in pages}

    def read(self, name: str, kind: "type[layout.Read]") -> "layout.Read":
        """A file as its type."""
        if name not in self.container.members:
            raise NoBundleError(f"there is no {name} in it: this is no bundle of evidence")
        return decoded(self.container.read(name), kind, name)

    def within(self, folder: str) -> list[str]:
        """Names of the files in a folder."""
        return [name for name in self.names if name.startswith(folder)]

    def observations(self) -> Iterator[tuple[Seen, bytes | ListedPage | None]]:
        """Each with its bytes, or with what is listed of them."""
        for number, each in enumerate(self.seen):
            if number in self.listed:
                yield each, self.listed[number]
            else:
                yield each, self.container.read(f"observations/{each.sha256}") if each.sha256 else None


def _recompute(checked: Checked, beside: Beside) -> None:
    bundle, report = _Bundle(checked), beside.report
    if checked.manifest.dataset != bundle.question.dataset:
        report.failed("dataset", layout.QUESTION, "dataset")
    if bundle.question.now != (bundle.question.dataset.as_known_at or bundle.question.dataset.published_at):
        report.failed("dataset", layout.QUESTION, "now")
    check_names((each.path for each in checked.manifest.files), report)
    there = set(bundle.within("observations/"))
    check_observations(bundle.seen, bundle.listed, there, bundle.question.now, report)
    files = {name: bundle.container.read(name) for folder in _FOLDERS for name in bundle.within(folder)}
    texts = {name: bundle.container.read(name) for name in SHIPPED if name in bundle.container.members}
    try:
        known = knowledge_of(files)
    except KnowledgeError as error:
        report.failed("knowledge", str(error).partition(":")[0], str(error))
        return
    if not report.agrees or not bundle.question.questions:
        if report.agrees:
            report.failed("dataset", layout.QUESTION, "questions")
        return
    check_shipped(files | texts, beside)
    days = _days(bundle.question, known)
    said, now = bundle.question.dataset, bundle.question.now
    try:
        with rebuilt(bundle.observations(), known, days, said, now) as reads:
            answers = _compare(bundle, reads, now, beside)
            check_knowledge(known, _rests_on(bundle, answers.values(), reads), beside)
    except NoBundleError:
        raise
    except OracleError as error:
        report.failed("rebuilding", layout.OBSERVATIONS, str(error))
    _told(checked, report)


def _days(question: QuestionFile, known: Knowledge) -> Span:
    books = known.rulebooks
    days = [date_under(books.get(each.rulebook), each.day, each.instant) for each in question.questions]
    return Span(min(days), max(days))


def _rests_on(bundle: _Bundle, answers: Collection[Gist], reads: Reads) -> RestsOn:
    days = sorted({each.date for each in answers})
    asked = {code for each in bundle.question.questions for code in (each.coin, each.coin.upper())}
    coins = {each.coin for each in answers}
    return RestsOn(days, {venue for each in answers for venue in each.venues}, codes_on(reads, days) | asked | coins)


def _compare(bundle: _Bundle, reads: Reads, now: datetime, beside: Beside) -> dict[str, Gist]:
    asking, report = Answers(reads, now), beside.report
    compared, answers = Compared(beside), dict[str, Gist]()
    listed = bundle.within("answers/")
    if listed != sorted(each.answer for each in bundle.question.questions):
        report.failed("missing", layout.QUESTION, "answers")
        return answers
    for each in bundle.question.questions:
        try:
            answer = asking.answer(question_of(each))
        except OracleError as error:
            report.failed("answer", each.answer, "", str(error), "an answer")
            continue
        body, ours = bundle.container.read(each.answer), text_of(answer)
        compared.add(each.answer, answer, partial(_documents, each.answer, ours, body), same=ours == body)
        answers[each.answer] = gist(answer)
    compared.tell()
    steps = document(bundle.container.read(layout.CALCULATION), layout.CALCULATION)
    compare_calculation(document(calculation(reads, answers), layout.CALCULATION), steps, beside)
    found = {name: bundle.read(name, Publication) for name in bundle.within("publication/")}
    compare_publication(reads, found, bundle.seen, answers, report)
    compare_listed(bundle.seen, bundle.listed, found, answers, report)
    if layout.ROWS in bundle.container.members:
        compare_rows(bundle.read(layout.ROWS, list[Row]), answers, report)
    return answers


def _documents(name: str, ours: bytes, theirs: bytes) -> tuple[object, object]:
    return document(ours, name), document(theirs, name)


def _told(checked: Checked, report: Report) -> None:
    """What no recomputing can tell."""
    said = checked.manifest.dataset
    report.told("dataset_stated", layout.MANIFEST, version=said.version, published_at=said.published_at.isoformat())
    if said.demo:
        report.told("demo")
    if layout.SIGNATURE not in checked.container.members:
        report.told("unsigned")
