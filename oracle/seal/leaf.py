"""A leaf of the log: the canonical bytes of one observation, written down so that a stranger makes the same.

A leaf is one JSON object in UTF-8 without spaces or a line end, its keys sorted, as RFC 8785 has it, and as Python's
`json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False)` writes it. Its keys are
    asked_at, received_at   instants in UTC with six decimals: 2026-03-14T09:26:53.589793Z
    source, kind, subject, url, outcome, detail   texts, as the archive has them
    first_day, last_day     ends of the span asked for, YYYY-MM-DD, or null
    status                  HTTP status as a number, or null
    headers                 [[name, value], ...] as they were kept, in their order
    sha256                  of the body's bytes, lower-case hex, or null where none came
    leaf                    the text observation/1: what this is, and its version
The log's tree holds `leaf_hash` of these bytes: SHA-256 over a zero byte and the leaf.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from oracle.seal.tree import leaf_hash
from oracle.terms import Observation

FORMAT = "observation/1"
_encode = msgspec.json.Encoder(order="sorted").encode


def leaf(observation: Observation) -> bytes:
    """The leaf of one observation."""
    span = observation.span
    return _encode(
        {
            "asked_at": _instant(observation.asked_at),
            "detail": observation.detail,
            "first_day": span.first.isoformat() if span else None,
            "headers": observation.headers,
            "kind": observation.kind,
            "last_day": span.last.isoformat() if span else None,
            "leaf": FORMAT,
            "outcome": observation.outcome,
            "received_at": _instant(observation.received_at),
            "sha256": observation.sha256,
            "source": observation.source,
            "status": observation.status,
            "subject": observation.subject,
            "url": observation.url,
        }
    )


def leaves(observations: Iterable[Observation]) -> list[bytes]:
    """Leaf hashes of observations, in their order."""
    return [leaf_hash(leaf(each)) for each in observations]


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
