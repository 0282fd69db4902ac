"""Work that several threads need and one of them does: the others wait for it, and find it done."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Once(Generic[Found]):
    """What is made when it is first asked for."""

    def __init__(self) -> None:
        self._made: list[Found] = []
        self._lock = Lock()

    def get(self, make: Callable[[], Found]) -> Found:
        """It."""
        if not self._made:
            with self._lock:
                if not self._made:
                    self._made.append(make())
        return self._made[0]

    def now(self) -> Found | None:
        """It, if it has been made."""
        return self._made[0] if self._made else None


class OneByOne:
    """Lets one thread at a time do the work of a key."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, Lock] = defaultdict(Lock)
        self._users: dict[Hashable, int] = defaultdict(int)
        self._lock = Lock()

    @contextmanager
    def of(self, key: Hashable) -> Iterator[None]:
        """While the block runs nobody else does this key's work."""
        with self._lock:
            lock = self._locks[key]
            self._users[key] += 1
        try:
            with lock:
                yield
        finally:
            with self._lock:
                self._users[key] -= 1
                if not self._users[key]:
                    del self._locks[key], self._users[key]
