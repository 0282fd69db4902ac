"""What single recordings prove about Bitstamp, Bitfinex, Crypto.com and Gemini: pages, and names that come apart."""

import gzip
import json
from pathlib import Path
from typing import Any

import ccxt
import pytest

from oracle.errors import SourceChangedError
from oracle.venues import VENUES


def _route(shared: Path, venue: str, path: str) -> list[Any]:
    """The recorded answers to one path in gocryptotrader's live recordings."""
    packed = (shared / "data/wire-raw/gocryptotrader" / f"{venue}_public_GET_routes.json.gz").read_bytes()
    return [each["data"] for each in json.loads(gzip.decompress(packed))[path]]


def _jkorf(shared: Path, name: str) -> bytes:
    """A body recorded by JKorf, without the three lines about the request."""
    return (shared / "data/wire-raw/jkorf" / name).read_bytes().split(b"\n", 3)[3]


def test_a_recording_of_gemini_whole_list(shared: Path) -> None:
    """One recorded answer tells every market's assets and state; its perpetuals are no spot market."""
    (listed,) = _route(shared, "gemini", "/v1/symbols/details/all")
    markets = VENUES["gemini"].read_markets(json.dumps(listed).encode())
    told = {each.symbol: (each.base, each.quote, each.state) for each in markets}
    assert (len(listed), len(markets), len(told)) == (111, 108, 108)
    assert told["btcgusd"] == ("BTC", "GUSD", "live")
    assert told["usdcusd"] == ("USDC", "USD", "live")
    assert told["efilfil"] == ("EFIL", "FIL", "halted")
    assert [symbol for symbol in told if symbol.endswith("perp")] == []


def test_gemini_names_alone_do_not_tell_the_assets() -> None:
    """2ZRLUSD is 2Z in RLUSD: whoever cuts known currencies off the name, as ccxt does, makes up a coin 2ZRL in USD."""
    body = b"""[
        {"symbol":"2ZRLUSD","base_currency":"2Z","quote_currency":"RLUSD","status":"open","product_type":"spot"},
        {"symbol":"X","base_currency":"X","quote_currency":"USD","status":"open","product_type":"prediction"}]"""
    (market,) = VENUES["gemini"].read_markets(body.replace(b"prediction", b"swap"))
    assert (market.symbol, market.base, market.quote) == ("2zrlusd", "2Z", "RLUSD")
    with pytest.raises(SourceChangedError, match="X is of the unknown kind 'prediction'"):
        VENUES["gemini"].read_markets(body)


def test_bitstamp_pages_are_counted_back_from_the_end(shared: Path) -> None:
    """A recorded year of 2019 with 1,000 rows begins in 2017, and has the day twice that another recording has once."""
    twice, once = _route(shared, "bitstamp", "/api/v2/ohlc/btcusd/")[2:4]
    columns = [VENUES["bitstamp"].read_candles(json.dumps(each).encode(), "btcusd") for each in (twice, once)]
    ninth = 1546992000000
    assert [len(each.close) for each in columns] == [1000, 999]
    assert [list(each.opened_ms).count(ninth) for each in columns] == [2, 1]
    assert [min(each.opened_ms) for each in columns] == [1491523200000, 1491609600000]
    closes = [close for at, close in zip(columns[0].opened_ms, columns[0].close, strict=True) if at == ninth]
    assert sorted(closes) == ["4000.18", "4002.13"]


def test_bitstamp_names_a_market_as_it_names_the_pair(shared: Path) -> None:
    """Of all recorded pairs the answer's name, BTC/USD, becomes the name by which the market is asked for, btcusd."""
    (listed,) = _route(shared, "bitstamp", "/api/v2/trading-pairs-info/")
    empty = [(each["url_symbol"], {"data": {"pair": each["name"], "ohlc": []}}) for each in listed]
    assert len(empty) > 100
    for symbol, body in empty:
        assert VENUES["bitstamp"].read_candles(json.dumps(body).encode(), symbol).close == ()
    with pytest.raises(SourceChangedError, match="another shape"):
        VENUES["bitstamp"].read_markets(json.dumps(listed).encode())


def _bitfinex(pairs: list[str], stands_for: list[list[str]]) -> dict[str, tuple[str, str]]:
    markets = VENUES["bitfinex"].read_markets(json.dumps([pairs, stands_for]).encode())
    return {each.symbol: (each.base, each.quote) for each in markets}


def test_bitfinex_names_come_apart(shared: Path) -> None:
    """All pairs of a recorded list are told apart, UST is USDT, and paper trading is no market."""
    (recorded,) = json.loads(_jkorf(shared, "bitfinex/Endpoints__Spot__ExchangeData__GetSymbols.txt"))
    pairs = [name for name, _ in recorded]
    told = _bitfinex(pairs, [["UST", "USDt"], ["WBT", "WBTC"], ["XAUT", "XAUt"]])
    assert (len(pairs), len(told)) == (406, 406 - len([name for name in pairs if name.startswith("TEST")]))
    assert told["tBTCUST"] == ("BTC", "USDT")
    assert told["t1INCH:UST"] == ("1INCH", "USDT")
    assert told["tUST:CNHT"] == ("USDT", "CNHT")
    assert told["tWBTBTC"] == ("WBTC", "BTC")
    assert told["tXAUT:UST"] == ("XAUT", "USDT")
    assert {quote for _, quote in told.values()} & {"UST", "EUT", "TESTUSD"} == set()
    for name in ("BTCUSDT", "BTC", "BTC:", "A:B:C", ":USD"):
        with pytest.raises(SourceChangedError, match="neither BASE:QUOTE nor three letters and three"):
            _bitfinex([name], [])


def test_bitfinex_codes_are_those_of_ccxt() -> None:
    """Every asset that Bitfinex calls its own way is called as ccxt calls it, whatever the venue's map says."""
    # Without what ccxt says of every venue (XBT), futures, and ORS: long gone, and called by a name with a space in it.
    left_out = {*ccxt.Exchange().commonCurrencies, "EUTF0", "USTF0", "ORS"}
    known = {code: name for code, name in ccxt.bitfinex().commonCurrencies.items() if code not in left_out}
    told = _bitfinex([f"{code}:JPY" for code in known], [["LUNA", "LUNA"]])
    assert {symbol: base for symbol, (base, _) in told.items()} == {
        f"t{code}:JPY": name for code, name in known.items()
    }
    assert len(known) > 30
    assert _bitfinex(["NEW:USD"], [["NEW", "NEWc"]]) == {"tNEW:USD": ("NEWC", "USD")}


def test_cryptocom_takes_pairs_only(shared: Path) -> None:
    """A perpetual is left out; a market that is not tradable is halted."""
    perpetual = _jkorf(shared, "cryptocom/Endpoints__ExchangeApi__ExchangeData__GetSymbols.txt")
    assert VENUES["cryptocom"].read_markets(perpetual) == []
    pair = perpetual.replace(b"PERPETUAL_SWAP", b"CCY_PAIR").replace(b"true", b"false")
    (market,) = VENUES["cryptocom"].read_markets(pair)
    assert (market.symbol, market.base, market.quote, market.state) == ("BTCUSD-PERP", "BTC", "USD", "halted")
