"""Users' documents: their very bytes and what was said of them, in archive, file and answer, changing no verdict."""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from oracle import cli
from oracle.archive import Archive
from oracle.documents import DOCUMENT_BYTES, media_of, said
from oracle.errors import HomeError, QuestionError
from oracle.filing import Kept, add_document, document_bytes
from oracle.gather import republish
from oracle.knowledge import knowledge
from oracle.operate.lock import only_collector
from oracle.publish import publish
from oracle.rewind import as_known_at
from oracle.store.listings import Listings
from oracle.store.reads import Reads
from oracle.store.writer import Store
from tests.conftest import KNOWN, Rig
from tests.manual.conftest import NOW, page

ROWS = "SELECT * EXCLUDE (filed_at) FROM documents ORDER BY ALL"


def add(rig: Rig, path: Path, **changed: Any) -> Kept:
    """File a document about Binance in March 2021, unless told otherwise."""
    told: dict[str, Any] = {
        "author": "the adviser",
        "note": "the venue's page in the web archive",
        "venue": "Binance",
        "shows": "2021-03-01..2021-03-31",
        "address": "https://web.archive.org/web/2021/binance.com",
    }
    return add_document(rig.home, path, said(rig.now, **(told | changed)), lambda: rig.now)


def test_bytes_and_facts_survive_in_the_archive_alone(home: Rig, tmp_path: Path) -> None:
    """Store and published file thrown away, the archive tells both again: the body is the very bytes."""
    body = b"\x00\xff<html>anything</html>"
    kept = add(home, page(tmp_path, body, "shot \u202e.bin"))
    before = home.sql(ROWS)
    assert before == [
        (
            kept.sha256,
            "binance",
            True,
            date(2021, 3, 1),
            date(2021, 3, 31),
            "the adviser",
            "the venue's page in the web archive",
            "https://web.archive.org/web/2021/binance.com",
            "shot .bin",
            "text/html",
            len(body),
        )
    ]
    home.home.store.unlink()
    shutil.rmtree(home.home.published)
    republish(home.home, lambda: home.now)
    assert home.sql(ROWS) == before
    found = Archive(home.home.archive).find(kept.sha256)
    assert found
    assert (found.body, found.source, found.kind) == (body, "user", "document")


def test_it_stands_beside_the_facts_of_publication(entered: Rig, tmp_path: Path) -> None:
    """One that names a venue of ours and days is told of with its hash, and no verdict changes; others are not."""
    own = Rig(type(entered.home)(tmp_path / "copy"), NOW)
    shutil.copytree(entered.home.path, own.home.path)
    before = {name: each.verdicts for name, each in _venues(own).items()}
    kept = add(own, page(tmp_path))
    add(own, page(tmp_path, b"no days", "b.txt"), shows=None, address=None)
    add(own, page(tmp_path, b"no venue", "c.txt"), venue=None, address=None)
    add(own, page(tmp_path, b"another venue", "d.txt"), venue="Coin Bazaar", shows="2021-03-01", address=None)
    found = _venues(own)
    assert {name: each.verdicts for name, each in found.items()} == before
    told = [each for each in found["binance"].publication_facts if each.origin == "document"]
    assert [each.model_dump(mode="json") for each in told] == [
        {
            "what": "document",
            "shown_on": "2021-03-01",
            "shown_until": "2021-03-31",
            "address": "https://web.archive.org/web/2021/binance.com",
            "source": "the adviser: the venue's page in the web archive",
            "origin": "document",
            "document": kept.sha256,
        }
    ]
    assert [each.venue for each in found.values() if any(fact.document for fact in each.publication_facts)] == [
        "binance"
    ]
    assert len(own.sql("FROM documents WHERE starts_with(note, 'the venue')")) == 4


def _venues(rig: Rig) -> dict[str, Any]:
    return {each.venue: each for each in rig.ask("BTC", "2025-03-11").venues}


def test_as_known_before_it_was_filed_it_is_not_there(entered: Rig, tmp_path: Path) -> None:
    """A question about the past does not know the documents of today."""
    own = Rig(type(entered.home)(tmp_path / "copy"), NOW)
    shutil.copytree(entered.home.path, own.home.path)
    add(own, page(tmp_path))
    for instant, count in ((NOW - timedelta(seconds=1), 0), (NOW, 1)):
        known = knowledge(own.home.path)
        with as_known_at(own.home.current, [date(2025, 3, 11)], ["BTC"], instant, known) as path, Reads(path) as past:
            assert len([each for each in past.publication_facts() if each.document]) == count


