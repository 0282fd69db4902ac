"""The tables of the dataset in every format: the same rows, and in Parquet the types of the published tables."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.api.conftest import Client

DAYS = "from=2026-03-01&to=2026-03-10"
TABLES = [
    ("/v1/venues", ""),
    ("/v1/coins", ""),
    ("/v1/coins", "search=usd&limit=1"),
    ("/v1/venues/binance/days", DAYS),
    ("/v1/venues/binance/days", "from=2020-01-01&to=2020-01-02"),
    ("/v1/official-rates/USD", DAYS),
    ("/v1/rulebooks", ""),
    ("/v1/rulebooks/tax-code", ""),
]


def _text(value: Any, kind: pa.DataType) -> str:
    """As CSV writes it."""
    if value is None:
        return ""
    if pa.types.is_decimal(kind):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if pa.types.is_timestamp(kind):
        return str(value.isoformat()).replace("+00:00", "Z")
    if pa.types.is_map(kind):
        return json.dumps(dict(value), separators=(",", ":"))
    if pa.types.is_list(kind):
        return json.dumps(value, separators=(",", ":"))
    return str(value)


@pytest.mark.parametrize(("address", "query"), TABLES)
async def test_parquet_has_the_rows_of_csv(client: Client, address: str, query: str) -> None:
    """By extension and by Accept; cell for cell, an unknown is null; an empty table has its columns too."""
    found = await client(f"{address}.parquet?{query}")
    assert (found.status, found.headers["content-type"]) == (200, "application/vnd.apache.parquet")
    accepted = await client(f"{address}?{query}", headers={"Accept": "application/vnd.apache.parquet"})
    assert accepted.body == found.body
    table = pq.read_table(io.BytesIO(found.body))
    head, *rows = csv.reader(io.StringIO((await client(f"{address}.csv?{query}")).body.decode()))
    assert table.column_names == head
    kinds = [field.type for field in table.schema]
    told = [[_text(row[name], kind) for name, kind in zip(head, kinds, strict=True)] for row in table.to_pylist()]
    assert told == rows
    lines = (await client(f"{address}.ndjson?{query}")).body.splitlines()
    assert [list(json.loads(line)) for line in lines] == [head] * len(rows)


async def test_types_are_those_of_the_published_tables(client: Client) -> None:
    """Days are dates, instants have a zone, money is decimal at the table's scale, verdicts are a map."""
    days = pq.read_schema(io.BytesIO((await client(f"/v1/venues/binance/days.parquet?{DAYS}")).body))
    assert days.field("day").type == pa.date32()
    assert days.field("opens_at").type == pa.timestamp("us", "UTC")
    assert days.field("turnover_rub_low").type == pa.decimal128(38, 16)
    assert days.field("verdicts").type == pa.map_(pa.string(), pa.string())
    rates = pq.read_table(io.BytesIO((await client(f"/v1/official-rates/USD.parquet?{DAYS}")).body))
    assert rates.schema.field("per_unit").type == pa.decimal128(20, 10)
    assert rates.schema.field("rate").type == pa.string()
    assert rates.column("per_unit")[0].as_py() == Decimal(rates.column("rate")[0].as_py())


async def test_the_next_page_is_told_in_every_format(client: Client) -> None:
    """The address in JSON is that of the header Link; the last page has none."""
    first = await client("/v1/coins?limit=1")
    assert first.headers["link"] == f'<{first.json["next"]}>; rel="next"'
    assert (await client("/v1/coins.csv?limit=1")).headers["link"] == first.headers["link"]
    assert "link" not in (await client("/v1/coins.csv?limit=10")).headers


async def test_an_extension_that_names_no_format_is_nothing(client: Client) -> None:
    """404, as for any other address that is not there."""
    for address in ("/v1/venues.xlsx", "/v1/venues.", "/healthz.csv"):
        assert (await client(address)).status == 404
