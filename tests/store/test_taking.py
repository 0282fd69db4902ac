"""What the store makes of a page: exact figures, each check, revisions with both figures, nothing twice."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.collect.read import read
from oracle.days import Span, opening_ms
from oracle.store.writer import Store
from oracle.terms import CandlePage, Observation

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
DAY = date(2026, 3, 10)


@dataclass
class Desk:
    """A store that takes Binance pages of one market."""

    store: Store
    batches: int = field(default=0)

    def take(self, *rows: list[Any], at: datetime = NOW, span: Span | None = None) -> None:
        """Record one page with these rows."""
        self.batches += 1
        observation = Observation(
            source="binance",
            kind="candles",
            subject="BTCUSDT",
            span=span or Span(DAY - timedelta(days=3), DAY + timedelta(days=3)),
            url="http://127.0.0.1/api/v3/klines",
            status=200,
            headers=(),
            asked_at=at,
            received_at=at,
            body=json.dumps(rows).encode(),
        )
        self.store.record(f"batch-{self.batches}", [observation], [read(observation)])

    def candles(self, columns: str) -> list[Any]:
        """Rows of the candles, oldest knowledge first."""
        query = f"SELECT {columns} FROM candles ORDER BY day, known_from"
        return self.store.connection.execute(query).fetchall()

    def quarantine(self) -> list[Any]:
        """Reasons and counts of what broke a check."""
        return self.store.connection.execute("SELECT reason, seen FROM quarantine ORDER BY ALL").fetchall()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty store."""
    with Store(tmp_path / "store.duckdb") as store:
        yield Desk(store)


def row(day: date = DAY, **other: str) -> list[Any]:
    """A sound Binance kline of a day."""
    given_values = {
        "open": "100.00",
        "high": "103.00",
        "low": "99.00",
        "close": "101.50",
        "base": "2",
        "turnover": "202",
    }
    values = given_values | other
    opened = opening_ms(day, timedelta())
    prices = [values[name] for name in ("open", "high", "low", "close", "base")]
    return [opened, *prices, opened + 86_399_999, values["turnover"], 7, "1", "100", "0"]


def test_digits_and_literals_are_kept(desk: Desk) -> None:
    """The number is exact and the literal is what came, trailing zeros and all."""
    desk.take(row(close="100.123456789012345678", base="2.10", turnover="210.0"))
    assert desk.candles("close, close_literal, base_volume_literal, turnover_literal, turnover_low, turnover_high") == [
        (Decimal("100.123456789012345678"), "100.123456789012345678", "2.10", "210.0", Decimal(210), Decimal(210))
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"close": "0"}, "close_not_positive"),
        ({"close": "104"}, "prices_out_of_order"),
        ({"low": "100.01"}, "prices_out_of_order"),
        ({"open": "98.99"}, "prices_out_of_order"),
        ({"turnover": "206.02"}, "turnover_out_of_range"),
        ({"turnover": "197.98"}, "turnover_out_of_range"),
        ({"turnover": "0.00"}, "turnover_out_of_range"),
        ({"close": "NaN"}, "not_a_number"),
        ({"base": "2,5"}, "not_a_number"),
        ({"close": "1_01.5"}, "not_a_number"),
        ({"close": " 101.5"}, "not_a_number"),
        ({"base": "-2"}, "not_a_number"),
        ({"close": ""}, "not_a_number"),
        ({"close": "101.1234567890123456789"}, "too_many_digits"),
        ({"high": "1" + "0" * 25}, "too_many_digits"),
        ({"turnover": "1e31"}, "too_many_digits"),
    ],
)
def test_a_broken_row_is_kept_with_the_check_that_it_breaks(desk: Desk, changes: dict[str, str], reason: str) -> None:
    """It is quarantined as received, its neighbour is taken."""
    desk.take(row(DAY, **changes), row(DAY + timedelta(days=1)))
    assert desk.quarantine() == [(reason, 1)]
    assert desk.candles("day") == [(DAY + timedelta(days=1),)]
    ((received,),) = desk.store.connection.execute("SELECT received FROM quarantine").fetchall()
    assert set(changes.values()) <= set(json.loads(received))


@pytest.mark.parametrize(
    "changes",
    [
        {"turnover": "205.9999"},
        {"turnover": "206.00"},
        # volume rounded to the eighth digit: 0.00000001 may have been nearly 0.000000015
        {"base": "0.00000001", "turnover": "0.00000151"},
        {"base": "0", "turnover": "0"},
        {"base": "2E0", "turnover": "2.02e2"},
        {"close": "1.015E2"},
        # JSON doubles summed by the venue
        {
            "open": "100.1",
            "high": "100.1",
            "low": "100.1",
            "close": "100.1",
            "base": "30.722",
            "turnover": "3075.2722000000003",
        },
    ],
)
def test_a_row_within_the_digits_received_is_sound(desk: Desk, changes: dict[str, str]) -> None:
    """The checks do not ask for more precision than the venue publishes; an exponent is a number."""
    desk.take(row(DAY, **changes))
    assert desk.quarantine() == []
    assert len(desk.candles("day")) == 1


def test_an_opening_off_the_boundary_is_no_day(desk: Desk) -> None:
    """A candle from 16:00 UTC is not the venue's day, whatever it says."""
    shifted = row()
    shifted[0] -= 8 * 3_600_000
    desk.take(shifted)
    assert (desk.quarantine(), desk.candles("day")) == ([("opening_off_boundary", 1)], [])


