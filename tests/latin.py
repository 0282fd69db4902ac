"""Words in Latin letters that a Russian text must not have: all but names."""

import re
from collections.abc import Iterator
from typing import Any

from oracle.knowledge import knowledge
from oracle.law.choice import POLICIES
from oracle.venues import VENUES

_NAMES = (
    *VENUES,
    *(venue.title for venue in VENUES.values()),
    *knowledge().rulebooks,
    *POLICIES,
    *("USDT", "Europe/Moscow"),
)
_WORD = re.compile(r"[A-Za-z]{4,}")
_HASH = re.compile(r"https?://\S+|\b[0-9a-f]{64}\b|\b\d{8}T\d{6}Z-[0-9a-f]{8}\b")
# What others have written is quoted as it is.
_OF_OTHERS = {"clause", "source", "title", "note"}


def english(text: str, *names: str) -> list[str]:
    """Runs of four Latin letters or more that are no address, hash, venue, rulebook or policy, nor one of `names`."""
    text = _HASH.sub("", text)
    for name in sorted({*_NAMES, *names}, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", "", text)
    return _WORD.findall(text)


def texts(document: Any, key: str = "") -> Iterator[str]:
    """Whatever in a document consists of several words, under whatever key: that is for people."""
    if isinstance(document, dict):
        for name, each in document.items():
            yield from texts(each, name)
    elif isinstance(document, list):
        for each in document:
            yield from texts(each, key)
    elif isinstance(document, str) and " " in document and key not in _OF_OTHERS:
        yield document
