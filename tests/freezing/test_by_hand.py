"""What was entered by hand, or withdrawn, between two datasets is a difference of its own; so are ways to rubles."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from oracle.filing import add_quotation, withdraw
from oracle.freezing.freeze import freeze
from oracle.knowledge import knowledge
from oracle.manual import wished
from oracle.twin import Row, TwinData, TwinMarket
from tests.conftest import Rig, Run
from tests.freezing.conftest import FIRST, LAST, market, night, published, restated, small
from tests.freezing.test_differences import DAY, as_told, brute, codes, diff

WITHOUT = date(2026, 3, 12)


def _with_sol(last: date) -> TwinData:
    data = small()
    sol = market("SOL", "USDT", 100, 5_000, last)
    return replace(data, markets={**data.markets, "binance": (*data.markets["binance"], sol)})


def _allow(home: Rig, key: str, value: str) -> None:
    """Another value of the own rulebook."""
    path = home.home.path / "rulebooks" / "own.toml"
    head, mark, tail = path.read_text("utf-8").partition(f"[edition.{key}]\nvalue = ")
    assert mark
    path.write_text(head + mark + f'"{value}"\n' + tail.partition("\n")[2], "utf-8")


def _enter(home: Rig, paper: Path, day: date = WITHOUT, close: str = "112.5") -> str:
    home.now += timedelta(minutes=1)
    told = {"coin": "SOL", "day": f"{day}", "venue": "binance", "market": "SOL/USDT", "close": close}
    wish = wished(knowledge(home.home.path), home.now, **told, author="an accountant", reason="a gap")
    return add_quotation(home.home, wish, str(paper), lambda: home.now).sha256


def _withdraw(home: Rig, entry: str) -> None:
    home.now += timedelta(minutes=1)
    withdraw(home.home, entry, "a mistake", lambda: home.now)


async def _again(home: Rig, data: TwinData) -> None:
    """Read the last two days once more, and publish."""
    home.now += timedelta(hours=1)
    venues = frozenset(("binance", "okx", "bybit"))
    outcome = await home.collect_all(data, venues=venues, again=True, since=WITHOUT)
    assert outcome.failures == {}
    published(home)


def _freeze(home: Rig, name: str) -> None:
    freeze(home.home.published, name, "latest", None, home.now)


@pytest.fixture
async def gap(home: Rig, tmp_path: Path) -> tuple[Rig, Path]:
    """A home in which SOL stopped before the last two days, whose rulebook allows entries; frozen as `filed`."""
    _allow(home, "manual_quotations", "allow")
    await night(home, _with_sol(WITHOUT - timedelta(1)), 13)
    published(home)
    _freeze(home, "filed")
    paper = tmp_path / "page.pdf"
    paper.write_bytes(b"%PDF-1.7 the venue's page")
    return home, paper


async def test_an_entry_that_was_added_is_found(gap: tuple[Rig, Path], run: Run) -> None:
    """A day without a quotation has one now, by hand: with its author and document; backwards it is withdrawn."""
    home, paper = gap
    entry = _enter(home, paper)
    found = diff(home)
    assert as_told(found) == brute(home, "filed", "latest") != {}
    (row,) = found.rows
    assert (row.coin, row.date, row.kind, row.new.status) == ("SOL", WITHOUT, "gained", "quoted_manual")
    assert (row.new.close, row.new.observation) == ("112.5", entry)
    assert codes(row) == ["manual_entered"]
    assert row.causes[0].figures["author"] == "an accountant"
    back = diff(home, "latest", "filed")
    assert as_told(back) == brute(home, "latest", "filed")
    assert (back.rows[0].kind, codes(back.rows[0])) == ("lost", ["manual_withdrawn"])
    page = run("diff", "filed", "--rulebook", "own", "--lang", "ru")[1]
    assert "внесена после этого вручную, кем: an accountant" in page


async def test_entries_are_withdrawn_contradicted_and_overtaken(gap: tuple[Rig, Path]) -> None:
    """A withdrawal, a second entry with another close, the venue's own candle: as by asking about every day."""
    home, paper = gap
    entry, other = _enter(home, paper), _enter(home, paper, DAY, "113")
    _freeze(home, "entered")
    _withdraw(home, entry)
    (row,) = diff(home, "entered").rows
    assert (row.date, row.kind, codes(row)) == (WITHOUT, "lost", ["manual_withdrawn"])
    assert as_told(diff(home, "entered")) == brute(home, "entered", "latest")
    _enter(home, paper, DAY, "114")
    rows = {each.date: each for each in diff(home, "entered").rows}
    assert codes(rows[DAY]) == ["manual_entered"]
    assert rows[DAY].kind == "lost"
    assert as_told(diff(home, "entered")) == brute(home, "entered", "latest")
    _withdraw(home, other)
    _freeze(home, "mended")
    await _again(home, _with_sol(LAST))
    for name in ("filed", "entered", "mended"):
        found = diff(home, name)
        assert as_told(found) == brute(home, name, "latest")
        assert not {each.coin for each in found.rows} - {"SOL"}
        assert all("unexplained" not in codes(each) for each in found.rows)
    (row,) = [each for each in diff(home, "mended").rows if each.date == DAY]
    assert (row.old.status, row.new.status) == ("quoted_manual", "quoted")
    assert "newly_collected" in codes(row)
    assert "manual_withdrawn" not in codes(row)


