"""Venue days near the floor: margins from honest bounds, flips on both sides, nothing above at the floor itself."""

import asyncio
import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from string import Formatter

import pytest

from oracle.answer_threshold import Margin, Threshold
from oracle.errors import QuestionError
from oracle.law.threshold import FloorDay, crossings
from oracle.outputs.threshold import COLUMNS
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.threshold import Asked, threshold
from oracle.twin import RateRow, Row, TwinData, TwinMarket
from oracle.words import sheet
from tests.conftest import Ran, Rig, ran
from tests.readings import publish_with_own, write

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
FIRST = date(2026, 3, 2)
# Millions of dollars on Binance from 2 March on; at 80 rubles 1250 of them are the floor of 100 billion.
DOLLARS = (2000, 1250, 1300, 1300, 1200, 600, 1350, 1249, 1251, 3000)
FLOOR = Decimal(100_000_000_000)


def _day(at: int) -> date:
    return FIRST + timedelta(days=at)


def _data() -> TwinData:
    """Binance as above, 100 million of it in ETH; Coinbase tells bounds only, once 1200 to 1300."""
    btc = tuple(Row(_day(at), "1000", "1000", "1000", "1000", f"{each - 100}000", f"{each - 100}000000")
                for at, each in enumerate(DOLLARS))  # fmt: skip
    eth = tuple(Row(_day(at), "100", "100", "100", "100", "1000000", "100000000") for at in range(len(DOLLARS)))
    lows = ("1400", "1200", "1100", "1400")
    coinbase = tuple(Row(_day(at), low, str(int(low) + 100), low, low, "1000000", None) for at, low in enumerate(lows))
    markets = {
        "binance": (TwinMarket("BTC", "USDT", btc), TwinMarket("ETH", "USDT", eth)),
        "coinbase": (TwinMarket("BTC", "USD", coinbase),),
    }
    days = [NOW.date() - timedelta(days=at) for at in range(40, -1, -1)]
    rates = tuple(RateRow(day, 1, "80.0000") for day in days if day.weekday() not in (6, 0))
    return TwinData(markets, {"USD": rates}, demo=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home that collected it once, published with a reading of the venue's turnover that judges by coins."""
    rig = Rig(Home(tmp_path_factory.mktemp("threshold")).usable(), NOW)
    assert asyncio.run(rig.collect_all(_data(), venues=frozenset(("binance", "coinbase")))).failures == {}
    write(rig.home.path, "coins-published", publication_scope="coin")
    publish_with_own(rig)
    return rig


def _ask(home: Rig, **how: object) -> Threshold:
    with Reads(home.home.current) as reads:
        return threshold(reads, Asked(**how))  # type: ignore[arg-type]


def _by_day(found: Threshold) -> dict[int, Margin]:
    return {(each.date - FIRST).days: each for each in found.days}


def test_days_within_ten_percent_with_their_margins(home: Rig) -> None:
    """1125 to 1375 million dollars are near; the margin is told in rubles and percent, the floor in dollars."""
    days = _by_day(_ask(home, venue="binance"))
    assert {at for at, each in days.items() if each.near} == {1, 2, 3, 4, 6, 7, 8}
    assert (days[2].margin_rub, days[2].margin_percent) == ("4000000000", "4.0000")
    assert (days[7].margin_rub, days[7].margin_percent) == ("-80000000", "-0.0800")
    assert (days[2].floor_rub, days[2].floor_usd, days[2].usd_rate) == ("100000000000", "1250000000.00", "80")
    assert [each.date for each in _ask(home).days] == sorted(each.date for each in _ask(home).days)


def test_exactly_at_the_floor_is_not_above(home: Rig) -> None:
    """100 billion rubles to the kopeck: the margin is nothing, and the day is not above."""
    at_floor = _by_day(_ask(home, venue="binance"))[1]
    assert (at_floor.turnover_rub_low, at_floor.turnover_rub_high, at_floor.margin_rub) == (*["100000000000"] * 2, "0")
    assert (at_floor.state, at_floor.near) == ("not_above", True)


def test_flips_are_found_on_both_sides(home: Rig) -> None:
    """Each day that was decided otherwise than the day before, far from the floor too, and no other."""
    found = _ask(home, venue="binance")
    days = _by_day(found)
    flips = {at: each.flip for at, each in days.items() if each.flip}
    assert flips == {1: "down", 2: "up", 4: "down", 6: "up", 7: "down", 8: "up"}
    assert {at: each.flip_from for at, each in days.items() if each.flip} == {at: _day(at - 1) for at in flips}
    (count,) = found.venues
    assert (count.near, count.days, count.flips_up, count.flips_down) == (7, 10, 3, 3)
    assert (count.above, count.not_above, count.open) == (6, 4, 0)


def test_the_first_day_asked_for_may_be_a_flip(home: Rig) -> None:
    """Whether it is one is told by the day before, which is not shown and not counted."""
    found = _ask(home, venue="binance", since=_day(4), until=_day(4))
    assert [(each.flip, each.flip_from) for each in found.days] == [("down", _day(3))]
    assert [(count.days, count.flips_down) for count in found.venues] == [(1, 1)]


def test_a_flip_far_from_the_floor_is_told_without_being_near(home: Rig) -> None:
    """Within half a percent only the days at the floor are near; the flips stay."""
    days = _by_day(_ask(home, venue="binance", within="0.5"))
    assert {at for at, each in days.items() if each.near} == {1, 7, 8}
    assert {at for at, each in days.items() if not each.near} == {2, 4, 6}


def test_bounds_on_both_sides_are_open(home: Rig) -> None:
    """Coinbase's 1200 to 1300 million are open; decided otherwise the day after, the flip tells since when."""
    days = _by_day(_ask(home, venue="coinbase", within="0"))
    assert (days[1].state, days[1].near, days[1].flip) == ("open", True, None)
    assert (days[1].turnover_rub_low, days[1].turnover_rub_high) == ("96000000000", "104000000000")
    assert (days[2].state, days[2].flip, days[2].flip_from) == ("not_above", "down", _day(0))
    # Not above by its upper bound, which decides: 1200 million are 4 billion rubles below.
    assert days[2].margin_rub == "-4000000000"
    assert (days[3].flip, days[3].flip_from) == ("up", _day(2))


def test_without_an_upper_bound_a_day_is_near_by_its_lower_one_alone() -> None:
    """What could be anything is open, never above or below, and near only where what was read is."""
    near, far = (FloorDay("x", FIRST, FLOOR, Decimal(low) * 10**9, None) for low in (95, 5))
    assert (near.state, near.near(Decimal(10)), far.state, far.near(Decimal(10))) == ("open", True, "open", False)
    assert list(crossings([near, far])) == []


def test_states_are_those_of_the_verdicts(home: Rig) -> None:
    """Each day's state is what the published verdict's own test of the turnover says."""
    found = _ask(home, within="100")
    codes = {
        (venue, day): code
        for venue, day, code in home.sql(
            "SELECT venue, day, json_extract_string(reasons, '$[0].code') FROM verdicts WHERE rulebook = 'tax-code'"
        )
    }
    words = {"above": "turnover_above_floor", "not_above": "turnover_not_above_floor", "open": "turnover_undetermined"}
    assert found.days
    assert {(each.venue, each.date): words[each.state] for each in found.days}.items() <= codes.items()


def test_a_coins_turnover_is_what_the_answer_tells(home: Rig) -> None:
    """By coins, each day's bounds, state and floor are those of the verdict on that coin's day."""
    found = _ask(home, rulebook="tax-code-per-coin", coin="btc", within="100")
    assert found.coin == "BTC"
    assert {each.venue for each in found.days} == {"binance", "coinbase"}
    for each in found.days:
        answer = home.ask("BTC", str(each.date), venue=each.venue)
        reason = answer.venues[0].verdicts["tax-code-per-coin"].reasons[0]
        told = (each.turnover_rub_low, each.turnover_rub_high, each.floor_rub)
        assert told == tuple(reason.figures[key] for key in ("turnover_low_rub", "turnover_high_rub", "floor_rub"))
    by_venue = _ask(home, rulebook="coins-published", coin="BTC")
    assert [each.margin_rub for each in by_venue.days] == [each.margin_rub for each in _ask(home).days]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"rulebook": "tax-code-per-coin"}, "judges by coins: name one with --coin"),
        ({"coin": "BTC"}, "tax-code judges whole venues: leave --coin out"),
        ({"rulebook": "tax-code-per-coin", "coin": "NOPE"}, "unknown coin 'NOPE'"),
        ({"rulebook": "nope"}, "unknown rulebook 'nope'; known: coins-published, hundred-million"),
        ({"venue": "nope"}, "unknown venue 'nope'; known: binance"),
        ({"within": "ten"}, "expected percent of the floor between 0 and 100"),
        ({"within": "-1"}, "expected percent of the floor between 0 and 100"),
        ({"since": _day(3), "until": _day(1)}, "is after --until 2026-03-03; swap them"),
        ({"until": date(2024, 12, 31)}, "no day to show: tax-code is in force from 2025-01-01"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(home: Rig, how: dict[str, object], said: str) -> None:
    """What cannot be asked names itself and the next step."""
    with pytest.raises(QuestionError, match=said):
        _ask(home, **how)


def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rig: Rig, *words: str) -> Ran:
    monkeypatch.setenv("ORACLE_HOME", str(rig.home.path))
    monkeypatch.setenv("ORACLE_NOW", rig.now.isoformat())
    return ran(monkeypatch, capsys, "threshold", *words)


