"""The line to a source: real requests to the twin, through real proxies and over mirrors, by a clock of steps."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from oracle.collect.context import Sources
from oracle.collect.line import Access, Line
from oracle.collect.pace import Deadline, Paces
from oracle.days import Span
from oracle.diagnosis import check
from oracle.errors import SourceLeftAloneError, SourceRefusedError, SourceUnreachableError
from oracle.fetch import Response
from oracle.twin import Fault, Twin
from oracle.twin.invented import many
from oracle.venues import VENUES
from oracle.venues.wire import Wire
from tests.collect.proxies import http_proxy, socks_proxy
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, 51, tzinfo=UTC)
DATA = many(4, 20, "okx", NOW.date())
DAYS = Span(NOW.date().replace(day=1), NOW.date().replace(day=12))


class Steps:
    """A timer that moves when somebody waits, and only then."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        """The instant."""
        return self.time

    async def sleep(self, seconds: float) -> None:
        """Waits without waiting."""
        self.time += seconds
        await asyncio.sleep(0)


def line(paces: Paces, *endpoints: str, minutes: float | None = None, per_minute: int = 60, **access: Any) -> Line:
    """A line to OKX, or to what stands in for it; 1 request a second."""
    return Line(
        "okx",
        Access(endpoints, **access),
        paces,
        Deadline(minutes, paces.timer.now()),
        clock=lambda: NOW,
        per_minute=per_minute,
    )


async def ask(line: Line) -> Response:
    """One page of candles as ccxt asks for it, without its own limiter."""
    venue = VENUES["okx"]
    async with Wire(venue, line, paced=False) as wire:
        return await wire.ask(venue.ask_candles("C0001-USDT", DAYS))


async def statuses(paces: Paces, line: Line, count: int) -> list[tuple[int, float]]:
    """Status and start of so many requests, one after the other."""
    got = []
    for _ in range(count):
        response = await ask(line)
        got.append((response.status, paces.timer.now()))
    return got


async def test_retry_after_holds_the_whole_venue() -> None:
    """After a 429 nobody's request starts before Retry-After has passed, and the next ones keep twice the distance."""
    paces = Paces(Steps())
    async with (
        Twin(DATA, now=NOW, faults=[Fault("okx", "429", seconds=30)]) as twin,
        line(paces, twin.endpoint("okx")) as first,
        line(paces, twin.endpoint("okx")) as second,
    ):
        assert (await ask(first)).status == 429
        assert await statuses(paces, second, 3) == [(200, 30.0), (200, 32.0), (200, 34.0)]


async def test_a_collection_keeps_the_pace_above_ccxts_own(rig: Callable[..., Rig]) -> None:
    """With both limiters on, requests of a venue start no closer than its stated pace, and long waits are told."""
    home, timer = rig(NOW), Steps()
    data = many(3, 20, "binance", NOW.date())
    async with Twin(data, now=NOW, faults=[Fault("binance", "429", path="klines", seconds=60)]) as twin:
        sources = Sources(twin.endpoints(), own={"binance": Access(pace_per_minute=600)}, paces=Paces(timer))
        outcome = await home.collect(twin, sources=sources, venues=frozenset(("binance",)))
        asked = [each for each in twin.requests if each.venue == "binance"]
    assert outcome.failures == {}
    assert home.stored("SELECT count(DISTINCT symbol) FROM candles") == [(3,)]
    assert timer.now() >= 60 + (len(asked) - 2) * 0.1
    assert ("binance", "", "wants peace: nothing is asked of it for 60 s") in home.watcher.failures


async def test_an_unstated_wait_and_a_storm() -> None:
    """Cloudflare's 1015 says no time: five seconds, and a storm of them makes the pace slower each time."""
    paces = Paces(Steps())
    async with (
        Twin(DATA, now=NOW, faults=[Fault("okx", "cloudflare_1015", times=4)]) as twin,
        line(paces, twin.endpoint("okx")) as one,
    ):
        got = await statuses(paces, one, 7)
    assert [status for status, _ in got] == [429] * 4 + [200] * 3
    assert [at for _, at in got] == [0.0, 5.0, 10.0, 18.0, 34.0, 50.0, 66.0]


@pytest.mark.parametrize(("venue", "seconds"), [("okx", 9.0), ("binance", 9.0), ("bybit", 9.0), ("upbit", 1.0)])
async def test_a_nearly_used_allowance_is_not_used_up(venue: str, seconds: float) -> None:
    """The headers of a sound answer make the next request wait until the allowance starts anew."""
    paces = Paces(Steps())
    async with (
        Twin(DATA, now=NOW, faults=[Fault(venue, "nearly_used")]) as twin,
        line(paces, twin.endpoint(venue), per_minute=600) as one,
    ):
        await one.get("https://example.com/")
        await one.get("https://example.com/")
    assert paces.timer.now() == pytest.approx(seconds, abs=0.2)


