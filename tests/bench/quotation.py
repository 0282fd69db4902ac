"""Seconds of a whole process `oracle quotation BTC DAY --format json`, against one that only opens a file by DuckDB.

The home is published once from the twin's invented figures. Every run is a fresh process; the files are in the page
cache, and Python's compiled modules are there, as they are on any machine where it was run before.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from common import progress, show, spread, tidy_when_ended

from oracle.archive import Archive
from oracle.collect.context import Sources
from oracle.collect.plan import Wanted
from oracle.collect.run import collect
from oracle.knowledge import knowledge
from oracle.publish import publish
from oracle.settings import Home
from oracle.store.writer import Store
from oracle.twin import Twin
from oracle.twin.invented import invented

AIM = 0.5
NOW = datetime(2026, 4, 17, 12, tzinfo=UTC)
DAY = "2026-04-15"
ROOT = Path(__file__).resolve().parents[2]
OPEN = "import sys, duckdb; duckdb.connect(sys.argv[1], read_only=True).execute('select 1')"


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    days: int
    runs: int
    profile: bool
    top: int


class Quiet:
    """A watcher that shows nothing and stops at the first failure."""

    def started(self, source: str, markets: int) -> None: ...
    def page(self, source: str, rows: int) -> None: ...
    def market_done(self, source: str) -> None: ...
    def finished(self, source: str) -> None: ...

    def failed(self, source: str, subject: str, reason: str) -> None:
        """A home that lacks something would be answered from faster."""
        raise RuntimeError(f"{source} {subject}: {reason}")


async def collected(home: Home, store: Store, days: int) -> None:
    """The invented figures in the home."""
    async with Twin(invented(NOW, days), now=NOW) as twin:
        await collect(
            Archive(home.archive),
            store,
            Wanted(),
            Sources(twin.endpoints(), paced=False),
            clock=lambda: NOW,
            watcher=Quiet(),
            fiat=knowledge().assets.of_kind("fiat"),
        )


def command(home: Home) -> list[str]:
    """The process that is measured."""
    return [sys.executable, "-m", "oracle", "quotation", "BTC", DAY, "--format", "json", "--home", str(home.path)]


def run(words: list[str]) -> tuple[float, subprocess.CompletedProcess[str]]:
    """Seconds of one process from its start to its end."""
    environment = os.environ | {"ORACLE_NOW": NOW.isoformat()}
    begun = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    if done.returncode not in (0, 3):  # 3: answered, and nothing qualifies
        raise SystemExit(f"{' '.join(words[1:])}: exit status {done.returncode}\n{done.stderr}")
    return seconds, done


def measure(options: Options) -> None:
    """Publish once, then processes of both kinds in turn, and the table."""
    with TemporaryDirectory() as folder:
        home = Home(Path(folder))
        with Store(home.store) as store:
            asyncio.run(collected(home, store, options.days))
            version = publish(store, home.published, knowledge(), NOW)
        progress(f"published {version.manifest['tables']['candle_history']:,} invented candles")
        opening = [sys.executable, "-c", OPEN, str(home.current)]
        ours, base = [], []
        for number in range(options.runs + 1):
            seconds, done = run(command(home))
            opened, _ = run(opening)
            if number:  # the first of each may have had to compile modules
                ours.append(seconds)
                base.append(opened)
        quotations = len(json.loads(done.stdout)["quotations"])
        if options.profile:
            imports(command(home), options.top)
    size = version.manifest["bytes"] / 2**20
    print()
    show(
        f"quotation: {options.runs} processes, {size:,.1f} MiB published, {quotations} quotations in the answer",
        [
            ("oracle quotation, s", spread(ours, ".3f") + f"   aim < {AIM}"),
            ("import duckdb, open, select 1, s", spread(base, ".3f")),
            ("RATIO quotation / open", f"{median(ours) / median(base):.2f}"),
        ],
    )


def imports(words: list[str], top: int) -> None:
    """Where a process spends its time on imports: the dearest modules and packages, by themselves."""
    _, done = run([words[0], "-X", "importtime", *words[1:]])
    packages: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for line in done.stderr.splitlines():
        own, _, name = line.removeprefix("import time:").split("|") if line.count("|") == 2 else ("", "", "")
        if own.strip().isdigit():
            packages[name.strip().partition(".")[0]] += int(own)
            modules[name.strip()] += int(own)
    print(f"\nimports: {sum(modules.values()) / 1000:.0f} ms in {len(modules)} modules (measuring slows them down)")
    for title, found in (("package", packages), ("module", modules)):
        for name, microseconds in found.most_common(top):
            print(f"  {title}  {microseconds / 1000:7.1f} ms  {name}")


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=1130, help="days of invented figures (default %(default)s)")
    parser.add_argument("--runs", type=int, default=15, help="counted processes of each kind (default %(default)s)")
    parser.add_argument("--profile", action="store_true", help="one more process with the time of its imports")
    parser.add_argument("--top", type=int, default=15, help="lines shown of the imports (default %(default)s)")
    options = Options(**vars(parser.parse_args()))
    tidy_when_ended()
    measure(options)


if __name__ == "__main__":
    main()
