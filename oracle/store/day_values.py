"""Ruble values of a day, held in a few bytes each: thousands of days have the same venues, assets and paths."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from oracle.store.rows import ValueRow

Key = tuple[str, str, str]


class DayValues(Mapping[Key, ValueRow]):
    """By venue, asset and path."""

    __slots__ = ("_legs", "_places", "_reasons")

    def __init__(self, rows: Iterable[ValueRow]) -> None:
        found = sorted(rows, key=_key)
        self._places = _places(tuple(map(_key, found)))
        self._legs, self._reasons = tuple(row.legs for row in found), tuple(row.reason for row in found)

    def __getitem__(self, key: Key) -> ValueRow:
        place = self._places[key]
        return ValueRow(*key, self._legs[place], self._reasons[place])

    def __iter__(self) -> Iterator[Key]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _key(row: ValueRow) -> Key:
    return row.venue, row.asset, row.path


@lru_cache(1024)
def _places(keys: tuple[Key, ...]) -> dict[Key, int]:
    """Where each stands; the same for all days that have the same keys."""
    return {key: place for place, key in enumerate(keys)}
