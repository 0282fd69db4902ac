"""One collector per home: the second is told who the first is, and the dead block nobody."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracle.errors import HomeError
from oracle.operate.lock import NAME, holder, only_collector

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
ROOT = str(Path(__file__).resolve().parents[2])
HOLD = """
import sys; from datetime import UTC, datetime; from pathlib import Path
sys.path.insert(0, sys.argv[2])
from oracle.operate.lock import only_collector
with only_collector(Path(sys.argv[1]), "oracle up", datetime(2026, 3, 14, 9, tzinfo=UTC)):
    print(1, flush=True); sys.stdin.read()
"""


def _held(home: Path) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-c", HOLD, str(home), ROOT]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_a_second_collector_is_told_who_the_first_is(tmp_path: Path) -> None:
    """Pid, machine, command and since when, in one line; and the doctor sees the same."""
    with _held(tmp_path) as other:
        with (
            pytest.raises(HomeError, match=rf"pid {other.pid} on .*`oracle up`, since 2026-03-14 09:00:00 UTC"),
            only_collector(tmp_path, "oracle collect", NOW),
        ):
            pass
        found = holder(tmp_path)
        assert found is not None
        assert (found.pid, found.command) == (other.pid, "oracle up")
        other.communicate(b"")
    assert holder(tmp_path) is None


def test_a_killed_holder_blocks_nobody(tmp_path: Path) -> None:
    """After kill -9 its words are still in the file, and the next collector takes over."""
    with _held(tmp_path) as other:
        other.kill()
    assert json.loads((tmp_path / NAME).read_text())["pid"] == other.pid
    assert holder(tmp_path) is None
    with only_collector(tmp_path, "oracle collect", NOW):
        found = holder(tmp_path)
        assert found is not None
        assert found.command == "oracle collect"
