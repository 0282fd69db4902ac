"""The pace of requests to one source through one egress address: arithmetic on instants, and who shares it.

ccxt's own limiter stays on below it: that one knows the weight of each call, this one what the source answers.
"""

import asyncio
from dataclasses import dataclass, field
from math import inf
from typing import Protocol

from oracle.collect.breaker import Breaker

# Where a 429 does not say for how long.
UNSTATED_WAIT = 5.0
# Where a ban does not: Binance's shortest is two minutes, and asking during one makes it longer.
UNSTATED_BAN = 3600.0
# A pace is never slower than this many times the venue's.
SLOWEST = 64
# Sums of instants are rounded; a wait shorter than a microsecond is none.
_EPSILON = 1e-6
# So many sound answers in a row take one doubling back.
STEADY = 50


class Timer(Protocol):
    """Seconds that only grow, and waiting."""

    def now(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class LoopTimer:
    """The event loop's."""

    def now(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Pace:
    """When the next request may start. `interval`: seconds between two starts that the source allows at best."""

    def __init__(self, interval: float) -> None:
        self._allowed, self._slowness, self._steady = interval, 1, 0
        self._next = self._held_until = self._slowed_at = -inf

    @property
    def interval(self) -> float:
        """Seconds between two starts, as of now."""
        return self._allowed * self._slowness

    def at_least(self, interval: float) -> None:
        """Never faster than this either: of those who share a pace the slowest counts."""
        self._allowed = max(self._allowed, interval)

    def wait(self, now: float) -> float:
        """Seconds until a request may start; 0 if it may now."""
        wait = max(self._next, self._held_until) - now
        return wait if wait > _EPSILON else 0.0

    def start(self, now: float) -> None:
        """A request starts."""
        self._next = now + self.interval

    def sound(self, now: float, pause: float) -> None:
        """An answer came; `pause`: seconds until its allowance starts anew, 0 where there is enough of it."""
        self.hold(now, pause)
        self._steady += 1
        if self._steady >= STEADY and self._slowness > 1:
            self._slowness //= 2
            self._steady = 0

    def limited(self, started: float, now: float, wait: float) -> None:
        """A request that had started at `started` was one too many: twice as slow, and nothing for `wait` seconds.

        Requests that were under way together are told so together; they slow the pace once.
        """
        self.hold(now, wait)
        self._steady = 0
        if started >= self._slowed_at:
            self._slowness = min(self._slowness * 2, SLOWEST)
            self._slowed_at = now
        self._next = max(self._next, now + self.interval)

    def hold(self, now: float, seconds: float) -> None:
        """Nothing starts for so long, whoever asks."""
        self._held_until = max(self._held_until, now + seconds)


@dataclass(slots=True)
class Paces:
    """Paces and breakers that outlive a run: a ban that one run met is not forgotten by the next of the process."""

    timer: Timer = field(default_factory=LoopTimer)
    _paces: dict[tuple[str, str], Pace] = field(default_factory=dict)
    _breakers: dict[tuple[str, str], Breaker] = field(default_factory=dict)

    def pace(self, egress: str, address: str, per_minute: float) -> Pace:
        """One for all who leave by `egress` for `address`."""
        pace = self._paces.setdefault((egress, address), Pace(60 / per_minute))
        pace.at_least(60 / per_minute)
        return pace

    def breaker(self, egress: str, source: str) -> Breaker:
        """One for each source and egress; it never concerns another source."""
        return self._breakers.setdefault((egress, source), Breaker())


class Deadline:
    """The end of a run: after it no request starts; None for a run without one."""

    def __init__(self, minutes: float | None, now: float) -> None:
        self._at = inf if minutes is None else now + minutes * 60

    def left(self, now: float) -> float:
        """Seconds that are left, infinitely many without a deadline."""
        return self._at - now
