"""Papers for people: a page per quotation in PDF and HTML, tables with formulas, and nothing in them that runs."""

import csv as csv_module
import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any, cast

import openpyxl
import pypdf
import pypdfium2
import pytest
import segno

from oracle.answer import Answer, WarningPart
from oracle.errors import QuestionError
from oracle.outputs import spreadsheet
from oracle.outputs.spreadsheet import xlsx
from oracle.outputs.statement import Operation, Statement, Unanswered
from oracle.outputs.statement_html import html
from oracle.outputs.statement_pdf import pdf
from oracle.outputs.statement_table import csv
from oracle.taxed import Deal
from oracle.words.ru_statement import COLUMNS
from tests.conftest import Rig
from tests.latin import english

MANIFEST = "0123456789abcdef" * 4
FORMATS: dict[str, Callable[[Statement], bytes]] = {"pdf": pdf, "html": html, "xlsx": xlsx, "csv": csv}
UNREAD = Unanswered("XYZ", "2026-13-40", "дата не читается: нет такого месяца", "1,5", "строка 9")
HOSTILE = [
    '#import "@preview/x:1.0.0": * $a^2$ *b* _c_ `d` @e <f>',
    '[g] \\ // /* #panic("x")',
    "\"'></td><script>alert(1)</script><img src=x onerror=alert(2)>&amp;",
    "\u05d0\u05d1\u05d2 \u202e12345\u202c",
    "\U0001f600 \u5e01\u5b89 \u0645\u0631\u062d\u0628\u0627",
    "A" * 5_000,
    "a\x00b\x07c\x1b[31md\nf\r\ng\x85\ud800",
    "=1+1",
    "+7 999",
    "-2",
    "@SUM(A1:A9)",
    "\t=cmd|' /C calc'!A0",
    '=HYPERLINK("http://example.org","x")',
    "http://example.org/",
    "{=1}",
    "12345678901234567890",
]


@pytest.fixture(scope="module")
def answer(priced: Rig) -> Answer:
    """A day on which two venues qualify and Binance is taken."""
    return priced.ask("BTC", "2026-03-11", lang="ru")


@pytest.fixture(scope="module")
def others(priced: Rig) -> list[Answer]:
    """A day before the rule, a policy that finds nothing, a price in euros."""
    return [
        priced.ask("BTC", "2024-12-30", lang="ru"),
        priced.ask("BTC", "2026-03-11", lang="ru", choose="kraken"),
        priced.ask("BTC", "2026-03-11", lang="ru", choose="binance:BTC/EUR"),
    ]


@pytest.fixture(scope="module")
def batch(answer: Answer, others: list[Answer]) -> Statement:
    """Two operations on one answer, three on others, a row that cannot be read."""
    operations = [Operation(answer, Decimal("0.5"), "строка 1"), Operation(answer, Decimal("1.25"), "строка 2")]
    operations += [Operation(each, Decimal(2), f"строка {at}") for at, each in enumerate(others, 3)]
    return Statement([*operations, UNREAD], answer.dataset, MANIFEST)


def _one(answer: Answer, quantity: str | None = None, reference: str | None = None) -> Statement:
    operation = Operation(answer, None if quantity is None else Decimal(quantity), reference)
    return Statement([operation], answer.dataset, MANIFEST)


def _pages(made: bytes) -> list[str]:
    """The text of each page without any space."""
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(made)).pages]


