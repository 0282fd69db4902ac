"""From a typed name to the coin that is meant on a date, by the published register; an ambiguous name is an error."""

from collections.abc import Collection
from datetime import date

from oracle.errors import AmbiguousNameError
from oracle.law.naming import candidates, one, told
from oracle.store.reads import Reads


def coin_meant(reads: Reads, name: str, day: date, venues: Collection[str]) -> tuple[str, list[str]]:
    """The coin and what to warn of: a name that was read as another one, `venues` that mean something else by it.

    AmbiguousNameError lists the meanings with their dates if more than one is possible.
    """
    registered = reads.called(name)
    own = next((each for each in registered if each.code == name), None)
    meant = candidates(name, day, reads.entries(name), own, [each for each in registered if each.code != name])
    titles = reads.titles([each.asset for each in meant.meanings])
    if meant.asset is None:
        raise AmbiguousNameError(f"{told(name, meant.meanings, titles)}; ask for one of them by its code")
    warnings = []
    if meant.asset != name:
        why = f": {told(name, meant.meanings, titles)}" if len(meant.meanings) > 1 else ""
        warnings.append(f"{name} is read as {meant.asset} ({titles.get(meant.asset, meant.asset)}){why}")
    warnings += [
        f"not in this answer: {name} in the sense of {one(other, titles)}"
        for other in meant.otherwise
        if not other.venues or set(other.venues) & set(venues)
    ]
    return meant.asset, warnings
