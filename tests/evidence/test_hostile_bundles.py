"""Bundles that are made to do harm, and files that are no bundles: refused before anything of them is used."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle.evidence.container import Packed, packed, write
from oracle.evidence.layout import MANIFEST, QUESTION, NoBundleError
from oracle.evidence.verify import verify
from tests.evidence.conftest import Bundled
from tests.evidence.remade import Files, files_of, remade, zipped


def plain(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """A ZIP as anybody makes one."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return body.getvalue()


def link() -> zipfile.ZipInfo:
    """A symbolic link to a file of the machine."""
    info = zipfile.ZipInfo("statement")
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def listing(size: int) -> bytes:
    """A ZIP whose list of files promises so many bytes."""
    body = bytearray(plain(("a", b"0" * 100)))
    at = body.index(b"PK\x01\x02")
    body[at + 24 : at + 28] = struct.pack("<L", size)
    return bytes(body)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "up and out": (lambda: plain(("../../etc/cron.d/x", b"x")), "is called"),
    "absolute": (lambda: plain(("/etc/passwd", b"x")), "is called"),
    "a drive": (lambda: plain(("C:evil.txt", b"x")), "is called"),
    "backslashes": (lambda: plain(("..\\evil.txt", b"x")), "is called"),
    "a hidden file": (lambda: plain((".bashrc", b"x")), "is called"),
    "not ASCII": (lambda: plain(("\u0430.json", b"x")), "is called"),
    "a folder": (lambda: plain(("answers/", b"")), "is called"),
    "a link": (lambda: plain((link(), b"/etc/passwd")), "is a link"),
    "a bomb by its ratio": (lambda: plain(("a", b"0" * 20_000_000)), "times its size"),
    "a bomb by its size": (lambda: listing(4_000_000_000), "more than"),
    "no manifest": (lambda: plain(("a.json", b"{}")), "there is no MANIFEST.json"),
    "another manifest": (lambda: plain((MANIFEST, b'{"format": "x"}')), "is not what a bundle has there"),
    "deep JSON": (lambda: plain((MANIFEST, b"[" * 100_000)), "MANIFEST.json"),
    "no ZIP": (lambda: b"%PDF-1.7 and so on, long enough for anything", "it is no ZIP"),
    "empty": (lambda: b"", "0 bytes"),
    "cut off": (lambda: plain(("a.json", b"{}"))[:-5], "it is no ZIP"),
    "something after it": (lambda: plain(("a.json", b"{}")) + b"more", "it is no ZIP"),
}


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused(tmp_path: Path, make: Callable[[], bytes], words: str) -> None:
    """By a clear error of the asker's, which is exit status 2; nothing is written anywhere."""
    path = tmp_path / "hostile.zip"
    path.write_bytes(make())
    with pytest.raises(NoBundleError, match=words) as refused:
        verify(path)
    assert refused.value.exit_status == 2
    assert [each.name for each in tmp_path.iterdir()] == ["hostile.zip"]


def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    """Two programs might read two different files."""
    path = tmp_path / "twice.zip"
    with pytest.warns(UserWarning, match="Duplicate"):
        path.write_bytes(plain((MANIFEST, b"{}"), (MANIFEST, b"[]")))
    with pytest.raises(NoBundleError, match="twice"):
        verify(path)


def test_more_bytes_than_are_listed_are_never_unpacked(bundled: Bundled, tmp_path: Path) -> None:
    """A file that unpacks to more than its head says is not read to its end."""
    files = files_of(bundled.path)
    path = zipped(files, tmp_path / "more.zip")
    body = bytearray(path.read_bytes())
    at = body.index(b"PK\x01\x02")
    body[at + 24 : at + 28] = struct.pack("<L", 10)
    path.write_bytes(body)
    report = verify(path)
    assert MANIFEST in {each.file for each in report.faults}


def unlisted(files: Files) -> None:
    """A file more than the manifest lists, without any mention."""
    files["observations/" + "0" * 64] = b"0"


def lost(files: Files) -> None:
    """A response that is not there any more."""
    del files[next(name for name in files if name.startswith("observations/"))]


CHANGED: dict[str, tuple[Callable[[Files], None], str, str]] = {
    "bytes that no observation has": (unlisted, "hash", "observations/" + "0" * 64),
    "an observation without its bytes": (
        lost,
        "missing",
        "",
    ),
}


@pytest.mark.parametrize(("change", "code", "file"), CHANGED.values(), ids=CHANGED.keys())
def test_what_is_there_and_what_is_named_are_the_same(
    bundled: Bundled, tmp_path: Path, change: Callable[[Files], None], code: str, file: str
) -> None:
    """No byte without a name, no name without its bytes, though the manifest lists it all."""
    report = verify(remade(bundled.path, tmp_path / "remade.zip", change))
    assert code in {each.code for each in report.faults if not file or each.file == file}


@pytest.mark.parametrize("name", [QUESTION, "observations.json", "calculation.json", "publication/okx.json"])
def test_json_that_is_none_is_refused(bundled: Bundled, tmp_path: Path, name: str) -> None:
    """Deep or of another shape, it is no bundle's, though all hashes fit."""
    for body in (b"[" * 50_000, b'{"a": 1}'):

        def change(files: Files, body: bytes = body) -> None:
            files[name] = body

        path = remade(bundled.path, tmp_path / "remade.zip", change)
        try:
            report = verify(path)
        except NoBundleError as error:
            assert name in str(error)  # noqa: PT017 - either way is right
        else:
            assert name in {each.file for each in report.faults}


def test_the_same_bytes_packed_in_another_way_are_named(bundled: Bundled, tmp_path: Path) -> None:
    """Whoever packs it anew by other means leaves a trace, though every hash fits."""
    files = files_of(bundled.path)
    parts = {name: packed(body) for name, body in files.items()}
    maker = zlib.compressobj(9, zlib.DEFLATED, -15, 1)
    told = files["README.txt"]
    parts["README.txt"] = Packed(8, zlib.crc32(told), len(told), maker.compress(told) + maker.flush())
    body = io.BytesIO()
    write(body, parts)
    path = tmp_path / "packed.zip"
    path.write_bytes(body.getvalue())
    assert [(each.code, each.file) for each in verify(path).faults] == [("packed_otherwise", "README.txt")]
