"""Real days and rates for the twin, read from the shared test material where it lies and never copied."""

from __future__ import annotations

import csv
import gzip
import warnings
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl import load_workbook

from oracle.twin import RateRow, Row, TwinData, TwinMarket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COINS = ("ADA", "BNB", "BTC", "DOGE", "ETH", "SOL", "XRP")
_COINBASE_FROM = date(2015, 7, 21)  # the file's earlier days are Bitstamp's
_KRAKEN_REST_ROWS = 80  # the file's schema shifts: only its last 80 rows are the REST answer's, with a vwap
_LINO_FROM = date(2021, 3, 23)
_HOURS_A_DAY = 24


def real(shared: Path) -> TwinData:
    """Binance, Bybit, Coinbase and Kraken as they traded, and the official rates of dollar and euro."""
    candles = shared / "data" / "candles"
    markets = {
        "binance": (
            *(_klines(candles / "binance" / f"{coin}USDT_1d.klines.csv.gz", coin) for coin in _COINS),
            *(_downloaded(candles / "binance" / f"{coin}EUR_1d.cdd.csv.gz", coin, "EUR") for coin in ("BTC", "ETH")),
        ),
        "bybit": _collected(candles / "bybit" / "BTC_ETH_1d.collector.csv.gz", label_days=0, opens_hours=None),
        "coinbase": (_coinbase(candles / "coinbase" / "BTCUSD_1d.agg-from-1m.csv.gz"),),
        "kraken": (_kraken(candles / "kraken" / "XBTUSD_1d.ohlcvt-plus-rest.csv.gz"),),
    }
    return TwinData(markets, _official_rates(shared / "data" / "cbr"), demo=False)


def around_the_floor(shared: Path) -> TwinData:
    """Markets of four venues with the turnover of all days from 2022: ten of Binance in USDT, the others' as in `real`.

    Bitget's days open at 16:00 UTC; they are served as the days whose label they bear, for counting days alone.
    """
    candles, data = shared / "data" / "candles", real(shared)
    markets = data.markets
    more = tuple(
        _downloaded(candles / "binance" / f"{coin}USDT_1d.cdd-{copy}.csv.gz", coin, "USDT")
        for coin, copy in (("LTC", "b"), ("MATIC", "b"), ("SHIB", "a"))
    )
    dollars = tuple(market for market in markets["binance"] if market.quote == "USDT")
    bitget = _collected(candles / "bitget" / "BTC_ETH_1d.collector.csv.gz", label_days=0, opens_hours=None)
    served = {
        "binance": (*dollars, *more),
        "bitget": bitget,
        "bybit": markets["bybit"],
        "coinbase": markets["coinbase"],
    }
    return TwinData(served, data.rates, demo=False)


def bitget_1600(shared: Path) -> TwinData:
    """Bitget's days, which the collector labels with the day they open: 16:00 UTC, whatever bar is asked for."""
    path = shared / "data" / "candles" / "bitget" / "BTC_ETH_1d.collector.csv.gz"
    return TwinData({"bitget": _collected(path, label_days=1, opens_hours=-8)}, {}, demo=False)


def okx_estimated(shared: Path) -> TwinData:
    """OKX's days added up from hours; the source has no turnover, so it is estimated from each hour's four prices."""
    path = shared / "data" / "candles" / "okx" / "BTC_1h.multi.csv.gz"
    hours: defaultdict[date, list[dict[str, str]]] = defaultdict(list)
    for row in reversed(list(csv.DictReader(_lines(path)))):
        hours[_day_of_ms(row["timestamp"])].append(row)
    rows = tuple(_day_of_hours(day, found) for day, found in sorted(hours.items()) if len(found) == _HOURS_A_DAY)
    return TwinData({"okx": (TwinMarket("BTC", "USDT", rows),)}, {}, demo=False)


def _lines(path: Path) -> list[str]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return file.read().splitlines()