def test_the_running_day_is_not_taken(desk: Desk) -> None:
    """Asked for or not, a day that has not closed by the clock is no figure."""
    desk.take(row(NOW.date()), span=Span(DAY, NOW.date()))
    desk.take(row(NOW.date()), span=Span(DAY, DAY))
    assert desk.quarantine() == [("day_not_closed", 1)]
    assert desk.candles("day") == []


def test_two_figures_for_one_day_are_both_refused(desk: Desk) -> None:
    """Neither of two conflicting rows is chosen; a row told twice alike is one."""
    tomorrow = DAY + timedelta(days=1)
    desk.take(row(), row(close="102"), row(tomorrow), row(tomorrow))
    assert desk.quarantine() == [("conflicting_duplicate", 1), ("conflicting_duplicate", 1)]
    assert desk.candles("day") == [(tomorrow,)]


def test_rows_outside_of_the_question_are_left(desk: Desk) -> None:
    """A page that reaches further back than asked gives only the days asked for."""
    desk.take(row(DAY - timedelta(days=4)), row(), span=Span(DAY, DAY))
    assert desk.candles("day") == [(DAY,)]


def test_a_revision_keeps_both_figures(desk: Desk) -> None:
    """When a venue restates a day the newer figure counts, the older stays with its end, nothing else moves."""
    tomorrow = DAY + timedelta(days=1)
    later = NOW + timedelta(hours=1)
    desk.take(row(), row(tomorrow))
    desk.take(row(turnover="203"), row(tomorrow), at=later)
    assert desk.candles("day, turnover_quote, known_from, known_to IS NULL") == [
        (DAY, Decimal(202), NOW, False),
        (DAY, Decimal(203), later, True),
        (tomorrow, Decimal(202), NOW, True),
    ]
    ended = desk.store.connection.execute("SELECT known_to FROM candles WHERE known_to IS NOT NULL").fetchall()
    assert ended == [(later,)]


def test_a_clock_that_went_back_does_not_end_a_figure_before_it_began(desk: Desk) -> None:
    """The newer observation counts even if the clock says that it is older; times stay in order."""
    desk.take(row())
    desk.take(row(turnover="203"), at=NOW - timedelta(hours=1))
    (old, new) = desk.candles("turnover_quote, known_from, known_to")
    assert (old[0], new[0]) == (Decimal(202), Decimal(203))
    assert old[1] < old[2] <= new[1]
    assert new[2] is None


def test_the_same_violation_is_counted_not_heaped(desk: Desk) -> None:
    """Seen in three observations it is one record; then it is no longer worth asking again."""
    for _ in range(3):
        desk.take(row(close="0"))
    assert desk.quarantine() == [("close_not_positive", 3)]
    assert desk.store.quarantined("binance") == {}


def test_an_error_takes_nothing_of_a_batch(desk: Desk) -> None:
    """A batch goes in whole or not at all: after a failure the store is as before and takes the next."""
    desk.take(row())
    observation = Observation(
        "binance", "candles", "BTCUSDT", Span(DAY, DAY), "http://127.0.0.1", 200, (), NOW, NOW, b"[]"
    )
    broken = CandlePage(observation, "no table", None, 0, 0, 0, Span(DAY, DAY))
    with pytest.raises(AttributeError):
        desk.store.record("broken", [observation], [broken])
    assert desk.store.connection.execute("SELECT count(*) FROM observations").fetchall() == [(1,)]
    assert desk.store.recorded() == {"batch-1"}


class Halting(list[Observation]):
    """Observations that are handed out only when somebody says so: the batch stays half-way in until then."""

    def __init__(self, observations: list[Observation]) -> None:
        super().__init__(observations)
        self.reached, self.go = threading.Event(), threading.Event()

    def __iter__(self) -> Iterator[Observation]:
        """Wait for the word."""
        self.reached.set()
        self.go.wait()
        return super().__iter__()


def test_the_store_answers_while_a_batch_is_half_way_in(desk: Desk) -> None:
    """Another thread's questions see the store as it was before the batch, and disturb neither it nor themselves."""
    desk.take(row())
    halting = Halting(
        [Observation("binance", "candles", "X", Span(DAY, DAY), "http://127.0.0.1", 500, (), NOW, NOW, b"")]
    )
    recorder = threading.Thread(target=desk.store.record, args=("batch-2", halting, []))
    recorder.start()
    halting.reached.wait()
    assert desk.store.recorded() == {"batch-1"}
    assert list(desk.store.answered("binance")) == ["BTCUSDT"]
    halting.go.set()
    recorder.join()
    assert desk.store.recorded() == {"batch-1", "batch-2"}


prices = st.decimals(min_value="0.000001", max_value=10**6, places=6)


@settings(max_examples=10)
@given(st.lists(st.tuples(prices, prices, prices, prices, prices), min_size=1, max_size=12))
def test_sound_rows_are_taken_and_broken_ones_are_not(many: list[tuple[Decimal, ...]]) -> None:
    """Whatever the prices: a row is taken exactly when low <= open, close <= high holds in exact arithmetic."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.duckdb") as store:
        desk = Desk(store)
        rows, expected = [], set()
        for at, (open_, high, low, close, base) in enumerate(many):
            day = DAY - timedelta(days=at)
            names = {"open": open_, "high": high, "low": low, "close": close, "base": base, "turnover": base * close}
            rows.append(row(day, **{name: f"{value:f}" for name, value in names.items()}))
            if low <= open_ <= high and low <= close <= high:
                expected.add((day, close))
        desk.take(*rows, span=Span(DAY - timedelta(days=20), DAY))
        assert set(desk.candles("day, close")) == expected
