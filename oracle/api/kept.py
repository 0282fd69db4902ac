"""Encoded answers that are kept for the next who asks: least recently used, bounded in bytes."""

from collections import OrderedDict
from collections.abc import Hashable


class Kept:
    """At most `limit` bytes of answers; a larger one than an eighth of it is not kept."""

    def __init__(self, limit: int) -> None:
        self._limit, self._bytes = limit, 0
        self._bodies: OrderedDict[Hashable, bytes] = OrderedDict()

    def __len__(self) -> int:
        return self._bytes

    def get(self, question: Hashable) -> bytes | None:
        """The answer to the question, if it is here."""
        body = self._bodies.get(question)
        if body is not None:
            self._bodies.move_to_end(question)
        return body

    def put(self, question: Hashable, body: bytes) -> None:
        """Keep an answer; the ones that were not asked for longest go."""
        if len(body) > self._limit // 8:
            return
        before = self._bodies.pop(question, b"")
        self._bodies[question] = body
        self._bytes += len(body) - len(before)
        while self._bytes > self._limit:
            _, gone = self._bodies.popitem(last=False)
            self._bytes -= len(gone)
