"""What the product knows besides what it collects: rulebooks, assets and their names, read from TOML files."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    files = sorted((shipped / "rulebooks").glob("*.toml"), key=_stem)
    own = sorted((home / "rulebooks").glob("*.toml"), key=_stem) if home else []
    books: dict[str, Rulebook] = {}
    for path in [*files, *own]:
        book = rulebook_in(path)
        if book.name in books:
            raise KnowledgeError(f"{path}: name: there is already a rulebook called {book.name!r}")
        books[book.name] = book
    register, shipped_names = shipped / "assets.toml", shipped / "aliases.toml"
    own_names = [path for path in [home / "aliases.toml"] if path.is_file()] if home else []
    read = [*files, *own, register, shipped_names, *own_names]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in read)).hexdigest()
    ordered = {DEFAULT_RULEBOOK: books.pop(DEFAULT_RULEBOOK), **books}
    known = assets(_toml(register), str(register))
    names = [File(str(shipped_names), _toml(shipped_names))]
    names += [File(str(path), _toml(path), "user") for path in own_names]
    return Knowledge(ordered, known, identity(names, known), digest)


def rulebook_in(path: Path) -> Rulebook:
    """The rulebook in a file; KnowledgeError names file, key and reason."""
    return rulebook(_toml(path), str(path))


def _stem(path: Path) -> str:
    return path.stem


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path}: {error}") from error
