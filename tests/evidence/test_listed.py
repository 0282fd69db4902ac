"""Above a size, pages of markets without a quotation are named by hash alone, and everything else is as it was."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from oracle.ask import Question
from oracle.evidence.make import Made, bundle
from oracle.evidence.verify import verify
from tests.conftest import Rig
from tests.evidence.conftest import DAY, Bundled, sources_of
from tests.evidence.remade import in_json, remade


@pytest.fixture(scope="module")
def listed(priced: Rig, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A bundle of which no page is contained that may be listed."""
    out = tmp_path_factory.mktemp("listed") / "listed.zip"
    return bundle(sources_of(priced), [Question("BTC", DAY)], out, most_bytes=1000)


def test_the_answer_is_the_same(bundled: Bundled, listed: Made) -> None:
    """Word for word; what is not contained is told, and is only of markets that are not quoted."""
    with zipfile.ZipFile(listed.path) as small, zipfile.ZipFile(bundled.path) as whole:
        for name in ("answers/00001.json", "calculation.json", "observations.json", "question.json"):
            assert small.read(name) == whole.read(name)
        seen = json.loads(small.read("observations.json"))
        pages = json.loads(small.read("listed.json"))
        left = set(whole.namelist()) - set(small.namelist())
    assert {f"observations/{page['sha256']}" for page in pages} == left
    assert {seen[page["number"]]["subject"] for page in pages} == {"USDTEUR"}
    # 910 of each day
    assert {page["rows"][0][6] for page in pages if page["rows"]} == {"910"}
    report = verify(listed.path)
    assert report.agrees
    assert [each.figures["pages"] for each in report.lines if each.code == "listed_pages"] == [len(pages)]


def test_a_listed_turnover_is_summed_as_listed(listed: Made, tmp_path: Path) -> None:
    """Another one gives another sum, which is not the one told."""

    def change(pages: list[Any]) -> None:
        page = next(page for page in pages if page["rows"])
        page["rows"][0][5:7] = ["2000", "1820"]

    report = verify(remade(listed.path, tmp_path / "remade.zip", in_json("listed.json", change)))
    assert {"turnover", "step"} <= {each.code for each in report.faults}
