"""What an answer must warn of, as codes with their figures; `words` makes sentences of them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from oracle.law.manual import ManualQuotation, Weight
from oracle.law.said import Said
from oracle.store.rows import AssetRow, BrokenRow, CandleRow, ListedRow


def of_the_coin(coin: str, registered: AssetRow | None, candles: Sequence[CandleRow]) -> Iterator[Said]:
    """What the register says of it, or that it says nothing."""
    kind = registered.kind if registered else "unclassified"
    if registered is None:
        yield Said("unregistered", {"coin": coin})
        if len({row.venue for row in candles}) > 1:
            yield Said("same_coin", {"coin": coin})
    elif kind == "unclassified":
        yield Said("not_examined", {"coin": coin})
    elif kind != "digital_currency":
        yield Said("not_digital", {"coin": coin, "kind": kind})
    if registered and registered.units_of:
        yield Said("lot", {"coin": coin, "units": registered.units, "units_of": registered.units_of})


def of_the_candles(
    candles: Sequence[CandleRow], kinds: Mapping[str, str], quote_kinds: Collection[str]
) -> Iterator[Said]:
    """Prices that are no quotations, and prices that the venue itself did not tell."""
    for row in candles:
        if kinds.get(row.quote) not in quote_kinds:
            yield Said("other_coin", {"venue": row.venue, "market": row.market, "quote": row.quote})
        if row.source.startswith("user file"):
            yield Said("user_file", {"venue": row.venue, "market": row.market, "source": row.source})


def of_the_broken(rows: Sequence[BrokenRow], listed: Sequence[ListedRow]) -> Iterator[Said]:
    """Markets of the coin whose row of the day is kept, but not used."""
    names = {(row.venue, row.symbol): row.market for row in listed}
    for row in rows:
        if market := names.get((row.venue, row.symbol)):
            yield Said("broken", {"venue": row.venue, "market": market, "check": row.reason})


def of_the_missing(
    listed: Sequence[ListedRow],
    missing: Mapping[str, list[str]],
    closes: Mapping[str, datetime],
    at: tuple[date, datetime],
) -> Iterator[Said]:
    """Markets without a candle, though nobody said that they had no deals; `at`: the day asked about, and now."""
    day, now = at
    for row in listed:
        if closes[row.venue] > now:
            yield Said(
                "not_over", {"venue": row.venue, "market": row.market, "closes_at": closes[row.venue].isoformat()}
            )
        elif row.symbol in missing.get(row.venue, []):
            yield Said("not_collected", {"venue": row.venue, "market": row.market, "day_on": day.isoformat()})


def of_the_entered(weights: Iterable[tuple[ManualQuotation, Weight]]) -> Iterator[Said]:
    """Quotations that were entered by hand, whether they count or not."""
    for entry, weight in weights:
        where = {"venue": entry.venue, "market": entry.market, "close": entry.close_literal, "quote": entry.quote}
        yield Said("manual", {**where, "author": entry.author, "document": entry.document, "why": weight.code})
