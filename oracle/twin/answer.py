"""One HTTP answer as plain values, and the small readings of a query every venue needs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

Query = Mapping[str, str]

_WHOLE = re.compile(r"[0-9]{1,20}")
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body bytes and headers of one answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(value: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The value as compact JSON, the way the venues write it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return Answer(status, text.encode(), "application/json;charset=UTF-8", headers)


def body_answer(body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """A body already written as JSON bytes."""
    return Answer(200, body, "application/json;charset=UTF-8", headers)


def html_answer(body: str, status: int = 200) -> Answer:
    """A page for people, which a client of an API must not mistake for data."""
    return Answer(status, body.encode(), "text/html; charset=utf-8")


def whole(text: str | None) -> int | None:
    """The text as a whole number, None where it is absent or anything else."""
    return int(text) if text is not None and _WHOLE.fullmatch(text) else None


def number(text: str) -> str:
    """The text as a JSON number; what is no number (a fault's "NaN") is quoted, so that the body stays JSON."""
    return text if _JSON_NUMBER.fullmatch(text) else json.dumps(text)
