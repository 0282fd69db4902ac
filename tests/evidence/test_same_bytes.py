"""The same question to the same dataset gives the same bytes, wherever and whenever it is asked."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from oracle.evidence.verify import verify
from tests.evidence.conftest import DAY, Bundled

ROOT = Path(__file__).resolve().parents[2]


def run(bundled: Bundled, folder: Path, *words: str, **how: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    environment = {**os.environ, "ORACLE_HOME": str(bundled.rig.home.path), "PYTHONPATH": str(ROOT), **how}
    return subprocess.run(
        [sys.executable, "-m", "oracle", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )


def test_in_another_time_zone_and_locale(bundled: Bundled, tmp_path: Path) -> None:
    """Two years later, in Kamchatka, in Turkish: byte for byte the bundle that this process has made."""
    elsewhere = {"TZ": "Asia/Kamchatka", "LC_ALL": "tr_TR.UTF-8", "ORACLE_NOW": "2028-02-29T23:30:00Z"}
    made = run(bundled, tmp_path, "evidence", "BTC", DAY.isoformat(), "-o", "there.zip", **elsewhere)
    assert made.returncode == 0, made.stderr
    body = (tmp_path / "there.zip").read_bytes()
    assert body == bundled.path.read_bytes()
    assert bundled.made.manifest_sha256 in made.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["there.zip"]


def test_exit_status_tells_what_verifying_came_to(bundled: Bundled, tmp_path: Path) -> None:
    """0 if everything agrees, 1 if anything differs, 2 if it is no bundle; each line is printed."""
    body = bytearray(bundled.path.read_bytes())
    body[len(body) // 2] ^= 1
    (tmp_path / "flipped.zip").write_bytes(body)
    (tmp_path / "none.zip").write_bytes(b"PK" + hashlib.sha256(body).digest())
    good = run(bundled, tmp_path, "verify", str(bundled.path))
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.splitlines()[-1] == "everything agrees"
    assert len(good.stdout.splitlines()) == len(verify(bundled.path).lines) + 1
    flipped = run(bundled, tmp_path, "verify", "flipped.zip", "--format", "json")
    assert flipped.returncode == 1
    assert '"agrees": false' in flipped.stdout
    none = run(bundled, tmp_path, "verify", "none.zip")
    assert none.returncode == 2
    assert "is no bundle of evidence" in none.stderr
