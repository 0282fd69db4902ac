"""Making a bundle: the answers and what they rest on in one file, which is verified before it is handed out."""

import os
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from pathlib import Path

import pyarrow as pa

from oracle.archive import Archive, sync_folder
from oracle.ask import Question
from oracle.errors import HomeError, QuestionError
from oracle.evidence import layout
from oracle.evidence.asking import Answers, dataset_of, text_of, written
from oracle.evidence.calculation import calculation
from oracle.evidence.container import Packed, packed, write
from oracle.evidence.layout import ListedPage, Manifest, Papers, QuestionFile, Row, Seen, compact, encoded
from oracle.evidence.ledger import questions_of
from oracle.evidence.listing import listed
from oracle.evidence.rebuild import seen_of
from oracle.evidence.report import Report
from oracle.evidence.verify import verify
from oracle.evidence.which import Wanted, wanted
from oracle.knowledge import Knowledge, knowledge_files, knowledge_of
from oracle.price.reading import How
from oracle.publish import SOFTWARE
from oracle.rewind import as_known_at
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
    files = knowledge_files(sources.home)
    known = knowledge_of(files)
    with ExitStack() as stack:
        published = told = stack.enter_context(Reads(sources.published))
        if known_at:
            told = _told_then(stack, sources, questions, known_at, known)
        now = known_at or published.dataset.published_at
        asking = Answers(told, now)
        answers = {f"answers/{at:05}.json": asking.answer(each) for at, each in enumerate(questions, 1)}
        steps = calculation(told, answers)
        said = dataset_of(told)
        asked = [written(each, name) for name, each in zip(answers, questions, strict=True)]
        base = {
            layout.QUESTION: encoded(QuestionFile(said, now, asked)),
            layout.CALCULATION: steps,
            layout.README: _shipped(layout.README),
            layout.CHECK: _shipped(layout.CHECK),
            **{name: text_of(answer) for name, answer in answers.items()},
            **files,
            **({layout.ROWS: encoded(list(rows))} if rows else {}),
        }
        report = None
        for everything in (False, True):
            found = wanted(published, told, list(answers.values()), now, everything=everything)
            made = _Making(base, said)
            if not made.take(Archive(sources.archive), found, most_bytes):
                made = _Making(base, said)
                made.take(Archive(sources.archive), found, None)
            aside = out.with_name(f"{out.name}.{os.getpid()}.tmp")
            try:
                digest, count = made.write(aside)
                report = verify(aside, packed_here=True)
                if report.agrees:
                    aside.rename(out)
                    sync_folder(out.parent)
                    return Made(out, digest, out.stat().st_size, count, report)
            except OSError as error:
                raise HomeError(f"cannot write {out}: {error.strerror}; free space or choose another place") from error
            finally:
                aside.unlink(missing_ok=True)
    raise HomeError(
        f"the archive does not give the published answer again: {report.first_fault if report else ''}; if rulebooks "
        "or registers have changed since it was published run `oracle publish`, else restore the archive"
    )


def of_ledger(sources: Sources, asked: pa.Table, how: How, out: Path, most_bytes: int = MOST_BYTES) -> Made:
    """The same of all rows of a ledger, as `oracle price` reads it; QuestionError if none of them can be answered."""
    with Reads(sources.published) as reads:
        questions, rows = questions_of(reads, asked, how, reads.dataset.published_at)
    if not questions:
        told = ", ".join(sorted({row.status for row in rows})) or "it is empty"
        raise QuestionError(f"no row of the ledger can be answered ({told}); see `oracle price`")
    return bundle(sources, questions, out, rows=rows, most_bytes=most_bytes)


def _told_then(
    stack: ExitStack, sources: Sources, questions: Sequence[Question], known_at: datetime, known: Knowledge
) -> Reads:
    """The file that an instant would have answered from: it is made for one coin's day."""
    if len({(each.coin, each.day) for each in questions}) != 1:
        raise QuestionError("as known at an instant goes with a question about one coin on one date")
    question = questions[0]
    book = known.rulebooks.get(question.rulebook)
    day = book.date_of(question.asked_at) if book and question.asked_at else question.day
    path = stack.enter_context(as_known_at(sources.published, day, known_at, known, question.coin))
    return stack.enter_context(Reads(path))


def _shipped(name: str) -> bytes:
    return resources.files("oracle.evidence").joinpath(name).read_bytes()


class _Making:
    """The files of a bundle as they come together; packed at once, so that few bytes are held."""

    def __init__(self, files: dict[str, bytes], said: layout.Dataset) -> None:
        self._said, self._entries = said, []  # type: tuple[layout.Dataset, list[layout.FileEntry]]
        self._packed: dict[str, Packed] = {}
        self._seen: list[Seen] = []
        self._listed: list[ListedPage] = []
        for name, body in files.items():
            self._put(name, body)

    def _put(self, name: str, body: bytes) -> None:
        self._packed[name] = packed(body)
        self._entries.append(layout.FileEntry(name, len(body), layout.sha256(body)))

    def take(self, archive: Archive, found: Wanted, most_bytes: int | None) -> bool:
        """The observations out of the archive, in the order in which they were taken in.

        False if there are more than `most_bytes`; None: as many as there are, but pages that are there only for the
        turnover of markets without a quotation are listed and not contained.
        """
        taken = 0
        for batch in sorted(found.batches):
            keys = found.batches[batch]
            for each in archive.read(batch):
                key = Key(each.source, each.kind, each.subject, each.url, each.asked_at, each.received_at, each.sha256)
                if key not in keys:
                    continue
                self._seen.append(seen_of(each, batch))
                if most_bytes is None and keys[key]:
                    page = listed(len(self._seen) - 1, each, found.days[each.source])
                    if page:
                        self._listed.append(page)
                        continue
                name = f"observations/{each.sha256}"
                if each.body is not None and name not in self._packed:
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

    def write(self, path: Path) -> tuple[str, int]:
        """The container; the manifest's hash, and how many observations are in it."""
        self._entries.sort(key=lambda each: each.path)
        manifest = encoded(Manifest(layout.FORMAT, SOFTWARE, zlib.ZLIB_RUNTIME_VERSION, self._said, self._entries))
        digest = layout.sha256(manifest)
        papers = encoded(Papers(layout.FORMAT, digest, []))
        files = {**self._packed, layout.MANIFEST: packed(manifest), layout.PAPERS: packed(papers)}
        with path.open("wb") as file:
            write(file, files)
            file.flush()
            os.fsync(file.fileno())
        return digest, len(self._seen)
