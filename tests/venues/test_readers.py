"""Readers against recorded answers: the same candles as ccxt reads, the right markets, every digit kept."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import ccxt
import pytest

from oracle.days import DAY, opening_ms
from oracle.errors import SourceChangedError
from oracle.venues import VENUES
from tests.venues.sound import SOUND

WIRE, NAUTILUS, JKORF, XCHANGE = "wire", "wire-raw/nautilus", "wire-raw/jkorf", "wire-raw/xchange"

# Which venue recorded it, where it lies, and the market that was asked for.
CANDLES = [
    ("binance", f"{WIRE}/binance_ohlcv_2019.json", "BTCUSDT"),
    ("binance", f"{WIRE}/binance_ohlcv.json", "ETHBTC"),
    ("binance", f"{NAUTILUS}/binance__klines_response.json", "BTCUSDT"),
    ("binance", f"{JKORF}/binance/Endpoints__Spot__ExchangeData__GetKlines.txt", "BTCUSDT"),
    ("bybit", f"{WIRE}/bybit_ohlcv_1h.json", "BTCUSD"),
    ("bybit", f"{NAUTILUS}/bybit__http_get_klines_linear.json", "BTCUSDT"),
    ("okx", f"{WIRE}/okx_ohlcv_1m.json", "BTC-USDT"),
    ("okx", f"{NAUTILUS}/okx__http_get_candlesticks.json", "BTC-USDT"),
    ("okx", f"{JKORF}/okx/Endpoints__UnifiedApi__ExchangeData__GetKlineHistory.txt", "BTC-USDT"),
    ("bitget", f"{WIRE}/bitget_ohlcv.json", "BTCUSDT"),
    ("bitget", f"{JKORF}/bitget/Endpoints__Spot__ExchangeData__GetHistoricalKlines.txt", "BTCUSDT"),
    ("coinbase", f"{WIRE}/coinbaseexchange_ohlcv_1h.json", "BTC-USD"),
    ("coinbase", f"{XCHANGE}/coinbasepro__example-historical-candles.json", "BTC-USD"),
    ("kraken", f"{WIRE}/kraken_ohlcv_1m.json", "XBTUSDT"),
    ("kraken", f"{WIRE}/kraken_ohlcv_doc_1m.json", "XXBTZUSD"),
    ("kraken", f"{NAUTILUS}/kraken__http_ohlc.json", "XBTUSDT"),
    ("kraken", f"{XCHANGE}/kraken__example-ohlc-data.json", "XXBTZUSD"),
    ("upbit", f"{WIRE}/upbit_ohlcv_1s.json", "KRW-BTC"),
    ("upbit", f"{WIRE}/upbit_ohlcv_1h.json", "USDT-BTC"),
    ("htx", f"{WIRE}/htx_ohlcv.json", "btcusdt"),
    ("htx", f"{WIRE}/htx_ohlcv_5m.json", "btcusdt"),
    ("kucoin", f"{WIRE}/kucoin_ohlcv_1m.json", "BTC-USDT"),
    ("kucoin", f"{JKORF}/kucoin/Endpoints__Spot__ExchangeData__GetKlines.txt", "BTC-USDT"),
    ("gate", f"{WIRE}/gate_ohlcv_1h.json", "BTC_USDT"),
    ("gate", f"{JKORF}/gateio/Endpoints__Spot__ExchangeData__GetKlines.txt", "BTC_USDT"),
    ("mexc", f"{WIRE}/mexc_ohlcv_1m.json", "BTCUSDT"),
    ("mexc", f"{JKORF}/mexc/Endpoints__SpotApi__ExchangeData__GetKlines.txt", "BTCUSDT"),
    ("mexc", f"{JKORF}/mexc/JsonResponses__Spot__ExchangeData__GetKlinesAsync.txt", "BTCUSDT"),
    ("bingx", f"{WIRE}/bingx_ohlcv_1m.json", "BTC-USDT"),
    ("bingx", f"{JKORF}/bingx/Endpoints__Spot__ExchangeData__GetKlines.txt", "BTC-USDT"),
    ("bitstamp", f"{WIRE}/bitstamp_ohlcv.json", "btcusd"),
    ("bitstamp", f"{WIRE}/bitstamp_ohlcv_1h.json", "btcusdt"),
    ("bitfinex", f"{WIRE}/bitfinex_ohlcv.json", "tETHUST"),
    ("bitfinex", f"{WIRE}/bitfinex_ohlcv_1h.json", "tBTCUSD"),
    ("bitfinex", f"{JKORF}/bitfinex/Endpoints__Spot__ExchangeData__GetKlines.txt", "tETHUST"),
    ("cryptocom", f"{WIRE}/cryptocom_ohlcv.json", "BTC_USDT"),
    ("cryptocom", f"{JKORF}/cryptocom/Endpoints__ExchangeApi__ExchangeData__GetKlines.txt", "BTC_USDT"),
    ("gemini", f"{WIRE}/gemini_ohlcv_1h.json", "btcusd"),
    ("whitebit", f"{WIRE}/whitebit_ohlcv_1h.json", "BTC_USDT"),
    ("lbank", f"{WIRE}/lbank_ohlcv_1m.json", "btc_usdt"),
]
# Where an answer keeps its rows, for ccxt's side of the comparison.
ROWS: dict[str, Callable[[Any, str], list[Any]]] = {
    "binance": lambda answer, _: list(answer),
    "coinbase": lambda answer, _: list(answer),
    "upbit": lambda answer, _: list(answer),
    "bybit": lambda answer, _: list(answer["result"]["list"]),
    "okx": lambda answer, _: list(answer["data"]),
    "bitget": lambda answer, _: list(answer["data"]),
    "htx": lambda answer, _: list(answer["data"]),
    "kucoin": lambda answer, _: list(answer["data"]),
    "gate": lambda answer, _: list(answer),
    "mexc": lambda answer, _: list(answer),
    "bingx": lambda answer, _: list(answer["data"]),
    "lbank": lambda answer, _: list(answer["data"]),
    "whitebit": lambda answer, _: list(answer["result"]),
    "kraken": lambda answer, symbol: list(answer["result"][symbol]),
    "bitstamp": lambda answer, _: list(answer["data"]["ohlc"]),
    "bitfinex": lambda answer, _: list(answer),
    "cryptocom": lambda answer, _: list(answer["result"]["data"]),
    "gemini": lambda answer, _: list(answer),
    "bithumb": lambda answer, _: list(answer),
    "hashkey": lambda answer, _: list(answer),
}


def _body(shared: Path, name: str) -> bytes:
    """A recorded body; JKorf's files begin with lines about the request."""
    recorded = (shared / "data" / name).read_bytes()
    if "lbank" in name:
        # The manual of version 1 shows the bare list that version 2 wraps.
        return b'{"result":"true","data":' + recorded + b',"error_code":0,"ts":1}'
    if not name.endswith(".txt"):
        return recorded
    lines = recorded.splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if line.strip()[:1] in (b"{", b"["))
    return b"".join(lines[start:])


