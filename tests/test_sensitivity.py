"""Other readings beside the asked one: each row is what a rulebook file with that value answers."""

import asyncio
import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from real import real

from oracle import cli
from oracle.answer import Answer
from oracle.answer_sensitivity import Sensitivity, Variant
from oracle.ask import Question, ask
from oracle.collect.context import Sources
from oracle.law.readings import AXES
from oracle.law.taxpayer import Standing
from oracle.outputs.sensitivity import COLUMNS
from oracle.rewind import ask_as_known_at
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.taxpayers import standing
from oracle.twin import RateRow, Row, Twin, TwinData, TwinMarket
from oracle.twin.invented import many
from oracle.words import sheet
from tests.conftest import Rig
from tests.readings import publish_with_own, write

OLD = {"publication_years": 0, "minimum_coverage": "0"}
FLOORS = ("100000000000", "100000000")
# The day after USDC's issuer told where its reserves lay.
OFF_PEG = date(2023, 3, 11)
NOW = datetime(2023, 3, 14, 9, 26, tzinfo=UTC)


def _market(base: str, quote: str, price: str, volume: str, turnover: str | None) -> TwinMarket:
    days = [NOW.date() - timedelta(days=at) for at in range(12, 0, -1)]
    return TwinMarket(base, quote, tuple(Row(day, price, price, price, price, volume, turnover) for day in days))


def _off_peg() -> TwinData:
    """A dollar is 80 rubles, a USDC 0.97 dollars on Coinbase, whose BTC is priced in both.

    Binance turns over 1,500,000,000 USDT, 120 billion rubles, of which none are in ETH; Coinbase 40 billion.
    """
    markets = {
        "binance": (
            _market("BTC", "USDT", "20000", "75000", "1500000000"),
            _market("ETH", "USDT", "1500", "20000", "30000000"),
            _market("USDT", "BUSD", "1", "1", "1"),
        ),
        "coinbase": (
            _market("BTC", "USDC", "20700", "20000", None),
            _market("BTC", "USD", "20050", "4000", None),
            _market("USDC", "USD", "0.97", "1000000", None),
        ),
    }
    days = [NOW.date() - timedelta(days=at) for at in range(40, -1, -1)]
    rates = tuple(RateRow(day, 1, "80.0000") for day in days if day.weekday() not in (6, 0))
    return TwinData(markets, {"USD": rates}, demo=False)


def _in_force_early(home: Path) -> None:
    """All readings of the home hold from 2020: the day lies before the statute."""
    for path in (home / "rulebooks").glob("*.toml"):
        path.write_text(path.read_text("utf-8").replace("2025-01-01", "2020-01-01", 1), "utf-8")


def _write_grid(home: Path, **fixed: object) -> dict[tuple[str, ...], str]:
    """A rulebook file for every reading of the grid; its name by the values of the axes."""
    names: dict[tuple[str, ...], str] = {}
    for floor in FLOORS:
        for scope in ("venue", "coin"):
            for path in ("peg", "market"):
                for day in ("venue", "utc"):
                    values = dict(zip(AXES, (floor, scope, path, day), strict=True))
                    names[floor, scope, path, day] = f"own-{FLOORS.index(floor)}-{scope}-{path}-{day}"
                    write(home, names[floor, scope, path, day], **fixed, **values)
    return names


@pytest.fixture(scope="module")
def off_peg(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rig, dict[tuple[str, ...], str]]:
    """A home with the data above and a rulebook file for every reading of the grid."""
    rig = Rig(Home(tmp_path_factory.mktemp("off-peg")).usable(), NOW)
    assert asyncio.run(rig.collect_all(_off_peg(), venues=frozenset(("binance", "coinbase")))).failures == {}
    names = _write_grid(rig.home.path, **OLD)
    _in_force_early(rig.home.path)
    publish_with_own(rig)
    return rig, names


def _values(each: Variant) -> tuple[str, ...]:
    return tuple(getattr(each, key) for key in AXES)


def _of(found: Sensitivity, *changes: str) -> Variant:
    return next(each for each in found.variants if each.changes == list(changes))


