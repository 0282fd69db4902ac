"""Answers as JSON, byte for byte those of `Answer.model_dump_json`, out of pieces that many of them share.

Most of an answer tells of venues, and of a venue that never listed the coin it tells every coin the same: such pieces
are made once a day and language, with places for the coin's name.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from sys import getsizeof

from pydantic_core import to_json

from oracle import answer as parts
from oracle.ask import Asked, Question
from oracle.assemble import shown, verdict_json
from oracle.store.kept import Kept
from oracle.store.reads import Reads
from oracle.store.shelf import ShelfReads

# A coin that nobody lists; no coin that is asked for is called so, for these two characters stand for nothing.
_NOBODY = "\ue000COIN\uf8ff"
_NOBODY_JSON = _NOBODY.encode()
_VENUES, _VERDICTS = b',"venues":[],', b'"verdicts":{}'
_NOTHING_SHOWN = to_json(parts.Shown())[1:-1]
KEPT_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class _Venue:
    """A venue on a day as a coin reads of it that was never listed there, in pieces.

    `coins`: which of them are the coin's name; `verdicts`: of each rulebook that judges by coins, and where its verdict
    begins and ends; `shown`: what is picked out of the coin's quotations.
    """

    pieces: tuple[bytes, ...]
    coins: tuple[int, ...]
    verdicts: tuple[tuple[str, int, int], ...]
    shown: int


@dataclass(slots=True)
class _Day:
    """The venues that anybody was told of, by name; `same`: their pieces, each once."""

    venues: dict[str, _Venue] = field(default_factory=dict)
    same: dict[bytes, bytes] = field(default_factory=dict)
    bytes: int = 2000
    nobody: Asked | None = None


class Encoder:
    """Makes answers of one published version; what they share is kept, at most `limit` bytes of it."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self._days: Kept[tuple[date, str], _Day] = Kept(limit)

    def encoded(self, reads: ShelfReads, question: Question, now: datetime) -> bytes:
        """The answer to the question; the errors are those of `ask`."""
        asked = Asked(reads, question, now)
        own = reads.listing(asked.coin)
        names = asked.venues()
        before, _, after = to_json(asked.document([name for name in names if name in own])).partition(_VENUES)
        coin, day = to_json(asked.coin)[1:-1], self._days.get((asked.day, question.lang)) or _Day()
        pieces, joint = [before, b',"venues":['], b""
        for name in names:
            venue = day.venues.get(name) or self._venue(day, asked, name)
            pieces.append(joint)
            pieces += _of_own(asked, venue, name) if name in own else _of_other(venue, coin)
            joint = b","
        pieces += (b"],", after)
        return b"".join(pieces)

    def newest(self) -> list[tuple[date, str]]:
        """Days and languages of which something is kept, the most recently asked about first."""
        return self._days.newest()

    def prepare(self, reads: ShelfReads, day: date, lang: str, now: datetime) -> None:
        """Make what the answers of a day share."""
        kept, nobody = self._days.get((day, lang)) or _Day(), _nobody(reads, day, lang, now)
        for name in nobody.facts.figures.keys() - kept.venues.keys():
            kept.venues[name] = _cut(nobody.venue(name), kept)
        self._days.put((day, lang), kept, kept.bytes)

    def _venue(self, day: _Day, asked: Asked, name: str) -> _Venue:
        nobody = day.nobody or _nobody(asked.reads, asked.day, asked.question.lang, asked.now)
        venue = day.venues[name] = _cut(nobody.venue(name), day)
        # What it is made of is large, and needed for the first question about the day only.
        day.nobody = None if day.venues.keys() >= nobody.facts.figures.keys() else nobody
        self._days.put((asked.day, asked.question.lang), day, day.bytes)
        return venue


def _nobody(reads: Reads, day: date, lang: str, now: datetime) -> Asked:
    """Asks about a day for a coin that nobody lists."""
    nobody = Asked(reads, Question(_NOBODY, day, rulebook=min(reads.rulebooks()), lang=lang), now)
    nobody.judge(nobody.facts.figures)
    return nobody


def _cut(part: parts.VenuePart, day: _Day) -> _Venue:
    """The venue's JSON in pieces; those that are equal on other venues are shared."""
    before, _, after = to_json(part.model_copy(update={"verdicts": {}})).partition(_VERDICTS)
    pieces, coins, verdicts = [before], [], []
    plain = b'"verdicts":{'
    for number, (book, verdict) in enumerate(part.verdicts.items()):
        plain += (b"," if number else b"") + to_json(book) + b":"
        if not verdict.per_coin:
            plain += to_json(verdict)
            continue
        pieces.append(plain)
        plain, begins = b"", len(pieces)
        first, *others = to_json(verdict).split(_NOBODY_JSON)
        pieces.append(first)
        for each in others:
            coins.append(len(pieces))
            pieces += (b"", each)
        verdicts.append((book, begins, len(pieces)))
    head, nothing, tail = after.partition(_NOTHING_SHOWN)
    pieces += (plain + b"}", head, nothing, tail)
    day.bytes += 500 + 8 * len(pieces) + sum(getsizeof(each) for each in pieces if each not in day.same)
    kept = tuple(day.same.setdefault(each, each) for each in pieces)
    return _Venue(kept, tuple(coins), tuple(verdicts), len(kept) - 2)


def _of_other(venue: _Venue, coin: bytes) -> list[bytes]:
    """Of a venue that never listed the coin."""
    pieces = list(venue.pieces)
    for place in venue.coins:
        pieces[place] = coin
    return pieces


def _of_own(asked: Asked, venue: _Venue, name: str) -> list[bytes]:
    """Of a venue that lists the coin: the verdicts by coins and the figures of its quotations are the coin's own."""
    pieces = list(venue.pieces)
    if priced := asked.priced(name):
        pieces[venue.shown] = to_json(shown(priced))[1:-1]
    for book, begins, ends in reversed(venue.verdicts):
        pieces[begins:ends] = [verdict_json(*asked.judged(name, book), asked.lang)]
    return pieces
