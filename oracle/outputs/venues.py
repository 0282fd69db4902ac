"""Venues, the share of their days above the floor, facts of publication: text for people, JSON, CSV for machines."""

import csv
import io
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from oracle.numbers import grouped
from oracle.outputs.table import listing
from oracle.store.days_above import DaysAbove
from oracle.store.rows import DatasetRow

_COUNTS = ("markets", "days", "above", "not above", "open")


def rows_csv(rows: Sequence[dict[str, Any]]) -> str:
    """One line per row, under the names of its values; an empty cell is a value that is not known."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def above_rows(rows: Sequence[DaysAbove], rulebook: str, dataset: DatasetRow) -> list[dict[str, Any]]:
    """One object per venue and year; the share as text."""
    about = {"rulebook": rulebook, "dataset": dataset.version, "demo": dataset.demo}
    return [{**row._asdict(), "share_above": str(row.share), **about} for row in rows]


def above_json(rows: Sequence[DaysAbove], rulebook: str, dataset: DatasetRow) -> str:
    """As JSON."""
    return json.dumps(above_rows(rows, rulebook, dataset), indent=2) + "\n"


def above_csv(rows: Sequence[DaysAbove], rulebook: str, dataset: DatasetRow) -> str:
    """As CSV."""
    return rows_csv(above_rows(rows, rulebook, dataset))


def above_text(rows: Sequence[DaysAbove], rulebook: str, floors: Sequence[Decimal], dataset: DatasetRow) -> str:
    """One line per venue and year, and what the shares are of."""
    cells = [
        (row.venue, row.year, row.markets, row.days, row.above, row.not_above, row.open, f"{row.percent} %")
        for row in rows
    ]
    counts = ("year", *_COUNTS, "share above")
    told = " and ".join(grouped(floor) for floor in floors)
    demo = "DEMO: invented prices. " if dataset.demo else ""
    foot = (
        f"{demo}Days whose turnover was above the floor of {rulebook} ({told} RUB), of all days with a candle.\n"
        "A turnover is at least that of the markets that were read: where markets are missing the share is a lower "
        "bound,\nand what is not above stays open.\n"
    )
    return listing(("venue", *counts), cells, right=counts) + "\n" + foot


def facts_text(rows: Sequence[dict[str, Any]]) -> str:
    """The register of publication: a line per fact, and what it does not say."""
    names = ("venue", "shown_on", "what", "source", "origin")
    cells = [tuple(row[name] for name in names) for row in rows]
    foot = (
        "On that day the source shows it as public. Nothing is said of the days before, nor that it has never ceased "
        "since;\nverdicts decide by the days observed. Addresses and notes: --format json. Not legal advice.\n"
    )
    return listing(("venue", "shown on", *names[2:]), cells) + "\n" + foot
