"""What is frozen as one file: a plain tar of the manifest and the DuckDB file, the same bytes whenever it is made."""

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path
from typing import IO, Any

from oracle.errors import HomeError, QuestionError
from oracle.freezing.freeze import (
    aside_of,
    checked_name,
    frozen,
    manifest_text,
    one_at_a_time,
    put_in_place,
    refuse_taken,
)
from oracle.freezing.versions import frozen_file

_PIECE = 2**20
_MOST_MANIFEST = 2**20


def export(published: Path, name: str, output: Path) -> dict[str, Any]:
    """Write what is frozen under the name into a new file; its manifest.

    QuestionError if nothing is, or the file is there; HomeError where it is not what its manifest says.
    """
    manifest = frozen(published, name)
    aside = output.with_name(f".{output.name}.tmp")
    if output.exists():
        raise QuestionError(f"{output} is there already; choose another file")
    try:
        with aside.open("wb") as file, frozen_file(published, manifest["name"]).open("rb") as source:
            found = _write(file, source, manifest)
            file.flush()
            os.fsync(file.fileno())
        if found != manifest.get("sha256"):
            raise HomeError(f"{manifest['name']}.duckdb is not what its manifest says; see `oracle frozen check`")
        aside.rename(output)
    except OSError as error:
        raise HomeError(f"cannot write {output}: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)
    return manifest


def take_in(published: Path, file: Path, name: str | None = None) -> dict[str, Any]:
    """Freeze what `export` wrote, under its own name or another; its manifest.

    QuestionError for a file of another kind or a taken name; HomeError where the hash is not the manifest's.
    """
    try:
        with tarfile.open(file, "r:") as tar:
            manifest = _manifest(tar, file)
            # The name is a stranger's: nothing is opened by it before it is known to be a name.
            named = checked_name(name or str(manifest.get("name")))
            refuse_taken(published, named)
            with one_at_a_time(published):
                refuse_taken(published, named)
                aside = aside_of(published, named)
                _take(tar, manifest, aside, file)
                told = {**manifest, "name": named}
                put_in_place(published, aside, told)
    except (tarfile.TarError, EOFError) as error:
        raise QuestionError(f"{file} is no file of `oracle frozen export`: {str(error)[:80]}") from error
    except OSError as error:
        raise HomeError(f"cannot take in {file}: {error.strerror}") from error
    return told


def _write(file: IO[bytes], source: IO[bytes], manifest: dict[str, Any]) -> str:
    """The tar; the hash of what went into it."""
    text, name = manifest_text(manifest).encode(), manifest["name"]
    size = os.fstat(source.fileno()).st_size
    digest = _Hashed(source)
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(_member(f"{name}.json", len(text)), io.BytesIO(text))
        tar.addfile(_member(f"{name}.duckdb", size), digest)
    return digest.hexdigest()


def _member(name: str, size: int) -> tarfile.TarInfo:
    """An entry that tells nothing of who made it and when."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o444
    return member


class _Hashed(io.RawIOBase):
    """What is read of a file, hashed on its way."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source, self._digest = source, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self._digest.update(piece)
        return piece

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def _manifest(tar: tarfile.TarFile, file: Path) -> dict[str, Any]:
    """The first entry: whose hash the second must have."""
    member = tar.next()
    body = tar.extractfile(member) if member and member.isreg() and member.size <= _MOST_MANIFEST else None
    try:
        manifest = json.loads(body.read()) if body else None
    except (ValueError, RecursionError):
        manifest = None
    texts = ("version", "sha256", "frozen_at")
    if not isinstance(manifest, dict) or not all(isinstance(manifest.get(each), str) for each in texts):
        raise QuestionError(f"{file} is no file of `oracle frozen export`: its first entry is no manifest")
    return manifest


def _take(tar: tarfile.TarFile, manifest: dict[str, Any], aside: Path, file: Path) -> None:
    """The second entry, as long as the manifest says and not longer; entries after it are an error."""
    member = tar.next()
    body = tar.extractfile(member) if member and member.isreg() else None
    if member is None or body is None or member.size != manifest.get("bytes"):
        raise QuestionError(f"{file} holds no DuckDB file of {manifest.get('bytes')} bytes, as its manifest says")
    with aside.open("wb") as target:
        while piece := body.read(_PIECE):
            target.write(piece)
    if tar.next() is not None:
        aside.unlink()
        raise QuestionError(f"{file} holds more than a manifest and a DuckDB file; it was not taken in")
