"""A ledger as known at an instant: row by row what one question as known at it says, out of one version of the past."""

import json
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from oracle import cli
from oracle.ask import Question
from oracle.coin import coin_meant
from oracle.errors import QuestionError
from oracle.knowledge import knowledge
from oracle.price.ledger import of_json
from oracle.price.reading import How
from oracle.price.writing import written
from oracle.rewind import Most, TooMuchError, as_known_at, ask_as_known_at, priced_as_known_at
from oracle.settings import Home
from oracle.store.reads import Reads
from tests.conftest import Rig
from tests.price.conftest import by_question
from tests.readings import publish_with_own, write
from tests.test_revisions import data, night, restated

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
NEWEST = NOW.date() - timedelta(days=1)
MOST = Most(10, 5)
ROWS = [
    {"coin": "BTC", "date": str(NEWEST), "quantity": "1.5"},
    {"coin": "BTC", "date": str(NEWEST - timedelta(20))},
    {"coin": "BTC", "date": f"{NEWEST - timedelta(9)}T22:30:00Z"},
    {"coin": "BTC", "date": str(NEWEST - timedelta(500))},
    {"coin": "NOPE", "date": str(NEWEST)},
    {"coin": "BTC", "date": str(NEWEST + timedelta(1))},
    {"coin": "HOT", "date": str(NEWEST)},
]


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rig, list[datetime]]:
    """Two nights, the second of which finds the newest day restated; and the instants after each of them."""
    import asyncio

    made = Rig(Home(tmp_path_factory.mktemp("past")).usable(), NOW)
    any_turnover: dict[str, object] = {"publication_years": 0, "minimum_coverage": "0", "turnover_floor_rub": "0"}
    write(made.home.path, "any", **any_turnover)
    write(made.home.path, "any-coin", turnover_scope="coin", publication_scope="coin", **any_turnover)

    async def twice() -> list[datetime]:
        base, moments = data("binance"), []
        for served, after in ((base, timedelta()), (restated(base, "1308.5", volume_times=10), timedelta(hours=13))):
            await night(made, served, after)
            moments.append(made.now)
        return moments

    moments = asyncio.run(twice())
    publish_with_own(made)
    return made, moments


def _past(rig: Rig, rows: list[dict[str, Any]], how: How, instant: datetime, most: Most = MOST) -> list[dict[str, Any]]:
    asked = of_json(msgspec.json.encode(rows), 1000)
    with priced_as_known_at(rig.home.current, asked, how, instant, knowledge(rig.home.path), most) as found:
        told: list[dict[str, Any]] = msgspec.json.decode(written(found, "json"))
    return told


def _one(rig: Rig, row: dict[str, Any], how: How, instant: datetime) -> dict[str, Any]:
    """The row by a question of its own, out of a version of the past that was made for it alone."""
    day = date.fromisoformat(row["date"][:10]) + timedelta("T22" in row["date"])
    with Reads(rig.home.current) as reads:
        try:
            coin, _ = coin_meant(reads, row["coin"], day, reads.venues())
        except QuestionError:
            coin = row["coin"]
    known = knowledge(rig.home.path)
    with as_known_at(rig.home.current, {day}, {coin}, instant, known) as path, Reads(path) as reads:
        return by_question(reads, row, how, instant)


@pytest.mark.parametrize(("rulebook", "count"), [("any", 7), ("any-coin", 2)])
def test_each_row_is_the_question_as_known_then(nights: tuple[Rig, list[datetime]], rulebook: str, count: int) -> None:
    """Before and after a restatement: status, choice, digits, finality."""
    rig, moments = nights
    closes = []
    for instant in moments:
        found = _past(rig, ROWS, How(rulebook), instant)
        for row, line in zip(ROWS[:count], found[:count], strict=True):
            expected = _one(rig, row, How(rulebook), instant)
            assert {name: line[name] for name in expected} == expected, row
        assert {line["dataset"][-20:] for line in found} == {f"{instant:%Y-%m-%dT%H:%M:%SZ}"}
        closes.append(found[0]["close"])
    assert closes == ["1309.1", "1308.5"]


def test_the_row_is_the_answer_of_the_command(nights: tuple[Rig, list[datetime]]) -> None:
    """Rubles of the choice, under another path of stablecoins too."""
    rig, moments = nights
    for path in (None, "refuse"):
        (line,) = _past(rig, ROWS[:1], How("any", stablecoin=path), moments[0])
        question = Question("BTC", NEWEST, rulebook="any", stablecoin=path)
        answer = ask_as_known_at(rig.home, question, moments[0], rig.now)
        assert line["rub"] == (answer.chosen and answer.chosen.rub)
        assert line["stablecoin_chosen_by"] == ("caller" if path else "rulebook")


def test_before_all_knowledge_nothing_was_known(nights: tuple[Rig, list[datetime]]) -> None:
    """Every row says so, none is a zero; rows that cannot be read say that."""
    rig, moments = nights
    found = _past(rig, [*ROWS[:2], {"coin": "BTC", "date": "soon"}], How("any"), NOW - timedelta(days=1))
    assert [row["status"] for row in found] == ["not_collected", "not_collected", "malformed"]
    assert {row["rub"] for row in found} == {None}
    (bad,) = _past(rig, [{"coin": "BTC", "date": "soon"}], How("any"), moments[0])
    assert bad["status"] == "malformed"


def test_too_much_of_the_past_is_refused_with_the_way_out(nights: tuple[Rig, list[datetime]]) -> None:
    """More days or coins than may be asked about at once; nothing is left on the disk."""
    rig, moments = nights
    days = [{"coin": "BTC", "date": str(NEWEST - timedelta(at))} for at in range(11)]
    with pytest.raises(TooMuchError, match=r"11 different days .* at most 10 in one question: ask in parts"):
        _past(rig, days, How("any"), moments[0])
    with pytest.raises(TooMuchError, match="6 different coins"):
        _past(rig, [{"coin": f"C{at}", "date": str(NEWEST)} for at in range(6)], How("any"), moments[0])


def test_the_command_asks_the_past(
    nights: tuple[Rig, list[datetime]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`oracle price --as-known-at`: the rows of then; an instant to come is refused; no folder is left behind."""
    rig, moments = nights
    kept = tmp_path / "temporary"
    kept.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(kept))
    monkeypatch.setenv("ORACLE_NOW", rig.now.isoformat())
    monkeypatch.setenv("ORACLE_HOME", str(rig.home.path))
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(f"coin,date,quantity\nBTC,{NEWEST},1.5\n")
    words = ["oracle", "price", str(ledger), "--rulebook", "any", "--format", "json", "--as-known-at"]
    monkeypatch.setattr("sys.argv", [*words, moments[0].isoformat()])
    with pytest.raises(SystemExit, match="0"):
        cli.main()
    assert json.loads(capsys.readouterr().out) == _past(rig, ROWS[:1], How("any"), moments[0])
    assert list(kept.iterdir()) == []
    monkeypatch.setattr("sys.argv", [*words, (rig.now + timedelta(seconds=1)).isoformat()])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert "still to come" in capsys.readouterr().err
