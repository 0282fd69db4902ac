"""What is kept in memory for the next who asks: least recently used, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """Values that take at most `limit` bytes together; one that takes more than an eighth of it is not kept.

    May be shared by threads.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._bytes = limit, 0
        self._values: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return self._bytes

    def get(self, key: Key) -> Value | None:
        """The value, if it is here."""
        found = self._values.get(key)
        if found is None:
            return None
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
        return found[0]

    def put(self, key: Key, value: Value, size: int) -> None:
        """Keep a value of so many bytes; the ones that were not asked for longest go."""
        with self._lock:
            _, before = self._values.pop(key, (value, 0))
            self._bytes -= before
            if size > self._limit // 8:
                return
            self._values[key] = value, size
            self._bytes += size
            while self._bytes > self._limit:
                _, (_, gone) = self._values.popitem(last=False)
                self._bytes -= gone

    def newest(self) -> list[Key]:
        """What is here, the most recently asked for first."""
        with self._lock:
            return list(reversed(self._values))
