"""A bundle beside what this program ships and would say: which differences are faults depends on who made it."""

from typing import Any

from oracle.evidence.report import Report
from oracle.publish import SOFTWARE

# Sentences of answers: the figures in them stand beside them as data.
_WORDED = frozenset({"text", "explanation", "reason", "title"})


class Beside:
    """A bundle that `software` made, beside this program.

    By the same version nothing may differ. By another one rules, registers and wording may have changed: where the
    bundle rests on one that has, verifying fails, unless `as_made` takes the bundle's own; then each is told.
    """

    def __init__(self, report: Report, software: str, *, as_made: bool) -> None:
        self.report, self.same, self._as_made = report, software == SOFTWARE, as_made
        self._more: set[str] = set()

    def differs(self, code: str, file: str, figure: str, ours: str, theirs: str) -> None:
        """A rule, an entry of a register or a sentence that is another one here."""
        if self.same:
            self.report.failed(code, file, figure, ours, theirs)
        elif self._as_made:
            self.report.told("as_made", file, place=f"{file} {figure}".strip(), ours=ours, theirs=theirs)
        else:
            self.report.failed(f"{code}_then", file, figure, ours, theirs)

    def is_worded(self, figure: str) -> bool:
        """Whether a place in an answer of another version holds a sentence."""
        return not self.same and figure.rpartition(".")[2] in _WORDED

    def told_then(self, ours: Any, theirs: Any) -> Any:  # noqa: ANN401 - JSON
        """Ours, without the keys that another version did not know yet."""
        return ours if self.same else self._told_then(ours, theirs)

    def _told_then(self, ours: Any, theirs: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(ours, dict) and isinstance(theirs, dict):
            self._more |= set(ours) - set(theirs)
            return {key: self._told_then(each, theirs[key]) for key, each in ours.items() if key in theirs}
        if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
            return [self._told_then(*each) for each in zip(ours, theirs, strict=True)]
        return ours

    @property
    def more(self) -> list[str]:
        """Keys of this program's answers that the bundle's have not."""
        return sorted(self._more)
