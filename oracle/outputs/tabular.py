"""Rows of a table for machines: JSON, NDJSON, CSV, CSV for Russian spreadsheets, Parquet; numbers digit for digit."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from oracle.numbers import plain

Row = Mapping[str, Any]
# Excel in Russian takes UTF-8 for an old code page without it.
BYTE_ORDER_MARK = "\ufeff"
# A cell that begins so would be run as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def told(value: object) -> object:
    """A value as JSON has it: decimals as canonical text, dates and instants in ISO form."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): told(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [told(each) for each in value]
    return value


def json_rows(rows: Iterable[Row]) -> bytes:
    """One JSON array."""
    return msgspec.json.encode([told(row) for row in rows])


def ndjson(rows: Iterable[Row]) -> bytes:
    """One JSON object per line."""
    return msgspec.json.Encoder().encode_lines([told(row) for row in rows])


def csv_rows(rows: Iterable[Row], columns: Sequence[str], *, russian: bool = False) -> bytes:
    """Comma-separated with a head; `russian`: semicolons, decimal commas and a byte order mark.

    An empty cell is a value that is not known.
    """
    text = io.StringIO()
    table = csv.writer(text, delimiter=";" if russian else ",", lineterminator="\r\n" if russian else "\n")
    table.writerow(columns)
    for row in rows:
        table.writerow([cell(row[name], russian=russian) for name in columns])
    return ((BYTE_ORDER_MARK if russian else "") + text.getvalue()).encode()


def cell(value: object, *, russian: bool) -> object:
    """A value as a cell of CSV; a text that a spreadsheet would run stands behind an apostrophe."""
    if isinstance(value, Decimal):
        return plain(value).replace(".", ",") if russian else plain(value)
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    if isinstance(value, Mapping | list | tuple):
        return msgspec.json.encode(told(value)).decode()
    return told(value)


def parquet(table: pa.Table) -> bytes:
    """The table with its exact decimal types."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
