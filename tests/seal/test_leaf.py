"""A leaf can be made by a stranger: by the words of its description and Python's own library."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oracle.seal.leaf import leaf, leaves
from tests.test_archive import observation

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def by_description(source: str, detail: str, headers: list[tuple[str, str]], body: bytes | None) -> bytes:
    """The leaf of the observation below, written as the description says."""
    document = {
        "source": source,
        "kind": "candles",
        "subject": "BTCUSDT",
        "first_day": "2026-03-01",
        "last_day": "2026-03-13",
        "url": "https://api.binance.com/api/v3/klines?symbol=BTCUSDT",
        "status": 200,
        "headers": [list(each) for each in headers],
        "asked_at": "2026-03-14T09:26:53.589793Z",
        "received_at": "2026-03-14T09:26:53.589793Z",
        "outcome": "ok" if body is not None else "unreachable",
        "detail": detail,
        "sha256": None if body is None else sha256(body).hexdigest(),
        "leaf": "observation/1",
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(TEXT, TEXT, st.lists(st.tuples(TEXT, TEXT), max_size=3), st.none() | st.binary(max_size=20))
def test_the_description_makes_the_leaf(
    source: str, detail: str, headers: list[tuple[str, str]], body: bytes | None
) -> None:
    """Whatever the texts, json.dumps as described gives the same bytes, and SHA-256 the hash."""
    kept = replace(observation(body), source=source, detail=detail, headers=tuple(headers))
    described = by_description(source, detail, headers, body)
    assert leaf(kept) == described
    assert leaves([kept]) == [sha256(b"\0" + described).digest()]


def test_every_part_of_an_observation_is_sealed() -> None:
    """Another value in any field of an observation gives another leaf."""
    sound = observation(b"true")
    others: dict[str, Any] = {
        "source": "okx",
        "kind": "markets",
        "subject": "ETHUSDT",
        "span": None,
        "url": "https://example.org/",
        "status": None,
        "headers": (),
        "asked_at": sound.asked_at.replace(microsecond=0),
        "received_at": sound.received_at.replace(microsecond=0),
        "body": b"false",
        "outcome": "changed",
        "detail": "because",
    }
    assert set(others) == set(sound.__dataclass_fields__)
    assert all(leaf(replace(sound, **{name: value})) != leaf(sound) for name, value in others.items())
