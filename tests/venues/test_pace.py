"""The pace that is stated for a venue is the pace that ccxt keeps."""

import asyncio
from datetime import date
from typing import Any

import pytest
from ccxt import async_support

from oracle.days import Span
from oracle.venues import VENUES
from oracle.venues.venue import Venue


@pytest.mark.parametrize("venue", VENUES.values(), ids=lambda venue: venue.name)
async def test_the_stated_pace_is_that_of_the_limiter(venue: Venue) -> None:
    """Candle requests a minute, out of ccxt's own rate limit and the cost that it gives to this very request."""
    costs: list[float] = []

    async def throttle(_: Any, cost: float) -> None:
        costs.append(cost)

    async def fetch(*_: Any) -> str:
        return ""

    async def request(self: Any, path: str, *how: Any, **named: Any) -> Any:
        return await self.fetch2(path, *how, **named)

    base = getattr(async_support, venue.ccxt_id)
    client = type("counted", (base,), {"throttle": throttle, "fetch": fetch, "request": request})
    options: dict[str, Any] = {"session": None, "asyncio_loop": asyncio.get_running_loop(), "timeout_on_exit": 0}
    if venue.limiter_ms is not None:
        options["rateLimit"] = venue.limiter_ms
    exchange = client(options)
    try:
        asked = venue.ask_candles("BTCUSDT", Span(date(2025, 3, 14), date(2025, 3, 14)))
        await getattr(exchange, asked.method)(dict(asked.params))
    finally:
        await exchange.close()
    (cost,) = costs
    assert venue.pace_per_minute == int(60_000 / (exchange.rateLimit * cost) + 1e-9)
