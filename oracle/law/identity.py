"""Which asset a venue's code denotes on a day, and which assets a name that somebody typed may denote."""

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


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name may denote: an asset, on these venues (none named: anywhere), from `first` to `last`."""

    asset: str
    venues: tuple[str, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Named:
    """What a typed name comes to on a day: `asset` if that is certain, and everything else that it may mean.

    `meanings`: all of them, oldest first. `otherwise`: those of the day that are not `asset`.
    """

    asset: str | None
    meanings: tuple[Meaning, ...]
    otherwise: tuple[Meaning, ...]


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

    def candidates(self, name: str, day: date) -> Named:
        """What a typed name may denote on the day."""
        asset = self.assets[name] if name in self.assets else None
        return candidates(name, day, self.entries(name), asset, [self.assets[code] for code in self._namesakes(name)])

    def _namesakes(self, name: str) -> list[str]:
        return [each.code for each in self.assets.all() if each.code.startswith(f"{name}-")]

    def entries(self, code: str) -> list[Alias]:
        """Every entry for a code."""
        return list(self._by_code.get(code, ()))

    def codes_of(self, asset: str) -> frozenset[str]:
        """Every code that denotes the asset somewhere at some time, its own included."""
        return frozenset({asset, *(each.code for each in self.aliases if each.asset == asset)})


def own_name(venue: str, code: str) -> str:
    """The name of what a venue lists under a code of which nothing may be concluded: LUNA@okx."""
    return f"{code}@{venue}"


def candidates(
    name: str, day: date, entries: Sequence[Alias], asset: Asset | None, namesakes: Sequence[Asset] = ()
) -> Named:
    """What `name` may denote on `day`, by the entries for it and by the asset that the register calls so.

    `namesakes`: assets called NAME-SOMETHING, told apart from others of the name. The register's own code is certain
    from the day on which its asset exists, unless an entry for all venues says otherwise.
    """
    found = _meanings(entries)
    called_so = [*([asset] if asset else []), *namesakes]
    for each in called_so:
        if each.code not in {meaning.asset for meaning in found}:
            found.append(Meaning(each.code, (), each.since or ALWAYS, FOREVER))
    meanings = tuple(sorted(found, key=lambda each: (each.first, each.last, each.asset)))
    everywhere = {each.asset for each in entries if not each.venue and each.asset and each.covers(day)}
    of_day = {each.asset for each in entries if each.asset and each.covers(day)}
    possible = of_day | {each.code for each in called_so if (each.since or ALWAYS) <= day}
    if asset and (asset.since or ALWAYS) <= day and everywhere <= {name}:
        certain: str | None = name
    elif len(possible) == 1:
        (certain,) = possible
    else:
        certain = None if meanings else name
    return Named(certain, meanings, tuple(each for each in meanings if each.asset in of_day - {certain}))


def _meanings(entries: Sequence[Alias]) -> list[Meaning]:
    result = []
    for asset in sorted({each.asset for each in entries if each.asset}):
        of_it = [each for each in entries if each.asset == asset]
        venues = () if any(not each.venue for each in of_it) else tuple(sorted({each.venue for each in of_it}))
        result.append(Meaning(asset, venues, min(each.first for each in of_it), max(each.last for each in of_it)))
    return result


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
