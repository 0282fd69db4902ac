"""One venue's side of the counter: its markets, its clock and the rows it will hand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from oracle.twin.distort import distort
from oracle.twin.hours import hours_of
from oracle.twin.series import HOUR_MS, Habits, Series

if TYPE_CHECKING:
    from datetime import datetime

    from oracle.twin.answer import Answer, Query
    from oracle.twin.faults import RowFault
    from oracle.twin.table import TwinMarket


class Shelf:
    """The markets of one venue, kept between requests so that every row is written once."""

    def __init__(self, markets: tuple[TwinMarket, ...], habits: Habits) -> None:
        self.habits = habits
        self.markets = {habits.symbol(market): market for market in markets}
        self._series: dict[tuple[int, int], Series] = {}
        self._hours: dict[tuple[int, int], Series] = {}

    def series(self, market: TwinMarket, hours: int | None) -> Series:
        """The market's rows opening `hours` from midnight UTC; markets sharing one tuple of rows share the texts."""
        if market.opens_hours is not None:
            hours = market.opens_hours
        offset = self.habits.opens_hours if hours is None else hours
        key = (id(market.rows), offset)
        if key not in self._series:
            self._series[key] = Series(market.rows, offset, self.habits)
        return self._series[key]

    def hourly(self, market: TwinMarket) -> Series:
        """The hours that make up the market's days; invented when they are first asked for."""
        offset = self.habits.opens_hours if market.opens_hours is None else market.opens_hours
        key = (id(market.rows), offset)
        if key not in self._hours:
            rows = tuple(hour for row in market.rows for hour in hours_of(row))
            self._hours[key] = Series(rows, offset, self.habits, HOUR_MS)
        return self._hours[key]


class Desk:
    """What a venue knows while it answers one request."""

    def __init__(self, shelf: Shelf, now: datetime, fault: RowFault | None = None) -> None:
        self._shelf = shelf
        self._fault = fault
        self.now_ms = int(now.timestamp() * 1000)

    @property
    def markets(self) -> dict[str, TwinMarket]:
        """The markets by the venue's symbol."""
        return self._shelf.markets

    def find(self, symbol: str) -> TwinMarket | None:
        """The market of that symbol - or, under the fault `other_market`, another one with rows."""
        market = self._shelf.markets.get(symbol)
        if market is None or self._fault != "other_market":
            return market
        others = (other for other in self._shelf.markets.values() if other != market and other.rows)
        return next(others, market)

    def series(self, market: TwinMarket, hours: int | None = None) -> Series:
        """The market's rows with their openings."""
        return self._shelf.series(market, hours)

    def hourly(self, market: TwinMarket) -> Series:
        """The market's hours with their openings."""
        return self._shelf.hourly(market)

    def visible(self, series: Series) -> int:
        """How many rows have opened by now; later ones are never handed out."""
        return series.past_open(self.now_ms)

    def texts(self, series: Series, first: int, stop: int) -> list[bytes]:
        """The texts of the bars from `first` up to `stop`, ascending, as the request's fault leaves them."""
        stop = min(stop, self.visible(series))
        if self._fault is None or self._fault == "other_market":
            return series.texts(first, stop, self.now_ms)
        bars = [series.bar(index, self.now_ms) for index in range(first, stop)]
        newest = self.visible(series) - 1
        current = series.bar(newest, self.now_ms) if newest >= 0 else None
        return [self._shelf.habits.write(bar) for bar in distort(self._fault, bars, current, self.now_ms)]


class Venue(Protocol):
    """What each venue's module offers."""

    HABITS: Habits
    LIMIT_IN_200: bool  # whether the venue says "too many requests" in an answer of status 200

    def answer(self, path: str, query: Query, desk: Desk, /) -> Answer:
        """The venue's answer to a GET of the path below its prefix."""
        ...

    def limited(self, now_ms: int, /) -> Answer:
        """The venue's own words for too many requests."""
        ...
