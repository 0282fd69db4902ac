"""One contract for every venue: what the twin serves arrives exactly, and no fault leaves a wrong or lost figure."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache

import pytest

from oracle.collect.context import Outcome, Sources
from oracle.collect.line import Access
from oracle.days import last_closed
from oracle.settings import Home
from oracle.twin import Fault, RateRow, Row, Twin, TwinData, TwinMarket
from oracle.twin.faults import ROW_FAULTS, WIRE_FAULTS, Kind
from oracle.venues import VENUES
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
QUOTES = {
    **dict.fromkeys(("coinbase", "kraken", "bitstamp", "bitfinex", "gemini"), "USD"),
    **dict.fromkeys(("upbit", "bithumb"), "KRW"),
}
SILENT = {"coinbase", "upbit", "bithumb", "bitfinex", "kucoin"}  # they leave out days without deals
DAYS = 310  # more than a page of OKX, Bitget, Coinbase and Upbit
IDLE_DAY = date(2026, 2, 2)


@cache
def data(venue: str, base: str = "BTC", days: int = DAYS) -> TwinData:
    """The last days of one market of `venue` up to the running one, with a day without deals, and the rates."""
    market = TwinMarket(base, QUOTES.get(venue, "USDT"), _rows(venue)[-days - 1 :])
    return TwinData({venue: (market,)}, _rates(), demo=False)


@cache
def _rows(venue: str) -> tuple[Row, ...]:
    today = NOW.date()
    return tuple(_row(venue, today - timedelta(days=DAYS - at), at) for at in range(DAYS + 1))


@cache
def _rates() -> dict[str, tuple[RateRow, ...]]:
    today = NOW.date()
    return {
        currency: tuple(
            RateRow(day, nominal, f"{80 + day.day / 100:.4f}")
            for day in (today - timedelta(days=DAYS + 60 - at) for at in range(DAYS + 61))
            if day.weekday() not in (6, 0)
        )
        for currency, nominal in (("USD", 1), ("EUR", 1), ("KRW", 1000))
    }


def _row(venue: str, day: date, at: int) -> Row:
    idle = day == IDLE_DAY
    volume = "0" if idle else f"{at + 10}.12345678"
    published = VENUES[venue].turnover_published
    turnover = None if not published else "0" if idle else f"{(Decimal(volume) * (1000 + at)):f}"
    return Row(
        day, f"{1000 + at}.5", f"{1001 + at}.25", f"{999 + at}", f"{1000 + at}.1", volume, turnover, 5, f"{1000 + at}.0"
    )


@cache
def truth(venue: str, days: int = DAYS) -> dict[date, tuple[Decimal, ...]]:
    """The closed days as they must arrive: close and base volume."""
    last = last_closed(NOW, VENUES[venue].opens, timedelta(seconds=60))
    (market,) = data(venue, days=days).markets[venue]
    return {
        row.day: (Decimal(row.close), Decimal(row.base_volume))
        for row in market.rows
        if row.day <= last and not (venue in SILENT and row.day == IDLE_DAY)
    }


Candles = dict[tuple[str, str], dict[date, tuple[Decimal, ...]]]


def stored(rig: Rig, venue: str) -> dict[date, tuple[Decimal, ...]]:
    """The current candles of the venue's BTC in the store."""
    return candles(rig).get((venue, "BTC"), {})


def candles(rig: Rig) -> Candles:
    """The current candles in the store by venue and coin."""
    found: Candles = {}
    for venue, coin, day, *figures in rig.stored(
        """SELECT venue, base, day, close, base_volume FROM candles JOIN markets USING (venue, symbol)
           WHERE known_to IS NULL"""
    ):
        of_market = found.setdefault((venue, coin), {})
        assert day not in of_market, (venue, coin, day)
        of_market[day] = tuple(figures)
    return found


def everywhere(*coins: str, days: int = DAYS) -> TwinData:
    """These coins on every venue."""
    markets = {venue: tuple(data(venue, coin, days).markets[venue][0] for coin in coins) for venue in VENUES}
    return TwinData(markets, data("binance").rates, demo=False)


@dataclass(frozen=True)
class Arrived:
    """A home after one run with all venues, and what came of that run and of another one after it."""

    rig: Rig
    candles: Candles
    first: Outcome
    second: Outcome


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    """One market of every venue, collected twice."""
    home = Rig(Home(tmp_path_factory.mktemp("arrived")).usable(), NOW)

    async def both() -> tuple[Outcome, Outcome]:
        async with Twin(everywhere("BTC"), now=NOW) as twin:
            return await home.collect(twin), await home.collect(twin)

    first, second = asyncio.run(both())
    return Arrived(home, candles(home), first, second)


