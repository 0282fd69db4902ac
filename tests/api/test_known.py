"""`as_known_at` of ranges and ledgers: the rows of the points, limits that say what to do, both clients."""

import asyncio
from datetime import date, timedelta
from typing import Any

from oracle.api.service import Limits
from oracle.client import AskedRow, AsyncClient, Client
from oracle.settings import Home
from tests.api.conftest import Client as Server
from tests.api.conftest import running
from tests.priced import NOW

LAST = date(2026, 3, 10)
THEN = "as_known_at=2026-03-14T09:26:00Z"
RANGE = f"/v1/quotations/BTC?from={LAST - timedelta(2)}&to={LAST}"


async def test_rows_of_the_past_are_the_points_of_the_past(client: Server) -> None:
    """A range and a ledger, in JSON and CSV: rubles and dataset of the question about each date."""
    days = (await client(f"{RANGE}&{THEN}")).json
    rows = [{"coin": "BTC", "date": row["date"]} for row in days]
    assert (await client(f"/v1/quotations?{THEN}", "POST", json=rows)).json == days
    assert len((await client(f"{RANGE}&{THEN}", headers={"Accept": "text/csv"})).body.splitlines()) == 1 + len(days)
    for row in days:
        point = (await client(f"/v1/quotations/BTC/{row['date']}?{THEN}")).json
        assert (row["rub"], row["dataset"]) == (point["chosen"]["rub"], point["dataset"]["version"])
    early = (await client(f"{RANGE}&as_known_at=2026-03-14T09:25:59Z")).json
    assert {row["status"] for row in early} == {"not_collected"}


async def test_too_much_or_to_come_is_refused(home: Home) -> None:
    """422 names the limit and the way out, 400 the instant."""
    async with running(home, limits=Limits(known_days=2, known_coins=1)) as client:
        found = await client(f"{RANGE}&{THEN}")
        assert (found.status, found.json["type"]) == (422, "/problems/unprocessable")
        assert "3 different days" in found.json["detail"]
        assert "at most 2 in one question: ask in parts" in found.json["detail"]
        rows = [{"coin": coin, "date": str(LAST)} for coin in ("BTC", "ETH")]
        found = await client(f"/v1/quotations?{THEN}", "POST", json=rows)
        assert (found.status, found.json["type"]) == (422, "/problems/unprocessable")
        later = await client(f"{RANGE}&as_known_at=2027-01-01T00:00:00Z")
        unread = await client("/v1/quotations?as_known_at=soon", "POST", json=rows)
        for found in (later, unread):
            assert (found.status, found.json["type"]) == (400, "/problems/malformed")


async def test_both_clients_ask_the_past(client: Server) -> None:
    """Days and a ledger, with the instant beside the reading."""
    asked = [AskedRow(coin="BTC", date=str(LAST))]
    async with AsyncClient(client.address) as asking:
        days = await asking.days("BTC", LAST, LAST, as_known_at=NOW)
        rows = [row async for row in asking.price(asked, as_known_at=NOW)]

    def directly() -> list[Any]:
        with Client(client.address) as asking:
            return [asking.days("BTC", LAST, LAST, as_known_at=NOW), list(asking.price(asked, as_known_at=NOW))]

    assert await asyncio.to_thread(directly) == [days, rows]
    assert days == rows
    assert "as known at" in days[0].dataset
