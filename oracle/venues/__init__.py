"""The venues: one file each; `VENUES` is the whole register, by name."""

from oracle.errors import QuestionError
from oracle.venues import (
    binance,
    bitget,
    bithumb,
    bybit,
    coinbase,
    hashkey,
    htx,
    kraken,
    lbank,
    okx,
    upbit,
    whitebit,
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
        bithumb,
        whitebit,
        hashkey,
        lbank,
    )
}


def venue_named(name: str) -> Venue:
    """The venue called `name`, in any case; QuestionError lists the known ones."""
    try:
        return VENUES[name.lower()]
    except KeyError:
        raise QuestionError(f"unknown venue {name[:40]!r}; known: {', '.join(VENUES)}") from None