def test_the_same_is_filed_once_and_other_words_about_it_beside(home: Rig, tmp_path: Path) -> None:
    """A second call with the same facts adds nothing; the same bytes may show something else too."""
    first = add(home, page(tmp_path))
    again = add(home, page(tmp_path))
    assert first.sha256 == again.sha256
    assert "was filed with these facts before" in again.lines[0]
    add(home, page(tmp_path), venue="okx")
    assert [venue for (venue,) in home.sql("SELECT venue FROM documents ORDER BY 1")] == ["binance", "okx"]
    assert len(Archive(home.home.archive).batches()) == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"author": " "}, "--author: expected 1 to 120"),
        ({"note": "x" * 301}, "--note: expected 1 to 300"),
        ({"note": "a\x1bb"}, "--note: expected"),
        ({"venue": "x" * 61}, "--venue: expected 1 to 60"),
        ({"shows": "2021-03-31..2021-03-01"}, "2021-03-31 is after 2021-03-01; swap them"),
        ({"shows": "2021-02-30"}, "not a date"),
        ({"shows": "2021-03-01.."}, "not a date"),
        ({"shows": "2026-03-15"}, "is still to come"),
        ({"address": "file:///etc/passwd"}, "--address: write where"),
        ({"address": "https://user:secret@venue.example/page"}, "which would be published"),
        ({"address": "javascript:alert(1)"}, "--address: write where"),
        ({"address": "https://a\u0000b/"}, "--address: write where"),
    ],
)
def test_what_cannot_be_meant_is_refused(home: Rig, tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    """The option is named with the next step, and nothing is kept; a password in an address is not repeated."""
    with pytest.raises(QuestionError) as caught:
        add(home, page(tmp_path), **changed)
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)
    assert Archive(home.home.archive).batches() == []


def test_what_is_no_document_is_refused(home: Rig, tmp_path: Path) -> None:
    """An empty file, a folder, one that is not there, one that is too large."""
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(DOCUMENT_BYTES + 1)
    for path, words in (
        (page(tmp_path, b""), "is empty"),
        (tmp_path, "cannot read"),
        (tmp_path / "nothing", "cannot read"),
        (large, "larger than 16 MiB"),
    ):
        with pytest.raises(QuestionError, match=words):
            add(home, path)


def test_one_writer_at_a_time(home: Rig, tmp_path: Path) -> None:
    """Whoever collects in the home is named, and nothing is written beside it."""
    with only_collector(home.home.path, "oracle up", NOW), pytest.raises(HomeError, match="`oracle up`"):
        add(home, page(tmp_path))
    assert Archive(home.home.archive).batches() == []


def test_a_store_of_an_earlier_program_takes_them(home: Rig, tmp_path: Path) -> None:
    """A working store that lacks the tables gets them when it is opened."""
    with Store(home.home.store) as store:
        for table in ("documents", "manual_entries", "manual_withdrawals"):
            store.connection.execute(f"DROP TABLE {table}")
    add(home, page(tmp_path))
    with Store(home.home.store) as store:
        publish(store, home.home.published, KNOWN, datetime(2026, 3, 15, tzinfo=UTC))
    assert len(home.sql("FROM documents")) == 1


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"%PDF-1.4 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\xef\xbb\xbf\n<!DOCTYPE HTML><title>x</title>", "text/html"),
        (b"<?xml version='1.0'?><html xmlns='x'></html>", "text/html"),
        (b"From: <Saved by a browser>\r\nMIME-Version: 1.0\r\n\r\n<html>", "multipart/related"),
        (b"Received: by mail\r\nSubject: x\r\n\r\nhello", "message/rfc822"),
        (b'{"close": "1"}', "application/json"),
        ("котировка".encode(), "text/plain"),
        ("котировка".encode("cp1251"), "application/octet-stream"),
        (b"a\x00b", "application/octet-stream"),
    ],
)
def test_the_type_is_told_by_the_content(body: bytes, media: str) -> None:
    """A name says nothing about what a file is."""
    assert media_of(body) == media


def test_the_commands(
    home: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Added, listed, shown and written out again; a file that is there is not written over."""
    text, where = page(tmp_path), ["--home", str(home.home.path)]

    def run(*words: str) -> tuple[str, str]:
        monkeypatch.setattr("sys.argv", ["oracle", *words, *where])
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = capsys.readouterr()
        return told.out if not left.value.code else f"status {left.value.code}", told.err

    added, _ = run("documents", "add", str(text), "--author", "me", "--note", "[bold] page", "--venue", "binanse")
    digest = added.strip()
    again = ("documents", "add", str(text), "--author", "me", "--note", "x", "--venue", "binanse")
    assert "did you mean binance?" in run(*again)[1]
    assert "[bold] page" in run("documents", "list")[0]
    assert json.loads(run("documents", "list", "--format", "json")[0])[0]["sha256"] == digest
    out = tmp_path / "out.bin"
    assert json.loads(run("documents", "show", digest, "-o", str(out))[0])[0]["media"] == "application/pdf"
    assert out.read_bytes() == text.read_bytes()
    status, error = run("documents", "show", digest, "-o", str(out))
    assert status == "status 1"
    assert "name a file that is not there yet" in error
    status, error = run("documents", "show", "ab'; --")
    assert status == "status 2"
    assert "see `oracle documents list`" in error


def test_lost_bytes_are_named(home: Rig, tmp_path: Path) -> None:
    """An archive without the batch says so instead of giving something else."""
    kept = add(home, page(tmp_path))
    with Reads(home.home.current) as reads:
        batches = Listings(reads).batches(kept.sha256)
    assert document_bytes(home.home, kept.sha256, batches) == page(tmp_path).read_bytes()
    with pytest.raises(HomeError, match="restore it from a backup"):
        document_bytes(home.home, kept.sha256, [])
