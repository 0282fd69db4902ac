"""The ZIP of a bundle: one way to write it, so that every byte of the container can be checked as well.

Files in the order of their names, dated 1980, without any extra; packed by deflate, or stored where packing gains
nothing or would gain suspiciously much. Any unzip opens it.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from oracle.evidence.layout import NoBundleError

STORED, DEFLATED = 0, 8
# Within these every honest bundle lies; our own writer keeps them too.
MOST_FILES, MOST_BYTES, MOST_OF_ONE = 65_000, 2 << 30, 512 << 20
RATIO, RATIO_FROM = 100, 1 << 20
_LEVEL = 6
_DATE = 0x21  # 1 January 1980
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_ATTRIBUTES = 0o100644 << 16
_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_NAME = re.compile(rf"{_PART}(/{_PART}){{0,3}}", re.ASCII)


class Packed(NamedTuple):
    """A file ready for the container: how it is packed, CRC-32, size as it is, and the packed bytes."""

    method: int
    crc: int
    size: int
    data: bytes


def packed(body: bytes) -> Packed:
    """A file packed."""
    maker = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    data = maker.compress(body) + maker.flush()
    if len(data) >= len(body) or (len(body) > RATIO_FROM and len(body) > RATIO * len(data)):
        return Packed(STORED, zlib.crc32(body), len(body), body)
    return Packed(DEFLATED, zlib.crc32(body), len(body), data)


def write(file: BinaryIO, files: dict[str, Packed]) -> None:
    """The container of these files."""
    central, at = [], 0
    for name in sorted(files):
        head = _local(name, each := files[name], len(each.data))
        file.write(head)
        file.write(each.data)
        central.append(_listed(name, each, len(each.data), at))
        at += len(head) + len(each.data)
    listing = b"".join(central)
    file.write(listing)
    file.write(_end(len(central), len(listing), at))


def _local(name: str, each: "Packed | Member", length: int) -> bytes:
    head = (b"PK\x03\x04", 20, 0, each.method, 0, _DATE, each.crc, length, each.size, len(name), 0)
    return _LOCAL.pack(*head) + name.encode("ascii")


def _listed(name: str, each: "Packed | Member", length: int, at: int) -> bytes:
    head = (b"PK\x01\x02", 3 << 8 | 20, 20, 0, each.method, 0, _DATE, each.crc, length, each.size, len(name))
    return _CENTRAL.pack(*head, 0, 0, 0, 0, _ATTRIBUTES, at) + name.encode("ascii")


def _end(count: int, length: int, at: int) -> bytes:
    return _END.pack(b"PK\x05\x06", 0, 0, count, count, length, at, 0)


class Member(NamedTuple):
    """A file as the container lists it; `at`: where its own head begins."""

    method: int
    crc: int
    length: int
    size: int
    at: int


@dataclass
class Container:
    """A container that lies in `file`. `faults`: what of it is not as `write` makes it, by file."""

    file: BinaryIO
    size: int
    members: dict[str, Member] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def packed_bytes(self, name: str) -> bytes:
        """A file's packed bytes, as they lie there."""
        member = self.members[name]
        self.file.seek(member.at + _LOCAL.size + len(name))
        return self.file.read(member.length)

    def read(self, name: str) -> bytes:
        """A file's bytes; NoBundleError if they cannot be unpacked to just what is listed."""
        member, data = self.members[name], self.packed_bytes(name)
        if member.method == STORED:
            body = data
        else:
            maker = zlib.decompressobj(-15)
            try:
                body = maker.decompress(data, member.size + 1)
            except zlib.error as error:
                raise NoBundleError(f"{name} cannot be unpacked: {error}") from error
            if not maker.eof or maker.unused_data or maker.unconsumed_tail:
                raise NoBundleError(f"{name} does not end where it is listed to end")
        if len(body) != member.size:
            raise NoBundleError(f"{name} has {len(body)} bytes, {member.size} are listed")
        if zlib.crc32(body) != member.crc:
            raise NoBundleError(f"{name}: its bytes were changed, the CRC-32 is another")
        return body

    def is_packed_our_way(self, name: str, body: bytes) -> bool:
        """Whether the packed bytes are those that this machine's zlib makes of the body."""
        return packed(body).data == self.packed_bytes(name)


