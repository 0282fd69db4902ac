"""Taxpayers in the home folder: their policy chooses, their journal remembers, and a deviation is told."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oracle.law.taxpayer import Recorded
from oracle.taxpayers import record, standing
from oracle.venues import VENUES
from tests.conftest import Run

MINER = """title = "Miner LLC"
[[policy]]
from = 2025-01-01
choose = "bybit,okx"
[[policy]]
from = 2026-02-01
choose = "binance:*/EUR"
note = "order 12"
"""


@pytest.fixture
def miner(home: Path) -> Path:
    """The folder with one taxpayer."""
    folder = home / "taxpayers"
    folder.mkdir()
    (folder / "miner.toml").write_text(MINER)
    return folder


def _asked(run: Run, day: str, *words: str) -> dict:  # type: ignore[type-arg]
    ran = run("quotation", "BTC", day, "--taxpayer", "miner", "--format", "json", *words)
    assert ran.status == 0, ran.err
    return json.loads(ran.out)  # type: ignore[no-any-return]


@pytest.mark.usefixtures("miner")
def test_the_policy_in_force_on_the_date_chooses(run: Run) -> None:
    """In 2025 OKX, for Bybit stays below the floor; from February 2026 Binance's euro pair."""
    before, after = _asked(run, "2025-12-30"), _asked(run, "2026-03-11")
    assert (before["chosen"]["venue"], before["choice"]["rule"]) == ("okx", "fixed-venue")
    assert "without an eligible quotation: bybit" in before["choice"]["text"]
    # 88012.55 x 90.11
    assert (after["chosen"]["market"], after["chosen"]["rub"]) == ("BTC/EUR", "7930810.8805")
    assert (after["choice"]["taxpayer"], after["choice"]["policy_from"]) == ("miner", "2026-02-01")
    assert after["choice"]["note"] == "order 12"


@pytest.mark.usefixtures("miner")
def test_the_answer_says_what_could_be_chosen(run: Run) -> None:
    """Each eligible pair with rubles and turnovers, Bybit not among them, and the spread by hand."""
    document = _asked(run, "2026-03-11")
    offered = {(each["venue"], each["market"]): each["rub"] for each in document["choice"]["candidates"]}
    assert offered == {
        ("binance", "BTC/EUR"): "7930810.8805",
        ("binance", "BTC/USDT"): "8012005.3805",  # 100012.55 x 80.11
        ("okx", "BTC/USDT"): "8012806.4805",  # 100022.55 x 80.11
    }
    assert document["choice"]["candidates"][1]["market_turnover_rub"] == "120178218150"  # 100011 x 15000 x 80.11
    spread = document["spread"]
    assert (spread["lowest"]["rub"], spread["highest"]["rub"]) == ("7930810.8805", "8012806.4805")
    # the mean of 8012005.3805 and 8012806.4805, the two venues' preferred pairs
    assert (spread["median_rub"], spread["median_rub_kopecks"]) == ("8012405.9305", "8012405.93")


@pytest.mark.usefixtures("miner")
def test_a_policy_that_changes_inside_the_year_is_a_warning(run: Run) -> None:
    """The miner's policy changed in February 2026; answers of 2026 say so, those of 2025 do not."""
    assert any("changed inside 2026" in each["text"] for each in _asked(run, "2026-03-11")["warnings"])
    assert not any("changed inside" in each["text"] for each in _asked(run, "2025-12-30")["warnings"])


def test_a_deviation_from_last_time_is_a_warning(run: Run, miner: Path) -> None:
    """What was recorded for OKX in December is held against Binance in March; without --record nothing is kept."""
    _asked(run, "2025-12-30")
    assert not (miner / "miner.choices.jsonl").exists()
    _asked(run, "2025-12-30", "--record")
    (line,) = (miner / "miner.choices.jsonl").read_text().splitlines()
    assert json.loads(line) == {
        "recorded_at": "2026-03-14T09:26:00+00:00",
        "coin": "BTC",
        "date": "2025-12-30",
        "venue": "okx",
        "market": "BTC/USDT",
        "choose": "bybit,okx",
        "demo": False,
    }
    again, later = _asked(run, "2025-12-30"), _asked(run, "2026-03-11")
    assert again["choice"]["last"]["venue"] == "okx"
    assert not any("than last time" in each["text"] for each in again["warnings"])
    assert (
        "another venue than last time: binance BTC/EUR now, okx BTC/USDT for 2025-12-30, "
        "recorded 2026-03-14 09:26 UTC" in [each["text"] for each in later["warnings"]]
    )
    page = run("quotation", "BTC", "2026-03-11", "--taxpayer", "miner").out
    assert "miner, from 2026-02-01: the policy names binance:*/EUR" in page
    assert "last    okx BTC/USDT for 2025-12-30" in page


def test_a_torn_line_is_told_and_stands_in_nobodys_way(run: Run, miner: Path) -> None:
    """Half a line, as a crash leaves it, is named; the next record begins a line of its own, nothing is removed."""
    _asked(run, "2025-12-30", "--record")
    journal = miner / "miner.choices.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"recorded_at": "2026-03')
    assert any("line 2 is damaged" in each["text"] for each in _asked(run, "2025-12-30")["warnings"])
    _asked(run, "2026-03-11", "--record")
    lines = journal.read_text().splitlines()
    assert len(lines) == 3
    assert json.loads(lines[2])["venue"] == "binance"
    assert _asked(run, "2026-03-11")["choice"]["last"]["venue"] == "binance"


