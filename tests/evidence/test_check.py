"""The checker inside a bundle: it runs by itself, on the file or on the folder that it was unpacked to."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.evidence.conftest import Bundled
from tests.evidence.remade import files_of, in_json, remade, zipped


def checked(script: Path, *words: str, folder: Path) -> tuple[int, str]:
    """Its exit status and what it prints, without any package and without the project."""
    run = subprocess.run(
        [sys.executable, "-I", "-S", str(script), *words], capture_output=True, text=True, cwd=folder, check=False
    )
    assert run.stderr == ""
    return run.returncode, run.stdout


@pytest.fixture(scope="module")
def unpacked(bundled: Bundled, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a bundle, as any unzip makes it."""
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(bundled.path) as archive:
        archive.extractall(folder)
    return folder


def test_it_checks_file_and_folder(bundled: Bundled, unpacked: Path, tmp_path: Path) -> None:
    """The same lines of both: each product and each sum, and that everything agrees."""
    status, told = checked(unpacked / "check.py", str(bundled.path), folder=tmp_path)
    assert status == 0, told
    assert told.endswith("everything agrees\n")
    assert "binance BTC/USDT: 100004.55 x 1 x 80.03 = 8003364.1365 RUB, rounded 8003364.14" in told
    assert "binance on 2026-02-03: 3 markets make 120207059551.8 RUB" in told
    assert checked(unpacked / "check.py", folder=unpacked) == (0, told)


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("answers/00001.json", ("quotations", 1, "close_as_received", "100004.5"), "does not stand in the response"),
        ("answers/00001.json", ("quotations", 1, "rub", "8003364.1366"), "x its rates is 8003364.1365"),
        ("answers/00001.json", ("quotations", 1, "rub_kopecks", "8003364.15"), "not 8003364.1365"),
        ("calculation.json", ("venue_days", 0, "turnover_rub_low", "1"), "3 markets make 1 RUB"),
        ("calculation.json", ("venue_days", 1, "above_floor", True), "more than 100000000000 RUB: no"),
    ],
)
def test_it_names_a_figure_though_all_hashes_fit(
    bundled: Bundled, unpacked: Path, tmp_path: Path, name: str, change: tuple[object, ...], words: str
) -> None:
    """Digits that do not stand in the response, products and sums that are none."""
    path = remade(bundled.path, tmp_path / "remade.zip", in_json(name, lambda told: put(told, *change)))
    status, told = checked(unpacked / "check.py", str(path), folder=tmp_path)
    assert status == 1
    assert words in next(line for line in told.splitlines() if line.startswith("DIFFERS"))


def put(document: object, *path: object) -> None:
    """Put the last of the path at the place that the others name."""
    *way, last, value = path
    for each in way:
        document = document[each]  # type: ignore[index]
    document[last] = value  # type: ignore[index]


def test_it_names_a_changed_file(bundled: Bundled, unpacked: Path, tmp_path: Path) -> None:
    """One byte of a response, in a ZIP that is otherwise in order."""
    files = files_of(bundled.path)
    name = next(name for name in files if name.startswith("observations/"))
    files[name] = b" " + files[name][1:]
    path = zipped(files, tmp_path / "changed.zip")
    status, told = checked(unpacked / "check.py", str(path), folder=tmp_path)
    assert status == 1
    assert f"DIFFERS: {name} is not the file that is listed" in told


def test_it_is_short_and_old_enough(unpacked: Path) -> None:
    """Two hundred lines at most, of what Python 3.8 understands."""
    import ast

    text = (unpacked / "check.py").read_text("utf-8")
    assert text.count("\n") <= 200
    ast.parse(text, feature_version=(3, 8))


def test_the_readme_names_every_kind_of_file(unpacked: Path) -> None:
    """In both languages, Russian first, with all three ways of checking."""
    text = (unpacked / "README.txt").read_text("utf-8")
    russian, english = text.split("EVIDENCE OF A MARKET QUOTATION")
    for told in (russian, english):
        for each in sorted(path.name for path in unpacked.iterdir() if path.name != "README.txt"):
            assert each in told, each
        for each in ("oracle verify", "python check.py", "sha256sum", "close_as_received"):
            assert each in told
