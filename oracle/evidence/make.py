"""Making a bundle: the answers and what they rest on in one file, which is verified before it is handed out."""

import os
import secrets
import zlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from oracle.archive import Archive, sync_folder
from oracle.ask import Question
from oracle.errors import HomeError, QuestionError
from oracle.evidence import layout
from oracle.evidence.asking import Answers, dataset_of, text_of, written
from oracle.evidence.calculation import calculation
from oracle.evidence.container import Packed, packed, write
from oracle.evidence.gist import Gist, gist
from oracle.evidence.layout import FileEntry, ListedPage, Manifest, Papers, QuestionFile, Row, Seen, compact, encoded
from oracle.evidence.ledger import questions_of
from oracle.evidence.listing import listed
from oracle.evidence.rebuild import seen_of
from oracle.evidence.report import Report
from oracle.evidence.shipped import shipped_files
from oracle.evidence.verify import verify
from oracle.evidence.which import Wanted, wanted
from oracle.knowledge import knowledge_files, knowledge_of
from oracle.price.reading import How
from oracle.publish import SOFTWARE
from oracle.rewind import told_then
from oracle.store.reads import Reads
from oracle.store.resting import Key

# Of responses, as they were received; packed they take a fifth.
MOST_BYTES = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Sources:
    """Where evidence is taken from: the published file, the archive, and the home with the user's own registers."""

    published: Path
    archive: Path
    home: Path | None


@dataclass(frozen=True, slots=True)
class Made:
    """A bundle: where it is, its manifest's hash, how much is in it, and what verifying it said."""

    path: Path
    manifest_sha256: str
    bytes: int
    observations: int
    report: Report


def bundle(
    sources: Sources,
    questions: Sequence[Question],
    out: Path,
    known_at: datetime | None = None,
    rows: Sequence[Row] = (),
    most_bytes: int = MOST_BYTES,
) -> Made:
    """Make the bundle `out`; it is there whole and verified, or not at all.

    Answers are as of the dataset's publication, or of `known_at`. If the responses have more than `most_bytes`, those
    that are only of markets without a quotation, for turnover, are listed by hash and not contained. QuestionError for
    what cannot be answered; HomeError where what lies in the home does not give the published answers again.
    """
    files = shipped_files() | knowledge_files(sources.home)
    with ExitStack() as stack:
        published = told = stack.enter_context(Reads(sources.published))
        if known_at:
            told = stack.enter_context(told_then(sources.published, questions, known_at, knowledge_of(files)))
        now = known_at or published.dataset.published_at
        base, answers = _answered(told, questions, now)
        base |= {name: _part(name, body) for name, body in files.items()}
        if rows:
            base[layout.ROWS] = _part(layout.ROWS, encoded(list(rows)))
        fault = ""
        for everything in (False, True):
            found = wanted(published, told, list(answers.values()), now, everything=everything)
            making = _Making(base, dataset_of(told))
            if not making.take(Archive(sources.archive), found, most_bytes):
                making = _Making(base, dataset_of(told))
                making.take(Archive(sources.archive), found, None)
            made = making.put(out)
            if made.report.agrees:
                return made
            fault = made.report.first_fault
    raise HomeError(
        f"the archive does not give the published answer again: {fault}; if rulebooks or registers have changed since "
        "it was published run `oracle publish`, else restore the archive"
    )


def _answered(told: Reads, questions: Sequence[Question], now: datetime) -> tuple[dict[str, "_Part"], dict[str, Gist]]:
    """The files that need no observation, and the gist of each answer by its file."""
    asking, answers, base = Answers(told, now), dict[str, Gist](), dict[str, _Part]()
    for at, each in enumerate(questions, 1):
        name, answer = f"answers/{at:05}.json", asking.answer(each)
        base[name], answers[name] = _part(name, text_of(answer)), gist(answer)
    asked = [written(each, name) for name, each in zip(answers, questions, strict=True)]
    files = {
        layout.QUESTION: encoded(QuestionFile(dataset_of(told), now, asked)),
        layout.CALCULATION: calculation(told, answers),
    }
    return base | {name: _part(name, body) for name, body in files.items()}, answers


