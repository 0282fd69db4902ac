"""The home in which the situations of `law/cases/manual.toml` are true, and an empty one that may be filled."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracle.settings import Home
from oracle.store.reads import Reads
from tests.conftest import Rig
from tests.law.case_file import CASES, CaseFile, case_file
from tests.law.situation import published

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)


@pytest.fixture(scope="session")
def situations() -> CaseFile:
    """The cases."""
    return case_file(CASES / "manual.toml")


@pytest.fixture(scope="session")
def entered(situations: CaseFile, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """The home of all of them; not to be written into."""
    folder = tmp_path_factory.mktemp("entered")
    with pytest.MonkeyPatch.context() as patch:
        published(situations, folder, patch)
    return Rig(Home(folder), NOW)


@pytest.fixture
def reads(entered: Rig) -> Iterator[Reads]:
    """Its published file."""
    with Reads(entered.home.current) as found:
        yield found


@pytest.fixture
def home(rig: Callable[..., Rig]) -> Rig:
    """An empty home."""
    return rig(NOW)


def page(folder: Path, text: bytes = b"%PDF-1.7 the venue's page", name: str = "page.pdf") -> Path:
    """A document on disk."""
    path = folder / name
    path.write_bytes(text)
    return path
