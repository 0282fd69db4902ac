"""What `oracle documents add`, `oracle manual add` and `withdraw` do: archive, record, publish, as the one writer."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from oracle.archive import Archive
from oracle.collect.read import read
from oracle.collect.record import catch_up
from oracle.days import Clock, Span
from oracle.documents import HASH, Said, file_of
from oracle.documents import observation_of as document_of
from oracle.errors import HomeError, QuestionError
from oracle.knowledge import knowledge
from oracle.manual import Wish, entry_of, withdrawal_of
from oracle.operate.lock import only_collector
from oracle.publish import publish
from oracle.settings import Home
from oracle.store.by_users import Filed
from oracle.store.writer import Store
from oracle.terms import Observation
from oracle.venues import VENUES

_LEAST_OF_AN_ID = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """The hash under which it is found again, lines for the user, and the published file."""

    sha256: str
    lines: list[str]
    published: Path


def add_document(home: Home, path: Path, facts: Said, clock: Clock) -> Kept:
    """File a document; the same bytes with the same facts are not filed twice."""
    body = file_of(path)
    with _open(home, "oracle documents add", clock) as desk:
        document = document_of(body, path.name, facts, desk.now)
        sha256 = str(document.sha256)
        is_there = _facts(facts) in desk.filed.documents(sha256)
        published = desk.keep([] if is_there else [document])
    said = "was filed with these facts before" if is_there else "filed"
    return Kept(sha256, [f"{path.name}: {said}", *_hints(facts.venue), published[1]], published[0])


def add_quotation(home: Home, wish: Wish, document: str, clock: Clock) -> Kept:
    """File a quotation with its document: a file, or the hash of one that was filed."""
    is_hash = HASH.fullmatch(document.lower()) is not None
    body = b"" if is_hash else file_of(Path(document))
    with _open(home, "oracle manual add", clock) as desk:
        papers: list[Observation] = []
        if is_hash:
            sha256 = document.lower()
            if not desk.filed.documents(sha256):
                raise QuestionError(f"no document {sha256[:12]}... was filed here; see `oracle documents list`")
        else:
            # It is what shows this quotation; that it proves publication is for its user to say by `documents add`.
            facts = Said(wish.author, wish.reason, "", Span(wish.day, wish.day))
            paper = document_of(body, Path(document).name, facts, desk.now)
            sha256 = str(paper.sha256)
            papers = [] if desk.filed.documents(sha256) else [paper]
        entry = entry_of(wish, sha256, desk.now)
        _not_twice(desk, wish, sha256)
        published = desk.keep([*papers, entry])
    return Kept(str(entry.sha256), [f"entered {entry.sha256}", *_hints(wish.venue), published[1]], published[0])


def withdraw(home: Home, start: str, reason: str, clock: Clock) -> Kept:
    """Withdraw the entry whose id begins so; it stays in the archive, and counts no more."""
    with _open(home, "oracle manual withdraw", clock) as desk:
        id_ = _entry(desk, start.lower())
        withdrawal = withdrawal_of(id_, reason, desk.now)
        published = desk.keep([withdrawal])
    return Kept(id_, [f"withdrawn {id_}", published[1]], published[0])


def document_bytes(home: Home, sha256: str, batches: Iterable[str]) -> bytes:
    """The bytes with this hash, out of the archive's `batches`; HomeError if none of them has it."""
    archive = Archive(home.archive)
    for batch in batches:
        for each in archive.read(batch):
            if each.sha256 == sha256 and each.body is not None:
                return each.body
    raise HomeError(f"the bytes of {sha256} are not in the archive {archive.folder}; restore it from a backup")


class _Desk:
    """The home while it is held: what was filed, and the way to file more."""

    def __init__(self, home: Home, archive: Archive, store: Store, now: datetime) -> None:
        self._home, self._archive, self._store, self.now = home, archive, store, now
        self.filed = Filed(store.connection)

    def keep(self, observations: list[Observation]) -> tuple[Path, str]:
        """Archive, record and publish; the published file, and a line about it."""
        if observations:
            readings = [read(each) for each in observations]
            self._store.record(self._archive.append(observations, self.now), observations, readings)
        made = publish(self._store, self._home.published, knowledge(self._home.path), self.now)
        return made.path, f"{'published' if made.new else 'nothing new; still published'} {made.manifest['version']}"


@contextmanager
def _open(home: Home, command: str, clock: Clock) -> Iterator[_Desk]:
    archive, now = Archive(home.archive), clock()
    with only_collector(home.path, command, now), Store(home.store) as store:
        archive.clear_leftovers()
        catch_up(archive, store)
        yield _Desk(home, archive, store, now)


def _facts(facts: Said) -> tuple[object, ...]:
    """In the order in which the store tells them."""
    days = (facts.shows.first, facts.shows.last) if facts.shows else (None, None)
    return facts.venue, *days, facts.author, facts.note, facts.address


def _hints(venue: str) -> list[str]:
    if not venue or venue in VENUES:
        return []
    near = difflib.get_close_matches(venue.lower(), VENUES, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return [f"note: nothing is collected of {venue}, so there is no verdict on it{meant}"]


def _not_twice(desk: _Desk, wish: Wish, document: str) -> None:
    said = (wish.coin, wish.day, wish.venue, wish.market, wish.close, wish.closes_at, document)
    for each in desk.filed.entries():
        if each.said == said:
            raise QuestionError(
                f"that was entered on {each.entered_at:%Y-%m-%d}, as {each.id}; withdraw it first to enter it anew"
            )


def _entry(desk: _Desk, start: str) -> str:
    if len(start) < _LEAST_OF_AN_ID:
        raise QuestionError(f"{start[:20]!r}: write at least {_LEAST_OF_AN_ID} characters of the id")
    found = [each.id for each in desk.filed.entries() if each.id.startswith(start)]
    if len(found) == 1:
        return found[0]
    if found:
        raise QuestionError(f"{start[:64]} begins {len(found)} entries; write more of the id")
    if any(each.startswith(start) for each in desk.filed.withdrawn()):
        raise QuestionError(f"{start[:64]} was withdrawn before; see `oracle manual list`")
    raise QuestionError(f"no entry has the id {start[:64]!r}; see `oracle manual list`")
