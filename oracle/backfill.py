"""What `oracle import` does as a whole: look at every file; only if all can be taken, archive, record and publish."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from oracle.archive import Archive
from oracle.collect.record import catch_up
from oracle.days import CLOSING_MARGIN, Clock
from oracle.errors import QuestionError
from oracle.imports.checksum import verified
from oracle.imports.container import Piece, pieces
from oracle.imports.looking import Looked, looked, observation_of
from oracle.imports.naming import Directory
from oracle.imports.reading import CHECKSUM, WHOLE
from oracle.imports.watching import Watching
from oracle.imports.wish import Wish
from oracle.knowledge import knowledge
from oracle.operate.lock import only_collector
from oracle.publish import publish
from oracle.settings import Home, signer
from oracle.store.imported import Shelf
from oracle.store.writer import Store
from oracle.terms import Observation

# A batch is archived when it holds this much; a kill loses at most that, and the next run takes it up again.
BATCH_BYTES = 24 * 2**20
BATCH_FILES = 500
REMARKS = 20


@dataclass(frozen=True, slots=True)
class Backfilled:
    """The published file, and lines for the user."""

    published: Path
    lines: list[str]


# Of which venue and market the bytes are said to be, and how they are read.
_Meaning = tuple[str, str, dict[str, str]]


@dataclass(slots=True)
class _Seen:
    """What the first look at all files found."""

    new: dict[str, _Meaning] = field(default_factory=dict)  # by hash of what is to be archived, how it is read
    again: set[str] = field(default_factory=set)
    unchecked: int = 0
    remarks: list[str] = field(default_factory=list)
    told: dict[str, dict[int, int]] = field(default_factory=dict)  # by market and opening, a hash of the figures


def backfill(home: Home, wish: Wish, clock: Clock) -> Backfilled:
    """Take in what the files tell and publish; QuestionError if any of them cannot be taken, and then none is."""
    known = knowledge(home.path)
    archive = Archive(home.archive)
    with only_collector(home.path, "oracle import", clock()), Store(home.store) as store:
        archive.clear_leftovers()
        catch_up(archive, store)
        took = _Import(wish, archive, store, clock).take()
        published = publish(store, home.published, known, clock(), signer(home))
    what = "published" if published.new else "nothing new; still published"
    return Backfilled(published.path, [*took, f"{what} {published.manifest['version']}"])


class _Import:
    """One call's files on their way into the archive and the store."""

    def __init__(self, wish: Wish, archive: Archive, store: Store, clock: Clock) -> None:
        self._wish, self._archive, self._store = wish, archive, store
        self._shelf = Shelf(store.connection)
        self._directory = Directory(wish.venue, self._shelf.markets(wish.venue.name), wish.given)
        self._recorded = self._shelf.files()
        self._now, self._revised = clock(), self._shelf.revised()

    def take(self) -> list[str]:
        """Look at all, then keep all; lines that tell what became of them."""
        with Watching(self._wish.title, len(self._wish.paths)) as watching:
            seen = self._look(watching)
            self._keep(seen, watching)
        revised = self._shelf.revised() - self._revised
        lines = [f"note: {text}" for text in seen.remarks[:REMARKS]]
        if len(seen.remarks) > REMARKS:
            lines.append(f"note: {len(seen.remarks) - REMARKS} more of the kind")
        if seen.unchecked and self._wish.form and self._wish.form.checksums:
            lines.append(
                f"note: {seen.unchecked} files have no .CHECKSUM beside them: only their own structure was checked"
            )
        lines.append(
            f"imported {len(seen.new)} files of {self._wish.title}; {len(seen.again)} were imported before and skipped"
            + (f"; {revised} figures were revised" if revised else "")
        )
        return lines

    def _look(self, watching: Watching) -> _Seen:
        seen = _Seen()
        for path, piece in self._pieces(watching, "checking"):
            try:
                observation, sound = self._observation(path, piece)
                if self._is_there(observation, seen):
                    continue
                one = looked(piece, observation, self._wish, self._shelf, CLOSING_MARGIN)
                self._agrees(one, seen)
            except QuestionError as error:
                raise QuestionError(f"{piece.title}: {error}; nothing was imported") from error
            seen.new[one.observation.sha256 or ""] = _meaning(observation)
            seen.unchecked += not sound
            seen.remarks += [f"{piece.title}: {text}" for text in one.remarks]
        if not seen.new and not seen.again:
            raise QuestionError(f"no file of {self._wish.title} is among those named; nothing was imported")
        return seen

    def _pieces(self, watching: Watching, doing: str) -> Iterator[tuple[Path, Piece]]:
        wanted = self._wish.form.is_wanted if self._wish.form else (lambda _: True)
        watching.started(doing)
        for path in self._wish.paths:
            for piece in pieces(path, wanted):
                yield path, piece
            watching.done()

    def _observation(self, path: Path, piece: Piece) -> tuple[Observation, bool]:
        sound = bool(self._wish.form) and verified(path, piece.whole)
        if self._wish.own and piece.container == "plain" and piece.member:
            raise QuestionError("holds several files; give one csv")
        return observation_of(piece, self._wish, self._directory, self._now, verified=sound), sound

    def _is_there(self, observation: Observation, seen: _Seen) -> bool:
        """Whether the same bytes are there already, read in the same way; QuestionError if they were read otherwise."""
        sha256 = observation.sha256 or ""
        if before := seen.new.get(sha256):
            when = "in this call"
        elif row := self._recorded.get(sha256):
            archived = self._archive.read(row.batch)
            before = _meaning(next(each for each in archived if each.sha256 == sha256 and each.kind == "file"))
            when = f"on {row.received_at:%Y-%m-%d}"
            seen.again.add(sha256)
        else:
            return False
        if before != _meaning(observation):
            raise QuestionError(
                f"the same bytes were imported {when} as {before[0]} {before[1]}, or with other columns or another "
                "note; bytes are not read in two ways"
            )
        return True

    def _agrees(self, one: Looked, seen: _Seen) -> None:
        """Two files of one call that tell a day in two ways are both refused: it is not known which is newer."""
        columns, told = one.found.columns, seen.told.setdefault(one.observation.subject, {})
        figures = zip(*(each for each in columns[1:7] if each), strict=True)
        for line, opened, row in zip(one.found.lines, columns.opened_ms, figures, strict=True):
            if told.setdefault(opened, hash(row)) != hash(row):
                raise QuestionError(
                    f"line {line}: another file of this call tells that day of {one.observation.subject} otherwise; "
                    "import the older one first and the re-issued one after it"
                )

    def _keep(self, seen: _Seen, watching: Watching) -> None:
        """Read every new file again and keep it in batches: only what was looked at."""
        batch: list[Looked] = []
        left, size = set(seen.new), 0
        for path, piece in self._pieces(watching, "importing") if left else ():
            try:
                observation, _ = self._observation(path, piece)
                sha256 = observation.sha256 or ""
                if sha256 in left:
                    batch.append(looked(piece, observation, self._wish, self._shelf, CLOSING_MARGIN))
                    left.remove(sha256)
            except QuestionError as error:
                raise QuestionError(f"{piece.title}: {error}") from error
            if sha256 not in seen.new and sha256 not in seen.again:
                raise QuestionError(f"{piece.title} changed while it was being read; run the same command again")
            size += len(piece.body)
            if size >= BATCH_BYTES or len(batch) >= BATCH_FILES:
                self._write(batch)
                batch, size = [], 0
        if batch:
            self._write(batch)

    def _write(self, batch: list[Looked]) -> None:
        observations = [each.observation for each in batch]
        name = self._archive.append(observations, self._now)
        self._store.record(name, observations, [each.page for each in batch])


def _meaning(observation: Observation) -> _Meaning:
    """Whether a checksum lay beside the bytes changes nothing, nor does the ZIP that they came in."""
    told = {name: value for name, value in observation.headers if name not in (CHECKSUM, WHOLE)}
    return observation.source, observation.subject, told
