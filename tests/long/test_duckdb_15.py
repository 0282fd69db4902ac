"""What the README promises of older DuckDB: 1.5 opens a published file, and its macros give the rows of this one."""

import asyncio
import json
import subprocess
import venv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oracle.settings import Home
from oracle.twin.invented import invented
from tests.conftest import Rig
from tests.readings import publish_with_own
from tests.test_readme import _blocks

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
DAY = date(2026, 11, 20)
# Beside the README's own queries, every macro that judges or prices.
MORE = (
    f"FROM coin_verdicts_between('BTC', DATE '2026-11-15', DATE '{DAY}', 'tax-code') ORDER BY ALL",
    f"FROM quotations_between('ETH', DATE '2026-11-15', DATE '{DAY}', 'tax-code-per-coin') ORDER BY ALL",
    f"FROM quotation('BTC', DATE '{DAY}', 'tax-code-per-coin') ORDER BY ALL",
    f"FROM coin_turnover('BTC', DATE '{DAY}') ORDER BY ALL",
    f"FROM coin_publication('BTC', DATE '{DAY}') ORDER BY ALL",
    f"FROM official_rate('USD', DATE '{DAY}')",
    f"SELECT identity('kraken', 'LUNA', DATE '{DAY}')",
    "SELECT rulebook, verdict, count(*), min(turnover_rub_low) FROM verdicts GROUP BY ALL ORDER BY ALL",
    "FROM market_needs ORDER BY ALL",
)
_ASKER = """
import json, sys, duckdb
asked = json.load(sys.stdin)
assert duckdb.__version__.startswith("1.5."), duckdb.__version__
connection = duckdb.connect(asked["file"], read_only=True)
connection.execute("SET TimeZone = 'UTC'")
rows = [connection.execute(query).fetchall() for query in asked["queries"]]
print(json.dumps([[[str(each) for each in row] for row in found] for found in rows]))
"""


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment of its own that has DuckDB 1.5."""
    folder = tmp_path_factory.mktemp("duckdb-1.5")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "duckdb==1.5.*", "pytz"]
    installed = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if installed.returncode:
        pytest.skip(f"DuckDB 1.5 cannot be installed from the package registry: {installed.stderr.strip()[-200:]}")
    return python


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README's demo publishes: invented prices of all stand-in venues."""
    rig = Rig(Home(tmp_path_factory.mktemp("older")).usable(), NOW)
    outcome = asyncio.run(rig.collect_all(invented(NOW), venues=frozenset(("binance", "htx", "kraken")), since=DAY))
    assert outcome.failures == {}
    publish_with_own(rig)
    return rig.home.current


def test_duckdb_1_5_gives_the_rows_that_this_one_gives(older: Path, published: Path) -> None:
    """The README's queries and all macros, on the same file: row for row the same texts."""
    queries = [*_blocks("sql"), *MORE]
    asked = json.dumps({"file": str(published.resolve()), "queries": queries})
    told = subprocess.run(
        [str(older), "-c", _ASKER], input=asked, capture_output=True, text=True, timeout=300, check=False
    )
    assert told.returncode == 0, told.stderr[-2000:]
    with duckdb.connect(str(published), read_only=True) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        here: list[Any] = [
            [[str(each) for each in row] for row in connection.execute(query).fetchall()] for query in queries
        ]
    for query, ours, theirs in zip(queries, here, json.loads(told.stdout), strict=True):
        assert ours, query
        assert sorted(ours) == sorted(theirs), query
