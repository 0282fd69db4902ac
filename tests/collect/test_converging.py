"""However a collection is cut up, and whatever goes wrong in between: it converges to the same tables."""

import asyncio
import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from oracle.settings import Home
from oracle.twin import Fault, Twin, TwinData
from oracle.twin.faults import ROW_FAULTS, WIRE_FAULTS, Kind
from oracle.twin.invented import many
from tests.conftest import Rig

NOW = datetime(2026, 6, 30, 18, 26, tzinfo=UTC)
LAST = date(2026, 6, 29)
DAYS = 320
NAMES = ("okx", "coinbase", "binance")
WISH = frozenset(NAMES)
KINDS: tuple[Kind, ...] = tuple(kind for kind in (*ROW_FAULTS, *WIRE_FAULTS) if kind not in ("other_market", "slow"))


@cache
def data() -> TwinData:
    """One market of each venue, for longer than a page of two of them."""
    parts = {name: many(1, DAYS, name, until=NOW.date() + timedelta(days=2)) for name in NAMES}
    return TwinData({name: part.markets[name] for name, part in parts.items()}, parts["okx"].rates, demo=True)


async def collected(runs: list[dict[str, Any]], faults: list[list[Fault]]) -> dict[str, list[Any]]:
    """The published tables after these runs, each with its faults, one whole run without any and two quiet nights.

    A venue that tells nothing of its newest day is believed until the second reading, and a figure that comes then is
    provisional until its own.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Rig(Home(Path(folder)).usable(), NOW)
        async with Twin(data(), now=NOW, gzip=False) as twin:
            for wish, broken in zip([*runs, {}], [*faults, []], strict=True):
                twin.faults = broken
                await home.collect(twin, **{"venues": WISH, **wish})
            for night in (1, 2):
                home.now = twin.now = NOW + timedelta(days=night)
                await home.collect(twin, venues=WISH)
        home.publish()
        figures = home.figures()
        # The list of all currencies tells, beside, rates of the days on which a run happened to ask for it.
        return figures | {"rates": [row for row in figures["rates"] if row[0] in ("USD", "EUR")]}


@cache
def undisturbed() -> dict[str, list[Any]]:
    """What one collection in one go gives."""
    return asyncio.run(collected([], []))


days = st.integers(0, DAYS + 400).map(lambda back: LAST - timedelta(days=back))
pairs = st.tuples(days, days)
spans: st.SearchStrategy[dict[str, Any]] = pairs.map(lambda pair: {"since": min(pair), "until": max(pair)})
alone: list[dict[str, Any]] = [{}, *({"venues": frozenset((name,))} for name in NAMES)]
wishes = spans | st.sampled_from(alone)
broken = st.builds(
    Fault,
    st.sampled_from((*NAMES, "cbr")),
    st.sampled_from(KINDS),
    times=st.sampled_from((1, 2, 5, None)),
    after=st.integers(0, 5),
    seconds=st.just(0.0),
)


Plan = list[tuple[dict[str, Any], list[Fault]]]


def can_be_told(plan: Plan) -> bool:
    """Whether no source says twice that it has nothing: what is told twice is believed, as of a market that halted."""
    silences = [fault for _, faults in plan for fault in faults if fault.kind == "empty"]
    return all(each.times == 1 for each in silences) and len({each.venue for each in silences}) == len(silences)


plans: st.SearchStrategy[Plan] = st.lists(st.tuples(wishes, st.lists(broken, max_size=3)), max_size=4)
plans = plans.filter(can_be_told)
# The newest day, told to be without deals where it had some.
SILENT: Plan = [({"since": LAST, "until": LAST}, [Fault("okx", "empty")])]


def converges(plan: Plan) -> None:
    """Fail unless the tables are those of one go."""
    found = asyncio.run(collected([wish for wish, _ in plan], [faults for _, faults in plan]))
    for table, rows in undisturbed().items():
        assert found[table] == rows, table


@settings(max_examples=4)  # tests/long tries more
@example(SILENT)
@given(plans)
def test_any_runs_in_any_order_with_any_faults_converge(plan: Plan) -> None:
    """Parts of the range, single venues, any order, any faults: two quiet nights later all is as after one go."""
    converges(plan)
