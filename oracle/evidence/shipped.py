"""The rules and registers of a bundle beside those that this program ships: a value that decides must be the same."""

from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import date

from oracle.evidence.report import Report
from oracle.knowledge import Knowledge, knowledge
from oracle.law.asset import Asset
from oracle.law.identity import Alias
from oracle.law.rulebook import Edition, Rulebook

_DECIDES = ("kind", "peg", "wraps", "since", "units", "units_of")


def check_knowledge(known: Knowledge, days: Collection[date], codes: Collection[str], report: Report) -> None:
    """Compare the rulebooks as they stand on `days`, and what the registers say of the `codes` that venues write."""
    ours = knowledge()
    own = sorted(set(known.rulebooks) - set(ours.rulebooks))
    before = len(report.faults)
    for name in sorted(set(known.rulebooks) & set(ours.rulebooks)):
        _rulebook(ours.rulebooks[name], known.rulebooks[name], days, report)
    if len(report.faults) == before:
        shared = len(known.rulebooks) - len(own)
        report.passed("rulebooks", rulebooks=shared)
    for name in own:
        report.told("own_rulebook", "rulebooks/own", rulebook=name)
    before = len(report.faults)
    _names(ours, known, codes, report)
    _assets(ours, known, codes, report)
    _facts(ours, known, report)
    if len(report.faults) == before:
        report.passed("registers", codes=len(codes))


def _rulebook(ours: Rulebook, theirs: Rulebook, days: Iterable[date], report: Report) -> None:
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
                report.failed("rule", f"rulebooks/{theirs.name}.toml", key, one, other)


def _values(ours: Edition | None, theirs: Edition | None) -> Iterable[tuple[str, str, str]]:
    if ours is None or theirs is None:
        yield "in_force_from", str(ours and ours.in_force_from), str(theirs and theirs.in_force_from)
        return
    for each in fields(Edition):
        one, other = getattr(ours, each.name), getattr(theirs, each.name)
        if each.name == "citations":
            one, other = ({key: cited.clause for key, cited in citations.items()} for citations in (one, other))
        if one != other:
            yield each.name, str(one), str(other)


def _assets(ours: Knowledge, theirs: Knowledge, codes: Collection[str], report: Report) -> None:
    meant = {each.asset for each in (*ours.identity.aliases, *theirs.identity.aliases) if each.code in codes}
    for code in sorted({*codes, *meant}):
        one, other = ours.identity.assets.get(code), theirs.identity.assets.get(code)
        if (said := _decides(one)) != (told := _decides(other)):
            report.failed("register", "registers/assets.toml", code, said, told)


def _decides(asset: Asset | None) -> str:
    if asset is None:
        return "not registered"
    values = ((key, getattr(asset, key)) for key in _DECIDES)
    return ", ".join(f"{key} {value}" for key, value in values if value and value != 1)


def _names(ours: Knowledge, theirs: Knowledge, codes: Collection[str], report: Report) -> None:
    one, other = (_shipped(each.identity.aliases, codes) for each in (ours, theirs))
    for entry in sorted(one ^ other):
        said, told = ("in force", "absent") if entry in one else ("absent", "in force")
        report.failed("register", "registers/aliases.toml", " ".join(entry), said, told)
    for alias in theirs.identity.aliases:
        if alias.origin != "shipped" and alias.code in codes:
            report.told("own_entry", "registers/own/aliases.toml", entry=alias.code)


def _shipped(aliases: Iterable[Alias], codes: Collection[str]) -> set[tuple[str, ...]]:
    return {
        (each.code, each.venue or "*", str(each.first), str(each.last), each.asset or f"refused: {each.refused}")
        for each in aliases
        if each.origin == "shipped" and each.code in codes
    }


def _facts(ours: Knowledge, theirs: Knowledge, report: Report) -> None:
    """They change no verdict; one that this program does not ship must not pass for one that it does."""
    shipped = {each for each in ours.publication if each.origin == "shipped"}
    for each in theirs.publication:
        if each.origin == "shipped" and each not in shipped:
            report.failed(
                "register", "registers/publication.toml", f"{each.venue} {each.shown_on}", "absent", each.what
            )
        elif each.origin != "shipped":
            report.told("own_entry", "registers/own/publication.toml", entry=f"{each.venue} {each.shown_on}")
