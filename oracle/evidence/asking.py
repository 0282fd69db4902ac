"""Questions as a bundle writes them, and back: exactly enough to ask them again."""

from datetime import UTC, date, datetime

from oracle.answer import Answer, VerdictPart
from oracle.ask import Asked as AskedOnce
from oracle.ask import Question
from oracle.errors import QuestionError
from oracle.evidence.layout import Asked, Dataset, Kept, NoBundleError, Payer, Policy
from oracle.law.choice import policy_named
from oracle.law.taxpayer import Entry, Recorded, Standing, Taxpayer
from oracle.numbers import plain
from oracle.store.reads import Reads
from oracle.store.rows import DatasetRow
from oracle.store.shelf import Shelf, ShelfReads
from oracle.taxed import deal
from oracle.venues import VENUES


def written(question: Question, answer: str) -> Asked:
    """The question; `answer` is the name of the file that answers it."""
    told = question.deal
    amounts = (told.quantity, told.paid, told.sold) if told else (None, None, None)
    quantity, paid, sold = (None if each is None else plain(each) for each in amounts)
    return Asked(
        answer=answer,
        coin=question.coin,
        day=question.day,
        instant=question.asked_at,
        venue=question.venue,
        rulebook=question.rulebook,
        choose=question.choose,
        taxpayer=_payer(question.taxpayer) if question.taxpayer else None,
        quantity=quantity,
        paid=paid,
        sold=sold,
        lang=question.lang,
    )


def _payer(standing: Standing) -> Payer:
    if standing.damage:
        raise QuestionError("the taxpayer's journal of choices has a damaged line; mend it before evidence is made")
    payer = standing.taxpayer
    return Payer(
        payer.name,
        payer.title,
        payer.note,
        [Policy(each.first, each.policy.text, each.note) for each in payer.entries],
        [
            Kept(each.recorded_at, each.coin, each.day, each.venue, each.market, each.choose, each.demo, each.manual)
            for each in standing.recorded
        ],
    )


def question_of(asked: Asked) -> Question:
    """The question that a bundle says was asked; NoBundleError for what cannot be asked."""
    try:
        standing = _standing(asked.taxpayer) if asked.taxpayer else None
        told = deal(asked.quantity, asked.paid, asked.sold)
    except QuestionError as error:
        raise NoBundleError(f"question.json: {error}") from error
    return Question(
        asked.coin, asked.day, asked.venue, asked.rulebook, asked.choose, standing, asked.instant, told, asked.lang
    )


def _standing(payer: Payer) -> Standing:
    entries = tuple(Entry(each.first, policy_named(each.choose, tuple(VENUES)), each.note) for each in payer.policies)
    recorded = tuple(
        Recorded(each.recorded_at, each.coin, each.day, each.venue, each.market, each.choose, each.demo, each.manual)
        for each in payer.recorded
    )
    return Standing(Taxpayer(payer.name, payer.title, entries, payer.note), recorded)


def dataset_of(reads: Reads) -> Dataset:
    """What the version that is open says of itself."""
    ((content, software),) = reads.rows("SELECT content, software FROM dataset", {})
    row = reads.dataset
    return Dataset(row.version, row.published_at, row.demo, row.as_known_at, content, software)


def as_stated(dataset: Dataset, reads: Reads) -> None:
    """Let a rebuilt file call itself what the bundle says that the version was called; `demo` is its own."""
    reads.dataset = DatasetRow(
        dataset.version,
        dataset.published_at.astimezone(UTC),
        reads.dataset.demo,
        reads.dataset.schema_version,
        dataset.as_known_at and dataset.as_known_at.astimezone(UTC),
    )


class Answers:
    """Many questions to one file: what several of them need is read once."""

    def __init__(self, reads: Reads, now: datetime) -> None:
        self._reads, self._now = ShelfReads(Shelf(reads), reads), now
        self._verdicts: dict[tuple[str, date, str, str], VerdictPart] = {}

    def answer(self, question: Question) -> Answer:
        """The answer of `oracle.ask` as of `now`."""
        asked = _Asked(self._reads, question, self._now)
        asked.told = self._verdicts
        names = asked.venues()
        document = asked.document(names)
        return document.model_copy(update={"venues": [asked.venue(name) for name in names]})


class _Asked(AskedOnce):
    """A question whose venues' verdicts, but for those by coins, were told to another one about the day already."""

    told: dict[tuple[str, date, str, str], VerdictPart]

    def verdict(self, venue: str, rulebook: str) -> VerdictPart:
        """As `oracle.ask` has it."""
        edition = self.books[rulebook].edition(self.day)
        if edition and edition.per_coin:
            return super().verdict(venue, rulebook)
        key = self.question.lang, self.day, venue, rulebook
        if key not in self.told:
            self.told[key] = super().verdict(venue, rulebook)
        return self.told[key]


def text_of(answer: Answer) -> bytes:
    """The answer as `oracle quotation --format json` prints it."""
    return answer.model_dump_json(indent=2).encode() + b"\n"