@pytest.mark.parametrize(("venue", "name", "symbol"), CANDLES, ids=[name for _, name, _ in CANDLES])
def test_a_recorded_answer_reads_as_ccxt_reads_it(shared: Path, venue: str, name: str, symbol: str) -> None:
    """Same rows in the same order: times in milliseconds, the four prices and the volume in the base asset."""
    body = _body(shared, name)
    columns = VENUES[venue].read_candles(body, symbol)
    exchange = getattr(ccxt, VENUES[venue].ccxt_id)()
    market = {"type": "spot", "spot": True, "inverse": False}
    theirs = [exchange.parse_ohlcv(row, market) for row in ROWS[venue](json.loads(body), symbol)]
    assert len(theirs) > 0
    ours = zip(*columns[:6], strict=True)
    assert [(opened, *map(float, texts)) for opened, *texts in ours] == [tuple(row) for row in theirs]


@pytest.mark.parametrize("venue", SOUND)
def test_the_manuals_answer_reads_as_ccxt_reads_it(venue: str) -> None:
    """Of every venue, recorded or not, the answer of its manual gives what ccxt's own parser makes of it."""
    sound = SOUND[venue]
    columns = VENUES[venue].read_candles(sound.candles, sound.symbol)
    exchange = getattr(ccxt, VENUES[venue].ccxt_id)()
    market = {"type": "spot", "spot": True, "inverse": False, "id": sound.symbol}
    ((opened, *figures),) = [
        exchange.parse_ohlcv(row, market) for row in ROWS[venue](json.loads(sound.candles), sound.symbol)
    ]
    assert (columns.opened_ms[0], *(float(column[0]) for column in columns[1:6])) == (opened, *figures)


