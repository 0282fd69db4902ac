"""A signature as text, and its check: Ed25519 (RFC 8032) over bytes as they stand, so that openssl checks it too."""

import base64
import binascii
from hashlib import sha256
from typing import Literal, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from oracle.errors import QuestionError

KEY_BYTES, SIGNATURE_BYTES, KEY_ID = 32, 64, 16


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A detached signature: `public_key` (32 bytes) and `signature` (64 bytes) in base64, `key_id` in hex.

    The id of a key is the first 16 hex digits of SHA-256 over its 32 bytes.
    """

    algorithm: Literal["Ed25519"]
    key_id: str
    public_key: str
    signature: str


class Checked(NamedTuple):
    """Whether a signature is good for the payload, whether by the key that is trusted, and that in words."""

    good: bool
    trusted: bool
    said: str


def sign_with(private: Ed25519PrivateKey, payload: bytes) -> Signature:
    """Sign the payload."""
    public = raw(private.public_key())
    return Signature("Ed25519", key_id(public), text(public), text(private.sign(payload)))


def check(signature: Signature, payload: bytes, trusted: bytes | None = None) -> Checked:
    """Whether the signature is of this payload; `trusted`: the 32 bytes of the key from which it must come.

    Without `trusted` a good signature only tells that whoever holds that key signed: anybody can make a key.
    """
    try:
        public, signed = _exactly(signature.public_key, KEY_BYTES), _exactly(signature.signature, SIGNATURE_BYTES)
    except ValueError as error:
        return Checked(good=False, trusted=False, said=f"the signature cannot be read: {error}")
    if signature.key_id != key_id(public):
        return Checked(good=False, trusted=False, said=f"key_id {signature.key_id[:32]!r} is not that of its key")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed, payload)
    except InvalidSignature:
        return Checked(good=False, trusted=False, said=f"the signature by key {signature.key_id} is of other bytes")
    if trusted is None:
        said = f"signed by key {signature.key_id}; whose it is, nobody has told: name the key that you were given"
        return Checked(good=True, trusted=False, said=said)
    if public != trusted:
        said = f"signed by key {signature.key_id}, not by the trusted key {key_id(trusted)}"
        return Checked(good=True, trusted=False, said=said)
    return Checked(good=True, trusted=True, said=f"signed by the trusted key {signature.key_id}")


def signature_text(signature: Signature) -> str:
    """The signature as JSON."""
    return msgspec.json.format(msgspec.json.encode(signature), indent=2).decode() + "\n"


def read_signature(document: bytes) -> Signature:
    """The signature in a JSON document; QuestionError unless it is byte for byte what `signature_text` writes.

    Nothing else holds the document itself fast, so a second spelling would be a change that nobody notices.
    """
    try:
        found = msgspec.json.decode(document, type=Signature)
    except (msgspec.DecodeError, ValueError) as error:
        raise QuestionError(f"no signature: {error}; it must be as `oracle` writes it") from error
    if signature_text(found).encode() != document:
        raise QuestionError("no signature as `oracle` writes it: the JSON is laid out differently, or has more in it")
    return found


def read_public_key(document: bytes) -> bytes:
    """The 32 bytes of a public key given as PEM, base64 or hex; QuestionError if it is none."""
    given = document.strip()
    try:
        if given.startswith(b"-----"):
            loaded = load_pem_public_key(given)
            if isinstance(loaded, Ed25519PublicKey):
                return raw(loaded)
        elif len(given) == 2 * KEY_BYTES:
            return bytes.fromhex(given.decode("ascii"))
        else:
            return _exactly(given.decode("ascii"), KEY_BYTES)
    except ValueError:
        pass
    raise QuestionError("no Ed25519 public key: give the PEM file that `oracle keys show` names, or base64, or hex")


def key_id(public: bytes) -> str:
    """The id of a public key."""
    return sha256(public).hexdigest()[:KEY_ID]


def raw(public: Ed25519PublicKey) -> bytes:
    """The 32 bytes of a public key."""
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def text(value: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(value).decode("ascii")


def _exactly(given: str, length: int) -> bytes:
    """Bytes of base64 in its one spelling: another text for the same bytes would be another file with a good seal."""
    try:
        found = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("it is not in base64") from error
    if len(found) != length or text(found) != given:
        raise ValueError(f"not {length} bytes in base64")
    return found
