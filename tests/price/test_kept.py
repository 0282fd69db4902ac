"""What is kept of pairs between ledgers never tells anything else than pricing them anew would."""

from datetime import datetime, timedelta

import msgspec
import pytest

from oracle.price.kept import Kept
from oracle.price.ledger import of_json
from oracle.price.many import priced
from oracle.price.reading import How
from oracle.price.writing import FORMATS, PIECE, written
from oracle.store.reads import Reads
from tests.conftest import Rig

DAYS = ["2025-01-14", "2025-01-15", "2025-01-16", "2024-12-10", "2022-01-01"]
ROWS = [{"coin": coin, "date": day, "quantity": "0.5"} for coin in ("BTC", "eth", "NOPE", "HOT", "") for day in DAYS]


def _written(rig: Rig, form: str, how: How, now: datetime, kept: Kept | None, rows: list[dict[str, str]]) -> bytes:
    with (
        Reads(rig.home.current) as reads,
        priced(reads, of_json(msgspec.json.encode(rows), 10**6), how, now, kept) as found,
    ):
        return written(found, form)


@pytest.mark.parametrize("form", FORMATS)
def test_the_second_time_says_what_the_first_said(home: Rig, form: str) -> None:
    """Byte for byte, under readings and languages that take turns, with rows that are new among those that are not."""
    kept = Kept()
    for rows in (ROWS[::2], ROWS, ROWS[::-1]):
        for how in (
            How("any"),
            How("any", "lowest"),
            How("any", venue="okx"),
            How("any-market"),
            How("any", lang="ru"),
        ):
            fresh = _written(home, form, how, home.now, None, rows)
            assert _written(home, form, how, home.now, kept, rows) == fresh


def test_a_day_that_was_not_over_is_looked_at_again(home: Rig) -> None:
    """Nothing is kept of it, and a question about the past does not get what was found later."""
    kept, instants = Kept(), [home.now, home.now + timedelta(days=3), home.now - timedelta(days=1), home.now]
    for now in instants:
        fresh = _written(home, "ndjson", How("any"), now, None, ROWS)
        assert _written(home, "ndjson", How("any"), now, kept, ROWS) == fresh


def test_what_is_kept_is_bounded(home: Rig) -> None:
    """With room for nothing the answer is the same."""
    kept = Kept(limit=1)
    assert _written(home, "json", How("any"), home.now, kept, ROWS) == _written(
        home, "json", How("any"), home.now, kept, ROWS
    )
    assert not kept.shelf(("nothing",), home.now)


def test_many_rows_keep_their_order(home: Rig) -> None:
    """Over the borders of pieces and halves each row has its own reference and value, bad rows in their places."""
    count = 5 * PIECE + 7
    rows = [
        {"coin": "BTC", "date": "2025-01-14", "quantity": str(at % 977), "reference": f"{at}"} for at in range(count)
    ]
    told = msgspec.json.decode(_written(home, "json", How("any"), home.now, None, rows))
    assert [row["reference"] for row in told] == [str(at) for at in range(count)]
    assert [row["quantity"] for row in told] == [str(at % 977) for at in range(count)]
    assert {row["status"] for row in told[::977]} == {"malformed"}
    assert len({row["value_rub"] for row in told}) == 977
