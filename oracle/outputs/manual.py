"""Quotations that were entered by hand, as lines of text for people: always by themselves, always marked."""

from decimal import Decimal

from oracle.answer import Answer, ManualPart, VenuePart
from oracle.words import Language

_SHOWN = 5


def manual_lines(answer: Answer, lang: Language) -> list[str]:
    """The section of them; nothing where there are none."""
    if not answer.manual:
        return []
    return ["", lang.LABELS["manual"], *(line for each in answer.manual for line in _lines(each, lang))]


def _lines(each: ManualPart, lang: Language) -> list[str]:
    say = lang.LABELS
    rub = f" = {lang.rubles(Decimal(each.rub_kopecks))} {say['rub']}" if each.rub_kopecks else f"; {each.no_rubles}"
    told = say["entered"].format(author=each.author, date=lang.day(each.entered_at.date()), reason=each.reason)
    return [
        f"  ! {each.venue} {each.market}  {lang.number(each.close)} {each.quote_asset}{rub}: {each.text}",
        f"    {told}; {say['document']} sha256 {each.document}",
    ]


def chosen_lines(entry: ManualPart, lang: Language, wide: int) -> list[str]:
    """How the one that was chosen came about."""
    say = lang.LABELS
    told = say["entered"].format(author=entry.author, date=lang.day(entry.entered_at.date()), reason=entry.reason)
    return [
        f"  {say['close']:{wide}}  {lang.number(entry.close)} {entry.quote_asset}",
        f"  {say['path']:{wide}}  {lang.legs(entry.path())}",
        f"  {say['exact']:{wide}}  {lang.number(entry.rub or '')} {say['rub']}",
        f"  {say['source']:{wide}}  {say['manual']}: {told}",
        f"  {say['document']:{wide}}  sha256 {entry.document}",
    ]


def document_lines(venue: VenuePart, lang: Language) -> list[str]:
    """The users' documents about the venue, the newest few."""
    documents = [each for each in venue.publication_facts if each.document]
    lines = []
    for each in documents[-_SHOWN:]:
        last = each.shown_until or each.shown_on
        dates = lang.day(each.shown_on) + ("" if last == each.shown_on else f" - {lang.day(last)}")
        text = lang.LABELS["documents"].format(dates=dates, source=each.source, sha256=each.document)
        lines.append(f"    {text}")
    return lines