def of_ledger(sources: Sources, asked: pa.Table, how: How, out: Path, most_bytes: int = MOST_BYTES) -> Made:
    """The same of all rows of a ledger, as `oracle price` reads it; QuestionError if none of them can be answered."""
    with Reads(sources.published) as reads:
        questions, rows = questions_of(reads, asked, how, reads.dataset.published_at)
    if not questions:
        told = ", ".join(sorted({row.status for row in rows})) or "it is empty"
        raise QuestionError(f"no row of the ledger can be answered ({told}); see `oracle price`")
    return bundle(sources, questions, out, rows=rows, most_bytes=most_bytes)


class _Part(NamedTuple):
    """A file, packed at once so that few bytes are held, and its line in the manifest."""

    packed: Packed
    entry: FileEntry


def _part(name: str, body: bytes) -> _Part:
    return _Part(packed(body), FileEntry(name, len(body), layout.sha256(body)))


class _Making:
    """The files of a bundle as they come together."""

    def __init__(self, base: Mapping[str, _Part], said: layout.Dataset) -> None:
        self._said, self._parts = said, dict(base)
        self._seen: list[Seen] = []
        self._listed: list[ListedPage] = []

    def _put(self, name: str, body: bytes) -> None:
        self._parts[name] = _part(name, body)

    def take(self, archive: Archive, found: Wanted, most_bytes: int | None) -> bool:
        """The observations out of the archive, in the order in which they were taken in.

        False if there are more than `most_bytes`; None: as many as there are, but pages that are there only for the
        turnover of markets without a quotation are listed and not contained.
        """
        taken = 0
        for batch in sorted(found.batches):
            keys, had = found.batches[batch], set[Key]()
            for each in archive.read(batch):
                key = Key(each.source, each.kind, each.subject, each.url, each.asked_at, each.received_at, each.sha256)
                # Asked twice within the same instant, and answered with the same: once says as much.
                if key not in keys or key in had:
                    continue
                had.add(key)
                self._seen.append(seen_of(each, batch))
                if most_bytes is None and keys[key]:
                    page = listed(len(self._seen) - 1, each, found.days[each.source])
                    if page:
                        self._listed.append(page)
                        continue
                name = f"observations/{each.sha256}"
                if each.body is not None and name not in self._parts:
                    taken += len(each.body)
                    if most_bytes is not None and taken > most_bytes:
                        return False
                    self._put(name, each.body)
        if self._listed:
            self._put(layout.LISTED, compact(self._listed))
        for publication in found.publications:
            self._put(f"publication/{publication.venue}.json", encoded(publication))
        self._put(layout.OBSERVATIONS, encoded(self._seen))
        return True

    def put(self, out: Path) -> Made:
        """Write the bundle aside, verify it, and only if it agrees put it in its place."""
        aside = out.with_name(f"{out.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
        try:
            digest = self._write(aside)
            report = verify(aside, packed_here=True)
            made = Made(out, digest, aside.stat().st_size, len(self._seen), report)
            if report.agrees:
                aside.rename(out)
                sync_folder(out.parent)
        except OSError as error:
            raise HomeError(f"cannot write {out}: {error.strerror}; free space or choose another place") from error
        finally:
            aside.unlink(missing_ok=True)
        return made

    def _write(self, path: Path) -> str:
        """The container; the manifest's hash."""
        entries = [self._parts[name].entry for name in sorted(self._parts)]
        manifest = encoded(Manifest(layout.FORMAT, SOFTWARE, zlib.ZLIB_RUNTIME_VERSION, self._said, entries))
        digest = layout.sha256(manifest)
        papers = encoded(Papers(layout.FORMAT, digest, []))
        files = {name: part.packed for name, part in self._parts.items()}
        with path.open("wb") as file:
            write(file, {**files, layout.MANIFEST: packed(manifest), layout.PAPERS: packed(papers)})
            file.flush()
            os.fsync(file.fileno())
        return digest
