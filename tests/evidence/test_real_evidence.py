"""Evidence of the real series: figures of the files, through HTTP, archive, store and law, into a bundle and back."""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from real import real

from oracle.ask import Question
from oracle.evidence.make import bundle
from oracle.evidence.verify import verify
from oracle.settings import Home
from tests.conftest import Rig
from tests.evidence.conftest import sources_of
from tests.evidence.remade import files_of, in_page, remade

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def collected(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home that collected all of it once."""
    rig = Rig(Home(tmp_path_factory.mktemp("real")).usable(), NOW)
    venues = frozenset(("binance", "bybit", "coinbase", "kraken"))
    assert asyncio.run(rig.collect_all(real(shared), venues=venues)).failures == {}
    rig.publish()
    return rig


@pytest.mark.parametrize(
    ("coin", "day", "rub"),
    [
        # 83983.20 x 86.6190 of the Bank, from the files
        ("BTC", date(2025, 3, 14), "7274540.80080"),
        ("ETH", date(2025, 11, 2), None),
        ("BTC", date(2018, 2, 17), None),
        ("SOL", date(2026, 4, 29), None),
    ],
)
def test_the_round_trip(collected: Rig, tmp_path: Path, coin: str, day: date, rub: str | None) -> None:
    """Made, verified by its own bytes alone, and the answer in it is the published one."""
    made = bundle(sources_of(collected), [Question(coin, day)], tmp_path / "real.zip")
    report = verify(made.path)
    assert report.agrees, report.first_fault
    told = json.loads(files_of(made.path)["answers/00001.json"])
    assert told == json.loads(collected.ask(coin, day.isoformat()).model_dump_json())
    if rub:
        assert told["chosen"]["rub"] == rub.rstrip("0")


def test_one_digit_of_a_real_page(collected: Rig, tmp_path: Path) -> None:
    """Coinbase's close of the day, one cent higher in the response, with all hashes mended."""
    made = bundle(sources_of(collected), [Question("BTC", date(2024, 12, 31))], tmp_path / "real.zip")
    change = in_page("BTC-USD", "coinbase", lambda body: body.replace(b"93354.22", b"93354.23"))
    report = verify(remade(made.path, tmp_path / "remade.zip", change))
    assert ("close", "93354.23", "93354.22") in {(each.code, each.ours, each.theirs) for each in report.faults}
