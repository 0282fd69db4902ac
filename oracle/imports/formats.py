"""The exchanges' own bulk files: how they are named, what their names say, and how their lines are laid out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from oracle.days import DAY, Span
from oracle.errors import QuestionError
from oracle.imports.layout import Layout
from oracle.terms import Market

# "Spot timestamps in microseconds from 1 January 2025 on": the note in Binance's own description of its files.
_MICROSECONDS_FROM = date(2025, 1, 1)
_BINANCE_HEADING = (
    *("open_time", "open", "high", "low", "close", "volume", "close_time", "quote_volume", "count"),
    *("taker_buy_volume", "taker_buy_quote_volume", "ignore"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """What a file's name says: the market as the exchange's files call it, and the days that it is for, if it says."""

    market: str
    period: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One exchange's bulk files.

    `pattern` has the groups market and interval, and year, month and day where names tell a period. `daily`: how the
    interval of days is written. `conclusive`: whether a file tells its whole period, so that a day without a row had
    none. `late_labels`: whether a row may belong to the day after its period, because the days open on the eve.
    `passes_over`: whether one ZIP holds all intervals, of which only the days are read.
    `checksums`: whether the exchange publishes a checksum beside each file.
    """

    name: str
    venue: str
    example: str
    pattern: re.Pattern[str]
    daily: str
    layout: Callable[[Named], Layout]
    called: Callable[[Market], str]
    conclusive: bool = False
    late_labels: bool = False
    passes_over: bool = False
    checksums: bool = False
    source: str

    def named(self, name: str) -> Named:
        """What the name of a file says; QuestionError for the name of something else."""
        match = self.pattern.fullmatch(name)
        if match is None:
            raise QuestionError(f"is not named like a file of {self.name}, for example {self.example}")
        told = match.groupdict()
        interval = told.get("interval") or self.daily
        if interval != self.daily:
            raise QuestionError(
                f"holds candles of {interval}; a closing price is a day's, so only files of {self.daily} are read, "
                f"for example {self.example}"
            )
        return Named(told["market"], _period(told))

    def is_wanted(self, name: str) -> bool:
        """Whether a member of a ZIP with many is to be read; other intervals are passed over where all lie together."""
        match = self.pattern.fullmatch(name)
        return not self.passes_over or (match is not None and match["interval"] == self.daily)


def _period(told: dict[str, str | None]) -> Span | None:
    year, month, day = told.get("year"), told.get("month"), told.get("day")
    if not year or not month:
        return None
    try:
        if day:
            return Span(date(int(year), int(month), int(day)), date(int(year), int(month), int(day)))
        first = date(int(year), int(month), 1)
        following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError as error:
        raise QuestionError(f"names no day that there is ({error}); give the file its own name again") from error
    return Span(first, following - DAY)


def _binance(named: Named) -> Layout:
    fresh = named.period is not None and named.period.first >= _MICROSECONDS_FROM
    return Layout(
        columns={"time": 0, "open": 1, "high": 2, "low": 3, "close": 4, "volume": 5, "turnover": 7},
        unit="us" if fresh else "ms",
        cells=12,
        heading=_BINANCE_HEADING,
        numeric=True,
    )


def _kraken(_: Named) -> Layout:
    return Layout(
        columns={"time": 0, "open": 1, "high": 2, "low": 3, "close": 4, "volume": 5}, unit="s", cells=7, numeric=True
    )


def _htx(_: Named) -> Layout:
    return Layout(
        columns={"time": 0, "open": 1, "close": 2, "high": 3, "low": 4, "turnover": 5, "volume": 6},
        unit="s",
        cells=7,
        heading=("id", "open", "close", "high", "low", "vol", "amount"),
        numeric=True,
    )


def _gate(_: Named) -> Layout:
    return Layout(
        columns={"time": 0, "volume": 1, "close": 2, "high": 3, "low": 4, "open": 5}, unit="s", cells=6, numeric=True
    )


# Kraken's files keep its own codes, where the market list has ours.
_KRAKEN_CODES = {"BTC": "XBT", "DOGE": "XDG"}


def _kraken_name(market: Market) -> str:
    return _KRAKEN_CODES.get(market.base, market.base) + _KRAKEN_CODES.get(market.quote, market.quote)


_DATED = r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?\.(?:zip|csv)"

FORMATS: dict[str, Format] = {
    each.name: each
    for each in (
        Format(
            name="binance-vision",
            venue="binance",
            example="BTCUSDT-1d-2025-03.zip",
            pattern=re.compile(r"(?P<market>[^\W_]+)-(?P<interval>\d+[a-z]+)-" + _DATED),
            daily="1d",
            layout=_binance,
            called=lambda market: market.symbol,
            conclusive=True,
            checksums=True,
            source="https://github.com/binance/binance-public-data",
        ),
        Format(
            name="kraken-ohlcvt",
            venue="kraken",
            example="XBTUSD_1440.csv",
            pattern=re.compile(r"(?P<market>[^\W_]+)_(?P<interval>\d+)\.csv"),
            daily="1440",
            layout=_kraken,
            called=_kraken_name,
            passes_over=True,
            source="https://support.kraken.com/articles/360047124832-downloadable-historical-ohlcvt-open-high-low-close-volume-trades-data",
        ),
        Format(
            name="htx",
            venue="htx",
            example="BTCUSDT-1day-2021-05-12.zip",
            pattern=re.compile(r"(?P<market>[^\W_]+)-(?P<interval>\d+[a-z]+)-" + _DATED),
            daily="1day",
            layout=_htx,
            called=lambda market: market.symbol.upper(),
            late_labels=True,
            checksums=True,
            source="https://github.com/hbdmapi/huobi_public_data",
        ),
        # The archive's one volume is that in the base asset: sums of its trade files give it.
        Format(
            name="gate",
            venue="gate",
            example="BTC_USDT-202503.csv.gz",
            pattern=re.compile(r"(?P<market>[^\W_]+_[^\W_]+)-(?P<year>\d{4})(?P<month>\d{2})\.csv(?:\.gz)?"),
            daily="1d",
            layout=_gate,
            called=lambda market: market.symbol,
            source="https://www.gate.com/developer/historical_quotes",
        ),
    )
}
