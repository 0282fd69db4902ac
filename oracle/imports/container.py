"""From a path to the text of its tables: ZIP, gzip or plain, within limits that no honest file of days reaches."""

import gzip
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from oracle.errors import QuestionError

# Twenty years of days are 7,305 lines, about a megabyte; Kraken's whole ZIP holds some ten thousand members.
TABLE_BYTES = 32 * 2**20
MEMBERS = 30_000
# Digits shrink to a fifth; what shrinks to a hundredth is no table of prices.
RATIO, RATIO_FROM = 100, 2**20
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, struct.error, ValueError, OverflowError)


@dataclass(frozen=True, slots=True)
class Piece:
    """One table of a file. `body` is what is archived: the file as given, or its member where it has several.

    `container`: how the table lies in `body`: plain, gzip or zip. `member`: its name in a ZIP, empty otherwise.
    `whole`: SHA-256 of the file as given.
    """

    name: str
    member: str
    container: str
    body: bytes = field(repr=False)
    text: bytes = field(repr=False)
    whole: str

    @property
    def title(self) -> str:
        """How messages call it."""
        return f"{self.name} ({self.member})" if self.member and self.container == "plain" else self.name


def pieces(path: Path, wanted: Callable[[str], bool]) -> Iterator[Piece]:
    """The tables of the file at `path`; of a ZIP with several members those whose base name is `wanted`."""
    name = _name(path)
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(path.stat().st_mode):
                raise QuestionError(f"{name} is no regular file; give a zip, a csv or a csv.gz")
            if file.read(4) in _ZIPS or name.lower().endswith(".zip"):
                yield from _zipped(path, name, wanted)
                return
            file.seek(0)
            body = file.read(TABLE_BYTES + 1)
    except OSError as error:
        raise QuestionError(f"cannot read {name}: {error.strerror or error}; give a file that is there") from error
    container = "gzip" if body[:2] == b"\x1f\x8b" else "plain"
    yield Piece(name, "", container, body, unpacked(body, container, name), hashlib.sha256(body).hexdigest())


def unpacked(body: bytes, container: str, name: str) -> bytes:
    """The text of the one table in `body`; QuestionError for what is too large, broken, or holds several."""
    if len(body) > TABLE_BYTES:
        raise QuestionError(f"{name} is larger than {TABLE_BYTES >> 20} MiB; a file of daily candles is not")
    if container == "plain":
        return body
    try:
        if container == "gzip":
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
                return _limited(file.read(TABLE_BYTES + 1), len(body), name)
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            (member,) = _members(archive, name)
            return _member(archive, member, name)
    except _BROKEN as error:
        raise QuestionError(f"{name} cannot be unpacked ({str(error)[:80]}); download it again") from error


def _zipped(path: Path, name: str, wanted: Callable[[str], bool]) -> Iterator[Piece]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, name)
            if len(members) == 1:
                with path.open("rb") as file:
                    body = file.read(TABLE_BYTES + 1)
                member, whole = members[0], hashlib.sha256(body).hexdigest()
                base = PurePosixPath(member.filename).name
                yield Piece(name, base, "zip", body, unpacked(body, "zip", name), whole)
                return
            with path.open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest()
            for member in members:
                base = PurePosixPath(member.filename).name
                if wanted(base):
                    text = _member(archive, member, name)
                    yield Piece(name, base, "plain", text, text, whole)
    except _BROKEN as error:
        raise QuestionError(f"{name} cannot be unpacked ({str(error)[:80]}); download it again") from error


def _members(archive: zipfile.ZipFile, name: str) -> list[zipfile.ZipInfo]:
    """The files of a ZIP, every name and flag of it looked at before anything is unpacked."""
    members = [each for each in archive.infolist() if not each.is_dir()]
    if not members:
        raise QuestionError(f"{name} holds no file; download it again")
    if len(members) > MEMBERS:
        raise QuestionError(f"{name} holds {len(members)} files, more than {MEMBERS}; give it in parts")
    for member in archive.infolist():
        path, said = PurePosixPath(member.orig_filename), member.filename[:80]
        if path.is_absolute() or ".." in path.parts or set(member.orig_filename) & set("\\:\0"):
            raise QuestionError(f"{name}: the member {said!r} points out of the archive; nothing of it is read")
        if not member.filename.isprintable():
            raise QuestionError(f"{name}: the member {said!r} has control characters in its name; nothing is read")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise QuestionError(f"{name}: the member {said!r} is a symbolic link; nothing of it is read")
        if member.flag_bits & 1:
            raise QuestionError(f"{name}: the member {said!r} is encrypted; unpack it and give the csv")
    bases = [PurePosixPath(each.filename).name for each in members]
    if len(set(bases)) < len(bases):
        twice = next(base for base in bases if bases.count(base) > 1)
        raise QuestionError(f"{name} holds {twice[:80]!r} twice; give the one that counts as a file of its own")
    return members


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    said = member.filename[:80]
    if said.lower().endswith((".zip", ".gz", ".7z", ".tar", ".bz2", ".xz")):
        raise QuestionError(f"{name}: the member {said!r} is an archive in an archive; unpack the outer one first")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise QuestionError(f"{name}: the member {said!r} is packed in an unusual way; unpack it and give the csv")
    if member.file_size > TABLE_BYTES:
        raise QuestionError(f"{name}: {said!r} unpacks to more than {TABLE_BYTES >> 20} MiB; nothing of it is read")
    with archive.open(member) as file:
        return _limited(file.read(TABLE_BYTES + 1), member.compress_size, f"{name}: {said!r}")


def _limited(text: bytes, packed: int, name: str) -> bytes:
    if len(text) > TABLE_BYTES:
        raise QuestionError(f"{name} unpacks to more than {TABLE_BYTES >> 20} MiB; nothing of it is read")
    if len(text) > RATIO_FROM and len(text) > RATIO * packed:
        raise QuestionError(f"{name} unpacks to more than {RATIO} times its size; nothing of it is read")
    return text


def _name(path: Path) -> str:
    if not path.name.isprintable() or "/" in path.name:
        raise QuestionError(f"the file name {path.name[:60]!r} has control characters; rename the file")
    return path.name
