"""The published file as it would have been at an instant: for the question what was known then about a day.

Candles and rates carry when they were received and until when they stood, responses when they came. What had been taken
in by the instant is laid into a working store of its own, and published by the same law with the rulebooks of today.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from oracle.answer import Answer
from oracle.ask import Question, ask
from oracle.coin import coin_meant
from oracle.days import Span
from oracle.errors import QuestionError
from oracle.knowledge import Knowledge, knowledge
from oracle.law.finality import GRACE, SETTLED
from oracle.publish import SOFTWARE, Version, write_version
from oracle.settings import Home
from oracle.standing import bring_up_to_date
from oracle.store.opening import statement
from oracle.store.reads import SCHEMA_VERSION, Reads
from oracle.store.sealed import logged_before


def ask_as_known_at(home: Home, question: Question, instant: datetime, now: datetime) -> Answer:
    """The answer that `instant` would have given; QuestionError for an instant that is still to come."""
    if instant > now:
        raise QuestionError(
            f"{instant:%Y-%m-%d %H:%M} UTC is still to come; leave --as-known-at out to ask what is known"
        )
    known = knowledge(home.path)
    book = known.rulebooks.get(question.rulebook)
    day = book.date_of(question.asked_at) if book and question.asked_at else question.day
    with as_known_at(home.current, day, instant, known, question.coin) as path, Reads(path) as reads:
        return ask(reads, question, instant)


@contextmanager
def as_known_at(published: Path, day: date, instant: datetime, known: Knowledge, coin: str) -> Iterator[Path]:
    """A published file that answers about `coin` on `day` out of what `published` had taken in by `instant`.

    It is gone afterwards.
    """
    with Reads(published) as reads:
        present = reads.dataset
        meant, _ = coin_meant(reads, coin.upper(), day, reads.venues())
    with tempfile.TemporaryDirectory(prefix="oracle-") as folder, duckdb.connect() as store:
        store.execute("SET TimeZone = 'UTC'")
        store.execute(statement("schema.sql"))
        store.execute(statement("by_users.sql"))
        store.execute("ATTACH '{}' AS past (READ_ONLY)".format(str(published).replace("'", "''")))
        for name, value in {"known_at": instant, "day": day, "coin": meant, "grace": GRACE, "settled": SETTLED}.items():
            store.execute(f"SET VARIABLE {name} = $value", {"value": value})
        for part in ("rewind.sql", "answered.sql", "settle.sql"):
            store.execute(statement(part))
        path = Path(folder) / "oracle.duckdb"
        version = f"{present.version} as known at {instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        stamped = Version(version, present.published_at, SOFTWARE, SCHEMA_VERSION, present.version, instant)
        bring_up_to_date(store, known, Span(day, day))
        store.begin()
        write_version(store, path, known, stamped, logged_before(store, "past"))
        yield path
