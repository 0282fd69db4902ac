"""The journal of the log, `log.jsonl`: one line per published version or restart, appended and synced, never changed.

A line tells which archive batches came in with the version, and the size and root of the tree after them. Its `entry`
is what the version publishes of it; `chain` is SHA-256 over the entry's other parts as JSON, keys sorted, no spaces,
and one of these parts is the chain of the entry before: whoever knows the newest knows them all.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec

from oracle.archive import sync_folder
from oracle.errors import HomeError


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One link of the chain: a published version, or (`version` None) a restart with its reason.

    `tree` counts the trees: 1, and one more with each restart. `size` and `root` (hex) are of the tree as the version
    has it, or as the restart gave it up; `batches` is SHA-256 over the JSON list of the batches that came in with it.
    `previous` is the chain of the entry before, `previous_root` its root.
    """

    tree: int
    version: str | None
    at: str
    size: int
    root: str
    batches: str
    reason: str = ""
    previous: str | None = None
    previous_root: str | None = None
    chain: str = ""

    def linked(self) -> "Entry":
        """The same with its chain."""
        return msgspec.structs.replace(self, chain=self.chain_due())

    def chain_due(self) -> str:
        """What `chain` must be, by the other parts."""
        parts = {name: value for name, value in msgspec.structs.asdict(self).items() if name != "chain"}
        return sha256(msgspec.json.encode(parts, order="sorted")).hexdigest()


class Taken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A batch in the log: how many leaves it has, the root (hex) over these alone.

    `late`: its name, which tells when it was written, is older than that of a batch logged before it.
    """

    batch: str
    leaves: int
    root: str
    late: bool = False


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the journal; `edge`: the complete subtrees (hex) at the right edge of the tree after it."""

    entry: Entry
    batches: list[Taken]
    edge: list[str]


class Journal:
    """The lines of the file at `path`, as they were when it was opened; HomeError if one in the midst is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[Line] = []
        self._bytes = 0
        with self._usable():
            text = path.read_bytes() if path.exists() else b""
        whole = text.splitlines(keepends=True)
        for number, each in enumerate(whole, 1):
            if (line := _read(each, self.lines)) is None:
                # The last line of a killed publication: what it told of was not published.
                if number == len(whole):
                    break
                raise HomeError(f"{path}, line {number}, is damaged; {RESTORE}")
            self.lines.append(line)
            self._bytes += len(each)

    def append(self, line: Line) -> None:
        """Add a line, in the place of a half-written one; when this returns, it survives a crash of the machine."""
        with self._usable():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_behind(self.path, self._bytes, encoded := msgspec.json.encode(line) + b"\n")
        self.lines.append(line)
        self._bytes += len(encoded)

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise HomeError(f"cannot use {self.path}: {error.strerror}; mend permissions or free space") from error


RESTORE = (
    "restore the folder `log` from a backup; if there is none, "
    '`oracle log restart --reason "..."` begins a new log and says so for ever'
)


def digest(batches: Sequence[Taken]) -> str:
    """The hash by which an entry holds its batches fast."""
    return sha256(msgspec.json.encode(batches)).hexdigest()


def write_behind(path: Path, kept: int, more: bytes) -> None:
    """Keep the first bytes of a file, cut what follows them, write `more` and sync."""
    is_new = not path.exists()
    with path.open("xb" if is_new else "r+b") as file:
        file.truncate(kept)
        file.seek(kept)
        file.write(more)
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync_folder(path.parent)
        sync_folder(path.parent.parent)


def _read(text: bytes, before: Sequence[Line]) -> Line | None:
    """The line, if it is whole and follows what stands before it; a restart may follow what is here no longer."""
    if not text.endswith(b"\n"):
        return None
    try:
        line = msgspec.json.decode(text, type=Line)
    except (msgspec.DecodeError, ValueError):
        return None
    entry, last = line.entry, before[-1].entry if before else None
    follows = entry.version is None or entry.previous == (last.chain if last else None)
    return line if follows and entry.chain == entry.chain_due() and entry.batches == digest(line.batches) else None
