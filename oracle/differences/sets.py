"""Which coin-days two files answer otherwise, set by set: what is alike in both is never answered."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from oracle.differences.asked import Found, Told, Wanted
from oracle.errors import QuestionError
from oracle.law.choice import Policy
from oracle.law.rulebook import Rulebook
from oracle.numbers import plain
from oracle.price.policy import order_of
from oracle.price.reading import How, policies, policy_table, readings
from oracle.price.verdicts import put_published
from oracle.store.bulk import Bulk
from oracle.store.opening import statement
from oracle.store.two_files import TwoFiles

Pair = tuple[str, date]
# So many coin-days are answered at once; a block is of whole coins.
_BLOCK = 500_000
# Each of these takes some hundredths of a second.
MOST_SINGLE = 5_000


class Sets:
    """Two files and one way to read them; `books`: the rulebook as each of them has it."""

    def __init__(self, files: TwoFiles, wanted: Wanted, books: dict[str, Rulebook], venues: tuple[str, ...]) -> None:
        self._files, self._wanted, self._books = files, wanted, books
        self._held = policies(wanted.how, venues)
        for name in books:
            self._value(name)

    def found(
        self, pairs: Iterable[Pair] | None, by_hand: Iterable[Pair] = ()
    ) -> tuple[list[Found], list[Pair], dict[str, int]]:
        """What differs of these pairs or of all, the first in order; what must be asked singly; counts by kind.

        `by_hand`: of these a quotation that was entered by hand may be chosen, which no set tells.
        """
        listed = None if pairs is None else set(pairs)
        alone = set(by_hand) if listed is None else listed & set(by_hand)
        tables = self._touch(listed, alone)
        tables.do(
            """CREATE OR REPLACE TEMP TABLE differ_found (
                asset VARCHAR, day DATE, single BOOLEAN, kind VARCHAR, venue_before VARCHAR, market_before VARCHAR,
                rub_before VARCHAR, venues_before VARCHAR, venue VARCHAR, market VARCHAR, rub VARCHAR,
                venues VARCHAR)"""
        )
        for least, greatest in self._blocks(tables):
            for name in self._books:
                self._tell(name, least, greatest)
            tables.run("differ_found.sql")
        kinds = dict(tables.rows("SELECT kind, count(*) FROM differ_found WHERE NOT single GROUP BY ALL"))
        # All of a ledger's are needed, and they are no more than its rows.
        limit = "" if listed is not None else f"LIMIT {self._wanted.most}"
        rows = tables.rows(
            f"""SELECT asset, day, venue_before, market_before, rub_before, venues_before, venue, market, rub, venues
                FROM differ_found WHERE NOT single
                ORDER BY list_position(['changed', 'lost', 'gained'], kind), asset, day {limit}"""  # noqa: S608 - a number
        )
        single = tables.rows("SELECT asset, day FROM differ_found WHERE single ORDER BY ALL")
        singly = [*((asset, day) for asset, day in single), *sorted(alone)]
        return [_found(row) for row in rows], singly, kinds

    def _value(self, name: str) -> None:
        """What quote assets are worth on the eligible venue days of one file."""
        how, tables = self._wanted.how, self._files.of(name)
        self._read(tables, name)
        put_published(tables, how.rulebook)
        tables.do(f"CREATE OR REPLACE TEMP TABLE worth_{name} AS {statement('price_worth.sql')}", {"venue": how.venue})

    def _read(self, tables: Bulk, name: str) -> bool:
        """By which reading one file is asked; whether the order of quote kinds matters in it."""
        book = self._books[name]
        editions, kinds, is_ranked = readings(book, book, self._wanted.how)
        tables.put("price_readings", editions)
        tables.put("price_kinds", kinds)
        return is_ranked

    def _touch(self, pairs: set[Pair] | None, alone: set[Pair]) -> Bulk:
        tables, wanted = self._files.of("new"), self._wanted
        spans = [span for book in self._books.values() for span in _single(book, wanted.how)]
        tables.put(
            "differ_single",
            pa.table(
                {
                    "first": pa.array([first for first, _ in spans], pa.date32()),
                    "last": pa.array([last for _, last in spans], pa.date32()),
                }
            ),
        )
        given = {"first": wanted.first or date.min, "last": wanted.last or date.max, "coin": wanted.coin}
        tables.run("differ_candles.sql", given)
        tables.run("differ_touched.sql", given)
        if pairs is not None:
            tables.put("differ_wanted", _table(pairs))
            tables.do(
                """DELETE FROM differ_touched t WHERE NOT EXISTS (
                    FROM differ_wanted w WHERE w.asset = t.asset AND w.day = t.day)"""
            )
        if alone:
            tables.put("differ_alone", _table(alone))
            tables.do("DELETE FROM differ_touched t USING differ_alone a WHERE a.asset = t.asset AND a.day = t.day")
        self._bounded(tables)
        return tables

    def _bounded(self, tables: Bulk) -> None:
        ((count,),) = tables.rows(
            """SELECT count(*) FROM differ_touched t WHERE EXISTS (
                FROM differ_single s WHERE t.day BETWEEN s.first AND s.last)"""
        )
        if count > MOST_SINGLE:
            raise QuestionError(
                f"{self._wanted.how.rulebook} judges by coins or UTC days, so {count} coin-days would be asked about "
                f"one by one; at most {MOST_SINGLE}: narrow them with --coin, --from and --to, or give --batch"
            )

    def _blocks(self, tables: Bulk) -> Iterator[tuple[str, str]]:
        """The touched coins in order, so many at a time that their days make a block."""
        counts = tables.rows("SELECT asset, count(*) FROM differ_touched GROUP BY asset ORDER BY asset")
        least, total = None, 0
        for asset, count in counts:
            least, total = least or asset, total + count
            if total >= _BLOCK or asset == counts[-1][0]:
                yield least, asset
                least, total = None, 0

    def _tell(self, name: str, least: str, greatest: str) -> None:
        """What one file answers about the touched days of these coins, in the table `told_` and its name."""
        tables = self._files.of(name)
        is_ranked = self._read(tables, name)
        tables.put("price_policies", policy_table(self._held))
        tables.do(f"CREATE OR REPLACE TEMP VIEW price_worth AS FROM worth_{name}")
        given: dict[str, object] = {"least": least, "greatest": greatest}
        tables.run("differ_pairs.sql", given)
        ((first, last),) = tables.rows("SELECT min(day), max(day) FROM price_pairs")
        given |= {"first": first, "last": last}
        tables.run("price_offered.sql", given, parts=("ranked",) if is_ranked else ())
        self._take(tables, [policy for _, _, policy in self._held])
        tables.do(f"CREATE OR REPLACE TEMP TABLE told_{name} AS {statement('differ_told.sql')}")

    def _take(self, tables: Bulk, chosen_by: list[Policy]) -> None:
        """Of each pair's eligible quotations the one that the policy of its day takes."""
        tables.do("CREATE OR REPLACE TEMP TABLE price_taken AS FROM price_offered LIMIT 0")
        for number, policy in enumerate(chosen_by):
            order = order_of(policy)
            tables.do(
                f"""INSERT INTO price_taken FROM price_offered o WHERE policy = $policy AND {order.where}
                    QUALIFY row_number() OVER (PARTITION BY asset, day ORDER BY {order.by}) = 1""",
                {"policy": number, **order.values},
            )


def _single(book: Rulebook, how: How) -> list[tuple[date, date]]:
    """The days of editions that cannot be applied to many rows at once; before the first one nothing is chosen."""
    spans, _, _ = readings(book, book, how)
    rows = spans.to_pylist()
    return [(row["first"], row["last"]) for row in rows if row["edition"] is not None and not row["is_set"]]


def _table(pairs: set[Pair]) -> pa.Table:
    listed = sorted(pairs)
    columns = [pa.array([asset for asset, _ in listed], pa.string()), pa.array([day for _, day in listed], pa.date32())]
    return pa.table(columns, ["asset", "day"])


def _found(row: tuple[Any, ...]) -> Found:
    return Found(row[0], row[1], _told(*row[2:6]), _told(*row[6:10]))


def _told(venue: str | None, market: str | None, rub: str | None, venues: str | None) -> Told:
    return Told(venue, market, rub and plain(Decimal(rub)), tuple(venues.split(",")) if venues else ())
