"""Every fault can be seen by a bare client, as often and as late as it was ordered, and by nobody else."""

from __future__ import annotations

import asyncio
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from made import CANDLES, NOW, OPENS_HOURS, TODAY, VENUES, asking, opening

from oracle.twin import Fault

if TYPE_CHECKING:
    from oracle.twin.faults import Kind

DAILY = "/scripts/XML_daily.asp"
LIMIT_WORDS = {
    "binance": (429, b'"code":-1003'),
    "bybit": (200, b'"retCode":10006'),
    "okx": (200, b'"code":"50011"'),
    "bitget": (200, b'"code":"429"'),
    "coinbase": (429, b'"message":"Public rate limit exceeded"'),
    "kraken": (200, b'{"error":["EGeneral:Too many requests"]}'),
    "upbit": (429, b'"name":"too_many_requests"'),
    "htx": (200, b'"status":"error"'),
    "kucoin": (429, b'"code":"429000"'),
    "gate": (429, b'"label":"TOO_MANY_REQUESTS"'),
    "mexc": (429, b'"code":429'),
    "bingx": (200, b'"code":100410'),
    "bitstamp": (429, b'"response_code":"400.002"'),
    "bitfinex": (429, b'{"error":"ERR_RATE_LIMIT"}'),
    "cryptocom": (429, b'"code":42901'),
    "gemini": (429, b'"reason":"RateLimit"'),
    "bithumb": (429, b'"name":"too_many_requests"'),
    "whitebit": (429, b'"message":"Too many requests"'),
    "hashkey": (429, b'"code":"0003"'),
    "lbank": (200, b'"error_code":10004'),
    "cbr": (429, b"429 Too Many Requests"),
}


def _path(venue: str) -> str:
    return CANDLES.get(venue, DAILY)


IN_SECONDS = {"coinbase", "kraken", "htx", "bitstamp", "kucoin", "gate", "whitebit", "lbank"}


def _opened(venue: str, row: Any) -> int:
    """The row's opening in milliseconds, wherever the venue keeps it."""
    if venue in {"upbit", "bithumb"}:
        return (
            opening(TODAY.fromisoformat(row["candle_date_time_utc"][:10]))
            + int(row["candle_date_time_utc"][11:13]) * 3_600_000
        )
    name: Any = {"htx": "id", "bitstamp": "timestamp", "cryptocom": "t"}.get(venue, 0)
    return int(row[name]) * (
        1000 if venue in {"coinbase", "kraken", "htx", "bitstamp", "kucoin", "gate", "whitebit", "lbank"} else 1
    )


def _figures(venue: str, row: Any) -> tuple[str, str, str, str | None]:
    """High, low, close and turnover (for Kraken the mean price) as the venue has them."""
    if venue in {"upbit", "bithumb"}:
        return row["high_price"], row["low_price"], row["trade_price"], row["candle_acc_trade_price"]
    if venue == "htx":
        return row["high"], row["low"], row["close"], row["vol"]
    if venue in {"kucoin", "gate", "whitebit"}:
        return row[3], row[4], row[2], row[1 if venue == "gate" else 6]
    without: Any = {
        "coinbase": (2, 1, 4),
        "bitstamp": ("high", "low", "close"),
        "bitfinex": (3, 4, 2),
        "cryptocom": ("h", "l", "c"),
        "gemini": (2, 3, 4),
        "lbank": (2, 3, 4),
    }
    if venue in without:
        high, low, close = without[venue]
        return row[high], row[low], row[close], None
    return row[2], row[3], row[4], row[5] if venue == "kraken" else row[6 if venue == "bybit" else 7]


@pytest.mark.parametrize("venue", [*VENUES, "cbr"])
async def test_refusals(venue: str) -> None:
    """Refusals come with their status, 429 and 418 with Retry-After and the venue's words, and are over after once."""
    kinds: tuple[Kind, ...] = ("429", "418", "451", "403", "5xx")
    faults = [Fault(venue, kind, seconds=7.5, status=502) for kind in kinds]
    async with asking(*faults) as ask:
        got = [await ask.get(venue, _path(venue)) for _ in range(6)]
    assert [answer.status for answer in got] == [429, 418, 451, 403, 502, 200]
    assert [answer.headers.get("Retry-After") for answer in got[:3]] == ["8", "8", None]
    assert LIMIT_WORDS[venue][1] in got[0].body


