"""The venues: one file each; `VENUES` is the whole register, by name."""

from oracle.errors import QuestionError
from oracle.venues import (
    binance,
    bitfinex,
    bitget,
    bitstamp,
    bybit,
    coinbase,
    cryptocom,
    gemini,
    htx,
    kraken,
    okx,
    upbit,
)
from oracle.venues.venue import Venue

VENUES: dict[str, Venue] = {
    module.VENUE.name: module.VENUE
    for module in (
        binance,
        bybit,
        okx,
        bitget,
        coinbase,
        kraken,
        upbit,
        htx,
        bitstamp,
        bitfinex,
        cryptocom,
        gemini,
    )
}


def venue_named(name: str) -> Venue:
    """The venue called `name`, in any case; QuestionError lists the known ones."""
    try:
        return VENUES[name.lower()]
    except KeyError:
        raise QuestionError(f"unknown venue {name[:40]!r}; known: {', '.join(VENUES)}") from None
