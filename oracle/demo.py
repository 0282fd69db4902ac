"""`oracle demo`: the whole way once on this machine, with invented prices that every answer marks as DEMO."""

import asyncio
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from oracle import settings
from oracle.ask import Question, ask
from oracle.collect.context import Sources
from oracle.collect.plan import Wanted
from oracle.days import Clock, last_closed
from oracle.gather import gather
from oracle.outputs.table import quotation
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.twin import Fault, Twin, TwinData
from oracle.twin.invented import invented


def demonstrate(given: Path | None) -> None:
    """Collect from stand-ins into a home of its own, `demo` inside the home folder, and print a quotation for BTC."""
    home = Home(settings.home(given).path / "demo").usable()
    clock = settings.clock()
    sys.stderr.write("starting stand-in venues and a stand-in Bank of Russia on 127.0.0.1: all prices are invented\n")
    with running_twin(clock, invented(clock())) as endpoints:
        published = gather(home, Wanted(), Sources(endpoints, paced=False), clock)
    for line in published.lines:
        sys.stderr.write(line + "\n")
    # Two days back every venue's day has closed, and the rates are certain.
    day = last_closed(clock(), timedelta(), timedelta(days=1))
    with Reads(published.published) as reads:
        answer = ask(reads, Question("BTC", day), clock())
    sys.stdout.write(quotation(answer, str(published.published)))
    sys.stdout.write(f"\nask it yourself: oracle quotation ETH {day} --home {home.path}\n")


@contextmanager
def running_twin(clock: Clock, data: TwinData, faults: Iterable[Fault] = ()) -> Iterator[dict[str, str]]:
    """The twin on a thread of its own, as other machines are; its endpoints by source."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="twin", daemon=True)
    thread.start()
    # Without compression: both ends share this machine, and compressing would be most of the work.
    twin = Twin(data, now=clock, faults=faults, gzip=False)
    asyncio.run_coroutine_threadsafe(twin.__aenter__(), loop).result()
    try:
        yield twin.endpoints()
    finally:
        asyncio.run_coroutine_threadsafe(twin.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
