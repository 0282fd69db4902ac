"""What the product knows besides what it collects: rulebooks and the asset register, read from TOML files."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from oracle.errors import KnowledgeError
from oracle.law.asset import Assets, assets
from oracle.law.rulebook import DEFAULT_RULEBOOK, Rulebook, rulebook

_INSTALLED = Path(__file__).parent / "known"
_IN_CHECKOUT = Path(__file__).parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Rulebooks by name, the default one first; the asset register; `digest` changes when any file changes."""

    rulebooks: Mapping[str, Rulebook]
    assets: Assets
    digest: str


def knowledge(home: Path | None = None) -> Knowledge:
    """The shipped files and the user's own rulebooks in `home`/rulebooks; KnowledgeError names what is wrong."""
    shipped = _INSTALLED if _INSTALLED.is_dir() else _IN_CHECKOUT
    files = sorted((shipped / "rulebooks").glob("*.toml"))
    own = sorted((home / "rulebooks").glob("*.toml")) if home else []
    books: dict[str, Rulebook] = {}
    for path in [*files, *own]:
        book = rulebook(_toml(path), str(path))
        if book.name in books:
            raise KnowledgeError(f"{path}: name: there is already a rulebook called {book.name!r}")
        books[book.name] = book
    register = shipped / "assets.toml"
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [*files, *own, register])).hexdigest()
    ordered = {DEFAULT_RULEBOOK: books.pop(DEFAULT_RULEBOOK), **books}
    return Knowledge(ordered, assets(_toml(register), str(register)), digest)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path}: {error}") from error
