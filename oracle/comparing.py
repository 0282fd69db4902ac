"""The tax service's figures laid beside ours, leg by leg, out of a published file."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from oracle.answer import Answer
from oracle.answer_comparison import Comparisons, Explained, Row, State
from oracle.ask import Question, ask
from oracle.assemble import dataset_part
from oracle.days import DAY
from oracle.errors import OracleError, QuestionError
from oracle.law.comparison import Around, Comparison, Pair, compare
from oracle.numbers import grouped, kopecks, plain
from oracle.store.reads import Reads
from oracle.terms import OfficialRate
from oracle.theirs import Theirs, Unreadable


def compare_all(reads: Reads, lines: Sequence[Theirs | Unreadable], rulebook: str, now: datetime) -> Comparisons:
    """Each line of the file beside ours; what cannot be compared says why, and the others are."""
    books = sorted({each.rulebook for each in reads.editions()})
    if rulebook not in books:
        raise QuestionError(f"unknown rulebook {rulebook[:40]!r}; known: {', '.join(books)}")
    dataset = dataset_part(reads.dataset)
    return Comparisons(rulebook=rulebook, dataset=dataset, rows=[_row(reads, each, rulebook, now) for each in lines])


def _row(reads: Reads, line: Theirs | Unreadable, rulebook: str, now: datetime) -> Row:
    if isinstance(line, Unreadable):
        return Row(line=line.line, state="unreadable", text=line.reason)
    try:
        answer = ask(reads, Question(line.coin, line.day, line.venue, rulebook), now)
    except OracleError as error:
        return _told(line, "not_comparable", str(error))
    pairs = _pairs(answer)
    if not pairs:
        why = "; ".join(answer.warnings) or "none of its pairs has a ruble value"
        return _told(line, "not_comparable", f"no quotation of {line.venue}: {why}")
    result = compare(line.rub, pairs, _around(reads, answer, line))
    state: State = "same" if result.same else "explained" if result.explanations else "unexplained"
    ours = result.lowest
    return _told(line, state, _text(result)).model_copy(
        update={
            "coin": answer.coin,
            "our_rub": plain(ours.rub),
            "our_rub_kopecks": str(kopecks(ours.rub)),
            "our_market": ours.market,
            "difference_rub": plain(result.difference),
            "difference_percent": str(result.percent),
            "our_turnover_rub_low": next((each.turnover_rub_low for each in answer.venues), None),
            "explanations": [
                Explained(leg=each.leg, text=each.text, rub=plain(each.rub)) for each in result.explanations
            ],
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


def _text(result: Comparison) -> str:
    if result.same:
        return f"the same to the kopeck as our {result.lowest.market}"
    apart = f"theirs is {grouped(kopecks(result.difference.copy_abs()))} RUB"
    apart += (
        f" ({result.percent.copy_abs()} %) {'above' if result.difference > 0 else 'below'} our {result.lowest.market}"
    )
    if result.explanations:
        return f"{apart}; it is reproduced by {result.explanations[0].text}"
    return f"{apart}; no single leg explains it"


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
