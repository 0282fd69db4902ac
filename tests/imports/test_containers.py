"""ZIP and gzip from strangers: nothing is written, nothing unpacks without end, nothing points out of the archive."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from oracle.archive import Archive
from oracle.errors import QuestionError
from oracle.imports import container
from oracle.imports.container import pieces
from tests.conftest import Rig
from tests.imports.made import lines, month, own_csv, take, take_vision, vision_rows, zip_of

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
TEXT = lines(vision_rows(month(date(2025, 3, 1))))
NAME = "BTCUSDT-1d-2025-03"


def _crafted(name: str, **told: int) -> bytes:
    """A ZIP of one member with attributes that zipfile does not set by itself."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        for attribute, value in told.items():
            setattr(member, attribute, value)
        archive.writestr(member, TEXT, told.get("compress_type", zipfile.ZIP_DEFLATED))
    return held.getvalue()


def _encrypted() -> bytes:
    """The flag of encryption set in both headers."""
    body = bytearray(_crafted(f"{NAME}.csv"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.index(mark) + at] |= 1
    return bytes(body)


def _damaged() -> bytes:
    body = bytearray(zip_of({f"{NAME}.csv": TEXT}))
    body[80] ^= 0xFF
    return bytes(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (zip_of({"../BTCUSDT-1d-2025-03.csv": TEXT}), "points out of the archive"),
        (zip_of({"/etc/BTCUSDT-1d-2025-03.csv": TEXT}), "points out of the archive"),
        (zip_of({"a\\..\\BTCUSDT-1d-2025-03.csv": TEXT}), "points out of the archive"),
        (zip_of({"C:BTCUSDT-1d-2025-03.csv": TEXT}), "points out of the archive"),
        (zip_of({f"{NAME}.csv": TEXT, "../../x": b""}), "points out of the archive"),
        (zip_of({"BTC\x1b[2J.csv": TEXT}), "control characters"),
        (_crafted(f"{NAME}.csv", external_attr=0o120777 << 16), "is a symbolic link"),
        (_encrypted(), "is encrypted"),
        (_crafted(f"{NAME}.csv", compress_type=zipfile.ZIP_LZMA), "packed in an unusual way"),
        (zip_of({f"{NAME}.zip": zip_of({f"{NAME}.csv": TEXT})}), "an archive in an archive"),
        (zip_of({f"a/{NAME}.csv": TEXT, f"b/{NAME}.csv": TEXT}), "twice"),
        (zip_of({}), "holds no file|cannot be unpacked"),
        (zip_of({f"{NAME}.csv": b"0" * (40 * 2**20)}), "unpacks to more than 32 MiB"),
        (zip_of({f"{NAME}.csv": b"0" * (4 * 2**20)}), "unpacks to more than 100 times its size"),
        (_damaged(), "cannot be unpacked .* download it again"),
        (zip_of({f"{NAME}.csv": TEXT})[:-30], "cannot be unpacked"),
        (b"PK\x03\x04", "cannot be unpacked"),
    ],
)
def test_a_hostile_zip_is_refused(rig: Callable[..., Rig], tmp_path: Path, body: bytes, said: str) -> None:
    """Bombs, paths, links, encryption, nesting, damage: a clear refusal, and nothing is kept."""
    home = rig(NOW)
    path = tmp_path / f"{NAME}.zip"
    path.write_bytes(body)
    before = sorted(tmp_path.rglob("*.csv"))
    with pytest.raises(QuestionError, match=said) as refused:
        take_vision(home, path)
    assert path.name in str(refused.value)
    assert Archive(home.home.archive).batches() == []
    assert sorted(tmp_path.rglob("*.csv")) == before


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A ZIP of more files than any exchange packs is refused before one is unpacked."""
    monkeypatch.setattr(container, "MEMBERS", 3)
    path = tmp_path / "x.zip"
    path.write_bytes(zip_of({f"{number}.csv": TEXT for number in range(4)}))
    with pytest.raises(QuestionError, match="holds 4 files, more than 3"):
        list(pieces(path, lambda _: True))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (gzip.compress(b"0" * (40 * 2**20)), "unpacks to more than 32 MiB"),
        (gzip.compress(b"0" * (4 * 2**20)), "more than 100 times its size"),
        (gzip.compress(TEXT)[:-9], "cannot be unpacked"),
        (gzip.compress(TEXT)[:4] + b"\xff" * 30, "cannot be unpacked"),
        (b"1" * (32 * 2**20 + 1), "is larger than 32 MiB"),
    ],
)
def test_a_hostile_gzip_or_csv_is_refused(rig: Callable[..., Rig], tmp_path: Path, body: bytes, said: str) -> None:
    """The same limits hold for a gzipped and for a plain file."""
    path = tmp_path / "mine.csv.gz"
    path.write_bytes(body)
    with pytest.raises(QuestionError, match=said):
        take(rig(NOW), own_csv(path))


def test_what_is_no_file_is_refused(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """A pipe never blocks the import; a missing file, an empty folder and a lone checksum are named."""
    home = rig(NOW)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "empty").mkdir()
    lone = tmp_path / "BTCUSDT-1d-2025-03.zip.CHECKSUM"
    lone.write_text("")
    for path, said in (
        (tmp_path / "pipe.csv", "is no file that is there"),
        (tmp_path / "absent.zip", "is no file that is there"),
        (tmp_path / "empty", "holds no zip and no csv"),
        (lone, "only checksums were named"),
    ):
        with pytest.raises(QuestionError, match=said) as refused:
            take_vision(home, path)
        assert str(tmp_path) not in str(refused.value)


def test_a_gzipped_and_a_zipped_csv_are_archived_as_given(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """What is archived is the file as it was given, packed or not."""
    columns = "time=0,open=1,high=2,low=3,close=4,volume=5,turnover=7"
    for name, body in (("a.csv.gz", gzip.compress(TEXT)), ("b.zip", zip_of({"b.csv": TEXT})), ("c.csv", TEXT)):
        home = rig(NOW, name)
        path = tmp_path / f"my-{name}"
        path.write_bytes(body)
        take(home, own_csv(path, columns=columns, unit="us"))
        archive = Archive(home.home.archive)
        assert [each.body for batch in archive.batches() for each in archive.read(batch)] == [body]
        assert len(home.sql("FROM candles")) == 31


@given(some.binary(max_size=400), some.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xef\xbb\xbf"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, body: bytes, start: bytes) -> None:
    """Whatever the bytes, the outcome is pieces or one clear refusal."""
    path = tmp_path_factory.mktemp("any") / "any.csv"
    path.write_bytes(start + body)
    said, found = "any.csv", []
    try:
        found = list(pieces(path, lambda _: True))
    except QuestionError as error:
        said = str(error)
    assert "any.csv" in said
    assert all(piece.container != "plain" or piece.text == start + body for piece in found)