class _Read(HTMLParser):
    """Names of elements and attributes, and the text."""

    def __init__(self, made: bytes) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.within: str | None = None
        self.feed(made.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs
        self.within = tag

    def handle_data(self, data: str) -> None:
        self.text += "" if self.within == "style" else f"{data} "


def _texts(statement: Statement) -> dict[str, str]:
    return {"pdf": "".join(_pages(pdf(statement))), "html": "".join(_Read(html(statement)).text.split())}


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_the_page_tells_the_figures(answer: Answer, form: str) -> None:
    """All that the quotation rests on can be read and copied: 100 012.55 x 80.11, both venues' turnovers, hashes."""
    text = _texts(_one(answer, "0.5", "Реестр 7"))[form]
    quoted = next(each for each in answer.quotations if each.market == "BTC/USDT" and each.venue == "binance")
    for told in (
        "8012005,38руб.за1BTC",
        "8012005,3805",
        "100012,55USDT",
        "100012,55×1×80,11=8012005,3805",
        "1USD=80,11руб.,действуетс11.03.2026,взятна11.03.2026",
        "с11.03.202600:00до12.03.202600:00",
        "с11.03.202603:00до12.03.202603:00",
        "8250605,82109775",
        "от6409604,30до9614406,46",
        "4006002,69руб.(точно:4006002,69025руб.)",
        "Реестр7",
        "https://www.binance.com",
        "более100000000000руб.",
        "120336831574,20",
        "учтено2,непрочитано0",
        "котировкаестьза1096днейиз1096",
        "с01.12.2022",
        "НКРФ,ст.282.3",
        "112177552340,00",
        quoted.observation,
        answer.official_rates[-1].observation,
        answer.dataset.version,
        MANIFEST,
        "Неявляетсяюридическойконсультацией",
    ):
        assert told in text, told


def test_a_page_per_answer_after_the_summary(batch: Statement) -> None:
    """Operations on the same answer share its page; the summary has a row for each, with a total of those quoted."""
    pages = _pages(pdf(batch))
    assert len(pages) == 1 + 4
    assert [f"стр.{at}из5" in text for at, text in enumerate(pages, 1)] == [True] * 5
    assert "6операций;ниже4справки" in pages[0]
    assert "датанечитается" in pages[0]
    # (0.5 + 1.25) x 8012005.3805, each rounded, and 2 x 7930810.8805
    assert "29882631,18" in pages[0]
    assert "безкотировкиостались3операции" in pages[0]
    assert "Операции:2" in pages[1]
    assert "Справка№4" in pages[4]


def test_one_operation_has_no_summary(answer: Answer) -> None:
    """A single quotation is a single sheet of paper, without a number."""
    (page,) = _pages(pdf(_one(answer)))
    assert "Справкаорыночнойкотировке" in page
    assert "Сводка" not in page


def test_equal_answers_share_a_sheet(answer: Answer) -> None:
    """What counts is what an answer says, not which object says it."""
    again = Answer.model_validate_json(answer.model_dump_json())
    same = Statement([Operation(answer, Decimal(1)), Operation(answer, Decimal(2))], answer.dataset)
    assert pdf(same) == pdf(replace(same, operations=[Operation(answer, Decimal(1)), Operation(again, Decimal(2))]))


def test_the_summary_runs_over_pages_under_its_head(answer: Answer) -> None:
    """A hundred rows take several pages, each begins with the head of the table, and none is lost."""
    rows = [Operation(answer, Decimal(at), f"ряд-{at:03}") for at in range(1, 101)]
    *summary, sheet = _pages(pdf(Statement(rows, answer.dataset, MANIFEST)))
    assert len(summary) > 2
    tables = [text for text in summary if "ряд-" in text]
    assert all("Котировка,руб." in text for text in tables)
    assert [each for text in summary for each in re.findall(r"ряд-(\d{3})", text)] == [
        f"{at:03}" for at in range(1, 101)
    ]
    assert "иещё94операции;все—всводке" in sheet


@pytest.mark.parametrize("form", ["pdf", "html"])
def test_where_nothing_qualifies_the_page_says_why(others: list[Answer], form: str) -> None:
    """Before the rule, and where a policy finds nothing, there are reasons and prices for information."""
    early, none, _ = others
    text = _texts(_one(early, "2"))[form]
    assert "Котировканеустановлена:правилонедействовало" in text
    assert "перваяредакциядействуетс01.01.2025" in text
    assert early.quotations[0].observation in text
    text = _texts(_one(none, "2"))[form]
    assert "Котировканеустановлена" in text
    assert "политикавыбораназываетkraken:подходящейкотировкитамнет" in text
    assert "непревышает100000000000руб." in text


def test_however_much_is_told_it_is_one_page(answer: Answer) -> None:
    """Warnings without end, a name of sixty letters and a long note are made to fit; what is left out is counted."""
    many = [WarningPart(code="unheard", text=f"{at} " + "слово " * 90) for at in range(40)]
    told = answer.choice.model_copy(update={"note": "W" * 900})
    full = answer.model_copy(update={"warnings": many, "choice": told, "coin": "W" * 60})
    (page,) = _pages(pdf(_one(full, "123456789012345678.123456789012345678", "W" * 200)))
    assert "иещё32;полностью—вдокументеответа" in page
    assert MANIFEST in page


def test_what_users_wrote_is_shown_and_nothing_else(answer: Answer) -> None:
    """References full of markup, quotes, other scripts and controls stand on paper as text."""
    pages = _pages(pdf(Statement([Operation(answer, None, each) for each in HOSTILE], answer.dataset, MANIFEST)))
    text = pages[0]
    assert len(pages) == 2
    assert '#import"@preview/x:1.0.0":*$a^2$*b*_c_`d`@e<f>' in text
    assert '[g]\\///*#panic("x")' in text
    assert "<script>alert(1)</script>" in text
    assert "[U+05D0][U+05D1][U+05D2]\ufffd12345\ufffd" in text
    assert "[U+1F600][U+5E01][U+5B89]" in text
    assert "a\ufffdb\ufffdc\ufffd[31mdfg\ufffd\ufffd" in text
    assert "A" * 59 + "…" in text
    assert "A" * 61 not in text


def test_html_holds_nothing_that_runs_or_is_fetched(answer: Answer) -> None:
    """No script, no address that a browser would follow by itself, no style in place; a policy forbids all three."""
    made = html(Statement([Operation(answer, None, each) for each in HOSTILE], answer.dataset, MANIFEST))
    read = _Read(made)
    assert not read.names & {"script", "img", "link", "iframe", "object", "form", "f", "base"}
    names = {name for name, _ in read.attributes}
    assert not {each for each in names if each.startswith("on")} | names & {"src", "style", "srcset"}
    links = [value for name, value in read.attributes if name == "href" and value]
    assert links
    assert all(each.startswith("#sheet-") for each in links)
    assert b"default-src 'none'" in made
    assert b"unsafe" not in made
    assert "<script>alert(1)</script>" in "".join(read.text.split())
    assert ("lang", "ru") in read.attributes


def test_html_is_read_aloud_as_it_is_seen(batch: Statement) -> None:
    """Tables have captions and heads with a scope, the QR code says in words what it holds."""
    read = _Read(html(batch))
    scopes = {value for name, value in read.attributes if name == "scope"}
    assert scopes == {"col", "row"}
    assert {"main", "article", "header", "h1", "h2", "caption", "thead", "dl", "figure"} <= read.names
    assert any(name == "aria-label" and value and MANIFEST in value for name, value in read.attributes)


def test_papers_are_russian_whatever_the_answer_was(priced: Rig, answer: Answer) -> None:
    """An answer in English makes the same papers to the byte; no English words but names are in them."""
    spoken = priced.ask("BTC", "2026-03-11")
    for make in FORMATS.values():
        assert make(_one(spoken, "1")) == make(_one(answer, "1"))
    names = ("MANIFEST", "SHA-256", "json", "BTCUSDT")
    assert english(_Read(html(_one(answer, "1"))).text, *names, "market-quotation-oracle") == []


def test_what_follows_for_the_tax_is_told(priced: Rig) -> None:
    """Where the answer was asked for a deal, the page has each figure with how it came about."""
    deal = Deal(Decimal("0.5"), Decimal(6_000_000), Decimal(3_000_000))
    asked = priced.ask("BTC", "2026-03-11", lang="ru", deal=deal)
    (page,) = _pages(pdf(_one(asked, "0.5")))
    assert "доходотмайнинга4006002,69" in page
    assert "минимумдоходаотпродажи3204802,15" in page


@pytest.mark.parametrize("form", FORMATS)
def test_invented_prices_are_marked(answer: Answer, form: str) -> None:
    """A statement of a demonstration says so in every format, on every page."""
    demo = answer.dataset.model_copy(update={"demo": True})
    statement = Statement([Operation(answer.model_copy(update={"dataset": demo}), Decimal(1))], demo, MANIFEST)
    made = FORMATS[form](statement)
    if form == "pdf":
        (page,) = _pages(made)
        assert "ДЕМО" in page
        assert "вымышлены" in page
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(made))
        assert any("вымышлены" in str(cell.value) for row in book["Основания"].rows for cell in row)
        assert book["Операции"].oddHeader.center.text == "ДЕМО"
        assert _records(made)[0]["status"] == "установлена (демо)"
    else:
        assert "демо" in made.decode().lower()