@pytest.mark.parametrize(("venue", "name", "symbol"), CANDLES, ids=[f"digits-{name}" for _, name, _ in CANDLES])
def test_every_literal_stands_in_the_body_as_it_was_read(shared: Path, venue: str, name: str, symbol: str) -> None:
    """What was read are the very characters of the wire, trailing zeros included, one for each row and column."""
    body = _body(shared, name)
    columns = VENUES[venue].read_candles(body, symbol)
    rows = ROWS[venue](json.loads(body, parse_float=str, parse_int=str), symbol)
    for column in [*columns[1:6], *([columns.turnover] if columns.turnover else [])]:
        assert len(column) == len(rows)
        for text, row in zip(column, rows, strict=True):
            assert text in (row.values() if isinstance(row, dict) else row)


@pytest.mark.parametrize(
    ("venue", "name", "rows"),
    [
        ("binance", "wire/binance_ohlcv_2019.json", 366),
        ("binance", "wire/binance_ohlcv.json", 6),
        ("kucoin", "wire/kucoin_ohlcv_1m.json", 2),
        ("gate", "wire/gate_ohlcv_1h.json", 1),
        ("mexc", "wire/mexc_ohlcv_1m.json", 1),
    ],
)
def test_recorded_turnover_lies_between_low_and_high_times_volume(
    shared: Path, venue: str, name: str, rows: int
) -> None:
    """In every recorded bar the turnover column is one that the bar's prices allow, exactly."""
    columns = VENUES[venue].read_candles(_body(shared, name), "BTCUSDT")
    assert columns.turnover is not None
    assert len(columns.turnover) == rows
    for low, high, base, turnover in zip(columns.low, columns.high, columns.base_volume, columns.turnover, strict=True):
        assert Decimal(low) * Decimal(base) <= Decimal(turnover) <= Decimal(high) * Decimal(base)


def test_bingx_cuts_its_volume_off_and_not_its_turnover(shared: Path) -> None:
    """Five recorded minutes: the turnover is one that prices allow for a volume less than one last digit larger."""
    columns = VENUES["bingx"].read_candles(_body(shared, f"{WIRE}/bingx_ohlcv_1m.json"), "BTC-USDT")
    assert columns.turnover is not None
    assert len(columns.turnover) == 5
    for low, high, base, turnover in zip(columns.low, columns.high, columns.base_volume, columns.turnover, strict=True):
        above = Decimal(base) + Decimal("0.01")
        assert Decimal(low) * Decimal(base) <= Decimal(turnover) <= Decimal(high) * above


def test_gate_marks_closed_days(shared: Path) -> None:
    """The recorded bar is closed; one that still runs says "false"."""
    body = _body(shared, f"{WIRE}/gate_ohlcv_1h.json")
    assert VENUES["gate"].read_candles(body, "BTC_USDT").closed == [True]
    running = VENUES["gate"].read_candles(body.replace(b'"true"', b'"false"'), "BTC_USDT")
    assert running.closed == [False]
    assert running.turnover == ("1157762.86821200",)


def test_a_row_of_gate_from_before_2021_is_refused() -> None:
    """Six columns, without base volume and mark: another shape, in which nothing stands for the volume."""
    row = b'["1609459200","345678.12","29000.1","29300","28700","28900.5"]'
    sound = b'["1741910400","124500.75","84000.50","85000.00","80000.00","81000.10","1.50000000","true"]'
    for body in (b"[" + row + b"]", b"[" + row + b"," + sound + b"]"):
        with pytest.raises(SourceChangedError, match="another shape"):
            VENUES["gate"].read_candles(body, "BTC_USDT")


