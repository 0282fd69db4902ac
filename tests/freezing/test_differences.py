"""What differs between two datasets is found whole, told with its cause, and nothing else is."""

import csv
import inspect
import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from oracle.answer_differences import Difference, Differences
from oracle.differences import causes
from oracle.differences.asked import Wanted
from oracle.differences.compare import Named, compare
from oracle.differences.side import asked
from oracle.freezing.freeze import freeze
from oracle.freezing.versions import path_of
from oracle.price.reading import How
from oracle.store.reads import Reads
from oracle.twin import RateRow, TwinData
from oracle.words import sheet
from tests.conftest import Rig, Run
from tests.freezing.conftest import FIRST, LAST, market, night, own_rulebook, published, restated, small

DAY = date(2026, 3, 13)


def diff(home: Rig, old: str = "filed", new: str = "latest", **how: Any) -> Differences:
    """The differences under the own rulebook."""
    span = {key: how.pop(key) for key in ("coin", "first", "last", "most") if key in how}
    names = [Named(each, path_of(home.home.published, each)) for each in (old, new)]
    return compare(names[0], names[1], Wanted(How(**{"rulebook": "own", **how}), **span), home.now)


def brute(home: Rig, old: str, new: str, **how: Any) -> dict[tuple[str, date], tuple[Any, ...]]:
    """By asking both about every coin and every day: what each answers where these are not the same."""
    wanted, found = Wanted(How(**{"rulebook": "own", **how})), {}
    with (
        Reads(path_of(home.home.published, old)) as before,
        Reads(path_of(home.home.published, new)) as after,
    ):
        for coin in sorted({*before.coins(), *after.coins()}):
            for day in (FIRST + timedelta(at) for at in range((LAST - FIRST).days + 2)):
                told = tuple(asked(reads, coin, wanted, day, home.now).told for reads in (before, after))
                if told[0] != told[1]:
                    found[coin, day] = told
    return found


def as_told(found: Differences) -> dict[tuple[str, date], tuple[Any, ...]]:
    """The same of a document."""
    return {
        (each.coin, each.date): tuple(
            (side.venue, side.market, side.rub, tuple(side.eligible_venues)) for side in (each.old, each.new)
        )
        for each in found.rows
    }


def codes(each: Difference) -> list[str]:
    """Its causes."""
    return [cause.code for cause in each.causes]


async def changed(home: Rig, data: TwinData, hours: int = 13) -> None:
    """Freeze what is published, collect something else, publish it."""
    freeze(home.home.published, "filed", "latest", None, home.now)
    await night(home, data, hours)
    published(home)


async def test_a_revised_close_is_named_and_nothing_else(home: Rig, run: Run) -> None:
    """One coin's day, both closes with their responses, rubles before and after, in words of both languages."""
    await changed(home, restated(small(), "binance", "BTC", DAY, "60012.25"))
    status, out, _ = run("diff", "filed", "--rulebook", "own", "--format", "json")
    assert status == 3
    (row,) = json.loads(out)["rows"]
    assert (row["coin"], row["date"], row["kind"]) == ("BTC", "2026-03-13", "changed")
    rate = Decimal("80.13")
    assert Decimal(row["old"]["rub"]) == Decimal("60014.5") * rate
    assert Decimal(row["new"]["rub"]) == Decimal("60012.25") * rate
    assert Decimal(row["difference_rub"]) == Decimal("-2.25") * rate
    (cause,) = row["causes"]
    assert cause["code"] == "close_revised"
    figures = cause["figures"]
    assert (figures["old_close"], figures["new_close"]) == ("60014.5", "60012.25")
    assert figures["new_observation"] == row["new"]["observation"] != row["old"]["observation"]
    assert "binance BTC/USDT closed at 60014.5, now 60012.25" in cause["text"]
    status, page, _ = run("diff", "filed", "latest", "--rulebook", "own", "--lang", "ru")
    assert status == 3
    assert "binance BTC/USDT: цена закрытия была 60 014,5, теперь 60 012,25" in page
    assert "изменилось 1, теперь без котировки 0" in page
    status, table, _ = run("diff", "filed", "--rulebook", "own", "--format", "csv")
    (line,) = csv.DictReader(io.StringIO(table))
    assert (line["coin"], line["causes"], line["difference_rub"]) == ("BTC", "close_revised", "-180.2925")


