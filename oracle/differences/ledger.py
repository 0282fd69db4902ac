"""A filed ledger in both datasets: the rows that are answered otherwise, why, and the money at stake."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import pyarrow as pa

from oracle.answer_differences import Difference, Differences, Operation, Stake
from oracle.differences.asked import Found, Told, Wanted
from oracle.differences.compare import Comparison, Named, less
from oracle.differences.sets import Pair
from oracle.numbers import EXACT, plain
from oracle.price.many import priced
from oracle.store.reads import Reads

_COLUMNS = ("reference", "coin", "asset", "date", "status", "venue", "market", "rub", "quantity", "value_rub")


class Row(NamedTuple):
    """What is taken of a priced row."""

    reference: str | None
    coin: str | None
    asset: str | None
    date: date | None
    status: str
    venue: str | None
    market: str | None
    rub: str | None
    quantity: str | None
    value_rub: str | None

    @property
    def taken(self) -> tuple[str | None, ...]:
        """What must be the same in both."""
        return self.asset if self.rub else None, self.venue, self.market, self.rub


def compare_ledger(old: Named, new: Named, wanted: Wanted, ledger: pa.Table, now: datetime) -> Differences:
    """The rows of `price.ledger`'s table that are answered otherwise, in their order, the first `most` explained."""
    with Comparison(old, new, wanted, now) as both:
        before, after = (_rows(both, reads, ledger) for reads in (both.old, both.new))
        pairs = {(row.asset, row.date) for rows in (before, after) for row in rows if row.asset and row.date}
        found = {(each.asset, each.day): each for each in both.differing(pairs)[0]}
        differing = list(_differing(before, after, found))
        explained: dict[tuple[str, Pair], Difference] = {}
        rows = []
        for was, now_is, what in differing[: wanted.most]:
            key = str(was.coin), (what.asset, what.day)
            if key not in explained:
                explained[key] = both.explained(what, was.coin)
            rows.append(explained[key].model_copy(update={"operation": _operation(was, now_is)}))
        kinds = [what.kind for _, _, what in differing]
        told = both.document({kind: kinds.count(kind) for kind in kinds}, rows)
        stake = _stake(len(ledger), [(was, now_is) for was, now_is, _ in differing])
        return told.model_copy(update={"stake": stake})


def _rows(both: Comparison, reads: Reads, ledger: pa.Table) -> list[Row]:
    with priced(reads, ledger, both.wanted.how, both.now) as told:
        columns = told.table().select(_COLUMNS)
    return [Row(*each) for each in zip(*(column.to_pylist() for column in columns.columns), strict=True)]


def _differing(before: list[Row], after: list[Row], found: Mapping[Pair, Found]) -> Iterator[tuple[Row, Row, Found]]:
    """Rows whose quotation is another, or of whose coin and day other venues may be chosen."""
    for was, now_is in zip(before, after, strict=True):
        if was.date is None:
            continue
        what = found.get((str(was.asset), was.date)) if was.asset == now_is.asset else None
        if what is None and was.taken != now_is.taken:
            # The name means another coin than it did, or nothing.
            what = Found(str(now_is.asset or was.asset or was.coin), was.date, _told(was), _told(now_is))
        if what is not None:
            yield was, now_is, what


def _told(row: Row) -> Told:
    return Told(row.venue, row.market, row.rub, (row.venue,) if row.venue else ())


def _operation(was: Row, now_is: Row) -> Operation:
    return Operation(
        reference=was.reference,
        coin=str(was.coin),
        quantity=was.quantity,
        old_value_rub=was.value_rub,
        new_value_rub=now_is.value_rub,
        difference_rub=less(now_is.value_rub, was.value_rub),
    )


def _stake(count: int, differing: list[tuple[Row, Row]]) -> Stake:
    values = [
        (was.value_rub and Decimal(was.value_rub), now_is.value_rub and Decimal(now_is.value_rub))
        for was, now_is in differing
    ]
    apart = [EXACT.subtract(after, before) for before, after in values if before and after]
    return Stake(
        rows=count,
        difference_rub=_sum(apart),
        raised_rub=_sum([each for each in apart if each > 0]),
        lowered_rub=_sum([each for each in apart if each < 0]),
        lost_value_rub=_sum([before for before, after in values if before and not after]),
        gained_value_rub=_sum([after for before, after in values if after and not before]),
        without_quantity=sum(was.quantity is None for was, _ in differing),
    )


def _sum(amounts: list[Decimal]) -> str:
    total = Decimal(0)
    for each in amounts:
        total = EXACT.add(total, each)
    return plain(total)
