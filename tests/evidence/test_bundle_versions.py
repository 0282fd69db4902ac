"""A bundle that an earlier version made: what has been added since is no difference, what has changed is told."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from oracle import knowledge
from oracle.cli import main  # noqa: F401 - joins the commands
from oracle.commands.app import app
from oracle.evidence.layout import MANIFEST, QUESTION, encoded
from oracle.evidence.verify import verify
from tests.evidence.conftest import Bundled
from tests.evidence.remade import Files, in_json, remade

EARLIER, RULES, ANSWER = "market-quotation-oracle 0.0.9", "rulebooks/tax-code.toml", "answers/00001.json"


def by_an_earlier_version(files: Files) -> None:
    """It calls itself so, and knew neither a key of the rules, nor one of the answers, nor an asset."""
    for name in (MANIFEST, QUESTION):
        told = json.loads(files[name])
        told["dataset"]["software"] = EARLIER
        files[name] = encoded({**told, "software": EARLIER} if name == MANIFEST else told)
    rules = files[RULES].decode()
    files[RULES] = re.sub(r"\[edition\.manual_quotations\]\n(\w.*\n)+", "", rules).encode()
    files["registers/assets.toml"] = re.sub(rb"\[APT\]\n(\w.*\n)+", b"", files["registers/assets.toml"])
    files["README.txt"] += b"as it was then\n"
    in_json(ANSWER, lambda told: told.pop("sensitivity"))(files)


@pytest.fixture
def earlier(bundled: Bundled, tmp_path: Path) -> Path:
    """The bundle as that version made it."""
    return remade(bundled.path, tmp_path / "earlier.zip", by_an_earlier_version)


@pytest.fixture
def ships(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Has this program ship other files: a copy of those that it ships, each with a text that is replaced."""
    folder = tmp_path / "data"
    shutil.copytree(Path(knowledge.__file__).parent.parent / "data", folder, ignore=shutil.ignore_patterns("live"))
    monkeypatch.setattr(knowledge, "_INSTALLED", folder)

    def change(before: str, after: str) -> None:
        text = (folder / RULES).read_text("utf-8")
        assert before in text
        (folder / RULES).write_text(text.replace(before, after, 1), "utf-8")

    return change


def codes(path: Path, *, as_made: bool = False) -> set[str]:
    """What does not agree."""
    return {each.code for each in verify(path, as_made=as_made).faults}


def test_what_was_added_since_is_no_difference(earlier: Path, ships: Callable[[str, str], None]) -> None:
    """A later edition, a key of it, an asset, a key of answers: it agrees, and what is told is told as told."""
    ships(
        "# Another reading, not ours",
        "[[edition]]\nin_force_from = 2026-09-01\n\n[edition.turnover_floor_rub]\n"
        'value = "1"\nclause = "of later"\nsource = "of later"\n\n# Another reading, not ours',
    )
    report = verify(earlier)
    assert report.faults == []
    told = {each.code: each.figures for each in report.lines if each.ok is None}
    assert told["more_keys"] == {"keys": "sensitivity"}
    assert told["other_text"] == {"name": "README.txt"}
    assert {"answers", "steps", "rulebooks", "registers"} <= {each.code for each in report.lines if each.ok}


def test_a_value_in_force_that_changed_is_told(earlier: Path, ships: Callable[[str, str], None]) -> None:
    """It fails and names the value; --as-made takes the bundle's own, and says how it differs."""
    ships('value = "100000000000"', 'value = "200000000000"')
    assert codes(earlier) == {"rule_then"}
    taken = CliRunner().invoke(app, ["verify", str(earlier), "--as-made"])
    assert taken.exit_code == 0
    line = "turnover_floor_rub: here 200000000000, in the bundle 100000000000; taken as made"
    assert f"note: rulebooks/tax-code.toml {line}" in taken.stdout
    assert taken.stdout.splitlines()[-1].endswith("1 of it are different here")


def test_the_same_version_ships_the_same(bundled: Bundled, ships: Callable[[str, str], None]) -> None:
    """A bundle that says that this version made it has no rules of its own, with --as-made or without."""
    ships('value = "100000000000"', 'value = "200000000000"')
    assert codes(bundled.path) == codes(bundled.path, as_made=True) == {"shipped", "rule"}


def test_another_wording_is_told(earlier: Path, tmp_path: Path) -> None:
    """Sentences may be put otherwise by another version; figures may not."""

    def reworded(told: dict[str, object]) -> None:
        told["choice"]["text"] = "in other words"  # type: ignore[index]

    path = remade(earlier, tmp_path / "worded.zip", in_json(ANSWER, reworded))
    assert (codes(path), codes(path, as_made=True)) == ({"wording_then"}, set())

    def refigured(told: dict[str, object]) -> None:
        told["chosen"]["rub"] = "1"  # type: ignore[index]

    path = remade(earlier, tmp_path / "figures.zip", in_json(ANSWER, refigured))
    assert codes(path, as_made=True) == {"ruble"}