@pytest.mark.parametrize("venue", VENUES)
def test_every_closed_day_arrives_exactly(arrived: Arrived, venue: str) -> None:
    """All closed days, to the digit, none of the running day, and the second run asks for no candle."""
    assert arrived.first.failures == {}
    assert arrived.candles[venue, "BTC"] == truth(venue)
    assert (arrived.second.failures, arrived.second.candle_pages) == ({}, 0)
    day = NOW.date() - timedelta(days=7)
    query = f"SELECT close_literal FROM candles WHERE venue = '{venue}' AND day = DATE '{day}'"
    ((literal,),) = arrived.rig.stored(query)
    assert Decimal(literal) == truth(venue)[day][0]


@pytest.mark.parametrize("venue", ["kucoin", "gate", "mexc", "bingx"])
async def test_a_history_of_several_pages_arrives_whole(rig: Callable[..., Rig], venue: str) -> None:
    """No day is lost or doubled where one page ends and the next begins, whichever ends the venue counts in."""
    home = rig(NOW)
    days = 1600  # more than a page of any of them
    rows = tuple(_row(venue, NOW.date() - timedelta(days=days - at), at) for at in range(days + 1))
    long = TwinData({venue: (TwinMarket("BTC", "USDT", rows),)}, data(venue).rates, demo=False)
    async with Twin(long, now=NOW) as twin:
        assert (await home.collect(twin, venues=frozenset((venue,)))).failures == {}
    expected = [row.day for row in rows[:-1] if not (venue in SILENT and row.day == IDLE_DAY)]
    assert sorted(stored(home, venue)) == expected
    assert home.stored("SELECT count(*) FROM quarantine") == [(0,)]


# What a venue may tell wrongly in a sound answer. An answer about another market is left out: venues that do not name
# the market in their answer cannot be caught by one reading, and the readers' tests cover those that do.
LIES: list[Kind] = [*(kind for kind in ROW_FAULTS if kind != "other_market"), "wrong_content", "error_body"]


COINS: dict[str, Kind] = {f"Q{at}Q": kind for at, kind in enumerate(LIES)}
LIED_DAYS = 120  # more than a page of OKX, and that on twenty venues for each lie


@pytest.fixture(scope="module")
def lied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Candles, Candles]:
    """What is stored after a run in which each market of every venue lies once in its own way, and after the next."""
    home = Rig(Home(tmp_path_factory.mktemp("lied")).usable(), NOW)
    faults = [
        Fault(
            venue, kind, path=_CANDLE_PATHS.get(venue, "candles"), market=coin.lower() if venue in LOWER_CASE else coin
        )
        for venue in VENUES
        for coin, kind in COINS.items()
    ]

    async def both() -> tuple[Candles, Candles]:
        async with Twin(everywhere(*COINS, days=LIED_DAYS), now=NOW, faults=faults) as twin:
            await home.collect(twin)
            lying = candles(home)
            twin.faults.clear()
            await home.collect(twin)
        return lying, candles(home)

    return asyncio.run(both())


@pytest.mark.parametrize("venue", VENUES)
def test_a_lie_in_an_answer_is_never_a_figure(lied: tuple[Candles, Candles], venue: str) -> None:
    """Each market lies once in its own way: no wrong figure is stored, and the next run has the truth of all, whole."""
    lying, after = lied
    for coin, kind in COINS.items():
        assert lying.get((venue, coin), {}).items() <= truth(venue, LIED_DAYS).items(), kind
        assert after[venue, coin] == truth(venue, LIED_DAYS), kind


_CANDLE_PATHS = {
    "binance": "/api/v3/klines",
    "bybit": "/v5/market/kline",
    "kraken": "/0/public/OHLC",
    "mexc": "/api/v3/klines",
    "bingx": "/openApi/spot/v1/market/kline",
    "bitstamp": "/api/v2/ohlc",
    "whitebit": "/api/v1/public/kline",
    "hashkey": "/quote/v1/klines",
    "lbank": "/v2/kline.do",
}
LOWER_CASE = {"htx", "bitstamp", "gemini", "lbank"}  # how they write their markets