def opened(path: Path, file: BinaryIO) -> Container:
    """The container at `path`, all its heads looked at, nothing unpacked; NoBundleError for what is none or hostile."""
    size = path.stat().st_size
    if size < _END.size:
        raise NoBundleError(f"{path.name} is no bundle of evidence: {size} bytes")
    file.seek(size - _END.size)
    mark, *_, count, length, at, _ = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06":
        raise NoBundleError(f"{path.name} is no bundle of evidence: it is no ZIP, or something follows it")
    if count > MOST_FILES or at + length + _END.size > size or length < count * _CENTRAL.size:
        raise NoBundleError(f"{path.name}: the list of files at its end is not whole, or too long")
    container = Container(file, size)
    file.seek(at)
    listing = file.read(length)
    for name, member in _members(listing, path.name):
        if name in container.members:
            raise NoBundleError(f"{path.name} holds {name} twice; nothing of it is used")
        container.members[name] = member
    _refuse_bombs(container, path.name)
    _compare(container, listing, at)
    return container


def _members(listing: bytes, said: str) -> Iterator[tuple[str, Member]]:
    at = 0
    while at < len(listing):
        head = listing[at : at + _CENTRAL.size]
        if len(head) < _CENTRAL.size or head[:4] != b"PK\x01\x02":
            raise NoBundleError(f"{said}: the list of files is damaged")
        _, _, _, flags, method, _, _, crc, length, size, named, extra, comment, _, _, kind, start = _CENTRAL.unpack(
            head
        )
        raw = listing[at + _CENTRAL.size : at + _CENTRAL.size + named]
        name = raw.decode("ascii", "backslashreplace")
        if not _NAME.fullmatch(name):
            raise NoBundleError(
                f"{said}: a file is called {name[:80]!r}, which no file of a bundle is; nothing is used"
            )
        if flags & 1 or method not in (STORED, DEFLATED):
            raise NoBundleError(f"{said}: {name} is encrypted or packed in an unusual way; nothing is used")
        if (kind >> 16) & 0o170000 not in (0, 0o100000):
            raise NoBundleError(f"{said}: {name} is a link or a folder, not a file; nothing is used")
        yield name, Member(method, crc, length, size, start)
        at += _CENTRAL.size + named + extra + comment


def _refuse_bombs(container: Container, said: str) -> None:
    if sum(each.size for each in container.members.values()) > MOST_BYTES:
        raise NoBundleError(f"{said} would unpack to more than {MOST_BYTES >> 20} MiB; nothing of it is used")
    for name, each in container.members.items():
        if each.size > MOST_OF_ONE:
            raise NoBundleError(f"{said}: {name} would unpack to more than {MOST_OF_ONE >> 20} MiB; nothing is used")
        if each.size > RATIO_FROM and each.size > RATIO * each.length:
            raise NoBundleError(f"{said}: {name} would unpack to more than {RATIO} times its size; nothing is used")


def _compare(container: Container, listing: bytes, at: int) -> None:
    """Every byte beside the files' own must be what `write` puts there."""
    expected, central = 0, []
    if list(container.members) != sorted(container.members):
        container.faults.append(("the container", "its files are not in the order of their names"))
    for name, each in container.members.items():
        head = _local(name, each, each.length)
        container.file.seek(each.at)
        if each.at != expected or container.file.read(len(head)) != head:
            container.faults.append((name, "what stands before its bytes in the container was changed"))
        expected = each.at + len(head) + each.length
        central.append(_listed(name, each, each.length, each.at))
    if expected != at:
        container.faults.append(("the container", "there are bytes that belong to no file"))
    whole = b"".join(central)
    if listing != whole:
        container.faults.append((_first_other(container, listing), "its line in the list of files was changed"))
    container.file.seek(at + len(listing))
    if container.file.read() != _end(len(central), len(whole), at):
        container.faults.append(("the container", "its last line was changed"))


def _first_other(container: Container, listing: bytes) -> str:
    at = 0
    for name, each in container.members.items():
        line = _listed(name, each, each.length, each.at)
        if listing[at : at + len(line)] != line:
            return name
        at += len(line)
    return "the container"
