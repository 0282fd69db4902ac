"""Entries of the register of names out of their TOML; families of leveraged tokens and lots spelled out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from oracle.errors import KnowledgeError
from oracle.law.asset import Asset, Assets
from oracle.law.identity import ALL, ALWAYS, FAMILY, FOREVER, OWN, Alias, Identity, refuse_contradictions

_COMMON = {"since", "until", "source", "note"}
_ALIAS = {"code", "asset", "refused", "venues", *_COMMON}
_FAMILY = {"prefixes", "suffixes", "of", "units", "venues", *_COMMON}


@dataclass(frozen=True, slots=True)
class File:
    """A parsed file of names: where it stands, and whose it is (shipped or user)."""

    name: str
    content: Mapping[str, Any]
    origin: str = "shipped"


class _Made(NamedTuple):
    where: str
    alias: Alias
    derived: Asset | None = None


def identity(files: list[File], assets: Assets) -> Identity:
    """The register of names; KnowledgeError names file, entry, key and reason. The first file lists the venues."""
    known = _texts(files[0].content, "venues", files[0].name)
    made: list[_Made] = []
    for number, file in enumerate(files):
        allowed = {"alias", "family", "venues"} if not number else {"alias", "family"}
        if unknown := set(file.content) - allowed:
            raise KnowledgeError(f"{file.name}: {min(unknown)}: unknown key")
        for where, entry in _entries(file, "alias", _ALIAS):
            made += _aliases(where, entry, known, file.origin)
        for where, entry in _entries(file, "family", _FAMILY):
            made += _family(where, entry, known, assets, file.origin)
    derived = {each.derived.code: each.derived for each in made if each.derived}
    for each in made:
        if each.derived and each.derived.code in assets:
            raise KnowledgeError(f"{each.where}: {each.derived.code} is in the asset register already")
    everything = assets.with_more(derived.values())
    refuse_contradictions([each.alias for each in made], everything, [each.where for each in made])
    return Identity(assets, [each.alias for each in made], derived.values())


def _entries(file: File, key: str, allowed: set[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each entry with the place to name in an error, its common keys checked."""
    listed = file.content.get(key, [])
    if not isinstance(listed, list):
        raise KnowledgeError(f"{file.name}: {key}: expected [[{key}]] entries")
    for number, entry in enumerate(listed, 1):
        where = f"{file.name}: {key} {number}"
        if not isinstance(entry, Mapping):
            raise KnowledgeError(f"{where}: expected a table")
        if isinstance(entry.get("code"), str):
            where += f" ({entry['code']})"
        if unknown := set(entry) - allowed:
            raise KnowledgeError(f"{where}: {min(unknown)}: unknown key")
        for name in ("source", *(("note",) if "note" in entry else ())):
            if not isinstance(entry.get(name), str) or not entry[name]:
                raise KnowledgeError(f"{where}: {name}: expected a text")
        first, last = _day(entry, "since", ALWAYS, where), _day(entry, "until", FOREVER, where)
        if first > last:
            raise KnowledgeError(f"{where}: until: is before since")
        yield where, entry


def _aliases(where: str, entry: Mapping[str, Any], known: tuple[str, ...], origin: str) -> list[_Made]:
    for key in ("code", "asset", "refused"):
        if key in entry and (not isinstance(entry[key], str) or not entry[key]):
            raise KnowledgeError(f"{where}: {key}: expected a text")
    if "code" not in entry:
        raise KnowledgeError(f"{where}: code: missing")
    if ("asset" in entry) == ("refused" in entry):
        raise KnowledgeError(f"{where}: asset: either the asset that it denotes, or `refused` with the reason")
    venues = _venues(entry, known, where) if "venues" in entry else ("",)
    return [
        _Made(
            where,
            Alias(
                code=entry["code"],
                asset=entry.get("asset", ""),
                venue=venue,
                first=_day(entry, "since", ALWAYS, where),
                last=_day(entry, "until", FOREVER, where),
                source=entry["source"],
                note=entry.get("note", ""),
                refused=entry.get("refused", ""),
                rank=OWN if venue else ALL,
                origin=origin,
            ),
        )
        for venue in venues
    ]


def _family(where: str, entry: Mapping[str, Any], known: tuple[str, ...], assets: Assets, origin: str) -> list[_Made]:
    """BTC3L, BTCUP: a token of the venue's own for each underlying; 1000CAT: a lot of so many units, the same anywhere.

    Without `of`, every registered digital currency may be the underlying.
    """
    prefixes, suffixes = (_texts(entry, key, where) if key in entry else ("",) for key in ("prefixes", "suffixes"))
    units = entry.get("units", 1)
    if ("suffixes" in entry) == ("prefixes" in entry) or type(units) is not int or (units > 1) != ("prefixes" in entry):
        raise KnowledgeError(f"{where}: suffixes: either suffixes, or prefixes with the units that they stand for")
    stems = _texts(entry, "of", where) if "of" in entry else _underlyings(assets)
    if unknown := [stem for stem in stems if stem not in assets]:
        raise KnowledgeError(f"{where}: of: {unknown[0]!r} is not in the asset register")
    made = []
    for venue in _venues(entry, known, where):
        for stem in stems:
            for code in (f"{prefix}{stem}{suffix}" for prefix in prefixes for suffix in suffixes):
                asset = _lot(code, assets[stem], units, entry) if units > 1 else _token(code, venue, stem, entry)
                alias = Alias(
                    code=code,
                    asset=asset.code,
                    venue=venue,
                    first=_day(entry, "since", ALWAYS, where),
                    last=_day(entry, "until", FOREVER, where),
                    source=entry["source"],
                    note=entry.get("note", ""),
                    rank=FAMILY,
                    origin=origin,
                )
                made.append(_Made(where, alias, asset))
    return made


def _underlyings(assets: Assets) -> tuple[str, ...]:
    """No venue writes a hyphen into a code: CODE-NAME is ours."""
    return tuple(sorted(code for code in assets.of_kind("digital_currency") if "-" not in code))


def _token(code: str, venue: str, stem: str, entry: Mapping[str, Any]) -> Asset:
    """Units of one venue are not those of another: the venue issued them and stands in the name."""
    return Asset(
        f"{code}-{venue.upper()}",
        f"{code} of {venue}",
        "leveraged_token",
        entry["source"],
        obligated_person=venue,
        wraps=stem,
        note=entry.get("note", ""),
    )


def _lot(code: str, underlying: Asset, units: int, entry: Mapping[str, Any]) -> Asset:
    name = f"{units} {underlying.name}"
    return Asset(code, name, underlying.kind, entry["source"], units=units, units_of=underlying.code)


def _venues(entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> tuple[str, ...]:
    named = _texts(entry, "venues", where)
    if unknown := [venue for venue in named if venue not in known]:
        raise KnowledgeError(f"{where}: venues: unknown {unknown[0]!r}; known: {', '.join(known)}")
    return named


def _texts(entry: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = entry.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise KnowledgeError(f"{where}: {key}: expected a list of texts")
    return tuple(value)


def _day(entry: Mapping[str, Any], key: str, otherwise: date, where: str) -> date:
    value = entry.get(key, otherwise)
    if type(value) is not date:
        raise KnowledgeError(f"{where}: {key}: expected a date such as 2022-05-28")
    return value
