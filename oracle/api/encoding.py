"""Answers as JSON, byte for byte those of `Answer.model_dump_json`, out of pieces that many of them share.

Most of an answer tells of venues, and of a venue that never listed the coin it tells every coin the same: such pieces
are made once a day and language, with a name in place of the coin's.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pydantic_core import to_json

from oracle import answer as parts
from oracle.ask import Asked, Question
from oracle.assemble import shown
from oracle.store.kept import Kept
from oracle.store.shelf import ShelfReads

# A coin that nobody lists; no coin that is asked for is called so, for these two characters stand for nothing.
_NOBODY = "\ue000COIN\uf8ff"
_NOBODY_JSON = _NOBODY.encode()
_VENUES, _VERDICTS = b',"venues":[],', b'"verdicts":{}'
_NOTHING_SHOWN = to_json(parts.Shown())[1:-1]
KEPT_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class _Venue:
    """A venue on a day as a coin reads of it that was never listed there; its verdicts by rulebook stand in between."""

    before: bytes
    verdicts: dict[str, bytes]
    after: bytes


@dataclass(slots=True)
class _Day:
    """The venues that anybody was told of, by name."""

    nobody: Asked
    venues: dict[str, _Venue] = field(default_factory=dict)
    bytes: int = 0


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
        coin, day = to_json(asked.coin)[1:-1], self._day(reads, asked, question, now)
        pieces = []
        for name in names:
            venue = day.venues.get(name) or self._venue(day, asked, question.lang, name)
            told = _told(asked, venue, name) if name in own else _joined(venue).replace(_NOBODY_JSON, coin)
            pieces.append(told)
        return b"".join((before, b',"venues":[', b",".join(pieces), b"],", after))

    def _day(self, reads: ShelfReads, asked: Asked, question: Question, now: datetime) -> _Day:
        found = self._days.get((asked.day, question.lang))
        if found is None:
            of = replace(question, coin=_NOBODY, day=asked.day, asked_at=None, venue=None, taxpayer=None, deal=None)
            nobody = Asked(reads, of, now)
            nobody.judge(nobody.facts.figures)
            found = _Day(nobody)
        return found

    def _venue(self, day: _Day, asked: Asked, lang: str, name: str) -> _Venue:
        part = day.nobody.venue(name)
        verdicts = {book: to_json(verdict) for book, verdict in part.verdicts.items()}
        before, _, after = to_json(part.model_copy(update={"verdicts": {}})).partition(_VERDICTS)
        venue = day.venues[name] = _Venue(before, verdicts, after)
        day.bytes += len(_joined(venue)) + 500
        self._days.put((asked.day, lang), day, day.bytes)
        return venue


def _told(asked: Asked, venue: _Venue, name: str) -> bytes:
    """Of a venue that lists the coin: the verdicts by coins and the figures of its quotations are the coin's own."""
    verdicts = dict(venue.verdicts)
    for book in verdicts:
        edition = asked.books[book].edition(asked.day)
        if edition and edition.per_coin:
            verdicts[book] = to_json(asked.verdict(name, book))
    after = venue.after
    if priced := asked.priced(name):
        after = after.replace(_NOTHING_SHOWN, to_json(shown(priced))[1:-1], 1)
    return _joined(_Venue(venue.before, verdicts, after))


def _joined(venue: _Venue) -> bytes:
    pieces = [b"%s:%s" % (to_json(name), verdict) for name, verdict in venue.verdicts.items()]
    return b'%s"verdicts":{%s}%s' % (venue.before, b",".join(pieces), venue.after)
