"""The rules and registers of a bundle beside those that this program ships, as far as the answers rest on them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from importlib import resources

from oracle.evidence import layout
from oracle.evidence.beside import Beside
from oracle.knowledge import Knowledge, knowledge, knowledge_files
from oracle.law.asset import Asset
from oracle.law.identity import Alias
from oracle.law.rulebook import NOT_STATED, Edition, Rulebook

_DECIDES = ("kind", "peg", "wraps", "since", "units", "units_of")
SHIPPED = (layout.README, layout.CHECK)


@dataclass(frozen=True, slots=True)
class RestsOn:
    """What answers rest on: their dates, their venues, and the codes that those write on markets of these dates."""

    days: Collection[date]
    venues: Collection[str]
    codes: Collection[str]


def shipped_files() -> dict[str, bytes]:
    """What every bundle of this version has in it."""
    texts = {name: resources.files("oracle.evidence").joinpath(name).read_bytes() for name in SHIPPED}
    return texts | knowledge_files(None)


def check_shipped(files: Mapping[str, bytes], beside: Beside) -> None:
    """What the same version ships is there byte for byte, and nothing else passes for it; `files`: of the bundle."""
    ours = shipped_files()
    for name in sorted(set(ours) | {name for name in files if "/own/" not in name}):
        if ours.get(name) == files.get(name):
            continue
        if name not in files and (beside.same or name in SHIPPED):
            beside.report.failed("missing", name)
        elif beside.same:
            beside.report.failed("shipped", name)
        elif name in SHIPPED:
            beside.report.told("other_text", name, name=name)


def check_knowledge(known: Knowledge, rests: RestsOn, beside: Beside) -> None:
    """Compare the rulebooks as they stand on the days, and what the registers say of the codes and venues."""
    ours, report = knowledge(), beside.report
    own = sorted(set(known.rulebooks) - set(ours.rulebooks))
    before = len(report.lines)
    for name in sorted(set(known.rulebooks) & set(ours.rulebooks)):
        _rulebook(ours.rulebooks[name], known.rulebooks[name], rests.days, beside)
    if len(report.lines) == before:
        report.passed("rulebooks", rulebooks=len(known.rulebooks) - len(own))
    for name in own:
        report.told("own_rulebook", "rulebooks/own", rulebook=name)
    before = len(report.lines)
    _names(ours, known, rests.codes, beside)
    _assets(ours, known, rests.codes, beside)
    _facts(ours, known, rests.venues, beside)
    if len(report.lines) == before:
        report.passed("registers", codes=len(rests.codes))
    _own(known, rests, beside)


def _rulebook(ours: Rulebook, theirs: Rulebook, days: Iterable[date], beside: Beside) -> None:
    told: set[tuple[str, str, str]] = set()
    for day in days:
        here, there = ours.edition(day), theirs.edition(day)
        if here is None or there is None:
            # Before the first edition rubles are given by its values.
            pair = (ours.editions[0], theirs.editions[0]) if here is there else (here, there)
            here, there = pair
        for key, one, other in _values(here, there):
            if (key, one, other) not in told:
                told.add((key, one, other))
                beside.differs("rule", f"rulebooks/{theirs.name}.toml", key, one, other)


def _values(ours: Edition | None, theirs: Edition | None) -> Iterable[tuple[str, str, str]]:
    if ours is None or theirs is None:
        yield "in_force_from", str(ours and ours.in_force_from), str(theirs and theirs.in_force_from)
        return
    # A key that one of them does not state has the value that it had before there was the key.
    stated = {
        key
        for key in set(ours.citations) & set(theirs.citations)
        if NOT_STATED not in (ours.citations[key].source, theirs.citations[key].source)
    }
    for each in fields(Edition):
        one, other = getattr(ours, each.name), getattr(theirs, each.name)
        if each.name == "citations":
            one, other = ({key: cited[key].clause for key in sorted(stated)} for cited in (one, other))
        if one != other:
            yield each.name, str(one), str(other)


def _assets(ours: Knowledge, theirs: Knowledge, codes: Collection[str], beside: Beside) -> None:
    meant = {each.asset for each in (*ours.identity.aliases, *theirs.identity.aliases) if each.code in codes}
    for code in sorted({*codes, *meant} - {""}):
        one, other = ours.identity.assets.get(code), theirs.identity.assets.get(code)
        if (said := _decides(one)) != (told := _decides(other)):
            beside.differs("register", "registers/assets.toml", code, said, told)


def _decides(asset: Asset | None) -> str:
    if asset is None:
        return "not registered"
    values = ((key, getattr(asset, key)) for key in _DECIDES)
    return ", ".join(f"{key} {value}" for key, value in values if value and value != 1)


def _names(ours: Knowledge, theirs: Knowledge, codes: Collection[str], beside: Beside) -> None:
    one, other = (_shipped(each.identity.aliases, codes) for each in (ours, theirs))
    for entry in sorted(one ^ other):
        said, told = ("in force", "absent") if entry in one else ("absent", "in force")
        beside.differs("register", "registers/aliases.toml", " ".join(entry), said, told)


def _shipped(aliases: Iterable[Alias], codes: Collection[str]) -> set[tuple[str, ...]]:
    return {
        (each.code, each.venue or "*", str(each.first), str(each.last), each.asset or f"refused: {each.refused}")
        for each in aliases
        if each.origin == "shipped" and each.code in codes
    }


def _facts(ours: Knowledge, theirs: Knowledge, venues: Collection[str], beside: Beside) -> None:
    """They change no verdict; one that this program does not ship must not pass for one that it does."""
    shipped = {each for each in ours.publication if each.origin == "shipped"}
    for each in theirs.publication:
        if each.origin == "shipped" and each not in shipped and each.venue in venues:
            figure = f"{each.venue} {each.shown_on}"
            beside.differs("register", "registers/publication.toml", figure, "absent", each.what)


def _own(known: Knowledge, rests: RestsOn, beside: Beside) -> None:
    """Entries that the user made."""
    for alias in known.identity.aliases:
        if alias.origin != "shipped" and alias.code in rests.codes:
            beside.report.told("own_entry", "registers/own/aliases.toml", entry=alias.code)
    for each in known.publication:
        if each.origin != "shipped":
            beside.report.told("own_entry", "registers/own/publication.toml", entry=f"{each.venue} {each.shown_on}")