BROKEN: dict[str, tuple[Kind, str]] = {
    "Q0Q": ("conflicting_duplicate", "conflicting_duplicate"),
    "Q1Q": ("off_boundary", "opening_off_boundary"),
    "Q2Q": ("bad_number", "not_a_number"),
    "Q3Q": ("crossed", "prices_out_of_order"),
    "Q4Q": ("turnover_out_of_range", "turnover_out_of_range"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A published home after a run in which every answer about each of these markets has a row broken in one way."""
    home = Rig(Home(tmp_path_factory.mktemp("broken")).usable(), NOW)
    markets = tuple(data("binance", coin).markets["binance"][0] for coin in BROKEN)
    faults = [Fault("binance", kind, times=None, market=coin) for coin, (kind, _) in BROKEN.items()]

    async def collected() -> None:
        served = TwinData({"binance": markets}, _rates(), demo=False)
        async with Twin(served, now=NOW, faults=faults) as twin:
            await home.collect(twin, venues=frozenset(("binance",)))

    asyncio.run(collected())
    home.publish()
    return home


@pytest.mark.parametrize("coin", BROKEN)
def test_a_broken_row_is_quarantined_with_its_reason(broken: Rig, coin: str) -> None:
    """The row is kept with the check that it broke, and is shown in the published file."""
    kept = broken.stored(f"SELECT reason, received, observation FROM quarantine WHERE symbol = '{coin}USDT'")
    assert {reason for reason, _, _ in kept} == {BROKEN[coin][1]}
    shown = broken.sql(f"SELECT count(*) FROM quarantine WHERE venue = 'binance' AND symbol = '{coin}USDT'")
    assert shown == [(len(kept),)]


async def test_a_running_day_given_as_closed_is_not_believed(rig: Callable[..., Rig]) -> None:
    """OKX's confirm = 1 on a day that has not ended by the clocks goes to quarantine, not into the candles."""
    home = rig(NOW)
    async with Twin(data("okx"), now=NOW, faults=[Fault("okx", "unfinished_as_closed", times=None)]) as twin:
        await home.collect(twin, venues=frozenset(("okx",)))
    assert home.stored("SELECT DISTINCT reason, day FROM quarantine") == [("day_not_closed", NOW.date())]
    assert stored(home, "okx") == truth("okx")


FAILURES = [kind for kind in WIRE_FAULTS if kind not in ("slow", "wrong_content", "error_body", "nearly_used")]


@pytest.mark.parametrize(
    ("source", "kind"),
    [*(("binance", kind) for kind in FAILURES), *(("cbr", kind) for kind in ("html", "truncated"))],
)
async def test_a_failure_on_the_wire_heals(rig: Callable[..., Rig], source: str, kind: Kind) -> None:
    """Tried again where that may help, stopped where it may not; the next run has everything, the ledger tells it."""
    home = rig(NOW)
    fault = Fault(source, kind, times=2, seconds=0)
    async with Twin(data("binance"), now=NOW, faults=[fault]) as twin:
        await home.collect(twin, venues=frozenset(("binance",)))
        tried = home.stored(f"SELECT outcome, detail FROM observations WHERE source = '{source}' AND outcome <> 'ok'")
        stopped = kind in ("418", "451", "403", "redirect", "country", "cloudflare_1020")
        assert {outcome for outcome, _ in tried} == {"refused" if stopped else "unreachable"}
        twin.faults.clear()
        outcome = await home.collect(twin, venues=frozenset(("binance",)))
    assert outcome.failures == {}
    assert stored(home, "binance") == truth("binance")
    assert home.stored("SELECT count(*) > 200 FROM rates WHERE currency = 'USD'") == [(True,)]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("418", "banned"),
        ("451", "region"),
        ("403", "firewall"),
        ("country", "refuses this region (CloudFront)"),
        ("cloudflare_1020", "firewall (Cloudflare)"),
    ],
)
async def test_a_refusal_stops_the_venue_and_no_other(rig: Callable[..., Rig], kind: Kind, words: str) -> None:
    """The diagnosis names ban, region or firewall; the other venue is collected whole."""
    home = rig(NOW)
    both = TwinData({**data("binance").markets, **data("okx").markets}, data("okx").rates, demo=False)
    async with Twin(both, now=NOW, faults=[Fault("binance", kind, path="klines", times=None, seconds=0)]) as twin:
        outcome = await home.collect(twin, venues=frozenset(("binance", "okx")))
        klines = [each for each in twin.requests if each.venue == "binance" and "klines" in each.path]
    assert set(outcome.failures) == {"binance"}
    assert words in outcome.failures["binance"]
    assert len(klines) == 1
    assert home.stored("SELECT count(*) FROM candles WHERE venue = 'okx'") == [(len(truth("okx")),)]


@pytest.mark.parametrize(("source", "path"), [("binance", "exchangeInfo"), ("cbr", "XML_daily")])
async def test_a_stalled_answer_is_given_up(rig: Callable[..., Rig], source: str, path: str) -> None:
    """An answer that does not come within the time limit is unreachable, not waited for."""
    home = rig(NOW)
    fault = Fault(source, "slow", path=path, times=None, seconds=3)
    async with Twin(data("binance"), now=NOW, faults=[fault]) as twin:
        sources = Sources(twin.endpoints(), paced=False, own={source: Access(timeout=0.05)})
        outcome = await home.collect(twin, sources=sources, venues=frozenset(("binance",)))
    assert "no whole answer within 0.05 s" in outcome.failures[source]


