"""What the product knows besides what it collects, from TOML files: rulebooks, assets, names, dates of publication."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from oracle.errors import KnowledgeError
from oracle.law.aliases import File, identity
from oracle.law.asset import Assets, assets
from oracle.law.identity import Identity
from oracle.law.publication_facts import PublicationFact, publication_facts
from oracle.law.rulebook import DEFAULT_RULEBOOK, Rulebook, rulebook

_INSTALLED = Path(__file__).parent / "known"
_IN_CHECKOUT = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Rulebooks by name, the default one first; the registers of assets, of their names and of publication.

    `digest` changes when any file changes.
    """

    rulebooks: Mapping[str, Rulebook]
    assets: Assets
    identity: Identity
    publication: tuple[PublicationFact, ...]
    digest: str


def knowledge(home: Path | None = None) -> Knowledge:
    """The shipped files, and the user's own `rulebooks`, `aliases.toml` and `publication.toml` in `home`.

    KnowledgeError names what is wrong.
    """
    shipped = _INSTALLED if _INSTALLED.is_dir() else _IN_CHECKOUT
    books = sorted((shipped / "rulebooks").glob("*.toml"), key=_stem)
    own_books = sorted((home / "rulebooks").glob("*.toml"), key=_stem) if home else []
    return _known(
        tuple(_read(path) for path in [*books, *own_books]),
        _read(shipped / "assets.toml"),
        _with_own(shipped, home, "aliases.toml"),
        _with_own(shipped, home, "publication.toml"),
    )


# Registers by the names that they bear where they are handed on; what is the user's own lies in a folder `own`.
REGISTERS = ("assets.toml", "aliases.toml", "publication.toml")


def knowledge_files(home: Path | None = None) -> dict[str, bytes]:
    """The files that `knowledge` of the home is made of, by name: what `knowledge_of` needs."""
    shipped = _INSTALLED if _INSTALLED.is_dir() else _IN_CHECKOUT
    places = [("rulebooks/", path) for path in (shipped / "rulebooks").glob("*.toml")]
    places += [("registers/", shipped / name) for name in REGISTERS]
    if home:
        places += [("rulebooks/own/", path) for path in (home / "rulebooks").glob("*.toml")]
        places += [("registers/own/", home / name) for name in REGISTERS[1:] if (home / name).is_file()]
    return {folder + path.name: _read(path).content for folder, path in sorted(places)}


def knowledge_of(files: Mapping[str, bytes]) -> Knowledge:
    """What files say that `knowledge_files` handed on; KnowledgeError names what is wrong or missing."""
    if missing := [name for name in REGISTERS if f"registers/{name}" not in files]:
        raise KnowledgeError(f"registers/{missing[0]} is missing")
    read = {name: _File(Path(name), body) for name, body in files.items()}
    books = [name for folder in ("rulebooks/", "rulebooks/own/") for name in _within(folder, files)]
    names, facts = (
        tuple(read[name] for name in (f"registers/{each}", f"registers/own/{each}") if name in read)
        for each in REGISTERS[1:]
    )
    return _known(tuple(read[name] for name in books), read["registers/assets.toml"], names, facts)


def _within(folder: str, names: Iterable[str]) -> list[str]:
    found = [name for name in names if name.startswith(folder) and "/" not in name.removeprefix(folder)]
    return sorted(found, key=lambda name: Path(name).stem)


class _File(NamedTuple):
    path: Path
    content: bytes


def _with_own(shipped: Path, home: Path | None, name: str) -> tuple[_File, ...]:
    """The shipped file and, if there is one, the user's own of the same name."""
    own = home / name if home else None
    return _read(shipped / name), *([_read(own)] if own and own.is_file() else [])


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
def _known(
    rulebooks: tuple[_File, ...], register: _File, names: tuple[_File, ...], facts: tuple[_File, ...]
) -> Knowledge:
    """What the files say: understood once, for a process comes here each time that it publishes or answers."""
    books: dict[str, Rulebook] = {}
    for file in rulebooks:
        book = rulebook(_toml(file), str(file.path))
        if book.name in books:
            raise KnowledgeError(f"{file.path}: name: there is already a rulebook called {book.name!r}")
        books[book.name] = book
    if DEFAULT_RULEBOOK not in books:
        raise KnowledgeError(f"there is no rulebook called {DEFAULT_RULEBOOK!r}")
    digest = hashlib.sha256(b"".join(each.content for each in (*rulebooks, register, *names, *facts))).hexdigest()
    ordered = {DEFAULT_RULEBOOK: books.pop(DEFAULT_RULEBOOK), **books}
    known = assets(_toml(register), str(register.path))
    named = _parsed(names)
    called = identity(named, known)
    # The register of names lists the venues, and has been found sound by now.
    published = publication_facts(_parsed(facts), named[0].content["venues"])
    return Knowledge(MappingProxyType(ordered), known, called, published, digest)


def _parsed(files: tuple[_File, ...]) -> list[File]:
    """The shipped file and the user's own."""
    shipped, *own = files
    return [File(str(shipped.path), _toml(shipped)), *(File(str(each.path), _toml(each), "user") for each in own)]


def _toml(file: _File) -> dict[str, Any]:
    try:
        return tomllib.loads(file.content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{file.path}: {error}") from error
