"""Time stamps: which hash a token stamps is read out of it, and nothing that is none passes for one."""

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from oracle.errors import QuestionError
from oracle.seal.stamps import OPENTIMESTAMPS, OTS_MAGIC, RFC3161, read_stamp

PAYLOAD = b'{"MANIFEST.json": "a hash"}\n'
DIGEST = sha256(PAYLOAD).hexdigest()
# The header of OpenTimestamps as its documents spell it, version 1, sha256, the digest, then a path to a calendar.
OTS = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08" + sha256(PAYLOAD).digest()
OTS += b"\xf0\x10" + bytes(16) + b"\x08\x00\x83\xdf\xe3\x0d\x2e\xf9\x0c\x8e\x03\x02hi"
AUTHORITY = """
[tsa]
default_tsa = made
[made]
serial = {folder}/serial
signer_cert = {folder}/cert.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
accuracy = secs:1
[certificate]
distinguished_name = name
[name]
[extensions]
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a key, a certificate and settings by which openssl stamps."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("the openssl program is not installed")
    folder = tmp_path_factory.mktemp("authority")
    (folder / "settings").write_text(AUTHORITY.format(folder=folder))
    (folder / "serial").write_text("01\n")
    (folder / "payload").write_bytes(PAYLOAD)
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=stamps"]
    words += [
        "-days",
        "1",
        "-config",
        "settings",
        "-extensions",
        "extensions",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
    ]
    subprocess.run([openssl, *words], cwd=folder, check=True, capture_output=True)
    return folder


def stamped(folder: Path, *more: str, digest: str = "-sha256") -> bytes:
    """A token for the payload, made by openssl."""
    query = ["ts", "-query", "-data", "payload", digest, "-cert", "-config", "settings", "-out", "query"]
    reply = ["ts", "-reply", "-queryfile", "query", "-config", "settings", "-out", "reply", *more]
    for words in (query, reply):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    return (folder / "reply").read_bytes()


def test_a_token_of_rfc_3161_tells_its_hash(authority: Path) -> None:
    """A reply, a bare token and one by SHA-512 stamp the payload and no other; when, they claim themselves."""
    for token in (stamped(authority), stamped(authority, "-token_out"), stamped(authority, digest="-sha512")):
        found = read_stamp(token)
        assert found.kind == RFC3161
        assert found.stamps(PAYLOAD)
        assert not found.stamps(PAYLOAD + b" ")
        assert found.claimed_at is not None
        assert found.claimed_at.startswith("20")
        assert found.claimed_at.endswith("Z")
    assert read_stamp(stamped(authority)).digest == DIGEST


def test_a_damaged_token_stamps_nothing_else(authority: Path) -> None:
    """Cut off anywhere it is none; with a byte changed it is none, or tells another hash, or differs elsewhere."""
    token = stamped(authority, "-token_out")
    for length in range(0, len(token), 7):
        with pytest.raises(QuestionError, match="no time stamp"):
            read_stamp(token[:length])
    at = token.index(sha256(PAYLOAD).digest())
    changed = bytearray(token)
    changed[at] ^= 1
    assert not read_stamp(bytes(changed)).stamps(PAYLOAD)


def test_an_opentimestamps_proof_tells_its_hash() -> None:
    """A proof written by hand after the format stamps the payload and no other; it claims no time."""
    found = read_stamp(OTS)
    assert tuple(found) == (OPENTIMESTAMPS, "sha256", DIGEST, None)
    assert found.stamps(PAYLOAD)
    assert not found.stamps(b"")
    assert OTS.startswith(OTS_MAGIC)


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (b"", "no time stamp"),
        (b"\x30\x80\x00\x00", "not in DER"),
        (b"\x30\x03\x02\x01\x00", "in the place of|no SignedData|ends early"),
        (b"\x30\x07\x30\x05\x02\x01\x02\x30\x00", "refused the request"),
        (b"\x3f\x81\x00", "no time stamp"),
        (bytes(2**20 + 1), "some thousand"),
        (OTS_MAGIC + b"\x02" + OTS[32:], "another version"),
        (OTS[:50], "cut off"),
        (OTS[: len(OTS_MAGIC) + 34], "cut off"),
        (OTS_MAGIC + b"\x01\x02" + bytes(30), "stamps sha1"),
        (OTS_MAGIC + b"\x01\x67" + bytes(30), "no known hash"),
        (OTS_MAGIC, "another version"),
        (PAYLOAD, "no time stamp"),
    ],
)
def test_what_is_no_stamp_is_told(token: bytes, said: str) -> None:
    """Other files, indefinite lengths, refusals, old hashes: one line that says what it is not."""
    with pytest.raises(QuestionError, match=said):
        read_stamp(token)
