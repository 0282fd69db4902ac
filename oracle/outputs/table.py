"""An answer and the small lists as text for people."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from oracle.answer import Answer, Quotation, VenuePart
from oracle.law.valuation import legs_text
from oracle.numbers import grouped as digits
from oracle.outputs.choice import choice_lines
from oracle.outputs.tax import tax_lines

_WIDTH = 120
_MARKS = {"eligible": "eligible", "not_eligible": "not eligible", "no_rule_in_force": "no rule in force"}


def listing(columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = ()) -> str:
    """A table; the columns named in `right` are set flush right."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell).replace("[", r"\[") for cell in row))
    return _rendered(table)


def quotation(answer: Answer, dataset: str) -> str:
    """The answer as a page of text; `dataset` is the path of the file that answered."""
    demo = "  DEMO: invented prices" if answer.dataset.demo else ""
    edition = f"edition of {answer.edition}" if answer.edition else "no edition in force"
    head = [
        f"{answer.coin} on {answer.date} under {answer.rulebook} ({edition}){demo}",
        *_instant(answer),
        "",
        *_chosen(answer),
        *choice_lines(answer),
        *tax_lines(answer),
        "",
        _quotations(answer),
        *_imported(answer),
        "",
        "Venues",
        *(line for venue in answer.venues for line in _venue(venue, answer.rulebook)),
    ]
    if answer.warnings:
        head += ["", "Warnings", *(f"  ! {text}" for text in answer.warnings)]
    foot = f"dataset {answer.dataset.version}, published {answer.dataset.published_at:%Y-%m-%d %H:%M} UTC: {dataset}"
    return "\n".join([*head, "", foot, "Not legal advice."]) + "\n"


def _instant(answer: Answer) -> list[str]:
    if answer.asked_at is None:
        return []
    return [f"{answer.asked_at.isoformat()} is on {answer.date} in {answer.zone}, and that date counts"]


def grouped(rubles: str) -> str:
    """Digits of rubles in groups of three: 9 514 779.61."""
    return digits(Decimal(rubles))


def _chosen(answer: Answer) -> list[str]:
    chosen = answer.chosen
    if chosen is None:
        return [f"No quotation qualifies under {answer.rulebook}: see the verdicts below."]
    quoted = next(each for each in answer.quotations if (each.venue, each.market) == (chosen.venue, chosen.market))
    lines = [
        f"{grouped(chosen.rub_kopecks)} RUB   {chosen.venue} {chosen.market}, chosen by {chosen.policy}",
        f"  close   {quoted.close} {quoted.quote_asset} of the trading day {_hours(quoted)}",
        f"  path    {_path(quoted)}",
        f"  exact   {chosen.rub} RUB",
        f"  page    sha256 {quoted.observation}",
    ]
    if quoted.source != "api":
        lines.append(f"  source  {quoted.source}")
    if answer.corridor:
        floor, cap = answer.corridor.floor_80, answer.corridor.cap_120
        lines.append(f"  corridor  x 0.8 = {grouped(floor)} RUB, x 1.2 = {grouped(cap)} RUB")
    return lines


def _quotations(answer: Answer) -> str:
    rows = [
        (
            each.venue,
            each.market,
            each.close,
            each.ruble_path,
            grouped(each.rub_kopecks) if each.rub_kopecks else each.reason,
            _alternative(each),
            _verdict(answer, each.venue),
        )
        for each in answer.quotations
    ]
    columns = ("venue", "market", "close", "path", "RUB", "RUB by the other path", "verdict")
    return listing(columns, rows, right=("close", "RUB", "RUB by the other path"))


def _imported(answer: Answer) -> list[str]:
    """Which quotations no API told."""
    told = [f"  {each.venue} {each.market}: {each.source}" for each in answer.quotations if each.source != "api"]
    return ["", "From files", *told] if told else []


def _alternative(quoted: Quotation) -> str:
    other = quoted.alternative
    if other is None:
        return ""
    return f"{grouped(other.rub_kopecks)} ({other.ruble_path})" if other.rub_kopecks else f"none ({other.ruble_path})"


def _verdict(answer: Answer, venue: str) -> str:
    part = next((each for each in answer.venues if each.venue == venue), None)
    word = part.verdicts[answer.rulebook].verdict if part and answer.rulebook in part.verdicts else "no_rule_in_force"
    return _MARKS.get(word, word)


def _venue(venue: VenuePart, rulebook: str) -> list[str]:
    words = ", ".join(f"{name}: {_MARKS.get(part.verdict, part.verdict)}" for name, part in venue.verdicts.items())
    lines = [f"  {venue.title}  ({words or 'nothing collected that day'})"]
    part = venue.verdicts.get(rulebook)
    lines += [f"    {'+' if each.result == 'passed' else '-'} {each.text}" for each in part.reasons] if part else []
    if venue.missing_markets:
        shown = ", ".join(venue.missing_markets[:5])
        more = f" and {len(venue.missing_markets) - 5} more" if len(venue.missing_markets) > 5 else ""  # noqa: PLR2004
        lines.append(f"    missing: {shown}{more}")
    return lines


def _hours(quoted: Quotation) -> str:
    hours = quoted.trading_day
    return f"{hours.date} ({hours.opens_at:%Y-%m-%d %H:%M} to {hours.closes_at:%Y-%m-%d %H:%M} UTC)"


def _path(quoted: Quotation) -> str:
    return legs_text(quoted.path()) or "quoted in rubles"


def _rendered(renderable: Any) -> str:  # noqa: ANN401 - anything rich can draw
    console = Console(file=io.StringIO(), width=_WIDTH, color_system=None)
    console.print(renderable)
    return str(console.file.getvalue()).rstrip("\n")  # type: ignore[attr-defined]
