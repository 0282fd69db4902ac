"""A copy of the priced home, and `oracle` in it."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import Ran, Rig, Run, ran
from tests.priced import NOW, priced

__all__ = ["priced"]


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
        return ran(monkeypatch, capsys, *words)

    return command
