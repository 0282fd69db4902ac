"""What verifying a bundle of evidence came to, as text for people."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from oracle.words import sheet


class Line(Protocol):
    """A check: what it came to, and what it is about."""

    @property
    def code(self) -> str: ...
    @property
    def ok(self) -> bool | None: ...
    @property
    def file(self) -> str: ...
    @property
    def figure(self) -> str: ...
    @property
    def ours(self) -> str | None: ...
    @property
    def theirs(self) -> str | None: ...
    @property
    def figures(self) -> Mapping[str, str | int | None]: ...


def lines(found: list[Line], lang: str) -> Iterator[str]:
    """One line for each check, and one for all."""
    words = sheet(lang, "evidence")
    for each in found:
        mark = words[{True: "ok", False: "fault", None: "told"}[each.ok]]
        yield f"{mark}: {_fault(each, words) if each.ok is False else words[each.code].format(**each.figures)}"
    faults = sum(each.ok is False for each in found)
    as_made = sum(each.code == "as_made" for each in found)
    if faults:
        yield words["differs"].format(count=faults)
    else:
        yield words["agrees_as_made"].format(count=as_made) if as_made else words["agrees"]


def _fault(line: Line, words: Mapping[str, str]) -> str:
    place = " ".join(part for part in (line.file, line.figure) if part)
    values = "" if line.ours is None else ": " + words["values"].format(ours=line.ours, theirs=line.theirs)
    return f"{place}: {words[f'not_{line.code}']}{values}"