async def test_every_difference_is_found_and_the_same_backwards(home: Rig) -> None:
    """A close, a turnover, a new market and a new day: as by asking both about every coin's day."""
    data = small()
    data = restated(data, "binance", "BTC", DAY, "60012.25")
    data = restated(data, "okx", "ETH", date(2026, 3, 12), "3023.5", times=40_000)
    added = {
        "okx": (*data.markets["okx"], market("SOL", "USDT", 100, 50)),
        "binance": (data.markets["binance"][0], market("ETH", "USDT", 3_000, 500, last=LAST + timedelta(1))),
    }
    data = TwinData({**data.markets, **added}, data.rates, demo=False)
    home.now += timedelta(days=1)
    await changed(home, data)
    for policy in ("largest-turnover", "okx,bybit"):
        expected = brute(home, "filed", "latest", choose=policy)
        found = diff(home, choose=policy, most=1000)
        assert as_told(found) == expected
        assert expected.keys() >= {("SOL", FIRST), ("ETH", LAST + timedelta(1))} or policy != "largest-turnover"
        counts = found.counts
        assert counts.changed + counts.lost + counts.gained == len(expected)
        back = diff(home, "latest", "filed", choose=policy, most=1000)
        assert as_told(back) == {key: (after, before) for key, (before, after) in expected.items()}
        for each, other in zip(_ordered(found), _ordered(back), strict=True):
            assert {each.difference_rub, other.difference_rub} == {each.difference_rub, _minus(each.difference_rub)}
            assert [_turned(code) for code in codes(each)] == codes(other)
            assert "unexplained" not in codes(each)


def _ordered(found: Differences) -> Iterator[Difference]:
    return iter(sorted(found.rows, key=lambda each: (each.coin, each.date)))


def _minus(text: str | None) -> str | None:
    return None if text is None else text.removeprefix("-") if text.startswith("-") or text == "0" else f"-{text}"


def _turned(code: str) -> str:
    return {"newly_collected": "no_longer_there", "no_longer_there": "newly_collected"}.get(code, code)


def test_a_dataset_does_not_differ_from_itself(home: Rig, run: Run) -> None:
    """By whichever names it is asked for; exit status 0."""
    freeze(home.home.published, "filed", "latest", None, home.now)
    for names in (("filed", "filed"), ("filed", "latest"), ("latest", "filed")):
        status, out, _ = run("diff", *names, "--rulebook", "own")
        assert status == 0
        assert "no answer differs" in out


def test_versions_that_say_the_same_do_not_differ(home: Rig) -> None:
    """A version published anew of the same candles, with another reading beside, answers the asked one alike."""
    freeze(home.home.published, "filed", "latest", None, home.now)
    text = (home.home.path / "rulebooks" / "own.toml").read_text("utf-8")
    (home.home.path / "rulebooks" / "other.toml").write_text(text.replace('name = "own"', 'name = "other"'), "utf-8")
    published(home)
    assert diff(home).rows == []
    assert brute(home, "filed", "latest") == {}


def test_a_changed_rulebook_is_named(home: Rig) -> None:
    """A floor above Bybit's turnover: it may no longer be chosen, by the key of the rulebook and the verdict."""
    freeze(home.home.published, "filed", "latest", None, home.now)
    own_rulebook(home.home, "150000000")
    published(home)
    found = diff(home, choose="highest", first=date(2026, 3, 10), last=date(2026, 3, 11))
    assert as_told(found).keys() == {("BTC", date(2026, 3, 10)), ("BTC", date(2026, 3, 11))}
    for each in found.rows:
        assert each.old.venue == "bybit"
        assert each.new.eligible_venues == ["binance", "okx"]
        assert codes(each) == ["verdict_changed", "rulebook_changed"]
        assert each.causes[0].figures["tests"] == ["turnover_not_above_floor"]
        assert each.causes[1].figures == {
            "key": "turnover_floor_rub",
            "old_value": "100000000",
            "new_value": "150000000",
        }
    everything = diff(home, choose="highest", most=5)
    assert len(everything.rows) == 5
    assert everything.counts.not_shown == len(brute(home, "filed", "latest", choose="highest")) - 5


