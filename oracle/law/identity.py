"""Which asset a venue's code denotes on a day, by entries with dates; what no entry tells is refused, not guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from oracle.errors import KnowledgeError
from oracle.law.asset import Asset, Assets

ALWAYS, FOREVER = date(1, 1, 1), date(9999, 12, 31)
# Which entry counts where several hold: the venue's own, then its rule for a family of codes, then that for all venues.
OWN, FAMILY, ALL = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Alias:
    """`code` denotes `asset` on `venue` (empty: on every venue that has no entry of its own) from `first` to `last`.

    `refused` says instead why nothing may be concluded; `asset` is empty then. `origin` is shipped or user.
    """

    code: str
    asset: str
    venue: str
    first: date
    last: date
    source: str
    note: str = ""
    refused: str = ""
    rank: int = OWN
    origin: str = "shipped"

    def covers(self, day: date) -> bool:
        """Whether it holds on `day`."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Nothing is known about what the code denotes that day: it is kept under `name`, which no other venue shares."""

    name: str
    reason: str


class Identity:
    """The register of names."""

    def __init__(self, assets: Assets, aliases: Sequence[Alias], derived: Iterable[Asset] = ()) -> None:
        self.registered = assets
        self.assets = assets.with_more(derived)
        self.aliases = tuple(aliases)
        self._by_code: dict[str, list[Alias]] = {}
        for each in aliases:
            self._by_code.setdefault(each.code, []).append(each)
        for entries in self._by_code.values():
            entries.sort(key=lambda each: (each.rank, each.venue, each.first))

    def asset_of(self, venue: str, code: str, day: date) -> str | Unresolved:
        """The asset that the venue's code denotes on the day; an unregistered code that nothing is said of is kept."""
        entries = [each for each in self._by_code.get(code, ()) if each.venue in ("", venue)]
        for each in entries:
            if each.covers(day):
                return each.asset or Unresolved(own_name(venue, code), each.refused)
        if entries:
            return Unresolved(own_name(venue, code), f"no entry says what {code} denoted at {venue} on that day")
        return code

    def entries(self, code: str) -> list[Alias]:
        """Every entry for a code."""
        return list(self._by_code.get(code, ()))

    def denoting(self, asset: str) -> list[Alias]:
        """Every entry by which a code denotes the asset."""
        return [each for each in self.aliases if each.asset == asset]

    def codes_of(self, asset: str) -> frozenset[str]:
        """Every code that denotes the asset somewhere at some time, its own included."""
        return frozenset({asset, *(each.code for each in self.denoting(asset))})


def own_name(venue: str, code: str) -> str:
    """The name of what a venue lists under a code of which nothing may be concluded: LUNA@OKX."""
    return f"{code}@{venue.upper()}"


def refuse_contradictions(aliases: Sequence[Alias], assets: Assets, files: Sequence[str]) -> None:
    """KnowledgeError where two entries of one venue and code meet on a day, or one names an unregistered asset.

    `files`: which file each entry stands in.
    """
    spans: dict[tuple[str, str, int], list[tuple[Alias, str]]] = {}
    for each, file in zip(aliases, files, strict=True):
        where = f"{file}: {each.code}{f' at {each.venue}' if each.venue else ''}"
        if each.asset and each.asset not in assets:
            raise KnowledgeError(f"{where}: asset: {each.asset!r} is not in the asset register")
        for other, its_file in spans.setdefault((each.venue, each.code, each.rank), []):
            if each.first <= other.last and other.first <= each.last:
                raise KnowledgeError(
                    f"{where}: since: another entry for the same days says {other.asset or 'refused'} ({its_file})"
                )
        spans[each.venue, each.code, each.rank].append((each, file))
