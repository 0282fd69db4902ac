"""Words in Latin letters that a Russian text must not have: all but names."""

import re

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


def english(text: str, *names: str) -> list[str]:
    """Runs of four Latin letters or more that are neither a venue, a rulebook, a policy, nor one of `names`."""
    for name in sorted({*_NAMES, *names}, key=len, reverse=True):
        text = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", "", text)
    return _WORD.findall(text)
