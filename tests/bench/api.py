"""Point quotations a second and their latency, against aiohttp sending a constant body of the same size.

The store is the invented one of `decade.py`: at full size 15 venues, 20,000 markets and ten years. Questions are drawn
over many coins and all their days, so that hardly any is asked twice. The load comes from wrk (Debian: apt-get install
wrk), whose processor time the server shares; servers are processes of their own, started as a user would.
"""

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import duckdb
from common import progress, show, spread, tidy_when_ended
from decade import NOW, fill

from oracle.coin import coin_meant
from oracle.errors import OracleError
from oracle.knowledge import knowledge
from oracle.publish import FILE, publish
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.store.writer import Store

AIM_RATIO, AIM_P99, AIM_COLD, AIM_MEMORY, AIM_WORKERS, AIM_START = 0.5, 5.0, 50.0, 1536, 1.6, 1.0
AIM_RANGE, AIM_SWAP = 30, 100
# A version that is put in place is taken up when it is as ready as the one before it.
SWAP_WAITS = 300
ROOT = Path(__file__).resolve().parents[2]
CONSTANT = """
import sys
import uvloop
from aiohttp import web
body = b"x" * int(sys.argv[1])
async def answer(request):
    return web.Response(body=body, content_type="application/json")
async def main():
    app = web.Application()
    app.router.add_get("/v1/quotations/{coin}/{date}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print("serving on http://127.0.0.1:%d" % runner.addresses[0][1], flush=True)
    import asyncio
    await asyncio.Event().wait()
uvloop.run(main())
"""
LUA = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local at = 0
request = function() at = at %% #paths + 1; return wrk.format("GET", paths[at]) end
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    home: Path | None
    markets: int
    days: int
    coins: int
    questions: int
    seconds: int
    repeat: int
    connections: int


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk tells."""

    rate: float
    median_ms: float
    p99_ms: float
    slowest_ms: float
    errors: Counter[str]
    busy: float


def filled(home: Home, options: Options) -> None:
    """The published store, made if it is not there."""
    if home.current.exists():
        return
    with Store(home.store) as store:
        fill(store, knowledge(), options.markets, options.days)
        publish(store, home.published, knowledge(), NOW)
    progress("filled and published")


def questions(home: Home, options: Options) -> tuple[list[str], list[str]]:
    """Paths that have an answer (no name of many meanings): many, drawn over coins and days; and one of each coin."""
    with Reads(home.current) as reads:
        rows = reads.rows(
            """SELECT coin, list(DISTINCT day) FROM candles SEMI JOIN (
                 SELECT DISTINCT coin FROM candles ORDER BY hash(coin) LIMIT $coins) USING (coin)
               GROUP BY coin ORDER BY coin""",
            {"coins": options.coins},
        )
        venues = reads.venues()

        def answered(coin: str, day: date) -> bool:
            try:
                return coin_meant(reads, coin, day, venues)[0] == coin
            except OracleError:
                return False

        drawn = random.Random(1)  # noqa: S311 - the same questions each time
        many = [(coin, drawn.choice(days)) for coin, days in (drawn.choice(rows) for _ in range(options.questions))]
        each = [(coin, drawn.choice(days)) for coin, days in rows]
        paths = [[f"/v1/quotations/{coin}/{day}" for coin, day in some if answered(coin, day)] for some in (many, each)]
    return paths[0], paths[1]


@contextmanager
def process(words: list[str]) -> Iterator[tuple[str, int, float]]:
    """A server: its address, the number of its process and the seconds until it told its address."""
    begun = time.perf_counter()
    environment = os.environ | {"ORACLE_NOW": NOW.isoformat()}
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as running:
        try:
            assert running.stdout
            line = running.stdout.readline()
            yield line.split()[-1], running.pid, time.perf_counter() - begun
        finally:
            running.send_signal(signal.SIGTERM)


def oracle(home: Home, workers: int) -> list[str]:
    """`oracle serve`."""
    words = [sys.executable, "-m", "oracle", "serve", "--port", "0", "--home", str(home.path)]
    return [*words, "--workers", str(workers)]


def load(address: str, folder: Path, paths: list[str], options: Options, seconds: int, server: int) -> Load:
    """One run of wrk over the paths; `server`: whose processor time is told."""
    (folder / "paths").write_text("\n".join(paths), "utf-8")
    (folder / "load.lua").write_text(LUA % (folder / "paths"), "utf-8")
    words = ["wrk", "-t1", f"-c{options.connections}", f"-d{seconds}s", "--latency", "-s", str(folder / "load.lua")]
    before = processor(server)
    told = subprocess.run([*words, address], capture_output=True, text=True, check=True).stdout
    figures = {share: _milliseconds(told, rf"^\s+{share}%\s+(\S+)") for share in (50, 99)}
    slowest = _milliseconds(told, r"Latency\s+\S+\s+\S+\s+(\S+)")
    errors = Counter({"no 2xx": sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", told)))})
    for each in re.findall(r"Socket errors: (.*)", told):
        errors.update({kind: int(number) for kind, number in re.findall(r"(\w+) (\d+)", each)})
    rate = re.search(r"Requests/sec:\s+(\S+)", told)
    assert rate
    answers = re.search(r"(\d+) requests in", told)
    assert answers
    busy = (processor(server) - before) / max(1, int(answers[1]))
    return Load(float(rate[1]), figures[50], figures[99], slowest, errors, busy)


def processor(number: int) -> float:
    """Seconds of processor time that a process and its own have used; unlike the clock's, whoever else is at work."""
    fields = Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _milliseconds(told: str, pattern: str) -> float:
    found = re.search(pattern, told, re.MULTILINE)
    assert found, told
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", found[1]).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def asked(address: str, path: str) -> tuple[float, bytes]:
    """Milliseconds of one question, and its answer."""
    begun = time.perf_counter()
    with urllib.request.urlopen(address + path) as response:  # noqa: S310 - our own server
        body = response.read()
    return (time.perf_counter() - begun) * 1000, body


