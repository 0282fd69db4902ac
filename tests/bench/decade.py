"""A working store of 15 venues, 20,000 markets and 10 years, invented in SQL: about 23 million candles.

Markets have lifetimes of very different length, half of them still live; five thousand coins are dealt in for twelve
quote assets of each venue. All figures are exact decimals; the same options give the same store.
"""

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
from common import progress, seal_batches

from oracle.days import DAY, Span
from oracle.knowledge import Knowledge
from oracle.store.writer import Store
from oracle.terms import CandlePage, Columns, Observation, OfficialRate, RatePage, Reading
from oracle.venues import VENUES

UNTIL = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
SHARE = [
    "binance",
    "bybit",
    "okx",
    "kucoin",
    "mexc",
    "htx",
    "gate",
    "bitget",
    "coinbase",
    "kraken",
    "upbit",
    "bitfinex",
    "bingx",
    "whitebit",
    "cryptocom",
]
# Quote assets; how many dollars one is worth, as a fraction for whole numbers; what base assets of legs they have.
QUOTES = {
    "USDT": (1, 1), "USDC": (1, 1), "BTC": (1, 60_000), "ETH": (1, 3_000), "EUR": (1, 1), "BNB": (1, 500),
    "TRY": (30, 1), "BRL": (5, 1), "FDUSD": (1, 1), "USD": (1, 1), "KRW": (1400, 1), "DAI": (1, 1),
}  # fmt: skip
FIAT = {"USD": 1, "EUR": 1, "TRY": 10, "BRL": 1, "KRW": 1000, "GBP": 1, "JPY": 100, "UAH": 10, "KZT": 100, "PLN": 1}