@pytest.mark.parametrize("venue", [name for name, venue in VENUES.items() if not venue.turnover_published])
def test_no_turnover_is_made_up_where_none_is_published(shared: Path, venue: str) -> None:
    """Kraken's rounded average and Coinbase's bare volume are not passed off as turnover."""
    name, symbol = next((name, symbol) for each, name, symbol in CANDLES if each == venue)
    assert VENUES[venue].read_candles(_body(shared, name), symbol).turnover is None


def test_htx_documents_a_day_that_opens_in_hong_kong(shared: Path) -> None:
    """The day of HTX's own documentation opened on 4 July 2017 at 16:00 UTC, and keeps its trailing zeros."""
    columns = VENUES["htx"].read_candles(_body(shared, "wire/htx_ohlcv.json"), "btcusdt")
    assert columns.opened_ms == [1499184000000]
    assert [column[0] for column in columns[1:6]] == ["1935.2000", "1940.0000", "1856.0000", "1879.0000", "37593.0266"]
    assert columns.turnover == ["71031537.97866500"]


def test_okx_marks_closed_days(shared: Path) -> None:
    """The recorded full answer is of closed bars, the other one of a bar still running."""
    closed = VENUES["okx"].read_candles(_body(shared, "wire/okx_ohlcv_1m.json"), "BTC-USDT").closed
    running = VENUES["okx"].read_candles(_body(shared, f"{NAUTILUS}/okx__http_get_candlesticks.json"), "X").closed
    assert (closed, running) == ([True, True], [False, False])


@pytest.mark.parametrize(
    ("sixth", "seventh", "turnover"),
    [
        # both alike
        ("15000", "15000", "15000"),
        # 10 units between 1,000 and 2,000 euros: 15,000 are euros, 16,500 the same in USDT
        ("16500", "15000", "15000"),
        ("25000", "15000", "15000"),
        ("15000", "25000", "15000"),
    ],
)
def test_bitget_turnover_is_the_column_that_the_prices_allow(sixth: str, seventh: str, turnover: str) -> None:
    """Bitget's manuals disagree which column is in the quote asset: the one between low and high times volume is."""
    row = ["1741910400000", "1500", "2000", "1000", "1600", "10", sixth, seventh]
    body = json.dumps({"code": "00000", "msg": "success", "data": [row]}).encode()
    assert VENUES["bitget"].read_candles(body, "BTCEUR").turnover == [turnover]


# How many markets each recorded list has, and some of them: symbol, base, quote, state.
MARKETS = [
    ("binance", f"{JKORF}/binance/Endpoints__Spot__ExchangeData__GetExchangeInfo.txt", 1, ["ETHBTC ETH BTC live"]),
    ("binance", f"{NAUTILUS}/binance__exchange_info_response.json", 1, ["ETHBTC ETH BTC live"]),
    (
        "bybit",
        f"{NAUTILUS}/bybit__http_get_instruments_spot.json",
        2,
        ["BTCUSDT BTC USDT live", "ETHUSDT ETH USDT live"],
    ),
    ("okx", f"{JKORF}/okx/Endpoints__UnifiedApi__ExchangeData__GetSymbols.txt", 1, ["BTC-USDT BTC USDT live"]),
    (
        "okx",
        f"{NAUTILUS}/okx__http_get_instruments_spot.json",
        5,
        ["BTC-USD BTC USD live", "SOL-USD SOL USD live", "USDT-USD USDT USD live"],
    ),
    ("bitget", f"{JKORF}/bitget/Endpoints__Spot__ExchangeData__GetSymbols.txt", 1, ["BTCUSDT BTC USDT live"]),
    (
        "bitget",
        f"{XCHANGE}/bitget__api_v2_spot_public_symbols.json",
        3,
        ["BTCUSDT BTC USDT live", "ETHUSDT ETH USDT live", "BGBUSDT BGB USDT live"],
    ),
    (
        "kraken",
        f"{JKORF}/kraken/Endpoints__Spot__ExchangeData__GetSymbols.txt",
        2,
        ["XETHXXBT ETH BTC live", "XXBTZUSD BTC USD live"],
    ),
    ("kraken", f"{NAUTILUS}/kraken__http_asset_pairs.json", 1, ["XBTUSDT BTC USDT live"]),
    # 86 pairs, of which eleven are dark pools
    (
        "kraken",
        f"{XCHANGE}/kraken__example-assetpairs-data.json",
        75,
        ["ADACAD ADA CAD live", "XXBTZEUR BTC EUR live", "XETHXXBT ETH BTC live", "XXDGXXBT DOGE BTC live"],
    ),
    (
        "upbit",
        f"{JKORF}/upbit/Endpoints__Spot__ExchangeData__GetSymbols.txt",
        2,
        ["KRW-BTC BTC KRW live", "KRW-ETH ETH KRW live"],
    ),
    (
        "kucoin",
        f"{JKORF}/kucoin/Endpoints__Spot__ExchangeData__GetSymbols.txt",
        2,
        ["XLM-USDT XLM USDT live", "VET-USDT VET USDT live"],
    ),
    ("gate", f"{JKORF}/gateio/Endpoints__Spot__ExchangeData__GetSymbols.txt", 1, ["ETH_USDT ETH USDT live"]),
    (
        "gate",
        f"{XCHANGE}/gateio-v4__api_v4_spot_currency_pairs.json",
        3,
        ["BTC_USDT BTC USDT live", "CHZ_USDT CHZ USDT live", "ETH_USDT ETH USDT live"],
    ),
    (
        "mexc",
        f"{JKORF}/mexc/Endpoints__SpotApi__ExchangeData__GetExchangeInfo.txt",
        1,
        ["BROCKUSDT BROCK USDT live"],
    ),
    # from when the status was a word; one of the five is closed to spot trading
    (
        "mexc",
        f"{JKORF}/mexc/JsonResponses__Spot__ExchangeData__GetExchangeInfoAsync.txt",
        5,
        ["AESUSDT AES USDT live", "OGNUSDT OGN USDT halted"],
    ),
    ("bingx", f"{JKORF}/bingx/Endpoints__Spot__ExchangeData__GetSymbols.txt", 1, ["BTC-USDT BTC USDT live"]),
]


