"""A coin's candles of all days as a published file has them, read at once and held in a few bytes each."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from oracle.numbers import EXACT
from oracle.store.coin_reads import CoinSumRow
from oracle.store.rows import CandleRow

if TYPE_CHECKING:
    from oracle.store.reads import Reads

_SPLIT = "\x1f"
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Figures as text, and nothing where a literal says the same: no rounding in 20 characters without an exponent. What
# may hold any text stands last in its column.
_CANDLES = """
WITH rows AS (
    SELECT *, length(close_literal) <= 20 AND NOT contains(lower(close_literal), 'e')
            AND coalesce(try_cast(close_literal AS DECIMAL(38,18)) = close, FALSE) AS close_told,
        length(turnover_literal) <= 20 AND NOT contains(lower(turnover_literal), 'e')
            AND coalesce(try_cast(turnover_literal AS DECIMAL(38,18)) = turnover_low, FALSE) AS low_told
    FROM candles WHERE coin = $coin)
SELECT day, concat_ws(chr(31), venue, quote, market, symbol) AS market,
    concat_ws(chr(31), epoch_us(known_from)::VARCHAR, observation, source) AS seen,
    concat_ws(chr(31), final::INTEGER::VARCHAR, close_literal, base_volume_literal, coalesce(turnover_literal, ''),
        CASE WHEN close_told THEN '' ELSE rtrim(rtrim(close::VARCHAR, '0'), '.') END,
        CASE WHEN low_told THEN '' ELSE rtrim(rtrim(turnover_low::VARCHAR, '0'), '.') END,
        CASE WHEN turnover_high = turnover_low THEN '' ELSE rtrim(rtrim(turnover_high::VARCHAR, '0'), '.') END)
        AS figures
FROM rows ORDER BY day, venue, rows.market, symbol"""


class _Market(NamedTuple):
    venue: str
    quote: str
    market: str
    symbol: str


class _Seen(NamedTuple):
    known_from: datetime
    observation: str
    source: str


class History:
    """All candles of a coin, found by day."""

    def __init__(self, reads: "Reads", coin: str) -> None:
        table = reads.arrow(_CANDLES, {"coin": coin})
        self._days = array("i")
        self._days.frombytes(memoryview(_whole(table["day"].cast(pa.int32())).buffers()[1] or b"")[: 4 * len(table)])
        markets, self._market = _coded(table["market"])
        self._markets = [_Market(*text.split(_SPLIT, 3)) for text in markets]
        seen, self._seen_at = _coded(table["seen"])
        self._seen = [_seen(*text.split(_SPLIT, 2)) for text in seen]
        texts = _whole(table["figures"])
        _, offsets, data = texts.buffers()
        self._begins = memoryview(offsets or b"").cast("i")
        self._figures = memoryview(data or b"")
        self.bytes = 2000 + 16 * len(table) + len(self._figures) + 300 * (len(self._seen) + len(self._markets))

    def on(self, day: date) -> list[CandleRow]:
        """The candles of the day, by venue, market and symbol."""
        return [self._row(at, figures) for at, figures in self._of(day)]

    def sums(self, day: date, kind: str) -> list[CoinSumRow]:
        """What the venues turned over that day by quote asset; `kind`: of the coin."""
        groups: dict[tuple[str, str], list[tuple[Decimal, Decimal, bool]]] = defaultdict(list)
        for at, figures in self._of(day):
            row = self._row(at, figures)
            high = Decimal(figures[6]) if figures[6] else row.turnover_low
            groups[row.venue, row.quote].append((row.turnover_low, high, row.final))
        return [
            CoinSumRow(
                venue,
                quote,
                kind,
                _sum(low for low, _, _ in rows),
                _sum(high for _, high, _ in rows),
                len(rows),
                sum(not final for _, _, final in rows),
            )
            for (venue, quote), rows in sorted(groups.items())
        ]

    def days_of(self, venue: str) -> set[date]:
        """The days on which the venue shows a candle."""
        of = {at for at, market in enumerate(self._markets) if market.venue == venue}
        numbers = {day for day, market in zip(self._days, self._market, strict=True) if market in of}
        return {date.fromordinal(number + _EPOCH_DAY) for number in numbers}

    def _of(self, day: date) -> Iterator[tuple[int, list[str]]]:
        number = day.toordinal() - _EPOCH_DAY
        first = bisect_left(self._days, number)
        for at in range(first, bisect_right(self._days, number, first)):
            yield at, str(self._figures[self._begins[at] : self._begins[at + 1]], "utf-8").split(_SPLIT)

    def _row(self, at: int, figures: list[str]) -> CandleRow:
        market, seen = self._markets[self._market[at]], self._seen[self._seen_at[at]]
        final, close_literal, volume, turnover, close, low, _ = figures
        return CandleRow(
            market.venue,
            market.symbol,
            market.market,
            market.quote,
            Decimal(close or close_literal),
            close_literal,
            volume,
            turnover or None,
            Decimal(low or turnover),
            final == "1",
            seen.known_from,
            seen.observation,
            seen.source,
        )


def _seen(known_from: str, observation: str, source: str) -> _Seen:
    return _Seen(_EPOCH + timedelta(microseconds=int(known_from)), observation, source)


def _sum(numbers: Iterator[Decimal]) -> Decimal:
    total = Decimal(0)
    for each in numbers:
        total = EXACT.add(total, each)
    return total


def _whole(column: pa.ChunkedArray) -> Any:  # noqa: ANN401 - pyarrow has no types
    """The column in one piece that begins where its buffers begin."""
    return pa.concat_arrays([pa.array([], column.type), *column.chunks])


def _coded(column: pa.ChunkedArray) -> "tuple[list[str], array[int]]":
    """The different texts of a column, and by row which of them it is."""
    coded = _whole(column).dictionary_encode()
    numbers = array("i")
    numbers.frombytes(memoryview(coded.indices.cast(pa.int32()).buffers()[1] or b"")[: 4 * len(coded)])
    return coded.dictionary.to_pylist(), numbers
