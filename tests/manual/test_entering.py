"""Quotations entered by hand: what is taken, refused and withdrawn, and that the archive alone tells all of it."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from oracle import cli
from oracle.archive import Archive
from oracle.collect.read import read
from oracle.documents import media_of
from oracle.errors import HomeError, QuestionError, SourceChangedError
from oracle.filing import Kept, add_quotation, withdraw
from oracle.gather import republish
from oracle.manual import wished
from oracle.operate.lock import only_collector
from oracle.store.reads import Reads
from tests.conftest import KNOWN, Rig
from tests.manual.conftest import NOW, page

ROWS = "FROM manual_quotations ORDER BY id"


def enter(rig: Rig, document: Path | str, **changed: Any) -> Kept:
    """Enter a close of BTC/USDT at Binance, unless told otherwise."""
    told: dict[str, Any] = {
        "coin": "btc",
        "day": "2025-03-14",
        "venue": "Binance",
        "market": "btc/usdt",
        "close": "83982.160",
        "author": "the taxpayer",
        "reason": "the collected data\n have a gap",
    }
    wish = wished(KNOWN, rig.now, **(told | changed))
    return add_quotation(rig.home, wish, str(document), lambda: rig.now)


def test_what_is_archived_is_canonical_and_tells_all_again(home: Rig, tmp_path: Path) -> None:
    """The body says what was entered, digit for digit, with the document's hash; the archive rebuilds the table."""
    kept = enter(home, page(tmp_path))
    (batch,) = Archive(home.home.archive).batches()
    document, entry = Archive(home.home.archive).read(batch)
    assert (document.body, document.kind) == (page(tmp_path).read_bytes(), "document")
    assert media_of(document.body or b"") == "application/pdf"
    assert entry.sha256 == kept.sha256
    assert (
        entry.body
        == (
            '{"author":"the taxpayer","close":"83982.160","closes_at":null,"coin":"BTC","day":"2025-03-14","document":"'
            f'{document.sha256}","entered_at":"2026-03-14T09:26:00+00:00","format":"market-quotation-manual/1",'
            '"market":"BTC/USDT","quote":"USDT","reason":"the collected data have a gap","venue":"binance",'
            '"what":"quotation"}'
        ).encode()
    )
    withdraw(home.home, kept.sha256[:8], "a mistake", lambda: NOW + timedelta(hours=1))
    before = home.sql(ROWS)
    assert [str(before[0][7]), before[0][8]] == ["83982.160000000000000000", "83982.160"]
    assert before[0][-2] == "a mistake"
    home.home.store.unlink()
    shutil.rmtree(home.home.published)
    republish(home.home, lambda: home.now)
    assert home.sql(ROWS) == before