def _grid(answer: Answer) -> Sensitivity:
    assert answer.sensitivity is not None
    return answer.sensitivity


def _proves(rig: Rig, names: dict[tuple[str, ...], str], coin: str, day: str, asked: str, **how: object) -> int:
    """Every row is what its own rulebook file answers; returns how many of them have a choice."""
    found = _grid(rig.ask(coin, day, rulebook=asked, sensitivity=True, **how))
    assert {_values(each) for each in found.variants} == set(names)
    for each in found.variants:
        own = rig.ask(coin, day, rulebook=names[_values(each)], **how)
        listing = {row.venue for row in own.venues if any(q.venue == row.venue for q in own.quotations)}
        words = {row.venue: row.verdicts[own.rulebook].verdict for row in own.venues}
        told = {name: word for word in set(words.values()) for name in getattr(each, word)}
        assert told.items() <= words.items()
        assert listing <= set(told)
        chosen = own.chosen and (own.chosen.venue, own.chosen.market, own.chosen.rub)
        assert (each.chosen and (each.chosen.venue, each.chosen.market, each.chosen.rub)) == chosen, each.changes
        assert (each.lowest, each.highest) == ((own.spread.lowest, own.spread.highest) if own.spread else (None, None))
    return sum(each.chosen is not None for each in found.variants)


def test_every_row_is_what_its_own_rulebook_answers(off_peg: tuple[Rig, dict[tuple[str, ...], str]]) -> None:
    """Sixteen rulebook files, sixteen answers, sixteen equal rows, for two coins and another policy."""
    rig, names = off_peg
    asked = names["100000000000", "venue", "peg", "venue"]
    for coin, policy in (("BTC", "largest-turnover"), ("BTC", "lowest"), ("ETH", "highest")):
        assert _proves(rig, names, coin, str(OFF_PEG), asked, choose=policy)
    assert _proves(rig, names, "BTC", str(OFF_PEG), names["100000000", "coin", "market", "utc"], venue="coinbase")


def test_a_stablecoin_off_its_peg_is_money(off_peg: tuple[Rig, dict[tuple[str, ...], str]]) -> None:
    """On 11 March 2023 BTC/USDC at 20700 is 1 656 000 rubles at the peg and 1 606 320 at 0.97 dollars."""
    rig, names = off_peg
    asked = names["100000000", "venue", "peg", "venue"]
    found = _grid(rig.ask("BTC", str(OFF_PEG), rulebook=asked, venue="coinbase", sensitivity=True))
    peg, market = found.variants[0], _of(found, "stablecoin_path")
    assert peg.chosen is not None
    assert market.chosen is not None
    assert (peg.chosen.market, peg.chosen.rub) == ("BTC/USDC", "1656000")
    assert (market.chosen.market, market.chosen.rub) == ("BTC/USDC", "1606320")
    assert (market.difference_rub, market.difference_percent) == ("-49680", "-3.0000")
    assert found.lowest is not None
    assert found.highest is not None
    assert (found.lowest.figure.rub, found.highest.figure.rub) == ("1606320", "1656000")


def test_where_nothing_is_eligible_the_row_says_what_the_venues_are(
    off_peg: tuple[Rig, dict[tuple[str, ...], str]],
) -> None:
    """ETH's own deals do not pass 100 billion: no rubles, no zero, and its venue under its verdict."""
    rig, names = off_peg
    asked = names["100000000000", "venue", "peg", "venue"]
    found = _grid(rig.ask("ETH", str(OFF_PEG), rulebook=asked, sensitivity=True))
    own = _of(found, "turnover_scope")
    assert (own.eligible, own.not_eligible, own.undetermined) == ([], ["binance"], [])
    assert (own.chosen, own.lowest, own.difference_rub, own.difference_percent) == (None, None, None, None)


