"""`/v1/quotations` about many: rows in every format, one bad row among good ones, limits, ranges of days."""

import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest

from oracle.api.service import Limits
from oracle.settings import Home
from tests.api.conftest import Client, running

ROWS: list[dict[str, Any]] = [
    {"coin": "BTC", "date": "2026-03-10", "quantity": "1.5", "reference": "a"},
    {"coin": "NOPE", "date": "2026-03-10"},
    {"coin": "BTC", "date": "2026-03-99", "reference": "=b"},
    {"coin": "BTC", "date": "2026-03-10T22:30:00Z"},
]
STATUSES = ["quoted", "unknown_coin", "malformed", "quoted"]
JSON = {"Content-Type": "application/json"}


async def test_rows_come_back_in_their_order(client: Client) -> None:
    """100011.55 x 80.10 is told beside the rows that have no quotation, and the instant is on the 11th in Moscow."""
    found = await client("/v1/quotations", "POST", json={"rows": ROWS})
    assert (found.status, [row["status"] for row in found.json]) == (200, STATUSES)
    first, *_, last = found.json
    assert (first["rub"], first["value_rub"], first["reference"]) == ("8010925.155", "12016387.7325", "a")
    assert last["date"] == "2026-03-11"
    assert (await client("/v1/quotations", "POST", json=ROWS)).json == found.json


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-ndjson", "\n".join(json.dumps(row) for row in ROWS)),
        (
            "text/csv",
            (
                "coin,date,quantity,reference\nBTC,2026-03-10,1.5,a\nNOPE,2026-03-10,,\nBTC,2026-03-99,,=b\n"
                "BTC,2026-03-10T22:30:00Z,,\n"
            ),
        ),
        (
            "text/csv; charset=windows-1251",
            (
                "Монета;Дата операции;Количество;Номер\r\nBTC;10.03.2026;1,5;a\r\nNOPE;10.03.2026;;\r\n"
                "BTC;2026-03-99;;=b\r\nBTC;2026-03-10T22:30:00Z;;\r\n"
            ),
        ),
    ],
)
async def test_a_ledger_may_come_in_any_format(client: Client, kind: str, body: str) -> None:
    """NDJSON, CSV and the CSV of a Russian spreadsheet say the same as JSON."""
    expected = await client("/v1/quotations", "POST", json=ROWS)
    content = body.encode("cp1251" if "1251" in kind else "utf-8")
    found = await client("/v1/quotations", "POST", data=content, headers={"Content-Type": kind})
    assert found.json == expected.json


async def test_formats_of_the_answer_are_the_same_digit_for_digit(client: Client) -> None:
    """NDJSON, CSV, CSV in Russian form and Parquet have the texts of the JSON."""
    expected = (await client("/v1/quotations", "POST", json=ROWS)).json
    lines = await client("/v1/quotations", "POST", json=ROWS, headers={"Accept": "application/x-ndjson"})
    assert [json.loads(line) for line in lines.body.splitlines()] == expected
    table = await client("/v1/quotations", "POST", json=ROWS, headers={"Accept": "application/vnd.apache.parquet"})
    rubles = pq.read_table(io.BytesIO(table.body)).column("rub").to_pylist()
    assert rubles == [row["rub"] for row in expected]
    text = await client("/v1/quotations", "POST", json=ROWS, headers={"Accept": "text/csv"})
    assert ",8010925.155,8010925.16,1.5,12016387.7325,12016387.73," in text.body.decode()
    assert "\n'=b," in text.body.decode()
    russian = await client("/v1/quotations", "POST", json=ROWS, headers={"Accept": "text/csv; locale=ru"})
    assert ";8010925,155;8010925,16;1,5;12016387,7325;12016387,73;" in russian.body.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("query", "body", "kind", "status", "problem"),
    [
        ("", b"{", "application/json", 400, "malformed"),
        ("", b'{"row": []}', "application/json", 400, "malformed"),
        ("", b"a,b\n", "text/csv", 400, "malformed"),
        ("", b"<a/>", "application/xml", 415, "unsupported-media-type"),
        ("?rulebook=none", b"[]", "application/json", 422, "unprocessable"),
        ("?choose=none", b"[]", "application/json", 422, "unprocessable"),
        ("?policy=none", b"[]", "application/json", 422, "unprocessable"),
        ("?venue=none", b"[]", "application/json", 422, "unprocessable"),
    ],
)
async def test_what_concerns_all_rows_is_a_problem(
    client: Client, query: str, body: bytes, kind: str, status: int, problem: str
) -> None:
    """Only what no row can be answered under fails the whole."""
    found = await client(f"/v1/quotations{query}", "POST", data=body, headers={"Content-Type": kind})
    assert (found.status, found.json["type"]) == (status, f"/problems/{problem}")


