"""Time stamps that a user supplies: which hash a token stamps, read as far as that; its own signature is not checked.

RFC 3161: `.tsr` (TimeStampResp) or the bare token; the DER is walked down to TSTInfo's messageImprint. OpenTimestamps:
the `.ots` header names the hash and the digest of the stamped file (opentimestamps.org; python-opentimestamps, core/
timestamp.py, DetachedTimestampFile). Whoever made the token has to be asked about the rest: `openssl ts -verify`, `ots
verify`.
"""

import re
from collections.abc import Iterator
from hashlib import new
from typing import NamedTuple

from oracle.errors import QuestionError

RFC3161, OPENTIMESTAMPS = "RFC 3161", "OpenTimestamps"
OTS_MAGIC = bytes.fromhex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294")
_OTS_HASHES = {0x02: ("sha1", 20), 0x03: ("ripemd160", 20), 0x08: ("sha256", 32)}
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2
_TST_INFO = bytes.fromhex("2a864886f70d0109100104")  # 1.2.840.113549.1.9.16.1.4
_HASHES = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
_INTEGER, _OCTETS, _OID, _TIME, _SEQUENCE, _SET, _EXPLICIT = 0x02, 0x04, 0x06, 0x18, 0x30, 0x31, 0xA0
_LONG_TAG = 0x1F
LARGEST = 2**20


class Stamp(NamedTuple):
    """What a token stamps: `kind` of token, `algorithm` and `digest` (hex), and when, as it claims itself.

    OpenTimestamps tells no time: the block of the chain that it leads to does.
    """

    kind: str
    algorithm: str
    digest: str
    claimed_at: str | None

    def stamps(self, payload: bytes) -> bool:
        """Whether the digest is that of the payload. The token's own signature is not checked by this."""
        return new(self.algorithm, payload).hexdigest() == self.digest


def read_stamp(token: bytes) -> Stamp:
    """What a token stamps; QuestionError if it is none that is known, or stamps by a hash that no longer holds."""
    if len(token) > LARGEST:
        raise QuestionError(f"a time stamp of {len(token)} bytes is none: they have some thousand")
    return _ots(token) if token.startswith(OTS_MAGIC) else _rfc3161(token)


def _ots(token: bytes) -> Stamp:
    rest = token[len(OTS_MAGIC) :]
    if rest[:1] != b"\x01":
        raise QuestionError("an OpenTimestamps proof of another version than 1; get one of version 1")
    algorithm, length = _OTS_HASHES.get(rest[1] if rest[1:2] else 0, ("", 0))
    digest = rest[2 : 2 + length]
    if algorithm != "sha256":
        raise QuestionError(f"the OpenTimestamps proof stamps {algorithm or 'no known hash'}; stamp the sha256")
    if len(digest) != length or len(rest) <= 2 + length:
        raise QuestionError("the OpenTimestamps proof is cut off; get it again")
    return Stamp(OPENTIMESTAMPS, algorithm, digest.hex(), None)


def _rfc3161(token: bytes) -> Stamp:
    try:
        info = _parts(_tst_info(token))
        _expect(next(info), _INTEGER)  # version
        _expect(next(info), _OID)  # policy
        named, hashed = _parts(_expect(next(info), _SEQUENCE))  # messageImprint: ValueError if it has more parts
        algorithm = _expect(next(_parts(_expect(named, _SEQUENCE))), _OID)
        digest = _expect(hashed, _OCTETS)
        _expect(next(info), _INTEGER)  # serial number
        claimed = _expect(next(info), _TIME).decode("ascii")
    except (ValueError, StopIteration) as error:
        raise QuestionError(
            f"no time stamp: neither an OpenTimestamps proof nor an RFC 3161 token in DER ({error or 'it ends early'})"
        ) from error
    if (name := _HASHES.get(algorithm)) is None or len(digest) != new(name).digest_size:
        raise QuestionError(
            f"the RFC 3161 token stamps by a hash that is not read here ({algorithm.hex()}); use sha256"
        )
    return Stamp(RFC3161, name, digest.hex(), _time(claimed))


def _tst_info(token: bytes) -> bytes:
    """The content of TSTInfo within SignedData within ContentInfo, or within that within a TimeStampResp."""
    content = _parts(_only(token))
    tag, first = next(content)
    if tag == _SEQUENCE:  # PKIStatusInfo: of granted requests (0, 1) a token follows
        if _expect(next(_parts(first)), _INTEGER) not in {b"\x00", b"\x01"}:
            raise ValueError("the authority refused the request")
        content = _parts(_expect(next(content), _SEQUENCE))
        tag, first = next(content)
    if (tag, first) != (_OID, _SIGNED_DATA):
        raise ValueError("no SignedData")
    signed = _parts(_only(_expect(next(content), _EXPLICIT)))
    _expect(next(signed), _INTEGER)
    _expect(next(signed), _SET)
    inner = _parts(_expect(next(signed), _SEQUENCE))
    if _expect(next(inner), _OID) != _TST_INFO:
        raise ValueError("no TSTInfo")
    ((tag, octets),) = _parts(_expect(next(inner), _EXPLICIT))
    return _only(_expect((tag, octets), _OCTETS))


def _only(der: bytes) -> bytes:
    """The content of the one SEQUENCE that the bytes are."""
    found = list(_parts(der))
    if len(found) != 1:
        raise ValueError("more than one value")
    return _expect(found[0], _SEQUENCE)


def _expect(found: tuple[int, bytes], tag: int) -> bytes:
    if found[0] != tag:
        raise ValueError(f"tag {found[0]:#04x} in the place of {tag:#04x}")
    return found[1]


def _parts(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each value, in strict DER: definite lengths, as short as can be, nothing left over."""
    at = 0
    while at < len(der):
        tag, length, at = der[at], *_length(der, at + 1)
        if tag & _LONG_TAG == _LONG_TAG:
            raise ValueError("a tag of several bytes")
        if at + length > len(der):
            raise ValueError("it is cut off")
        yield tag, der[at : at + length]
        at += length


def _length(der: bytes, at: int) -> tuple[int, int]:
    first = der[at : at + 1]
    if not first:
        raise ValueError("it is cut off")
    if first[0] < 0x80:  # noqa: PLR2004 - the short form
        return first[0], at + 1
    count = first[0] & 0x7F
    told = der[at + 1 : at + 1 + count]
    length = int.from_bytes(told, "big")
    if not 1 <= count <= 4 or len(told) != count or not told[0] or length < 0x80:  # noqa: PLR2004 - four bytes tell 4 GB
        raise ValueError("a length that is not in DER")
    return length, at + 1 + count


def _time(claimed: str) -> str:
    """GeneralizedTime of TSTInfo as ISO: 20260314092653Z, with a fraction or without."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z", claimed)
    if not found:
        raise QuestionError(f"the RFC 3161 token tells no time in UTC: {claimed[:40]!r}")
    year, month, day, hour, minute, second, fraction = found.groups()
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{fraction or ''}Z"
