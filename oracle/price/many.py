"""A ledger priced: what is found of its pairs is told in all rows that ask about them, whole or piece by piece."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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
from oracle.store.bulk import Bulk, bulk
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
_SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in (*HEAD, *TAIL)])
_AMOUNTS = "{price_amounts.sql}"
_WITH_WIDE = """(SELECT a.* REPLACE (coalesce(a.value_rub, w.value) AS value_rub,
    coalesce(a.value_rub_kopecks, w.kopecks) AS value_rub_kopecks)
    FROM {price_amounts.sql} a LEFT JOIN price_wide w ON w.n = a.n)"""


class Priced:
    """The rows of a ledger in the asker's order; open as long as the block of `priced` runs."""

    def __init__(self, finding: Finding, asked: pa.Table) -> None:
        self._finding, self._asked = finding, asked
        self._pairs = pairs_of(finding.tables, asked)
        self._statuses: dict[str, int] | None = None

    @property
    def tables(self) -> Bulk:
        """Where rows and pairs are."""
        return self._finding.tables

    def statuses(self) -> dict[str, int]:
        """How many rows have which status, the most frequent first."""
        if self._statuses is None:
            counted = Counter(self.table().column("status").to_pylist())
            self._statuses = dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))
        return self._statuses

    def table(self) -> pa.Table:
        """All columns, exact amounts as text."""
        self._finding.find(self._pairs.pairs)
        names = ", ".join((*HEAD, *TAIL))
        told = self.tables.table(f"SELECT {names} FROM price_told ORDER BY number").cast(_SCHEMA)  # noqa: S608 - ours
        own = self._amounts(told.column("rub"), ", ".join(OWN[2:]))
        of_row, bad = self._places(own.column("fault"), len(told))
        shared = pa.concat_tables([told, bad]).take(of_row)
        columns = {name: shared.column(name) for name in _SCHEMA.names}
        columns |= {name: self._asked.column(name) for name in ("reference", "coin")}
        columns |= {name: own.column(name) for name in OWN[2:]}
        return pa.table({name: columns[name] for name in COLUMNS})

    def texts(self, form: str, head: str, tail: str, own: tuple[str, str]) -> tuple[pa.Array, pa.Table, pa.Array]:
        """The parts of the rows' texts: (heads and tails of pairs, each row's own two texts, its place among the pairs).

        `head`, `tail`: SQL over what the rows of a pair share; `own`: over a row's own columns.
        """
        found = self._told(form, head, tail)
        rubles = pa.chunked_array([pa.array([each.rub for each in found], pa.string())])
        rows = self._amounts(rubles, f"{own[0]} AS first, {own[1]} AS middle")
        of_row, bad = self._places(rows.column("fault"), len(found))
        if len(bad):
            self.tables.put("price_bad", bad)
            select = f"SELECT {head}, {tail}, NULL, status FROM price_bad"  # noqa: S608 - our own names
            found = [*found, *(Told(*row) for row in self.tables.rows(select))]
        self._count(found, of_row)
        shared = pa.table(
            {
                "head": pa.array([each.head for each in found], pa.large_string()),
                "tail": pa.array([each.tail for each in found], pa.large_string()),
            }
        )
        return shared, rows, of_row

    def _told(self, form: str, head: str, tail: str) -> list[Told]:
        finding, pairs = self._finding, self._pairs.pairs
        key = finding.key, form
        known: dict[Pair, Told] = finding.kept.shelf(key, finding.now)
        missing = [pair for pair in pairs if pair not in known]
        if missing:
            finding.find(missing)
            select = f"SELECT {head}, {tail}, rub, status FROM price_told ORDER BY number"  # noqa: S608 - our own names
            new = dict(zip(missing, (Told(*row) for row in self.tables.rows(select)), strict=True))
            found = [new.get(pair) or known[pair] for pair in pairs]
            finding.kept.put(key, new, finding.now)
            return found
        return [known[pair] for pair in pairs]

    def _amounts(self, rubles: pa.ChunkedArray, select: str) -> pa.Table:
        """`select` over the rows' own columns, with `fault`; products that are too wide for SQL are made here."""
        rows = self._asked.select(["n", "reference", "coin", "quantity", "row_fault"])
        rows = rows.append_column("code_missing", self._pairs.code_missing)
        rows = rows.append_column("day_missing", pc.is_null(self._pairs.days))
        self.tables.put("price_rows", rows.append_column("rub", rubles.take(self._pairs.of_row)))
        found = self._selected(select, _AMOUNTS)
        if pc.any(found.column("is_wide")).as_py():
            self.tables.put("price_wide", self._multiplied(found.filter(found.column("is_wide"))))
            found = self._selected(select, _WITH_WIDE)
        return found

    def _selected(self, select: str, source: str) -> pa.Table:
        query = f"SELECT n, {select}, fault, is_wide, quantity AS few, rub FROM {source} ORDER BY n"  # noqa: S608 - ours
        return self.tables.table(query)

    @staticmethod
    def _multiplied(wide: pa.Table) -> pa.Table:
        pairs = zip(wide.column("rub").to_pylist(), wide.column("few").to_pylist(), strict=True)
        values = [times(Decimal(rub), Decimal(quantity)) for rub, quantity in pairs]
        return pa.table(
            {
                "n": wide.column("n"),
                "value": pa.array([plain(each) for each in values], pa.string()),
                "kopecks": pa.array([str(kopecks(each)) for each in values], pa.string()),
            }
        )

    def _places(self, faults: pa.ChunkedArray, count: int) -> tuple[pa.Array, pa.Table]:
        """Where each row finds what it shares with others; bad rows have places of their own after the `count` pairs."""
        of_row = self._pairs.of_row
        if faults.null_count == len(faults):
            return of_row, _SCHEMA.empty_table()
        bad = pc.indices_nonzero(pc.is_valid(faults)).to_pylist()
        places = pa.array(range(count, count + len(bad)), of_row.type)
        mask = pa.array(pc.is_valid(faults).to_pylist(), pa.bool_())
        return pc.replace_with_mask(of_row, mask, places), pa.Table.from_pylist(
            [self._bad(at, faults[at].as_py()) for at in bad], _SCHEMA
        )

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

    def _count(self, found: list[Told], of_row: pa.Array) -> None:
        counted: Counter[str] = Counter()
        for each in of_row.value_counts():
            counted[found[each["values"].as_py()].status] += each["counts"].as_py()
        self._statuses = dict(sorted(counted.items(), key=lambda each: (-each[1], each[0])))


@contextmanager
def priced(reads: Reads, asked: pa.Table, how: How, now: datetime, kept: Kept | None = None) -> Iterator[Priced]:
    """Price the rows of `ledger`'s table; QuestionError for an unknown rulebook, venue or policy.

    The choices and digits are those of `oracle.ask`. `now`: a trading day that has not closed by then is not final.
    `kept`: what earlier ledgers to this version found, and where this one leaves what it finds.
    """
    with bulk(reads) as tables:
        yield Priced(Finding(reads, tables, how, now, kept or Kept()), asked)