@pytest.mark.parametrize(("venue", "name", "count", "some"), MARKETS, ids=[name for _, name, _, _ in MARKETS])
def test_a_recorded_list_gives_the_markets(shared: Path, venue: str, name: str, count: int, some: list[str]) -> None:
    """Base and quote are told apart under the names used elsewhere, and the symbol stays as it is."""
    markets = VENUES[venue].read_markets(_body(shared, name))
    told = {f"{each.symbol} {each.base} {each.quote} {each.state}" for each in markets}
    assert len(told) == len(markets) == count
    assert told >= set(some)
    assert {each.venue for each in markets} == {venue}


def test_kraken_leaves_dark_pools_out(shared: Path) -> None:
    """XETHZEUR.d is a dark pool, no public market; and nothing is called XBT or XDG any more."""
    body = _body(shared, f"{XCHANGE}/kraken__example-assetpairs-data.json")
    markets = VENUES["kraken"].read_markets(body)
    assert b'"XETHZEUR.d"' in body
    assert [each.symbol for each in markets if each.symbol.endswith(".d")] == []
    assert {each.base for each in markets} & {"XBT", "XDG"} == set()
    assert {each.quote for each in markets} & {"XBT", "XDG", ""} == set()


def test_a_recording_of_binance_whole_list(shared: Path) -> None:
    """Every market of a live recording is read, and each base and quote together spell the symbol."""
    recorded = json.loads(
        gzip.decompress((shared / "data/wire-raw/gocryptotrader/binance_public_GET_routes.json.gz").read_bytes())
    )
    listed = recorded["/api/v3/exchangeInfo"][0]["data"]
    markets = VENUES["binance"].read_markets(json.dumps(listed).encode())
    assert len(markets) == len(listed["symbols"]) == 25
    assert all(each.symbol == each.base + each.quote for each in markets)
    assert {each.symbol for each in markets if each.state == "live"} == {
        each["symbol"] for each in listed["symbols"] if each["status"] == "TRADING"
    }


