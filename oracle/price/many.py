"""A ledger priced: what is found of its pairs is told in all rows that ask about them, whole or piece by piece."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from oracle.numbers import kopecks, plain, times
from oracle.price.finding import Finding
from oracle.price.kept import Kept, Told
from oracle.price.pairs import Pair, pairs_of
from oracle.price.reading import How
from oracle.price.row import PricedRow
from oracle.store.bulk import aside, bulk
from oracle.store.reads import Reads

COLUMNS = tuple(PricedRow.model_fields)
# What is of the row: two columns before, and three amid those that all rows of a pair share.
OWN = ("reference", "coin", "quantity", "value_rub", "value_rub_kopecks")
HEAD = COLUMNS[COLUMNS.index("coin") + 1 : COLUMNS.index("quantity")]
TAIL = COLUMNS[COLUMNS.index("value_rub_kopecks") + 1 :]
_DATES = {"date", "trading_day", "rate_effective_on", "edition"}
_TYPES: dict[str, Any] = {
    **dict.fromkeys(_DATES, pa.date32()),
    **dict.fromkeys(("opens_at", "closes_at"), pa.timestamp("us")),
    **dict.fromkeys(("final", "demo"), pa.bool_()),
    "rate_nominal": pa.int32(),
}
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in (*HEAD, *TAIL)])
_OWN = ["n", "reference", "coin", "quantity", "row_fault"]
# From so many rows on, two threads are worth their while.
_HALVED = 16_384
_AMOUNTS = "{price_amounts.sql}"


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows: own columns as they were selected, what pairs share, and where each row finds it."""

    own: pa.Table
    shared: pa.Table
    of_row: pa.Array


class Priced:
    """The rows of a ledger in the asker's order.

    `table` and `texts` must be called while the block of `priced` runs; what they give needs it no more.
    """

    def __init__(self, finding: Finding, asked: pa.Table) -> None:
        self._finding, self._asked = finding, asked
        self._pairs = pairs_of(finding.tables, asked, finding.book)
        self._counted: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._asked)

    def statuses(self) -> dict[str, int]:
        """How many of the rows told so far have which status, the most frequent first."""
        return dict(sorted(self._counted.items(), key=lambda each: (-each[1], each[0])))

    def table(self) -> pa.Table:
        """All columns, exact amounts as text."""
        self._finding.find(self._pairs.pairs)
        names = ", ".join((*HEAD, *TAIL))
        told = self._finding.tables.table(f"SELECT {names} FROM price_told ORDER BY number").cast(SCHEMA)  # noqa: S608
        found = self._rows(", ".join(OWN[2:]), told)
        shared = found.shared.take(found.of_row)
        columns = {name: shared.column(name) for name in SCHEMA.names}
        columns |= {name: self._asked.column(name) for name in OWN[:2]}
        columns |= {name: found.own.column(name) for name in OWN[2:]}
        self._count(columns["status"])
        return pa.table({name: columns[name] for name in COLUMNS})

    def texts(self, form: str, head: str, tail: str, own: str) -> Rows:
        """All rows, with `head` and `tail` of pairs as texts.

        `head`, `tail`: SQL over what the rows of a pair share; `own`: what is selected of a row's own columns.
        """
        found = self._told(form, head, tail)
        kinds = {"head": pa.large_string(), "tail": pa.large_string(), "rub": pa.string(), "status": pa.string()}
        columns = zip(*found, strict=True) if found else ((), (), (), ())
        shared = pa.table(
            {name: pa.array(each, kind) for (name, kind), each in zip(kinds.items(), columns, strict=True)}
        )
        rows = self._rows(own, shared, f"{head} AS head, {tail} AS tail, rub, status")
        self._count(rows.shared.column("status").take(rows.of_row))
        return rows

    def _told(self, form: str, head: str, tail: str) -> list[Told]:
        finding, pairs = self._finding, self._pairs.pairs
        key = finding.key, form
        known: dict[Pair, Told] = finding.kept.shelf(key, finding.now)
        missing = [pair for pair in pairs if pair not in known]
        if missing:
            finding.find(missing)
            select = f"SELECT {head}, {tail}, rub, status FROM price_told ORDER BY number"  # noqa: S608 - our own names
            new = dict(zip(missing, map(Told._make, finding.tables.rows(select)), strict=True))
            finding.kept.put(key, new, finding.now)
            return [new.get(pair) or known[pair] for pair in pairs]
        return [known[pair] for pair in pairs]

    def _rows(self, own: str, shared: pa.Table, bad: str = "*") -> Rows:
        """The rows; bad ones find what they share with nobody after the pairs, by `bad` out of SCHEMA."""
        of_row = self._pairs.of_row
        found = self._own(own, shared.column("rub").take(of_row))
        faults = found.column("fault").combine_chunks()
        if faults.null_count == len(faults):
            return Rows(found, shared, of_row)
        at = pc.indices_nonzero(pc.is_valid(faults)).to_pylist()
        told = [self._bad(each, str(faults[each])) for each in at]
        with aside() as tables:
            tables.put("price_bad", pa.Table.from_pylist(told, SCHEMA))
            more = tables.table(f"SELECT {bad} FROM price_bad").cast(shared.schema)  # noqa: S608 - our own names
        places = pa.array(range(len(shared), len(shared) + len(at)), of_row.type)
        return Rows(found, pa.concat_tables([shared, more]), pc.replace_with_mask(of_row, pc.is_valid(faults), places))

    def _own(self, own: str, rubles: pa.ChunkedArray) -> pa.Table:
        """`own` of the rows' own columns, with `fault`; many rows in two halves at the same time."""
        rows = self._asked.select(_OWN)
        for name in ("code_missing", "day_missing"):
            rows = rows.append_column(name, getattr(self._pairs, name))
        rows = rows.append_column("rub", rubles)
        if len(rows) < _HALVED:
            return _amounts(rows, own)
        half = len(rows) // 2
        with ThreadPoolExecutor(2, "amounts") as pool:
            return pa.concat_tables(pool.map(_amounts, (rows.slice(0, half), rows.slice(half)), (own, own)))

    def _bad(self, at: int, code: str) -> dict[str, object]:
        note = self._asked.column("row_fault")[at].as_py() if code == "row" else self._pairs.notes[at].as_py()
        if code == "date" and note is None:
            note = "it is missing"
        dataset = self._finding.reads.dataset
        return {
            "date": self._pairs.days[at].as_py(),
            "status": "malformed",
            "reason": self._finding.texts[code].replace("{note}", note or ""),
            "rulebook": self._finding.how.rulebook,
            "dataset": dataset.version,
            "demo": dataset.demo,
        }

    def _count(self, statuses: pa.ChunkedArray) -> None:
        for each in statuses.value_counts().to_pylist():
            self._counted[each["values"]] += each["counts"]


