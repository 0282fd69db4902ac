"""What sources tell of the allowance that is left, as facts: which headers, in which unit, and when it starts anew."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from oracle.fetch import Headers, header, server_time

# A pause ends by then whatever a header says: no window of an exchange is longer than a minute.
LONGEST_PAUSE = 60.0
# So little of an allowance is "nearly used": others may share the address.
_RESERVE = 0.1


class Reset(StrEnum):
    """How a header tells when the allowance starts anew."""

    SECONDS = "seconds from now"
    MILLISECONDS = "milliseconds from now"
    AT_SECONDS = "seconds since 1970"
    AT_MILLISECONDS = "milliseconds since 1970"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """One way of telling. `left` or `used` counts against `limit`, a header's name or a published number.

    `resets` tells when it starts anew by `unit`; without such a header it does every `window` seconds of the source's
    clock.
    """

    source: str
    left: str = ""
    used: str = ""
    limit: str | int = 0
    pattern: str = r"^(\d+)$"
    resets: str = ""
    unit: Reset = Reset.SECONDS
    window: int = 1


ALLOWANCES = (
    Allowance(source="Binance: weight of a minute", used="x-mbx-used-weight-1m", limit=6000, window=60),
    # "group=candles; min=600; sec=9": `min` is a constant since 2024, `sec` is what is left of this second.
    Allowance(source="Upbit, Bithumb", left="remaining-req", pattern=r"\bsec=(\d+)", window=1),
    Allowance(
        source="Bybit",
        left="x-bapi-limit-status",
        limit="x-bapi-limit",
        resets="x-bapi-limit-reset-timestamp",
        unit=Reset.AT_MILLISECONDS,
    ),
    Allowance(
        source="KuCoin",
        left="gw-ratelimit-remaining",
        limit="gw-ratelimit-limit",
        resets="gw-ratelimit-reset",
        unit=Reset.MILLISECONDS,
    ),
    Allowance(
        source="Gate",
        left="x-gate-ratelimit-requests-remain",
        limit="x-gate-ratelimit-limit",
        resets="x-gate-ratelimit-reset-timestamp",
        unit=Reset.AT_SECONDS,
    ),
    Allowance(source="RateLimit", left="ratelimit-remaining", limit="ratelimit-limit", resets="ratelimit-reset"),
    Allowance(
        source="X-RateLimit",
        left="x-ratelimit-remaining",
        limit="x-ratelimit-limit",
        resets="x-ratelimit-reset",
        unit=Reset.AT_SECONDS,
    ),
)


def pause(headers: Headers, received_at: datetime) -> float:
    """Seconds to wait before the next request so that the allowance is not used up; 0 if there is enough of it."""
    return max((_pause(each, headers, received_at) for each in ALLOWANCES), default=0.0)


def _pause(allowance: Allowance, headers: Headers, received_at: datetime) -> float:
    said = header(headers, allowance.left or allowance.used)
    told = said and _number(said, allowance.pattern)
    if not isinstance(told, int):
        return 0.0
    limit = allowance.limit if isinstance(allowance.limit, int) else _number(header(headers, allowance.limit)) or 0
    left = limit - told if allowance.used else told
    if left > limit * _RESERVE:
        return 0.0
    now = (server_time(headers) or received_at).timestamp()
    until = _number(header(headers, allowance.resets)) if allowance.resets else None
    wait = _WAITS[allowance.unit](until, now) if until is not None else allowance.window - now % allowance.window
    return min(max(wait, 0.0), LONGEST_PAUSE)


_WAITS: dict[Reset, Callable[[int, float], float]] = {
    Reset.SECONDS: lambda told, _: float(told),
    Reset.MILLISECONDS: lambda told, _: told / 1000,
    # Some say seconds from now under the same name: nothing started anew in the seventies.
    Reset.AT_SECONDS: lambda told, now: told - now if told > 10**8 else float(told),
    Reset.AT_MILLISECONDS: lambda told, now: told / 1000 - now,
}


def _number(text: str | None, pattern: str = r"^(\d+)$") -> int | None:
    found = re.search(pattern, (text or "").strip())
    return int(found[1][:15]) if found else None
