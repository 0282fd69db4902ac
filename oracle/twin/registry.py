"""The venues of the twin under the names of their path prefixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oracle.twin import (
    binance,
    bingx,
    bitfinex,
    bitget,
    bithumb,
    bitstamp,
    bybit,
    cbr,
    coinbase,
    cryptocom,
    gate,
    gemini,
    hashkey,
    htx,
    kraken,
    kucoin,
    lbank,
    mexc,
    okx,
    upbit,
    whitebit,
)

if TYPE_CHECKING:
    from oracle.twin.answer import Answer
    from oracle.twin.desk import Venue

VENUES: dict[str, Venue] = {
    "binance": binance,
    "bybit": bybit,
    "okx": okx,
    "bitget": bitget,
    "coinbase": coinbase,
    "kraken": kraken,
    "upbit": upbit,
    "htx": htx,
    "kucoin": kucoin,
    "gate": gate,
    "mexc": mexc,
    "bingx": bingx,
    "bitstamp": bitstamp,
    "bitfinex": bitfinex,
    "cryptocom": cryptocom,
    "gemini": gemini,
    "bithumb": bithumb,
    "whitebit": whitebit,
    "hashkey": hashkey,
    "lbank": lbank,
}
NAMES: tuple[str, ...] = (*VENUES, "cbr")


def limited(name: str, now_ms: int) -> Answer:
    """The venue's own words for too many requests."""
    return cbr.limited(now_ms) if name == "cbr" else VENUES[name].limited(now_ms)


def limit_in_200(name: str) -> bool:
    """Whether the venue says so in an answer of status 200."""
    return name != "cbr" and VENUES[name].LIMIT_IN_200
