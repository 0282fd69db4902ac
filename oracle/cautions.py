"""What an answer must warn of, as codes with their figures; `words` makes sentences of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from oracle.store.rows import AssetRow, BrokenRow, CandleRow, ListedRow

Caution = tuple[str, dict[str, object]]


def of_the_coin(coin: str, registered: AssetRow | None, candles: Sequence[CandleRow]) -> Iterator[Caution]:
    """What the register says of it, or that it says nothing."""
    kind = registered.kind if registered else "unclassified"
    if registered is None:
        yield "unregistered", {"coin": coin}
        if len({row.venue for row in candles}) > 1:
            yield "same_coin", {"coin": coin}
    elif kind == "unclassified":
        yield "not_examined", {"coin": coin}
    elif kind != "digital_currency":
        yield "not_digital", {"coin": coin, "kind": kind}
    if registered and registered.units_of:
        yield "lot", {"coin": coin, "units": registered.units, "units_of": registered.units_of}


def of_the_candles(
    candles: Sequence[CandleRow], kinds: Mapping[str, str], quote_kinds: Collection[str]
) -> Iterator[Caution]:
    """Prices that are no quotations, and prices that the venue itself did not tell."""
    for row in candles:
        if kinds.get(row.quote) not in quote_kinds:
            yield "other_coin", {"venue": row.venue, "market": row.market, "quote": row.quote}
        if row.source.startswith("user file"):
            yield "user_file", {"venue": row.venue, "market": row.market, "source": row.source}


def of_the_broken(rows: Sequence[BrokenRow], listed: Sequence[ListedRow]) -> Iterator[Caution]:
    """Markets of the coin whose row of the day is kept, but not used."""
    names = {(row.venue, row.symbol): row.market for row in listed}
    for row in rows:
        if market := names.get((row.venue, row.symbol)):
            yield "broken", {"venue": row.venue, "market": market, "check": row.reason}


def of_the_missing(
    listed: Sequence[ListedRow],
    missing: Mapping[str, list[str]],
    closes: Mapping[str, datetime],
    at: tuple[date, datetime],
) -> Iterator[Caution]:
    """Markets without a candle, though nobody said that they had no deals; `at`: the day asked about, and now."""
    day, now = at
    for row in listed:
        if closes[row.venue] > now:
            yield "not_over", {"venue": row.venue, "market": row.market, "closes": closes[row.venue]}
        elif row.symbol in missing.get(row.venue, []):
            yield "not_collected", {"venue": row.venue, "market": row.market, "day": day}
