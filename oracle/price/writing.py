"""Priced rows as text of each format, made column by column; Parquet straight from the table."""

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from oracle.outputs.tabular import BYTE_ORDER_MARK, parquet
from oracle.price.many import COLUMNS, HEAD, OWN, TAIL, Priced, Rows

FORMATS = ("csv", "ru-csv", "json", "ndjson", "parquet")
# Rows of a piece: some megabytes of text.
PIECE = 4_096
_DATES = {"date", "trading_day", "rate_effective_on", "edition"}
_INSTANTS = {"opens_at", "closes_at"}
_TRUTHS = {"final", "demo"}
# Digits with a decimal point.
_NUMBERS = {"close", "via_close", "rate", "rub", "rub_kopecks", "quantity", "value_rub", "value_rub_kopecks"}
# Names of ours, in which nothing is to be escaped.
_PLAIN = {"status", "venue", "ruble_path", "observation", "dataset"}
_INSTANT = "strftime({name}, '%Y-%m-%dT%H:%M:%SZ')"


def written(rows: Priced, form: str) -> bytes:
    """The rows in one of `FORMATS`."""
    return b"".join(pieces(rows, form))


def pieces(rows: Priced, form: str) -> Iterator[bytes]:
    """The same piece by piece; all is found before the first of them, so that only writing is left for the others."""
    if form == "parquet":
        return iter((parquet(rows.table()),))
    if form in ("json", "ndjson"):
        # Both formats have the same members, so what is kept for one serves the other.
        own = f"'{{' || {_members(OWN[:2])} AS first, {_members(OWN[2:])} AS middle"
        found = rows.texts("json", _members(HEAD), _members(TAIL), own)
        return _lines(found, ",", "}\n") if form == "ndjson" else _listed(_lines(found, ",", "},"))
    russian = form == "ru-csv"
    end, apart = ("\r\n", ";") if russian else ("\n", ",")
    own = f"{_cells(OWN[:2], apart)} AS first, {_cells(OWN[2:], apart)} AS middle"
    found = rows.texts(form, _cells(HEAD, apart), _cells(TAIL, apart), own)
    head = (BYTE_ORDER_MARK if russian else "") + apart.join(COLUMNS) + end
    return chain((head.encode(),), _lines(found, apart, end))


def _lines(rows: Rows, apart: str, end: str) -> Iterator[bytes]:
    """Row by row its own texts amid those of its pair; they lie one after the other in Arrow's memory already."""
    heads, tails = (rows.shared.column(name).combine_chunks() for name in ("head", "tail"))
    firsts, middles = (rows.own.column(name).combine_chunks().cast(pa.large_string()) for name in ("first", "middle"))
    ends = pc.binary_join_element_wise(tails, _scalar(end), _scalar(""))
    for start in range(0, len(rows.of_row), PIECE):
        places = rows.of_row.slice(start, PIECE)
        texts = firsts.slice(start, PIECE), heads.take(places), middles.slice(start, PIECE), ends.take(places)
        joined = pc.binary_join_element_wise(*texts, _scalar(apart))
        _, offsets, data = joined.buffers()
        stops = memoryview(offsets).cast("q")
        yield bytes(memoryview(data)[stops[joined.offset] : stops[joined.offset + len(joined)]])


def _scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def _listed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Members with a comma after each, as a JSON array."""
    before = b"["
    for piece in lines:
        yield before
        before = piece
    yield before.removesuffix(b",") + b"]"


def _members(names: tuple[str, ...]) -> str:
    parts = [f"""'{"," if at else ""}"{name}":', coalesce({_json(name)}, 'null')""" for at, name in enumerate(names)]
    return f"concat({', '.join(parts)})"


def _cells(names: tuple[str, ...], apart: str) -> str:
    return f" || '{apart}' || ".join(f"coalesce({_cell(name, apart)}, '')" for name in names)


def _json(name: str) -> str:
    if name in _TRUTHS or name == "rate_nominal":
        return f"{name}::VARCHAR"
    if name in _INSTANTS:
        return f"""'"' || {_INSTANT.format(name=name)} || '"'"""
    if name in _DATES or name in _NUMBERS or name in _PLAIN:
        return f"""'"' || {name}::VARCHAR || '"'"""
    return f"CASE WHEN {name} IS NOT NULL THEN to_json({name})::VARCHAR END"


def _cell(name: str, apart: str) -> str:
    if name in _TRUTHS:
        return f"CASE {name} WHEN TRUE THEN 'True' WHEN FALSE THEN 'False' END"
    if name in _INSTANTS:
        return _INSTANT.format(name=name)
    if name in _NUMBERS:
        return f"replace({name}, '.', ',')" if apart == ";" else name
    if name in _DATES or name in _PLAIN or name == "rate_nominal":
        return f"{name}::VARCHAR"
    # A cell that begins so would be run as a formula.
    safe = f"CASE WHEN regexp_matches({name}, '^[=+@\t\r-]') THEN '''' || {name} ELSE {name} END"
    quoted = f"""'"' || replace({safe}, '"', '""') || '"'"""
    return f"""CASE WHEN regexp_matches({name}, '[\r\n"{apart}]') THEN {quoted} ELSE {safe} END"""
