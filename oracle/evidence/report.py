"""What verifying a bundle came to, line by line, as codes with figures; `words` makes sentences of them."""

from dataclasses import dataclass, field
from typing import Any

Figure = str | int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One check: `ok` None for what is told and not checked. `file` and `figure` name what does not agree."""

    code: str
    ok: bool | None
    file: str = ""
    figure: str = ""
    ours: str | None = None
    theirs: str | None = None
    figures: dict[str, Figure] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """All lines, in the order of the checks."""

    lines: list[Line] = field(default_factory=list)

    def passed(self, code: str, **figures: Figure) -> None:
        """A check that agrees."""
        self.lines.append(Line(code, ok=True, figures=figures))

    def told(self, code: str, file: str = "", **figures: Figure) -> None:
        """What is no check, but must be known."""
        self.lines.append(Line(code, ok=None, file=file, figures=figures))

    def failed(
        self, code: str, file: str, figure: str = "", ours: str | None = None, theirs: str | None = None
    ) -> None:
        """A check that does not agree."""
        self.lines.append(Line(code, ok=False, file=file, figure=figure, ours=ours, theirs=theirs))

    @property
    def faults(self) -> list[Line]:
        """What does not agree."""
        return [each for each in self.lines if each.ok is False]

    @property
    def agrees(self) -> bool:
        """Whether everything does."""
        return not self.faults

    @property
    def first_fault(self) -> str:
        """The first thing that does not agree, in short."""
        if not self.faults:
            return ""
        each = self.faults[0]
        values = f": here {each.ours}, in the bundle {each.theirs}" if each.figure else ""
        return f"{each.code} {each.file} {each.figure}{values}".strip()

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {
            "agrees": self.agrees,
            "as_made": sum(each.code == "as_made" for each in self.lines),
            "lines": [
                {
                    "check": each.code,
                    "ok": each.ok,
                    "file": each.file or None,
                    "figure": each.figure or None,
                    "ours": each.ours,
                    "theirs": each.theirs,
                    "figures": each.figures,
                }
                for each in self.lines
            ],
        }
