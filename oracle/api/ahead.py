"""What is read of a version before anybody asks for it: of a new one all that was asked of the one before it."""

import gc
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import zip_longest

from oracle.api.encoding import Encoder
from oracle.store.reads import Reads
from oracle.store.shelf import BLOCK, Shelf, ShelfReads
from oracle.words import LANGUAGES

# A new version is made ready for so long at most before it takes the place of the one before it.
READY_SECONDS = 120.0
# Of the time that reading ahead takes, so much is left to whoever asks meanwhile.
REST = 0.5
# Seconds after its start in which a server does nothing but answer.
START_AFTER = 0.5
# Of so many days the answers are prepared.
YOUNG = timedelta(days=550)
# The days of a shelf that are not read ahead: room for those that somebody asks for.
_FULL = 0.8


def read_as_before(shelf: Shelf, encoder: Encoder, reads: Reads, before: tuple[Shelf, Encoder]) -> None:
    """Read what was last asked of the version before this one, most recently asked first, for a while at most."""
    ends, was, told = time.monotonic() + READY_SECONDS, before[0], before[1].newest()
    coins, days = was.newest()
    if coins or days:
        shelf.read_markets(reads)
    here = ShelfReads(shelf, reads)

    def work() -> Iterator[Callable[[], object]]:
        for coin, day, of in zip_longest(coins, days, told):
            if day is not None:
                yield partial(here.values, day)
            if of is not None:
                yield partial(encoder.prepare, here, of[0], of[1], _AT_ANY_TIME)
            if coin is not None:
                yield partial(here.read_coin, coin)

    def rest(seconds: float) -> bool:
        time.sleep(seconds)
        return time.monotonic() < ends

    _at_leisure(work(), rest)


def read_ahead(shelf: Shelf, encoder: Encoder, reads: Reads, newest: date, rest: Callable[[float], bool]) -> None:
    """Read all markets and the facts of the days up to `newest`, the newest first, until the shelf is nearly full.

    What answers about young days share is made too: they are asked about most, and their verdicts have most words.
    `rest`: waits for some seconds, and tells whether to go on.
    """
    here = ShelfReads(shelf, reads)

    def work() -> Iterator[Callable[[], object]]:
        yield partial(shelf.read_markets, reads)
        # Each time the last day of a block.
        day, first = newest + timedelta(days=BLOCK - 1 - newest.toordinal() % BLOCK), reads.first_day()
        while first is not None and first <= day and shelf.fullness < _FULL:
            yield partial(here.values, day)
            if newest - day <= YOUNG:
                for each in (day - timedelta(days=number) for number in range(BLOCK)):
                    yield partial(encoder.prepare, here, each, LANGUAGES[0], _AT_ANY_TIME)
            day -= timedelta(days=BLOCK)

    if rest(START_AFTER):
        _at_leisure(work(), rest)


# What the days of a version share tells nothing of the hour.
_AT_ANY_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def _at_leisure(work: Iterator[Callable[[], object]], rest: Callable[[float], bool]) -> None:
    """Piece by piece, with a rest after each."""
    for each in work:
        begun = time.monotonic()
        each()
        # What was read stays as long as the version: looking through it for garbage again and again is in vain.
        gc.freeze()
        if not rest(REST * (time.monotonic() - begun)):
            break