async def test_a_ban_outlives_the_run_that_met_it() -> None:
    """During a ban nothing is sent, neither in this run nor in the next; after it has passed the venue is asked."""
    timer = Steps()
    paces = Paces(timer)
    async with Twin(DATA, now=NOW, faults=[Fault("okx", "418", seconds=7200)]) as twin:
        async with line(paces, twin.endpoint("okx")) as one:
            assert (await ask(one)).status == 418
            with pytest.raises(SourceLeftAloneError, match="this address is banned for 7200 s"):
                await ask(one)
        async with line(paces, twin.endpoint("okx")) as following:
            with pytest.raises(SourceLeftAloneError, match="left alone for 7200 s more"):
                await ask(following)
        assert len(twin.requests) == 1
        timer.time = 7200.0
        async with line(paces, twin.endpoint("okx")) as later:
            assert (await ask(later)).status == 200


async def test_bybits_ten_minutes_are_waited_out() -> None:
    """403 "access too frequent" is a limit and no region: the next request starts 600 seconds later."""
    paces = Paces(Steps())
    async with (
        Twin(DATA, now=NOW, faults=[Fault("okx", "too_frequent")]) as twin,
        line(paces, twin.endpoint("okx")) as one,
    ):
        assert await statuses(paces, one, 2) == [(403, 0.0), (200, 600.0)]


@pytest.mark.parametrize("kind", ["451", "country", "cloudflare_1020", "redirect", "5xx", "disconnect"])
async def test_the_next_mirror_is_used_when_one_refuses_or_is_out_of_reach(kind: Any) -> None:
    """The first mirror fails, the second answers; the refusing one is never asked again."""
    paces = Paces(Steps())
    # aiohttp itself asks a second time where a connection is lost.
    fault = Fault("okx", kind, times=2 if kind == "disconnect" else 1)
    async with (
        Twin(DATA, now=NOW, faults=[fault]) as bad,
        Twin(DATA, now=NOW) as good,
        line(paces, bad.endpoint("okx"), good.endpoint("okx")) as one,
    ):
        if kind == "disconnect":
            with pytest.raises(SourceUnreachableError):
                await ask(one)
        else:
            await ask(one)
        assert [(await ask(one)).status for _ in range(2)] == [200, 200]
    assert len(good.requests) == 2


async def test_a_mirror_is_no_way_around_a_limit_or_a_ban() -> None:
    """Mirrors of a venue count requests together: after a 429 or a 418 of one the other is not asked instead."""
    paces = Paces(Steps())
    faults = [Fault("okx", "429", seconds=3), Fault("okx", "418", seconds=3000)]
    async with (
        Twin(DATA, now=NOW, faults=faults) as bad,
        Twin(DATA, now=NOW) as other,
        line(paces, bad.endpoint("okx"), other.endpoint("okx")) as one,
    ):
        assert await statuses(paces, one, 2) == [(429, 0.0), (418, 3.0)]
        with pytest.raises(SourceLeftAloneError):
            await ask(one)
    assert other.requests == []


async def test_a_collection_goes_on_over_the_next_mirror(rig: Callable[..., Rig]) -> None:
    """With one mirror refusing, everything comes from the other, and the ledger tells the refusals."""
    home = rig(NOW)
    async with Twin(DATA, now=NOW, faults=[Fault("okx", "451", times=None)]) as bad, Twin(DATA, now=NOW) as good:
        mirrors = (bad.endpoint("okx"), good.endpoint("okx"))
        sources = Sources({**good.endpoints(), "okx": mirrors}, paced=False)
        outcome = await home.collect(good, sources=sources, venues=frozenset(("okx",)))
    assert outcome.failures == {}
    assert home.stored("SELECT count(DISTINCT symbol) FROM candles") == [(4,)]
    assert home.stored("SELECT count(*) FROM observations WHERE outcome = 'refused'") == [(len(bad.requests),)]


