"""The evidence of a ledger: one answer for each different question, and every row with its status."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from oracle.evidence.make import Made, of_ledger
from oracle.evidence.verify import verify
from oracle.price.reading import How
from oracle.price.sheet import of_csv
from tests.conftest import Rig
from tests.evidence.conftest import sources_of
from tests.evidence.remade import in_json, remade

LEDGER = """coin,date,quantity,reference
BTC,2026-02-03,0.5,a
btc,2026-02-03,1.25,b
BTC,2026-02-04,2,c
BTC,2024-02-04,2,before the rule
NOSUCH,2026-02-04,2,unknown
BTC,soon,2,malformed
"""


@pytest.fixture(scope="module")
def made(priced: Rig, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The bundle of the ledger."""
    out = tmp_path_factory.mktemp("ledger") / "ledger.zip"
    return of_ledger(sources_of(priced), of_csv(LEDGER.encode(), 100), How(), out)


def test_rows_point_at_their_answers(made: Made) -> None:
    """Two rows share an answer; rows without a quotation keep their status."""
    with zipfile.ZipFile(made.path) as archive:
        rows = json.loads(archive.read("rows.json"))
        answers = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.startswith("answers/")}
    assert [(row["reference"], row["status"], row["answer"]) for row in rows] == [
        ("a", "quoted", "answers/00001.json"),
        ("b", "quoted", "answers/00001.json"),
        ("c", "quoted", "answers/00002.json"),
        ("before the rule", "no_rule_in_force", "answers/00003.json"),
        ("unknown", "unknown_coin", None),
        ("malformed", "malformed", None),
    ]
    assert len(answers) == 3
    # 100004.55 x 80.03 x 1.25
    assert (rows[1]["rub"], rows[1]["value_rub"]) == ("8003364.1365", "10004205.170625")
    assert verify(made.path).agrees


def test_a_changed_row_is_named(made: Made, tmp_path: Path) -> None:
    """Its rubles are multiplied again."""

    def change(rows: list[dict[str, Any]]) -> None:
        rows[2]["value_rub"] = "1"

    report = verify(remade(made.path, tmp_path / "remade.zip", in_json("rows.json", change)))
    assert [(each.code, each.figure) for each in report.faults] == [("row", "row 3 value_rub")]