def first_answer(address: str, path: str) -> None:
    """Ask until it answers."""
    for _ in range(1000):
        try:
            asked(address, path)
        except urllib.error.URLError:
            time.sleep(0.005)
        else:
            return
    raise SystemExit("the server does not answer")


def memory(number: int) -> float:
    """MiB of a process."""
    status = Path(f"/proc/{number}/status").read_text("utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def swapped(
    home: Home, address: str, folder: Path, paths: list[str], options: Options, server: int
) -> tuple[list[Load], list[Load], float]:
    """Loads before the same figures come as another version, loads until it answers and after; seconds until then."""
    aside = home.published / "again.tmp"
    shutil.copyfile(home.published / FILE, aside)
    with duckdb.connect(str(aside)) as connection:
        connection.execute("UPDATE dataset SET version = version || 'x'")

    def loads() -> Load:
        return load(address, folder, paths, options, options.seconds, server)

    before = [loads() for _ in range(3)]
    old = asked(address, "/v1/dataset")[1]
    aside.replace(home.published / FILE)
    begun, during, taken = time.monotonic(), list[Load](), 0.0
    while not taken and time.monotonic() < begun + SWAP_WAITS:
        during.append(loads())
        if asked(address, "/v1/dataset")[1] != old:
            taken = time.monotonic() - begun
    return before, [*during, loads(), loads()], taken


def ranged(address: str, path: str) -> list[float]:
    """Milliseconds of ten years of a coin, asked twice."""
    coin = path.split("/")[-2]
    return [asked(address, f"/v1/quotations/{coin}?from=2016-07-01&to=2026-06-30")[0] for _ in range(2)]


