"""A ledger priced set by set: what the law says of a pair of coin and day is found once and told in all its rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa

from oracle.days import moscow_date
from oracle.errors import QuestionError
from oracle.law.choice import Policy
from oracle.numbers import kopecks, plain, times
from oracle.price.names import codes, meanings, whens
from oracle.price.policy import order_of
from oracle.price.reading import How, book_of, policies, policy_table, readings
from oracle.price.single import SCHEMA, asked_singly
from oracle.store.bulk import Bulk, bulk
from oracle.store.reads import Reads
from oracle.store.rows import VenueRow
from oracle.words import language, sheet


@dataclass(frozen=True, slots=True)
class Priced:
    """The rows of a ledger, priced, in the asker's order; open as long as the block of `priced` runs."""

    tables: Bulk

    def statuses(self) -> dict[str, int]:
        """How many rows have which status."""
        return dict(self.tables.rows("SELECT status, count(*) FROM price_result GROUP BY ALL ORDER BY 2 DESC, 1"))

    def table(self) -> pa.Table:
        """All columns, exact amounts as text."""
        return self.tables.table("SELECT * EXCLUDE (n) FROM price_result ORDER BY n")


@contextmanager
def priced(reads: Reads, asked: pa.Table, how: How, now: datetime) -> Iterator[Priced]:
    """Price the rows of `ledger`'s table; QuestionError for an unknown rulebook, venue or policy.

    The choices and digits are those of `oracle.ask`. `now`: a trading day that has not closed by then is not final.
    """
    venues, book = reads.venues(), book_of(reads.rulebooks(), how.rulebook)
    language(how.lang)
    venue = how.venue.lower() if how.venue else None
    if venue and venue not in venues:
        raise QuestionError(f"unknown venue {venue[:40]!r}; known: {', '.join(venues)}")
    held = policies(how, tuple(venues))
    with bulk(reads) as tables:
        asking = {
            "rulebook": how.rulebook,
            "venue": venue,
            "today": moscow_date(now),
            "now": now.astimezone(UTC).replace(tzinfo=None),
        }
        tables.put("price_asked", asked)
        _read(reads, tables, venues)
        editions, kinds, is_ranked = readings(book)
        tables.put("price_readings", editions)
        tables.put("price_kinds", kinds)
        tables.put("price_policies", policy_table(held))
        tables.run("price_pairs.sql", asking)
        tables.run("price_offered.sql", asking, without="" if is_ranked else "ranked")
        _take(tables, [policy for _, _, policy in held])
        tables.run("price_rest.sql", asking)
        ones = tables.rows("SELECT asset, day, code FROM price_pairs WHERE way = 'one' ORDER BY ALL")
        tables.put("price_ones", asked_singly(reads, ones, how, now) if ones else SCHEMA.empty_table())
        tables.run("price_found.sql")
        _multiply(tables)
        texts = sheet(how.lang, "rows")
        tables.put("price_texts", pa.table({"code": list(texts), "text": list(texts.values())}))
        told = {"rulebook": how.rulebook, "dataset": reads.dataset.version, "demo": reads.dataset.demo}
        tables.run("price_result.sql", told)
        yield Priced(tables)


def _read(reads: Reads, tables: Bulk, venues: dict[str, VenueRow]) -> None:
    """Days and assets out of what was written."""
    tables.run("price_rows.sql")
    coins = tables.rows("SELECT DISTINCT coin FROM price_told WHERE coin IS NOT NULL AND fault IS NULL")
    tables.put("price_names", codes(coin for (coin,) in coins))
    others = tables.rows("SELECT DISTINCT written FROM price_told WHERE read IS NULL AND written IS NOT NULL")
    tables.put("price_others", whens(text for (text,) in others))
    tables.run("price_meant.sql")
    tables.put(
        "price_meanings", meanings(reads, tables.rows("SELECT code, day FROM price_questions WHERE is_open"), venues)
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


def _multiply(tables: Bulk) -> None:
    """The values that are too wide for SQL."""
    wide = tables.rows(
        "SELECT n, rub, quantity FROM price_joined WHERE value IS NULL AND rub IS NOT NULL AND quantity IS NOT NULL"
    )
    values = [times(Decimal(rub), Decimal(quantity)) for _, rub, quantity in wide]
    tables.put(
        "price_wide",
        pa.table(
            {
                "n": pa.array([n for n, _, _ in wide], pa.int64()),
                "value": pa.array([plain(each) for each in values], pa.string()),
                "kopecks": pa.array([str(kopecks(each)) for each in values], pa.string()),
            }
        ),
    )
