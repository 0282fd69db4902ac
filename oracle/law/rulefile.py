"""What an author of rulebooks needs: the JSON schema of the files, a template to begin with, and what two differ in."""

import json
from datetime import date
from typing import Any

from oracle.law.rulebook import Rulebook
from oracle.law.rulekeys import KEYS, Key, One, Several

_TEXT = {"type": "string", "minLength": 1}


def schema() -> dict[str, Any]:
    """JSON schema (2020-12) of a rulebook file; dates are TOML dates, which editors show to a schema as text."""
    values = {name: _value(key) for name, key in KEYS.items()}
    edition = {
        "type": "object",
        "required": ["in_force_from"],
        "additionalProperties": False,
        "properties": {
            "in_force_from": {
                "type": "string",
                "format": "date",
                "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                "description": "the first day of the edition; before the first edition no rule is in force",
            },
            **values,
        },
    }
    first = {"required": [name for name, key in KEYS.items() if key.default is None]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rulebook of the market quotation oracle",
        "description": "A reading of Tax Code art. 282.3 as dated values. A later edition states what changes.",
        "type": "object",
        "required": ["name", "title", "edition"],
        "additionalProperties": False,
        "properties": {
            "name": {**_TEXT, "description": "how the rulebook is asked for"},
            "title": {**_TEXT, "description": "what the reading is, in one line"},
            "edition": {
                "type": "array",
                "minItems": 1,
                "prefixItems": [{"allOf": [{"$ref": "#/$defs/edition"}, first]}],
                "items": {"$ref": "#/$defs/edition"},
            },
        },
        "$defs": {"edition": edition},
    }


def schema_text() -> str:
    """The schema as published in data/rulebooks/schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _value(key: Key) -> dict[str, Any]:
    default = {} if key.default is None else {"default": _json(key.default)}
    return {
        "type": "object",
        "description": key.says,
        "required": ["value", "clause", "source"],
        "additionalProperties": False,
        "properties": {
            "value": {**key.kind.schema(), **default},
            "clause": {**_TEXT, "description": "what of the law it carries out"},
            "source": {**_TEXT, "description": "who says so"},
            "note": {"type": "string"},
        },
    }


def _json(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def template(like: Rulebook) -> str:
    """A commented rulebook to begin with: every key with what it decides, what may stand there, and `like`'s value."""
    edition = like.editions[-1]
    lines = [
        "# A rulebook of your own: save it as rulebooks/NAME.toml in the home folder, say in it whose reading it is,",
        "# run `oracle rulebooks check FILE`, then `oracle publish`. Not legal advice.",
        'name = "my-reading"',
        'title = "What this reading is, in one line"',
        "",
        "# Before the first edition no rule is in force: rubles are given, no verdict. A later [[edition]] states its",
        "# own in_force_from and the values that change with it; the others go on.",
        "[[edition]]",
        f"in_force_from = {edition.in_force_from}",
    ]
    for name, key in KEYS.items():
        lines += [
            "",
            f"# {key.says}.",
            *([f"# May be left out: then {_toml(key.default)}."] if key.default is not None else []),
            *([f"# Known: {', '.join(allowed)}."] if (allowed := _allowed(key)) else []),
            f"[edition.{name}]",
            f"value = {_toml(getattr(edition, name), key)}",
            f"clause = {json.dumps(edition.citations[name].clause, ensure_ascii=False)}",
            'source = "whose reading this is: a letter, a ruling, your adviser"',
        ]
    return "\n".join(lines) + "\n"


def _allowed(key: Key) -> tuple[str, ...]:
    return key.kind.allowed if isinstance(key.kind, One | Several) else ()


def _toml(value: object, key: Key | None = None) -> str:
    if isinstance(value, tuple):
        return json.dumps(list(value))
    if isinstance(value, str | bool | int):
        return json.dumps(value)
    return json.dumps(key.kind.text(value) if key else str(value))


def differences(first: Rulebook, second: Rulebook) -> list[tuple[str, str, str, str]]:
    """Where two readings part: from which day, key, value of the first, value of the second; `-` before an edition."""
    rows: list[tuple[str, str, str, str]] = []
    for name in KEYS:
        before = ("-", "-")
        for day in sorted({each.in_force_from for book in (first, second) for each in book.editions}):
            told = _told(first, day, name), _told(second, day, name)
            # Also the day on which they agree again.
            if told != before and (told[0] != told[1] or before[0] != before[1]):
                rows.append((day.isoformat(), name, *told))
            before = told
    return sorted(rows, key=lambda row: row[0])


def _told(book: Rulebook, day: date, name: str) -> str:
    edition = book.edition(day)
    return KEYS[name].kind.text(getattr(edition, name)) if edition else "-"
