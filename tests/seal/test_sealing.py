"""The commands `oracle log` and `oracle keys`: what they print, and what they leave with."""

import json
from pathlib import Path

import pytest

from oracle.settings import Home
from tests.conftest import Ran, Run, ran
from tests.seal.made import NOW, Operator


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Two published versions."""
    operator = Operator(Home(tmp_path_factory.mktemp("sealing") / "home").usable())
    operator.collect("BTCUSDT", "ETHUSDT")
    operator.publish()
    operator.collect("DOGEUSDT")
    operator.publish()
    return operator


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `oracle` at a fixed instant: status, what it printed, and its error."""
    monkeypatch.setenv("ORACLE_NOW", NOW.isoformat())

    def command(*words: str) -> Ran:
        return ran(monkeypatch, capsys, *words)

    return command


def test_the_log_is_shown_checked_and_proven(home: Operator, run: Run, tmp_path: Path) -> None:
    """show, check, prove and extends answer with 0; their proofs are verified without the home."""
    where = ("--home", str(home.home.path))
    status, shown, _ = run("log", "show", *where)
    assert status == 0
    assert [line.split()[2] for line in shown.splitlines()[:2]] == ["2", "3"]
    entries = json.loads(run("log", "show", "--format", "json", *where)[1])
    assert run("log", "check", *where)[:2] == (0, "2 batches, 3 observations are as they were published\n")
    sha256 = home.archive.hashes(home.archive.batches()[1])[0].as_py()
    older = next(iter(sorted(home.home.published.glob("*Z-*.json"))))
    for words in (("prove", sha256), ("extends", str(older))):
        status, proof, _ = run("log", *words, *where)
        assert status == 0
        (path := tmp_path / "proof.json").write_text(proof, "utf-8")
        root = entries[-1]["root"]
        status, said, _ = run("log", "verify", str(path), "--root", root)
        assert (status, root in said) == (0, True)
        assert run("log", "verify", str(path), "--root", "0" * 64)[0] == 1
        path.write_text(proof.replace('"path": [\n    "', '"path": [\n    "00'), "utf-8")
        assert run("log", "verify", str(path))[:2] == (1, "the proof does not hold\n")


def test_a_rewritten_archive_fails_the_check(home: Operator, run: Run, tmp_path: Path) -> None:
    """Status 1 with the batch by name; after a restart with a reason it is told, and no longer fails."""
    operator = home.copied(tmp_path / "home")
    where = ("--home", str(operator.home.path))
    operator.change(batch := operator.archive.batches()[0], 0, b"another")
    status, said, _ = run("log", "check", *where)
    assert (status, said.startswith(f"FAILED  changed: {batch} is not what it was")) == (1, True)
    assert json.loads(run("log", "check", "--format", "json", *where)[1])[0]["what"] == "changed"
    assert run("log", "restart", "--reason", " ", *where)[0] == 2
    status, said, _ = run("log", "restart", "--reason", "a disk was lost", *where)
    assert (status, said.splitlines()[1]) == (0, "run `oracle publish` now")
    operator.rebuild()
    assert run("publish", *where)[0] == 0
    status, said, _ = run("log", "check", *where)
    assert (status, "a disk was lost" in said) == (0, True)


def test_keys_are_made_rotated_and_shown(run: Run, tmp_path: Path) -> None:
    """create, rotate and show name the public key to give to others, never the private one."""
    where = ("--home", str(tmp_path))
    assert "oracle keys create" in run("keys", "show", *where)[1]
    assert run("keys", "rotate", *where)[0] == 2
    first, second = (run("keys", word, *where)[1].split()[1].rstrip(",") for word in ("create", "rotate"))
    status, shown, _ = run("keys", "show", *where)
    assert status == 0
    assert [line.split()[0] for line in shown.splitlines()[:2]] == [first, second]
    assert f"key {first} vouches for key {second}" in shown
    known = json.loads(run("keys", "show", "--format", "json", *where)[1])
    assert [each["key_id"] for each in known] == [first, second]
    assert "PRIVATE" not in shown
    status, _, error = run("keys", "create", *where)
    assert (status, "oracle keys rotate" in error) == (2, True)


def test_nothing_is_logged_yet(run: Run, tmp_path: Path) -> None:
    """In an empty home show says so, and proofs name the next step."""
    where = ("--home", str(tmp_path))
    assert "nothing is logged yet" in run("log", "show", *where)[1]
    status, _, error = run("log", "prove", "0" * 64, *where)
    assert (status, "run `oracle publish`" in error) == (1, True)
    status, _, error = run("log", "extends", str(tmp_path / "none.json"), *where)
    assert (status, "cannot read" in error) == (2, True)