def test_htx_and_coinbase_lists_as_documented() -> None:
    """HTX writes in lower case and keeps what was taken off; Coinbase marks what cannot be traded for now."""
    htx = b"""{"status":"ok","data":[
        {"base-currency":"btc","quote-currency":"usdt","symbol":"btcusdt","state":"online","price-precision":2},
        {"base-currency":"luna","quote-currency":"husd","symbol":"lunahusd","state":"offline"},
        {"base-currency":"new","quote-currency":"eth","symbol":"neweth","state":"pre-online"}]}"""
    coinbase = b"""[
        {"id":"BTC-USD","base_currency":"BTC","quote_currency":"USD","status":"online","trading_disabled":false},
        {"id":"ETH-EUR","base_currency":"ETH","quote_currency":"EUR","status":"online","trading_disabled":true},
        {"id":"XRP-USD","base_currency":"XRP","quote_currency":"USD","status":"delisted"}]"""
    told = [
        (each.symbol, each.base, each.quote, each.state)
        for name, body in (("htx", htx), ("coinbase", coinbase))
        for each in VENUES[name].read_markets(body)
    ]
    assert told == [
        ("btcusdt", "BTC", "USDT", "live"),
        ("lunahusd", "LUNA", "HUSD", "delisted"),
        ("neweth", "NEW", "ETH", "halted"),
        ("BTC-USD", "BTC", "USD", "live"),
        ("ETH-EUR", "ETH", "EUR", "halted"),
        ("XRP-USD", "XRP", "USD", "delisted"),
    ]


# A market list of each venue by its manual, and what it says of every market.
DOCUMENTED = [
    (
        "kucoin",
        b"""{"code":"200000","data":[
            {"symbol":"ETH-BTC","baseCurrency":"ETH","quoteCurrency":"BTC","enableTrading":true},
            {"symbol":"USDT-EUR","baseCurrency":"USDT","quoteCurrency":"EUR","enableTrading":false}]}""",
        ["ETH-BTC ETH BTC live", "USDT-EUR USDT EUR halted"],
    ),
    (
        "gate",
        b"""[{"id":"GT_ETH","base":"GT","quote":"ETH","trade_status":"tradable","delisting_time":0},
            {"id":"BTC_TRY","base":"BTC","quote":"TRY","trade_status":"sellable"},
            {"id":"OLD_USDT","base":"OLD","quote":"USDT","trade_status":"untradable","delisting_time":1700000000}]""",
        ["GT_ETH GT ETH live", "BTC_TRY BTC TRY halted", "OLD_USDT OLD USDT halted"],
    ),
    (
        "mexc",
        b"""{"timezone":"CST","symbols":[
            {"symbol":"BTCUSDC","status":"1","baseAsset":"BTC","quoteAsset":"USDC","isSpotTradingAllowed":true},
            {"symbol":"ETHEUR","status":"2","baseAsset":"ETH","quoteAsset":"EUR","isSpotTradingAllowed":true},
            {"symbol":"OLDUSDT","status":"3","baseAsset":"OLD","quoteAsset":"USDT","isSpotTradingAllowed":false}]}""",
        ["BTCUSDC BTC USDC live", "ETHEUR ETH EUR halted", "OLDUSDT OLD USDT delisted"],
    ),
    (
        "bingx",
        b"""{"code":0,"msg":"","debugMsg":"","data":{"symbols":[
            {"symbol":"BTC-USDC","status":1,"apiStateSell":true,"apiStateBuy":true},
            {"symbol":"ETH-USDT","status":1,"apiStateSell":true,"apiStateBuy":false},
            {"symbol":"NEW-USDT","status":5,"apiStateSell":false,"apiStateBuy":false},
            {"symbol":"ILL-USDT","status":25},{"symbol":"DIM-USDT","status":29},{"symbol":"OFF-USDT","status":0},
            {"symbol":"OLD-USDT","status":30}]}}""",
        [
            "BTC-USDC BTC USDC live",
            "ETH-USDT ETH USDT halted",
            "NEW-USDT NEW USDT halted",
            "ILL-USDT ILL USDT halted",
            "DIM-USDT DIM USDT halted",
            "OFF-USDT OFF USDT delisted",
            "OLD-USDT OLD USDT delisted",
        ],
    ),
]


