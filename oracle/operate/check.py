"""One finding of the doctor."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How grave a finding is."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """What was examined, how it stands, what was found, and what to do."""

    name: str
    grade: Grade
    found: str
    next_step: str = ""


def ok(name: str, found: str) -> Check:
    """All is well."""
    return Check(name, Grade.OK, found)


def warning(name: str, found: str, next_step: str) -> Check:
    """It works, but not for long or not as well as it should."""
    return Check(name, Grade.WARNING, found, next_step)


def failed(name: str, found: str, next_step: str) -> Check:
    """It does not work."""
    return Check(name, Grade.FAILED, found, next_step)
