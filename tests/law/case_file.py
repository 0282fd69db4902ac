"""Situations that a lawyer wrote down: read out of TOML; whatever is unknown, contradictory or empty is an error."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from oracle.days import Span, parse_when

CASES = Path(__file__).parent / "cases"
EXPECTED = {
    *(
        "refused",
        "coin",
        "date",
        "zone",
        "edition",
        "verdicts",
        "reasons",
        "figures",
        "venues",
        "quotations",
        "other_path",
    ),
    *("legs", "rates", "hours", "final", "chosen", "rule", "rub", "kopecks", "corridor", "spread", "candidates", "tax"),
    *("manual", "choice"),
    "warnings",
}
_FACTS = {"coin", "on", "rulebook", "choose", "venue", "quantity", "paid", "sold", "now", "as_in", "known_at"} | {
    *("deals", "venues", "quoted", "rates", "manual")
}
_BACKGROUND = {"read_on", "rates", "venues", "quoted", "rulebooks"}
_DEALS = {"venue", "pair", "on", "close", "turnover", "low", "high", "volume", "unread", "read_at", "opens_hours"}
_QUOTED = {"venue", "pair", "since", "until", "silent", "unread"}
_VENUE = {"published_since", "pair", "silent", "unread", "jurisdiction"}
# These have no row for a day without deals; a dollar's worth of a stablecoin a day counts in no turnover.
_STABLE = {"coinbase": "USDT/USD", "kucoin": "USDC/USDT"}
_MANUAL = {"venue", "market", "close", "closes_at", "author", "entered_at", "withdrawn_at"}
_PERIOD = {"from", "days"}


class CaseFileError(Exception):
    """What is wrong in a file of cases, and where."""


@dataclass(frozen=True, slots=True)
class Deals:
    """One market's trading day: `turnover` in the quote asset, or `volume` in the base asset with low and high."""

    venue: str
    pair: str
    day: date
    close: str = ""
    turnover: str = ""
    low: str = ""
    high: str = ""
    volume: str = ""
    unread: bool = False
    read_at: tuple[str, ...] = ()
    opens_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A pair with a quotation on every day from `since` to `until`, and without deals, or with one dollar's worth.

    `silent`: days on which the venue said that it had none; `unread`: days about which nobody asked.
    """

    venue: str
    pair: str
    since: date
    until: date | None = None
    silent: tuple[Span, ...] = ()
    unread: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a taxpayer entered by hand, and perhaps withdrew; instants not told are those of the reading."""

    coin: str
    day: date
    venue: str
    market: str
    close: str
    closes_at: str | None = None
    author: str = "the taxpayer"
    entered_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A situation with its question and what must come of it."""

    title: str
    why: str
    facts: Mapping[str, Any]
    expect: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The date of the operation."""
        return parse_when(str(self.facts["on"]))[0]


@dataclass(slots=True)
class CaseFile:
    """A subject: all facts of all its cases together, which become one published file."""

    path: Path
    cases: list[Case]
    read_on: datetime
    rulebooks: Mapping[str, Mapping[str, Any]]
    deals: dict[tuple[str, str, date], Deals] = field(default_factory=dict)
    quoted: dict[tuple[str, str], Quoted] = field(default_factory=dict)
    jurisdictions: dict[str, str] = field(default_factory=dict)
    manual: list[ByHand] = field(default_factory=list)
    rates: dict[str, str | dict[str, str]] = field(default_factory=dict)


