"""The commands `oracle import ...`: the published file on stdout, what became of the files on stderr, the status."""

import json
from datetime import date
from pathlib import Path

import pytest

from oracle.archive import Archive
from tests.conftest import Ran, Run, ran
from tests.imports.made import lines, month, vision, vision_rows

MARCH = month(date(2025, 3, 1))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `oracle` with a home of its own at a fixed instant; status, stdout, stderr."""
    monkeypatch.setenv("ORACLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ORACLE_NOW", "2026-03-14T09:26:00Z")

    def command(*words: str | Path) -> Ran:
        return ran(monkeypatch, capsys, *words)

    return command


def test_import_prints_the_published_file_and_nothing_else(run: Run, tmp_path: Path) -> None:
    """stdout is the path of the published file; steps, notes and the summary are on stderr."""
    vision(tmp_path / "vision", "2025-03", vision_rows(MARCH))
    status, out, err = run("import", "binance-vision", tmp_path / "vision", "--market", "BTCUSDT=BTC/USDT")
    assert status == 0
    assert Path(out.strip()).is_file()
    steps = [json.loads(line)["event"] for line in err.splitlines() if line.startswith("{")]
    assert steps == ["checking", "importing"]
    assert "note: 1 files have no .CHECKSUM beside them" in err
    assert "imported 1 files of binance-vision" in err
    status, out, _ = run("quotation", "BTC", "2025-03-14", "--format", "json")
    (quotation,) = json.loads(out)["quotations"]
    assert (status, quotation["source"]) == (3, "bulk file BTCUSDT-1d-2025-03.zip")


def test_an_own_csv_is_marked_in_the_text(run: Run, tmp_path: Path) -> None:
    """A person sees the note beside the figure and among the warnings."""
    path = tmp_path / "mine.csv"
    path.write_bytes(lines(vision_rows(MARCH)))
    columns = ("--columns", "time=0,open=1,high=2,low=3,close=4,volume=5,turnover=7", "--time-unit", "us")
    where = ("--venue", "binance", "--market", "BTC/USDT", "--symbol", "BTCUSDT")
    status, _, err = run("import", "csv", path, *where, *columns, "--note", "from a friend")
    assert (status, "imported 1 files of csv" in err) == (0, True)
    _, out, _ = run("quotation", "BTC", "2025-03-14")
    assert "binance BTC/USDT: user file: from a friend" in out
    assert "! not told by binance itself: BTC/USDT is from a user file: from a friend" in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("binance-vision",), "Missing argument"),
        (("binance-vision", "absent.zip"), "absent.zip is no file that is there"),
        (("bybit", "x.zip"), "bybit"),
        (("csv", "x.csv", "--venue", "binance"), "--market"),
        (("csv", "x.csv", "--time-unit", "fortnights"), "fortnights"),
    ],
)
def test_a_wrong_command_is_status_2(run: Run, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """The user's mistake gets one line or the usage, nothing on stdout, nothing in the archive."""
    status, out, err = run("import", *words)
    assert (status, out) == (2, "")
    assert said in " ".join(err.split())
    assert "Traceback" not in err
    assert Archive(tmp_path / "home" / "archive").batches() == []


@pytest.mark.parametrize("name", ["binance-vision", "kraken-ohlcvt", "htx", "gate", "csv"])
def test_help_is_enough(run: Run, name: str) -> None:
    """Each format explains itself and its options."""
    status, out, _ = run("import", name, "--help")
    assert status == 0
    assert len(out) > 300
