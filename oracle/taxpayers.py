"""Taxpayers in the home folder: NAME.toml with the policy, NAME.choices.jsonl with the choices recorded so far."""

import json
import os
import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, date
from pathlib import Path
from typing import Any

from oracle.days import parse_instant
from oracle.errors import HomeError, KnowledgeError, QuestionError
from oracle.law.said import Said
from oracle.law.taxpayer import Recorded, Standing, Taxpayer, taxpayer

# A name is a file's name: no folders, no hidden files.
NAME = re.compile(r"\w[\w.-]{0,99}")
_NEWLINE = b"\n"


def names(folder: Path) -> list[str]:
    """Whoever has a file."""
    return sorted(path.stem for path in folder.glob("*.toml") if NAME.fullmatch(path.stem))


def standing(folder: Path, name: str, venues: Sequence[str]) -> Standing:
    """A taxpayer with the recorded choices; KnowledgeError names file, key and reason of a broken file."""
    # The name is a stranger's where the HTTP API asks: nothing is opened by it before it is known to be a name.
    taxpayer = read(folder, name, venues)
    recorded, damage = _recorded(journal(folder, name))
    return Standing(taxpayer, tuple(recorded), tuple(damage))


def read(folder: Path, name: str, venues: Sequence[str]) -> Taxpayer:
    """A taxpayer; QuestionError lists the known ones if there is no such file."""
    path = folder / f"{name}.toml"
    if not NAME.fullmatch(name) or not path.is_file():
        known = ", ".join(names(folder)) or "none yet"
        step = f"a new one is a file NAME.toml in {folder.name}/ of the home"
        raise QuestionError(f"unknown taxpayer {name[:40]!r}; known: {known}; {step}")
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path}: {error}") from error
    return taxpayer(name, content, str(path), venues)


def journal(folder: Path, name: str) -> Path:
    """Where the choices of a taxpayer are recorded."""
    return folder / f"{name}.choices.jsonl"


def record(path: Path, choice: Recorded) -> None:
    """Append one whole line and have it on the disk; a torn line before it stays as it is, on a line of its own."""
    line = json.dumps(
        {
            "recorded_at": choice.recorded_at.astimezone(UTC).isoformat(),
            "coin": choice.coin,
            "date": choice.day.isoformat(),
            "venue": choice.venue,
            "market": choice.market,
            "choose": choice.choose,
            "demo": choice.demo,
            **({"manual": choice.manual} if choice.manual else {}),
        },
        ensure_ascii=False,
    ).encode()
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            torn = path.stat().st_size and os.pread(descriptor, 1, path.stat().st_size - 1) != _NEWLINE
            whole = (_NEWLINE if torn else b"") + line + _NEWLINE
            if os.write(descriptor, whole) != len(whole):
                raise HomeError(f"{path}: the disk took half a line; make room and record again")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise HomeError(f"cannot record into {path}: {error.strerror}") from error


def _recorded(path: Path) -> tuple[list[Recorded], list[Said]]:
    """The records, oldest first, and what cannot be read: a crash leaves half a line, and nothing is ever removed."""
    if not path.exists():
        return [], []
    try:
        lines = path.read_bytes().split(_NEWLINE)
    except OSError as error:
        raise HomeError(f"cannot read {path}: {error.strerror}") from error
    records: list[Recorded] = []
    damage: list[Said] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(_record(json.loads(line)))
        except (ValueError, TypeError, KeyError, RecursionError, QuestionError):
            damage.append(Said("damaged_line", {"file": str(path), "line": number}))
    return records, damage


def _record(entry: dict[str, Any]) -> Recorded:
    texts = [entry[key] for key in ("coin", "venue", "market", "choose")]
    # Journals of earlier programs do not tell whether it was entered by hand.
    manual = entry.get("manual")
    if not all(isinstance(each, str) for each in (*texts, manual or "")) or not isinstance(entry["demo"], bool):
        raise TypeError("texts and a mark of demonstration expected")
    coin, venue, market, choose = texts
    at, day = parse_instant(entry["recorded_at"]), date.fromisoformat(entry["date"])
    return Recorded(at, coin, day, venue, market, choose, entry["demo"], manual)