def _day_of_ms(text: str) -> date:
    return datetime.fromtimestamp(int(text) // 1000, UTC).date()


def _klines(path: Path, coin: str) -> TwinMarket:
    rows = tuple(
        Row(
            _day_of_ms(row["openTime"]),
            open=row["open"],
            high=row["high"],
            low=row["low"],
            close=row["close"],
            base_volume=row["volume"],
            turnover=row["quoteAssetVolume"],
            trades=int(row["numberOfTrades"]),
            taker_base=row["takerBuyBaseAssetVolume"],
            taker_turnover=row["takerBuyQuoteAssetVolume"],
            close_time_ms=int(row["closeTime"]),
        )
        for row in csv.DictReader(_lines(path))
    )
    return TwinMarket(coin, "USDT", rows)


def _downloaded(path: Path, coin: str, quote: str) -> TwinMarket:
    newest_first = csv.DictReader(_lines(path)[1:])  # a banner stands before the names
    rows = [
        Row(
            date.fromisoformat(row["Date"][:10]),
            open=row["Open"],
            high=row["High"],
            low=row["Low"],
            close=row["Close"],
            base_volume=row[f"Volume {coin}"],
            turnover=row[f"Volume {quote}"],
            trades=int(row["tradecount"]),
        )
        for row in newest_first
    ]
    return TwinMarket(coin, quote, tuple(reversed(rows)))


def _collected(path: Path, label_days: int, opens_hours: int | None) -> tuple[TwinMarket, ...]:
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in csv.DictReader(_lines(path)):
        day = date.fromisoformat(row["date"]) + timedelta(days=label_days)
        opened, high, low, closed = (row[name] for name in ("open", "high", "low", "close"))
        coin = row["symbol"].removesuffix("USDT")
        rows[coin].append(Row(day, opened, high, low, closed, row["volume"], row["quote_volume"]))
    return tuple(TwinMarket(coin, "USDT", tuple(found), opens_hours=opens_hours) for coin, found in rows.items())


def _coinbase(path: Path) -> TwinMarket:
    rows = [
        Row(day, row["open"], row["high"], row["low"], row["close"], row["volume"], None)
        for row in csv.DictReader(_lines(path))
        if (day := date.fromisoformat(row["timestamp"][:10])) >= _COINBASE_FROM
    ]
    return TwinMarket("BTC", "USD", tuple(rows[:-1]))  # the last day is partial


def _kraken(path: Path) -> TwinMarket:
    rows = tuple(
        Row(_day_of_ms(f"{at}000"), opened, high, low, closed, volume, None, int(Decimal(trades)), mean)
        for at, opened, high, low, closed, mean, volume, trades in csv.reader(_lines(path)[-_KRAKEN_REST_ROWS:])
    )
    return TwinMarket("BTC", "USD", rows)


def _day_of_hours(day: date, hours: list[dict[str, str]]) -> Row:
    volume = sum(Decimal(hour["volume"]) for hour in hours)
    turnover = sum(
        Decimal(hour["volume"]) * sum(Decimal(hour[name]) for name in ("open", "high", "low", "close")) / 4
        for hour in hours
    )
    high = max((hour["high"] for hour in hours), key=Decimal)
    low = min((hour["low"] for hour in hours), key=Decimal)
    return Row(day, hours[0]["open"], high, low, hours[-1]["close"], f"{volume:f}", f"{turnover:.9f}")


def _official_rates(path: Path) -> dict[str, tuple[RateRow, ...]]:
    spreadsheet = reversed(list(_of_spreadsheet(path / "RC_F01_07_1992_T30_11_2023.xlsx")))
    return {
        "USD": (
            *(row for row in spreadsheet if row.effective_on < _LINO_FROM),
            *_of_lino(path / "lino" / "usd-rub.lino.gz"),
        ),
        "EUR": tuple(_of_lino(path / "lino" / "eur-rub.lino.gz")),
    }


def _of_spreadsheet(path: Path) -> Iterator[RateRow]:
    """Newest first, as the bank exports it: nominal, date, rate, name of the currency."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Workbook contains no default style")
        book = load_workbook(path)
    for nominal, day, rate, _ in book.active.iter_rows(min_row=2, values_only=True):
        yield RateRow(day.date(), int(nominal), f"{rate:.4f}")  # the cell is a binary number


def _of_lino(path: Path) -> Iterator[RateRow]:
    """Published days, per unit: "2026-08-21 83.355" lost the zero of the official 83.3550."""
    for line in _lines(path):
        words = line.split()
        if len(words) == 2 and words[0][:2] == "20":
            yield RateRow(date.fromisoformat(words[0]), 1, f"{Decimal(words[1]):.4f}")