def fill(store: Store, known: Knowledge, markets: int, days: int) -> None:
    """Invented rows straight into the tables, in the order in which a collection would have put them there."""
    connection = store.connection
    registered = [asset.code for asset in known.assets.all() if asset.kind == "digital_currency"]
    coins = [each for each in registered if each not in QUOTES] + [f"N{number:04d}" for number in range(5000)]
    given = {
        "coins_given": [{"at": at, "coin": coin} for at, coin in enumerate(coins[:5000])],
        "quotes_given": [
            {"at": at, "quote": quote, "times": times, "per": per}
            for at, (quote, (times, per)) in enumerate(QUOTES.items())
        ],
        "venues_given": [
            {"at": at, "venue": name, "since": VENUES[name].first_day, "told": VENUES[name].turnover_published}
            for at, name in enumerate(SHARE)
        ],
        "fiat_given": [{"currency": each, "nominal": nominal} for each, nominal in FIAT.items()],
    }
    for name, rows in given.items():
        connection.register(name, pa.Table.from_pylist(rows))
    values = {"until": UNTIL, "now": NOW, "days": days, "markets": markets // len(SHARE)}
    for statement in _FILL.split(";"):
        wanted = {name: value for name, value in values.items() if f"${name}" in statement}
        connection.execute(statement, wanted)
    for venue in SHARE:
        connection.execute(_CANDLES, {"venue": venue})
        progress(f"filled {venue}")
    for name in given:
        connection.unregister(name)
    seal_batches(connection)
    connection.execute("CHECKPOINT")


# Each market is of a coin in a quote asset, one in two in USDT; those of quote assets in each other live longest.
# `size`: its dollars of an ordinary day. Prices are whole numbers of 0.00000001, turnovers of 0.000001.
_FILL = """
CREATE OR REPLACE TEMP MACRO chance(a, b) AS (hash(a, b) % 1000000007)::BIGINT;
CREATE OR REPLACE TEMP TABLE pairs AS
WITH numbered AS (
    SELECT v.*, n, CASE WHEN n % 2 = 0 THEN 0 ELSE 1 + n // 2 % 11 END AS quote_at,
        (n // 2 * 3 + v.at * 311) % 5000 AS coin_at
    FROM venues_given v, range($markets - 15) AS r(n))
SELECT n.venue, n.since, n.told, c.coin AS base, q.quote, q.times, q.per, FALSE AS leg
FROM numbered n JOIN coins_given c ON c.at = n.coin_at JOIN quotes_given q ON q.at = n.quote_at
UNION ALL
SELECT venue, since, told, b.quote, q.quote, q.times, q.per, TRUE
FROM venues_given, quotes_given b, quotes_given q
WHERE b.quote IN ('BTC', 'ETH', 'BNB', 'USDC', 'DAI') AND q.quote IN ('USDT', 'USD', 'EUR');
CREATE OR REPLACE TEMP TABLE listed AS
WITH lives AS (
    SELECT *, base || '-' || quote AS symbol, CASE WHEN leg THEN $days ELSE 1 + chance(base, venue) %
        (CASE WHEN $days > 3000 THEN 2300 ELSE $days END) END AS life FROM pairs)
SELECT *, row_number() OVER (ORDER BY venue, symbol) AS number,
    $until::DATE - (CASE WHEN chance(symbol, 'end') % 2 = 0 THEN 0
        ELSE chance(symbol, venue || 'end') % ($days - life + 1) END)::INTEGER AS last_day,
    (10 ** (chance(base, 'worth') % 9 + 4))::BIGINT * (100 + chance(base, 'digits') % 900) // 100 AS worth,
    (10 ** (chance(symbol, 'size') % 6 + 3))::BIGINT * (1 + chance(venue, 'size') % 20) * times AS size
FROM lives;
CREATE OR REPLACE TEMP TABLE lived AS
SELECT * EXCLUDE (since), last_day - (life - 1)::INTEGER AS first_day,
    least(since, last_day - (life - 1)::INTEGER) AS since,
    sha256(venue || symbol) AS observation FROM listed;
INSERT INTO markets
SELECT venue, symbol, base, quote, CASE WHEN last_day = $until THEN 'live' ELSE 'delisted' END, $now::TIMESTAMPTZ,
    CASE WHEN last_day = $until THEN $now::TIMESTAMPTZ ELSE last_day::TIMESTAMPTZ END, sha256(venue)
FROM lived ORDER BY ALL;
CREATE OR REPLACE TEMP TABLE pages AS
SELECT venue, symbol, number, page, greatest(since, last_day - (page * 1000 + 999)::INTEGER) AS first_day,
    last_day - (page * 1000)::INTEGER AS last_day, $now::TIMESTAMPTZ + to_seconds(number // 10) AS received_at
FROM lived, generate_series(0, (last_day - since) // 1000) AS p(page);
INSERT INTO batches SELECT '2026-07-01/20260701T' || lpad((number // 100)::VARCHAR, 6, '0'), count(*)
FROM pages GROUP BY number // 100 ORDER BY 1;
INSERT INTO observations
SELECT '2026-07-01/20260701T' || lpad((number // 100)::VARCHAR, 6, '0'), venue, 'candles', symbol, first_day, last_day,
    'https://api.' || venue || '.example/api/v3/klines?symbol=' || symbol || '&interval=1d&limit=1000', 200,
    received_at, received_at, 'ok', '', sha256(venue || symbol || page), first_day, last_day, TRUE
FROM pages ORDER BY number, page;
-- One market in a hundred has a hole that nobody has asked about yet.
INSERT INTO settled
SELECT venue, symbol, since, CASE WHEN number % 100 = 0 THEN first_day - 1 ELSE least(last_day, $until::DATE - 30) END
FROM lived WHERE since <= $until::DATE - 30 ORDER BY number;
INSERT INTO settled
SELECT venue, symbol, first_day + 40, least(last_day, $until::DATE - 30) FROM lived
WHERE number % 100 = 0 AND first_day + 40 <= $until::DATE - 30 ORDER BY number;
-- What was asked about in the last month has had its second reading, but for the newest day.
INSERT INTO settled
SELECT venue, symbol, greatest(since, $until::DATE - 29), least(last_day, $until::DATE - 1) FROM lived
WHERE last_day > $until::DATE - 30 ORDER BY number;
CREATE OR REPLACE TEMP TABLE fewest AS FROM merged_spans('settled');
DELETE FROM settled;
INSERT INTO settled FROM fewest WHERE first_day <= last_day ORDER BY ALL;
INSERT INTO readings SELECT venue, symbol, $until, $now FROM lived WHERE last_day = $until ORDER BY number;
INSERT INTO quarantine
SELECT venue, symbol, first_day, 0, 'prices_out_of_order', '[]', observation, $now, 3 FROM lived
WHERE number % 50 = 7 ORDER BY number;
INSERT INTO rates
WITH set_on AS (
    SELECT *, 400000 + chance(currency, '') % 900000 + chance(currency, day::VARCHAR) % 20000 AS units
    FROM fiat_given, generate_series($until::DATE - ($days + 40)::INTEGER, $until::DATE + 1, INTERVAL 1 DAY) AS d(day)
    WHERE dayofweek(day) NOT IN (0, 1))
SELECT currency, day::DATE, nominal, (units * 0.0001)::VARCHAR,
    (units * CASE nominal WHEN 1 THEN 0.0001 WHEN 10 THEN 0.00001
        WHEN 100 THEN 0.000001 ELSE 0.0000001 END)::DECIMAL(20,10),
    sha256(currency || day::VARCHAR), $now, NULL
FROM set_on ORDER BY currency, day;
INSERT INTO rates_answered
SELECT currency, min(effective_on), $until::DATE + 1, $now, sha256(currency) FROM rates GROUP BY currency
"""
_CANDLES = """
INSERT INTO candles
WITH dayed AS (
    SELECT l.*, l.first_day + r.d::INTEGER AS day, hash(number, r.d) AS luck
    FROM lived l, unnest(range(life)) AS r(d) WHERE l.venue = $venue),
drawn AS (
    SELECT *, 1 + worth * (900 + luck % 200)::BIGINT // 1000 AS close,
        size * (500 + luck // 3 % 1000)::BIGINT // 1000 * 1000 // per * 1000 + (luck % 9999)::BIGINT AS turnover,
        size * (400 + luck // 7 % 1000)::BIGINT // 100 AS units
    FROM dayed),
exact AS (
    SELECT *, close::DECIMAL(18,0) * 0.00000001 AS price, turnover::DECIMAL(19,0) * 0.000001 AS dealt,
        units::DECIMAL(18,0) * 0.0001 AS volume
    FROM drawn)
SELECT venue, symbol, day, price, price + 0.00000001 * (luck % 100)::INTEGER, price - 0.00000001 * (luck % 90)::INTEGER,
    price, volume, CASE WHEN told THEN dealt END, dealt,
    CASE WHEN told THEN dealt ELSE dealt + 0.000001 * (turnover // 50)::BIGINT END,
    price::VARCHAR, volume::VARCHAR, CASE WHEN told THEN dealt::VARCHAR END, observation,
    TIMESTAMPTZ '2026-07-01 12:00:00Z', NULL
FROM exact ORDER BY number, day
"""


def one_day(store: Store, day: date) -> list[tuple[list[Observation], list[Reading]]]:
    """Batches with the candle of `day` of every market that is live, and the rates set for the day after it."""
    received = datetime.combine(day + DAY, datetime.min.time(), UTC) + timedelta(hours=1)
    live = store.connection.execute("SELECT venue, symbol FROM markets WHERE state = 'live' ORDER BY ALL").fetchall()
    readings: list[Reading] = []
    for venue, symbol in live:
        opens = VENUES[venue].opens
        opened = datetime.combine(day, datetime.min.time(), UTC) + opens
        told = "2500000.25" if VENUES[venue].turnover_published else None
        body = f"{venue} {symbol} {day}".encode()
        seen = Observation(
            venue, "candles", symbol, Span(day, day), f"https://{venue}.example/", 200, (), received, received, body
        )
        rows = Columns(
            (int(opened.timestamp()) * 1000,), ("1.25",), ("1.27",), ("1.23",), ("1.25",), ("2000000.2",),
            None if told is None else (told,),
        )  # fmt: skip
        milliseconds = opens // timedelta(milliseconds=1)
        closed = int(received.timestamp()) * 1000
        readings.append(CandlePage(seen, rows, day, 1, milliseconds, closed, Span(day, day)))
    for currency, nominal in FIAT.items():
        body = f"{currency} {day}".encode()
        span = Span(day, day + 2 * DAY)
        seen = Observation("cbr", "rates", currency, span, "https://cbr.example/", 200, (), received, received, body)
        readings.append(RatePage(seen, (OfficialRate(currency, day + DAY, nominal, "83.1234"),), currency, span))
    size = 2000
    parts = [readings[first : first + size] for first in range(0, len(readings), size)]
    return [([each.observation for each in part], part) for part in parts]
