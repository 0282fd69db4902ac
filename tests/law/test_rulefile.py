"""What an author of rulebooks is given: a schema that fits the files, a template that is sound, a true comparison."""

import json
import re
import tomllib
from collections.abc import Callable
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oracle.knowledge import knowledge
from oracle.law.rulebook import rulebook
from oracle.law.rulefile import differences, schema, schema_text, template
from oracle.law.rulekeys import KEYS

FOLDER = Path(__file__).resolve().parents[2] / "data" / "rulebooks"
BOOKS = knowledge().rulebooks
FILES = sorted(FOLDER.glob("*.toml"))
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def _broken(value: Any, rule: dict[str, Any], where: str = "") -> list[str]:
    """Where `value` breaks the schema: the few words of JSON schema that ours uses."""
    if "$ref" in rule:
        return _broken(value, schema()["$defs"][rule["$ref"].rsplit("/", 1)[1]], where)
    found = [each for part in rule.get("allOf", []) for each in _broken(value, part, where)]
    if "type" in rule and (not isinstance(value, TYPES[rule["type"]]) or (rule["type"] == "integer" and value is True)):
        return [*found, f"{where}: type"]
    if value not in rule.get("enum", [value]):
        found.append(f"{where}: enum")
    looks: dict[type, Callable[[Any, dict[str, Any], str], list[str]]] = {
        dict: _broken_table,
        list: _broken_list,
        str: _broken_text,
        int: _broken_number,
    }
    look = looks.get(type(value))
    return found + (look(value, rule, where) if look else [])


def _broken_table(value: dict[str, Any], rule: dict[str, Any], where: str) -> list[str]:
    properties = rule.get("properties", {})
    found = [f"{where}.{key}: missing" for key in rule.get("required", []) if key not in value]
    if rule.get("additionalProperties") is False:
        found += [f"{where}.{key}: unknown" for key in value if key not in properties]
    return found + [
        each
        for key in sorted(set(value) & set(properties))
        for each in _broken(value[key], properties[key], f"{where}.{key}")
    ]


def _broken_list(value: list[Any], rule: dict[str, Any], where: str) -> list[str]:
    first, found = rule.get("prefixItems", []), []
    for number, each in enumerate(value):
        found += _broken(each, first[number] if number < len(first) else rule.get("items", {}), f"{where}[{number}]")
    if len(value) < rule.get("minItems", 0) or (rule.get("uniqueItems") and len(set(value)) < len(value)):
        found.append(f"{where}: items")
    if "contains" in rule and rule["contains"]["const"] not in value:
        found.append(f"{where}: contains")
    return found


def _broken_text(value: str, rule: dict[str, Any], where: str) -> list[str]:
    sound = len(value) >= rule.get("minLength", 0) and re.search(rule.get("pattern", ""), value)
    return [] if sound else [f"{where}: text"]


def _broken_number(value: int, rule: dict[str, Any], where: str) -> list[str]:
    return [] if rule.get("minimum", value) <= value <= rule.get("maximum", value) else [f"{where}: range"]


def _read(text: str) -> Any:
    """TOML as editors show it to a schema: dates as text."""
    return json.loads(json.dumps(tomllib.loads(text), default=date.isoformat))


def test_the_published_schema_is_current() -> None:
    """data/rulebooks/schema.json is what `oracle rulebooks schema` prints."""
    assert (FOLDER / "schema.json").read_text("utf-8") == schema_text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_files_fit_the_schema(path: Path) -> None:
    """Each shipped rulebook is valid by the published schema."""
    assert _broken(_read(path.read_text("utf-8")), schema()) == []


@pytest.mark.parametrize("key", KEYS)
def test_the_schema_refuses_what_the_reader_refuses(key: str) -> None:
    """A value of a wrong type is found by the schema too, under its own key."""
    content = _read(FILES[0].read_text("utf-8"))
    content["edition"][0][key]["value"] = {"a": "table"}
    assert {each.split(":")[0] for each in _broken(content, schema())} == {f".edition[0].{key}.value"}


def test_the_schema_knows_what_must_be_stated_first() -> None:
    """The first edition states the seven values that have no default; a later one may state a single value."""
    content = _read(FILES[0].read_text("utf-8"))
    later = {"in_force_from": "2026-09-01", "jurisdictions": content["edition"][0]["jurisdictions"]}
    assert _broken({**content, "edition": [*content["edition"], later]}, schema()) == []
    assert len(_broken({**content, "edition": [deepcopy(later)]}, schema())) == 6


def test_the_template_is_a_sound_rulebook_like_the_statute() -> None:
    """Saved as it is, the template is the statute's reading under another name, with a comment on each key."""
    text = template(BOOKS["tax-code"])
    book = rulebook(tomllib.loads(text), "template")
    assert differences(book, BOOKS["tax-code"]) == []
    assert _broken(_read(text), schema()) == []
    assert all(f"# {key.says}.\n" in text for key in KEYS.values())


def test_where_two_readings_part() -> None:
    """The hundred million by coins differ from the statute in floor and in both scopes, and in nothing else."""
    assert differences(BOOKS["tax-code"], BOOKS["hundred-million-per-coin"]) == [
        ("2025-01-01", "turnover_floor_rub", "100000000000", "100000000"),
        ("2025-01-01", "turnover_scope", "venue", "coin"),
        ("2025-01-01", "publication_scope", "venue", "coin"),
    ]


def test_readings_that_part_later_and_agree_again() -> None:
    """From 2026 to 2027 alone the other reading has two years: the day on which they agree again is told too."""
    statute = tomllib.loads((FOLDER / "tax-code.toml").read_text("utf-8"))
    first = statute["edition"][0]
    years = [
        {"in_force_from": date(year, 1, 1), "publication_years": {**first["publication_years"], "value": value}}
        for year, value in ((2026, 2), (2027, 3))
    ]
    other = rulebook({**statute, "edition": [first, *years]}, "other")
    assert differences(BOOKS["tax-code"], other) == [
        ("2026-01-01", "publication_years", "3", "2"),
        ("2027-01-01", "publication_years", "3", "3"),
    ]


def test_the_russian_venues_law_is_a_commented_alternative() -> None:
    """Uncommented, the alternative in tax-code.toml is a second edition from 1 September 2026 that adds RU."""
    text = (FOLDER / "tax-code.toml").read_text("utf-8")
    shipped, alternative = text.split("# [[edition]]\n")
    assert "RU" not in BOOKS["tax-code"].editions[-1].jurisdictions
    uncommented = "[[edition]]\n" + re.sub(r"^# ?", "", alternative, flags=re.MULTILINE)
    book = rulebook(tomllib.loads(shipped + uncommented), "tax-code.toml")
    before, after = book.edition(date(2026, 8, 31)), book.edition(date(2026, 9, 1))
    assert before is not None
    assert after is not None
    assert (before.jurisdictions, after.jurisdictions) == (("foreign",), ("foreign", "RU"))
