"""A user's document as an observation: its bytes as they are, and beside them, as headers, what its user says of it."""

import re
import stat
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import yarl

from oracle.days import Span, moscow_date, parse_day
from oracle.errors import QuestionError
from oracle.terms import Document, Observation
from oracle.venues import VENUES

SOURCE, KIND = "user", "document"
# A printed page of an archive is some hundred kilobytes, a scanned statement some megabytes.
DOCUMENT_BYTES = 16 * 2**20
NAME_CHARACTERS, TEXT_CHARACTERS, ADDRESS_CHARACTERS, VENUE_CHARACTERS = 120, 300, 2000, 60
NAME, MEDIA, VENUE = "x-document-name", "x-document-media", "x-document-venue"
AUTHOR, NOTE, ADDRESS = "x-document-author", "x-document-note", "x-document-address"
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)

_UNKNOWN_MEDIA = "application/octet-stream"
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)
_HTML = re.compile(rb"<(!doctype html|html|head|body)\b", re.IGNORECASE)
_MAIL = re.compile(rb"(from|mime-version|received|content-type|subject):", re.IGNORECASE)
_LOOKED_AT = 2048


@dataclass(frozen=True, slots=True)
class Said:
    """What a user says of a document: a venue (one of ours, a free name, or none), the days it shows, who and what."""

    author: str
    note: str
    venue: str = ""
    shows: Span | None = None
    address: str = ""


def said(
    now: datetime, *, author: str, note: str, venue: str | None = None, shows: str | None = None, address: str | None
) -> Said:
    """The facts of a command line; QuestionError for what they cannot be."""
    return Said(
        line("--author", author, NAME_CHARACTERS),
        line("--note", note, TEXT_CHARACTERS),
        venue_of(venue) if venue is not None else "",
        shown_days(shows, now) if shows is not None else None,
        _address(address) if address is not None else "",
    )


def line(option: str, text: str, most: int) -> str:
    """A text of one line, runs of blanks as one; QuestionError if it is empty, too long or unprintable."""
    told = " ".join(text.split())
    if not told or len(told) > most or not told.isprintable():
        raise QuestionError(f"{option}: expected 1 to {most} printable characters; give them")
    return told


def venue_of(text: str) -> str:
    """The name of one of our venues, however it is spelt, or a free name of another organiser."""
    told = line("--venue", text, VENUE_CHARACTERS)
    titles = {each.title.casefold(): name for name, each in VENUES.items()}
    return titles.get(told.casefold(), told.lower() if told.lower() in VENUES else told)


def shown_days(text: str, now: datetime) -> Span:
    """The days of `2021-03-01..2021-03-31` or of one date."""
    first, dots, last = text.partition("..")
    span = Span(parse_day(first), parse_day(last if dots else first))
    if span.last < span.first:
        raise QuestionError(f"--shows: {span.first} is after {span.last}; swap them")
    if span.last > moscow_date(now):
        raise QuestionError(f"--shows: {span.last} is still to come; a document shows days that have been")
    return span


def _address(text: str) -> str:
    try:
        read = yarl.URL(text)
    except ValueError:
        read = yarl.URL()
    plain = text.isprintable() and " " not in text and len(text) <= ADDRESS_CHARACTERS
    if not plain or read.scheme not in ("http", "https") or not read.host:
        raise QuestionError("--address: write where the document is from as https://host/path")
    if read.user or read.password:
        raise QuestionError("--address: it holds a user or a password, which would be published; leave them out")
    return text


def file_of(path: Path) -> bytes:
    """The bytes of a document; QuestionError for a file that cannot be one."""
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(path.stat().st_mode):
                raise QuestionError(f"{path.name} is no regular file; give a document")
            body = file.read(DOCUMENT_BYTES + 1)
    except OSError as error:
        raise QuestionError(f"cannot read {path}: {error.strerror or error}; give a file that is there") from error
    if not body:
        raise QuestionError(f"{path.name} is empty; give a document")
    if len(body) > DOCUMENT_BYTES:
        raise QuestionError(f"{path.name} is larger than {DOCUMENT_BYTES >> 20} MiB; give the pages that matter")
    return body


def media_of(body: bytes) -> str:
    """The type of a document by its content; its name says nothing."""
    for beginning, media in _BEGINNINGS:
        if body.startswith(beginning):
            return media
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    start = body[:_LOOKED_AT].removeprefix(b"\xef\xbb\xbf").lstrip()
    if _HTML.search(start):
        return "multipart/related" if _MAIL.match(start) else "text/html"
    if _MAIL.match(start):
        return "message/rfc822"
    return _text_media(body)


def _text_media(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _UNKNOWN_MEDIA
    if any(ord(each) < 32 and each not in "\t\r\n\f" for each in text):  # noqa: PLR2004 - control characters
        return _UNKNOWN_MEDIA
    return "application/json" if text.lstrip()[:1] in ("{", "[") else "text/plain"


def observation_of(body: bytes, name: str, facts: Said, now: datetime) -> Observation:
    """What is archived: the very bytes, with the facts as headers, so that the archive alone tells them again."""
    told = {
        NAME: "".join(each for each in name if each.isprintable())[:NAME_CHARACTERS] or "document",
        MEDIA: media_of(body),
        VENUE: facts.venue,
        AUTHOR: facts.author,
        NOTE: facts.note,
        ADDRESS: facts.address,
    }
    return Observation(
        source=SOURCE,
        kind=KIND,
        subject=facts.venue,
        span=facts.shows,
        url=facts.address or f"file:document/{told[NAME]}",
        status=None,
        headers=tuple(sorted(told.items())),
        asked_at=now,
        received_at=now,
        body=body,
        detail=facts.note,
    )


def read_document(observation: Observation) -> Document:
    """The facts of an archived document; ValueError or KeyError if they are not there."""
    told = dict(observation.headers)
    return Document(observation, told[NAME], told[MEDIA], told[VENUE], told[AUTHOR], told[NOTE], told[ADDRESS])