@pytest.mark.parametrize(("venue", "body", "markets"), DOCUMENTED, ids=[venue for venue, _, _ in DOCUMENTED])
def test_every_market_that_is_listed_is_told_with_its_state(venue: str, body: bytes, markets: list[str]) -> None:
    """Halted and delisted ones too, whether quoted in a coin, a stablecoin or money."""
    told = [f"{each.symbol} {each.base} {each.quote} {each.state}" for each in VENUES[venue].read_markets(body)]
    assert told == markets


def test_a_symbol_of_bingx_without_a_dash_is_a_change() -> None:
    """Base and quote stand nowhere else, and are not guessed."""
    body = b'{"code":0,"msg":"","data":{"symbols":[{"symbol":"BTCUSDT","status":1}]}}'
    with pytest.raises(SourceChangedError, match="not BASE-QUOTE"):
        VENUES["bingx"].read_markets(body)


@pytest.mark.parametrize(
    ("venue", "name"),
    [
        ("coinbase", f"{NAUTILUS}/coinbase__http_products.json"),
        ("htx", f"{JKORF}/htx/Endpoints__Spot__ExchangeData__GetSymbols.txt"),
        ("bybit", f"{JKORF}/bybit/JsonResponses__Spot__ExchangeData__GetSymbolsAsync.txt"),
        ("bitfinex", f"{JKORF}/bitfinex/Endpoints__Spot__ExchangeData__GetSymbols.txt"),
    ],
)
def test_the_list_of_another_interface_is_not_half_read(shared: Path, venue: str, name: str) -> None:
    """The venue's other or older interface has other names for things: refused as changed, never guessed."""
    body = _body(shared, name)
    with pytest.raises(SourceChangedError, match="another shape"):
        VENUES[venue].read_markets(body)


LONG, ZEROS = "1000.123456789012345678", "11443000.00000000"
NUMBERS = {
    "htx": f'{{"status":"ok","data":[{{"id":1741881600,"open":{LONG},"high":{LONG},"low":{ZEROS},'
    f'"close":{LONG},"amount":{ZEROS},"vol":{LONG},"count":1}}]}}',
    "upbit": f'[{{"market":"KRW-BTC","candle_date_time_utc":"2025-03-14T00:00:00","opening_price":{LONG},'
    f'"high_price":{LONG},"low_price":{ZEROS},"trade_price":{LONG},"candle_acc_trade_volume":{ZEROS},'
    f'"candle_acc_trade_price":{LONG}}}]',
    "bithumb": f'[{{"market":"KRW-BTC","candle_date_time_utc":"2025-03-13T15:00:00","opening_price":{LONG},'
    f'"high_price":{LONG},"low_price":{ZEROS},"trade_price":{LONG},"candle_acc_trade_volume":{ZEROS},'
    f'"candle_acc_trade_price":{LONG}}}]',
    "lbank": f'{{"result":"true","data":[[1741881600,{LONG},{LONG},{ZEROS},{LONG},{ZEROS}]],"error_code":0}}',
    "coinbase": f"[[1741910400,{ZEROS},{LONG},{LONG},{LONG},{ZEROS}]]",
    "bingx": f'{{"code":0,"data":[[1741910400000,{LONG},{LONG},{ZEROS},{LONG},{ZEROS},1741996799999,{LONG}]]}}',
    "bitfinex": f"[[1741910400000,{LONG},{LONG},{LONG},{ZEROS},{ZEROS}]]",
    "gemini": f"[[1741910400000,{LONG},{LONG},{ZEROS},{LONG},{ZEROS}]]",
}


@pytest.mark.parametrize("venue", NUMBERS)
def test_a_number_of_22_digits_comes_out_digit_for_digit(venue: str) -> None:
    """JSON numbers never pass a float: 22 digits stay 22 digits, and trailing zeros stay too."""
    symbol = "KRW-BTC" if venue in ("upbit", "bithumb") else "BTC"
    columns = VENUES[venue].read_candles(NUMBERS[venue].encode(), symbol)
    assert [list(column) for column in columns[1:6]] == [[LONG], [LONG], [ZEROS], [LONG], [ZEROS]]
    assert columns.turnover == ([LONG] if VENUES[venue].turnover_published else None)


