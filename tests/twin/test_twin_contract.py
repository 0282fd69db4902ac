"""Each twin keeps its venue's contract: pages, orders, bounds, encodings, marks of closing, refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from made import CANDLES, DATA, DAY_MS, DAYS, FIRST, IDLE, NOW, TODAY, VENUES, Client, asking, opening, row

from oracle.twin import Fault, Twin, TwinData, TwinMarket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def ask() -> AsyncIterator[Client]:
    async with asking() as client:
        yield client


def _days_ago(days: int) -> int:
    return opening(TODAY - timedelta(days=days))


async def test_binance_pages_forward_with_both_bounds(ask: Client) -> None:
    """Binance answers oldest first, 500 rows unless asked for up to 1000, and counts both bounds in."""
    path = "/api/v3/klines?symbol=BTCUSDT&interval=1d"
    rows = await ask.rows("binance", path)
    assert (len(rows), rows[-1][0]) == (500, opening(TODAY))
    rows = await ask.rows("binance", f"{path}&limit=5000&startTime={_days_ago(1400)}")
    assert [rows[0][0], rows[-1][0]] == [_days_ago(1400), _days_ago(401)]
    rows = await ask.rows("binance", f"{path}&startTime={_days_ago(9)}&endTime={_days_ago(7)}")
    assert [row[0] for row in rows] == [_days_ago(9), _days_ago(8), _days_ago(7)]
    rows = await ask.rows("binance", f"{path}&endTime={_days_ago(7)}&limit=2")
    assert [row[0] for row in rows] == [_days_ago(8), _days_ago(7)]
    assert len(await ask.rows("binance", f"{path}&startTime={_days_ago(-1)}")) == 0


async def test_binance_marks_the_running_day(ask: Client) -> None:
    """Binance's running day is in the answer with a closeTime to come; times are whole numbers, figures strings."""
    rows = await ask.rows("binance", CANDLES["binance"])
    now_ms = int(NOW.timestamp() * 1000)
    assert [row[6] < now_ms for row in rows] == [True, True, False]
    assert rows[-1][6] == opening(TODAY) + DAY_MS - 1
    assert rows[0][1:6] == ["1696.00", "1698.00", "1695.00", "1697.00", "20.00000000"]
    assert rows[0][7:] == ["33930.00000000", 7, "10.00000000", "16965.00000000", "0"]
    assert (await ask.rows("binance", CANDLES["binance"] + "&timeZone=8"))[0][0] == opening(FIRST) + 16 * 3_600_000


async def test_binance_refuses(ask: Client) -> None:
    """Binance refuses unknown and misspelt symbols, other intervals and missing parameters with its own codes."""
    wanted = {"symbol=NOPE&interval=1d": -1121, "symbol=btcusdt&interval=1d": -1100, "interval=1d": -1102,
              "symbol=BTCUSDT&interval=7d": -1120, "symbol=BTCUSDT&interval=1d&limit=x": -1100}  # fmt: skip
    for query, code in wanted.items():
        got = await ask.get("binance", f"/api/v3/klines?{query}")
        assert (got.status, got.json["code"]) == (400, code)
    listed = (await ask.get("binance", "/api/v3/exchangeInfo?showPermissionSets=false")).json["symbols"]
    assert [(entry["symbol"], entry["status"]) for entry in listed] == [
        ("BTCUSDT", "TRADING"), ("ETHUSDT", "HALT"), ("LUNAUSDT", "BREAK")
    ]  # fmt: skip
    assert "permissionSets" not in listed[0]
    assert (await ask.get("binance", "/api/v3/exchangeInfo?symbol=NOPE")).json["code"] == -1121


async def test_bybit_pages(ask: Client) -> None:
    """Bybit answers newest first, 200 rows unless asked for up to 1000, with the bar that holds `start` in it."""
    path = "/v5/market/kline?category=spot&symbol=BTCUSDT&interval=D"
    rows = await ask.rows("bybit", path)
    assert (len(rows), rows[0][0]) == (200, str(opening(TODAY)))
    assert len(await ask.rows("bybit", f"{path}&limit=1000")) == 1000
    rows = await ask.rows("bybit", f"{path}&start={_days_ago(9) + 5}&end={_days_ago(7)}")
    assert [int(row[0]) for row in rows] == [_days_ago(7), _days_ago(8), _days_ago(9)]
    rows = await ask.rows("bybit", f"{path}&start={_days_ago(1200)}&limit=2")
    assert [int(row[0]) for row in rows] == [_days_ago(1199), _days_ago(1200)]
    assert all(isinstance(cell, str) for cell in rows[0])