@pytest.mark.parametrize(("scheme", "password"), [("http", ""), ("http", "u:p"), ("socks5", ""), ("socks5", "u:p")])
async def test_venue_and_bank_are_reached_through_a_proxy(rig: Callable[..., Rig], scheme: str, password: str) -> None:
    """Every request of a collection goes through the proxy, with its user and password, and none beside it."""
    home = rig(NOW)
    opened = (http_proxy if scheme == "http" else socks_proxy)(password)
    async with Twin(DATA, now=NOW) as twin, opened as proxy:
        user = f"{password}@" if password else ""
        own = f"{scheme}://{user}127.0.0.1:{proxy.port}"
        sources = Sources(twin.endpoints(), paced=False, proxy=own, user_agent="accountant/1")
        outcome = await home.collect(twin, sources=sources, venues=frozenset(("okx",)))
        served = len(twin.requests)
    assert outcome.failures == {}
    assert home.stored("SELECT count(DISTINCT symbol) FROM candles") == [(4,)]
    if scheme == "http":
        assert len(proxy.seen) == served
        assert all("User-Agent: accountant/1\r\n" in head for head in proxy.seen)
        assert {"okx", "cbr"} == {head.split("/")[3] for head in proxy.seen}
    else:
        assert set(proxy.seen) == {f"127.0.0.1:{twin.port}"}
    assert home.stored("SELECT count(*) FROM observations WHERE url LIKE '%u:p%' OR detail LIKE '%u:p%'") == [(0,)]


async def test_a_proxy_that_turns_us_away_is_the_operators() -> None:
    """A wrong password stops the source, names the proxy without the password, and no request follows."""
    paces = Paces(Steps())
    async with Twin(DATA, now=NOW) as twin, http_proxy("u:p") as web, socks_proxy("u:p") as socks:
        async with line(paces, twin.endpoint("okx"), proxy=f"http://u:wrong@127.0.0.1:{web.port}") as one:
            with pytest.raises(SourceRefusedError, match="the proxy wants another user and password"):
                check(await ask(one), markup=False)
        async with line(paces, twin.endpoint("okx"), proxy=f"socks5://u:wrong@127.0.0.1:{socks.port}") as one:
            with pytest.raises(SourceRefusedError, match=r"the proxy socks5://\*\*\*@127.0.0.1:\d+ turns us away"):
                await ask(one)
            with pytest.raises(SourceLeftAloneError, match="turns us away"):
                await ask(one)
    assert twin.requests == []


async def test_a_source_out_of_reach_behind_a_proxy_is_asked_again() -> None:
    """Where the proxy lets us in and finds no way on, nobody has to mend it; a wrong password is another thing."""
    async with http_proxy("u:p") as web, socks_proxy() as socks:
        for proxy in (f"http://u:p@127.0.0.1:{web.port}", f"socks5://127.0.0.1:{socks.port}"):
            async with line(Paces(Steps()), "https://127.0.0.1:1", proxy=proxy) as one:
                with pytest.raises(SourceUnreachableError, match="no way through the proxy"):
                    await ask(one)
        async with line(Paces(Steps()), "https://127.0.0.1:1", proxy=f"http://u:no@127.0.0.1:{web.port}") as one:
            with pytest.raises(SourceRefusedError, match=r"the proxy http://\*\*\*@.* turns us away \(407\)"):
                await ask(one)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_out_of_reach_is_named(scheme: str) -> None:
    """Where the proxy does not answer, it is the proxy that is named, and another try may help."""
    async with http_proxy() as gone:
        port = gone.port
    async with line(Paces(Steps()), "http://127.0.0.1:1", proxy=f"{scheme}://u:p@127.0.0.1:{port}") as one:
        with pytest.raises(
            SourceUnreachableError, match=rf"no way through the proxy {scheme}://\*\*\*@127.0.0.1:{port}"
        ):
            await ask(one)


async def test_a_source_may_go_direct_where_all_others_use_a_proxy() -> None:
    """`direct` for one source is over the proxy of all."""
    sources = Sources(proxy="http://127.0.0.1:1", own={"okx": Access(proxy="direct")})
    assert sources.access("binance").proxy == "http://127.0.0.1:1"
    async with Twin(DATA, now=NOW) as twin:
        own = sources.access("okx")
        async with line(Paces(Steps()), twin.endpoint("okx"), proxy=own.proxy) as one:
            assert (await ask(one)).status == 200


async def test_the_deadline_ends_a_wait_before_it_begins() -> None:
    """A hold that lasts beyond the deadline is not waited for: the run ends at once and says why."""
    paces = Paces(Steps())
    async with (
        Twin(DATA, now=NOW, faults=[Fault("okx", "429", seconds=100)]) as twin,
        line(paces, twin.endpoint("okx"), minutes=1) as one,
    ):
        await ask(one)
        with pytest.raises(SourceLeftAloneError, match="stopped by its deadline; run again to go on"):
            await ask(one)
    assert paces.timer.now() == 0.0