def test_it_is_never_among_what_was_collected(home: Rig, tmp_path: Path) -> None:
    """No candle, no market, no quotation comes of it; it has a table of its own, and no source in the status."""
    enter(home, page(tmp_path))
    for table in ("candle_history", "markets", "quotations", "venue_days", "verdicts", "publication_facts f"):
        condition = " WHERE origin = 'document'" if "facts" in table else ""
        assert home.sql(f"FROM {table}{condition}") == [], table
    assert home.sql("SELECT coin, venue, market FROM manual_quotations") == [("BTC", "binance", "BTC/USDT")]
    with Reads(home.home.current) as reads:
        assert reads.status() == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"close": "0.000"}, "expected a price above zero"),
        ({"close": "-1"}, "expected a price above zero"),
        ({"close": "83 982,16"}, "with a decimal point"),
        ({"close": "1e5"}, "with a decimal point"),
        ({"close": "1.0000000000000000001"}, "18 behind it"),
        ({"close": "١٢"}, "with a decimal point"),
        ({"market": "BTCUSDT"}, "write BASE/QUOTE"),
        ({"market": "BTC/ETH"}, "ETH is neither a currency nor a stablecoin"),
        ({"market": "BTC/NOSUCH"}, "NOSUCH is neither a currency nor a stablecoin"),
        ({"market": "ETH/USDT"}, "ETH at binance on 2025-03-14 denotes ETH, not BTC"),
        ({"coin": "B C"}, "is no coin"),
        ({"coin": "LUNA", "market": "LUNA/USDT", "day": "2022-03-01"}, "denotes LUNC, not LUNA"),
        ({"day": "2026-03-14"}, "is not over"),
        ({"day": "2026-03-15", "venue": "Coin Bazaar"}, "is not over"),
        ({"day": "14.03.2025"}, "not a date"),
        ({"closes_at": "2025-03-15"}, "not an instant"),
        ({"closes_at": "2025-03-17T00:00:00Z"}, "is no end of a trading day 2025-03-14"),
        ({"venue": ""}, "--venue: expected"),
        ({"author": ""}, "--author: expected"),
        ({"reason": "x" * 301}, "--reason: expected"),
        ({"document": "0" * 64}, "no document 000000000000... was filed here"),
        ({"document": "/nowhere"}, "cannot read"),
    ],
)
def test_what_cannot_be_is_refused(home: Rig, tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    """The thing is named with the next step, and neither quotation nor document is kept."""
    told = dict(changed)
    document = told.pop("document", page(tmp_path))
    with pytest.raises(QuestionError) as caught:
        enter(home, document, **told)
    assert words in str(caught.value)
    assert Archive(home.home.archive).batches() == []


def test_a_document_may_be_filed_before_and_show_several(home: Rig, tmp_path: Path) -> None:
    """It is named by its hash, or given once more; its bytes are not kept twice."""
    first = enter(home, page(tmp_path))
    (digest,) = [sha256 for (sha256,) in home.sql("SELECT sha256 FROM documents")]
    enter(home, digest.upper(), market="BTC/EUR")
    enter(home, page(tmp_path), market="BTC/USDC")
    assert len(home.sql("FROM documents")) == 1
    assert {document for (document,) in home.sql("SELECT document FROM manual_quotations")} == {digest}
    with pytest.raises(QuestionError, match=f"entered on 2026-03-14, as {first.sha256}"):
        enter(home, digest)
    with pytest.raises(QuestionError, match="entered on"):
        enter(home, page(tmp_path), author="somebody else")


def test_withdrawn_once_and_by_an_id_that_names_one(home: Rig, tmp_path: Path) -> None:
    """An unknown, a short and a withdrawn id are told apart; afterwards the same may be entered anew."""
    kept = enter(home, page(tmp_path))

    def take_back(start: str, reason: str = "a mistake") -> Kept:
        return withdraw(home.home, start, reason, lambda: home.now)

    for start, words in ((kept.sha256[:7], "at least 8 characters"), ("f" * 64, "no entry has the id")):
        with pytest.raises(QuestionError, match=words):
            take_back(start)
    with pytest.raises(QuestionError, match="--reason: expected"):
        take_back(kept.sha256, " ")
    assert take_back(kept.sha256[:12].upper()).sha256 == kept.sha256
    with pytest.raises(QuestionError, match="was withdrawn before"):
        take_back(kept.sha256)
    home.now += timedelta(minutes=1)
    assert enter(home, page(tmp_path)).sha256 != kept.sha256
    assert len(home.sql(f"{ROWS}")) == 2
    assert home.sql("SELECT count(*) FROM manual_quotations WHERE withdrawn_at IS NULL") == [(1,)]


def test_one_writer_at_a_time(home: Rig, tmp_path: Path) -> None:
    """Whoever collects in the home is named, and nothing is written beside it."""
    with only_collector(home.home.path, "oracle up", NOW), pytest.raises(HomeError, match="`oracle up`"):
        enter(home, page(tmp_path))


def test_bytes_of_another_shape_are_no_quotation(home: Rig, tmp_path: Path) -> None:
    """An archive that was tampered with, or written by a later program, gives no row and no crash."""
    enter(home, page(tmp_path))
    (batch,) = Archive(home.home.archive).batches()
    _, entry = Archive(home.home.archive).read(batch)
    sound = json.loads(entry.body or b"")
    vary = type(entry)
    for changed in (
        b"",
        b"[]",
        b"{",
        b"\xff",
        json.dumps({**sound, "format": "market-quotation-manual/2"}).encode(),
        json.dumps({**sound, "close": 83982.16}).encode(),
        json.dumps({**sound, "close": "NaN"}).encode(),
        json.dumps({**sound, "day": "2025-03-13"}).encode(),
        json.dumps({**sound, "closes_at": "2025-03-15T00:00:00"}).encode(),
        json.dumps({key: each for key, each in sound.items() if key != "author"}).encode(),
    ):
        other = vary(**{**_fields(entry), "body": changed})
        with pytest.raises(SourceChangedError):
            read(other)


def _fields(entry: Any) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__dataclass_fields__}


def test_the_commands(
    home: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Entered, listed, withdrawn, listed again; what stands is told from what was withdrawn."""

    def run(*words: str) -> tuple[str, str]:
        monkeypatch.setattr("sys.argv", ["oracle", *words, "--home", str(home.home.path)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        told = capsys.readouterr()
        return told.out if not left.value.code else f"status {left.value.code}", told.err

    words = ["BTC", "2025-03-14", "--venue", "Coin Bazaar", "--market", "BTC/RUB", "--close", "7000000.5"]
    words += ["--document", str(page(tmp_path)), "--author", "me", "--reason", "a gap"]
    entered, said = run("manual", "add", *words)
    assert "nothing is collected of Coin Bazaar, so there is no verdict on it" in said
    assert "stands" in run("manual", "list")[0]
    assert run("manual", "add", *words)[0] == "status 2"
    run("manual", "withdraw", entered.strip(), "--reason", "typed wrongly")
    (row,) = json.loads(run("manual", "list", "--format", "json")[0])
    assert (row["id"], row["close"], row["close_literal"]) == (entered.strip(), "7000000.5", "7000000.5")
    assert (row["venue_collected"], row["withdrawn_because"]) == (False, "typed wrongly")
    assert "withdrawn" in run("manual", "list")[0]
