"""The tax service's figures laid beside ours, leg by leg, out of a published file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from oracle.answer import Answer
from oracle.answer_comparison import Comparisons, Explained, Row, State
from oracle.ask import Question, ask
from oracle.assemble import dataset_part
from oracle.days import DAY
from oracle.errors import OracleError, QuestionError
from oracle.law.comparison import Around, Explanation, Pair, compare
from oracle.numbers import kopecks, plain
from oracle.store.reads import Reads
from oracle.terms import OfficialRate
from oracle.theirs import Theirs, Unreadable
from oracle.words import Language, language


def compare_all(
    reads: Reads, lines: Sequence[Theirs | Unreadable], rulebook: str, now: datetime, lang: str = "en"
) -> Comparisons:
    """Each line of the file beside ours; what cannot be compared says why, and the others are."""
    asked = _Asked(reads, rulebook, now, lang, language(lang))
    books = sorted(reads.rulebooks())
    if rulebook not in books:
        raise QuestionError(f"unknown rulebook {rulebook[:40]!r}; known: {', '.join(books)}")
    dataset = dataset_part(reads.dataset)
    return Comparisons(rulebook=rulebook, dataset=dataset, rows=[_row(asked, each) for each in lines])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is the same for all lines."""

    reads: Reads
    rulebook: str
    now: datetime
    lang: str
    words: Language


def _row(asked: _Asked, line: Theirs | Unreadable) -> Row:
    say = asked.words.COMPARED
    if isinstance(line, Unreadable):
        text = say["not_read"].format(error=line.reason)
        return Row(line=line.line, state="unreadable", text=text, error=line.reason)
    try:
        question = Question(line.coin, line.day, line.venue, asked.rulebook, lang=asked.lang)
        answer = ask(asked.reads, question, asked.now)
    except OracleError as error:
        told = _told(line, "not_comparable", say["not_asked"].format(error=error))
        return told.model_copy(update={"error": str(error)})
    pairs = _pairs(answer)
    if not pairs:
        why = "; ".join(each.text for each in answer.warnings) or say["no_rubles"]
        return _told(line, "not_comparable", say["no_quotation"].format(venue=line.venue, why=why))
    result = compare(line.rub, pairs, _around(asked.reads, answer, line))
    state: State = "same" if result.same else "explained" if result.explanations else "unexplained"
    ours = result.lowest
    return _told(line, state, asked.words.comparison(result)).model_copy(
        update={
            "coin": answer.coin,
            "our_rub": plain(ours.rub),
            "our_rub_kopecks": str(kopecks(ours.rub)),
            "our_market": ours.market,
            "difference_rub": plain(result.difference),
            "difference_percent": str(result.percent),
            "our_turnover_rub_low": next((each.turnover_rub_low for each in answer.venues), None),
            "explanations": [_explained(each, asked.words) for each in result.explanations],
            "pairs": answer.quotations,
        }
    )


def _told(line: Theirs, state: State, text: str) -> Row:
    return Row(
        line=line.line,
        state=state,
        text=text,
        date=line.day,
        venue=line.venue,
        coin=line.coin,
        their_rub=plain(line.rub),
        their_volume=None if line.volume is None else plain(line.volume),
    )


def _explained(found: Explanation, words: Language) -> Explained:
    return Explained(
        leg=found.leg,
        text=words.explanation(found),
        rub=plain(found.rub),
        market=found.pair.market,
        close=plain(found.pair.close),
        day=found.on,
        how=found.how,
        places=found.places,
    )


def _pairs(answer: Answer) -> list[Pair]:
    return [
        Pair(
            each.market,
            Decimal(each.close),
            each.path(),
            each.alternative.path() if each.alternative and each.alternative.rub else None,
        )
        for each in answer.quotations
        if each.rub
    ]


def _around(reads: Reads, answer: Answer, line: Theirs) -> Around:
    """Official rates and the venue's closes of the day before and the day after."""
    days = (line.day - DAY, line.day + DAY)
    return Around(
        {
            day: {
                each.currency: OfficialRate(each.currency, each.effective_on, each.nominal, each.value).per_unit
                for each in reads.rates_in_force(day).values()
            }
            for day in days
        },
        {
            day: {row.market: row.close for row in reads.candles(answer.coin, day) if row.venue == line.venue}
            for day in days
        },
    )