def _only(table: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if unknown := set(table) - allowed:
        raise CaseFileError(f"{where}: unknown key {min(unknown)!r}")


def case_file(path: Path) -> CaseFile:
    """The file; CaseFileError for an unknown key, a case without an expectation, or facts that contradict others."""
    return of_content(tomllib.loads(path.read_text("utf-8")), path)


def of_content(content: Mapping[str, Any], path: Path) -> CaseFile:
    """The same out of the parsed content."""
    where = path.name
    _only(content, {"about", "background", "case"}, where)
    background = content["background"]
    _only(background, _BACKGROUND, where)
    cases: dict[str, Case] = {}
    for each in content["case"]:
        read = _case(each, where, cases)
        if cases.setdefault(read.title, read) is not read:
            raise CaseFileError(f"{where}: two cases are called {read.title!r}")
    read_on = background["read_on"]
    found = CaseFile(path, list(cases.values()), read_on, background.get("rulebooks", {}))
    found.rates = {code: dict(told) if isinstance(told, dict) else told for code, told in background["rates"].items()}
    _take_venues(found, background, where)
    owners: dict[tuple[str, date], str] = {}
    for case in found.cases:
        _take(found, case, owners, f"{where}: {case.title}")
    return found


def _case(told: Mapping[str, Any], where: str, before: Mapping[str, Case]) -> Case:
    _only(told, {"title", "why", "facts", "expect"}, where)
    here = f"{where}: {told.get('title', 'a case without a title')}"
    if not told.get("title") or not told.get("why"):
        raise CaseFileError(f"{here}: every case has a title and a why")
    facts, expect = dict(told.get("facts", {})), told.get("expect", {})
    _only(facts, _FACTS, here)
    _only(expect, EXPECTED, here)
    if not set(expect) - {"warnings"}:
        raise CaseFileError(f"{here}: nothing is expected")
    if model := facts.get("as_in"):
        if model not in before:
            raise CaseFileError(f"{here}: no case before is called {model!r}")
        question = {key: before[model].facts[key] for key in ("coin", "on", "rulebook") if key in before[model].facts}
        facts = {**question, **facts}
    return Case(told["title"], told["why"], facts, expect)


def _take(found: CaseFile, case: Case, owners: dict[tuple[str, date], str], where: str) -> None:
    """The facts of a case beside those of all others; a venue's day belongs to one case: none spoils another."""
    _take_venues(found, case.facts, where)
    for each in case.facts.get("deals", []):
        _only(each, _DEALS, where)
        day = each.get("on", case.day)
        if owners.setdefault((each["venue"], day), case.title) != case.title:
            raise CaseFileError(f"{where}: {each['venue']} on {day} belongs to {owners[each['venue'], day]!r}")
        told: dict[str, Any] = {
            key: tuple(value) if key == "read_at" else value for key, value in each.items() if key != "on"
        }
        found.deals[each["venue"], each["pair"], day] = Deals(day=day, **told)
    for each in case.facts.get("manual", []):
        _only(each, _MANUAL, where)
        found.manual.append(ByHand(case.facts["coin"], case.day, **each))
    for code, dated in case.facts.get("rates", {}).items():
        known = found.rates.setdefault(code, {})
        if not isinstance(known, dict):
            raise CaseFileError(f"{where}: {code} has one rate throughout")
        for day, value in dated.items():
            if known.setdefault(day, value) != value:
                raise CaseFileError(f"{where}: two rates of {code} on {day}")


def _take_venues(found: CaseFile, told: Mapping[str, Any], where: str) -> None:
    for venue, facts in told.get("venues", {}).items():
        _only(facts, _VENUE, f"{where}: {venue}")
        quoted = {key: facts[key] for key in ("silent", "unread") if key in facts}
        pair = facts.get("pair", _STABLE.get(venue, "LTC/USDT"))
        _quoted(found, {"venue": venue, "pair": pair, "since": facts["published_since"], **quoted}, where)
        if "jurisdiction" in facts:
            found.jurisdictions[venue] = facts["jurisdiction"]
    for each in told.get("quoted", []):
        _quoted(found, each, where)


def _quoted(found: CaseFile, told: Mapping[str, Any], where: str) -> None:
    _only(told, _QUOTED, where)
    periods = {key: tuple(_period(each, where) for each in told.get(key, [])) for key in ("silent", "unread")}
    read = Quoted(told["venue"], told["pair"], told["since"], told.get("until"), **periods)
    if found.quoted.setdefault((read.venue, read.pair), read) != read:
        raise CaseFileError(f"{where}: {read.venue} {read.pair} is quoted in two ways")


def _period(told: Mapping[str, Any], where: str) -> Span:
    _only(told, _PERIOD, where)
    return Span(told["from"], told["from"] + timedelta(days=told["days"] - 1))
