"""Keys and signatures: what is signed can be checked by a stranger, and nothing else passes for it."""

import base64
import json
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from oracle.errors import HomeError, QuestionError
from oracle.seal.keys import Keys, follow
from oracle.seal.signature import Signature, check, read_public_key, read_signature, signature_text
from oracle.settings import Home
from tests.seal.made import NOW, Operator

PAYLOAD = b'{"version": "one"}\n'


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """A folder with one key."""
    made = Keys(tmp_path / "keys")
    made.create(NOW)
    return made


def public(keys: Keys, number: int = -1) -> bytes:
    return base64.b64decode(keys.all()[number].public_key)


def test_a_signature_is_good_for_its_payload_only(keys: Keys) -> None:
    """Other bytes, another key, another id: each is told apart, and trust needs a key that was named."""
    signed, trusted = keys.sign(PAYLOAD), public(keys)
    assert check(signed, PAYLOAD, trusted)[:2] == (True, True)
    assert check(signed, PAYLOAD)[:2] == (True, False)
    assert check(signed, PAYLOAD, bytes(32))[:2] == (True, False)
    assert check(signed, PAYLOAD + b" ", trusted)[:2] == (False, False)
    assert not check(msgspec.structs.replace(signed, key_id="0" * 16), PAYLOAD, trusted).good
    # A forger's own key under the operator's name.
    forged = msgspec.structs.replace(signed, public_key=base64.b64encode(bytes(31) + b"\1").decode())
    assert not check(forged, PAYLOAD, trusted).good