async def test_the_store_is_rebuilt_from_the_archive(rig: Callable[..., Rig]) -> None:
    """With the store thrown away, the raw bytes alone give the same published tables."""
    home = rig(NOW)
    async with Twin(data("htx"), now=NOW) as twin:
        await home.collect(twin, venues=frozenset(("htx",)))
        home.publish()
        before = home.figures()
        home.home.store.unlink()
        from oracle.gather import republish

        republish(home.home, lambda: NOW)
    after = home.figures()
    for table, rows in before.items():
        assert after[table] == rows, table


async def test_rates_come_without_the_list_of_currencies(rig: Callable[..., Rig]) -> None:
    """Where XML_daily is not to be had, the rates of the usual currencies come all the same and nothing has failed."""
    home = rig(NOW)
    fault = Fault("cbr", "wrong_content", path="XML_daily", times=None)
    async with Twin(data("binance"), now=NOW, faults=[fault]) as twin:
        outcome = await home.collect(twin, venues=frozenset(("binance",)))
    assert outcome.failures == {}
    assert home.stored("SELECT count(*) > 200 FROM rates WHERE currency = 'USD'") == [(True,)]
    assert home.stored("SELECT outcome FROM observations WHERE kind = 'currencies'") == [("changed",)]


async def test_a_window_claims_no_day_before_it(rig: Callable[..., Rig]) -> None:
    """Of Gemini's window 360 days are taken, none before them for a day without deals, and it is asked once."""
    home = rig(NOW)
    today = NOW.date()
    rows = tuple(_row("gemini", today - timedelta(days=500 - at), at) for at in range(501))
    long = TwinData({"gemini": (TwinMarket("BTC", "USD", rows),)}, data("gemini").rates, demo=False)
    async with Twin(long, now=NOW) as twin:
        first = await home.collect(twin, venues=frozenset(("gemini",)))
        second = await home.collect(twin, venues=frozenset(("gemini",)))
    assert (first.candle_pages, second.candle_pages) == (1, 0)
    assert home.stored("SELECT min(day), max(day), count(*) FROM candles") == [
        (today - timedelta(days=360), today - timedelta(days=1), 360)
    ]
    assert home.stored("SELECT min(first_day) FROM answered") == [(today - timedelta(days=360),)]


async def test_bitstamp_pages_are_whole_and_overlap(rig: Callable[..., Rig]) -> None:
    """Each page counts ten rows further back than its days need, so that a day that is there twice cuts none off."""
    home = rig(NOW)
    today = NOW.date()
    rows = tuple(_row("bitstamp", today - timedelta(days=1500 - at), at) for at in range(1501))
    long = TwinData({"bitstamp": (TwinMarket("BTC", "USD", rows),)}, data("bitstamp").rates, demo=False)
    async with Twin(long, now=NOW) as twin:
        outcome = await home.collect(twin, venues=frozenset(("bitstamp",)))
        asked = [dict(each.query) for each in twin.requests if "/ohlc/" in each.path]
    assert outcome.failures == {}
    assert {each["limit"] for each in asked[:2]} == {"1000"}
    assert home.stored("SELECT count(*), count(DISTINCT day), min(day), max(day) FROM candles") == [
        (1500, 1500, today - timedelta(days=1500), today - timedelta(days=1))
    ]
    assert home.stored("SELECT count(*) FROM quarantine") == [(0,)]


async def test_only_what_was_wished_is_asked_for(rig: Callable[..., Rig]) -> None:
    """Filters by coin, market and days reach the wire: nothing else is requested."""
    home = rig(NOW)
    markets = (*data("binance").markets["binance"], *data("binance", "ETH").markets["binance"])
    async with Twin(TwinData({"binance": markets}, data("binance").rates, demo=False), now=NOW) as twin:
        await home.collect(
            twin,
            venues=frozenset(("binance",)),
            markets=frozenset(("ETHUSDT",)),
            since=date(2026, 3, 1),
            until=date(2026, 3, 5),
        )
        asked = [dict(each.query) for each in twin.requests if "klines" in each.path]
    assert [each["symbol"] for each in asked] == ["ETHUSDT"]
    assert home.stored("SELECT min(day), max(day), count(*) FROM candles") == [(date(2026, 3, 1), date(2026, 3, 5), 5)]
