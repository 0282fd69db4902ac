"""`?stablecoin=`: every address and both clients take it, and say that the caller chose."""

import asyncio
import json
from datetime import date, timedelta
from typing import Any

import pytest

from oracle.ask import Question, ask
from oracle.client import AskedRow, AsyncClient, Client, Reading
from oracle.settings import Home
from oracle.store.reads import Reads
from tests.api.conftest import Client as Server
from tests.priced import NOW

DAY = date(2026, 3, 10)
ONE = "/v1/quotations/BTC/2026-03-10"


@pytest.mark.parametrize("path", ["peg", "market", "refuse"])
async def test_the_answer_is_that_of_the_command_line(client: Server, home: Home, path: str) -> None:
    """By a date, at an instant, as a row of a range and of a ledger; asked without it, the rulebook's own holds."""
    with Reads(home.current) as reads:
        expected = json.loads(ask(reads, Question("BTC", DAY, stablecoin=path), NOW).model_dump_json())
    assert (await client(f"{ONE}?stablecoin={path}")).json == expected
    own = (await client(ONE)).json
    assert own["stablecoin"] == {"path": "peg", "chosen_by": "rulebook", "rulebook_path": "peg"}
    at = (await client(f"/v1/quotations/BTC?at=2026-03-10T12:00:00Z&stablecoin={path}")).json
    assert {**at, "asked_at": None} == expected
    (day,) = (await client(f"/v1/quotations/BTC?from={DAY}&to={DAY}&stablecoin={path}")).json
    rows = [{"coin": "BTC", "date": str(DAY)}]
    assert (await client(f"/v1/quotations?stablecoin={path}", "POST", json=rows)).json == [day]
    assert day["rub"] == (expected["chosen"] and expected["chosen"]["rub"])
    assert (day["stablecoin_path"], day["stablecoin_chosen_by"]) == (path, "caller")
    warned = {each["code"]: each["text"] for each in expected["warnings"]}
    assert day["warning"] == warned.get("stablecoin_path_asked")
    assert (day["warning"] is None) == (path == "peg")


async def test_a_path_that_is_none_is_refused(client: Server) -> None:
    """400, and the names that there are."""
    found = await client(f"{ONE}?stablecoin=half")
    assert (found.status, found.json["type"]) == (400, "/problems/malformed")
    assert "'peg', 'market' or 'refuse'" in found.json["detail"]


async def test_both_clients_take_it(client: Server) -> None:
    """In the reading, for one, for days and for a ledger."""
    reading = Reading(stablecoin="refuse", lang="ru")
    asked = [AskedRow(coin="BTC", date=str(DAY - timedelta(at))) for at in range(2)]
    async with AsyncClient(client.address) as asking:
        one = await asking.quotation("BTC", DAY, reading)
        days = await asking.days("BTC", DAY - timedelta(1), DAY, reading)
        rows = [row async for row in asking.price(asked, reading)]

    def directly() -> list[Any]:
        with Client(client.address) as asking:
            told = asking.quotation("BTC", DAY, reading), asking.days("BTC", DAY - timedelta(1), DAY, reading)
            return [*told, list(asking.price(asked, reading))]

    assert await asyncio.to_thread(directly) == [one, days, rows]
    assert one.stablecoin
    assert one.stablecoin.chosen_by == "caller"
    assert {row.warning_code for row in (*days, *rows)} == {"stablecoin_path_asked"}
