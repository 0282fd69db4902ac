"""Seconds to publish a working store of five million candles, against DuckDB copying the same candle rows.

The store is filled with invented rows of realistic size and digits; the baseline sorts the candles into a table of a
fresh file of the same storage version, as publishing does with them among other things.
"""

import argparse
import cProfile
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import pyarrow as pa
from common import costs, progress, seal_batches, show, spread, tidy_when_ended

from oracle import publish as publishing
from oracle.judge import judge
from oracle.knowledge import Knowledge, knowledge
from oracle.store.writer import Store
from oracle.venues import VENUES

AIM = 3.0
UNTIL = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)

# What steps of publishing are called, by the function of `oracle.publish` that takes them.
STEPS = {
    "bring_up_to_date": "judge, and keep the tables of it",
    "write_version": "tables by SQL",
    "_sha256": "hash of the file",
    "_put_in_place": "sync and rename",
}


@dataclass(frozen=True, slots=True)
class Style:
    """A venue's quote assets, the decimals of its prices, volumes and turnovers, and its dollars of an ordinary day."""

    quote: str
    second: str
    price: int
    volume: int
    turnover: int | None
    dollars: int


STYLES = {
    "binance": Style("USDT", "EUR", 8, 8, 8, 5_200_000_000),
    "bybit": Style("USDT", "EUR", 5, 6, 8, 1_250_000_000),
    "okx": Style("USDT", "EUR", 6, 8, 9, 1_150_000_000),
    "bitget": Style("USDT", "EUR", 6, 4, 6, 560_000_000),
    "coinbase": Style("USD", "EUR", 4, 8, None, 560_000_000),
    "kraken": Style("USD", "EUR", 5, 8, None, 240_000_000),
    "upbit": Style("KRW", "USDT", 4, 8, 5, 480_000_000),
    "htx": Style("USDT", "USD", 6, 10, 8, 2_100_000_000),
    "kucoin": Style("USDT", "EUR", 6, 8, 9, 520_000_000),
    "gate": Style("USDT", "USDC", 6, 8, 8, 610_000_000),
    "mexc": Style("USDT", "EUR", 6, 8, 2, 650_000_000),
    "bingx": Style("USDT", "USDC", 6, 2, 2, 260_000_000),
    "bithumb": Style("KRW", "USDT", 4, 8, 5, 350_000_000),
    "whitebit": Style("USDT", "EUR", 6, 6, 8, 420_000_000),
    "hashkey": Style("USDT", "USD", 4, 5, 7, 60_000_000),
    "lbank": Style("USDT", "USD", 6, 5, None, 390_000_000),
    "bitfinex": Style("USD", "USDT", 5, 8, None, 110_000_000),
    "bitstamp": Style("USD", "EUR", 4, 8, None, 150_000_000),
    "cryptocom": Style("USD", "USDT", 5, 5, None, 300_000_000),
    "gemini": Style("USD", "EUR", 4, 8, None, 60_000_000),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    markets: int
    days: int
    repeat: int
    profile: bool
    top: int


def fill(store: Store, known: Knowledge, options: Options) -> None:
    """Invented rows straight into the tables, in the order in which a collection would have put them there."""
    connection = store.connection
    connection.register("styles_given", styles())
    connection.register("coins_given", coins(known, options.markets))
    given = {"until": UNTIL, "now": NOW, "days": options.days, "markets": options.markets}
    for statement in _FILL.split(";"):
        wanted = {name: value for name, value in given.items() if f"${name}" in statement}
        connection.execute(statement, wanted)
    for venue in STYLES:
        connection.execute(_CANDLES, {"venue": venue})
        progress(f"filled {venue}")
    seal_batches(connection)
    connection.execute("CHECKPOINT")


def styles() -> pa.Table:
    """The venues as rows for SQL, with the longest page of each."""
    if missing := set(VENUES) ^ set(STYLES):
        raise SystemExit(f"this benchmark and the product know different venues: {', '.join(sorted(missing))}")
    return pa.Table.from_pylist(
        [
            {
                "venue": venue,
                "quote": style.quote,
                "second": style.second,
                "price": style.price,
                "volume": style.volume,
                "turnover": style.turnover,
                "dollars": style.dollars,
                "page_days": VENUES[venue].page_days,
            }
            for venue, style in STYLES.items()
        ]
    )


def coins(known: Knowledge, count: int) -> pa.Table:
    """So many coins: registered ones first, then names that no register knows."""
    registered = [asset.code for asset in known.assets.all() if asset.kind == "digital_currency"]
    unknown = [f"N{number:04d}" for number in range(count)]
    return pa.Table.from_pylist([{"at": at, "coin": coin} for at, coin in enumerate([*registered, *unknown][:count])])


# Every eighth market is in the second quote asset; a batch holds 100 pages; prices lie between about 0.0001 and 100,000
# dollars. Units are whole ones of the last decimal place throughout.
_FILL = """
CREATE OR REPLACE TEMP MACRO chance(a, b) AS (hash(a, b) % 1000000)::BIGINT;
CREATE OR REPLACE TEMP MACRO literal(units, places) AS
    CASE WHEN places = 0 THEN units::VARCHAR
    ELSE (units // (10::HUGEINT ** places)::HUGEINT)::VARCHAR || '.'
        || lpad((units % (10::HUGEINT ** places)::HUGEINT)::VARCHAR, places::INTEGER, '0') END;
CREATE OR REPLACE TEMP TABLE listed AS
SELECT s.venue, c.coin AS base, CASE WHEN c.at % 8 = 7 THEN s.second ELSE s.quote END AS quote,
    s.price, s.volume, s.turnover, s.dollars, s.page_days, chance(c.coin, 'size') AS size,
    (10 ** (chance(c.coin, 'worth') % 9 + 4))::BIGINT * (100 + chance(c.coin, 'digits') % 900) // 100 AS worth
FROM styles_given s, coins_given c WHERE c.at < $markets - 1
UNION ALL
SELECT venue, 'USDT', CASE WHEN quote = 'USDT' THEN 'EUR' ELSE quote END,
    price, volume, turnover, dollars, page_days, 500000, 100000000 FROM styles_given;
CREATE OR REPLACE TEMP TABLE pages AS
WITH numbered AS (
    SELECT venue, base || '-' || quote AS symbol, page,
        $until::DATE - (least((page + 1) * page_days, $days) - 1)::INTEGER AS first_day,
        $until::DATE - (page * page_days)::INTEGER AS last_day,
        row_number() OVER (ORDER BY venue, symbol, page) - 1 AS number
    FROM listed, generate_series(0, ($days - 1) // page_days) AS p(page))
SELECT *, number // 100 AS batch_number, '2026-07-01/20260701T' || lpad((number // 100)::VARCHAR, 6, '0') AS batch,
    sha256(venue || symbol || page::VARCHAR) AS observation,
    $now::TIMESTAMPTZ + to_seconds(number // 10) AS received_at
FROM numbered ORDER BY number;
INSERT INTO markets
SELECT venue, base || '-' || quote, base, quote, 'live', $now, $now, sha256(venue) FROM listed ORDER BY ALL;
INSERT INTO batches SELECT batch, count(*) FROM pages GROUP BY batch ORDER BY batch;
INSERT INTO observations
SELECT batch, venue, 'candles', symbol, first_day, last_day,
    'https://api.' || venue || '.example/api/v3/klines?symbol=' || symbol || '&interval=1d&limit=1000', 200,
    received_at, received_at, 'ok', '', observation, first_day, last_day, TRUE FROM pages ORDER BY number;
INSERT INTO settled SELECT venue, symbol, min(first_day), max(last_day) FROM pages GROUP BY ALL ORDER BY ALL;
INSERT INTO rates
SELECT currency, day::DATE, nominal, literal(units, 4), literal(units, 4)::DECIMAL(20,10) / nominal,
    sha256(currency), $now, NULL
FROM (
    SELECT *, around + chance(currency, day::VARCHAR) % 20000 - 10000 AS units
    FROM (VALUES ('USD', 1, 870000), ('EUR', 1, 960000), ('KRW', 1000, 640000)) AS c(currency, nominal, around),
        generate_series($until::DATE - ($days + 40)::INTEGER, $until::DATE + 1, INTERVAL 1 DAY) AS d(day))
WHERE dayofweek(day) NOT IN (0, 1) ORDER BY ALL;
INSERT INTO rates_answered
SELECT currency, min(effective_on), $until, $now, sha256(currency) FROM rates GROUP BY currency
"""
_CANDLES = """
INSERT INTO candles
WITH dayed AS (
    SELECT p.venue, p.symbol, p.number, d.day::DATE AS day, p.observation, p.received_at, m.price, m.volume, m.turnover,
        hash(p.symbol, d.day, p.venue) AS chance,
        greatest(10, m.worth::HUGEINT * (900 + chance % 200)::BIGINT // 1000 * (10 ** m.price)::BIGINT // 100000000
            * CASE m.quote WHEN 'KRW' THEN 1400 ELSE 1 END)::HUGEINT AS close,
        m.dollars::HUGEINT * 2 * m.size // 1000000 // (SELECT count(DISTINCT symbol) FROM pages WHERE venue = $venue)
            * (600 + hash(p.venue, d.day) % 1000)::BIGINT // 1000 * 100000000 * (10 ** m.volume)::BIGINT // m.worth
            + (chance // 1000 % 1000000)::BIGINT AS base
    FROM pages p JOIN listed m ON m.venue = p.venue AND m.base || '-' || m.quote = p.symbol,
        generate_series(p.first_day, p.last_day, INTERVAL 1 DAY) AS d(day)
    WHERE p.venue = $venue),
priced AS (
    SELECT *, close * (990 + chance // 7 % 20)::BIGINT // 1000 AS open,
        close * (1011 + chance // 11 % 50)::BIGINT // 1000 + 1 AS high,
        close * (989 - chance // 13 % 50)::BIGINT // 1000 AS low,
        literal(base, volume) AS base_literal,
        literal(base * close * (10 ** turnover)::BIGINT // (10 ** (volume + price))::BIGINT, turnover)
            AS turnover_literal
    FROM dayed),
bounded AS (
    SELECT *, base_literal::DECIMAL(38,18) AS base_volume, turnover_literal::DECIMAL(38,18) AS turnover_quote
    FROM priced)
SELECT venue, symbol, day, literal(open, price)::DECIMAL(38,18), literal(high, price)::DECIMAL(38,18),
    literal(low, price)::DECIMAL(38,18), literal(close, price)::DECIMAL(38,18), base_volume, turnover_quote,
    coalesce(turnover_quote, literal(low * base, volume + price)::DECIMAL(38,18)),
    coalesce(turnover_quote, literal(high * base, volume + price)::DECIMAL(38,18)),
    literal(close, price), base_literal, turnover_literal, observation, received_at, NULL
FROM bounded ORDER BY number, day
"""


@contextmanager
def timed_steps(seconds: dict[str, float]) -> Iterator[None]:
    """Adds up how long each of STEPS takes while the block runs."""

    def watched(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*parts: Any, **named: Any) -> Any:
            begun = time.perf_counter()
            try:
                return step(*parts, **named)
            finally:
                seconds[name] += time.perf_counter() - begun

        return run

    with ExitStack() as patches:
        for name, title in STEPS.items():
            # A step that has another name by now is counted with the rest.
            if step := getattr(publishing, name, None):
                patches.enter_context(patch.object(publishing, name, watched(title, step)))
        yield


def published(store: Store, known: Knowledge, folder: Path) -> tuple[float, dict[str, float], dict[str, Any]]:
    """Seconds of one publication into an empty folder, all days judged for it, of its steps, and its manifest."""
    store.connection.execute("DROP SCHEMA IF EXISTS law CASCADE")
    steps: dict[str, float] = defaultdict(float)
    with TemporaryDirectory(dir=folder) as empty, timed_steps(steps):
        begun = time.perf_counter()
        version = publishing.publish(store, Path(empty), known, NOW)
        seconds = time.perf_counter() - begun
    steps["the rest"] = seconds - sum(steps.values())
    return seconds, steps, version.manifest


def copied(store: Store, folder: Path) -> tuple[float, int]:
    """Seconds and bytes of the baseline."""
    with TemporaryDirectory(dir=folder) as empty, store.connection.cursor() as cursor:
        path = Path(empty) / "copy.duckdb"
        quoted = str(path).replace("'", "''")
        begun = time.perf_counter()
        cursor.execute(f"ATTACH '{quoted}' AS copied (STORAGE_VERSION '{publishing.STORAGE}')")
        cursor.execute("CREATE TABLE copied.copy AS FROM candles ORDER BY symbol, day, venue, known_from")
        cursor.execute("CHECKPOINT copied")
        seconds = time.perf_counter() - begun
        cursor.execute("DETACH copied")
        return seconds, path.stat().st_size


def measure(options: Options) -> None:
    """Fill once, then rounds of both, one after the other, the first not counted, and the table."""
    known = knowledge()
    runs: list[float] = []
    base: list[float] = []
    split: dict[str, list[float]] = defaultdict(list)
    with TemporaryDirectory() as name, Store(Path(name) / "store.duckdb") as store:
        folder = Path(name)
        fill(store, known, options)
        for number in range(options.repeat + 1):
            copying, size = copied(store, folder)
            seconds, steps, manifest = published(store, known, folder)
            progress(
                f"{f'round {number}' if number else 'warm-up'}: "
                f"published in {seconds:.2f} s, candles copied in {copying:.2f} s"
            )
            if not number:
                continue
            runs.append(seconds)
            base.append(copying)
            for step, taken in steps.items():
                split[step].append(taken)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if options.profile:
            profiled(store, known, folder, options.top)
    rows = manifest["tables"]
    print()
    show(
        f"publish: {len(STYLES)} venues, {options.markets:,} markets each, {options.days:,} days",
        [
            ("candles, verdicts, ruble values", ", ".join(f"{rows[each]:,}" for each in COUNTED)),
            ("bytes published, copied", f"{manifest['bytes'] / 2**20:,.0f} MiB, {size / 2**20:,.0f} MiB"),
            ("published, s", spread(runs)),
            *((f"  {step}, s", spread(taken)) for step, taken in sorted(split.items())),
            ("candles copied by DuckDB, s", spread(base)),
            ("peak memory of this process", f"{peak:,.0f} MiB"),
            ("RATIO published / copied", f"{median(runs) / median(base):.2f}   aim <= {AIM:g}"),
        ],
    )


COUNTED = ("candle_history", "verdicts", "ruble_values")


def profiled(store: Store, known: Knowledge, folder: Path, top: int) -> None:
    """One more judgement and one more publication under cProfile."""
    alone, whole = cProfile.Profile(), cProfile.Profile()
    alone.runcall(judge, store.connection, known)
    with TemporaryDirectory(dir=folder) as empty:
        whole.runcall(publishing.publish, store, Path(empty), known, NOW + timedelta(seconds=1))
    costs("judge alone (cProfile slows it down)", alone, top)
    costs("publish (cProfile slows it down)", whole, top)


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--markets", type=int, default=350, help="markets of each venue (default %(default)s)")
    parser.add_argument("--days", type=int, default=1800, help="days of each market (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds (default %(default)s)")
    parser.add_argument("--profile", action="store_true", help="one more publication under cProfile")
    parser.add_argument("--top", type=int, default=20, help="functions shown of a profile (default %(default)s)")
    options = Options(**vars(parser.parse_args()))
    tidy_when_ended()
    measure(options)


if __name__ == "__main__":
    main()
