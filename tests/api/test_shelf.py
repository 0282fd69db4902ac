"""What was read of a published file answers again from memory: the same answers, byte for byte."""

import asyncio
import json
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.api.encoding import Encoder
from oracle.ask import Question, ask
from oracle.days import DAY
from oracle.errors import OracleError
from oracle.settings import Home
from oracle.store.history import History
from oracle.store.kept import Kept
from oracle.store.reads import Reads
from oracle.store.shelf import ColdError, Shelf, ShelfReads
from oracle.taxed import deal
from oracle.twin import TwinData
from oracle.venues import VENUES
from tests.api.conftest import Client
from tests.conftest import Rig
from tests.priced import FIRST, LAST, NOW, market, priced, two_venues
from tests.readings import publish_with_own, write

__all__ = ["priced"]
# Readings that mix scopes, ask for nothing before, or order the kinds of quote assets.
OWN: dict[str, dict[str, object]] = {
    "coin-turnover": {"turnover_scope": "coin"},
    "coin-publication": {"publication_scope": "coin"},
    "one-day": {"publication_years": 0, "minimum_coverage": "0", "turnover_scope": "coin", "publication_scope": "coin"},
    "final-only": {"finality_required": True, "turnover_scope": "coin"},
}
CHOICES = ["largest-turnover", "lowest", "highest", "as-tax-service", "okx,binance", "binance:*/EUR"]
QUESTIONS = st.builds(
    Question,
    coin=st.sampled_from(["BTC", "btc", "USDT", "ETH", "XBT", "LUNA", "NOPE", 'A"\\Б', "\U0001f642"]),
    day=st.dates(date(2021, 1, 1), LAST + 3 * DAY),
    venue=st.sampled_from([None, None, None, "binance", "OKX", "htx", "none"]),
    rulebook=st.sampled_from(
        ["tax-code", "tax-code-per-coin", "hundred-million", "hundred-million-per-coin", *OWN, "none"]
    ),
    choose=st.sampled_from(CHOICES),
    deal=st.sampled_from([None, deal("1.5", "100", "200")]),
    lang=st.sampled_from(["en", "ru"]),
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of three venues with readings of its own, and a coin that one venue alone lists."""
    rig = Rig(Home(tmp_path_factory.mktemp("shelf")).usable(), NOW)
    data = two_venues()
    markets = {**data.markets, "okx": (*data.markets["okx"], market("ETH", "USDT", 3_000, 10))}
    data = TwinData(markets, data.rates, demo=False)
    assert asyncio.run(rig.collect_all(data, venues=frozenset(("binance", "okx", "bybit")))).failures == {}
    for name, values in OWN.items():
        write(rig.home.path, name, **values)
    publish_with_own(rig)
    return rig.home.current


def _told(reads: Reads, question: Question, encoder: Encoder | None = None) -> str:
    try:
        if encoder and isinstance(reads, ShelfReads):
            return encoder.encoded(reads, question, NOW).decode()
        return ask(reads, question, NOW).model_dump_json()
    except OracleError as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("at_once", [False, True])
def test_memory_and_file_give_the_same_bytes(own: Path, *, at_once: bool) -> None:
    """Whatever is asked, whichever of it is in memory: what the file answers, an error as well.

    `at_once`: the markets of all coins have been read together.
    """
    encoder = Encoder()
    with Reads(own) as reads:
        shelf = Shelf(reads)
        if at_once:
            shelf.read_markets(reads)

        @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
        @given(QUESTIONS)
        def agree(question: Question) -> None:
            expected = _told(reads, question)
            behind = ShelfReads(shelf, reads)
            assert _told(behind, question) == expected
            assert _told(behind, question, encoder) == expected
            if "coin-" not in question.rulebook:
                assert _told(ShelfReads(shelf, reads), question, encoder) == expected

        agree()


def test_what_was_read_once_is_not_asked_for_again(priced: Rig) -> None:
    """The second question about a coin and a day needs no file; the first says that it does."""
    question = Question("BTC", date(2026, 3, 10))
    with Reads(priced.home.current) as reads:
        shelf, encoder = Shelf(reads), Encoder()
        with pytest.raises(ColdError):
            encoder.encoded(ShelfReads(shelf), question, NOW)
        first = encoder.encoded(ShelfReads(shelf, reads), question, NOW)
    assert encoder.encoded(ShelfReads(shelf), question, NOW) == first
    # The days around it came with it.
    near = Question("BTC", date(2026, 3, 10).fromordinal(date(2026, 3, 10).toordinal() // 16 * 16))
    assert json.loads(encoder.encoded(ShelfReads(shelf), near, NOW))["date"] == near.day.isoformat()


def test_the_history_of_a_coin_has_every_candle(priced: Rig) -> None:
    """Each day's candles and sums are those that the file tells, in the same order."""
    with Reads(priced.home.current) as reads:
        for coin in ("BTC", "USDT", "NOPE"):
            history, kind = History(reads, coin), "digital_currency" if coin == "BTC" else "stablecoin"
            for offset in (-1, 0, 1, 500, (LAST - FIRST).days, (LAST - FIRST).days + 1):
                day = FIRST + timedelta(offset)
                assert history.on(day) == reads.candles(coin, day)
                sums = [row for rows in reads.of_coin(coin).sums(day).values() for row in rows]
                assert history.sums(day, kind) == sums
            for venue in VENUES:
                days = reads.rows(
                    "SELECT DISTINCT day FROM candles WHERE coin = $coin AND venue = $venue",
                    {"coin": coin, "venue": venue},
                )
                assert history.days_of(venue) == {day for (day,) in days}


def test_days_read_together_are_those_read_one_by_one(own: Path) -> None:
    """A block of days tells of each what a question about that day alone tells."""
    with Reads(own) as reads:
        kept = Shelf(reads)
        kept.read_markets(reads)
        shelf = ShelfReads(kept, reads)
        for day in (date(2009, 1, 1), FIRST, date(2024, 2, 29), LAST, LAST + DAY):
            for name in ("values", "venue_days", "verdicts", "rates_in_force", "broken", "missing_markets"):
                assert getattr(shelf, name)(day) == getattr(reads, name)(day), name


def test_what_is_kept_is_bounded_in_bytes() -> None:
    """The values that were not asked for longest go; one that would take most of the room never comes in."""
    kept: Kept[str, str] = Kept(100)
    for name in "abcdefghij":
        kept.put(name, name, 10)
    assert kept.get("a") == "a"
    kept.put("k", "k", 12)
    assert [kept.get(name) for name in "abck"] == ["a", None, None, "k"]
    kept.put("large", "large", 13)
    assert (kept.get("large"), len(kept)) == (None, 92)
    kept.put("a", "again", 5)
    assert (kept.get("a"), len(kept), kept.newest()[0]) == ("again", 87, "a")


async def test_a_shelf_answers_many_at_a_time(client: Client, home: Home) -> None:
    """Questions that come together, about what is in memory and what is not, each get the answer to their own."""
    days = [date(2026, 3, day) for day in range(1, 13)]
    asked = [(coin, day) for _, coin, day in product(range(2), ("BTC", "USDT"), days)]
    found = await asyncio.gather(*(client(f"/v1/quotations/{coin}/{day}") for coin, day in asked))
    with Reads(home.current) as reads:
        for (coin, day), answer in zip(asked, found, strict=True):
            assert answer.body.decode() == ask(reads, Question(coin, day), NOW).model_dump_json()
