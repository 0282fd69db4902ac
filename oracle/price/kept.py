"""What was found of pairs before, for the next ledger to the same version: least recently used, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from threading import Lock
from typing import NamedTuple

import pyarrow as pa

from oracle.price.pairs import Pair

_BESIDE_TEXTS = 400


class Told(NamedTuple):
    """A pair as one format tells it: the texts before and after what is of the row, rubles for one coin, the status."""

    head: str
    tail: str
    rub: str | None
    status: str


class Shelf(dict[Pair, Told]):
    """Pairs of one version, reading and format. As time passes a pair only stops being not final, so nothing kept at
    `until` changes later; before it, a question must not look here.
    """

    until = datetime.min.replace(tzinfo=UTC)
    size = 0


class Kept:
    """At most about `limit` bytes of pairs, and the values of quote assets of a few readings."""

    def __init__(self, limit: int = 128 * 2**20) -> None:
        self._limit, self._lock = limit, Lock()
        self._shelves: OrderedDict[Hashable, Shelf] = OrderedDict()
        self._worth: OrderedDict[Hashable, pa.Table] = OrderedDict()

    def shelf(self, key: Hashable, now: datetime) -> Shelf:
        """What is known under a reading; an empty one for a question about the past."""
        with self._lock:
            shelf = self._shelves.setdefault(key, Shelf())
            self._shelves.move_to_end(key)
        return shelf if now >= shelf.until else Shelf()

    def put(self, key: Hashable, found: dict[Pair, Told], now: datetime) -> None:
        """Keep pairs found at `now`; the shelves that were not asked for longest go."""
        lasting = {pair: told for pair, told in found.items() if told.status != "not_final"}
        with self._lock:
            shelf = self._shelves.setdefault(key, Shelf())
            shelf.update(lasting)
            shelf.size += sum(len(each.head) + len(each.tail) + _BESIDE_TEXTS for each in lasting.values())
            shelf.until = max(shelf.until, now)
            while sum(each.size for each in self._shelves.values()) > self._limit:
                self._shelves.popitem(last=False)

    def worth(self, key: Hashable, make: Callable[[], pa.Table]) -> pa.Table:
        """The values of quote assets under a reading, made at the first question."""
        found = self._worth.get(key)
        if found is None:
            found = make()
            with self._lock:
                self._worth[key] = found
                while len(self._worth) > _READINGS:
                    self._worth.popitem(last=False)
        return found


_READINGS = 8
