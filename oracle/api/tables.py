"""Tables of the dataset on their way out: in which formats, of which days, with which columns and types."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

import pyarrow as pa
from pydantic import BaseModel, Field

from oracle.api.caching import unchanged, validators
from oracle.api.datasets import OfDataset
from oracle.api.media import CSV_RU, JSON, NDJSON, PARQUET, ROWS, Media
from oracle.api.problem import ProblemError
from oracle.api.quotations import Day
from oracle.api.route import Call, Reply
from oracle.days import Span, parse_day
from oracle.freezing.versions import LATEST
from oracle.outputs.tabular import csv_rows, json_rows, ndjson, parquet
from oracle.part import Digits
from oracle.store.reads import Reads

Said = TypeVar("Said")
TABLES = ROWS


class Days(OfDataset):
    """From a day until a day, both included."""

    first: Day = Field(alias="from", description="first day, YYYY-MM-DD", examples=["2026-11-01"])
    last: Day = Field(alias="to", description="last day, YYYY-MM-DD", examples=["2026-11-20"])


def span_of(call: Call) -> Span:
    """The days that a request asks about; a range that is too long or runs backwards is refused."""
    span = Span(parse_day(call.query.first), parse_day(call.query.last))
    if span.last < span.first:
        raise ProblemError("unprocessable", f"from {span.first} is after to {span.last}")
    if len(span) > call.service.limits.range_days:
        raise ProblemError(
            "unprocessable", f"{len(span)} days are asked for; at most {call.service.limits.range_days} in one request"
        )
    return span


def written(rows: list[dict[str, Any]], model: type[BaseModel], media: Media) -> bytes:
    """Rows in the wished format, with the columns of their model."""
    if media is JSON:
        return json_rows(rows)
    if media is NDJSON:
        return ndjson(rows)
    if media is PARQUET:
        return parquet(typed(rows, model))
    return csv_rows(rows, list(model.model_fields), russian=media is CSV_RU)


async def told(call: Call, find: Callable[[Reads], bytes]) -> Reply:
    """What the version in place says, or the dataset that is asked by name; the same as long as it is in place."""
    return await told_with(call, lambda reads: (find(reads), None), lambda _: {})


async def told_with(
    call: Call, find: Callable[[Reads], tuple[bytes, Said]], headers_of: Callable[[Said], dict[str, str]]
) -> Reply:
    """The same with headers that come of what was found."""
    service = call.service
    name = call.query.dataset if isinstance(call.query, OfDataset) else LATEST
    await service.current.ready(name)
    with service.current.held(name) as opened:
        headers = validators(opened, call)
        if reply := unchanged(call, headers):
            return reply
        body, said = await service.current.ask(opened, find)
        return Reply(body, call.media, headers=headers | headers_of(said))


def typed(rows: list[dict[str, Any]], model: type[BaseModel]) -> pa.Table:
    """The rows with the types of the published tables: days as dates, exact decimals at their scale, lists, maps."""
    fields = model.model_fields.items()
    schema = pa.schema([(name, _type(each.annotation, each.metadata)) for name, each in fields])
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in rows], schema)


_PLAIN: dict[object, Any] = {
    str: pa.string(),
    int: pa.int64(),
    bool: pa.bool_(),
    dt.date: pa.date32(),
    dt.datetime: pa.timestamp("us", "UTC"),
}


def _type(annotation: Any, metadata: list[Any]) -> pa.DataType:  # noqa: ANN401 - whatever stands in the model
    """The Arrow type of a field; what may be absent has the type of what may be there."""
    if hasattr(annotation, "__metadata__"):
        return _type(annotation.__origin__, list(annotation.__metadata__))
    parts = [each for each in get_args(annotation) if each is not NoneType]
    if get_origin(annotation) is list:
        return pa.list_(_type(parts[0], []))
    if get_origin(annotation) in (dict, Mapping):
        return pa.map_(_type(parts[0], []), _type(parts[1], []))
    if parts:
        return _type(parts[0], metadata)
    if annotation is Decimal:
        (digits,) = [each for each in metadata if isinstance(each, Digits)]
        return pa.decimal128(digits.all, digits.after)
    return _PLAIN[annotation]