def measure(options: Options, folder: Path) -> None:
    """Cold questions, then rounds of both servers, two workers, a swap; and the table."""
    home = Home(options.home or folder / "home").usable()
    filled(home, options)
    paths, coins = questions(home, options)
    rates: list[Load] = []
    base: list[Load] = []
    with process(oracle(home, 1)) as (address, number, told):
        begun = time.perf_counter()
        first_answer(address, coins[0])
        start = told + time.perf_counter() - begun
        cold = [asked(address, path)[0] for path in coins[1:]]
        ranges = [ranged(address, path) for path in coins[:: max(1, len(coins) // 20)]]
        sizes = [len(asked(address, path)[1]) for path in paths[:500]]
        progress(f"cold: median {median(cold):.1f} ms; mean answer {sum(sizes) // len(sizes):,} bytes")
        warm = load(address, folder, paths, options, 6 * options.seconds, number)
        progress(f"warm-up: {warm.rate:,.0f}/s")
        constant = [sys.executable, "-c", CONSTANT, str(sum(sizes) // len(sizes))]
        for turn in range(options.repeat):
            # Other questions each time: an answer that is kept as it is would be no answer made.
            part = paths[turn * len(paths) // options.repeat :]
            rates.append(load(address, folder, part, options, options.seconds, number))
            with process(constant) as (plain, other, _):
                base.append(load(plain, folder, part, options, options.seconds, other))
            progress(f"round {turn + 1}: {rates[-1]} {base[-1]}")
        used = memory(number)
        calm, swap, taken = swapped(home, address, folder, paths, options, number)
        progress(f"swap: {calm} {swap}")
        used_after = memory(number)
    with process(oracle(home, 2)) as (address, number, _):
        first_answer(address, coins[0])
        load(address, folder, paths, options, 6 * options.seconds, number)
        two = [load(address, folder, paths, options, options.seconds, number) for _ in range(options.repeat)]
    own = median(each.rate for each in rates)
    busy, plain_busy = (median(each.busy for each in loads) * 1e6 for loads in (rates, base))
    ratio = median(ours.rate / plain.rate for ours, plain in zip(rates, base, strict=True))
    print()
    show(
        f"api: {options.coins:,} coins, {len(paths):,} questions, {options.connections} connections",
        [
            ("answers a second", spread([each.rate for each in rates], ",.0f")),
            ("aiohttp, constant body", spread([each.rate for each in base], ",.0f")),
            ("RATIO answers / constant", f"{ratio:.2f}   aim >= {AIM_RATIO}"),
            ("answer p50, p99, ms", f"{median(each.median_ms for each in rates):.1f}, {_p99(rates)}   aim < {AIM_P99}"),
            ("constant p50, p99, ms", f"{median(each.median_ms for each in base):.1f}, {_p99(base)}"),
            ("errors", _errors([*rates, *base, *two, *calm, *swap])),
            ("cold coin p50, p99, ms", f"{median(cold):.1f}, {quantiles(cold, n=100)[-1]:.1f}   aim < {AIM_COLD}"),
            ("start to first answer, s", f"{start:.2f}   aim < {AIM_START}"),
            ("ten years of a coin, first, again, ms", f"{_first(ranges, 0)}, {_first(ranges, 1)}   aim < {AIM_RANGE}"),
            ("memory of the worker, MiB", f"{used:,.0f}   aim < {AIM_MEMORY}"),
            ("  with a second version", f"{used_after:,.0f}"),
            (
                "slowest while a version came, ms",
                f"{_slowest(swap):.0f}; before: {_slowest(calm):.0f}   aim < {AIM_SWAP}",
            ),
            ("seconds until the version answered", f"{taken:.0f}"),
            ("two workers / one", f"{median(each.rate for each in two) / own:.2f}   aim >= {AIM_WORKERS}"),
            ("processor microseconds: answer, constant", f"{busy:.0f}, {plain_busy:.0f}"),
        ],
    )


def _errors(loads: list[Load]) -> str:
    total: Counter[str] = sum((each.errors for each in loads), Counter())
    return ", ".join(f"{kind} {number}" for kind, number in sorted(total.items())) or "none"


def _first(ranges: list[list[float]], at: int) -> str:
    return f"{median(each[at] for each in ranges):.0f}"


def _slowest(loads: list[Load]) -> float:
    return max(each.slowest_ms for each in loads)


def _p99(loads: list[Load]) -> str:
    return spread([each.p99_ms for each in loads], ",.1f")


def main() -> None:
    """Parse and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a home to keep: filled if nothing is published there")
    parser.add_argument("--markets", type=int, default=20_000, help="markets of all venues (default %(default)s)")
    parser.add_argument("--days", type=int, default=3650, help="days of the longest markets (default %(default)s)")
    parser.add_argument("--coins", type=int, default=2000, help="coins asked about (default %(default)s)")
    parser.add_argument("--questions", type=int, default=200_000, help="different questions (default %(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="of each run of wrk (default %(default)s)")
    parser.add_argument("--repeat", type=int, default=3, help="counted rounds (default %(default)s)")
    parser.add_argument("--connections", type=int, default=32, help="connections of wrk (default %(default)s)")
    options = Options(**vars(parser.parse_args()))
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    tidy_when_ended()
    with TemporaryDirectory() as folder:
        measure(options, Path(folder))


if __name__ == "__main__":
    main()
