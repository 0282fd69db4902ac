"""The evidence of a ledger: each of its rows with the answer that it rests on, each question asked once."""

from datetime import date, datetime
from typing import Any

import pyarrow as pa

from oracle.ask import Question
from oracle.evidence.layout import Row
from oracle.price.many import priced
from oracle.price.reading import How
from oracle.store.reads import Reads

# Whose rows have an answer: all that was asked is known, whatever follows from it.
ANSWERED = {"quoted", "no_qualifying_venue", "undetermined", "no_rule_in_force"}


def questions_of(reads: Reads, asked: pa.Table, how: How, now: datetime) -> tuple[list[Question], list[Row]]:
    """The different questions of a ledger's rows, and the rows; one that has no quotation tells why.

    `asked`: as `oracle price` reads it.
    """
    with priced(reads, asked, how, now) as found:
        told = found.table().to_pylist()
    questions: list[Question] = []
    numbers: dict[tuple[str, date], int] = {}
    rows = []
    for number, row in enumerate(told, 1):
        answer = None
        if row["status"] in ANSWERED:
            key = row["coin"].upper(), row["date"]
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                questions.append(Question(*key, how.venue, how.rulebook, how.choose, how.taxpayer, lang=how.lang))
            answer = f"answers/{numbers[key]:05}.json"
        rows.append(_row(number, row, answer))
    return questions, rows


def _row(number: int, row: dict[str, Any], answer: str | None) -> Row:
    day = row["date"]
    names = ("reference", "coin", "quantity", "status", "reason", "venue", "market", "rub")
    values = ("value_rub", "value_rub_kopecks")
    return Row(
        row=number,
        date=None if day is None else day.isoformat(),
        answer=answer,
        **{name: row[name] for name in (*names, *values)},
    )
