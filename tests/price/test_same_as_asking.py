"""A ledger's rows are what one question after the other would have said, under every reading and policy."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.law.choice import POLICIES, policy_named
from oracle.law.taxpayer import Entry, Standing, Taxpayer
from oracle.numbers import plain
from oracle.price.reading import How
from oracle.store.reads import Reads
from oracle.venues import VENUES
from tests.conftest import KNOWN, Rig
from tests.price.conftest import NOW, OWN, by_question, told

CHOICES = (
    *POLICIES,
    *("okx,binance", "htx", "okx:BTC/USDC,binance:*/EUR", "binance:*/JPY", "kraken:LUNA/USD,bybit,okx:*/USDT"),
)
DAYS = st.integers(0, 60).map(lambda back: (NOW.date() - timedelta(days=back - 2)).isoformat())
INSTANTS = st.datetimes(
    datetime(2024, 12, 15),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2025, 1, 17),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
).map(lambda at: at.isoformat(timespec="seconds"))
COINS = st.sampled_from(
    ("BTC", "btc", "ETH", "LUNA", "LUNC", "USDT", "ZZQX", "NOPE", "LUNA2", "XBT", "HOT", "usdc", "EUR", "БТЦ", "ß")
)
QUANTITIES = st.one_of(
    st.none(),
    st.decimals("0.000000000000000001", "999999", places=18).map(plain),
    st.sampled_from(("1", "0.5", "12.25")),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "coin": COINS,
            "date": st.one_of(
                DAYS, INSTANTS, st.sampled_from(("2009-01-01", "2008-12-31", "2022-07-01", "9999-12-31"))
            ),
            "quantity": QUANTITIES,
        }
    ),
    min_size=1,
    max_size=12,
)


def _compare(rig: Rig, rows: list[dict[str, Any]], how: How) -> None:
    found = told(rig, rows, how)
    assert len(found) == len(rows)
    with Reads(rig.home.current) as reads:
        for row, line in zip(rows, found, strict=True):
            expected = by_question(reads, row, how, rig.now)
            assert {name: line[name] for name in expected} == expected, row
            assert (line["coin"], line["quantity"] is None) == (row["coin"], row["quantity"] is None)
            assert (line["reason"] is None) == (line["status"] == "quoted")


@settings(max_examples=15, report_multiple_bugs=False)
@given(ROWS, st.sampled_from((*KNOWN.rulebooks, *OWN)), st.sampled_from(CHOICES), st.sampled_from((None, "okx", "htx")))
def test_a_row_is_what_the_question_says(
    home: Rig, rows: list[dict[str, Any]], rulebook: str, choose: str, venue: str | None
) -> None:
    """Status, choice, digits, trading day, rate and evidence, whatever is asked about."""
    _compare(home, rows, How(rulebook, choose, venue))


@pytest.mark.parametrize("rulebook", ["any", "any-eastern"])
def test_an_instant_has_the_date_that_the_rulebook_gives_it(home: Rig, rulebook: str) -> None:
    """A row near midnight is about the day that the question is about: at noon of Greenwich Kamchatka has tomorrow."""
    instants = ["2025-01-13T11:59:59Z", "2025-01-13T12:00:00Z", "2025-01-13T20:59:59.5Z", "2025-01-13T21:00:00Z"]
    # The last two are written in another way than most, and read one by one.
    rows = [
        {"coin": "BTC", "date": each, "quantity": "1"} for each in (*instants, "20250113T115959Z", "20250113T120000Z")
    ]
    _compare(home, rows, How(rulebook))
    days = {"any": [13, 13, 13, 14, 13, 13], "any-eastern": [13, 14, 14, 14, 13, 14]}[rulebook]
    assert [line["date"] for line in told(home, rows, How(rulebook))] == [f"2025-01-{day}" for day in days]


@pytest.mark.parametrize("rulebook", ["any", "any-market", "any-refuse", "any-listed", "any-fiat-first", "some"])
@pytest.mark.parametrize("choose", CHOICES)
def test_every_reading_with_every_policy(home: Rig, rulebook: str, choose: str) -> None:
    """The same with ties, absent pairs and refused stablecoins."""
    rows: list[dict[str, Any]] = [
        {"coin": "BTC", "date": "2025-01-14", "quantity": "1.5"},
        {"coin": "BTC", "date": "2025-01-05", "quantity": None},
        {"coin": "LUNA", "date": "2025-01-14", "quantity": "0.000000000000000001"},
    ]
    _compare(home, rows, How(rulebook, choose))


@pytest.mark.parametrize("rulebook", ["any", "any-coin"])
def test_a_taxpayers_policies_hold_by_their_dates(home: Rig, rulebook: str) -> None:
    """Each day is priced by the entry in force on it; before the first one there is no policy to choose by."""
    entries = tuple(
        Entry(first, policy_named(text, tuple(VENUES)))
        for first, text in ((date(2024, 12, 28), "lowest"), (date(2025, 1, 4), "okx"), (date(2025, 1, 9), "highest"))
    )
    how = How(rulebook, taxpayer=Standing(Taxpayer("own", "Own", entries)))
    days = [date(2024, 12, 28) + timedelta(days=at) for at in range(0, 18, 3)]
    _compare(home, [{"coin": "BTC", "date": day.isoformat(), "quantity": None} for day in days], how)
    (early,) = told(home, [{"coin": "BTC", "date": "2024-12-27"}], how)
    assert early["status"] == "no_policy"
