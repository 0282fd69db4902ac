"""Priced rows as text of each format, made by SQL column by column; Parquet straight from the table."""

import pyarrow as pa

from oracle.outputs.tabular import BYTE_ORDER_MARK, parquet
from oracle.price.many import Priced
from oracle.price.row import PricedRow

FORMATS = ("csv", "ru-csv", "json", "ndjson", "parquet")
COLUMNS = tuple(PricedRow.model_fields)
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
    if form == "parquet":
        return parquet(rows.table())
    if form == "ndjson":
        return _lines(rows, f"'{{' || {_members()} || '}}\n'")
    if form == "json":
        body = _lines(rows, f"'{{' || {_members()} || '}},'")
        return b"[" + body[:-1] + b"]"
    russian = form == "ru-csv"
    end, apart = ("\r\n", ";") if russian else ("\n", ",")
    cells = f" || '{apart}' || ".join(f"coalesce({_cell(name, apart)}, '')" for name in COLUMNS)
    head = (BYTE_ORDER_MARK if russian else "") + apart.join(COLUMNS) + end
    return head.encode() + _lines(rows, f"{cells} || '{end}'")


def _lines(rows: Priced, line: str) -> bytes:
    """The texts of all rows one after the other: they lie so in the table's memory already."""
    table = rows.tables.table(f"SELECT {line} AS line FROM price_result ORDER BY n")  # noqa: S608 - our own names
    pieces = []
    for chunk in table.column(0).cast(pa.large_string()).chunks:
        if len(chunk):
            _, ends, data = chunk.buffers()
            offsets = memoryview(ends).cast("q")
            pieces.append(memoryview(data)[offsets[chunk.offset] : offsets[chunk.offset + len(chunk)]])
    return b"".join(pieces)


def _members() -> str:
    return " || ',' || ".join(f"""'"{name}":' || coalesce({_json(name)}, 'null')""" for name in COLUMNS)


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
