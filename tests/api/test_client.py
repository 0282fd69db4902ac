"""`oracle.client`: the same answers as from the database, in one call, in parts, after failures; without the server."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from oracle.ask import Question, ask
from oracle.client import AskedRow, AsyncClient, Client, OracleProblem, Reading
from oracle.settings import Home
from oracle.store.reads import Reads
from tests.api.conftest import Client as Server
from tests.priced import NOW

DAY = date(2026, 3, 10)


async def test_both_clients_give_the_answer_of_the_database(client: Server, home: Home) -> None:
    """A date or an instant, any reading: the models are equal."""
    night = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)
    with Reads(home.current) as reads:
        plain = ask(reads, Question("BTC", DAY), NOW)
        lowest = ask(reads, Question("BTC", DAY, choose="lowest", lang="ru", asked_at=night), NOW)
    reading = Reading(choose="lowest", lang="ru")
    async with AsyncClient(client.address) as asking:
        assert await asking.quotation("BTC", DAY) == plain
        assert await asking.quotation("BTC", night, reading) == lowest

    def directly() -> list[Any]:
        with Client(client.address) as asking:
            return [asking.quotation("BTC", DAY), asking.quotation("BTC", night, reading)]

    assert await asyncio.to_thread(directly) == [plain, lowest]


async def test_a_ledger_goes_in_parts_and_comes_back_in_order(client: Server) -> None:
    """Ten rows in parts of three: one result each, the bad one among them with its status."""
    rows = [AskedRow(coin="BTC", date=str(DAY - timedelta(at)), reference=f"{at}", quantity="0.5") for at in range(9)]
    rows.insert(4, AskedRow(coin="NOPE", date=str(DAY), reference="bad"))
    told: list[int] = []
    async with AsyncClient(client.address) as asking:
        found = [row async for row in asking.price(rows, rows_at_once=3, progress=told.append)]
        days = await asking.days("BTC", DAY - timedelta(8), DAY)

    def directly() -> list[Any]:
        with Client(client.address) as asking:
            return list(asking.price(rows, rows_at_once=4))

    assert await asyncio.to_thread(directly) == found
    assert [row.reference for row in found] == [row.reference for row in rows]
    assert [row.status for row in found] == ["quoted"] * 4 + ["unknown_coin"] + ["quoted"] * 5
    assert told == [3, 6, 9, 10]
    assert [row.rub for row in days] == [row.rub for row in reversed(found) if row.rub]


async def test_the_rest_of_what_can_be_asked(client: Server) -> None:
    """Rates, venue days, the dataset, and the bytes behind a quotation."""
    async with AsyncClient(client.address) as asking:
        rate = await asking.official_rate("USD", DAY)
        (day,) = await asking.venue_days("okx", DAY, DAY)
        dataset = await asking.dataset()
        quotation = (await asking.quotation("BTC", DAY)).quotations[0]
        body = await asking.observation(quotation.observation)

    def directly() -> list[Any]:
        with Client(client.address) as asking:
            rates, days = asking.official_rate("USD", DAY), asking.venue_days("okx", DAY, DAY)
            return [rates, days, asking.dataset(), asking.observation(quotation.observation)]

    assert await asyncio.to_thread(directly) == [rate, [day], dataset, body]
    assert (rate.rate, day.venue) == ("80.10", "okx")
    assert quotation.close_as_received.encode() in body


@asynccontextmanager
async def failing(*answers: web.Response) -> AsyncIterator[tuple[str, list[str]]]:
    """A server that answers so, one after another, and what it was asked."""
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.Response:
        asked.append(request.path)
        return answers[len(asked) - 1]

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


def _answers() -> Iterator[web.Response]:
    yield web.json_response({"type": "/problems/too-many-requests"}, status=429, headers={"Retry-After": "0"})
    yield web.Response(status=503, text="<html>")
    document = {"currency": "USD", "requested_on": "2026-03-10", "effective_on": "2026-03-10", "nominal": 1}
    yield web.json_response({**document, "rate": "80.10", "per_unit": "80.1", "observation": "0" * 64})


async def test_what_passes_by_itself_is_asked_again() -> None:
    """Too many requests and an outage are waited out; the answer is the one that came at last."""
    async with failing(*_answers()) as (address, asked), AsyncClient(address) as asking:
        assert (await asking.official_rate("USD", DAY)).rate == "80.10"
    assert len(asked) == 3
    async with failing(*_answers()) as (address, asked):

        def directly() -> str:
            with Client(address) as asking:
                return asking.official_rate("USD", DAY).rate

        assert await asyncio.to_thread(directly) == "80.10"
    assert len(asked) == 3


async def test_a_problem_is_an_error_with_all_that_it_says(client: Server) -> None:
    """Its type, its detail and what to do; it is not asked again."""
    async with AsyncClient(client.address) as asking:
        with pytest.raises(OracleProblem, match="NOPE") as raised:
            await asking.quotation("NOPE", DAY)
    assert (raised.value.status, raised.value.type) == (404, "/problems/unknown-coin")
    assert raised.value.next


def test_an_instant_without_its_offset_is_refused() -> None:
    """Nothing is sent: nobody knows on which date it falls."""
    with Client("http://127.0.0.1:1") as asking, pytest.raises(ValueError, match="no offset"):
        asking.quotation("BTC", datetime(2026, 3, 10, 1, 30))  # noqa: DTZ001 - that is the point


def test_the_client_loads_nothing_of_the_server() -> None:
    """No database, no exchange library, no collector comes with it."""
    code = "import sys, oracle.client; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"duckdb", "ccxt", "pyarrow", "apscheduler", "numpy", "typer"} & set(loaded)
