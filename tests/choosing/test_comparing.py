"""`oracle compare tax-service`: a user's file of the page's figures, laid beside ours."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.errors import QuestionError
from oracle.theirs import Theirs, Unreadable, parse_theirs
from tests.conftest import Run

# Binance's lowest pair on 11 March is the euro's: 88012.55 x 90.11 = 7930810.8805; BTC/USDT 8012005.3805.
LINES = """Дата;Биржа;Криптовалюта;Котировка, руб.;Объём
11.03.2026;Binance;BTC;7 930 810,88;120 000 000 000
11.03.2026;binance;btc;8 012 005,38;
2026-03-11;OKX;BTC;8 013 806,71;
11.03.2026;OKX;BTC;8 000 000,00;
11.03.2026;Gate.io;BTC;1,00;
вчера;OKX;BTC;1,00;
"""


def _file(home: Path, text: str = LINES, encoding: str = "utf-8") -> str:
    (home / "theirs.csv").write_bytes(text.encode(encoding))
    return str(home / "theirs.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_each_line_is_laid_beside_ours(run: Run, home: Path, encoding: str) -> None:
    """The same, another pair, another day's rate, nothing that explains it, nothing of ours, and a broken line."""
    ran = run("compare", "tax-service", _file(home, encoding=encoding), "--format", "json")
    assert ran.status == 2  # for the line that could not be read
    rows = json.loads(ran.out)["rows"]
    assert [row["state"] for row in rows] == [
        *("same", "explained", "explained", "unexplained", "not_comparable", "unreadable")
    ]
    same, pair, rate, apart, none, broken = rows
    assert (same["our_market"], same["our_rub"], same["their_volume"]) == ("BTC/EUR", "7930810.8805", "120000000000")
    assert [each["leg"] for each in pair["explanations"]] == ["pair"]
    # 8012005.38 less 7930810.8805, which is 1.0238 % of it
    assert (pair["difference_rub"], pair["difference_percent"]) == ("81194.4995", "1.0238")
    # 100022.55 x 80.12 of the next day
    assert [each["leg"] for each in rate["explanations"]] == ["official_rate"]
    assert "in force on 2026-03-12" in rate["text"]
    assert apart["text"] == "theirs is 12 806.48 RUB (0.1598 %) below our BTC/USDT; no single leg explains it"
    assert "gate lists no market of BTC" in none["text"]
    assert broken["text"].startswith("not a date: 'вчера'")
    assert [(each["market"], each["legs"][-1]["rate"]) for each in same["pairs"]] == [
        ("BTC/EUR", "90.11"),
        ("BTC/USDT", "80.11"),
    ]


def test_the_page_and_the_table_tell_the_same(run: Run, home: Path) -> None:
    """A person sees both figures, each leg and the explanation; the CSV has a line for each line."""
    page = run("compare", "tax-service", _file(home)).out
    for words in (
        "2026-03-11 binance BTC: theirs 7 930 810.88 RUB",
        "BTC/EUR close 88012.55; 1 EUR = 90.11 RUB (official rate of 2026-03-11)  lowest",
        "no single leg explains it",
        "line 7: unreadable: not a date",
        "6 lines: 1 same, 2 explained, 1 unexplained, 1 not comparable, 1 unreadable",
    ):
        assert words in page
    rows = list(csv.DictReader(io.StringIO(run("compare", "tax-service", _file(home), "--format", "csv").out)))
    assert [(row["line"], row["leg"]) for row in rows[:3]] == [("2", ""), ("3", "pair"), ("4", "official_rate")]


def test_status_0_where_all_was_compared_and_3_where_nothing_was(run: Run, home: Path) -> None:
    """Differences are answers; a file of which nothing could be compared is none."""
    head = "date,venue,coin,rub\n"
    assert run("compare", "tax-service", _file(home, head + "2026-03-11,okx,BTC,1.00\n")).status == 0
    assert run("compare", "tax-service", _file(home, head + "2026-03-11,gate,BTC,1.00\n")).status == 3
    assert run("compare", "tax-service", _file(home, head)).status == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no column of date, venue, coin, rub"),
        ("date,venue,coin\n", "no column of rub in the first line; it may be called rub: close, price"),
        ("date,venue,coin,rub,цена\n", "two columns of rub"),
        ("date,venue,coin,rub\n" + "x,x,x,x\n" * 10_001, "has more than 10000 lines; split it"),
        ('date,venue,coin,rub\n"' + "x" * 200_000, "save it as CSV once more"),
    ],
)
def test_a_file_that_is_none_is_refused(run: Run, home: Path, text: str, said: str) -> None:
    """File, reason and next step in one line, nothing on stdout."""
    ran = run("compare", "tax-service", _file(home, text))
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


def test_a_missing_file_and_an_unknown_rulebook_are_named(run: Run, home: Path) -> None:
    """The asker is told which."""
    assert "cannot read" in run("compare", "tax-service", str(home / "none.csv")).err
    assert "unknown rulebook 'mine'" in run("compare", "tax-service", _file(home), "--rulebook", "mine").err


@pytest.mark.parametrize(
    ("number", "rub"),
    [("9514779.61", "9514779.61"), ('"9514779,61"', "9514779.61"), ("9 514 779.61 ₽", "9514779.61"), ("5 руб.", "5")],
)
def test_numbers_with_comma_or_point(number: str, rub: str) -> None:
    """Both ways of writing are read to the same digits."""
    (row,) = parse_theirs(f"date,venue,coin,rub\n2026-03-11,okx,BTC,{number}\n".encode(), "x.csv")
    assert isinstance(row, Theirs)
    assert str(row.rub) == rub


@pytest.mark.parametrize("number", ["9514779,61", "1,234.5", "0", "-1", "1e5", "NaN", "", "١", "9.514.779,61"])
def test_a_number_that_could_mean_two_things_is_refused(number: str) -> None:
    """A decimal comma among cells that commas separate is never cut into a price and a volume."""
    (row,) = parse_theirs(f"date,venue,coin,rub\n2026-03-11,okx,BTC,{number}\n".encode(), "x.csv")
    assert isinstance(row, Unreadable)
    assert row.line == 2


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: ("date;venue;coin;rub\n" + text).encode()))
def test_no_bytes_stop_the_program(content: bytes) -> None:
    """Whatever the file holds, its lines are read or named, or the file is refused."""
    try:
        rows = parse_theirs(content, "x.csv")
    except QuestionError:
        return
    assert all(isinstance(each, Theirs | Unreadable) for each in rows)