async def test_bybit_refuses_in_200(ask: Client) -> None:
    """Bybit refuses with retCode 10001, takes a missing category for futures, and lists only trading spot."""
    path = "/v5/market/kline"
    wrong = ("symbol=BTCUSDT&interval=D", "category=spot&symbol=NOPE&interval=D",
             "category=spot&symbol=BTCUSDT&interval=1d", "category=spot&symbol=LUNAUSDT&interval=D")  # fmt: skip
    for query in wrong:
        got = await ask.get("bybit", f"{path}?{query}")
        assert (got.status, got.json["retCode"]) == (200, 10001)
    answer = (await ask.get("bybit", "/v5/market/instruments-info?category=spot")).json
    assert [(entry["symbol"], entry["status"]) for entry in answer["result"]["list"]] == [("BTCUSDT", "Trading")]


async def test_okx_pages(ask: Client) -> None:
    """OKX answers newest first up to 300 rows, counts neither bound in, and marks what is confirmed."""
    path = "/api/v5/market/history-candles?instId=BTC-USDT&bar=1Dutc"
    assert len(await ask.rows("okx", path)) == 100
    rows = await ask.rows("okx", f"{path}&before={_days_ago(9)}&after={_days_ago(5)}")
    assert [int(row[0]) for row in rows] == [_days_ago(6), _days_ago(7), _days_ago(8)]
    rows = await ask.rows("okx", f"{path}&before={_days_ago(900)}&limit=2")
    assert [int(row[0]) for row in rows] == [_days_ago(0), _days_ago(1)]  # `before` alone: the newest page
    rows = await ask.rows("okx", CANDLES["okx"])
    assert [row[8] for row in rows] == ["0", "1", "1"]
    assert rows[1][5:8] == ["20.00000000", "33950.00000000", "33950.00000000"]
    rows = await ask.rows("okx", CANDLES["okx"].replace("1Dutc", "1D"))
    assert int(rows[0][0]) == opening(TODAY, -8)


async def test_okx_candles_reach_back_1440_days(ask: Client) -> None:
    """OKX's candles end 1,440 rows ago, and its history-candles go on."""
    query = f"?instId=BTC-USDT&bar=1Dutc&after={_days_ago(1430)}&limit=300"
    recent = await ask.rows("okx", f"/api/v5/market/candles{query}")
    older = await ask.rows("okx", f"/api/v5/market/history-candles{query}")
    assert [int(recent[0][0]), int(recent[-1][0])] == [_days_ago(1431), _days_ago(1439)]
    assert int(older[-1][0]) == _days_ago(DAYS - 1)


async def test_okx_refuses(ask: Client) -> None:
    """OKX refuses with a code in text and forgets what was delisted."""
    wanted = {"instId=NO-PE&bar=1Dutc": (200, "51001"), "instId=LUNA-USDT&bar=1Dutc": (200, "51001"),
              "bar=1Dutc": (400, "50014"), "instId=BTC-USDT&bar=1d": (400, "51000"),
              "instId=BTC-USDT&bar=1Dutc&limit=301": (400, "51000")}  # fmt: skip
    for query, (status, code) in wanted.items():
        got = await ask.get("okx", f"/api/v5/market/candles?{query}")
        assert (got.status, got.json["code"]) == (status, code)
    listed = (await ask.get("okx", "/api/v5/public/instruments?instType=SPOT")).json["data"]
    assert [(entry["instId"], entry["state"]) for entry in listed] == [("BTC-USDT", "live"), ("ETH-USDT", "suspend")]
    assert (await ask.get("okx", "/api/v5/public/instruments?instType=SWAP")).json["data"] == []


async def test_bitget_pages(ask: Client) -> None:
    """Bitget answers oldest first; its history needs an endTime, which it does not count in, and gives 200 rows."""
    path = "/api/v2/spot/market/history-candles?symbol=BTCUSDT&granularity=1Dutc"
    rows = await ask.rows("bitget", f"{path}&endTime={_days_ago(900)}&limit=200")
    assert [len(rows), int(rows[0][0]), int(rows[-1][0])] == [200, _days_ago(1100), _days_ago(901)]
    assert (await ask.get("bitget", path)).json["code"] == "40019"
    assert (await ask.get("bitget", f"{path}&endTime={_days_ago(900)}&limit=201")).status == 400
    rows = await ask.rows("bitget", CANDLES["bitget"])
    assert [int(row[0]) for row in rows] == [_days_ago(2), _days_ago(1), _days_ago(0)]
    assert rows[0][5:] == ["20.00000000", "33930.00000000", "33930.00000000"]
    rows = await ask.rows("bitget", CANDLES["bitget"].replace("1Dutc", "1day"))
    assert int(rows[-1][0]) == opening(TODAY, -8)
    assert (await ask.get("bitget", path.replace("BTC", "LUNA") + "&endTime=1")).json["code"] == "40309"
    assert (await ask.get("bitget", path.replace("BTC", "NOPE") + "&endTime=1")).json["code"] == "40034"