def test_any_flipped_bit_of_the_document_is_noticed(keys: Keys) -> None:
    """One bit changed anywhere in the signature's JSON: it is no signature, or no good one."""
    document = signature_text(keys.sign(PAYLOAD)).encode()
    for at in range(8 * len(document)):
        changed = bytearray(document)
        changed[at // 8] ^= 1 << at % 8
        try:
            read = read_signature(bytes(changed))
        except QuestionError:
            continue
        assert not check(read, PAYLOAD, public(keys)).good, at


def test_json_is_strict(keys: Keys) -> None:
    """A signature comes back as it was; one with more or less in it, or by another algorithm, is none."""
    signed = keys.sign(PAYLOAD)
    assert read_signature(signature_text(signed).encode()) == signed
    parts = json.loads(signature_text(signed))
    for wrong in (parts | {"more": 1}, {"algorithm": "Ed25519"}, parts | {"algorithm": "none"}, [parts]):
        with pytest.raises(QuestionError, match="no signature"):
            read_signature(json.dumps(wrong).encode())
    padded = msgspec.structs.replace(signed, signature=signed.signature + "\n")
    assert "base64" in check(padded, PAYLOAD).said


def test_openssl_agrees(keys: Keys, tmp_path: Path) -> None:
    """A stranger with openssl alone checks a signature by the public PEM file."""
    if not (openssl := shutil.which("openssl")):
        pytest.skip("the openssl program is not installed")
    (key,) = keys.all()
    (tmp_path / "payload").write_bytes(PAYLOAD)
    (tmp_path / "signature").write_bytes(base64.b64decode(keys.sign(PAYLOAD).signature))
    words = ["pkeyutl", "-verify", "-pubin", "-inkey", str(keys.public_path(key)), "-rawin"]
    words += ["-in", str(tmp_path / "payload"), "-sigfile", str(tmp_path / "signature")]
    assert subprocess.run([openssl, *words], capture_output=True, check=False).returncode == 0


def test_public_keys_are_read_in_three_spellings(keys: Keys) -> None:
    """PEM, base64 and hex name the same key; a private key, another kind of key, or nonsense none."""
    key, raw = keys.all()[0], public(keys)
    for given_key in (keys.public_path(key).read_bytes(), key.public_key.encode(), raw.hex().encode() + b"\n"):
        assert read_public_key(given_key) == raw
    private = (keys.folder / f"{key.key_id}.pem").read_bytes()
    for wrong in (private, b"", b"zz" * 32, key.public_key[:-4].encode(), b"-----BEGIN", "ключ".encode()):
        with pytest.raises(QuestionError, match="no Ed25519 public key"):
            read_public_key(wrong)


def test_a_private_key_that_others_can_read_is_refused(keys: Keys) -> None:
    """Its mode is 0600; with another one nothing is signed."""
    path = keys.folder / f"{keys.all()[0].key_id}.pem"
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.folder.stat().st_mode & 0o777 == 0o700
    path.chmod(0o640)
    with pytest.raises(HomeError, match=r"others may read the private key .*chmod 600"):
        Keys(keys.folder).sign(PAYLOAD)


def test_a_passphrase_protects_the_private_key(tmp_path: Path) -> None:
    """Without it, or with another, nothing is signed, and the error names the variable."""
    Keys(tmp_path / "keys", "the right one").create(NOW)
    assert check(Keys(tmp_path / "keys", "the right one").sign(PAYLOAD), PAYLOAD).good
    for wrong in (None, "another"):
        with pytest.raises(HomeError, match="see ORACLE_KEY_PASSPHRASE"):
            Keys(tmp_path / "keys", wrong).sign(PAYLOAD)


def test_a_new_key_is_vouched_for_by_the_old(keys: Keys) -> None:
    """After two rotations whoever trusts the first key can follow to the third; old private keys are gone."""
    for days in (1, 2):
        keys.rotate(NOW + timedelta(days=days))
    known = keys.all()
    assert [each.good for each in follow(known, public(keys, 0))] == [True, True]
    assert [bool(each.retired_at) for each in known] == [True, True, False]
    assert [path.stem for path in keys.folder.glob("*.pem") if "public" not in path.name] == [known[-1].key_id]
    assert check(keys.sign(PAYLOAD), PAYLOAD, public(keys)).trusted
    with pytest.raises(QuestionError, match="is not among the keys"):
        follow(known, bytes(32))


def test_a_chain_that_was_tampered_with_is_noticed(keys: Keys, tmp_path: Path) -> None:
    """A key slipped in, one nobody vouched for, or another time of making break the chain."""
    keys.rotate(NOW)
    first, second = keys.all()
    other = Keys(tmp_path / "other")
    other.create(NOW)
    stranger = other.all()[0]
    later = msgspec.structs.replace(second, created_at="2030-01-01T00:00:00Z")
    theirs = msgspec.structs.replace(stranger, vouched=other.sign(stranger.statement()))
    for forged in (stranger, theirs, later, msgspec.structs.replace(second, vouched=None)):
        assert [each.good for each in follow([first, forged], public(keys, 0))] == [False]


def test_keys_are_not_lost_by_mistake(keys: Keys) -> None:
    """A key in use is not replaced without being asked to vouch, unless it is gone; nothing is rotated before."""
    with pytest.raises(QuestionError, match=r"is in use; `oracle keys rotate`"):
        keys.create(NOW)
    with pytest.raises(QuestionError, match="is there, so not lost"):
        keys.create(NOW, lost=True)
    (keys.folder / f"{keys.all()[0].key_id}.pem").unlink()
    gone = Keys(keys.folder)
    with pytest.raises(HomeError, match=r"is gone; restore it, or run `oracle keys create --lost`"):
        gone.sign(PAYLOAD)
    assert gone.create(NOW, lost=True).vouched is None
    assert [each.good for each in follow(gone.all(), public(gone, 0))] == [False]
    with pytest.raises(QuestionError, match="no key to rotate"):
        Keys(keys.folder / "none").rotate(NOW)
    (keys.folder / "keys.json").write_text("[{}]")
    with pytest.raises(HomeError, match=r"keys.json is damaged .* restore"):
        keys.all()


def test_published_manifests_are_signed(tmp_path: Path) -> None:
    """With a key each version's manifest, and by it the log's root, is signed; versions before it are not."""
    operator = Operator(Home(tmp_path / "home").usable())
    operator.collect("BTCUSDT")
    operator.publish()
    folder = operator.home.published
    assert not list(folder.glob("*.sig"))
    keys = Keys(operator.home.keys)
    keys.create(NOW)
    operator.collect("ETHUSDT")
    version = operator.publish().manifest["version"]
    assert [path.name for path in sorted(folder.glob("*.sig"))] == [f"{version}.json.sig", "manifest.json.sig"]
    signed = read_signature((folder / "manifest.json.sig").read_bytes())
    assert check(signed, (folder / "manifest.json").read_bytes(), public(keys)).trusted
    assert isinstance(signed, Signature)
