"""Changes of a bundle drawn by lot, over everything in it that says something; all hashes are mended afterwards."""

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from oracle.evidence.layout import CALCULATION, LISTED, MANIFEST, OBSERVATIONS, QUESTION, ROWS, compact, encoded
from tests.evidence.remade import Files

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WRITTEN_SHORT = (CALCULATION, LISTED)
_COMPARED = (CALCULATION, QUESTION, ROWS)
_TOML = re.compile(rb'(?m)^(?!#)[a-z_]+ = (.+)$|^\s+("[^"]+"),$')


class Changed(NamedTuple):
    """What was changed: the file and the place in it, and how it reads before and after."""

    file: str
    place: str
    before: str
    after: str


def leaves(document: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value of a JSON document; an empty list or object is a value too."""
    inside = list(document.items() if isinstance(document, dict) else enumerate(document))
    for key, value in inside:
        if isinstance(value, dict | list) and value:
            yield from leaves(value, (*way, key))
        else:
            yield (*way, key)


def other(value: Any, luck: random.Random) -> Any:
    """Another value of the same kind."""
    if isinstance(value, str):
        return _other_text(value, luck)
    if value is None or isinstance(value, bool):
        return not value
    return value + luck.choice((-1, 1, 7)) if isinstance(value, int) else [["2024-01-01", "2024-01-03"]]


def _other_text(value: str, luck: random.Random) -> str:
    if _DAY.fullmatch(value):
        return str(date.fromisoformat(value) + timedelta(luck.choice((-1, 1, 30))))
    if _DAY.match(value) and value.endswith("Z"):
        moved = datetime.fromisoformat(value) + timedelta(seconds=luck.choice((-86400, -1, 1, 86400)))
        return moved.isoformat().replace("+00:00", "Z")
    return digit(value, luck) if any(map(str.isdigit, value)) else f"{value}x"


def digit(text: str, luck: random.Random) -> str:
    """Another digit at one place."""
    at = luck.choice([at for at, each in enumerate(text) if each in "0123456789"])
    return text[:at] + luck.choice([each for each in "0123456789" if each != text[at]]) + text[at + 1 :]


def put(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    """Put it there; what stood there before."""
    *above, last = way
    for each in above:
        document = document[each]
    before, document[last] = document[last], value
    return before


def written(name: str, document: Any) -> bytes:
    """As the maker writes the file."""
    if name.startswith("answers/"):
        return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
    return compact(document) if name in _WRITTEN_SHORT else encoded(document)


def a_value(files: Files, name: str, luck: random.Random, way: tuple[Any, ...] | None = None) -> Changed:
    """One value of a JSON file."""
    document = json.loads(files[name])
    way = way or luck.choice(list(leaves(document)))
    at: Any = document
    for each in way:
        at = at[each]
    new = other(at, luck)
    put(document, way, new)
    files[name] = written(name, document)
    return Changed(name, ".".join(map(str, way)), str(at), str(new))


def a_rule(files: Files, name: str, luck: random.Random) -> Changed:
    """One value of a TOML file: a digit of it, or a letter where it has none."""
    found = luck.choice(list(_TOML.finditer(files[name])))
    before = found.group(0).decode()
    key, _, text = before.rpartition(" = ")
    if any(map(str.isdigit, text)):
        text = digit(text, luck)
    elif text in ("true", "false"):
        text = {"true": "false", "false": "true"}[text]
    else:
        at = luck.choice([at for at, each in enumerate(text) if each.isalpha()])
        text = text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]
    after = f"{key} = {text}" if key else text
    files[name] = files[name][: found.start()] + after.encode() + files[name][found.end() :]
    return Changed(name, str(found.start()), before, after)


def renamed(files: Files, old: str, body: bytes) -> str:
    """Put the body in the place of the one of that hash, everywhere; its own hash."""
    new = hashlib.sha256(body).hexdigest()
    del files[f"observations/{old}"]
    for name in files:
        if name.endswith(".json"):
            files[name] = files[name].replace(old.encode(), new.encode())
    files[f"observations/{new}"] = body
    return new


def a_digit_of_a_body(files: Files, luck: random.Random) -> Changed:
    """One digit of a response, named by its new hash wherever it is named."""
    entry = luck.choice([each for each in json.loads(files[OBSERVATIONS]) if each["sha256"]])
    body = files[f"observations/{entry['sha256']}"]
    at = luck.choice([found.start() for found in re.finditer(rb"\d", body)])
    new = luck.choice([each for each in b"0123456789" if each != body[at]])
    renamed(files, entry["sha256"], body[:at] + bytes([new]) + body[at + 1 :])
    around = body[max(0, at - 30) : at + 20].decode("latin-1")
    return Changed(OBSERVATIONS, f"body of {entry['source']} {entry['subject']}", around, chr(new))


def a_told_digit(files: Files, luck: random.Random) -> Changed:
    """One digit of a close, a turnover or a rate that the answer tells, where it stands in the response."""
    answer = json.loads(files["answers/00001.json"])
    told = luck.choice([*answer["quotations"], *answer["official_rates"]])
    body = files[f"observations/{told['observation']}"]
    if "rate" in told:
        day = date.fromisoformat(told["effective_on"])
        near, figure = f"{day:%d.%m.%Y}", told["rate"].replace(".", ",")
    else:
        opens = datetime.fromisoformat(told["trading_day"]["opens_at"])
        near, figure = str(int(opens.timestamp() * 1000)), told[luck.choice(("close_as_received", "turnover_quote"))]
    begins = body.index(near.encode())
    # The last of its row: OKX tells the same figure twice, and the reader takes the second.
    ends = min(end for mark in (b"]", b"</Value>", b"}") if (end := body.find(mark, begins)) > 0)
    at = body.rindex(figure.encode(), begins, ends)
    new = digit(figure, luck)
    renamed(files, told["observation"], body[:at] + new.encode() + body[at + len(figure) :])
    return Changed(OBSERVATIONS, f"told by the body of {told['observation']}", figure, new)


def what_the_manifest_says(files: Files, luck: random.Random) -> Changed:
    """One value of the manifest but for the files, which are listed anew."""
    ways = [way for way in leaves(json.loads(files[MANIFEST])) if way[0] != "files"]
    return a_value(files, MANIFEST, luck, luck.choice(ways))


def an_observation(files: Files, luck: random.Random, how: str) -> Changed:
    """One taken out, one with the bytes of another of its kind, one twice, or bytes that no entry names."""
    seen = json.loads(files[OBSERVATIONS])
    at = luck.randrange(len(seen))
    entry = seen[at]
    said = f"{how}: {entry['source']} {entry['kind']} {entry['subject']} {entry['first_day']}"
    if how == "removed":
        del seen[at]
    elif how == "swapped":
        alike = [each for each in seen if each["kind"] == entry["kind"] and each["sha256"] != entry["sha256"]]
        if not alike:
            return an_observation(files, luck, how)
        chosen = luck.choice(alike)
        entry["sha256"], chosen["sha256"] = chosen["sha256"], entry["sha256"]
    elif how == "twice":
        seen.insert(at, entry)
    else:
        files["observations/" + hashlib.sha256(b"{}").hexdigest()] = b"{}"
    named = {each["sha256"] for each in seen}
    if how == "removed" and entry["sha256"] not in named:
        del files[f"observations/{entry['sha256']}"]
    files[OBSERVATIONS] = encoded(seen)
    return Changed(OBSERVATIONS, said, "", how)


# What of a response its maker states and no recomputing can show: the log's leaves bear it, and the signature.
_STATED = frozenset({"url", "headers", "status", "detail", "first_day", "last_day", "asked_at", "received_at", "batch"})
BEYOND = (
    "what is said of a response beside its bytes: address, headers, span and times within what is possible",
    "a figure of a response on which nothing that is told rests, for no figure is told of it",
    "responses about the same market in each other's place, where each still shows what is told of it",
    "what the manifest says of program and packing",
)


def is_beyond(change: Changed) -> bool:
    """Whether only the log and the signature can show the change, as `BEYOND` lists."""
    if change.file == OBSERVATIONS:
        key = change.place.split(".")[1] if change.place[0].isdigit() else change.place
        return key in _STATED or key.startswith(("body of", "swapped"))
    return change.file == MANIFEST and change.place in ("software", "zlib")


def drawn(files: Files, number: int, *, shallow: bool) -> Changed:
    """Change of that number, as the lot has it; `shallow`: of what is only compared, so that nothing is rebuilt."""
    luck = random.Random(number)  # noqa: S311 - the same each time
    compared = [name for name in files if name.startswith(("answers/", "publication/")) or name in _COMPARED]
    rules = [name for name in files if name.endswith(".toml")]
    kinds: list[Callable[[], Changed]] = [
        lambda: a_value(files, "answers/00001.json", luck),
        lambda: a_value(files, luck.choice(compared), luck),
        lambda: a_value(files, CALCULATION, luck),
        lambda: what_the_manifest_says(files, luck),
    ]
    if not shallow:
        kinds += [
            lambda: a_value(files, OBSERVATIONS, luck),
            lambda: a_rule(files, luck.choice(rules), luck),
            lambda: a_digit_of_a_body(files, luck),
            lambda: a_told_digit(files, luck),
            lambda: an_observation(files, luck, luck.choice(("removed", "swapped", "twice", "more"))),
        ]
    return kinds[number % len(kinds)]()