async def test_too_many_rows_are_refused(home: Home) -> None:
    """413 names the limit, before anything is priced."""
    async with running(home, limits=Limits(batch_rows=3)) as client:
        found = await client("/v1/quotations", "POST", json=ROWS)
    assert (found.status, found.json["type"]) == (413, "/problems/too-large")
    assert "at most 3" in found.json["detail"]


async def test_a_range_has_a_row_for_each_day(client: Client) -> None:
    """The rows are those of a ledger, in the format of the extension, and who has them is told that they hold."""
    rows = [{"coin": "BTC", "date": f"2026-03-{day:02}"} for day in range(1, 11)]
    expected = (await client("/v1/quotations", "POST", json=rows)).json
    path = "/v1/quotations/BTC{}?from=2026-03-01&to=2026-03-10"
    found = await client(path.format(""))
    assert found.json == expected
    table = await client(path.format(".parquet"))
    assert pq.read_table(io.BytesIO(table.body)).column("rub").to_pylist() == [row["rub"] for row in expected]
    again = await client(path.format(""), headers={"If-None-Match": found.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    open_ended = await client("/v1/quotations/BTC.csv?from=2026-03-10&to=2026-03-14")
    assert "etag" not in open_ended.headers
    assert open_ended.body.decode().count(",not_final,") == 1


@pytest.mark.parametrize("coding", ["gzip", "zstd", "identity"])
async def test_a_large_answer_comes_in_pieces(client: Client, coding: str) -> None:
    """Packed or not, it is whole, and has the headers of any answer."""
    rows = [ROWS[0] | {"reference": str(number)} for number in range(10_000)]
    found = await client("/v1/quotations", "POST", json=rows, headers={"Accept-Encoding": coding})
    assert [row["reference"] for row in found.json] == [str(number) for number in range(10_000)]
    assert found.headers.get("content-encoding", "identity") == coding
    assert "content-length" not in found.headers
    assert {"x-request-id", "vary", "x-content-type-options"} <= {name.lower() for name in found.headers}


async def test_an_instant_has_the_answer_of_its_date(client: Client) -> None:
    """22:30 UTC is the next day in Moscow, and the instant is told."""
    found = await client("/v1/quotations/BTC?at=2026-03-10T22:30:00Z")
    assert (found.json["date"], found.json["asked_at"]) == ("2026-03-11", "2026-03-10T22:30:00Z")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        ("?from=2026-03-01", 422),
        ("?from=2026-03-02&to=2026-03-01", 422),
        ("?from=1900-01-01&to=2026-03-01", 422),
        ("?at=2026-03-10T22:30:00", 400),
        ("?at=2026-03-10&from=2026-03-01", 422),
        ("?from=2026-03-01&to=2026-03-02&quantity=1", 422),
    ],
)
async def test_a_range_that_is_none_is_refused(client: Client, query: str, status: int) -> None:
    """What is missing, backwards, too long or contradictory is named."""
    assert (await client(f"/v1/quotations/BTC{query}")).status == status


async def test_the_document_tells_what_may_be_sent(client: Client) -> None:
    """OpenAPI has the three formats of the body and the model of a row."""
    document = (await client("/openapi.json")).json
    body = document["paths"]["/v1/quotations"]["post"]["requestBody"]["content"]
    assert set(body) == {"application/json", "application/x-ndjson", "text/csv"}
    reference = body["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "rows" in document["components"]["schemas"][reference]["properties"]
    assert "value_rub" in document["components"]["schemas"]["PricedRow"]["properties"]
