"""The venues: one file each; `VENUES` is the whole register, by name."""

from oracle.errors import QuestionError
from oracle.venues import (
    binance,
    bingx,
    bitfinex,
    bitget,
    bithumb,
    bitstamp,
    bybit,
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
from oracle.venues.venue import Venue

# The tax service's own seven come first.
VENUES: dict[str, Venue] = {
    module.VENUE.name: module.VENUE
    for module in (
        *(binance, bybit, okx, kucoin, mexc, htx, gate),
        *(bitget, coinbase, kraken, bitstamp, upbit, bithumb, bitfinex, cryptocom, gemini),
        *(bingx, whitebit, hashkey, lbank),
    )
}


def venue_named(name: str) -> Venue:
    """The venue called `name`, in any case; QuestionError lists the known ones."""
    try:
        return VENUES[name.lower()]
    except KeyError:
        raise QuestionError(f"unknown venue {name[:40]!r}; known: {', '.join(VENUES)}") from None
