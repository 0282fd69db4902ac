"""The asset register: what an asset is in the sense of 259-FZ, and what a stablecoin stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from oracle.errors import KnowledgeError
from oracle.law.rulebook import KINDS

_OPTIONAL = ("obligated_person", "peg", "wraps", "units_of", "note")


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset; `peg` is the currency that a stablecoin stands for.

    `since`: the first day on which it existed. `units` of the asset `units_of` make one of this one: 1000SATS is 1000
    SATS. Nothing here multiplies by them.
    """

    code: str
    name: str
    kind: str
    source: str
    obligated_person: str = ""
    peg: str = ""
    wraps: str = ""
    note: str = ""
    since: date | None = None
    units: int = 1
    units_of: str = ""


_UNCLASSIFIED = "unclassified"


class _Kinds(dict[str, str]):
    def __missing__(self, code: str) -> str:
        return _UNCLASSIFIED


class Assets:
    """The register; an asset that is not in it is `unclassified`, which is said, never guessed."""

    def __init__(self, assets: Mapping[str, Asset]) -> None:
        self._assets = assets
        # The kind of any code: asked for every quote asset of every venue day.
        self.kinds = _Kinds({code: asset.kind for code, asset in assets.items()})

    def __getitem__(self, code: str) -> Asset:
        return self._assets.get(code) or Asset(code, code, _UNCLASSIFIED, "not in the asset register")

    def __contains__(self, code: str) -> bool:
        return code in self._assets

    def get(self, code: str) -> Asset | None:
        """The entry, or None."""
        return self._assets.get(code)

    def with_more(self, more: Iterable[Asset]) -> "Assets":
        """The register and these."""
        return Assets({**self._assets, **{each.code: each for each in more}})

    def all(self) -> list[Asset]:
        """Every registered asset, by code."""
        return [self._assets[code] for code in sorted(self._assets)]

    def of_kind(self, kind: str) -> frozenset[str]:
        """Codes of all registered assets of a kind."""
        return frozenset(code for code, asset in self._assets.items() if asset.kind == kind)


def assets(content: Mapping[str, Any], file: str) -> Assets:
    """The register out of its parsed TOML; KnowledgeError names file, asset and reason."""
    return Assets({code: _asset(code, entry, file) for code, entry in content.items()})


def _asset(code: str, entry: Any, file: str) -> Asset:  # noqa: ANN401 - TOML holds anything until it is checked
    if not isinstance(entry, Mapping):
        raise KnowledgeError(f"{file}: {code}: expected a table")
    for key in ("name", "kind", "source"):
        if not isinstance(entry.get(key), str) or not entry[key]:
            raise KnowledgeError(f"{file}: {code}: {key}: expected a text")
    if entry["kind"] not in KINDS:
        raise KnowledgeError(f"{file}: {code}: kind: unknown {entry['kind']!r}; known: {', '.join(KINDS)}")
    if entry["kind"] == "stablecoin" and not entry.get("peg"):
        raise KnowledgeError(f"{file}: {code}: peg: a stablecoin names the currency that it stands for")
    if unknown := set(entry) - {"name", "kind", "source", "since", "units", *_OPTIONAL}:
        raise KnowledgeError(f"{file}: {code}: {min(unknown)}: unknown key")
    optional = {key: entry[key] for key in _OPTIONAL if key in entry}
    for key, value in optional.items():
        if not isinstance(value, str) or not value:
            raise KnowledgeError(f"{file}: {code}: {key}: expected a text")
    _check_numbers(code, entry, file)
    since, units = entry.get("since"), entry.get("units", 1)
    return Asset(code, entry["name"], entry["kind"], entry["source"], **optional, since=since, units=units)


def _check_numbers(code: str, entry: Mapping[str, Any], file: str) -> None:
    since, units = entry.get("since"), entry.get("units", 1)
    if since is not None and type(since) is not date:
        raise KnowledgeError(f"{file}: {code}: since: expected a date such as 2022-05-28")
    if type(units) is not int or units < 1 or (units > 1) != ("units_of" in entry):
        raise KnowledgeError(f"{file}: {code}: units: a whole number above 1, beside units_of")