async def test_an_entry_that_no_rulebook_lets_be_chosen_is_no_difference(gap: tuple[Rig, Path]) -> None:
    """Where the rulebook refuses entries nothing differs; where it begins to allow them the rulebook is named too."""
    home, paper = gap
    _allow(home, "manual_quotations", "refuse")
    published(home)
    _freeze(home, "refusing")
    _enter(home, paper)
    assert diff(home, "refusing").rows == []
    assert brute(home, "refusing", "latest") == {}
    _allow(home, "manual_quotations", "allow")
    published(home)
    (row,) = diff(home, "refusing").rows
    assert codes(row) == ["manual_entered", "rulebook_changed"]
    assert as_told(diff(home, "refusing")) == brute(home, "refusing", "latest")


def _dollars(close: str) -> TwinMarket:
    """USDT against the dollar."""
    days = [FIRST + timedelta(at) for at in range((LAST - FIRST).days + 1)]
    return TwinMarket("USDT", "USD", tuple(Row(day, close, "1.01", "0.99", close, "1000", "999") for day in days))


def _with_dollars(close: str) -> TwinData:
    data = small()
    return replace(data, markets={**data.markets, "binance": (*data.markets["binance"], _dollars(close))})


@pytest.fixture
async def at_market(home: Rig) -> Rig:
    """A home with a market of USDT against the dollar on Binance."""
    await night(home, _with_dollars("0.999"), 13)
    published(home)
    return home


async def test_another_way_to_rubles_is_named(at_market: Rig) -> None:
    """The rulebook takes the stablecoin at its market now: the way, and the key that says so."""
    _freeze(at_market, "filed")
    _allow(at_market, "stablecoin_path", "market")
    published(at_market)
    found = diff(at_market, choose="binance", most=1000)
    assert as_told(found) == brute(at_market, "filed", "latest", choose="binance") != {}
    row = found.rows[0]
    assert codes(row)[0] == "path_changed"
    assert (row.causes[0].figures["old_path"], row.causes[0].figures["new_path"]) == ("peg", "market")
    assert "rulebook_changed" in codes(row)


async def test_a_close_on_the_way_to_rubles_is_named(at_market: Rig) -> None:
    """The stablecoin's own close is revised: every coin's day that is valued through it."""
    _allow(at_market, "stablecoin_path", "market")
    published(at_market)
    _freeze(at_market, "filed")
    await _again(at_market, restated(_with_dollars("0.999"), "binance", "USDT", DAY, "0.998"))
    found = diff(at_market, choose="binance", most=1000)
    assert as_told(found) == brute(at_market, "filed", "latest", choose="binance") != {}
    btc = next(each for each in found.rows if each.coin == "BTC")
    assert codes(btc) == ["path_close_revised"]
    assert (btc.causes[0].figures["old_close"], btc.causes[0].figures["new_close"]) == ("0.999", "0.998")


async def test_a_value_that_was_not_there_is_named(home: Rig) -> None:
    """Nothing gave the stablecoin a price before: the quotation was there, but no rubles for it."""
    _allow(home, "stablecoin_path", "market")
    published(home)
    _freeze(home, "filed")
    await night(home, _with_dollars("0.999"), 13)
    published(home)
    found = diff(home, choose="binance", most=1000)
    assert as_told(found) == brute(home, "filed", "latest", choose="binance") != {}
    btc = next(each for each in found.rows if each.coin == "BTC")
    assert btc.kind == "gained"
    (told,) = [each for each in btc.causes if each.code == "value_changed"]
    assert told.figures["old_quoted_rub"] is None
    assert told.figures["new_quoted_rub"] == btc.new.rub
