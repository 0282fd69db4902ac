"""What a version holds beside its file: bounded memory, and a place for the rest that is its own and goes with it."""

import tempfile
from pathlib import Path

import pytest

from oracle.api.version import Opened
from oracle.settings import Home

# More than the limit holds, sorted by what stands in no order.
LARGE = "SELECT count(*) FROM (SELECT DISTINCT hash(range) || repeat('x', 60) AS a FROM range(6000000))"


def test_what_does_not_fit_goes_to_a_private_folder(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question that is larger than the memory is answered by the disk: never beside the published file."""
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    before = sorted(home.published.iterdir())
    opened = Opened(home.current, {})
    with opened.reads() as reads:
        ((folder,),) = reads.rows("SELECT current_setting('temp_directory')", {})
        assert private in Path(folder).parents
        assert (Path(folder).parent.stat().st_mode & 0o777) == 0o700
        assert reads.rows(LARGE, {}) == [(6_000_000,)]
        # It was the disk that made it possible.
        assert Path(folder).is_dir()
    assert sorted(home.published.iterdir()) == before
    opened.replace()
    assert list(private.iterdir()) == []