@pytest.mark.parametrize("venue", [*VENUES, "cbr"])
async def test_walls(venue: str) -> None:
    """Bybit's haste, CloudFront's country and Cloudflare's 1015 and 1020 come as they do, and a body may be blank."""
    kinds: tuple[Kind, ...] = ("too_frequent", "country", "cloudflare_1015", "cloudflare_1020", "blank")
    async with asking(*(Fault(venue, kind) for kind in kinds)) as ask:
        got = [await ask.get(venue, _path(venue)) for _ in kinds]
    assert [answer.status for answer in got] == [403, 403, 429, 403, 200]
    words = (b"access too frequent", b"block access from your country", b"1015", b"1020", b"")
    assert [word in answer.body for word, answer in zip(words, got, strict=True)] == [True] * 5
    assert got[2].headers["Server"] == "cloudflare"
    assert got[4].body == b""


async def test_a_nearly_used_allowance() -> None:
    """A sound answer tells of it in the venue's own headers, or as RateLimit where the venue has none of its own."""
    told = {"binance": "X-MBX-USED-WEIGHT-1M", "upbit": "Remaining-Req", "bybit": "X-Bapi-Limit-Status"}
    venues = (*told, "okx")
    async with asking(*(Fault(venue, "nearly_used") for venue in venues)) as ask:
        for venue in venues:
            answer = await ask.get(venue, _path(venue))
            assert answer.status == 200
            assert told.get(venue, "RateLimit-Remaining") in answer.headers


@pytest.mark.parametrize("venue", [*VENUES, "cbr"])
async def test_answers_that_are_none(venue: str) -> None:
    """Pages for people, redirects to them, other content and the venue's own words for haste take an answer's place."""
    kinds: tuple[Kind, ...] = ("html", "redirect", "wrong_content", "error_body")
    async with asking(*(Fault(venue, kind) for kind in kinds)) as ask:
        page, redirect, other, haste = [await ask.get(venue, _path(venue)) for _ in kinds]
        assert (page.status, page.headers["Content-Type"].split(";")[0]) == (200, "text/html")
        assert redirect.status == 302
        led = redirect.headers["Location"].removeprefix(f"/{venue}")
        assert (await ask.get(venue, led)).body == page.body
    assert other.status == 200
    assert (b"Greeting" in other.body) if venue == "cbr" else (other.json["greeting"] == "hello")
    assert (haste.status, LIMIT_WORDS[venue][1] in haste.body) == (LIMIT_WORDS[venue][0], True)


@pytest.mark.parametrize("venue", ["okx", "cbr"])
async def test_broken_connections(venue: str) -> None:
    """A cut body and a closed connection are failures for the client, and the twin goes on serving."""
    # aiohttp's client asks a second time by itself when the connection of a GET is lost, so one loss goes unseen.
    async with asking(Fault(venue, "truncated"), Fault(venue, "disconnect", times=2)) as ask:
        with pytest.raises(aiohttp.ClientPayloadError):
            await ask.get(venue, _path(venue))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await ask.get(venue, _path(venue))
        assert (await ask.get(venue, _path(venue))).status == 200
        assert [served.status for served in ask.twin.requests] == [200, 0, 0, 200]


async def test_slow() -> None:
    """A slow answer takes its time and is then the right one, while others are served meanwhile."""
    async with asking(Fault("kraken", "slow", seconds=0.2)) as ask:
        start = time.monotonic()
        slow = asyncio.ensure_future(ask.get("kraken", CANDLES["kraken"]))
        assert (await ask.get("okx", CANDLES["okx"])).status == 200
        assert time.monotonic() - start < 0.2
        assert len((await slow).json["result"]["XBTUSDT"]) == 3
        assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize("venue", VENUES)
async def test_rows_that_are_wrong(venue: str) -> None:
    """Empty pages, shifted openings, a close that is no number, crossed prices and an impossible turnover."""
    kinds: tuple[Kind, ...] = ("empty", "off_boundary", "bad_number", "crossed", "turnover_out_of_range")
    async with asking(*(Fault(venue, kind) for kind in kinds)) as ask:
        empty, shifted, bad, crossed, dear = [await ask.rows(venue, CANDLES[venue]) for _ in kinds]
        right = await ask.rows(venue, CANDLES[venue])
    assert empty == []
    assert [_opened(venue, row) + 8 * 3_600_000 for row in shifted] == [_opened(venue, row) for row in right]
    assert [_figures(venue, row)[2] for row in bad].count("NaN") == 1
    lows = [(Decimal(_figures(venue, row)[1]), Decimal(_figures(venue, row)[2])) for row in crossed]
    assert [low > close for low, close in lows].count(True) == 1
    if _figures(venue, right[0])[3] is not None:
        pairs = zip(dear, right, strict=True)
        turnovers = [(Decimal(_figures(venue, a)[3] or 0), Decimal(_figures(venue, b)[3] or 0)) for a, b in pairs]
        assert [wrong == 3 * was for wrong, was in turnovers].count(True) == 1


