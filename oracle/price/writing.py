"""Priced rows as text of each format, made column by column; Parquet straight from the table."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from oracle.outputs.tabular import BYTE_ORDER_MARK, parquet
from oracle.price.many import COLUMNS, HEAD, OWN, TAIL, Priced

FORMATS = ("csv", "ru-csv", "json", "ndjson", "parquet")
# Rows of a piece: some megabytes of text.
PIECE = 4096
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
        end = "}\n" if form == "ndjson" else "},"
        # Both formats have the same members, so what is kept for one serves the other.
        texts = rows.texts("json", _members(HEAD), _members(TAIL), ("'{' || " + _members(OWN[:2]), _members(OWN[2:])))
        lines = _lines(*texts, apart=",", end=end)
        return lines if form == "ndjson" else _listed(lines)
    russian = form == "ru-csv"
    end, apart = ("\r\n", ";") if russian else ("\n", ",")
    texts = rows.texts(form, _cells(HEAD, apart), _cells(TAIL, apart), (_cells(OWN[:2], apart), _cells(OWN[2:], apart)))
    head = (BYTE_ORDER_MARK if russian else "") + apart.join(COLUMNS) + end
    return _headed(head.encode(), _lines(*texts, apart=apart, end=end))


def _lines(shared: pa.Table, rows: pa.Table, of_row: pa.Array, *, apart: str, end: str) -> Iterator[bytes]:
    """Row by row its own texts amid those of its pair; they lie one after the other in Arrow's memory already."""
    heads, tails = (shared.column(name).combine_chunks() for name in ("head", "tail"))
    firsts, middles = (rows.column(name).combine_chunks().cast(pa.large_string()) for name in ("first", "middle"))
    last = pa.scalar(end, pa.large_string())
    for at in range(0, len(of_row), PIECE):
        places = of_row.slice(at, PIECE)
        texts = firsts.slice(at, PIECE), heads.take(places), middles.slice(at, PIECE), tails.take(places)
        joined = pc.binary_join_element_wise(*texts, pa.scalar(apart, pa.large_string()))
        ended = pc.binary_join_element_wise(joined, last, pa.scalar("", pa.large_string()))
        _, ends, data = ended.buffers()
        offsets = memoryview(ends).cast("q")
        yield bytes(memoryview(data)[offsets[ended.offset] : offsets[ended.offset + len(ended)]])


def _listed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Members with a comma after each, as a JSON array."""
    before = b"["
    for piece in lines:
        yield before
        before = piece
    yield before.removesuffix(b",") + b"]"


def _headed(head: bytes, lines: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from lines


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
