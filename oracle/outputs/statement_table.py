"""One row per operation: what spreadsheets get, numbers as exact decimals, text made harmless."""

from collections.abc import Iterator
from decimal import Decimal
from functools import reduce
from typing import Any

from oracle.answer import Answer, Quotation
from oracle.numbers import times
from oracle.outputs.statement import Operation, Statement, Unanswered
from oracle.outputs.statement_document import status, verdict_of
from oracle.outputs.statement_quoted import quoted_of, rate_of, venue_title
from oracle.outputs.statement_text import clean, say, warned
from oracle.outputs.tabular import csv_rows
from oracle.words.ru_statement import COLUMNS

# What a text file has no use for: formulas, and texts beside numbers that are exact already.
_OF_SPREADSHEETS = {"rub_by_formula", "value_by_formula", "difference", "rub_exact", "value_exact"}
_ONE = Decimal(1)
_LONGEST_WARNINGS = 4_000


def rows(statement: Statement) -> Iterator[dict[str, Any]]:
    """Each operation under the keys of `COLUMNS`, but for the formulas; None for what is not known."""
    kept: dict[int, dict[str, Any]] = {}
    for each in statement.operations:
        row = dict.fromkeys(COLUMNS)
        row["reference"] = clean(each.reference or "") or None
        if isinstance(each, Unanswered):
            row |= _unanswered(each)
        else:
            row |= kept.get(id(each.answer)) or kept.setdefault(id(each.answer), _answered(each.answer))
            row |= _own(each)
        yield row


def csv(statement: Statement) -> bytes:
    """For Russian spreadsheets: semicolons, decimal commas, a byte order mark, heads in Russian."""
    names = {key: head for key, head in COLUMNS.items() if key not in _OF_SPREADSHEETS} | {"value": say("value_column")}
    told = ({names[key]: row.get(key) for key in names} for row in rows(statement))
    return csv_rows(told, list(names.values()), russian=True)


def _unanswered(row: Unanswered) -> dict[str, Any]:
    """A date that could not be read, and such a quantity, stay text."""
    return {
        "date": clean(row.date, 60),
        "coin": clean(row.coin, 60),
        "quantity": clean(row.quantity or "", 60) or None,
        "status": f"{say('not_answered')}: {clean(row.reason, 400)}",
    }


def _own(operation: Operation) -> dict[str, Any]:
    value = operation.value
    return {
        "quantity": operation.quantity,
        "value": value and value.rub,
        "value_kopecks": value and value.kopecks,
    }


def _answered(answer: Answer) -> dict[str, Any]:
    """What all operations on one answer share."""
    quoted = quoted_of(answer)
    demo = f" ({say('demo_short')})" if answer.dataset.demo else ""
    told = {
        "date": answer.date,
        "coin": clean(answer.coin, 60),
        "status": status(answer) + demo,
        "warnings": "; ".join(warned(each) for each in answer.warnings)[:_LONGEST_WARNINGS] or None,
    }
    return told | (_quoted(answer, quoted) if quoted else {})


def _quoted(answer: Answer, quoted: Quotation) -> dict[str, Any]:
    rate = rate_of(answer, quoted.legs)
    before = [Decimal(each.rate) for each in quoted.legs if each.by != "official_rate"]
    return {
        "venue": venue_title(answer, quoted.venue),
        "market": clean(quoted.market, 120),
        "trading_day": quoted.trading_day.date,
        "close": Decimal(quoted.close),
        "quote_asset": clean(quoted.quote_asset, 60),
        "steps": reduce(times, before, _ONE),
        "currency": clean(rate.currency, 20) if rate else "RUB",
        "rate": Decimal(rate.rate) if rate else _ONE,
        "nominal": rate.nominal if rate else 1,
        "rate_effective_on": rate.effective_on if rate else None,
        "rub": None if answer.chosen is None else Decimal(answer.chosen.rub),
        "verdict": verdict_of(answer),
        "observation": clean(quoted.observation, 80),
        "rate_observation": clean(rate.observation, 80) if rate else None,
    }