async def test_a_changed_official_rate_is_named(home: Rig) -> None:
    """A rate that the Bank of Russia restates moves the rubles of all coins whose days it is in force on."""
    data = small()
    rates = tuple(RateRow(row.effective_on, 1, "81") if row.effective_on == DAY else row for row in data.rates["USD"])
    freeze(home.home.published, "filed", "latest", None, home.now)
    async with _again(home, TwinData(data.markets, {"USD": rates}, demo=False)):
        published(home)
    found = diff(home)
    assert as_told(found) == brute(home, "filed", "latest")
    assert {each.coin for each in found.rows} == {"BTC", "ETH"}
    for each in found.rows:
        (cause,) = each.causes
        assert cause.code == "official_rate_changed"
        assert (cause.figures["old_rate"], cause.figures["new_rate"]) == ("80.13", "81")


async def test_a_ledger_tells_the_money_at_stake(home: Rig, run: Run, tmp_path: Path) -> None:
    """Only its rows, in its order, and quantity x difference exactly, in all."""
    await changed(home, restated(small(), "binance", "BTC", DAY, "60012.25"))
    ledger = tmp_path / "filed.csv"
    ledger.write_text(
        "reference,coin,date,quantity\n1,BTC,2026-03-13,0.5\n2,ETH,2026-03-13,1\n3,btc,2026-03-13,2\n"
        "4,BTC,2026-03-12,1\n5,NOPE,2026-03-12,1\n6,BTC,2026-03-13,\n7,BTC,soon,1\n",
        "utf-8",
    )
    status, out, _ = run("diff", "filed", "--rulebook", "own", "--batch", str(ledger), "--format", "json")
    assert status == 3
    told = json.loads(out)
    assert [row["operation"]["reference"] for row in told["rows"]] == ["1", "3", "6"]
    assert [row["operation"]["difference_rub"] for row in told["rows"]] == ["-90.14625", "-360.585", None]
    assert {cause["code"] for row in told["rows"] for cause in row["causes"]} == {"close_revised"}
    assert told["stake"] == {
        "rows": 7,
        "difference_rub": "-450.73125",
        "raised_rub": "0",
        "lowered_rub": "-450.73125",
        "lost_value_rub": "0",
        "gained_value_rub": "0",
        "without_quantity": 1,
    }
    page = run("diff", "filed", "--rulebook", "own", "--batch", str(ledger))[1]
    assert "3: BTC 2026-03-13" in page
    assert "Of 7 rows: -450.73 RUB in all" in page
    ledger.write_text("coin,date\nETH,2026-03-13\n", "utf-8")
    assert run("diff", "filed", "--rulebook", "own", "--batch", str(ledger))[0] == 0


