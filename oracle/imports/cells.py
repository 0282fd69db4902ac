"""From a cell to what it says: a number digit for digit, an opening in milliseconds; a reason where it says neither."""

import re
from datetime import timedelta

from oracle.days import DAY_MS, opening_ms, parse_day
from oracle.errors import QuestionError
from oracle.imports.layout import Layout, Unit

_NUMBER = re.compile(r"\d{1,60}(\.\d{1,60})?([eE][+-]?\d{1,2})?", re.ASCII)
# How spreadsheets write a number that does not fit the cell: 7.39E+04. No exchange writes it so.
_ROUNDED = re.compile(r"\d(\.\d+)?E[+-]\d\d", re.ASCII)
_LABEL = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?", re.ASCII)
# From 2009, when the first coin was made, to 2100: the units cannot be taken for one another.
_FIRST_S, _LAST_S = 1_230_768_000, 4_102_444_800
_SCALES: dict[Unit, int] = {"s": 1, "ms": 1_000, "us": 1_000_000}
_NAMES: dict[Unit, str] = {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}


def number(cell: str, decimal: str) -> str:
    """The literal of a number that is not negative; ValueError with the reason."""
    text = cell.strip()
    if decimal != ".":
        if "." in text:
            raise ValueError(f"{text[:40]!r} has a point where the decimal mark is {decimal!r}; give --decimal .")
        text = text.replace(decimal, ".")
    if _ROUNDED.fullmatch(text):
        raise ValueError(f"{text!r} was rounded by a spreadsheet; give the file as it was downloaded")
    if _NUMBER.fullmatch(text):
        return text
    if text[:1] in ("=", "+", "@"):
        raise ValueError(f"{text[:40]!r} is a formula; give the values")
    if "," in text and decimal == ".":
        raise ValueError(f"{text[:40]!r} has a comma; give --decimal , if that is the decimal mark")
    raise ValueError(f"{text[:40]!r} is no number that a price or volume can be")


def opened_ms(cell: str, layout: Layout) -> int:
    """The opening that a cell of time says, in milliseconds since 1970; ValueError with the reason."""
    text = cell.strip()
    if layout.unit == "iso-date":
        return _labelled(text, layout.label_opens)
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        raise ValueError(f"{text[:40]!r} was rounded by a spreadsheet and its day is lost; give the file as downloaded")
    if not (text.isascii() and text.isdigit() and len(text) <= 16):  # noqa: PLR2004 - microseconds until 2100
        raise ValueError(f"{text[:40]!r} is no time in {_NAMES[layout.unit]} since 1970")
    value = int(text)
    found = next(
        (unit for unit, scale in _SCALES.items() if _FIRST_S * scale <= value < _LAST_S * scale),
        None,
    )
    if found is None:
        raise ValueError(f"{text} is no time between 2009 and 2100 in any unit")
    if found != layout.unit:
        wanted = _NAMES[layout.unit]
        raise ValueError(
            f"{text} is in {_NAMES[found]} where {wanted} are expected; one file has one unit: "
            "give the right one, or import the parts as files of their own"
        )
    if layout.unit == "us" and value % 1000:
        raise ValueError(f"{text} is no whole millisecond, so no opening of a day")
    return value // 1000 if layout.unit == "us" else value * 1000 // _SCALES[layout.unit]


def _labelled(text: str, opens: int) -> int:
    match = _LABEL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:40]!r} is no date YYYY-MM-DD; dates of other forms can be read in two ways")
    try:
        day = parse_day(match[1])
    except QuestionError as error:
        raise ValueError(str(error)) from error
    value = opening_ms(day, timedelta(minutes=opens))
    if not _FIRST_S * 1000 - DAY_MS <= value < _LAST_S * 1000:
        raise ValueError(f"{text[:40]!r} is no day between 2009 and 2100")
    return value
