"""From a table of a spreadsheet (CSV, English or Russian, UTF-8 or Windows-1251) to the rows of a ledger."""

import csv
import io

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from oracle.errors import MalformedError
from oracle.price.ledger import COLUMNS, counted, table
from oracle.theirs import decoded

_NAMES = {
    "coin": {"coin", "asset", "currency", "монета", "криптовалюта", "валюта", "цифровая валюта", "актив"},
    "date": {"date", "day", "time", "instant", "дата", "дата операции", "день", "время"},
    "quantity": {"quantity", "amount", "количество", "кол-во", "сумма"},
    "reference": {"reference", "ref", "id", "ссылка", "номер", "примечание"},
}
_TEXT = pa.string()
_SPACES = "[ \u00a0\u202f\u2009]"


def of_csv(body: bytes, most: int) -> pa.Table:
    """Rows under a head that names coin and date, and quantity and reference if they are there; others are left.

    Cells are apart by commas, semicolons or tabs; numbers may have a decimal comma, dates may be 31.12.2025.
    """
    text = decoded(body).lstrip("\r\n")
    head, _, rest = text.partition("\n")
    apart = next((each for each in (";", "\t") if each in head), ",")
    names = next(csv.reader(io.StringIO(head), delimiter=apart), [])
    places = _places(names)
    columns, faults = _cells(rest, apart, len(names))
    counted(len(faults), most)
    told = {name: _blank(columns[at]) for name, at in places.items()}
    told["date"] = pc.replace_substring_regex(told["date"], r"^(\d{2})\.(\d{2})\.(\d{4})$", r"\3-\2-\1")
    if "quantity" in told:
        plain = pc.replace_substring_regex(told["quantity"], _SPACES, "")
        told["quantity"] = pc.replace_substring(plain, ",", ".")
    return table(told, faults)


def _places(names: list[str]) -> dict[str, int]:
    """At which position each column stands; MalformedError if coin or date is not there, or one is there twice."""
    found: dict[str, int] = {}
    for at, cell in enumerate(names):
        written = cell.strip().casefold().replace("ё", "е").replace("_", " ")  # noqa: RUF001 - Russian
        for column in COLUMNS:
            if written in _NAMES[column]:
                if column in found:
                    raise MalformedError(f"two columns of {column}: {names[found[column]][:40]!r} and {cell[:40]!r}")
                found[column] = at
    if missing := [each for each in ("coin", "date") if each not in found]:
        known = "; ".join(f"{each}: {', '.join(sorted(_NAMES[each]))}" for each in missing)
        raise MalformedError(f"no column of {' and '.join(missing)} in the first line; it may be called {known}")
    return found


def _cells(text: str, apart: str, width: int) -> tuple[list[pa.Array], pa.Array]:
    """All columns as text, and what is wrong with rows that have another number of cells than the head."""
    if not text.strip():
        return [pa.array([], _TEXT)] * width, pa.array([], _TEXT)
    names = [str(at) for at in range(width)]
    try:
        read = arrow_csv.read_csv(
            io.BytesIO(text.encode()),
            arrow_csv.ReadOptions(column_names=names, block_size=max(len(text) * 4, 1 << 20)),
            arrow_csv.ParseOptions(delimiter=apart, newlines_in_values=True),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, _TEXT), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return _row_by_row(text, apart, width)
    return [read.column(name).combine_chunks() for name in names], pa.nulls(read.num_rows, _TEXT)


def _row_by_row(text: str, apart: str, width: int) -> tuple[list[pa.Array], pa.Array]:
    rows: list[list[str]] = []
    faults: list[str | None] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=apart)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                fits = len(cells) == width
                hint = "set a decimal comma in quotes, or use semicolons"
                faults.append(None if fits else f"{len(cells)} cells under {width} columns: {hint}")
                rows.append((cells + [""] * width)[:width])
    except csv.Error as error:
        raise MalformedError(f"line {reader.line_num + 1}: {error}; save it as CSV once more") from error
    return [pa.array(column, _TEXT) for column in zip(*rows, strict=True)], pa.array(faults, _TEXT)


def _blank(cells: pa.Array) -> pa.Array:
    """Without spaces around; an empty cell is none."""
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), None, trimmed)
