"""Which assets a name that somebody typed may denote on a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from oracle.law.asset import Asset
from oracle.law.identity import ALWAYS, FOREVER, Alias, Identity
from oracle.law.said import Figure


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name may denote: an asset, on these venues (none named: anywhere), from `first` to `last`.

    `beyond`: venues that denote it by the name on other days too.
    """

    asset: str
    venues: tuple[str, ...]
    first: date
    last: date
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Named:
    """What a typed name comes to on a day: `asset` if that is certain, and everything else that it may mean.

    `meanings`: all of them, oldest first. `otherwise`: those of the day that are not `asset`.
    """

    asset: str | None
    meanings: tuple[Meaning, ...]
    otherwise: tuple[Meaning, ...]


def named(identity: Identity, name: str, day: date) -> Named:
    """What a typed name may denote on the day, by the register of names."""
    namesakes = [each for each in identity.assets.all() if each.code.startswith(f"{name}-")]
    return candidates(name, day, identity.entries(name), identity.assets.get(name), namesakes)


def candidates(
    name: str, day: date, entries: Sequence[Alias], asset: Asset | None, namesakes: Sequence[Asset] = ()
) -> Named:
    """What `name` may denote on `day`, by the entries for it and by the asset that the register calls so.

    `namesakes`: assets called NAME-SOMETHING, told apart from others of the name. The register's own code is certain
    from the day on which its asset exists, unless an entry for all venues says otherwise.
    """
    found = [] if asset is None else [Meaning(asset.code, (), asset.since or ALWAYS, FOREVER)]
    found += _meanings([each for each in entries if not asset or each.asset != asset.code])
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
        general = [each for each in of_it if not each.venue]
        first, last = min(each.first for each in general or of_it), max(each.last for each in general or of_it)
        outside = {each.venue for each in of_it if each.first < first or each.last > last}
        venues = () if general else tuple(sorted({each.venue for each in of_it}))
        result.append(Meaning(asset, venues, first, last, tuple(sorted(outside)) if general else ()))
    return result


def told(meaning: Meaning, titles: Mapping[str, str]) -> dict[str, Figure]:
    """A meaning as figures, null where it has no first or last day; `titles`: names of the assets by code."""
    return {
        "coin": meaning.asset,
        "title": titles.get(meaning.asset, meaning.asset),
        "venues": list(meaning.venues),
        "first_on": meaning.first.isoformat() if meaning.first > ALWAYS else None,
        "last_on": meaning.last.isoformat() if meaning.last < FOREVER else None,
        "beyond": list(meaning.beyond),
    }