async def test_coinbase_pages(ask: Client) -> None:
    """Coinbase answers newest first, refuses a span of more than 300 days, and heeds no bound that stands alone."""
    path = "/products/BTC-USDT/candles?granularity=86400"
    assert len(await ask.rows("coinbase", f"{path}&start={_days_ago(9) // 1000}")) == 300
    rows = await ask.rows("coinbase", f"{path}&start={_days_ago(699) // 1000}&end={_days_ago(400) // 1000}")
    assert [len(rows), rows[0][0], rows[-1][0]] == [300, _days_ago(400) // 1000, _days_ago(699) // 1000]
    got = await ask.get("coinbase", f"{path}&start={_days_ago(700) // 1000}&end={_days_ago(400) // 1000}")
    assert (got.status, "exceeds 300" in got.json["message"]) == (400, True)
    rows = await ask.rows("coinbase", f"{path}&start=2026-01-07T01:00:00Z&end=2026-01-08T00:00:00Z")
    assert [row[0] for row in rows] == [_days_ago(2) // 1000, _days_ago(3) // 1000]  # a candle may precede `start`
    assert rows[0][1:] == ["1695.00", "1698.00", "1696.00", "1697.00", "20.00000000"]  # low, high, open, close, volume
    assert (await ask.get("coinbase", "/products/NO-PE/candles?granularity=86400")).json == {"message": "NotFound"}
    listed = (await ask.get("coinbase", "/products")).json
    assert [entry["status"] for entry in listed] == ["online", "offline", "delisted"]


async def test_days_without_trades(ask: Client) -> None:
    """Upbit and Coinbase leave out a day without a trade; Kraken fills it with the last price and a mean of zero."""
    coinbase = await ask.rows("coinbase", "/products/BTC-USDT/candles?granularity=86400")
    assert opening(IDLE) // 1000 not in {row[0] for row in coinbase}
    upbit = await ask.rows("upbit", "/v1/candles/days?market=USDT-BTC&count=200")
    assert f"{IDLE}T00:00:00" not in {row["candle_date_time_utc"] for row in upbit}
    assert len(upbit) == 200
    kraken = await ask.rows("kraken", f"/0/public/OHLC?pair=XBTUSDT&interval=1440&since={opening(IDLE) // 1000 - 1}")
    assert kraken[0] == [opening(IDLE) // 1000, *["1694.00"] * 4, "0.0", "0.00000000", 0]


async def test_kraken_has_two_years(ask: Client) -> None:
    """Kraken knows 720 closed days and the running one, counts `since` out, and ends with the running day always."""
    path = "/0/public/OHLC?pair=XBT/USDT&interval=1440"
    got = await ask.get("kraken", f"{path}&since=0")
    rows = got.json["result"]["XBTUSDT"]
    assert [len(rows), rows[0][0], rows[-1][0]] == [721, _days_ago(720) // 1000, opening(TODAY) // 1000]
    assert got.json["result"]["last"] == _days_ago(1) // 1000
    rows = await ask.rows("kraken", f"{path}&since={_days_ago(3) // 1000}")
    assert [row[0] for row in rows] == [_days_ago(days) // 1000 for days in (2, 1, 0)]
    rows = await ask.rows("kraken", f"{path}&since={_days_ago(-30) // 1000}")
    assert [row[0] for row in rows] == [opening(TODAY) // 1000]
    assert rows[0][1:] == ["1698.00", "1700.00", "1697.00", "1699.00", "1698.5", "20.00000000", 7]


async def test_kraken_names_pairs_its_own_way(ask: Client) -> None:
    """Kraken writes old assets in long codes, finds a pair under any of its names and drops the delisted."""
    pairs = (("BTC", "USD"), ("DOGE", "USD"), ("SOL", "EUR"), ("USDT", "USD"))
    data = TwinData({"kraken": tuple(_market(base, quote) for base, quote in pairs)}, {}, demo=False)
    ask.twin.data = data
    listed = (await ask.get("kraken", "/0/public/AssetPairs")).json["result"]
    assert list(listed) == ["XXBTZUSD", "XDGUSD", "SOLEUR", "USDTZUSD"]
    names = ("altname", "wsname", "base", "quote")
    assert [listed["XXBTZUSD"][name] for name in names] == ["XBTUSD", "XBT/USD", "XXBT", "ZUSD"]
    for name in ("XXBTZUSD", "XBTUSD", "XBT/USD"):
        assert "XXBTZUSD" in (await ask.get("kraken", f"/0/public/OHLC?pair={name}&interval=1440")).json["result"]
    got = await ask.get("kraken", "/0/public/OHLC?pair=LUNAUSDT&interval=1440")
    assert (got.status, got.json) == (200, {"error": ["EQuery:Unknown asset pair"]})


async def test_upbit_pages(ask: Client) -> None:
    """Upbit answers newest first, one row unless asked for up to 200, and does not count `to` in."""
    path = "/v1/candles/days?market=USDT-BTC"
    assert len(await ask.rows("upbit", path)) == 1
    assert len(await ask.rows("upbit", f"{path}&count=500")) == 200
    rows = await ask.rows("upbit", f"{path}&count=2&to=2026-01-03T00:00:00Z")
    assert [row["candle_date_time_kst"] for row in rows] == ["2026-01-02T09:00:00", "2026-01-01T09:00:00"]
    same = await ask.rows("upbit", f"{path}&count=2&to=2026-01-03T09:00:00%2B09:00")
    assert same == rows
    wanted = {
        "market": "USDT-BTC",
        "trade_price": "1691.00",
        "candle_acc_trade_volume": "20.00000000",
        "candle_acc_trade_price": "33810.00000000",
        "prev_closing_price": "1690.00",
        "change_price": "1.00",
    }
    assert {key: rows[0][key] for key in wanted} == wanted
    assert (await ask.get("upbit", "/v1/candles/days?market=KRW-NOPE")).status == 404
    listed = (await ask.get("upbit", "/v1/market/all")).json
    assert [entry["market"] for entry in listed] == ["USDT-BTC", "USDT-ETH"]


async def test_htx_days_are_counted_in_utc8(ask: Client) -> None:
    """HTX answers newest first, its day labelled D opens at 16:00 UTC of the day before, its numbers are bare."""
    path = "/market/history/candles?symbol=btcusdt&period=1day"
    rows = await ask.rows("htx", path)
    assert (len(rows), rows[0]["id"]) == (150, opening(TODAY, -8) // 1000)
    assert rows[1] == {"id": opening(TODAY, -32) // 1000, "open": "1697.00", "close": "1698.00", "low": "1696.00",
                       "high": "1699.00", "amount": "20.00000000", "vol": "33950.00000000", "count": 7}  # fmt: skip
    start = opening(TODAY - timedelta(days=1200), -8) // 1000
    rows = await ask.rows("htx", f"{path}&size=2&from={start}")
    assert [row["id"] for row in rows] == [start + 86400, start]
    assert len(await ask.rows("htx", "/market/history/kline?symbol=btcusdt&period=1day&size=2000")) == DAYS
    for query in ("symbol=nope&period=1day", "symbol=btcusdt&period=1d", "symbol=btcusdt&period=1day&size=1001"):
        got = await ask.get("htx", f"/market/history/candles?{query}")
        assert (got.status, got.json["status"], got.json["err-code"]) == (200, "error", "invalid-parameter")
    listed = (await ask.get("htx", "/v1/common/symbols")).json["data"]
    assert [(entry["symbol"], entry["state"]) for entry in listed] == [
        ("btcusdt", "online"), ("ethusdt", "suspend"), ("lunausdt", "offline")
    ]  # fmt: skip


async def test_htx_opens_tomorrow_this_afternoon(ask: Client) -> None:
    """At 16:00 UTC HTX's answer begins with the day labelled tomorrow, a minute earlier it does not."""
    for minutes, day in ((-1, TODAY), (0, TODAY + timedelta(days=1))):
        ask.twin.now = NOW.replace(hour=16) + timedelta(minutes=minutes)
        assert (await ask.rows("htx", CANDLES["htx"]))[0]["id"] == opening(day, -8) // 1000


@pytest.mark.parametrize("venue", VENUES)
async def test_nothing_from_the_future(ask: Client, venue: str) -> None:
    """A day that has not opened is never served, and is there as soon as it opens."""
    before = (await ask.get(venue, CANDLES[venue])).body
    ask.twin.now = lambda: NOW + timedelta(days=1)
    after = (await ask.get(venue, CANDLES[venue].replace("end=1768046400", "end=1768132800"))).body
    assert b"1701.00" not in before
    assert b"1701.00" in after


async def test_outer_shape(ask: Client) -> None:
    """The Date header is the twin's now, requests are kept, data may be revised, gzip may be off, demo is marked."""
    got = await ask.get("binance", CANDLES["binance"])
    assert got.headers["Date"] == "Sat, 10 Jan 2026 12:00:00 GMT"
    assert "X-Oracle-Twin" not in got.headers
    served = ask.twin.requests[-1]
    assert (served.venue, served.path, served.query["symbol"], served.status, served.at) == (
        "binance", "/api/v3/klines", "BTCUSDT", 200, NOW
    )  # fmt: skip
    page = "/api/v3/klines?symbol=BTCUSDT&interval=1d&limit=100"
    assert (await ask.get("binance", page)).headers["Content-Encoding"] == "gzip"
    ask.twin.gzip = False
    assert "Content-Encoding" not in (await ask.get("binance", page)).headers
    ask.twin.data = TwinData({"binance": (_market("BTC", "USDT"),)}, {}, demo=True)
    got = await ask.get("binance", page)
    assert (got.headers["X-Oracle-Twin"], len(got.json)) == ("demo", 1)
    assert set(ask.twin.endpoints()) == {*VENUES, "cbr"}


async def test_bank_has_a_rate_for_every_day(ask: Client) -> None:
    """XML_daily gives the rates in force, bears their date, and is windows-1251 with a comma and a nominal."""
    got = await ask.get("cbr", "/scripts/XML_daily.asp?date_req=09/01/2026")
    assert got.headers["Content-Type"] == "application/xml; charset=windows-1251"
    text = got.body.decode("cp1251")
    assert text.startswith('<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="09.01.2026" name="Foreign ')
    assert (
        '<Valute ID="R01820"><NumCode>392</NumCode><CharCode>JPY</CharCode><Nominal>100</Nominal>'
        "<Name>Японских иен</Name><Value>51,1230</Value><VunitRate>0,51123</VunitRate></Valute>"
    ) in text
    later = await ask.get("cbr", "/scripts/XML_daily.asp?date_req=20/02/2026")
    assert b'Date="10.01.2026"' in later.body
    earlier = await ask.get("cbr", "/scripts/XML_daily.asp?date_req=01/01/2026")
    assert b"<Valute" not in earlier.body
    assert b"Error in parameters" in (await ask.get("cbr", "/scripts/XML_daily.asp?date_req=2026-01-09")).body


async def test_bank_sets_tomorrows_rate_in_the_afternoon(ask: Client) -> None:
    """The rate for tomorrow is served from 15:30 Moscow time on, the one for the day after never."""
    path = "/scripts/XML_dynamic.asp?date_req1=01/01/2026&date_req2=31/01/2026&VAL_NM_RQ=R01235"
    for hour, minute, last in ((12, 29, b"10.01.2026"), (12, 30, b"11.01.2026"), (20, 59, b"11.01.2026")):
        ask.twin.now = NOW.replace(hour=hour, minute=minute)
        assert (await ask.get("cbr", path)).body.rpartition(b'<Record Date="')[2].startswith(last)


async def test_bank_history_has_published_days_only(ask: Client) -> None:
    """XML_dynamic gives the days on which a rate took effect, both ends of the range counted in."""
    path = "/scripts/XML_dynamic.asp?date_req1=09/01/2026&date_req2=10/01/2026&VAL_NM_RQ=R01235"
    text = (await ask.get("cbr", path)).body.decode("cp1251")
    assert text.partition("?>")[2] == (
        '<ValCurs ID="R01235" DateRange1="09.01.2026" DateRange2="10.01.2026" name="Foreign Currency Market Dynamic">'
        '<Record Date="09.01.2026" Id="R01235"><Nominal>1</Nominal><Value>80,1000</Value><VunitRate>80,1</VunitRate>'
        '</Record><Record Date="10.01.2026" Id="R01235"><Nominal>1</Nominal><Value>80,2000</Value>'
        "<VunitRate>80,2</VunitRate></Record></ValCurs>"
    )


def test_a_naive_now_is_refused() -> None:
    """A now without a time zone is no instant."""
    with pytest.raises(ValueError, match="time zone"):
        Twin(DATA, now=NOW.replace(tzinfo=None), faults=[Fault("okx", "empty")]).clock()


def _market(base: str, quote: str) -> TwinMarket:
    return TwinMarket(base, quote, (row(TODAY, 1),))