@pytest.mark.parametrize("literal", ["0.35165789999999997", "1.5694329022947967E9", "1e-7", "0", "1E+2"])
def test_odd_but_sound_numbers_stay_as_they_are(literal: str) -> None:
    """Binary artefacts and exponents are the venue's own digits; nobody tidies them here."""
    body = f"[[1741910400,{literal},{literal},{literal},{literal},{literal}]]".encode()
    assert VENUES["coinbase"].read_candles(body, "BTC-USD").close == [literal]


# ccxt's own example of a Bithumb answer and the day candles of LBank's manual, each as it stands there.
BITHUMB = b"""[{"market": "BTC-USDC", "candle_date_time_utc": "2026-07-02T08:59:00",
    "candle_date_time_kst": "2026-07-02T17:59:00", "opening_price": 0.0000165, "high_price": 0.0000165,
    "low_price": 0.0000165, "trade_price": 0.0000165, "timestamp": 1782982784329, "candle_acc_trade_price": 0.001155,
    "candle_acc_trade_volume": 70, "unit": 1}]"""
LBANK = b"""{"msg": "Success", "result": "true", "data": [
    [1769875200, 81300.5, 82110.88, 75855.7, 77594.65, 16848.64871],
    [1769961600, 77594.65, 79326.72, 74609.01, 78849.22, 19966.48606]], "error_code": 0, "ts": 1772335196000}"""


def test_bithumb_documents_honest_utc() -> None:
    """The instant in UTC is the opening, and the digits stay as they are, however small."""
    columns = VENUES["bithumb"].read_candles(BITHUMB, "BTC-USDC")
    assert columns.opened_ms == [1782982740000]
    assert [column[0] for column in columns[1:6]] == [*["0.0000165"] * 4, "70"]
    assert columns.turnover == ["0.001155"]


def test_lbank_documents_a_day_that_opens_in_hong_kong() -> None:
    """The days of LBank's manual, asked for from 03:00 UTC on, open at 16:00 UTC and are those of our presumption."""
    columns = VENUES["lbank"].read_candles(LBANK, "btc_usdt")
    day, opens = date(2026, 2, 1), VENUES["lbank"].opens
    assert columns.opened_ms == [opening_ms(day, opens), opening_ms(day + DAY, opens)]
    assert (columns.close, columns.turnover) == (["77594.65", "78849.22"], None)


def test_hashkey_documents_a_zero_in_the_place_of_a_closing_time() -> None:
    """Turnover is read from behind the 0, as ccxt's own example of the answer has it."""
    row = b'[[1721684280000,"67832.49","67862.5","67832.49","67861.44","0.01122",0,"761.2763533",68,"0.00561","380.6"]]'
    columns = VENUES["hashkey"].read_candles(row, "BTCUSDT")
    assert [column[0] for column in columns[:6]] == [
        1721684280000, "67832.49", "67862.5", "67832.49", "67861.44", "0.01122"
    ]  # fmt: skip
    assert list(columns.turnover or ()) == ["761.2763533"]


def test_lists_of_the_smaller_venues_as_documented() -> None:
    """Futures are left out, halted markets are told, a base asset may have an underscore in its name."""
    whitebit = b"""[{"name":"SON_USD","stock":"SON","money":"USD","tradesEnabled":false,"type":"spot"},
        {"name":"BTC_PERP","stock":"BTC","money":"PERP","tradesEnabled":true,"type":"futures"}]"""
    hashkey = b"""{"symbols":[{"symbol":"ETHUSDT","status":"HALT","baseAsset":"ETH","quoteAsset":"USDT"}],
        "contracts":[{"symbol":"BTCUSDT-PERPETUAL","status":"TRADING","baseAsset":"BTCUSDT-PERPETUAL"}]}"""
    lbank = b"""{"result":"true","data":[{"symbol":"vet_erc20_usdt","priceAccuracy":"2"}],"error_code":0,"ts":1}"""
    told = [
        (each.symbol, each.base, each.quote, each.state)
        for name, body in (("whitebit", whitebit), ("hashkey", hashkey), ("lbank", lbank))
        for each in VENUES[name].read_markets(body)
    ]
    assert told == [
        ("SON_USD", "SON", "USD", "halted"),
        ("ETHUSDT", "ETH", "USDT", "halted"),
        ("vet_erc20_usdt", "VET_ERC20", "USDT", "live"),
    ]
