"""The published file as it would have been at an instant: for the question what was known then about some days.

Candles and rates carry when they were received and until when they stood, responses when they came. What had been taken
in by the instant is laid into a working store of its own, and published by the same law with the rulebooks of today.
"""

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from oracle.answer import Answer
from oracle.ask import Question, ask
from oracle.coin import coin_meant
from oracle.days import Span
from oracle.errors import QuestionError
from oracle.knowledge import Knowledge, knowledge
from oracle.law.finality import GRACE, SETTLED
from oracle.law.rulebook import date_under
from oracle.price.many import Priced, priced
from oracle.price.pairs import Pair, pairs_of
from oracle.price.reading import How, book_of
from oracle.publish import SOFTWARE, Version, write_version
from oracle.settings import Home
from oracle.standing import bring_up_to_date
from oracle.store.bulk import bulk
from oracle.store.opening import statement
from oracle.store.reads import SCHEMA_VERSION, Reads
from oracle.store.sealed import logged_before

# Beyond this the store of its own goes to the disk.
MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Most:
    """How much a ledger about the past may be about: each day takes that day of all venues, each coin its years."""

    days: int
    coins: int


class TooMuchError(QuestionError):
    """More days or coins of the past than one question may be about."""


def ask_as_known_at(home: Home, question: Question, instant: datetime, now: datetime) -> Answer:
    """The answer that `instant` would have given; QuestionError for an instant that is still to come."""
    not_to_come(instant, now)
    return answered_as_known_at(home.current, question, instant, knowledge(home.path))


def not_to_come(instant: datetime, now: datetime) -> None:
    """QuestionError for an instant after `now`."""
    if instant > now:
        raise QuestionError(
            f"{instant:%Y-%m-%d %H:%M} UTC is still to come; leave --as-known-at out to ask what is known"
        )


def answered_as_known_at(published: Path, question: Question, instant: datetime, known: Knowledge) -> Answer:
    """The same out of a published file."""
    with told_then(published, [question], instant, known) as reads:
        return ask(reads, question, instant)


@contextmanager
def told_then(published: Path, questions: Collection[Question], instant: datetime, known: Knowledge) -> Iterator[Reads]:
    """The file out of which an instant would have answered these questions."""
    books = known.rulebooks
    asked = [(each.coin, date_under(books.get(each.rulebook), each.day, each.asked_at)) for each in questions]
    with Reads(published) as reads:
        coins = {coin_meant(reads, coin.upper(), day, reads.venues())[0] for coin, day in asked}
    with as_known_at(published, {day for _, day in asked}, coins, instant, known) as path, Reads(path) as reads:
        yield reads


@contextmanager
def priced_as_known_at(
    published: Path, asked: pa.Table, how: How, instant: datetime, known: Knowledge, most: Most
) -> Iterator[Priced]:
    """Rows of `ledger`'s table priced as `instant` would have done it, all by one version of the past.

    TooMuchError if they are about more days or coins than `most`.
    """
    with Reads(published) as reads, bulk(reads) as tables:
        pairs = pairs_of(tables, asked, book_of(dict(known.rulebooks), how.rulebook)).pairs
        days = {day for _, day in pairs}
        _within(len(days), most.days, "days")
        _within(len({code for code, _ in pairs}), most.coins, "coins")
        coins = _meant(reads, pairs)
    with (
        as_known_at(published, days, coins, instant, known) as path,
        Reads(path) as reads,
        priced(reads, asked, how, instant) as rows,
    ):
        yield rows


def _within(count: int, most: int, what: str) -> None:
    if count > most:
        raise TooMuchError(
            f"{count} different {what} as known at an instant; at most {most} in one question: ask in parts of so many"
        )


def _meant(reads: Reads, pairs: Collection[Pair]) -> set[str]:
    """The assets that the codes mean on their days; a code that means none, or too many, says so in its row."""
    found = set()
    for code, day in pairs:
        try:
            found.add(coin_meant(reads, code, day, reads.venues())[0])
        except QuestionError:
            found.add(code)
    return found


@contextmanager
def as_known_at(
    published: Path, days: Collection[date], coins: Collection[str], instant: datetime, known: Knowledge
) -> Iterator[Path]:
    """A published file that answers about `coins` on `days`, and of nothing else, out of what `published` had taken in.

    It is gone afterwards, with all that was laid on the disk for it.
    """
    with Reads(published) as reads:
        present = reads.dataset
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder, duckdb.connect() as store:
        store.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}/spilled'")
        _lay_in(store, published, days, coins, instant)
        path = Path(folder) / "oracle.duckdb"
        version = f"{present.version} as known at {instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        stamped = Version(version, present.published_at, SOFTWARE, SCHEMA_VERSION, present.version, instant)
        whole = Span(min(days), max(days)) if days else Span(date.min, date.min)
        bring_up_to_date(store, known, whole, frozenset(days))
        store.begin()
        write_version(store, path, known, stamped, logged_before(store, "past"))
        yield path


def _lay_in(
    store: duckdb.DuckDBPyConnection, published: Path, days: Collection[date], coins: Collection[str], instant: datetime
) -> None:
    """Fill the store with what had been taken in by the instant, as far as it matters for these days and coins."""
    store.execute(statement("schema.sql"))
    store.execute(statement("by_users.sql"))
    store.execute("ATTACH '{}' AS past (READ_ONLY)".format(str(published).replace("'", "''")))
    for name, values, kind in (("day", days, pa.date32()), ("coin", coins, pa.string())):
        store.register("asked", pa.table({name: pa.array(sorted(values), kind)}))
        store.execute(f"CREATE TEMP TABLE asked_{name}s AS FROM asked")
        store.unregister("asked")
    for name, value in {"known_at": instant, "grace": GRACE, "settled": SETTLED}.items():
        store.execute(f"SET VARIABLE {name} = $value", {"value": value})
    for part in ("rewind.sql", "answered.sql", "settle.sql"):
        store.execute(statement(part))