@pytest.mark.parametrize(
    "line",
    ["[]", "1", "null", "{}", '{"coin": 1}', "\ufffd", "[" * 100_000, '{"recorded_at": "0001-01-01T00:00+14:00"}'],
)
def test_no_line_of_a_journal_can_stop_an_answer(run: Run, miner: Path, line: str) -> None:
    """Whatever stands in it, it is named and the question is answered."""
    (miner / "miner.choices.jsonl").write_text(line + "\n")
    assert any("line 1 is damaged" in each["text"] for each in _asked(run, "2025-12-30")["warnings"])


@pytest.mark.usefixtures("miner")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--taxpayer", "nobody"), "unknown taxpayer 'nobody'; known: miner; a new one is a file"),
        (("--taxpayer", "../miner"), "unknown taxpayer '../miner'"),
        (("--taxpayer", ".miner"), "unknown taxpayer '.miner'"),
        (("--taxpayer", "miner", "--choose", "lowest"), "either --taxpayer or --choose"),
        (("--taxpayer", "miner", "--venue", "okx"), "chooses among all venues; leave --venue"),
        (("--record",), "name one with --taxpayer NAME"),
    ],
)
def test_a_wrong_taxpayer_gets_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    """Nothing is answered, and what to do is told."""
    ran = run("quotation", "BTC", "2026-03-11", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.usefixtures("miner")
def test_nothing_chosen_is_nothing_recorded(run: Run, home: Path) -> None:
    """Where the policy takes nothing, the candidates are shown, the status is 3, and no line is written."""
    (home / "taxpayers" / "kraken.toml").write_text('title = "K"\n[[policy]]\nfrom = 2025-01-01\nchoose = "kraken"\n')
    ran = run("quotation", "BTC", "2026-03-11", "--taxpayer", "kraken", "--record", "--format", "json")
    assert ran.status == 3
    assert "nothing was chosen, so nothing is recorded" in ran.err
    assert len(json.loads(ran.out)["choice"]["candidates"]) == 3
    assert not (home / "taxpayers" / "kraken.choices.jsonl").exists()


@pytest.mark.usefixtures("miner")
def test_taxpayers_are_listed_shown_and_checked(run: Run) -> None:
    """The list names the policy in force today, the details every entry, the check what is to be warned of."""
    _asked(run, "2025-12-30", "--record")
    (row,) = json.loads(run("taxpayers", "--format", "json").out)
    assert row == {
        "taxpayer": "miner",
        "title": "Miner LLC",
        "choose": "binance:*/EUR",
        "from": "2026-02-01",
        "recorded": 1,
    }
    assert "Miner LLC" in run("taxpayers").out
    shown = run("taxpayers", "show", "miner").out
    for words in ("from 2025-01-01: bybit,okx", "(order 12)", "BTC on 2025-12-30: okx", "changed inside 2026"):
        assert words in shown
    ran = run("taxpayers", "check")
    assert ran.status == 0
    assert "changed inside 2026" in ran.out


def test_the_check_names_a_broken_file(run: Run, miner: Path) -> None:
    """File, key and reason, and status 1; the others are examined all the same."""
    (miner / "bad.toml").write_text('title = "x"\n[[policy]]\nfrom = 2025-01-01\nchoose = "best"\n')
    (miner / "worse.toml").write_bytes(b"\xff\xfe")
    ran = run("taxpayers", "check")
    assert ran.status == 1
    assert "bad.toml: policy 1: choose: unknown choice 'best'" in ran.out
    assert "worse.toml: " in ran.out
    assert "miner: " in ran.out


def test_without_any_taxpayer_the_first_step_is_named(run: Run) -> None:
    """An empty folder says where the first file goes."""
    for words in (("taxpayers",), ("taxpayers", "check")):
        ran = run(*words)
        assert ran.status == 0
        assert "taxpayers/NAME.toml" in ran.out


def test_a_record_tells_that_it_was_entered_by_hand(run: Run, miner: Path) -> None:
    """It is read again with its mark, lines without one are read as before, and the deviation says why it is one."""
    at = datetime(2026, 3, 13, tzinfo=UTC)
    record(miner / "miner.choices.jsonl", Recorded(at, "BTC", date(2026, 3, 10), "okx", "BTC/USDT", "okx", demo=False))
    by_hand = Recorded(at, "BTC", date(2026, 3, 11), "gate", "BTC/USDT", "okx", demo=False, manual="ab" * 32)
    record(miner / "miner.choices.jsonl", by_hand)
    before, last = standing(miner, "miner", tuple(VENUES)).recorded
    assert (before.manual, last) == (None, by_hand)
    answer = _asked(run, "2025-12-30")
    assert answer["choice"]["last"]["manual"] == "ab" * 32
    assert any("for one of them was entered by hand" in each["text"] for each in answer["warnings"])
    assert not any(each["text"].startswith("another venue than last time") for each in answer["warnings"])
    assert "BTC/USDT by okx (entered by hand)" in run("taxpayers", "show", "miner").out
