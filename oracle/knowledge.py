"""What the product knows besides what it collects: rulebooks, assets and their names, read from TOML files."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from oracle.errors import KnowledgeError
from oracle.law.aliases import File, identity
from oracle.law.asset import Assets, assets
from oracle.law.identity import Identity
from oracle.law.rulebook import DEFAULT_RULEBOOK, Rulebook, rulebook

_INSTALLED = Path(__file__).parent / "known"
_IN_CHECKOUT = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Rulebooks by name, the default one first; the registers of assets and of their names.

    `digest` changes when any file changes.
    """

    rulebooks: Mapping[str, Rulebook]
    assets: Assets
    identity: Identity
    digest: str


def knowledge(home: Path | None = None) -> Knowledge:
    """The shipped files, and the user's own `rulebooks` and `aliases.toml` in `home`.

    KnowledgeError names what is wrong.
    """
    shipped = _INSTALLED if _INSTALLED.is_dir() else _IN_CHECKOUT
    books = sorted((shipped / "rulebooks").glob("*.toml"), key=_stem)
    own_books = sorted((home / "rulebooks").glob("*.toml"), key=_stem) if home else []
    own_names = [path for path in [home / "aliases.toml"] if path.is_file()] if home else []
    return _known(
        tuple(_read(path) for path in [*books, *own_books]),
        _read(shipped / "assets.toml"),
        (_read(shipped / "aliases.toml"), *(_read(path) for path in own_names)),
    )


class _File(NamedTuple):
    path: Path
    content: bytes


def rulebook_in(path: Path) -> Rulebook:
    """The rulebook in a file; KnowledgeError names file, key and reason."""
    return rulebook(_toml(_read(path)), str(path))


def _stem(path: Path) -> str:
    return path.stem


def _read(path: Path) -> _File:
    try:
        return _File(path, path.read_bytes())
    except OSError as error:
        raise KnowledgeError(f"{path}: {error}") from error


@lru_cache(maxsize=4)
def _known(rulebooks: tuple[_File, ...], register: _File, names: tuple[_File, ...]) -> Knowledge:
    """What the files say: understood once, for a process comes here each time that it publishes or answers."""
    books: dict[str, Rulebook] = {}
    for file in rulebooks:
        book = rulebook(_toml(file), str(file.path))
        if book.name in books:
            raise KnowledgeError(f"{file.path}: name: there is already a rulebook called {book.name!r}")
        books[book.name] = book
    digest = hashlib.sha256(b"".join(each.content for each in (*rulebooks, register, *names))).hexdigest()
    ordered = {DEFAULT_RULEBOOK: books.pop(DEFAULT_RULEBOOK), **books}
    known = assets(_toml(register), str(register.path))
    shipped, *own = names
    named = [File(str(shipped.path), _toml(shipped)), *(File(str(each.path), _toml(each), "user") for each in own)]
    return Knowledge(MappingProxyType(ordered), known, identity(named, known), digest)


def _toml(file: _File) -> dict[str, Any]:
    try:
        return tomllib.loads(file.content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{file.path}: {error}") from error
