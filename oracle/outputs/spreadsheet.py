"""A statement as a spreadsheet whose formulas work out the rubles anew from close and official rate."""

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from oracle.errors import QuestionError
from oracle.numbers import EXACT, plain
from oracle.outputs.statement import Statement
from oracle.outputs.statement_document import dataset
from oracle.outputs.statement_judged import rulebook
from oracle.outputs.statement_table import rows
from oracle.outputs.statement_text import clean, policy, say
from oracle.words.ru_statement import COLUMNS, GROUNDS, SHEETS

# A sheet of these programs has 1,048,576 rows; the head, the sum and some air are taken off.
MOST_ROWS = 1_048_000
# From so many rows on they are written out one by one instead of being held.
_MANY = 20_000
_PLACES = {key: place for place, key in enumerate(COLUMNS)}
_LETTERS = {key: xl_col_to_name(place) for key, place in _PLACES.items()}
_WIDE = (
    {"reference": 28, "venue": 18, "market": 14, "status": 22, "verdict": 18, "warnings": 50, "coin": 10}
    | dict.fromkeys(("rub_by_formula", "value_by_formula", "rub", "value_kopecks"), 20)
    | dict.fromkeys(("rub_exact", "value_exact"), 28)
    | dict.fromkeys(("observation", "rate_observation"), 66)
)
_WIDTH = 14
# Separators are those of the reader's own language: in Russian a space and a comma.
_FORMATS = {
    **dict.fromkeys(("close", "rub_by_formula", "value_by_formula", "rub"), "#,##0.00######"),
    "rate": "#,##0.0000##",
    "value_kopecks": "#,##0.00",
    "difference": "0.00",
    "nominal": "0",
}
_DATE = "dd.mm.yyyy"
_FORMULAS = {
    "rub_by_formula": "={close}{n}*{steps}{n}*{rate}{n}/{nominal}{n}",
    "value_by_formula": "={quantity}{n}*{rub_by_formula}{n}",
    # Nought within the digits that a spreadsheet has.
    "difference": "=IF(ABS({rub_by_formula}{n}-{rub}{n})<=ABS({rub}{n})*1E-14,0,{rub_by_formula}{n}-{rub}{n})",
}
_SUMMED = ("value_by_formula", "value_kopecks")


def xlsx(statement: Statement) -> bytes:
    """Two sheets: the operations with formulas and a sum, and the grounds; the same bytes each time."""
    count = len(statement.operations)
    if count > MOST_ROWS:
        raise QuestionError(f"{count} operations do not fit into one sheet of {MOST_ROWS}; take the CSV or split them")
    out = io.BytesIO()
    held = {"constant_memory": True} if count > _MANY else {"in_memory": True}
    texts = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(out, {**held, **texts}) as book:
        title, author = say("summary"), say("software_told", version=clean(statement.software, 40))
        book.set_properties({"title": title, "author": author, "created": statement.made_at})
        _Operations(book, statement).write()
        _grounds(book, statement)
    return out.getvalue()