async def test_a_rulebook_that_judges_by_coins_is_asked_day_by_day(home: Rig) -> None:
    """The same differences as by asking both about everything."""
    path = home.home.path / "rulebooks" / "own.toml"
    before = '[edition.turnover_scope]\nvalue = "venue"'
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, before.replace('"venue"', '"coin"')), "utf-8")
    published(home)
    await changed(home, restated(small(), "bybit", "BTC", DAY, "60034.5", times=1000))
    expected = brute(home, "filed", "latest")
    found = diff(home)
    assert as_told(found) == expected
    (row,) = found.rows
    assert (row.old.venue, row.new.venue) == ("binance", "bybit")
    assert codes(row) == ["choice_changed", "turnover_changed"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("diff", "nothing"), "unknown dataset 'nothing'; known: latest, filed, "),
        (("diff", "filed", "--rulebook", "other"), "filed: unknown rulebook 'other'; known: "),
        (("diff", "filed", "--choose", "nobody"), "filed: unknown choice 'nobody'"),
        (("diff", "filed", "--venue", "nobody"), "filed: unknown venue 'nobody'"),
        (("diff", "filed", "--from", "2026-03-02", "--to", "2026-03-01"), "--from 2026-03-02 is after --to 2026-03-01"),
        (("diff", "filed", "--coin", "NOPE"), "unknown coin 'NOPE'"),
        (("diff", "filed", "--coin", "BTC", "--batch", "x.csv"), "either --batch or --coin"),
    ],
)
def test_what_cannot_be_asked(home: Rig, run: Run, words: tuple[str, ...], told: str) -> None:
    """Exit status 2, one line that names the dataset and what is known."""
    freeze(home.home.published, "filed", "latest", None, home.now)
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert err.startswith(f"oracle: {told}")


class _again:  # noqa: N801 - reads as a word
    """A night that reads rates once more."""

    def __init__(self, home: Rig, data: TwinData) -> None:
        self._home, self._data = home, data

    async def __aenter__(self) -> None:
        self._home.now += timedelta(hours=1)
        outcome = await self._home.collect_all(
            self._data, venues=frozenset(("binance", "okx", "bybit")), again=True, since=DAY
        )
        assert outcome.failures == {}

    async def __aexit__(self, *_: object) -> None: ...


def test_a_changed_register_is_named(home: Rig) -> None:
    """A market that counts for another coin now: the one has lost it, the other one gained it, by the register."""
    freeze(home.home.published, "filed", "latest", None, home.now)
    own = '[[alias]]\ncode = "ETH"\nasset = "SATS"\nvenues = ["okx"]\nsource = "a letter"\n'
    (home.home.path / "aliases.toml").write_text(own, "utf-8")
    published(home)
    found = diff(home, first=DAY, last=DAY)
    assert as_told(found) == {key: each for key, each in brute(home, "filed", "latest").items() if key[1] == DAY}
    lost, gained = sorted(found.rows, key=lambda each: each.coin)
    assert (lost.coin, lost.old.eligible_venues, lost.new.eligible_venues) == ("ETH", ["binance", "okx"], ["binance"])
    assert (gained.coin, gained.kind, gained.new.market) == ("SATS", "gained", "SATS/USDT")
    for each in (lost, gained):
        assert codes(each)[0] == "register_changed"
        assert (each.causes[0].figures["old_meaning"], each.causes[0].figures["new_meaning"]) == ("ETH", "SATS")


async def test_a_venue_that_falls_below_the_floor_is_named(home: Rig) -> None:
    """The verdict before and after, the test that decided, and both turnovers."""
    await changed(home, restated(small(), "bybit", "BTC", DAY, "60034.5", times=0))
    (row,) = diff(home, choose="bybit,okx").rows
    assert (row.kind, row.old.venue, row.new.venue) == ("changed", "bybit", "okx")
    assert codes(row) == ["verdict_changed", "turnover_changed"]
    assert row.causes[0].figures["tests"] == ["turnover_not_above_floor"]
    assert row.causes[1].figures["new_turnover_rub"] == "0"


def test_both_languages_know_every_cause() -> None:
    """The same words with the same blanks in both, and words for whatever the code may say."""
    english, russian = (sheet(each, "differences") for each in ("en", "ru"))
    assert list(english) == list(russian)
    for key, text in english.items():
        blanks = [{name for _, name, _, _ in Formatter().parse(each) if name} for each in (text, russian[key])]
        assert blanks[0] == blanks[1], key
    said = re.findall(r'(?:Said\(|code = )"(\w+)"', inspect.getsource(causes))
    assert len(said) > 8
    assert {*said, "no_longer_there"} <= english.keys()