def test_the_asked_reading_comes_first_and_then_by_changes(off_peg: tuple[Rig, dict[tuple[str, ...], str]]) -> None:
    """The first row is the answer itself, four rows differ in one value, in the order of the table."""
    rig, names = off_peg
    answer = rig.ask("BTC", str(OFF_PEG), rulebook=names["100000000", "coin", "market", "utc"], sensitivity=True)
    found = _grid(answer)
    assert [each.asked for each in found.variants] == [True] + [False] * 15
    assert [each.changes for each in found.variants[1:5]] == [[key] for key in AXES]
    assert answer.chosen is not None
    assert found.variants[0].chosen is not None
    assert found.variants[0].chosen.rub == answer.chosen.rub


def test_before_the_first_edition_no_reading_judges(off_peg: tuple[Rig, dict[tuple[str, ...], str]]) -> None:
    """The statute holds from 2025: no row has a choice, and each says that no rule was in force."""
    found = _grid(off_peg[0].ask("BTC", str(OFF_PEG), sensitivity=True))
    assert {tuple(each.no_rule_in_force) for each in found.variants} == {("binance", "coinbase")}
    assert {each.chosen for each in found.variants} == {None}
    assert (found.lowest, found.highest) == (None, None)


def test_a_taxpayers_policy_chooses_in_every_row(off_peg: tuple[Rig, dict[tuple[str, ...], str]]) -> None:
    """The policy of the taxpayer is asked in every row: Coinbase where it qualifies, nothing else where it does not."""
    rig, names = off_peg
    rig.home.taxpayers.mkdir(exist_ok=True)
    (rig.home.taxpayers / "miner.toml").write_text(
        'title = "Miner"\n[[policy]]\nfrom = 2020-01-01\nchoose = "coinbase"\n', "utf-8"
    )
    holder: Standing = standing(rig.home.taxpayers, "miner", ("binance", "coinbase"))
    asked = names["100000000000", "venue", "peg", "venue"]
    found = _grid(rig.ask("BTC", str(OFF_PEG), rulebook=asked, taxpayer=holder, sensitivity=True))
    assert found.variants[0].chosen is None
    lower = _of(found, "turnover_floor_rub").chosen
    assert lower is not None
    assert lower.venue == "coinbase"


def test_what_was_known_then_is_weighed_too(off_peg: tuple[Rig, dict[tuple[str, ...], str]]) -> None:
    """As known now, the table is the table of now."""
    rig, names = off_peg
    question = Question("BTC", OFF_PEG, rulebook=names["100000000000", "venue", "peg", "venue"], sensitivity=True)
    with Reads(rig.home.current) as reads:
        now = ask(reads, question, NOW)
    assert ask_as_known_at(rig.home, question, NOW, NOW).sensitivity == now.sensitivity


UTC_NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)


async def _htx(rig: Rig, *, utc_days: bool) -> None:
    async with Twin(many(2, 100, "htx", until=UTC_NOW.date()), now=UTC_NOW, gzip=False) as twin:
        sources = Sources(twin.endpoints(), paced=False, timeout=5, utc_days=utc_days)
        assert (await rig.collect(twin, venues=frozenset(("htx",)), sources=sources)).failures == {}


async def test_utc_days_are_valued_although_no_rulebook_asks_for_them(tmp_path: Path) -> None:
    """Published with a reading by the venue's day alone, the row of the UTC day is what a reading by it answers."""
    rig = Rig(Home(tmp_path).usable(), UTC_NOW)
    await _htx(rig, utc_days=True)
    write(rig.home.path, "own-day", **OLD, turnover_floor_rub="1")
    publish_with_own(rig)
    found = _grid(rig.ask("C0001", "2026-06-28", rulebook="own-day", sensitivity=True))
    write(rig.home.path, "utc-day", **OLD, turnover_floor_rub="1", trading_day="utc")
    publish_with_own(rig)
    answer = rig.ask("C0001", "2026-06-28", rulebook="utc-day", sensitivity=True)
    row = _of(found, "trading_day")
    assert answer.chosen is not None
    assert row.chosen is not None
    assert (row.chosen.rub, row.no_utc_day) == (answer.chosen.rub, [])
    assert row.chosen != found.variants[0].chosen
    told = {_values(each): (each.chosen, each.eligible, each.undetermined) for each in found.variants}
    assert told == {_values(each): (each.chosen, each.eligible, each.undetermined) for each in _grid(answer).variants}


