"""How often venues were above the floor: `oracle venues --days-above` on the real days, and the README's table."""

import asyncio
import csv
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import stamina
from real import around_the_floor
from typer.testing import CliRunner

import oracle.commands.knowing  # noqa: F401 - the command joins the application
from oracle.commands.app import app
from oracle.errors import QuestionError
from oracle.settings import Home
from oracle.store.days_above import DaysAbove, days_above
from oracle.store.reads import Reads
from tests.conftest import Rig

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
README = (Path(__file__).resolve().parents[1] / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home with the days from 2022 of the venues around the floor."""
    stamina.set_testing(True, attempts=2, cap=True)
    rig, data = Rig(Home(tmp_path_factory.mktemp("above")).usable(), NOW), around_the_floor(shared)
    wish = {"venues": frozenset(data.markets), "since": date(2022, 1, 1)}
    assert asyncio.run(rig.collect_all(data, **wish)).failures == {}
    rig.publish()
    return rig


@pytest.fixture(scope="module")
def shares(home: Rig) -> dict[tuple[str, int], DaysAbove]:
    """By venue and year, under the statute."""
    with Reads(home.home.current) as reads:
        return {(row.venue, row.year): row for row in days_above(reads, "tax-code")}


# The table of the material's manifest, reckoned there by other means.
@pytest.mark.parametrize(
    ("venue", "percents"),
    [
        ("binance", {2022: 100, 2023: 92, 2025: 99}),
        ("bybit", {2022: 1, 2023: 2, 2024: 74, 2025: 68}),
        ("bitget", {2022: 0, 2023: 1, 2024: 22, 2025: 44}),
    ],
)
def test_shares_are_those_of_the_material(
    shares: dict[tuple[str, int], DaysAbove], venue: str, percents: dict[int, int]
) -> None:
    """The share of days above 100 billion rubles is, in whole percent, what the material's table says."""
    assert {year: shares[venue, year].percent for year in percents} == percents


def test_one_day_of_2024_stands_close_to_the_floor(shares: dict[tuple[str, int], DaysAbove]) -> None:
    """The material's table has 99 % for Binance in 2024, if rounded at most 364 days: here it is 365 of 366.

    Why it has fewer is not known; the day nearest above the floor is 2024-08-31 with 101.1 billion.
    """
    row = shares["binance", 2024]
    assert (row.above, row.days, row.open) == (365, 366, 0)
    assert str(row.share) == "0.9972"


def test_a_venue_without_turnover_has_open_days(shares: dict[tuple[str, int], DaysAbove]) -> None:
    """Coinbase's volume x close was above on 27 % of days in 2024: between the sure days and those with the open."""
    row = shares["coinbase", 2024]
    assert row.above / row.days < 0.27 < (row.above + row.open) / row.days
    assert row.above + row.not_above + row.open == row.days == 366


def test_it_prints_three_ways(home: Rig, shares: dict[tuple[str, int], DaysAbove]) -> None:
    """Text, JSON and CSV show the same counts; another rulebook has another floor."""

    def run(*words: str) -> str:
        ran = CliRunner().invoke(app, ["venues", "--days-above", "--home", str(home.home.path), *words])
        assert ran.exit_code == 0, ran.output
        return ran.output

    rows = json.loads(run("--format", "json"))
    assert {(row["venue"], row["year"]): row["above"] for row in rows} == {
        key: row.above for key, row in shares.items()
    }
    lines = list(csv.DictReader(io.StringIO(run("--format", "csv"))))
    assert [{**line} for line in lines] == [{key: str(value) for key, value in row.items()} for row in rows]
    text = run()
    assert re.search(r"bybit +2024 +2 +366 +271 +95 +0 +74 %", text)
    assert "100 000 000 000 RUB" in text
    assert "lower bound" in text
    assert {row["not_above"] for row in json.loads(run("--format", "json", "--rulebook", "hundred-million"))} == {0}


def test_a_reading_by_coins_has_no_venue_days(home: Rig) -> None:
    """A rulebook that judges coins' days, or that nobody knows, is refused with the next step."""
    with Reads(home.home.current) as reads:
        with pytest.raises(QuestionError, match="judges the days of coins, not of venues"):
            days_above(reads, "tax-code-per-coin")
        with pytest.raises(QuestionError, match="unknown rulebook 'nobodys'; known: "):
            days_above(reads, "nobodys")


def test_the_readmes_table_is_that_of_the_days(shares: dict[tuple[str, int], DaysAbove]) -> None:
    """Each cell of the README's table of days above the floor is what the command prints."""
    found = re.search(r"^\| markets read \| ([0-9 |]+)\|\n\|[- |]+\|\n((?:\|.*\|\n)+)", README, re.MULTILINE)
    if not found:
        pytest.skip("the README shows no table of days above the floor")
    years = [int(year) for year in found[1].split("|") if year.strip()]
    for line in found[2].splitlines():
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        venue = name.split()[0].rstrip(",").lower()
        assert cells == [_cell(shares.get((venue, year))) for year in years], name


def _cell(row: DaysAbove | None) -> str:
    if row is None:
        return "-"
    return f"{row.percent} %" + (f" (+{row.open} open)" if row.open else "")
