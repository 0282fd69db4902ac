"""From a typed name to the coin that is meant on a date, by the published register; an ambiguous name is an error."""

from collections.abc import Collection
from datetime import date

from oracle.errors import AmbiguousNameError
from oracle.law.identity import ALWAYS
from oracle.law.naming import candidates, told
from oracle.law.said import Figure, Nested, Said
from oracle.store.reads import Reads
from oracle.words import language


def coin_meant(reads: Reads, name: str, day: date, venues: Collection[str]) -> tuple[str, list[Said]]:
    """The coin and what to warn of: a name that was read as another one, `venues` that mean something else by it.

    AmbiguousNameError lists the meanings with their dates if more than one is possible.
    """
    registered, entries = reads.called(name), reads.entries(name)
    if not entries and all(each.code == name and (each.since or ALWAYS) <= day for each in registered):
        return name, []
    own = next((each for each in registered if each.code == name), None)
    meant = candidates(name, day, entries, own, [each for each in registered if each.code != name])
    titles = reads.titles([each.asset for each in meant.meanings])
    meanings = [told(each, titles) for each in meant.meanings]
    if meant.asset is None:
        raise AmbiguousNameError(f"{language('en').meanings(name, meanings)}; ask for one of them by its code")
    warnings = []
    if meant.asset != name:
        warnings.append(_read_as(name, meant.asset, titles.get(meant.asset, meant.asset), meanings))
    warnings += [
        Said("other_sense", {"name": name, "meaning": told(other, titles)})
        for other in meant.otherwise
        if not other.venues or set(other.venues) & set(venues)
    ]
    return meant.asset, warnings


def _read_as(name: str, coin: str, title: str, meanings: list[dict[str, Figure]]) -> Said:
    figures: dict[str, Nested] = {"name": name, "coin": coin, "title": title}
    if len(meanings) == 1:
        return Said("read_as", figures)
    return Said("read_as_one_of", {**figures, "meanings": meanings})
