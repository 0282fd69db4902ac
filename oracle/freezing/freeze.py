"""Pinning a version: its file under a second name, and a manifest whose appearing is the moment of freezing."""

import fcntl
import hashlib
import json
import os
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from oracle.archive import sync_folder
from oracle.errors import HomeError, QuestionError
from oracle.freezing.versions import (
    FOLDER,
    LATEST,
    frozen_file,
    frozen_ones,
    is_name,
    is_version,
    kept,
    manifest_file,
    manifest_of,
)
from oracle.publish import FILE, current

_LONGEST_REASON = 2000


def freeze(published: Path, name: str, version: str, reason: str | None, now: datetime) -> dict[str, Any]:
    """Pin `version` (or `latest`) under the name; its manifest.

    QuestionError for what is no name, is taken already, or is no version; HomeError where the file is not what its
    manifest says, or there is no room.
    """
    name = checked_name(name)
    if reason and len(reason) > _LONGEST_REASON:
        raise QuestionError(f"--reason has {len(reason)} characters; at most {_LONGEST_REASON}")
    refuse_taken(published, name)
    with _told_errors(name), one_at_a_time(published):
        refuse_taken(published, name)
        manifest, file = _version(published, version)
        aside = aside_of(published, name)
        _second_name(file, aside)
        told = {**manifest, "name": name, "frozen_at": now.astimezone(UTC).isoformat(), "reason": reason}
        put_in_place(published, aside, told)
    return told


def remove(published: Path, name: str) -> dict[str, Any]:
    """Let go of what is frozen under the name; its last manifest. QuestionError if nothing is."""
    manifest = frozen(published, name)
    with _told_errors(name), one_at_a_time(published):
        manifest_file(published, manifest["name"]).unlink(missing_ok=True)
        sync_folder(published / FOLDER)
        frozen_file(published, manifest["name"]).unlink(missing_ok=True)
    return manifest


def frozen(published: Path, name: str) -> dict[str, Any]:
    """The manifest of what is frozen under the name; QuestionError lists the known ones."""
    named = unicodedata.normalize("NFC", name)
    manifest = manifest_of(published, named)
    if manifest is None:
        names = ", ".join(frozen_ones(published)) or "none yet; `oracle freeze NAME` pins the published version"
        raise QuestionError(f"nothing is frozen as {name[:40]!r}; known: {names}")
    return {**manifest, "name": named}


def damage(published: Path, name: str) -> str | None:
    """What is wrong with what is frozen under the name: read whole, it takes a second per gigabyte."""
    manifest = manifest_of(published, name)
    if manifest is None:
        return f"{name}.json cannot be read"
    path = frozen_file(published, name)
    try:
        found = sha256_of(path)
    except OSError as error:
        return f"{path.name}: {error.strerror}"
    return None if found == manifest.get("sha256") else f"{path.name} has sha256 {found}, not the one of its manifest"


def checked_name(name: str) -> str:
    """The name in the form in which it is kept; QuestionError if it is none."""
    named = unicodedata.normalize("NFC", name)
    if named == LATEST or is_version(named):
        raise QuestionError(f"{named!r} names a published version already; choose another name")
    if not is_name(named):
        raise QuestionError(
            f"{name[:40]!r} is no name: letters, digits, '_', '.' and '-', at most 100, the first a letter or a digit"
        )
    return named


def refuse_taken(published: Path, name: str) -> None:
    """QuestionError, telling what is there, if something is frozen under the name."""
    if not manifest_file(published, name).exists():
        return
    there = manifest_of(published, name) or {}
    reason = f" ({there['reason']})" if there.get("reason") else ""
    raise QuestionError(
        f"{name} is frozen already: version {there.get('version', 'unknown')}, frozen at "
        f"{there.get('frozen_at', 'unknown')}{reason}; "
        f"choose another name, or `oracle frozen remove {name} --yes` first"
    )


@contextmanager
def one_at_a_time(published: Path) -> Iterator[None]:
    """The folder of what is frozen, made if need be, for one process at a time; what a killed one left goes."""
    folder = published / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in (*folder.glob(".*.tmp"), *folder.glob("*.duckdb")):
            if left.suffix == ".tmp" or not left.with_suffix(".json").exists():
                left.unlink(missing_ok=True)
        yield


def aside_of(published: Path, name: str) -> Path:
    """Where a file is made ready before it is in place; no name begins so."""
    return published / FOLDER / f".{name}.duckdb.tmp"


def put_in_place(published: Path, aside: Path, manifest: dict[str, Any]) -> None:
    """The file first, the manifest last: until it is there, nothing is frozen. HomeError if the hash is another."""
    name = manifest["name"]
    found = sha256_of(aside)
    if found != manifest.get("sha256"):
        aside.unlink()
        raise HomeError(
            f"the file of version {manifest['version']} has sha256 {found[:12]}..., its manifest says "
            f"{str(manifest.get('sha256'))[:12]}...; it was not frozen; run `oracle doctor`, `oracle publish`"
        )
    aside.chmod(0o444)
    with aside.open("rb") as file:
        os.fsync(file.fileno())
    aside.rename(frozen_file(published, name))
    listed = manifest_file(published, name)
    text = listed.with_name(f".{name}.json.tmp")
    with text.open("w", encoding="utf-8") as file_:
        file_.write(manifest_text(manifest))
        file_.flush()
        os.fsync(file_.fileno())
    text.chmod(0o444)
    sync_folder(published / FOLDER)
    text.rename(listed)
    sync_folder(published / FOLDER)


def manifest_text(manifest: dict[str, Any]) -> str:
    """As it is written."""
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def sha256_of(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _version(published: Path, version: str) -> tuple[dict[str, Any], Path]:
    """Manifest and file of a version that is in place or still kept."""
    names = f"known: {', '.join([LATEST, *reversed(kept(published))])}"
    if version == LATEST:
        manifest = current(published)
        if manifest is None:
            raise HomeError(f"nothing is published in {published}; run `oracle collect`, or try `oracle demo`")
        versioned = published / f"{manifest['version']}.duckdb"
        return manifest, versioned if versioned.exists() else published / FILE
    if not is_version(version) or not (published / f"{version}.json").is_file():
        raise QuestionError(f"unknown version {version[:40]!r}; {names}")
    manifest = json.loads((published / f"{version}.json").read_text("utf-8"))
    return manifest, published / f"{version}.duckdb"


def _second_name(file: Path, aside: Path) -> None:
    """The same file under another name, or a copy where a file can have one name only."""
    with suppress(OSError):
        os.link(file, aside)
        return
    shutil.copyfile(file, aside)


@contextmanager
def _told_errors(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise HomeError(f"cannot freeze {name}: {error.filename} has gone meanwhile; run the command again") from error
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or str(error)[:120]
        raise HomeError(f"cannot change what is frozen as {name}: {what}; nothing else was touched") from error
