"""The pace that is stated for a venue is the pace that our client keeps."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from aiohttp import ClientSession
from ccxt import async_support

from oracle.days import Span
from oracle.fetch import Response
from oracle.venues import VENUES
from oracle.venues.venue import Venue
from oracle.venues.wire import Wire

NOW = datetime(2025, 3, 15, tzinfo=UTC)


class Unsent:
    """A line that sends nothing."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ARG002
        """An empty answer."""
        return Response(url, 200, (), b"", NOW, NOW)


@pytest.mark.parametrize("venue", VENUES.values(), ids=lambda venue: venue.name)
async def test_the_stated_pace_is_that_of_the_limiter(venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
    """Candle requests a minute, out of the limiter's figure and the cost that ccxt gives to this very request."""
    waits: list[float] = []

    async def throttle(client: Any, cost: float) -> None:
        # What the limiter itself counts on: units of cost a millisecond.
        waits.append(cost / client.throttler.config["refillRate"])

    monkeypatch.setattr(getattr(async_support, venue.ccxt_id), "throttle", throttle)
    async with ClientSession() as session, Wire(venue, Unsent(session)) as wire:
        await wire.ask(venue.ask_candles("BTCUSDT", Span(date(2025, 3, 14), date(2025, 3, 14))))
    (wait,) = waits
    assert venue.pace_per_minute == int(60_000 / wait + 1e-9)
