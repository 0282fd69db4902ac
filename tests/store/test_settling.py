"""The store settles exactly the days that the law calls final."""

import tempfile
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.days import DAY as ONE_DAY
from oracle.days import Span
from oracle.law.finality import is_final
from oracle.store.writer import Store
from tests.store.test_taking import DAY, Desk, row

CLOSED = datetime.combine(DAY + ONE_DAY, time(), UTC)
# Hours after the close, and whether the day is told with another close than at first.
readings = st.dictionaries(st.integers(1, 32 * 24), st.booleans(), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None)
@given(readings)
def test_the_store_settles_what_the_law_calls_final(many: dict[int, bool]) -> None:
    """Whenever a day is read and whatever it tells: SQL and the law agree whether it is final."""
    at = sorted(many)
    moments = [CLOSED + timedelta(hours=hours) for hours in at]
    changes = [moment for moment, one, other in zip(moments[1:], at, at[1:], strict=False) if many[one] != many[other]]
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.duckdb") as store:
        desk = Desk(store)
        for hours, moment in zip(at, moments, strict=True):
            desk.take(row(close="102.00" if many[hours] else "101.50"), at=moment, span=Span(DAY, DAY))
        store.settle()
        ((waiting,),) = store.connection.execute("SELECT count(*) FROM readings").fetchall()
    changed = changes[-1] if changes else None
    assert (waiting == 0) is is_final(moments[0], changed, moments[-1], CLOSED)
