"""Rows per second of a priced ledger and milliseconds of ten years of one coin, against DuckDB's plain join.

The published file is made of an invented store (23 million candles unless told otherwise). The baseline joins the same
ledger with candles, ruble values and verdicts, takes the largest and writes NDJSON of the result, with no reading of
names, no reasons and no rates beside: less than what is measured against it. `first`: nothing is kept of pairs yet;
`again`: the same version has priced these pairs before.
"""

import argparse
import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb
import msgspec
from common import progress, show, spread, tidy_when_ended
from decade import NOW, UNTIL, fill

from oracle.knowledge import knowledge
from oracle.price.kept import Kept
from oracle.price.ledger import of_days, of_ndjson
from oracle.price.many import priced
from oracle.price.reading import How
from oracle.price.writing import pieces
from oracle.publish import publish
from oracle.store.reads import Reads
from oracle.store.writer import Store

AIM_ROWS, AIM_RANGE = 200_000, 30
JOIN = """
COPY (
    WITH asked AS (SELECT row_number() OVER () AS n, * FROM read_ndjson($ledger,
        columns = {coin: 'VARCHAR', date: 'DATE', quantity: 'VARCHAR', reference: 'VARCHAR'})),
    pairs AS (SELECT DISTINCT coin, date FROM asked),
    taken AS (
        SELECT c.*, c.close * v.rub::DECIMAL(18,10) AS rub FROM pairs p
        JOIN candles c ON c.coin = p.coin AND c.day = p.date
        JOIN ruble_values v ON v.venue = c.venue AND v.day = c.day AND v.asset = c.quote
            AND v.path IN ('official', 'peg')
        JOIN verdicts x ON x.venue = c.venue AND x.day = c.day AND x.rulebook = 'tax-code' AND x.verdict = 'eligible'
        QUALIFY row_number() OVER (PARTITION BY p.coin, p.date ORDER BY x.turnover_rub_low DESC,
            c.turnover_low::DECIMAL(28,8) * v.rub::DECIMAL(18,8) DESC) = 1)
    SELECT a.reference, a.coin, a.date, t.venue, t.market, t.close::VARCHAR AS close, t.rub::VARCHAR AS rub, a.quantity,
        t.final, t.observation
    FROM asked a LEFT JOIN taken t ON t.coin = a.coin AND t.day = a.date ORDER BY n)
TO $out (FORMAT json)
"""


def ledger(path: Path, rows: int, coins: int) -> bytes:
    """NDJSON of rows over the days of the rule, few coins in most of them."""
    with duckdb.connect(str(path), read_only=True) as source:
        found = source.execute(
            """SELECT coin FROM candles WHERE day >= DATE '2025-01-01' GROUP BY coin HAVING count(DISTINCT day) > 300
               ORDER BY count(*) DESC, coin LIMIT ?""",
            [coins],
        ).fetchall()
    names, luck = [coin for (coin,) in found], random.Random(1)  # noqa: S311 - the same each time
    days = (UNTIL - date(2025, 1, 1)).days
    asked = [
        {
            "coin": names[int(luck.paretovariate(0.6) - 1) % len(names)],
            "date": (date(2025, 1, 1) + timedelta(luck.randrange(days))).isoformat(),
            "quantity": f"{luck.randrange(1, 10**9) / 10**6:.6f}",
            "reference": f"tx-{number:08d}",
        }
        for number in range(rows)
    ]
    return b"\n".join(msgspec.json.encode(each) for each in asked)


def timed(run: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def measure(path: Path, folder: Path, options: argparse.Namespace) -> None:
    """Rounds of all, one after the other, the first not counted; and the table."""
    body, coin = ledger(path, options.rows, options.coins), "BTC"
    written, out = folder / "ledger.ndjson", folder / "out.ndjson"
    written.write_bytes(body)
    days = [(UNTIL - timedelta(back)).isoformat() for back in reversed(range(3650))]
    size: list[int] = []
    with Reads(path) as reads, duckdb.connect(str(path), read_only=True) as plain:

        def rows(kept: Kept) -> None:
            with priced(reads, of_ndjson(body, options.rows), How(), NOW, kept) as found:
                size.append(sum(len(each) for each in pieces(found, "ndjson")))

        def span(kept: Kept) -> None:
            with priced(reads, of_days(coin, days), How(), NOW, kept) as found:
                size.append(sum(len(each) for each in pieces(found, "json")))

        taken: dict[str, list[float]] = {}
        for number in range(options.repeat + 1):
            kept = Kept()
            runs = {
                "join": lambda: plain.execute(JOIN, {"ledger": str(written), "out": str(out)}),
                "rows first": lambda: rows(kept),  # noqa: B023 - run in this round
                "rows again": lambda: rows(kept),  # noqa: B023
                "range first": lambda: span(kept),  # noqa: B023
                "range again": lambda: span(kept),  # noqa: B023
            }
            for name, run in runs.items():
                seconds = timed(run)
                if number:
                    taken.setdefault(name, []).append(seconds)
            progress(f"round {number}: {size[-4] / 1e6:,.1f} MB of rows, {size[-1] / 1e6:,.1f} MB of a range")
    join = median(taken["join"])

    def speed(name: str) -> str:
        return spread([options.rows / each for each in taken[name]], ",.0f")

    show(
        f"ledger: {options.rows:,} rows of {options.coins:,} coins",
        [
            ("plain join, rows/s", speed("join")),
            ("priced to NDJSON the first time, rows/s", speed("rows first")),
            ("priced to NDJSON again, rows/s", f"{speed('rows again')}   aim >= {AIM_ROWS:,}"),
            ("RATIO first / plain join", f"{join / median(taken['rows first']):.2f}"),
            ("RATIO again / plain join", f"{join / median(taken['rows again']):.2f}"),
            (f"ten years of {coin} the first time, ms", spread([each * 1000 for each in taken["range first"]], ",.0f")),
            (
                f"ten years of {coin} again, ms",
                f"{spread([each * 1000 for each in taken['range again']], ',.0f')}   aim < {AIM_RANGE}",
            ),
        ],
    )


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000, help="of the ledger (default %(default)s)")
    parser.add_argument("--coins", type=int, default=500, help="of the ledger (default %(default)s)")
    parser.add_argument("--markets", type=int, default=20_000, help="of all venues (default %(default)s)")
    parser.add_argument("--days", type=int, default=3650, help="of the longest markets (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=5, help="counted rounds (default %(default)s)")
    parser.add_argument("--published", type=Path, help="a published file of such a store, not made anew")
    options = parser.parse_args()
    tidy_when_ended()
    with TemporaryDirectory() as name:
        folder, path = Path(name), options.published
        if path is None:
            with Store(folder / "store.duckdb") as store:
                fill(store, knowledge(), options.markets, options.days)
                path = publish(store, folder / "published", knowledge(), NOW).path
        measure(path, folder, options)


if __name__ == "__main__":
    main()
