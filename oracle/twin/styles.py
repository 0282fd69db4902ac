"""How large each invented venue is and with how many digits it writes its numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """Decimal places of a venue's numbers; a pad of None leaves needless zeros away."""

    volume_places: int
    turnover_places: int
    price_pad: int | None = None
    volume_pad: int | None = None
    has_turnover: bool = True
    has_vwap: bool = False


STYLES = {
    "binance": Style(5, 8, price_pad=8, volume_pad=8),
    "bybit": Style(6, 8),
    "okx": Style(8, 9),
    "bitget": Style(4, 6),
    "coinbase": Style(8, 8, has_turnover=False),
    "kraken": Style(8, 8, price_pad=0, volume_pad=8, has_turnover=False, has_vwap=True),
    "upbit": Style(8, 5),
    "htx": Style(12, 8),
    "kucoin": Style(8, 15),
    "gate": Style(8, 8, volume_pad=14),
    "mexc": Style(8, 2),
    "bingx": Style(2, 2),
    "bitstamp": Style(8, 8, volume_pad=8, has_turnover=False),
    "bitfinex": Style(8, 8, has_turnover=False),
    "cryptocom": Style(5, 8, has_turnover=False),
    "gemini": Style(10, 8, has_turnover=False),
    "bithumb": Style(8, 5),
    "whitebit": Style(6, 8),
    "hashkey": Style(5, 7),
    "lbank": Style(5, 8, has_turnover=False),
}

# US dollars on an ordinary day; a day has 0.6 to 1.6 of it. One hundred billion rubles are about 1,140 million.
DEPTH_USD = {
    "binance": 5_200_000_000,
    "bybit": 1_250_000_000,
    "okx": 1_150_000_000,
    "bitget": 560_000_000,
    "coinbase": 560_000_000,
    "kraken": 240_000_000,
    "upbit": 480_000_000,
    "htx": 2_100_000_000,
    "kucoin": 520_000_000,
    "gate": 610_000_000,
    "mexc": 650_000_000,
    "bingx": 260_000_000,
    "bitstamp": 190_000_000,
    "bitfinex": 170_000_000,
    "cryptocom": 380_000_000,
    "gemini": 50_000_000,
    "bithumb": 350_000_000,
    "whitebit": 420_000_000,
    "hashkey": 60_000_000,
    "lbank": 390_000_000,
}

# The markets of the venues that are invented with few of them, so that a demonstration stays quick.
FEW: dict[str, tuple[tuple[str, str], ...]] = {
    "bitstamp": (("BTC", "USD"), ("ETH", "USD"), ("BTC", "EUR")),
    "bitfinex": (("BTC", "USD"), ("BTC", "USDT"), ("DOGE", "USD")),
    "cryptocom": (("BTC", "USDT"), ("ETH", "USDT"), ("SOL", "USDT")),
    "gemini": (("BTC", "USD"), ("ETH", "USD"), ("SOL", "USD")),
    **dict.fromkeys(("kucoin", "gate", "mexc", "bingx"), (("BTC", "USDT"), ("ETH", "USDT"), ("SOL", "USDT"))),
    "bithumb": (("BTC", "KRW"), ("ETH", "KRW"), ("XRP", "KRW"), ("USDT", "KRW")),
    "whitebit": (("BTC", "USDT"), ("ETH", "USDT"), ("SOL", "USDT")),
    "hashkey": (("BTC", "USDT"), ("ETH", "USDT"), ("SOL", "USDT")),
    "lbank": (("BTC", "USDT"), ("ETH", "USDT"), ("DOGE", "USDT")),
}

# Thousandths of a venue's depth.
SHARES: dict[str | tuple[str, str], int] = {
    "BTC": 450,
    "ETH": 250,
    "SOL": 120,
    "XRP": 90,
    "DOGE": 50,
    "LTC": 40,
    "USDT": 60,
    "USDC": 80,
    "EUR": 15,
    ("BTC", "EUR"): 40,
    ("ETH", "EUR"): 20,
    ("SOL", "EUR"): 10,
    ("XRP", "EUR"): 8,
    ("DOGE", "EUR"): 5,
    ("LTC", "EUR"): 4,
    ("ETH", "BTC"): 15,
}

# Decimal places of the price and the step in units of the last place: 1000 won for a bitcoin at Upbit.
_DOLLARS = {"BTC": 2, "ETH": 2, "SOL": 2, "XRP": 4, "DOGE": 5, "LTC": 2, "USDT": 4, "USDC": 4, "EUR": 4}
PRICE_PLACES: dict[tuple[str, ...], tuple[int, int]] = {
    **{(base, quote): (places, 1) for base, places in _DOLLARS.items() for quote in ("USDT", "USD", "EUR")},
    ("ETH", "BTC"): (5, 1),
    ("USDT", "TRY"): (2, 1),
    ("BTC", "KRW"): (0, 1000),
    ("ETH", "KRW"): (0, 1000),
    ("SOL", "KRW"): (0, 50),
    ("XRP", "KRW"): (0, 1),
    ("DOGE", "KRW"): (1, 1),
    ("LTC", "KRW"): (0, 50),
    ("USDT", "KRW"): (1, 5),
    ("okx", "BTC", "USDT"): (1, 1),
    **{("kraken", "BTC", quote): (1, 1) for quote in ("USD", "EUR")},
    **{("kraken", "XRP", quote): (5, 1) for quote in ("USD", "EUR")},
    **{("kraken", "DOGE", quote): (7, 1) for quote in ("USD", "EUR")},
}
