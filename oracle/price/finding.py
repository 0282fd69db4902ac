"""What the law says of pairs of coin and day, set by set: the choices and digits of one question after another."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pyarrow as pa

from oracle.days import Span
from oracle.errors import QuestionError
from oracle.law.choice import Policy
from oracle.law.rulebook import Rulebook
from oracle.otherwise import otherwise
from oracle.price.kept import Kept
from oracle.price.names import meanings
from oracle.price.pairs import Pair
from oracle.price.policy import order_of
from oracle.price.reading import How, book_of, policies, policy_table, readings
from oracle.price.single import SCHEMA, asked_singly
from oracle.price.verdicts import judged_table, put_judged, put_published
from oracle.store.bulk import Bulk
from oracle.store.reads import Reads
from oracle.words import language, sheet

_LARGEST = "largest-turnover"
_REPEATED = ("venue", "quote", "path", "legs")


@dataclass
class Finding:
    """A version and a reading of it, checked: QuestionError for an unknown rulebook, venue, policy or language.

    `now`: a trading day that has not closed by then is not final.
    """

    reads: Reads
    tables: Bulk
    how: How
    now: datetime
    kept: Kept
    held: list[tuple[date, date, Policy]] = field(init=False)
    texts: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._venues, self._own = self.reads.venues(), book_of(self.reads.rulebooks(), self.how.rulebook)
        self._book = otherwise(self._own, self.how.stablecoin)
        language(self.how.lang)
        self._venue = self.how.venue.lower() if self.how.venue else None
        if self._venue and self._venue not in self._venues:
            raise QuestionError(f"unknown venue {self._venue[:40]!r}; known: {', '.join(self._venues)}")
        self.held = policies(self.how, tuple(self._venues))
        self.texts = dict(sheet(self.how.lang, "rows"))

    @property
    def book(self) -> Rulebook:
        """The rulebook by which the rows are priced."""
        return self._book

    @property
    def key(self) -> Hashable:
        """Of what is kept: the version and the reading."""
        version = str(self.reads.path), self.reads.dataset.version
        return version, self.how.rulebook, self.how.stablecoin, self._venue, self.how.lang, tuple(self.held)

    def find(self, pairs: list[Pair]) -> None:
        """Tell of these pairs in the table `price_told`, numbered as they come."""
        tables, asking = self.tables, self._asking()
        first, last = (min(day for _, day in pairs), max(day for _, day in pairs)) if pairs else (date.min, date.min)
        tables.put("price_given", _table_of(pairs))
        tables.do("CREATE OR REPLACE TEMP TABLE price_sought AS FROM price_given")
        tables.run("price_meant.sql")
        opened = tables.rows("SELECT code, day FROM price_questions WHERE is_open")
        tables.put("price_meanings", meanings(self.reads, opened, self._venues))
        is_ranked = self._put_readings()
        tables.run("price_pairs.sql", asking)
        self._offer(first, last, is_ranked=is_ranked)
        _take(tables, [policy for _, _, policy in self.held])
        tables.run("price_rest.sql")
        ((rest,),) = tables.rows("SELECT count(*) FROM price_rest")
        if rest:
            tables.run("price_why.sql", asking)
        else:
            tables.do("CREATE OR REPLACE TEMP TABLE price_why (asset VARCHAR, day DATE, code VARCHAR, note VARCHAR)")
        self._ask_singly()
        tables.put("price_texts", pa.table({"code": list(self.texts), "text": list(self.texts.values())}))
        dataset = self.reads.dataset
        tables.run("price_found.sql", {"rulebook": self.how.rulebook, "dataset": dataset.version, "demo": dataset.demo})

    def _asking(self) -> dict[str, object]:
        return {
            "rulebook": self.how.rulebook,
            "venue": self._venue,
            "now": self.now.astimezone(UTC).replace(tzinfo=None),
        }

    def _put_readings(self) -> bool:
        editions, kinds, is_ranked = readings(self._book, self._own, self.how)
        self.tables.put("price_readings", editions)
        self.tables.put("price_kinds", kinds)
        self.tables.put("price_policies", policy_table(self.held))
        return is_ranked

    def _offer(self, first: date, last: date, *, is_ranked: bool) -> None:
        key: tuple[Hashable, ...] = str(self.reads.path), self.reads.dataset.version, self.how.rulebook
        if self._book is self._own:
            put_published(self.tables, self._own.name)
        else:
            key = *key, self.how.stablecoin, first, last
            judged = self.kept.worth(key, lambda: judged_table(self.reads, self._book, Span(first, last)))
            put_judged(self.tables, judged)
        self.tables.put("price_worth", self.kept.worth((*key, self._venue), self._worth))
        ((least, greatest),) = self.tables.rows("SELECT min(asset), max(asset) FROM price_pairs WHERE way = 'set'")
        parts = ("ranked",) if is_ranked else ()
        # The largest venue goes before all else, so the quotations of the others need not be multiplied.
        if all(policy.name == _LARGEST for _, _, policy in self.held):
            parts = (*parts, "largest")
        given = {"first": first, "last": last, "least": least, "greatest": greatest}
        self.tables.run("price_offered.sql", given, parts=parts)

    def _worth(self) -> pa.Table:
        found = self.tables.table("FROM {price_worth.sql}", {"venue": self._venue})
        for name in _REPEATED:
            at = found.schema.get_field_index(name)
            found = found.set_column(at, name, found.column(name).combine_chunks().dictionary_encode())
        return found

    def _ask_singly(self) -> None:
        ones = self.tables.rows("SELECT asset, day, code FROM price_pairs WHERE way = 'one' ORDER BY day, asset, code")
        found = asked_singly(self.reads, ones, self.how, self.now) if ones else SCHEMA.empty_table()
        self.tables.put("price_ones", found)


def _table_of(pairs: list[Pair]) -> pa.Table:
    return pa.table(
        {
            "number": pa.array(range(len(pairs)), pa.int64()),
            "code": pa.array([code for code, _ in pairs], pa.string()),
            "day": pa.array([day for _, day in pairs], pa.date32()),
        }
    )


def _take(tables: Bulk, chosen_by: list[Policy]) -> None:
    """Of each pair's eligible quotations the one that the policy of its day takes."""
    tables.do("CREATE OR REPLACE TEMP TABLE price_taken AS FROM price_offered LIMIT 0")
    for number, policy in enumerate(chosen_by):
        order = order_of(policy)
        tables.do(
            f"""INSERT INTO price_taken FROM price_offered o
                SEMI JOIN (FROM price_pairs WHERE way = 'set') p ON p.asset = o.asset AND p.day = o.day
                WHERE policy = $policy AND {order.where}
                QUALIFY row_number() OVER (PARTITION BY asset, day ORDER BY {order.by}) = 1""",
            {"policy": number, **order.values},
        )
