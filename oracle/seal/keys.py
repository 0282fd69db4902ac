"""The operator's keys, in a folder: one private key in use, and the public keys of all times with who vouched for them.

`keys.json` lists every key that there ever was, oldest first; `KEY_ID.pem` is the private key in use (PKCS#8, readable
by its owner only), `KEY_ID.public.pem` the public keys. A new key is signed by the one before it, so whoever was given
any of them can follow the chain to the present one. What counts is `keys.json`, which is replaced by one rename.
"""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from oracle.archive import sync_folder
from oracle.errors import HomeError, QuestionError
from oracle.seal.signature import Checked, Signature, check, key_id, raw, sign_with, text

REGISTER = "keys.json"
FORMAT = "key rotation/1"
PASSPHRASE = "ORACLE_KEY_PASSPHRASE"  # noqa: S105 - the variable's name


class Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public key (base64) and its time; `vouched`: signature by the key before it over `statement`, None: of none."""

    key_id: str
    algorithm: str = "Ed25519"
    public_key: str
    created_at: str
    retired_at: str | None = None
    vouched: Signature | None = None

    def statement(self) -> bytes:
        """What the key before signs: JSON with sorted keys and no spaces."""
        parts = {
            "algorithm": self.algorithm,
            "created_at": self.created_at,
            "format": FORMAT,
            "key_id": self.key_id,
            "public_key": self.public_key,
        }
        return msgspec.json.encode(parts, order="sorted")


class Keys:
    """The keys in `folder`, read at each question, for another process may have put a new one in use."""

    def __init__(self, folder: Path, passphrase: str | None = None) -> None:
        self.folder, self._passphrase = folder, passphrase.encode() if passphrase else None
        self._loaded: tuple[str, Ed25519PrivateKey] | None = None

    def all(self) -> list[Key]:
        """Every key that there ever was, oldest first; HomeError if their list is damaged."""
        path = self.folder / REGISTER
        try:
            return msgspec.json.decode(path.read_bytes(), type=list[Key])
        except FileNotFoundError:
            return []
        except OSError as error:
            raise HomeError(f"cannot read {path}: {error.strerror}; mend its permissions") from error
        except (msgspec.DecodeError, ValueError) as error:
            raise HomeError(f"{path} is damaged ({error}); restore it from a backup") from error

    def current(self) -> Key | None:
        """The key in use."""
        return next((each for each in reversed(self.all()) if each.retired_at is None), None)

    def create(self, now: datetime, *, lost: bool = False) -> Key:
        """Make the first key; with `lost`, one that nobody vouches for in the place of a private key that is gone."""
        known, present = self.all(), self.current()
        if present and not lost:
            raise QuestionError(
                f"key {present.key_id} is in use; `oracle keys rotate` makes a new one and signs it with the old one"
            )
        if present and self._path(present).exists():
            raise QuestionError(f"the private key {present.key_id} is there, so not lost; run `oracle keys rotate`")
        private, made = _made(now)
        self._put_in_use(private, [*_retired(known, now), made])
        return made

    def rotate(self, now: datetime) -> Key:
        """Make a new key, have the one in use vouch for it, and remove the private key that is no longer used."""
        known, present = self.all(), self.current()
        if not present:
            raise QuestionError("there is no key to rotate; run `oracle keys create`")
        private, made = _made(now)
        made = msgspec.structs.replace(made, vouched=sign_with(self._private(present), made.statement()))
        self._put_in_use(private, [*_retired(known, now), made])
        for path in self.folder.glob("*.pem"):
            # Of the old key, and of any that a killed rotation left behind before it was in use.
            if path != self._path(made) and not path.name.endswith(".public.pem"):
                path.unlink()
        return made

    def sign(self, payload: bytes) -> Signature:
        """Sign with the key in use; HomeError if it is missing, protected, or can be read by others."""
        present = self.current()
        if not present:
            raise HomeError(f"there is no key in {self.folder}; run `oracle keys create`")
        return sign_with(self._private(present), payload)

    def public_path(self, key: Key) -> Path:
        """Where the public key lies, for openssl and for strangers."""
        return self.folder / f"{key.key_id}.public.pem"

    def _path(self, key: Key) -> Path:
        return self.folder / f"{key.key_id}.pem"

    def _private(self, key: Key) -> Ed25519PrivateKey:
        if not self._loaded or self._loaded[0] != key.key_id:
            self._loaded = key.key_id, self._read(key)
        return self._loaded[1]

    def _read(self, key: Key) -> Ed25519PrivateKey:
        path = self._path(key)
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & 0o077:
                    raise HomeError(f"others may read the private key {path}; run `chmod 600 {path}`")
                private = load_pem_private_key(file.read(), self._passphrase)
        except FileNotFoundError as error:
            raise HomeError(
                f"the private key {path} is gone; restore it, or run `oracle keys create --lost`: "
                "nobody will vouch for the new key"
            ) from error
        except OSError as error:
            raise HomeError(f"cannot read {path}: {error.strerror}; mend its permissions") from error
        except (TypeError, ValueError) as error:
            raise HomeError(f"the private key {path} cannot be used: {_why(error)}; see {PASSPHRASE}") from error
        if not isinstance(private, Ed25519PrivateKey) or key_id(raw(private.public_key())) != key.key_id:
            raise HomeError(f"{path} holds another key than {key.key_id}; restore it from a backup")
        return private

    def _put_in_use(self, private: Ed25519PrivateKey, keys: Sequence[Key]) -> None:
        made = keys[-1]
        protected = BestAvailableEncryption(self._passphrase) if self._passphrase else NoEncryption()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protected)
            _write(self._path(made), pem, 0o600)
            public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            _write(self.public_path(made), public, 0o644)
            aside = self.folder / f"{REGISTER}.tmp"
            aside.unlink(missing_ok=True)
            _write(aside, msgspec.json.format(msgspec.json.encode(keys), indent=2) + b"\n", 0o644)
            aside.rename(self.folder / REGISTER)
            sync_folder(self.folder)
        except OSError as error:
            raise HomeError(f"cannot write into {self.folder}: {error.strerror}; mend its permissions") from error


def follow(keys: Sequence[Key], trusted: bytes) -> list[Checked]:
    """Whether each key after the trusted one was vouched for by the one before it; nothing is said of older ones.

    QuestionError if the trusted key is none of them.
    """
    ids = [each.key_id for each in keys]
    if key_id(trusted) not in ids:
        raise QuestionError(f"key {key_id(trusted)} is not among the keys of this chain: {', '.join(ids) or 'none'}")
    begin = ids.index(key_id(trusted))
    return [_follows(before, key) for before, key in zip(keys[begin:], keys[begin + 1 :], strict=False)]


def _follows(before: Key, key: Key) -> Checked:
    if key.vouched is None:
        return Checked(good=False, trusted=False, said=f"nobody vouches for key {key.key_id}")
    found = check(key.vouched, key.statement())
    if found.good and (key.vouched.key_id, key.vouched.public_key) == (before.key_id, before.public_key):
        return Checked(good=True, trusted=True, said=f"key {before.key_id} vouches for key {key.key_id}")
    return Checked(good=False, trusted=False, said=f"key {before.key_id} does not vouch for key {key.key_id}")


def _made(now: datetime) -> tuple[Ed25519PrivateKey, Key]:
    private = Ed25519PrivateKey.generate()
    public = raw(private.public_key())
    return private, Key(key_id=key_id(public), public_key=text(public), created_at=_instant(now))


def _retired(keys: Sequence[Key], now: datetime) -> list[Key]:
    return [each if each.retired_at else msgspec.structs.replace(each, retired_at=_instant(now)) for each in keys]


def _write(path: Path, content: bytes, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:  # noqa: PTH123 - with its mode
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _why(error: Exception) -> str:
    return (
        "it is protected by a passphrase"
        if isinstance(error, TypeError)
        else "it is damaged, or the passphrase is wrong"
    )


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