def test_each_format_tells_it(home: Rig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A page in either language with a count per venue, a line of CSV per day, the same in JSON."""
    few = ("--since", "2026-03-03", "--until", "2026-03-04", "--within", "5")
    status, page, _ = _run(monkeypatch, capsys, home, *few)
    lines = [" ".join(line.split()) for line in page.splitlines()]
    assert status == 0
    assert "2026-03-03 binance not above 100 000 000 000 0 0.00 1 250 000 000 down" in lines
    assert "2026-03-03 coinbase open ≥96 000 000 000 -4 000 000 000 -4.00 1 250 000 000 ≤104 000 000 000" in lines
    assert "2026-03-04 binance above 104 000 000 000 +4 000 000 000 +4.00 1 250 000 000 up" in lines
    counted = "binance: 2 of 2 days near the floor; 1 flips up, 1 down; 1 days above, 1 not above, 0 open"
    assert counted in lines
    page = _run(monkeypatch, capsys, home, *few, "--lang", "ru")[1]
    assert "03.03.2026 binance не выше 100 000 000 000 0 0,00 1 250 000 000" in " ".join(page.split())
    rows = list(csv.DictReader(io.StringIO(_run(monkeypatch, capsys, home, *few, "--format", "csv")[1])))
    assert list(rows[0]) == COLUMNS
    assert [(row["date"], row["venue"], row["state"], row["margin_rub"]) for row in rows[:2]] == [
        ("2026-03-03", "binance", "not_above", "0"),
        ("2026-03-03", "coinbase", "open", "-4000000000"),
    ]
    document = json.loads(_run(monkeypatch, capsys, home, *few, "--format", "json")[1])
    assert [each["venue"] for each in document["venues"]] == ["binance", "coinbase"]
    status, out, err = _run(monkeypatch, capsys, home, "--rulebook", "tax-code-per-coin")
    assert (status, out) == (2, "")
    assert "--coin" in err


def test_where_nothing_is_near_the_page_says_so(
    home: Rig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A single day far above gives no table and the count all the same."""
    status, page, _ = _run(monkeypatch, capsys, home, "--venue", "binance", "--until", "2026-03-02")
    assert status == 0
    assert "no day near the floor and no flip" in page
    assert "binance: 0 of 1 days near the floor" in page


def test_both_languages_have_the_same_words() -> None:
    """Each label stands in both, with the same blanks to fill."""
    english, russian = sheet("en", "threshold"), sheet("ru", "threshold")
    assert list(english) == list(russian)
    for key, text in english.items():
        assert {name for _, name, _, _ in Formatter().parse(text) if name} == {
            name for _, name, _, _ in Formatter().parse(russian[key]) if name
        }, key