def _amounts(rows: pa.Table, own: str) -> pa.Table:
    """`own` of these rows, with `fault`; products that are too wide for SQL are made here."""
    select = f"SELECT n, {own}, fault, is_wide, quantity AS amount, rub FROM "  # noqa: S608 - our own names
    with aside() as tables:
        tables.put("price_rows", rows)
        # A projection keeps the order.
        found = tables.table(f"{select} {_AMOUNTS}")
        is_wide = found.column("is_wide").combine_chunks()
        if not is_wide.true_count:
            return found
        wide = found.filter(is_wide).select(["n", "amount", "fault", "is_wide", "rub"])
        tables.put("price_wide", _multiplied(wide, rows.filter(is_wide)))
        by_hand = tables.table(f"{select} price_wide")
    columns = [
        pc.replace_with_mask(found.column(name).combine_chunks(), is_wide, by_hand.column(name).combine_chunks())
        for name in found.column_names
    ]
    return pa.table(columns, found.column_names)


def _multiplied(wide: pa.Table, rows: pa.Table) -> pa.Table:
    """The rows with their values."""
    pairs = zip(wide.column("rub").to_pylist(), wide.column("amount").to_pylist(), strict=True)
    values = [times(Decimal(rub), Decimal(quantity)) for rub, quantity in pairs]
    return pa.table(
        {
            **{name: wide.column(name) for name in ("n", "fault", "is_wide", "rub")},
            **{name: rows.column(name) for name in OWN[:2]},
            "quantity": wide.column("amount"),
            "value_rub": pa.array([plain(each) for each in values], pa.string()),
            "value_rub_kopecks": pa.array([str(kopecks(each)) for each in values], pa.string()),
        }
    )


@contextmanager
def priced(reads: Reads, asked: pa.Table, how: How, now: datetime, kept: Kept | None = None) -> Iterator[Priced]:
    """Price the rows of `ledger`'s table; QuestionError for an unknown rulebook, venue or policy.

    The choices and digits are those of `oracle.ask`. `now`: a trading day that has not closed by then is not final.
    `kept`: what earlier ledgers to this version found, and where this one leaves what it finds.
    """
    with bulk(reads) as tables:
        yield Priced(Finding(reads, tables, how, now, kept or Kept()), asked)
