"""Changes drawn by lot over everything that a bundle says: each is named, or only log and signature can know it."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from oracle.evidence.layout import MANIFEST, PAPERS
from tests.evidence.conftest import Bundled
from tests.evidence.mutated import BEYOND, Changed, drawn, is_beyond
from tests.evidence.rebuilding import rebuilt_once
from tests.evidence.remade import Files, remade
from tests.evidence.test_changed import named


@pytest.fixture(scope="module", autouse=True)
def once() -> Iterator[None]:
    """What does not differ is rebuilt once."""
    with rebuilt_once():
        yield


def gone_wrong(path: Path, numbers: range, folder: Path, *, shallow: bool) -> list[str]:
    """The changes that nothing names though they can be known, and those that leave what is signed as it was."""
    result = []
    with zipfile.ZipFile(path) as archive:
        before = {archive.read(MANIFEST), archive.read(PAPERS)}
    for number in numbers:
        changes: list[Changed] = []

        def change(files: Files, number: int = number, changes: list[Changed] = changes) -> None:
            changes.append(drawn(files, number, shallow=shallow))

        out = remade(path, folder / "drawn.zip", change)
        (made,) = changes
        with zipfile.ZipFile(out) as archive:
            if before & {archive.read(MANIFEST), archive.read(PAPERS)}:
                result.append(f"{number}: nothing of what is signed differs: {made}")
        if not named(out) and not is_beyond(made):
            result.append(f"{number}: unnoticed: {made}")
    return result


def test_what_is_told_cannot_be_changed(bundled: Bundled, tmp_path: Path) -> None:
    """Sixty times one value of answers, question, publication, calculation or manifest, all hashes mended."""
    assert gone_wrong(bundled.path, range(60), tmp_path, shallow=True) == []


def test_nor_what_it_rests_on(bundled: Bundled, tmp_path: Path) -> None:
    """Of responses, rules and registers a few; in the long run there are many more."""
    assert gone_wrong(bundled.path, range(9), tmp_path, shallow=False) == []
    assert len(BEYOND) == len(set(BEYOND))