@pytest.mark.parametrize("venue", VENUES)
async def test_a_day_twice(venue: str) -> None:
    """A conflicting duplicate is one closed day in two rows with different closes."""
    async with asking(Fault(venue, "conflicting_duplicate")) as ask:
        rows = await ask.rows(venue, CANDLES[venue])
    seen: dict[int, set[str]] = {}
    for row in rows:
        seen.setdefault(_opened(venue, row), set()).add(_figures(venue, row)[2])
    assert (len(rows), sorted(map(len, seen.values()))) == (len(seen) + 1, [*[1] * (len(seen) - 1), 2])


@pytest.mark.parametrize("venue", VENUES)
async def test_another_market(venue: str) -> None:
    """Rows of another market come under that market's name where the venue names one, and unnamed elsewhere."""
    async with asking(Fault(venue, "other_market", times=None)) as ask:
        got = await ask.get(venue, CANDLES[venue])
        rows = await ask.rows(venue, CANDLES[venue])
    assert all(Decimal(_figures(venue, row)[2]) > 6000 for row in rows)
    names = {"bybit": b'"symbol":"ETHUSDT"', "kraken": b'"ETHUSDT":[', "upbit": b'"market":"USDT-ETH"',
             "bitstamp": b'"pair":"ETH/USDT"', "cryptocom": b'"instrument_name":"ETH_USDT"'}  # fmt: skip
    names["bithumb"] = names["upbit"]
    assert names.get(venue, b"") in got.body


@pytest.mark.parametrize("venue", VENUES)
async def test_the_running_day_passed_off_as_over(venue: str) -> None:
    """The running day comes even where only earlier days were asked for, with the mark of a closed one."""
    asked = {
        "binance": CANDLES["binance"] + f"&endTime={opening(TODAY) - 1}",
        "okx": CANDLES["okx"] + f"&after={opening(TODAY)}",
        "htx": CANDLES["htx"] + f"&to={opening(TODAY, -8) // 1000 - 1}",
        "kucoin": CANDLES["kucoin"] + f"&endAt={opening(TODAY) // 1000}",
        "gate": CANDLES["gate"] + f"&to={opening(TODAY) // 1000 - 1}",
        "mexc": CANDLES["mexc"] + f"&endTime={opening(TODAY)}",
        "bingx": CANDLES["bingx"] + f"&endTime={opening(TODAY) - 1}",
    }.get(venue, CANDLES[venue])
    async with asking(Fault(venue, "unfinished_as_closed")) as ask:
        rows = await ask.rows(venue, asked)
    newest = max(rows, key=lambda row: _opened(venue, row))
    assert _opened(venue, newest) == opening(TODAY, OPENS_HOURS.get(venue, 0))
    if venue == "okx":
        assert newest[8] == "1"
    if venue == "gate":
        assert newest[7] == "true"
    if venue in {"binance", "mexc", "bingx"}:
        assert newest[6] < int(NOW.timestamp() * 1000)


async def test_when_and_where() -> None:
    """A fault skips the first requests, fails so many, and leaves other paths, markets and venues alone."""
    fault = Fault("binance", "5xx", path="klines", times=2, after=1, market="BTC")
    async with asking(fault) as ask:
        assert (await ask.get("binance", "/api/v3/exchangeInfo?symbol=BTCUSDT")).status == 200
        assert (await ask.get("binance", CANDLES["binance"].replace("BTC", "ETH"))).status == 200
        assert (await ask.get("bybit", CANDLES["bybit"])).status == 200
        assert [(await ask.get("binance", CANDLES["binance"])).status for _ in range(4)] == [200, 503, 503, 200]
        ask.twin.faults.append(Fault("binance", "403", times=None))
        assert [(await ask.get("binance", CANDLES["binance"])).status for _ in range(3)] == [403, 403, 403]
        ask.twin.faults.clear()
        assert (await ask.get("binance", CANDLES["binance"])).status == 200


async def test_rows_faults_wait_for_rows() -> None:
    """A market list in between does not use up a fault of rows."""
    async with asking(Fault("okx", "empty")) as ask:
        assert len((await ask.get("okx", "/api/v5/public/instruments?instType=SPOT")).json["data"]) == 2
        assert await ask.rows("okx", CANDLES["okx"]) == []


async def test_bank_rows_that_are_wrong() -> None:
    """The bank's list can be empty, hold a value that is no number, or one date twice with two values."""
    path = "/scripts/XML_dynamic.asp?date_req1=01/01/2026&date_req2=31/01/2026&VAL_NM_RQ=R01235"
    kinds: tuple[Kind, ...] = ("empty", "bad_number", "conflicting_duplicate")
    async with asking(*(Fault("cbr", kind) for kind in kinds)) as ask:
        empty, bad, twice = [(await ask.get("cbr", path)).body for _ in kinds]
    assert b"<Record" not in empty
    assert b"<Value>NaN</Value>" in bad
    assert twice.count(b'Date="10.01.2026"') == 2