async def test_a_utc_day_that_was_not_built_leaves_it_open(tmp_path: Path) -> None:
    """HTX's own day is none in UTC and no hours were collected: undetermined, and the row says so."""
    rig = Rig(Home(tmp_path).usable(), UTC_NOW)
    await _htx(rig, utc_days=False)
    write(rig.home.path, "own-day", **OLD, turnover_floor_rub="1")
    publish_with_own(rig)
    row = _of(_grid(rig.ask("C0001", "2026-06-28", rulebook="own-day", sensitivity=True)), "trading_day")
    assert (row.chosen, row.undetermined, row.no_utc_day) == (None, ["htx"], ["htx"])


def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rig: Rig, *words: str) -> tuple[int, str]:
    monkeypatch.setenv("ORACLE_HOME", str(rig.home.path))
    monkeypatch.setenv("ORACLE_NOW", rig.now.isoformat())
    monkeypatch.setattr("sys.argv", ["oracle", "quotation", "BTC", str(OFF_PEG), "--sensitivity", *words])
    capsys.readouterr()
    try:
        cli.main()
    except SystemExit as left:
        return int(left.code or 0), capsys.readouterr().out
    return 0, capsys.readouterr().out


def test_each_format_tells_it(
    off_peg: tuple[Rig, dict[tuple[str, ...], str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A page in either language, a line of CSV per reading, the grid in the JSON; status 3 where nothing qualifies."""
    rig, names = off_peg
    asked = ("--rulebook", names["100000000", "venue", "peg", "venue"], "--venue", "coinbase")
    status, page = _run(monkeypatch, capsys, rig, *asked)
    assert status == 0
    assert "stablecoin at market 1 of 1 1 606 320.00 coinbase BTC/USDC -49 680.00 -3.0000" in " ".join(page.split())
    assert "at stake 49 680.00 RUB (3.0928 % of the lowest)" in page
    status, page = _run(monkeypatch, capsys, rig, *asked, "--lang", "ru")
    assert "стейблкойн по рынку 1 из 1 1 606 320,00 coinbase BTC/USDC -49 680,00 -3,0000" in " ".join(page.split())
    status, text = _run(monkeypatch, capsys, rig, *asked, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (list(rows[0]), len(rows), rows[0]["rub"], rows[3]["rub"]) == (COLUMNS, 16, "1656000", "1606320")
    status, text = _run(monkeypatch, capsys, rig, *asked, "--format", "json")
    assert json.loads(text)["sensitivity"]["variants"][3]["difference_rub"] == "-49680"
    assert _run(monkeypatch, capsys, rig)[0] == 3


def test_both_languages_have_the_same_words() -> None:
    """Each label stands in both, with the same blanks to fill."""
    english, russian = sheet("en", "sensitivity"), sheet("ru", "sensitivity")
    assert set(english) == set(russian)
    for key, text in english.items():
        assert {name for _, name, _, _ in Formatter().parse(text) if name} == {
            name for _, name, _, _ in Formatter().parse(russian[key]) if name
        }, key


def test_on_the_real_series_too(shared: Path, tmp_path: Path) -> None:
    """Two real days, each row proven by a rulebook file of its own; the lower floor lets Coinbase in."""
    rig = Rig(Home(tmp_path).usable(), datetime(2026, 4, 30, 12, tzinfo=UTC))
    outcome = asyncio.run(rig.collect_all(real(shared), venues=frozenset(("binance", "bybit", "coinbase"))))
    assert outcome.failures == {}
    names = _write_grid(rig.home.path)
    publish_with_own(rig)
    for coin, day in (("BTC", "2025-03-14"), ("ETH", "2025-11-25")):
        assert _proves(rig, names, coin, day, "tax-code")
    found = _grid(rig.ask("BTC", "2025-03-14", sensitivity=True))
    assert [each.eligible for each in found.variants[:2]] == [["binance"], ["binance", "coinbase"]]
    assert all(Decimal(each.chosen.rub) > 0 for each in found.variants if each.chosen)
