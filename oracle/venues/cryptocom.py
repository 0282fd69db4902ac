"""Crypto.com Exchange: UTC days, 300 a page, oldest first, text numbers, no turnover; spot markets are CCY_PAIR."""

from datetime import date

import msgspec

from oracle.days import DAY, Span
from oracle.terms import Columns, Market
from oracle.venues.venue import UTC_DAY, Request, Venue, decode, refused, same_market, state, utc_ms

# Whether `start_ts` and `end_ts` are counted in is not documented. ccxt asks from a day earlier, because the first day
# was missing otherwise; if both should be counted in after all, two rows more come and none that is wanted is cut.
SPARE = 2
PAGE_DAYS = 300 - SPARE

# Too many requests (two codes), a time-out, trouble of the venue's own, maintenance.
_BUSY = (10006, 42901, 40801, 50001, 9010001)


class Instrument(msgspec.Struct):
    symbol: str
    kind: str = msgspec.field(name="inst_type")
    base: str = msgspec.field(name="base_ccy")
    quote: str = msgspec.field(name="quote_ccy")
    tradable: bool


class Instruments(msgspec.Struct):
    data: list[Instrument]


class Candle(msgspec.Struct):
    opened: int = msgspec.field(name="t")
    open: str = msgspec.field(name="o")
    high: str = msgspec.field(name="h")
    low: str = msgspec.field(name="l")
    close: str = msgspec.field(name="c")
    base: str = msgspec.field(name="v")


class Candles(msgspec.Struct):
    data: list[Candle]
    symbol: str = msgspec.field(name="instrument_name", default="")


class Answer(msgspec.Struct):
    code: int
    message: str = ""
    result: msgspec.Raw = msgspec.Raw(b"{}")


_ANSWER = msgspec.json.Decoder(Answer)
_INSTRUMENTS = msgspec.json.Decoder(Instruments)
_CANDLES = msgspec.json.Decoder(Candles)


def _result(body: bytes) -> bytes:
    answer = decode(body, _ANSWER)
    if answer.code != 0:
        refused(answer.code, answer.message, busy=answer.code in _BUSY)
    return bytes(answer.result)


def read_markets(body: bytes) -> list[Market]:
    """get-instruments: perpetuals, futures and warrants are no spot market."""
    return [
        Market(
            "cryptocom",
            each.symbol,
            each.base,
            each.quote,
            state("tradable" if each.tradable else "not tradable", live=("tradable",)),
        )
        for each in decode(_result(body), _INSTRUMENTS).data
        if each.kind == "CCY_PAIR"
    ]


def ask_candles(symbol: str, span: Span) -> Request:
    """From the opening before the first day to the opening after the last one."""
    return Request(
        "v1PublicGetPublicGetCandlestick",
        {
            "instrument_name": symbol,
            "timeframe": "1D",
            "start_ts": utc_ms(span.first - DAY),
            "end_ts": utc_ms(span.last + DAY),
            "count": len(span) + SPARE,
        },
    )


def read_candles(body: bytes, symbol: str) -> Columns:
    """Rows oldest first; the answer names its market, in the recorded one of the manual it does not."""
    candles = decode(_result(body), _CANDLES)
    same_market(candles.symbol or symbol, symbol)
    rows = candles.data
    return Columns(
        [row.opened for row in rows],
        [row.open for row in rows],
        [row.high for row in rows],
        [row.low for row in rows],
        [row.close for row in rows],
        [row.base for row in rows],
    )


VENUE = Venue(
    name="cryptocom",
    title="Crypto.com Exchange",
    site="https://crypto.com",
    jurisdiction="foreign",
    ccxt_id="cryptocom",
    opens=UTC_DAY,
    closed_by="the server's clock, 24 h after opening",
    turnover_published=False,
    lists_delisted=False,
    first_day=date(2019, 11, 1),
    page_days=PAGE_DAYS,
    pace_per_minute=6000,
    source="https://exchange-docs.crypto.com/exchange/v1/rest-ws/index.html#public-get-candlestick",
    ask_markets=Request("v1PublicGetPublicGetInstruments", {}),
    read_markets=read_markets,
    ask_candles=ask_candles,
    read_candles=read_candles,
)
