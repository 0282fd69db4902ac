"""Seconds and peak memory of making the evidence of a month's ledger and of verifying it, each in a process of its own.

A home is collected from the twin: all venues with invented prices, and many more markets of Binance. Making includes
verifying once; processor time is told beside the clock's, for the clock knows who else uses the machine.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from common import progress, show, tidy_when_ended

from oracle.collect.context import Sources
from oracle.collect.plan import Wanted
from oracle.demo import running_twin
from oracle.gather import gather
from oracle.settings import Home
from oracle.twin import TwinData
from oracle.twin.invented import invented, many

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE", "LTC")
MONTH = "2026-05"
AIM_SECONDS, AIM_MIB, AIM_RATIO = 30, 1024, 2


class Cost(NamedTuple):
    """What a process took."""

    seconds: float
    processor: float
    mib: float


def collected(folder: Path, markets: int) -> Home:
    """A home with all venues, and so many more markets of Binance."""
    home, few = Home(folder / "home").usable(), invented(NOW)
    more = many(markets, 1130, "binance").markets["binance"]
    data = TwinData({**few.markets, "binance": (*few.markets["binance"], *more)}, few.rates, demo=True)
    with running_twin(lambda: NOW, data) as endpoints:
        gather(home, Wanted(), Sources(endpoints, paced=False), lambda: NOW)
    return home


def ledger(path: Path, rows: int, markets: int) -> None:
    """Rows of one month: half of them of six coins, the others of any."""
    luck, names = random.Random(1), [f"C{at + 1:04d}" for at in range(markets)]  # noqa: S311 - the same each time
    lines = ["coin,date,quantity,reference"]
    for number in range(rows):
        coin = luck.choice(COINS) if number % 2 else luck.choice(names or COINS)
        lines.append(f"{coin},{MONTH}-{luck.randrange(1, 32):02},{luck.randrange(1, 10**6) / 1000},tx-{number}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def run(home: Home, *words: str) -> Cost:
    """A command, waited for by itself so that its own memory is told."""
    begun = time.perf_counter()
    environment = {**os.environ, "ORACLE_HOME": str(home.path), "ORACLE_NOW": NOW.isoformat()}
    process = subprocess.Popen([sys.executable, "-m", "oracle", *words], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    # 3: some rows have no quotation.
    if process.returncode not in (0, 3):
        raise SystemExit(f"oracle {' '.join(words)} ended with {process.returncode}")
    return Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1000, help="of the ledger (default %(default)s)")
    parser.add_argument("--markets", type=int, default=200, help="more, of Binance (default %(default)s)")
    parser.add_argument("--max-bytes", default="200M", help="as for `oracle evidence` (default %(default)s)")
    parser.add_argument("--folder", type=Path, help="keep the home here, and use it if it is there")
    options = parser.parse_args()
    tidy_when_ended()
    with TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        home = Home(folder / "home")
        if not home.current.exists():
            home = collected(folder, options.markets)
            progress("collected")
        rows, out = folder / "ledger.csv", folder / "evidence.zip"
        ledger(rows, options.rows, options.markets)
        made = run(home, "evidence", "--batch", str(rows), "-o", str(out), "--max-bytes", options.max_bytes)
        progress("made")
        checked = run(home, "verify", str(out))
        plain = run(home, "price", str(rows), "--output", os.devnull)
        size = out.stat().st_size / 1e6
    show(
        f"evidence of {options.rows:,} rows of {MONTH}: {size:.1f} MB",
        [
            ("making, s", f"{made.seconds:.1f}   processor {made.processor:.1f}   aim < {AIM_SECONDS}"),
            ("making, MiB at most", f"{made.mib:,.0f}   aim < {AIM_MIB}"),
            ("verifying, s", f"{checked.seconds:.1f}   processor {checked.processor:.1f}"),
            ("verifying, MiB at most", f"{checked.mib:,.0f}"),
            (
                "RATIO verifying / making, processor",
                f"{checked.processor / made.processor:.2f}   aim < {AIM_RATIO}",
            ),
            ("RATIO making / pricing alone, processor", f"{made.processor / plain.processor:.1f}"),
        ],
    )


if __name__ == "__main__":
    main()
