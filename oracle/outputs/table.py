"""An answer and the small lists as text for people."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from oracle.answer import Answer, Chosen, ManualPart, Quotation, VenuePart
from oracle.outputs.choice import choice_lines
from oracle.outputs.manual import chosen_lines, document_lines, manual_lines
from oracle.outputs.tax import tax_lines
from oracle.words import Language, language

_WIDTH = 120
_SHOWN = 5
# Tests of publication that a venue did not pass.
_NOT_PROVEN = {"publication_start_not_collected", "published_too_late", "publication_not_collected", "publication_gaps"}


def listing(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> str:
    """A table; the columns named in `right` are set flush right."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell).replace("[", r"\[") for cell in row))
    return _rendered(table)


def quotation(answer: Answer, dataset: str, lang: str = "en") -> str:
    """The answer as a page of text, of an answer in the same language; `dataset` is the path of the file."""
    return _Page(answer, language(lang)).text(dataset)


class _Page:
    """One answer in one language."""

    def __init__(self, answer: Answer, lang: Language) -> None:
        self._answer, self._lang = answer, lang

    def _say(self, label: str, **figures: object) -> str:
        return self._lang.LABELS[label].format(**figures)

    def _rubles(self, text: str) -> str:
        return self._lang.rubles(Decimal(text))

    def _instant(self, instant: datetime) -> str:
        return f"{instant:{self._lang.LABELS['instant']}}"

    def text(self, dataset: str) -> str:
        answer, say = self._answer, self._say
        demo = say("demo") if answer.dataset.demo else ""
        edition = say("edition", date=self._lang.day(answer.edition)) if answer.edition else say("no_edition")
        date = self._lang.day(answer.date)
        head = [
            say("title", coin=answer.coin, date=date, rulebook=answer.rulebook, edition=edition, demo=demo),
            *self._asked_at(),
            "",
            *self._chosen(),
            *choice_lines(answer, self._lang),
            *tax_lines(answer, self._lang),
            "",
            self._quotations(),
            *self._imported(),
            *manual_lines(answer, self._lang),
            "",
            say("venues"),
            *(line for venue in answer.venues for line in self._venue(venue)),
            "",
            say("words"),
            *(f"  {text}" for text in self._explained()),
        ]
        if answer.warnings:
            head += ["", say("warnings"), *(f"  ! {each.text}" for each in answer.warnings)]
        published = self._instant(answer.dataset.published_at)
        foot = say("foot", version=answer.dataset.version, published=published, path=dataset)
        return "\n".join([*head, "", foot, say("advice")]) + "\n"

    def _asked_at(self) -> list[str]:
        answer = self._answer
        if answer.asked_at is None:
            return []
        date = self._lang.day(answer.date)
        return [self._say("asked_at", instant=answer.asked_at.isoformat(), date=date, zone=answer.zone)]

    def _chosen(self) -> list[str]:
        answer, say = self._answer, self._say
        chosen = answer.chosen
        if chosen is None:
            return [say("nothing", rulebook=answer.rulebook)]
        rub = self._rubles(chosen.rub_kopecks)
        head = say("chosen", rub=rub, venue=chosen.venue, market=chosen.market, policy=chosen.policy)
        if entry := _entry(answer):
            wide = max(len(say(label)) for label in ("close", "path", "exact", "source", "document"))
            return [head, *chosen_lines(entry, self._lang, wide), *self._corridor()]
        quoted = _quoted(answer, chosen)
        close = f"{self._lang.number(quoted.close)} {quoted.quote_asset}"
        wide = max(len(say(label)) for label in ("close", "path", "exact", "page", "source"))
        lines = [
            head,
            f"  {say('close'):{wide}}  {say('of_day', close=close, day=self._hours(quoted))}",
            f"  {say('path'):{wide}}  {self._lang.legs(quoted.path())}",
            f"  {say('exact'):{wide}}  {self._lang.number(chosen.rub)} {say('rub')}",
            f"  {say('page'):{wide}}  sha256 {quoted.observation}",
        ]
        if quoted.source != "api":
            lines.append(f"  {say('source'):{wide}}  {self._lang.source(quoted.source)}")
        return lines + self._corridor()

    def _corridor(self) -> list[str]:
        corridor, say = self._answer.corridor, self._say
        if corridor is None:
            return []
        floor, cap = self._rubles(corridor.floor_80), self._rubles(corridor.cap_120)
        return [f"  {say('corridor')}  {say('bounds', floor=floor, cap=cap)}"]

    def _quotations(self) -> str:
        rows = [
            (
                each.venue,
                each.market,
                self._lang.number(each.close),
                self._path(each.ruble_path),
                self._rubles(each.rub_kopecks) if each.rub_kopecks else each.reason,
                self._alternative(each),
                self._verdict(each.venue),
            )
            for each in self._answer.quotations
        ]
        columns = [self._say(name) for name in ("venue", "market", "close", "path", "rub", "other", "verdict")]
        return listing(columns, rows, right=(columns[2], columns[4], columns[5]))

    def _imported(self) -> list[str]:
        """Which quotations no API told."""
        quotations = self._answer.quotations
        source = self._lang.source
        told = [f"  {each.venue} {each.market}: {source(each.source)}" for each in quotations if each.source != "api"]
        return ["", self._say("files"), *told] if told else []

    def _alternative(self, quoted: Quotation) -> str:
        other = quoted.alternative
        if other is None:
            return ""
        rub = self._rubles(other.rub_kopecks) if other.rub_kopecks else self._say("none")
        return f"{rub} ({self._path(other.ruble_path)})"

    def _path(self, path: str) -> str:
        return self._lang.NAMES.get(f"path.{path}", path)

    def _verdict(self, venue: str) -> str:
        part = next((each for each in self._answer.venues if each.venue == venue), None)
        return self._lang.word(part.verdicts[self._answer.rulebook].verdict if part else "no_rule_in_force")

    def _venue(self, venue: VenuePart) -> list[str]:
        say = self._say
        words = ", ".join(f"{name}: {self._lang.word(part.verdict)}" for name, part in venue.verdicts.items())
        lines = [f"  {venue.title}  ({words or say('not_collected')})"]
        part = venue.verdicts[self._answer.rulebook]
        lines += [f"    {'+' if each.result == 'passed' else '-'} {each.text}" for each in part.reasons]
        facts = [each for each in venue.publication_facts if not each.document]
        if facts and any(each.code in _NOT_PROVEN for each in part.reasons):
            oldest = facts[0]
            what = self._lang.NAMES[f"public.{oldest.what}"]
            date = self._lang.day(oldest.shown_on)
            lines.append(f"    {say('public', what=what, date=date, source=oldest.source)}")
        lines += document_lines(venue, self._lang)
        if venue.missing_markets:
            left = len(venue.missing_markets) - _SHOWN
            more = f" {say('more', count=left)}" if left > 0 else ""
            lines.append(f"    {say('missing')}: {', '.join(venue.missing_markets[:_SHOWN])}{more}")
        return lines

    def _explained(self) -> list[str]:
        """The chosen quotation and the verdict on its venue; where nothing qualifies, the verdict on every venue."""
        answer = self._answer
        chosen = answer.chosen
        quoted = [_quoted(answer, chosen).explanation] if chosen and chosen.manual is None else []
        venues = [each for each in answer.venues if not chosen or each.venue == chosen.venue]
        return quoted + [each.verdicts[answer.rulebook].explanation for each in venues]

    def _hours(self, quoted: Quotation) -> str:
        hours = quoted.trading_day
        opens, closes = self._instant(hours.opens_at), self._instant(hours.closes_at)
        return self._say("hours", date=self._lang.day(hours.date), opens=opens, closes=closes)


def _entry(answer: Answer) -> ManualPart | None:
    """The entry that was chosen, if one was."""
    return next((each for each in answer.manual if answer.chosen and each.id == answer.chosen.manual), None)


def _quoted(answer: Answer, chosen: Chosen) -> Quotation:
    return next(each for each in answer.quotations if (each.venue, each.market) == (chosen.venue, chosen.market))


def _rendered(renderable: Any) -> str:  # noqa: ANN401 - anything rich can draw
    console = Console(file=io.StringIO(), width=_WIDTH, color_system=None)
    console.print(renderable)
    return str(console.file.getvalue()).rstrip("\n")  # type: ignore[attr-defined]
