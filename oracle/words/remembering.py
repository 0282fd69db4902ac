"""Sentences that are said again and again of the same figures: made once."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Figures = Mapping[str, Any]


def remembered(sayings: Mapping[str, Callable[[Figures], str]]) -> Callable[[str, Figures], str]:
    """What a code says of figures; `sayings`: by code. Lists of figures reach them as tuples."""

    @lru_cache(1 << 13)
    def said(code: str, figures: tuple[tuple[str, Any], ...]) -> str:
        return sayings[code](dict(figures))

    def say(code: str, figures: Figures) -> str:
        held = tuple([(key, tuple(each) if isinstance(each, list) else each) for key, each in figures.items()])
        return said(code, held)

    return say
