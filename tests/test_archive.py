"""The archive keeps the bytes as received, finds them by hash, and survives being killed."""

import os
import signal
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oracle.archive import Archive
from oracle.days import Span
from oracle.errors import HomeError
from oracle.terms import Observation

NOW = datetime(2026, 3, 14, 9, 26, 53, 589793, tzinfo=UTC)


def observation(body: bytes | None, subject: str = "BTCUSDT") -> Observation:
    return Observation(
        source="binance",
        kind="candles",
        subject=subject,
        span=Span(date(2026, 3, 1), date(2026, 3, 13)),
        url="https://api.binance.com/api/v3/klines?symbol=BTCUSDT",
        status=200,
        headers=(("date", "Sat, 14 Mar 2026 09:26:53 GMT"), ("content-type", "application/json")),
        asked_at=NOW,
        received_at=NOW,
        body=body,
        outcome="ok" if body is not None else "unreachable",
        detail="" if body is not None else "no whole answer",
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.none(), st.binary(max_size=200)), min_size=1, max_size=5))
def test_observations_come_back_as_they_were(tmp_path: Path, bodies: list[bytes | None]) -> None:
    """Whatever the bytes, and whether there were any, a batch gives back what was put in."""
    archive = Archive(tmp_path)
    kept = [observation(body) for body in bodies]
    assert archive.read(archive.append(kept, NOW)) == kept


def test_bytes_are_found_by_their_hash(tmp_path: Path) -> None:
    """Among several batches the hash alone leads to the response; a hash that was never kept leads to none."""
    archive = Archive(tmp_path)
    for text in (b"one", b"two", b"three"):
        archive.append([observation(text)], NOW)
    found = archive.find(sha256(b"two").hexdigest())
    assert found is not None
    assert found.body == b"two"
    assert archive.find(sha256(b"four").hexdigest()) is None


def test_a_stranger_reads_it_without_us(tmp_path: Path) -> None:
    """Plain DuckDB opens the batches and finds url, hash and bytes."""
    Archive(tmp_path).append([observation(b'{"a": 1}')], NOW)
    with duckdb.connect() as connection:
        query = f"SELECT url, sha256, body FROM read_parquet('{tmp_path}/*/*.parquet')"
        (row,) = connection.execute(query).fetchall()
    assert row[0].startswith("https://api.binance.com/")
    assert row[1] == sha256(row[2]).hexdigest()


def test_a_changed_body_is_noticed(tmp_path: Path) -> None:
    """A batch whose body no longer matches its hash is refused by name."""
    archive = Archive(tmp_path)
    batch = archive.append([observation(b"true")], NOW)
    table = pq.read_table(tmp_path / batch)
    forged = table.set_column(table.schema.get_field_index("body"), "body", [[b"false"]])
    pq.write_table(forged, tmp_path / batch)
    with pytest.raises(HomeError, match="does not match its hash"):
        archive.read(batch)


def test_a_damaged_batch_is_named(tmp_path: Path) -> None:
    """Half a file is an error that names the batch and the way out, not an empty answer."""
    archive = Archive(tmp_path)
    batch = archive.append([observation(b"true")], NOW)
    whole = (tmp_path / batch).read_bytes()
    (tmp_path / batch).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(HomeError, match=r"cannot be read.*restore"):
        archive.read(batch)


def test_a_leftover_is_no_batch(tmp_path: Path) -> None:
    """What a killed writer left half-written is not listed and can be cleared."""
    archive = Archive(tmp_path)
    batch = archive.append([observation(b"true")], NOW)
    leftover = (tmp_path / batch).with_suffix(".tmp")
    leftover.write_bytes(b"PAR1 half")
    assert archive.batches() == [batch]
    archive.clear_leftovers()
    assert not leftover.exists()


WRITER = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    sys.path.insert(0, sys.argv[2])
    from tests.test_archive import observation
    from oracle.archive import Archive

    archive, number = Archive(Path(sys.argv[1])), 0
    while True:
        number += 1
        archive.append([observation(str(number).encode() * 5000)], datetime.now(UTC))
        print(number, flush=True)
"""


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """kill -9 in the midst of writing, several times: every acknowledged batch is there and readable."""
    root = str(Path(__file__).resolve().parents[1])
    for kill in range(4):
        folder = tmp_path / str(kill)
        with subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), str(folder), root],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{root}:{root}/tests/twin"},
        ) as writer:
            assert writer.stdout is not None
            acknowledged = [int(writer.stdout.readline()) for _ in range(5 + 7 * kill)]
            writer.send_signal(signal.SIGKILL)
        archive = Archive(folder)
        kept = [each.body for batch in archive.batches() for each in archive.read(batch)]
        assert {str(number).encode() * 5000 for number in acknowledged} <= set(kept)
        assert len(kept) == len(set(kept))
