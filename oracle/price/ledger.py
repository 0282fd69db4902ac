"""From the bytes of a ledger (JSON, NDJSON, CSV) to its rows as text, in their order; a bad row is kept as one."""

from typing import Any

import msgspec
import pyarrow as pa

from oracle.errors import MalformedError, QuestionError

LONGEST_REFERENCE = 200
COLUMNS = ("coin", "date", "quantity", "reference")
_TEXT = pa.string()


class TooManyError(QuestionError):
    """The ledger has more rows than one request may have."""

    kind = "too_large"


class _Row(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    coin: str
    date: str
    quantity: msgspec.Raw = msgspec.Raw(b"null")
    reference: str | int | None = None


class _Rows(msgspec.Struct, forbid_unknown_fields=True):
    rows: list[_Row]


class _RawRows(msgspec.Struct, forbid_unknown_fields=True):
    rows: list[msgspec.Raw]


_LIST, _HELD = msgspec.json.Decoder(list[_Row]), msgspec.json.Decoder(_Rows)
_RAW_LIST, _RAW_HELD = msgspec.json.Decoder(list[msgspec.Raw]), msgspec.json.Decoder(_RawRows)
_ONE = msgspec.json.Decoder(_Row)
_SPACE = b" \t\r\n"


def of_json(body: bytes, most: int) -> pa.Table:
    """Rows of `[...]` or `{"rows": [...]}`; MalformedError if it is neither."""
    is_list = body.lstrip(_SPACE).startswith(b"[")
    try:
        rows = _LIST.decode(body) if is_list else _HELD.decode(body).rows
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _one_by_one(_raw(body, is_list=is_list), most)
    return _table(rows, [None] * counted(len(rows), most))


def of_ndjson(body: bytes, most: int) -> pa.Table:
    """A row of each line that is not blank."""
    try:
        rows = _ONE.decode_lines(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _one_by_one([line for line in body.split(b"\n") if line.strip(_SPACE)], most)
    return _table(rows, [None] * counted(len(rows), most))


def of_days(coin: str, days: list[str]) -> pa.Table:
    """A row of each day for one coin."""
    count = len(days)
    return table({"coin": pa.array([coin] * count, _TEXT), "date": pa.array(days, _TEXT)}, pa.nulls(count, _TEXT))


def table(columns: dict[str, Any], faults: Any) -> pa.Table:  # noqa: ANN401 - Arrow has no types
    """The rows as SQL takes them: numbered, texts as they were written; `faults`: what is wrong with a whole row."""
    count = len(faults)
    told = {name: columns.get(name, pa.nulls(count, _TEXT)) for name in COLUMNS}
    return pa.table(
        {
            "n": pa.array(range(count), pa.int64()),
            "reference": told["reference"],
            "coin": told["coin"],
            "written": told["date"],
            "quantity": told["quantity"],
            "row_fault": faults,
        }
    )


def _raw(body: bytes, *, is_list: bool) -> list[msgspec.Raw]:
    try:
        return _RAW_LIST.decode(body) if is_list else _RAW_HELD.decode(body).rows
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedError(f'expected JSON such as {{"rows": [...]}}: {str(error)[:120]}') from error


def _one_by_one(lines: list[Any], most: int) -> pa.Table:
    """Rows of which at least one cannot be read: each by itself."""
    counted(len(lines), most)
    rows: list[_Row] = []
    faults: list[str | None] = []
    for line in lines:
        try:
            rows.append(_ONE.decode(line))
            faults.append(None)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            rows.append(_shown(line))
            faults.append(str(error)[:160])
    return _table(rows, faults)


def _shown(line: Any) -> _Row:  # noqa: ANN401 - bytes or what msgspec left unread
    """As much of a bad row as helps the caller to find it again."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = None
    given = found if isinstance(found, dict) else {}
    texts = {name: given[name] for name in ("coin", "date") if isinstance(given.get(name), str)}
    reference = given.get("reference")
    known = reference if isinstance(reference, str) or type(reference) is int else None
    return _Row(texts.get("coin", ""), texts.get("date", ""), reference=known)


def _table(rows: list[_Row], faults: list[str | None]) -> pa.Table:
    quantities = [bytes(each.quantity) for each in rows]
    references = [each.reference for each in rows]
    if any(type(each) is int for each in references):
        references = [None if each is None else str(each) for each in references]
    return table(
        {
            "coin": pa.array([each.coin or None for each in rows], _TEXT),
            "date": pa.array([each.date or None for each in rows], _TEXT),
            "quantity": _text_of(pa.array(quantities, pa.binary())),
            "reference": pa.array(references, _TEXT),
        },
        pa.array(faults, _TEXT),
    )


def _text_of(raw: Any) -> Any:  # noqa: ANN401 - Arrow has no types
    """JSON numbers and texts as the text of the number."""
    import pyarrow.compute as pc

    text = raw.cast(_TEXT)
    text = pc.if_else(pc.equal(text, "null"), None, text)
    return pc.utf8_trim(text, '"')


def counted(count: int, most: int) -> int:
    """The number of rows; TooManyError if it is too large."""
    if count > most:
        raise TooManyError(f"{count} rows; at most {most} in one request")
    return count
