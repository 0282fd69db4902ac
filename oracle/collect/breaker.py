"""The circuit breaker of one source: left alone after several questions in a row without an answer, then probed."""

from math import inf

# A question is given up after all its tries, so this is some fifteen requests and half a minute.
STRIKES = 3
COOL_DOWN = 600.0


class Breaker:
    """Closed while answers come; open after `STRIKES` questions without one; after a cool-down one probe decides."""

    def __init__(self) -> None:
        self._strikes = 0
        self._open_until = -inf
        self._reason = ""

    def answered(self) -> None:
        """The source lives."""
        self._strikes, self._reason = 0, ""

    def gave_up(self, reason: str, now: float) -> None:
        """A question found no answer in all its tries."""
        self._strikes += 1
        if self._strikes >= STRIKES:
            self._open_until = now + COOL_DOWN
            self._reason = reason

    def barred(self, now: float) -> str | None:
        """Why nothing may be sent now, None if it may; after the cool-down the first who asks is the probe."""
        if self._strikes < STRIKES:
            return None
        if now >= self._open_until:
            self._open_until = now + COOL_DOWN
            return None
        return (
            f"left alone after {self._strikes} questions in a row without an answer (the last: {self._reason[:200]}); "
            "run collect again later"
        )
