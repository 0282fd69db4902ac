"""What one question says of entries is what every other way says: ledgers, memory, text, CSV, SQL, HTTP."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from oracle.answer import Answer
from oracle.api.chosen import chosen
from oracle.api.encoding import Encoder
from oracle.ask import Question, ask
from oracle.days import DAY, Span
from oracle.documents import said
from oracle.errors import OracleError
from oracle.filing import add_document
from oracle.outputs.rows import csv_text
from oracle.outputs.sensitivity import sensitivity_text
from oracle.price.reading import How
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.store.shelf import Shelf, ShelfReads
from tests.api.conftest import running
from tests.conftest import Rig
from tests.law.case_file import CaseFile
from tests.manual.conftest import NOW, page
from tests.price.conftest import told

BOOKS = ("tax-code", "tax-code-per-coin", "by-hand", "by-hand-at-market", "by-hand-currency-first", "by-hand-utc")
READINGS = [(book, "lowest") for book in BOOKS]
READINGS += [("by-hand", choose) for choose in ("largest-turnover", "okx,binance", "as-tax-service")]


def _answer(reads: Reads, case: Any, rulebook: str, choose: str = "largest-turnover", **how: Any) -> Answer | None:
    try:
        return ask(reads, Question(case.facts["coin"], case.day, rulebook=rulebook, choose=choose, **how), NOW)
    except OracleError:
        return None


@pytest.mark.parametrize(("rulebook", "choose"), READINGS)
def test_a_ledger_takes_what_the_question_takes(
    entered: Rig, reads: Reads, situations: CaseFile, rulebook: str, choose: str
) -> None:
    """The same venue, rubles and kopecks for every day, with a status that tells an entry from what was collected."""
    days = {case.day: case for case in situations.cases}
    rows = [{"coin": "BTC", "date": f"{day}", "quantity": "2"} for day in days]
    manual = 0
    for row, case in zip(told(entered, rows, How(rulebook, choose)), days.values(), strict=True):
        answer = _answer(reads, case, rulebook, choose)
        taken = answer.chosen if answer else None
        if taken is None or answer is None:
            assert row["status"] not in ("quoted", "quoted_manual")
            assert row["rub"] is None
            continue
        assert (row["venue"], row["market"], row["rub"]) == (taken.venue, taken.market, taken.rub)
        assert Decimal(row["value_rub"]) == 2 * Decimal(taken.rub)
        assert row["status"] == ("quoted_manual" if taken.manual else "quoted")
        if taken.manual:
            manual += 1
            (entry,) = [each for each in answer.manual if each.id == taken.manual]
            assert (row["observation"], row["final"]) == (entry.document, False)
            assert Decimal(row["close"]) == Decimal(entry.close)
            assert row["reason"] == f"entered by hand by {entry.author}, told by no venue; the rulebook allows it"
    assert manual == 0 or rulebook.startswith("by-hand")
    assert manual > 0 or not (rulebook == "by-hand" and choose != "as-tax-service")


def test_memory_gives_the_same_bytes(reads: Reads, situations: CaseFile) -> None:
    """The pieces that answers over HTTP are put together of are those of the answer, entries among them."""
    shelf, encoder, shown = Shelf(reads), Encoder(), 0
    for at, day in enumerate(sorted({case.day for case in situations.cases})):
        for rulebook in ("tax-code", "tax-code-per-coin", "by-hand"):
            venue, lang = (None, "binance")[at % 2], ("en", "ru")[at // 2 % 2]
            question = Question("BTC", day, venue, rulebook, lang=lang)
            try:
                expected = ask(reads, question, NOW)
            except OracleError:
                continue
            shown += len(expected.manual)
            assert encoder.encoded(ShelfReads(shelf, reads), question, NOW).decode() == expected.model_dump_json()
    assert shown > 30


def test_a_feed_leaves_entries_out(reads: Reads, situations: CaseFile) -> None:
    """It has no room to mark them: such a day has no row there, and the others are those of the question."""
    days = sorted(case.day for case in situations.cases)
    for rulebook in ("tax-code", "by-hand", "by-hand-utc"):
        found = {each.day: each.rub for each in chosen(reads, Span(days[0], days[-1]), rulebook, "lowest", "BTC")}
        expected = {}
        for case in situations.cases:
            answer = _answer(reads, case, rulebook, "lowest")
            if answer and answer.chosen and not answer.chosen.manual:
                expected[case.day] = Decimal(answer.chosen.rub)
        assert found == expected


def test_the_digits_are_those_of_a_collected_close(reads: Reads, situations: CaseFile) -> None:
    """An entry is valued by the same steps as a candle with the same close: close x legs, the rate of the day."""
    seen = 0
    for case in situations.cases:
        answer = _answer(reads, case, "by-hand")
        for each in answer.manual if answer else ():
            assert each.rub
            assert answer
            product = Decimal(each.close)
            for leg in each.legs:
                product *= Decimal(leg.rate)
            assert Decimal(each.rub) == product
            for other in answer.quotations:
                if (other.quote_asset, other.ruble_path) == (each.quote_asset, each.ruble_path):
                    assert each.legs == other.legs
                    seen += 1
    assert seen


def test_csv_marks_them(reads: Reads, situations: CaseFile) -> None:
    """Below the quotations, with their id, and no verdict of a venue by which a sheet could take them for eligible."""
    case = next(each for each in situations.cases if each.title.startswith("A collected quotation of a venue that"))
    answer = _answer(reads, case, "by-hand")
    assert answer
    rows = list(csv.DictReader(io.StringIO(csv_text(answer))))
    collected, manual = [row for row in rows if not row["manual"]], [row for row in rows if row["manual"]]
    assert [row["venue"] for row in collected] == [each.venue for each in answer.quotations]
    assert [row["verdict"] for row in manual] == [each.code for each in answer.manual]
    assert {row["source"] for row in manual} == {"manual: the taxpayer"}
    assert [row["venue"] for row in rows if row["chosen"] == "True"] == ["binance"]
    assert not any(row["manual"] for row in rows if row["verdict"] == "eligible")


async def test_over_http_documents_come_as_a_strangers_bytes(entered: Rig, tmp_path_factory: Any) -> None:
    """An HTML document is an attachment of no type that no browser guesses at; answers and ranges mark entries."""
    import shutil

    folder = tmp_path_factory.mktemp("http")
    shutil.copytree(entered.home.path, folder / "copy")
    home = Home(folder / "copy")
    evil = b"<!doctype html><script>alert(document.cookie)</script>"
    kept = add_document(
        home, page(folder, evil, "evil.html"), said(NOW, author="me", note="a page", address=None), lambda: NOW
    )
    async with running(home, NOW) as client:
        got = await client(f"/v1/observations/{kept.sha256}", headers={"Accept": "text/html,*/*"})
        assert (got.status, got.body) == (200, evil)
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert (await client(f"/v1/observations/{kept.sha256}", headers={"Accept": "text/html"})).status == 406
        told = (await client("/v1/quotations/BTC/2025-03-10?rulebook=by-hand")).json
        assert told["chosen"]["manual"] == told["manual"][0]["id"]
        refused = (await client("/v1/quotations/BTC/2025-03-10")).json
        assert (refused["chosen"], refused["manual"][0]["code"]) == (None, "manual_refused")
        entry = await client(f"/v1/observations/{told['manual'][0]['id']}")
        assert json.loads(entry.body)["close"] == "80000.10"
        batch = await client(
            "/v1/quotations?rulebook=by-hand",
            "POST",
            json={"rows": [{"coin": "BTC", "date": "2025-03-10"}, {"coin": "BTC", "date": "2025-03-11"}]},
        )
        assert batch.status == 200, batch.body
        assert [row["status"] for row in batch.json] == ["quoted_manual", "quoted"]
        model = (await client("/openapi.json")).json["components"]["schemas"]
        assert "manual" in model["Answer"]["properties"]
        assert "quoted_manual" in json.dumps(model)


def test_entries_are_final_at_once_and_kept_apart_by_time(entered: Rig, reads: Reads) -> None:
    """A question asked before the dataset's own time answers the same: entries do not depend on the hour."""
    early = ask(reads, Question("BTC", NOW.date().replace(year=2025, day=10), rulebook="by-hand"), NOW - 90 * DAY)
    late = ask(reads, Question("BTC", NOW.date().replace(year=2025, day=10), rulebook="by-hand"), NOW + timedelta(9))
    assert early == late
    assert early.chosen
    assert entered.sql("SELECT count(*) FROM quotations WHERE coin = 'BTC' AND day = DATE '2025-03-10'") == [(0,)]


