"""Two readings for the real series, unlike the statute in every value that a verdict hangs on."""

from datetime import UTC, datetime

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
OWN: dict[str, dict[str, object]] = {
    "at-the-floor": {
        # What Binance's BTC/USDT turned over on 2025-03-14, to the last digit: not more than that.
        "turnover_floor_rub": "194436232836.1807428204",
        "turnover_scope": "coin",
        "publication_years": 5,
        "minimum_coverage": "0.5",
        "finality_required": True,
    },
    "mixed": {
        "publication_scope": "coin",
        "trading_day": "utc",
        "stablecoin_path": "market",
        "market_types": ["spot", "derivatives"],
        "jurisdictions": ["RU"],
        "publication_years": 1,
    },
}
