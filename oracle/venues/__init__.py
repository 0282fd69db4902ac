"""The venues: one file each; `VENUES` is the whole register, by name."""

from dataclasses import replace

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
from oracle.venues.hours import utc_days
from oracle.venues.venue import UTC_DAY, AskCandles, Venue

# The tax service's own seven come first.
VENUES: dict[str, Venue] = {
    module.VENUE.name: module.VENUE
    for module in (
        *(binance, bybit, okx, kucoin, mexc, htx, gate),
        *(bitget, coinbase, kraken, bitstamp, upbit, bithumb, bitfinex, cryptocom, gemini),
        *(bingx, whitebit, hashkey, lbank),
    )
}


def _utc_view(venue: Venue, ask_hours: AskCandles) -> Venue:
    """UTC days built from the hours of a venue whose own day opens at another hour: a second, labelled view."""
    return replace(
        venue,
        name=f"{venue.name}-utc",
        title=f"{venue.title}, UTC days built from hourly candles",
        opens=UTC_DAY,
        page_days=venue.hours_page_days,
        ask_candles=ask_hours,
        read_candles=lambda body, symbol: utc_days(venue.read_candles(body, symbol)),
        ask_hours=None,
    )


# By the venue's name; the law asks for the venue's own day and never sees these.
UTC_VIEWS: dict[str, Venue] = {
    venue.name: _utc_view(venue, venue.ask_hours) for venue in VENUES.values() if venue.ask_hours
}


def venue_named(name: str) -> Venue:
    """The venue called `name`, in any case; QuestionError lists the known ones."""
    try:
        return VENUES[name.lower()]
    except KeyError:
        raise QuestionError(f"unknown venue {name[:40]!r}; known: {', '.join(VENUES)}") from None