@pytest.mark.parametrize("rulebook", ["tax-code", "by-hand", "by-hand-utc"])
def test_other_readings_begin_with_the_choice_of_the_answer(reads: Reads, situations: CaseFile, rulebook: str) -> None:
    """The row of the question's own reading is what the answer chose, by hand or not, also of one venue alone."""
    by_hand = 0
    for case in situations.cases:
        for venue in (None, "binance"):
            answer = _answer(reads, case, rulebook, sensitivity=True, venue=venue)
            if answer is None or answer.sensitivity is None:
                continue
            (asked,) = [each for each in answer.sensitivity.variants if each.asked]
            taken = answer.chosen
            expected = taken and (taken.venue, taken.market, taken.rub, taken.manual)
            shown = asked.chosen
            assert (shown and (shown.venue, shown.market, shown.rub, shown.manual)) == expected, case.title
            by_hand += bool(shown and shown.manual)
            assert rulebook != "tax-code" or not any(
                each.chosen and each.chosen.manual for each in answer.sensitivity.variants
            )
            shown_by_hand = any(
                each.chosen and each.chosen.manual for each in answer.sensitivity.variants if len(each.changes) <= 1
            )
            for lang, word in (("en", "hand"), ("ru", "вручную")):
                page = sensitivity_text(answer, answer.sensitivity, "x.duckdb", lang)
                assert (word in page.split("\n\n")[2]) == shown_by_hand
    assert (by_hand > 0) == rulebook.startswith("by-hand")
