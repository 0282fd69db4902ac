"""Figures of the tax service's page as a user wrote them into a CSV file: hostile until parsed."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from oracle.days import parse_day
from oracle.errors import QuestionError
from oracle.venues import VENUES

_MOST_BYTES, _MOST_ROWS = 10_000_000, 10_000
_NAMES = {
    "date": {"date", "day", "дата", "дата операции", "день"},
    "venue": {
        "venue",
        "exchange",
        "биржа",
        "площадка",
        "торговая площадка",
        "организатор торгов",
        "организатор торговли",
    },
    "coin": {"coin", "asset", "монета", "криптовалюта", "валюта", "цифровая валюта"},
    "rub": {"rub", "rubles", "price", "quotation", "close", "руб", "рубли", "цена", "котировка", "рыночная котировка"},
    "volume": {"volume", "turnover", "объем", "объем торгов", "оборот"},
}
_OPTIONAL = {"volume"}
_UNIT = re.compile(r"(?<=\w)[ ,]*\(?(руб(лей|лях)?\.?|rub|₽)\)?$")
_NUMBER = re.compile(r"\d{1,18}(\.\d{1,18})?", re.ASCII)
_RUSSIAN_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})", re.ASCII)
_CODE = re.compile(r"[0-9A-Z@._-]{1,40}", re.ASCII)
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
_FORMER = {"huobi": "htx", "okex": "okx"}


@dataclass(frozen=True, slots=True)
class Theirs:
    """One line: what the page showed."""

    line: int
    day: date
    venue: str
    coin: str
    rub: Decimal
    volume: Decimal | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """One line that cannot be read, and why."""

    line: int
    reason: str


def read_theirs(path: Path) -> list[Theirs | Unreadable]:
    """Each line; QuestionError for a file that is none, is too large, or lacks a column."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise QuestionError(f"cannot read {path}: {error.strerror}") from error
    if len(content) > _MOST_BYTES:
        raise QuestionError(f"{path} is larger than {_MOST_BYTES // 1_000_000} MB; split it")
    return parse_theirs(content, str(path))


def parse_theirs(content: bytes, file: str) -> list[Theirs | Unreadable]:
    """As `read_theirs`, of bytes in UTF-8 or the Windows code page of a Russian spreadsheet."""
    rows = _rows(decoded(content), file)
    _, header = next(rows, (0, []))
    columns = _columns(header, file)
    found: list[Theirs | Unreadable] = []
    for line, cells in rows:
        if len(found) == _MOST_ROWS:
            raise QuestionError(f"{file} has more than {_MOST_ROWS} lines; split it")
        if len(cells) > len(header):
            reason = f"{len(cells)} cells under {len(header)} columns: set a decimal comma in quotes, or use semicolons"
            found.append(Unreadable(line, reason))
        else:
            found.append(_line(line, cells, columns))
    return found


def decoded(content: bytes) -> str:
    """UTF-8, or else the Windows code page of a Russian spreadsheet."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # One byte of the code page means nothing and must not stop the rest.
        return content.decode("cp1251", "replace")


def _rows(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not blank, with their numbers; cells are apart by semicolons, tabs or commas, as the header is."""
    head = text.lstrip("\r\n").partition("\n")[0]
    apart = next((each for each in (";", "\t") if each in head), ",")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise QuestionError(f"{file}: line {reader.line_num}: {error}; save it as CSV once more") from error


def _columns(header: list[str], file: str) -> dict[str, int]:
    """At which position each column stands."""
    found: dict[str, int] = {}
    for position, cell in enumerate(header):
        written = cell.strip().casefold().replace("ё", "е").replace("_", " ")
        written = _UNIT.sub("", written.removeprefix("their ").removeprefix("их "))
        for column, names in _NAMES.items():
            if written in names:
                if column in found:
                    raise QuestionError(f"{file}: two columns of {column}: {header[found[column]]!r}, {cell[:40]!r}")
                found[column] = position
    if missing := [each for each in _NAMES if each not in found and each not in _OPTIONAL]:
        accepted = "; ".join(f"{each}: {', '.join(sorted(_NAMES[each]))}" for each in missing)
        raise QuestionError(f"{file}: no column of {', '.join(missing)} in the first line; it may be called {accepted}")
    return found


def _line(line: int, cells: list[str], columns: dict[str, int]) -> Theirs | Unreadable:
    texts = {name: cells[at].strip() if at < len(cells) else "" for name, at in columns.items()}
    try:
        return Theirs(
            line,
            _day(texts["date"]),
            _venue(texts["venue"]),
            _coin(texts["coin"]),
            _amount("rub", texts["rub"]),
            _amount("volume", texts["volume"]) if texts.get("volume") else None,
        )
    except QuestionError as error:
        return Unreadable(line, str(error))


def _day(text: str) -> date:
    russian = _RUSSIAN_DAY.fullmatch(text)
    return parse_day("-".join(russian.group(3, 2, 1)) if russian else text)


def _venue(text: str) -> str:
    written = text.casefold()
    short = _FORMER.get(
        written.removesuffix(".io").removesuffix(".com"), written.removesuffix(".io").removesuffix(".com")
    )
    for name, venue in VENUES.items():
        if written in {name, venue.title.casefold()} or short == name:
            return name
    raise QuestionError(f"venue: unknown {text[:40]!r}; known: {', '.join(VENUES)}")


def _coin(text: str) -> str:
    if not _CODE.fullmatch(text.upper()):
        raise QuestionError(f"coin: {text[:40]!r} is no code such as BTC")
    return text.upper()


def _amount(column: str, text: str) -> Decimal:
    """Digits with a decimal comma or point, in groups of three by spaces or not."""
    written = text.translate(_SPACES).removesuffix("₽").removesuffix("руб.").removesuffix("руб")
    number = written.replace(",", ".")
    if not _NUMBER.fullmatch(number) or not Decimal(number):
        raise QuestionError(f"{column}: {text[:40]!r} is no amount above zero such as 9514779,61 or 9514779.61")
    return Decimal(number)
