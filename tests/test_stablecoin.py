"""A path of stablecoins asked for in the question: what a rulebook file that says so answers, digit for digit."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from oracle import cli
from oracle.price.reading import How
from oracle.settings import Home
from tests.conftest import Rig
from tests.price.conftest import told
from tests.readings import publish_with_own, write
from tests.test_sensitivity import NOW, OFF_PEG, _in_force_early, _off_peg

PATHS = ("peg", "market", "refuse")
OLD: dict[str, object] = {"publication_years": 0, "minimum_coverage": "0"}
SCOPES = ("venue", "coin")
# Coinbase turns over 39.5 billion rubles with a USDC at its peg, 38.5 billion with one at 0.97 dollars.
FLOOR = "39000000000"
DAYS = ("venue", "utc")


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """USDC is off its peg, and a floor lies so that the path decides; a rulebook file for every path and scope."""
    made = Rig(Home(tmp_path_factory.mktemp("paths")).usable(), NOW)
    assert asyncio.run(made.collect_all(_off_peg(), venues=frozenset(("binance", "coinbase")))).failures == {}
    for path in PATHS:
        for scope in SCOPES:
            for day in DAYS:
                values = {"turnover_scope": scope, "stablecoin_path": path, "trading_day": day}
                write(made.home.path, f"{scope}-{path}-{day}", turnover_floor_rub=FLOOR, **OLD, **values)
                write(made.home.path, f"{scope}-{path}-{day}-low", turnover_floor_rub="38000000000", **OLD, **values)
    _in_force_early(made.home.path)
    publish_with_own(made)
    return made


def _bare(document: dict[str, Any], book: str) -> dict[str, Any]:
    """Without what names the rulebook or says who chose: the verdicts of the asked rulebook alone, its name gone."""
    for venue in document["venues"]:
        venue["verdicts"] = venue["verdicts"][book]
    document["warnings"] = [each for each in document["warnings"] if each["code"] != "stablecoin_path_asked"]
    for name in ("rulebook", "stablecoin", "choice"):
        document.pop(name)
    text = json.dumps(document, sort_keys=True).replace(book, "BOOK")
    bare: dict[str, Any] = json.loads(text)
    return bare


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("coin", "ending"), [("BTC", ""), ("ETH", "-low")])
def test_the_answer_is_that_of_a_rulebook_that_says_so(rig: Rig, scope: str, day: str, ending: str, coin: str) -> None:
    """Whatever the rulebook's own path, the other one gives the other file's answer, verdicts and reasons included."""
    verdicts = set()
    books = {path: f"{scope}-{path}-{day}{ending}" for path in PATHS}
    plain = {path: rig.ask(coin, str(OFF_PEG), rulebook=book).model_dump_json() for path, book in books.items()}
    for own, book in books.items():
        for path, other in books.items():
            found = rig.ask(coin, str(OFF_PEG), rulebook=book, stablecoin=path).model_dump(mode="json")
            expected = json.loads(plain[path])
            assert found["stablecoin"] == {"path": path, "chosen_by": "caller", "rulebook_path": own}
            assert ("stablecoin_path_asked" in {each["code"] for each in found["warnings"]}) == (own != path)
            assert _bare(found, book) == _bare(expected, other), (book, path)
            verdicts |= {(path, venue["venue"], venue["verdicts"]["verdict"]) for venue in found["venues"]}
    if not ending and scope == "venue" and day == "venue":
        # Binance's 120 billion are all in USDT: above the floor at the peg, open where USDT has no rubles.
        assert {("peg", "binance", "eligible"), ("refuse", "binance", "undetermined")} <= verdicts
        assert {("peg", "coinbase", "eligible"), ("market", "coinbase", "not_eligible")} <= verdicts


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("day", DAYS)
def test_a_ledger_is_that_of_a_rulebook_that_says_so(rig: Rig, scope: str, day: str) -> None:
    """Row by row, for days before, in and after what is known; who chose the path stands in every row."""
    rows = [
        {"coin": coin, "date": f"2023-03-{number:02}", "quantity": "1.5"}
        for coin in ("BTC", "ETH", "USDC")
        for number in (1, 5, 10, 11, 14)
    ]
    rows.append({"coin": "BTC", "date": "2019-01-01", "quantity": "1"})
    own_words = ("rulebook", "reason", "stablecoin_chosen_by", "warning_code", "warning")
    statuses = set()
    for path in PATHS:
        book, other = f"{scope}-peg-{day}-low", f"{scope}-{path}-{day}-low"
        found, expected = told(rig, rows, How(book, stablecoin=path)), told(rig, rows, How(other))
        for row, like in zip(found, expected, strict=True):
            assert (row["stablecoin_chosen_by"], like["stablecoin_chosen_by"]) == ("caller", "rulebook")
            assert row["warning_code"] == (None if path == "peg" else "stablecoin_path_asked")
            assert {k: v for k, v in row.items() if k not in own_words} == {
                k: v for k, v in like.items() if k not in own_words
            }
            statuses.add(row["status"])
    assert {"before_listing", "undetermined", "quoted"} <= statuses


def test_both_commands_take_it(
    rig: Rig, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`oracle quotation` and `oracle price` say the path, who chose it, and warn in the language that was asked for."""
    monkeypatch.setenv("ORACLE_NOW", NOW.isoformat())
    monkeypatch.setenv("ORACLE_HOME", str(rig.home.path))
    book = ["--rulebook", "venue-peg-venue-low", "--lang", "ru"]
    wished = ["--stablecoin", "market", "--format", "json", *book]
    answer = json.loads(_said(["quotation", "BTC", str(OFF_PEG), *wished], capsys, monkeypatch))
    (warning,) = [each for each in answer["warnings"] if each["code"] == "stablecoin_path_asked"]
    assert "«через рынок»" in warning["text"]
    assert "«один к одному»" in warning["text"]
    ledger = tmp_path / "ledger.csv"
    ledger.write_text(f"coin,date\nBTC,{OFF_PEG}\n")
    (row,) = json.loads(_said(["price", str(ledger), *wished], capsys, monkeypatch))
    assert (row["rub"], row["warning"]) == (answer["chosen"]["rub"], warning["text"])


def _said(words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("sys.argv", ["oracle", *words])
    with suppress(SystemExit):
        cli.main()
    return capsys.readouterr().out