class _Operations:
    """The first sheet, written row by row."""

    def __init__(self, book: Any, statement: Statement) -> None:  # noqa: ANN401 - the library has no types
        self._sheet, self._statement = book.add_worksheet(SHEETS["operations"]), statement
        bold = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1, "bg_color": "#F3F3F0"}
        self._head, self._strong = book.add_format(bold), book.add_format({"bold": True, "top": 1})
        self._sum = book.add_format({"bold": True, "top": 1, "num_format": "#,##0.00"})
        self._text, self._day = book.add_format({"num_format": "@"}), book.add_format({"num_format": _DATE})
        self._formats = {key: book.add_format({"num_format": code}) for key, code in _FORMATS.items()}

    def write(self) -> None:
        """Head, rows, sum; how it is looked at and printed."""
        sheet, count = self._sheet, len(self._statement.operations)
        for key, place in _PLACES.items():
            sheet.set_column(place, place, _WIDE.get(key, _WIDTH))
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, count, len(_PLACES) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        mark = f"&C{say('demo')}" if self._statement.demo else ""
        sheet.set_header(f"&L{say('summary')}{mark}")
        sheet.set_footer(f"&L{say('advice')}&R{say('page')} &P {say('page_of')} &N")
        sheet.set_row(0, 45)
        for key, place in _PLACES.items():
            sheet.write_string(0, place, COLUMNS[key], self._head)
        sums = dict.fromkeys(_SUMMED, Decimal(0))
        for at, row in enumerate(rows(self._statement), 1):
            self._row(at, row, sums)
        self._total(count + 1, sums)

    def _row(self, at: int, row: dict[str, Any], sums: dict[str, Decimal]) -> None:
        worth = {"rub_by_formula": row["rub"], "value_by_formula": row.get("value")}
        worth["difference"] = None if row["rub"] is None else Decimal(0)
        row |= {"rub_exact": _exact(row["rub"]), "value_exact": _exact(row.get("value"))}
        for key, place in _PLACES.items():
            if key in _FORMULAS:
                if worth[key] is not None:
                    told = _FORMULAS[key].format(n=at + 1, **_LETTERS)
                    self._sheet.write_formula(at, place, told, self._formats[key], float(worth[key]))
            elif row[key] is not None:
                self._cell(at, place, key, row[key])
        for key, value in (("value_by_formula", row.get("value")), ("value_kopecks", row["value_kopecks"])):
            sums[key] = EXACT.add(sums[key], value or Decimal(0))

    def _cell(self, at: int, place: int, key: str, value: object) -> None:
        """Text is always written as text, so that nothing that a user wrote is ever a formula."""
        if isinstance(value, date):
            self._sheet.write_datetime(at, place, value, self._day)
        elif isinstance(value, Decimal | int):
            self._sheet.write_number(at, place, float(value), self._formats.get(key))
        else:
            self._sheet.write_string(at, place, str(value), self._text)

    def _total(self, at: int, sums: Mapping[str, Decimal]) -> None:
        self._sheet.write_string(at, 0, say("total"), self._strong)
        for key, value in sums.items():
            told = f"=SUM({_LETTERS[key]}2:{_LETTERS[key]}{at})"
            self._sheet.write_formula(at, _PLACES[key], told, self._sum, float(value))


def _exact(value: Decimal | None) -> str | None:
    """All digits with a decimal comma, as text."""
    return None if value is None else plain(value).replace(".", ",")


def _grounds(book: Any, statement: Statement) -> None:  # noqa: ANN401 - the library has no types
    """The second sheet: norm, readings, policies, how it is worked out, versions and hashes."""
    sheet = book.add_worksheet(SHEETS["grounds"])
    bold = book.add_format({"bold": True, "valign": "top"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, GROUNDS["head"], bold)
    for at, (label, value) in enumerate(_told(statement), 2):
        sheet.write_string(at, 0, label, bold)
        sheet.write_string(at, 1, value, text)


def _told(statement: Statement) -> list[tuple[str, str]]:
    books = dict.fromkeys(rulebook(each.answer) for each in statement.answered)
    policies = dict.fromkeys(policy(each.answer.choice.policy) for each in statement.answered)
    exact = GROUNDS["exact_told"].format(rub=COLUMNS["rub_exact"], value=COLUMNS["value_exact"])
    return [
        *([(GROUNDS["demo"], say("demo_told"))] if statement.demo else []),
        (GROUNDS["law"], GROUNDS["law_told"]),
        *((GROUNDS["rulebook"], each) for each in books),
        *((GROUNDS["policy"], each) for each in policies),
        *((GROUNDS[name], GROUNDS[f"{name}_told"]) for name in ("path", "rounding")),
        (GROUNDS["exact"], exact),
        (GROUNDS["difference"], GROUNDS["difference_told"]),
        (GROUNDS["dataset"], dataset(statement.dataset)),
        (GROUNDS["software"], say("software_told", version=clean(statement.software, 40))),
        (GROUNDS["manifest"], statement.manifest or say("no_manifest")),
        (GROUNDS["advice"], say("advice")),
    ]
