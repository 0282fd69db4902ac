"""A run leaves a source alone when it must, ends what is under way, keeps every try, and touches no other source."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from oracle.collect.breaker import COOL_DOWN
from oracle.collect.context import Sources
from oracle.collect.line import Access
from oracle.collect.pace import Paces
from oracle.errors import QuestionError
from oracle.twin import Fault, Twin, TwinData
from oracle.twin.faults import Kind
from oracle.twin.invented import many
from tests.collect.test_line import Steps
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
MARKETS = 40
OKX = frozenset(("okx",))
DATA = many(MARKETS, 20, "okx", NOW.date())
BOTH = TwinData({**DATA.markets, **many(3, 20, "binance", NOW.date()).markets}, DATA.rates, demo=False)


def tried(home: Rig) -> list[tuple[int, int]]:
    """Of OKX, the tries in the ledger and those of them that came to nothing."""
    query = "SELECT count(*), count(*) FILTER (outcome <> 'ok') FROM observations WHERE source = 'okx'"
    return home.stored(query)


class Served(Steps):
    """A timer by which each request that the twin has had took ten seconds."""

    def __init__(self, twin: Twin) -> None:
        super().__init__()
        self._twin = twin

    def now(self) -> float:
        """The instant."""
        return 10.0 * len(self._twin.requests)


async def test_a_deadline_starts_nothing_more_and_keeps_what_came(rig: Callable[..., Rig]) -> None:
    """After its minutes a run begins no request, ends those under way, says so; the next run has the rest."""
    home = rig(NOW)
    async with Twin(DATA, now=NOW) as twin:
        sources = Sources(twin.endpoints(), paced=False, deadline_minutes=3, paces=Paces(Served(twin)))
        outcome = await home.collect(twin, sources=sources, venues=OKX)
        served = [each for each in twin.requests if each.venue == "okx"]
        # 18 requests take the 3 minutes; not more than the 12 that were under way then come after them.
        assert 18 <= len(twin.requests) <= 18 + 12
        assert outcome.failures["okx"] == "stopped by its deadline; run again to go on"
        assert tried(home) == [(len(served), 0)]
        ((came,),) = home.stored("SELECT count(DISTINCT symbol) FROM candles")
        assert 0 < came < MARKETS
        again = await home.collect(twin, venues=OKX)
    assert again.failures == {}
    assert home.stored("SELECT count(DISTINCT symbol) FROM candles") == [(MARKETS,)]


@pytest.mark.parametrize("kind", ["403", "418", "country"])
async def test_every_try_before_a_refusal_is_in_the_ledger(rig: Callable[..., Rig], kind: Kind) -> None:
    """A refusal in the middle stops the venue, not what is under way: as many tries are kept as were sent."""
    home = rig(NOW)
    async with Twin(BOTH, now=NOW, faults=[Fault("okx", kind, path="candles", times=None, after=5)]) as twin:
        outcome = await home.collect(twin, venues=frozenset(("okx", "binance")))
        served = [each for each in twin.requests if each.venue == "okx"]
    assert set(outcome.failures) == {"okx"}
    assert len(served) <= 1 + 5 + 12
    ((kept, refused),) = tried(home)
    assert (kept, refused) == (len(served), len([each for each in served if each.status != 200]))
    assert home.stored("SELECT count(DISTINCT symbol) FROM candles WHERE venue = 'binance'") == [(3,)]


async def test_the_breaker_leaves_a_silent_venue_alone_and_probes_it_later(rig: Callable[..., Rig]) -> None:
    """Three questions without an answer end the venue's run, not the others'; the next runs wait for the cool-down."""
    home, timer = rig(NOW), Steps()
    venues = frozenset(("okx", "binance"))
    async with Twin(BOTH, now=NOW, faults=[Fault("okx", "5xx", path="candles", times=None)]) as twin:
        sources = Sources(twin.endpoints(), paced=False, paces=Paces(timer))
        outcome = await home.collect(twin, sources=sources, venues=venues)
        assert set(outcome.failures) == {"okx"}
        assert "left alone after" in outcome.failures["okx"]
        assert "503: the source is in trouble" in outcome.failures["okx"]
        # The list, and 5 tries for each question: 12 side by side, and 2 begun by those who gave up first.
        assert len([each for each in twin.requests if each.venue == "okx"]) <= 1 + 14 * 5
        assert home.stored("SELECT count(DISTINCT symbol) FROM candles WHERE venue = 'binance'") == [(3,)]
        twin.faults.clear()
        twin.requests.clear()
        barred = await home.collect(twin, sources=sources, venues=venues)
        assert "left alone after" in barred.failures["okx"]
        assert [each for each in twin.requests if each.venue == "okx"] == []
        timer.time += COOL_DOWN
        healed = await home.collect(twin, sources=sources, venues=venues)
    assert healed.failures == {}
    assert home.stored("SELECT count(DISTINCT symbol) FROM candles WHERE venue = 'okx'") == [(MARKETS,)]


async def test_a_source_that_is_switched_off_is_not_asked(rig: Callable[..., Rig]) -> None:
    """`enabled = false` leaves a venue and the Bank out of a run; to want it by name is the asker's error."""
    home = rig(NOW)
    own = {name: Access(enabled=False) for name in ("okx", "cbr")}
    async with Twin(BOTH, now=NOW) as twin:
        sources = Sources(twin.endpoints(), paced=False, own=own)
        await home.collect(twin, sources=sources, since=NOW.date().replace(day=1), coins=frozenset(("C0001",)))
        assert {"okx", "cbr"}.isdisjoint(each.venue for each in twin.requests)
        assert "binance" in {each.venue for each in twin.requests}
        with pytest.raises(QuestionError, match=r"okx is switched off by sources\.okx\.enabled"):
            await home.collect(twin, sources=sources, venues=OKX)