@pytest.mark.parametrize("form", ["pdf", "html", "xlsx"])
def test_outside_a_bundle_the_paper_says_so(answer: Answer, form: str) -> None:
    """Without a manifest there is no QR code, and the paper says that it is part of no bundle."""
    alone = replace(_one(answer), manifest=None)
    told = "справка составлена отдельно и не входит в пакет доказательств"
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(xlsx(alone)))
        assert told in [row[1].value for row in book["Основания"].rows]
    else:
        assert "".join(told.split()) in _texts(alone)[form]
        assert b"<svg" not in html(alone)


def test_the_qr_code_on_paper_holds_the_hash_of_the_manifest(answer: Answer) -> None:
    """Module by module it is the code of the manifest's name and hash."""
    drawn = pypdfium2.PdfDocument(pdf(_one(answer)))[0].render(scale=6, grayscale=True)
    rows = [drawn.buffer[at * drawn.stride : at * drawn.stride + drawn.width] for at in range(drawn.height // 5)]
    left = drawn.width * 7 // 10
    dark = [(x, y) for y, row in enumerate(rows) for x in range(left, drawn.width) if row[x] < 64]
    (x0, x1), (y0, y1) = ((min(side), max(side) + 1) for side in zip(*dark, strict=True))
    code = segno.make(f"MANIFEST.json sha256 {MANIFEST}", error="m", micro=False, boost_error=False)
    size = len(code.matrix)
    found = [
        [
            int(rows[y0 + (2 * y + 1) * (y1 - y0) // (2 * size)][x0 + (2 * x + 1) * (x1 - x0) // (2 * size)] < 128)
            for x in range(size)
        ]
        for y in range(size)
    ]
    assert found == [list(row) for row in code.matrix]


def test_the_pdf_is_an_archival_document_with_a_fixed_date(answer: Answer) -> None:
    """PDF/A-2a in Russian, with title and author; its date is that of the dataset."""
    read = pypdf.PdfReader(io.BytesIO(pdf(_one(answer))))
    assert read.metadata is not None
    assert read.metadata.title == "Справка о рыночной котировке: BTC на 11.03.2026"
    assert read.metadata.author == "market-quotation-oracle 0.1.0"
    assert read.metadata.creation_date == datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
    root = cast(Any, read.trailer["/Root"])
    assert str(root["/Lang"]).startswith("ru")
    told = root["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in told
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in told


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the zone of the machine."""

    def go(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield go
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes_everywhere(batch: Statement, elsewhere: Callable[[str], None], form: str) -> None:
    """Made twice, and on machines of other zones, each paper is the same to the byte."""
    make = FORMATS[form]
    elsewhere("UTC")
    first = make(batch)
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        elsewhere(zone)
        assert make(batch) == first


def _records(made: bytes, *, values: bool = True) -> list[dict[str, Any]]:
    """Rows of the first sheet by key, without head and sum; formulas as they are, or their kept values."""
    sheet = openpyxl.load_workbook(io.BytesIO(made), data_only=values)["Операции"]
    head, *rows, _ = sheet.iter_rows(values_only=True)
    assert list(head) == list(COLUMNS.values())
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]


def _worked_out(made: bytes) -> list[dict[str, Decimal]]:
    """The products of formulas such as `=H2*J2*L2/M2`, exactly."""
    sheet = openpyxl.load_workbook(io.BytesIO(made))["Операции"]
    known: dict[str, Decimal] = {}

    def value(cell: str) -> Decimal:
        held = sheet[cell].value
        if not (isinstance(held, str) and held.startswith("=")):
            return Decimal(str(held))
        if cell not in known:
            first, *rest = re.findall(r"([*/]?)([A-Z]+\d+)", held)
            product = value(first[1])
            for sign, other in rest:
                product = product * value(other) if sign == "*" else product / value(other)
            known[cell] = product
        return known[cell]

    names = dict(zip(COLUMNS, (cell.column_letter for cell in sheet[1]), strict=True))
    return [
        {
            key: value(f"{names[key]}{at}")
            for key in ("rub_by_formula", "value_by_formula")
            if sheet[f"{names[key]}{at}"].value
        }
        for at in range(2, sheet.max_row)
    ]


def test_formulas_come_to_the_rubles(answer: Answer, others: list[Answer]) -> None:
    """Worked out exactly from the cells, they are the rubles and the sums that the text cells tell digit for digit."""
    quoted = next(each for each in answer.quotations if each.alternative and each.alternative.rub)
    other = quoted.alternative
    assert other is not None
    assert other.rub is not None
    # The other path as the main one: its own close stands before the official rate.
    at_market = answer.model_copy(
        update={
            "quotations": [quoted.model_copy(update={"legs": other.legs, "rub": other.rub, "ruble_path": "market"})],
            "chosen": answer.chosen and answer.chosen.model_copy(update={"rub": other.rub}),
        }
    )
    rate = next(each for each in answer.official_rates if each.currency == "USD")
    hundred = rate.model_copy(update={"rate": str(Decimal(rate.rate) * 100), "nominal": 100})
    by_hundred = answer.model_copy(update={"official_rates": [hundred]})
    answers = [answer, others[2], at_market, by_hundred]
    operations = [Operation(each, Decimal("0.12345678")) for each in answers]
    made = xlsx(Statement(operations, answer.dataset, MANIFEST))
    for operation, worked, row in zip(operations, _worked_out(made), _records(made), strict=True):
        chosen, value = operation.answer.chosen, operation.value
        assert chosen is not None
        assert value is not None
        assert worked == {"rub_by_formula": Decimal(chosen.rub), "value_by_formula": value.rub}
        assert Decimal(str(row["rub_exact"]).replace(",", ".")) == Decimal(chosen.rub)
        assert Decimal(str(row["value_exact"]).replace(",", ".")) == value.rub
        assert row["value_kopecks"] == float(value.kopecks)
        # As a spreadsheet would reckon, with its fifteen digits.
        reckoned = row["close"] * row["steps"] * row["rate"] / row["nominal"]
        assert abs(reckoned - row["rub"]) <= row["rub"] * 1e-14
        assert row["difference"] == 0
    assert [row["nominal"] for row in _records(made)] == [1, 1, 1, 100]
    assert [row["steps"] for row in _records(made)] == [1, 1, 0.9155, 1]


def test_the_difference_shows_what_differs(answer: Answer) -> None:
    """The formula compares the product with the program's own figure: nought within the digits, else the difference."""
    row = _records(xlsx(_one(answer)), values=False)[0]
    assert row["difference"] == "=IF(ABS(O2-Q2)<=ABS(Q2)*1E-14,0,O2-Q2)"
    letters = {key: openpyxl.utils.get_column_letter(at) for at, key in enumerate(COLUMNS, 1)}
    assert (letters["rub_by_formula"], letters["rub"]) == ("O", "Q")


def test_the_sheet_is_made_for_russian_readers(batch: Statement) -> None:
    """Dates are dates, the head stays in sight, rows can be filtered, sums stand below, versions on a second sheet."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx(batch)))
    sheet = book["Операции"]
    names = {key: cell.column_letter for key, cell in zip(COLUMNS, sheet[1], strict=True)}
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{names['rate_observation']}7"
    assert sheet[f"{names['date']}2"].value.date() == date(2026, 3, 11)
    assert sheet[f"{names['date']}2"].number_format == "dd.mm.yyyy"
    assert sheet[f"{names['value_kopecks']}2"].number_format == "#,##0.00"
    place = names["value_kopecks"]
    assert (sheet["A8"].value, sheet[f"{place}8"].value) == ("Итого", f"=SUM({place}2:{place}7)")
    assert book.properties.created == datetime(2026, 3, 14, 9, 26)  # noqa: DTZ001 - as the library reads it
    grounds = {row[0].value: row[1].value for row in book["Основания"].rows}
    assert grounds["SHA-256 файла MANIFEST.json"] == MANIFEST
    assert batch.dataset.version in grounds["Набор данных"]
    assert "15–17 значащих цифр" in grounds["Что считать верным"]


def test_rows_without_a_quotation_have_no_figures(batch: Statement) -> None:
    """An unknown is an empty cell with a status beside it, never a nought."""
    rows = _records(xlsx(batch))
    assert [row["status"] for row in rows] == [
        *("установлена", "установлена", "правило не действовало", "не установлена", "установлена"),
        "нет ответа: дата не читается: нет такого месяца",
    ]
    for row in (rows[2], rows[3], rows[5]):
        assert not [
            key for key in ("close", "rub", "rub_by_formula", "value_by_formula", "difference") if row[key] is not None
        ]
    assert (rows[5]["date"], rows[5]["quantity"]) == ("2026-13-40", "1,5")


def test_a_spreadsheet_runs_nothing_that_users_wrote(answer: Answer) -> None:
    """References are cells of text in the spreadsheet, and marked as text in the CSV; no link is made of them."""
    statement = Statement([Operation(answer, None, each) for each in HOSTILE], answer.dataset, MANIFEST)
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(statement)))["Операции"]
    cells = [sheet.cell(at, 1) for at in range(2, 2 + len(HOSTILE))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert (cells[7].value, cells[10].value, cells[15].value) == ("=1+1", "@SUM(A1:A9)", "12345678901234567890")
    rows = list(csv_module.DictReader(io.StringIO(csv(statement).decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row["Ссылка"][:2] for row in rows[7:13]] == ["'=", "'+", "'-", "'@", "'=", "'="]


def test_the_csv_is_read_by_russian_spreadsheets(batch: Statement) -> None:
    """A byte order mark, semicolons, decimal commas, all digits; unknowns are empty."""
    made = csv(batch)
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv_module.DictReader(io.StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(rows) == 6
    assert rows[0][COLUMNS["rub"]] == "8012005,3805"
    assert rows[0]["Сумма точно"] == "4006002,69025"
    assert rows[0][COLUMNS["value_kopecks"]] == "4006002,69"
    assert rows[2][COLUMNS["rub"]] == rows[5][COLUMNS["rub"]] == ""
    assert rows[5][COLUMNS["status"]].startswith("нет ответа")


def test_many_rows_are_written_as_they_come(batch: Statement, monkeypatch: pytest.MonkeyPatch) -> None:
    """From a number of rows on the spreadsheet is written row by row: the same cells, the same bytes each time."""
    held = _records(xlsx(batch), values=False)
    monkeypatch.setattr(spreadsheet, "_MANY", 3)
    first = xlsx(batch)
    assert xlsx(batch) == first
    assert _records(first, values=False) == held
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 5)
    with pytest.raises(QuestionError, match="6 operations do not fit into one sheet of 5"):
        xlsx(batch)


def test_nothing_is_made_of_nothing(answer: Answer) -> None:
    """A statement of no operation is refused."""
    with pytest.raises(QuestionError, match="no operation"):
        Statement([], answer.dataset)
