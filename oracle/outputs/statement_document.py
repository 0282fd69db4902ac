"""From operations to the pages of a statement and their summary."""

from decimal import Decimal

from oracle.answer import Answer, Dataset
from oracle.numbers import EXACT
from oracle.outputs.statement import Operation, Sheet, Statement, Unanswered, sheets
from oracle.outputs.statement_judged import MOST, MOST_RATES, choice, prices, tests, warnings, why_not
from oracle.outputs.statement_page import Document, Fact, Grid, Page, Section, Summary
from oracle.outputs.statement_quoted import conversion, operation, quotation, quoted_of, rate_of, taxed, venue_title
from oracle.outputs.statement_text import clean, day, instant, number, rubles, say, verdict
from oracle.words.ru_statement import operations, pages, without_quotation

_MOST_REFERENCE = 60


def document(statement: Statement) -> Document:
    """Everything that is told, in its order."""
    found, places = sheets(statement)
    manifest = statement.manifest
    return Document(
        title=_title(statement),
        author=say("software_told", version=statement.software),
        mark=say("demo") if statement.demo else "",
        marked=say("demo_told") if statement.demo else "",
        seal=seal(manifest) if manifest else "",
        seal_label=say("qr") if manifest else "",
        seal_alt=say("qr_alt", manifest=manifest) if manifest else "",
        advice=say("advice"),
        page=say("page"),
        page_of=say("page_of"),
        summary=_summary(statement, places, len(found)) if statement.summarised else None,
        pages=[_page(each, statement, numbered=statement.summarised) for each in found],
    )


def seal(manifest: str) -> str:
    """What the QR code says: the name of the file and its hash, so that whoever reads it knows what to compare."""
    return f"MANIFEST.json sha256 {manifest}"


def _title(statement: Statement) -> str:
    if not statement.summarised:
        answer = statement.answered[0].answer
        return say("document", coin=clean(answer.coin, 60), date=day(answer.date))
    return say("document_many", operations=operations(len(statement.operations)))


def _page(sheet: Sheet, statement: Statement, *, numbered: bool) -> Page:
    answer, quoted = sheet.answer, quoted_of(sheet.answer)
    coin = clean(answer.coin, 60)
    if quoted is not None and answer.chosen:
        headline = say("per_coin", rub=rubles(answer.chosen.rub), coin=coin)
        below = say("exactly", rub=number(answer.chosen.rub))
        told = [
            quotation(answer, quoted),
            conversion(answer, quoted),
            tests(answer, quoted.venue),
            choice(answer),
            taxed(sheet),
        ]
    else:
        headline = say("nothing") if answer.edition else f"{say('nothing')}: {say('no_rule')}"
        below = ""
        told = [why_not(answer), prices(answer)]
    parts = [operation(sheet), *told, warnings(answer), _origin(answer, statement)]
    return Page(
        number=sheet.number,
        title=say("title_numbered", number=sheet.number) if numbered else say("title"),
        subject=say("of", coin=coin, date=day(answer.date)),
        law=say("law"),
        headline=headline,
        below=below,
        found=quoted is not None,
        sections=[each for each in parts if each is not None],
    )


def _origin(answer: Answer, statement: Statement) -> Section:
    """The hashes by which all of it can be found and checked."""
    return Section(say("seal"), [*_hashes(answer), *_sources(answer.dataset, statement)])


def _sources(answered: Dataset, statement: Statement) -> list[Fact]:
    """Dataset, software and the bundle, or that there is none."""
    manifest = statement.manifest
    return [
        Fact(say("dataset"), dataset(answered)),
        Fact(say("software"), say("software_told", version=clean(statement.software, 40))),
        Fact(say("manifest"), manifest or say("no_manifest"), "code" if manifest else ""),
    ]


def _hashes(answer: Answer) -> list[Fact]:
    """The response behind the quotation, or behind each price that is shown where there is none, and the rates."""
    quoted = quoted_of(answer)
    if quoted is not None:
        told = [(say("response_hash"), quoted.observation)]
        rates = [each for each in (rate_of(answer, quoted.legs),) if each]
    else:
        shown, rates = answer.quotations[:MOST], answer.official_rates[:MOST_RATES]
        told = [
            (say("price_hash", venue=venue_title(answer, each.venue), market=clean(each.market, 40)), each.observation)
            for each in shown
        ]
    told += [(say("rate_hash", currency=clean(each.currency, 20)), each.observation) for each in rates]
    return [Fact(label, clean(value, 80), "code") for label, value in told]


def dataset(part: Dataset) -> str:
    """The published version that answered."""
    version, published = clean(part.version, 80), instant(part.published_at)
    if part.as_known_at:
        return say("dataset_known", version=version, published=published, known=instant(part.as_known_at))
    return say("dataset_told", version=version, published=published)


def _summary(statement: Statement, places: list[int | None], count: int) -> Summary:
    rows = [
        _row(number, each, place)
        for number, (each, place) in enumerate(zip(statement.operations, places, strict=True), 1)
    ]
    values = [each.value for each in statement.answered]
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value.kopecks if value else Decimal(0))
    without = sum(1 for each in statement.operations if isinstance(each, Unanswered) or each.answer.chosen is None)
    columns = ("number", "date", "coin", "reference", "quantity", "rub", "value", "venue", "status", "page")
    head = [say(name if name == "number" else f"summary_{name}") for name in columns]
    return Summary(
        title=say("summary"),
        subject=say("summary_of", operations=operations(len(rows)), pages=pages(count)),
        law=say("law"),
        grid=Grid(head, rows, [3, 6, 6, 13, 10, 11, 11, 12, 10, 5], [0, 4, 5, 6, 9]),
        to=places,
        total=[say("total_told"), rubles(total)],
        notes=[without_quotation(without)] if without else [],
        facts=_sources(statement.dataset, statement),
    )


def _row(at: int, each: Operation | Unanswered, place: int | None) -> list[str]:
    reference = clean(each.reference or "", _MOST_REFERENCE) or "—"
    if isinstance(each, Unanswered):
        quantity = clean(each.quantity or "", 40) or "—"
        reason = f"{say('not_answered')}: {clean(each.reason, 160)}"
        return [str(at), clean(each.date, 30), clean(each.coin, 30), reference, quantity, "—", "—", "—", reason, "—"]
    answer, chosen = each.answer, each.answer.chosen
    return [
        str(at),
        day(answer.date),
        clean(answer.coin, 30),
        reference,
        "—" if each.quantity is None else number(each.quantity),
        rubles(chosen.rub) if chosen else "—",
        rubles(each.value.kopecks) if each.value else "—",
        f"{venue_title(answer, chosen.venue)}, {clean(chosen.market, 40)}" if chosen else "—",
        status(answer),
        str(place),
    ]


def status(answer: Answer) -> str:
    """In a word or two, whether a quotation was found."""
    if answer.chosen:
        return say("quoted")
    return say("not_quoted") if answer.edition else say("no_rule")


def verdict_of(answer: Answer) -> str:
    """The verdict on the chosen venue, or nothing."""
    chosen = answer.chosen
    part = next((each for each in answer.venues if chosen and each.venue == chosen.venue), None)
    found = part.verdicts.get(answer.rulebook) if part else None
    return verdict(found.verdict) if found else ""
