"""A statement as PDF/A: laid out without a network and without this machine's fonts, the same bytes each time."""

import re
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Any, Literal

import msgspec
import typst

from oracle.outputs.statement import Statement
from oracle.outputs.statement_document import document
from oracle.outputs.statement_seal import svg_document

# Tagged for screen readers (2a), with Unicode for every glyph.
_STANDARD: Literal["a-2a"] = "a-2a"
# What the fonts of the library have of Latin, Greek, Cyrillic, Hebrew left out for its direction, and signs.
_SHOWN = re.compile(
    "[^\x20-\x7e\xa0-\u024f\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff\u0400-\u0482"
    "\u048a-\u04ff\u2010-\u2027\u202f-\u203a\u20a0-\u20bf\u2116\u2190-\u2194\u2200-\u2265\ufffd]"
)
# A run without a space that is longer than this may be broken anywhere; numbers held together are broken later.
_LONG = re.compile(r"([^\s\u202f\u00a0]{18,}|[^ ]{23,})")
_LOCK = Lock()


def pdf(statement: Statement) -> bytes:
    """One page per distinct answer, with a summary before them where there are several operations."""
    told = document(statement)
    found = msgspec.to_builtins(told)
    found["code"] = svg_document(told.seal) if told.seal else ""
    given = {"document": msgspec.json.encode(_drawable(found, "")).decode()}
    with _LOCK:
        made = _compiler().compile(
            input=_template(),
            format="pdf",
            sys_inputs=given,
            pdf_standards=_STANDARD,
            timestamp=int(statement.made_at.timestamp()),
        )
    if not isinstance(made, bytes):  # pragma: no cover - a PDF is one file
        raise TypeError("a PDF in several files")
    return made


@cache
def _compiler() -> typst.Compiler:
    """One per process: the fonts are read once."""
    return typst.Compiler(ignore_system_fonts=True)


@cache
def _template() -> bytes:
    return files("oracle.outputs").joinpath("statement.typ").read_bytes()


# Keys whose texts the layout breaks where they are long.
_BREAKABLE = {"value", "rows", "notes", "headline", "below", "subject", "total"}


def _drawable(value: Any, key: str) -> Any:  # noqa: ANN401 - as JSON has it
    """Signs without a glyph as their code points; long runs as parts that may be broken."""
    if isinstance(value, dict):
        return {name: each if name == "code" else _drawable(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_drawable(each, key) for each in value]
    if not isinstance(value, str):
        return value
    shown = _SHOWN.sub(lambda sign: f"[U+{ord(sign[0]):04X}]", value)
    if key not in _BREAKABLE or not _LONG.search(shown):
        return shown
    return [[part, bool(_LONG.fullmatch(part))] for part in _LONG.split(shown) if part]
