"""A copy of the priced home, and `oracle` in it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from oracle import cli
from tests.conftest import Rig
from tests.priced import NOW, priced

__all__ = ["priced"]


@dataclass(frozen=True)
class Ran:
    """What a command left with and printed."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def home(priced: Rig, tmp_path: Path) -> Path:
    """A home of one's own with the published file."""
    (tmp_path / "own" / "published").mkdir(parents=True)
    shutil.copy(priced.home.current, tmp_path / "own" / "published" / "oracle.duckdb")
    return tmp_path / "own"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> Run:
    """Runs `oracle` in it at a fixed instant."""
    monkeypatch.setenv("ORACLE_HOME", str(home))
    monkeypatch.setenv("ORACLE_NOW", NOW.isoformat())

    def command(*words: str) -> Ran:
        monkeypatch.setattr("sys.argv", ["oracle", *words])
        capsys.readouterr()
        status = 0
        try:
            cli.main()
        except SystemExit as left:
            status = int(left.code or 0)
        printed = capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    return command
