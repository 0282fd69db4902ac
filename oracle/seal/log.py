"""The log of a home: which observations were published when, in a tree that can only grow; its folder is `log`.

`log.jsonl` is the journal. `leaves-N` holds the leaf hashes of tree N, 32 bytes each, in the order in which they were
logged: batch after batch as they were taken in, observation after observation as the batch has them. The leaves follow
from the archive, so they are written anew where they are missing; the journal is what must be kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from oracle.errors import HomeError, QuestionError
from oracle.seal.journal import RESTORE, Entry, Journal, Line, Taken, digest, write_behind
from oracle.seal.tree import HASH, Edge, Tree, root_of

JOURNAL = "log.jsonl"


class Placed(NamedTuple):
    """A batch of the present tree: position of its first leaf, and the version that logged it."""

    first: int
    taken: Taken
    version: str | None


@dataclass(frozen=True, slots=True)
class Growth:
    """What a publication adds: batches with their leaf hashes, and the edge of the tree after them.

    `roots`: by batch, of all that are logged then.
    """

    roots: Mapping[str, str]
    batches: list[Taken]
    leaves: bytes
    edge: Edge


class Log:
    """The log in `folder` as it was when it was opened; only the one writer of a home may add to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._journal = Journal(folder / JOURNAL)

    @property
    def entries(self) -> list[Entry]:
        """All versions and restarts, oldest first."""
        return [line.entry for line in self._journal.lines]

    @property
    def tree(self) -> int:
        """Number of the present tree."""
        last = self.entries[-1:]
        return last[0].tree if last else 1

    @property
    def batches(self) -> list[Placed]:
        """The batches of the present tree, in the order of its leaves."""
        told = [(taken, line.entry.version) for line in self._present() for taken in line.batches]
        firsts = accumulate((taken.leaves for taken, _ in told), initial=0)
        return [Placed(first, taken, version) for first, (taken, version) in zip(firsts, told, strict=False)]

    @property
    def edge(self) -> Edge:
        """Right edge of the present tree."""
        present = self._present()
        if not present:
            return Edge()
        entry = present[-1].entry
        try:
            edge = Edge(entry.size, map(bytes.fromhex, present[-1].edge))
        except ValueError:
            edge = Edge()
        if edge.root().hex() != entry.root:
            raise HomeError(f"{self._journal.path}: the edge of version {entry.version} is damaged; {RESTORE}")
        return edge

    def _present(self) -> list[Line]:
        """The lines of the present tree: those behind the last restart."""
        lines = self._journal.lines
        starts = [number for number, line in enumerate(lines, 1) if line.entry.version is None]
        return lines[starts[-1] if starts else 0 :]

    def confirm(self, manifest: Mapping[str, Any] | None) -> None:
        """HomeError if a version was published with another log than this."""
        told = _published(manifest)
        if told and not self.knows(told.chain):
            raise HomeError(
                f"version {told.version} was published with a log of {told.size} observations, "
                f"root {told.root[:16]}..., which {self.folder} does not hold; {RESTORE}"
            )

    def knows(self, chain: object) -> bool:
        """Whether an entry bears this chain, or a restart follows one that did."""
        return any(
            chain in {each.chain, each.previous if each.version is None else each.chain} for each in self.entries
        )

    def grown(self, roots: Mapping[str, str], leaves: Callable[[Sequence[str]], Sequence[bytes]]) -> Growth:
        """What a store adds to the log; HomeError names the first batch of which it tells something else.

        `roots`: by batch, in the order of taking in, the root (hex) over its leaves; `leaves` gives those of batches.
        """
        logged = self.batches
        for each in logged:
            self._agree(each, roots.get(each.taken.batch))
        known = {each.taken.batch for each in logged}
        new = [batch for batch in roots if batch not in known]
        newest = max(known, default="")
        batches, edge, hashes = [], self.edge, list(leaves(new))
        for batch, together in zip(new, hashes, strict=True):
            apart = split(together)
            if root_of(apart).hex() != roots[batch]:
                raise HomeError(f"the working store is damaged at batch {batch}; {REBUILD}")
            edge.append(apart)
            batches.append(Taken(batch, len(apart), roots[batch], batch < newest))
            newest = max(newest, batch)
        return Growth(roots, batches, b"".join(hashes), edge)

    def _agree(self, logged: Placed, root: str | None) -> None:
        if root == logged.taken.root:
            return
        what = "is not what it was when" if root else "is gone, although"
        raise HomeError(
            f"archive batch {logged.taken.batch} {what} version {logged.version} was published with it: what was "
            f"collected has been rewritten; see `oracle log check`, restore the archive from a backup and {REBUILD}. "
            'If it cannot be had back: `oracle log restart --reason "..."`, which is recorded and shown for ever'
        )

    def entry(self, growth: Growth, version: str, at: datetime) -> Entry:
        """The link of the chain for a version that is about to be published."""
        return Entry(
            tree=self.tree,
            version=version,
            at=_text(at),
            size=growth.edge.size,
            root=growth.edge.root().hex(),
            batches=digest(growth.batches),
            previous=self.entries[-1].chain if self.entries else None,
            previous_root=self.entries[-1].root if self.entries else None,
        ).linked()

    def append(self, growth: Growth, entry: Entry) -> None:
        """Log a version: when this returns, it survives a crash of the machine."""
        path, kept = self.leaves_path(), (growth.edge.size * HASH) - len(growth.leaves)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            # The leaves first: what no line tells of is cut at the next time.
            write_behind(path, kept, growth.leaves)
        except OSError as error:
            raise HomeError(f"cannot write {path}: {error.strerror}; mend permissions or free space") from error
        self._journal.append(Line(entry, growth.batches, [each.hex() for each in growth.edge.hashes]))

    def restart(self, reason: str, at: datetime, manifest: Mapping[str, Any] | None) -> Entry:
        """Give the present tree up and begin a new one; `manifest`: of the version in place, which it follows."""
        given_up, last = _published(manifest), self.entries[-1:]
        if last and (given_up is None or self.knows(given_up.chain)):
            given_up = last[0]
        if given_up is None:
            raise QuestionError("there is no log yet, so nothing to begin anew; `oracle publish` begins it")
        entry = Entry(
            tree=max(given_up.tree, self.tree) + 1,
            version=None,
            at=_text(at),
            size=given_up.size,
            root=given_up.root,
            batches=digest([]),
            reason=reason,
            previous=given_up.chain,
            previous_root=given_up.root,
        ).linked()
        self._journal.append(Line(entry, [], []))
        return entry

    def leaves_path(self) -> Path:
        """The file of the leaf hashes of the present tree."""
        return self.folder / f"leaves-{self.tree}"

    def mend(self, leaves: Callable[[Sequence[str]], Sequence[bytes]]) -> None:
        """Write the file of leaves anew if it is gone or too short."""
        path, size = self.leaves_path(), self.edge.size
        if size and (not path.exists() or path.stat().st_size < size * HASH):
            write_behind(path, 0, b"".join(leaves([each.taken.batch for each in self.batches])))

    def built(self) -> Tree:
        """The present tree, for proofs; HomeError if the file of leaves holds others than were logged."""
        path, edge = self.leaves_path(), self.edge
        try:
            with path.open("rb") as file:
                tree = Tree(file.read(edge.size * HASH))
        except (OSError, ValueError):
            tree = Tree(b"")
        if tree.root() != edge.root():
            raise HomeError(f"{path} is damaged; move it away and run `oracle publish`, which writes it anew")
        return tree


REBUILD = "move store.duckdb away: the archive rebuilds it"


def _published(manifest: Mapping[str, Any] | None) -> Entry | None:
    """What the version in place says of the log; None before the first that was entered."""
    if not manifest or "log" not in manifest:
        return None
    try:
        return msgspec.convert(manifest["log"], Entry)
    except msgspec.ValidationError as error:
        raise HomeError(
            f"the published manifest tells nothing sound of the log ({error}); "
            "restore the folder `published` from a backup, or move it away"
        ) from error


def split(hashes: bytes) -> list[bytes]:
    """Hashes that stand together, one by one."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def _text(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
