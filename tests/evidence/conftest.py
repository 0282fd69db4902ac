"""A bundle about a day of a home in which two venues qualify, made once."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from oracle.ask import Question
from oracle.evidence.make import Made, Sources, bundle
from tests.conftest import Rig
from tests.priced import priced

__all__ = ["priced"]

DAY = date(2026, 2, 3)


def sources_of(rig: Rig) -> Sources:
    """Where the evidence of a rig is taken from."""
    return Sources(rig.home.current, rig.home.archive, rig.home.path)


@dataclass(frozen=True)
class Bundled:
    """A bundle, and the home that it was made of."""

    rig: Rig
    made: Made

    @property
    def path(self) -> Path:
        """The file."""
        return self.made.path


@pytest.fixture(scope="session")
def bundled(priced: Rig, tmp_path_factory: pytest.TempPathFactory) -> Bundled:
    """The evidence of BTC on the day; not to be written into."""
    out = tmp_path_factory.mktemp("evidence") / "btc.zip"
    return Bundled(priced, bundle(sources_of(priced), [Question("BTC", DAY)], out))
