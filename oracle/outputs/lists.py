"""A plan of collecting and a report of revisions, as text for people and JSON for machines."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal

from oracle.collect.plan import Estimate
from oracle.numbers import plain
from oracle.outputs.table import listing
from oracle.store.rows import RevisionRow


def plan_json(estimates: Sequence[Estimate]) -> str:
    """One object per venue."""
    return json.dumps([asdict(each) for each in estimates], indent=2)


def plan_text(estimates: Sequence[Estimate]) -> str:
    """One line per venue and one for all: venues are asked side by side, so the slowest decides the minutes."""
    rows: list[tuple[object, ...]] = [
        (
            each.venue,
            each.markets or "not listed yet",
            _range(each.least, each.most),
            _range(round(each.least_minutes), round(each.most_minutes)),
        )
        for each in estimates
    ]
    least, most = (sum(each.least for each in estimates), sum(each.most for each in estimates))
    soonest = round(max((each.least_minutes for each in estimates), default=0))
    latest = round(max((each.most_minutes for each in estimates), default=0))
    markets = sum(each.markets for each in estimates)
    rows.append(("together", markets, _range(least, most), _range(soonest, latest)))
    counts = ("markets", "requests", "minutes")
    return listing(("venue", *counts), rows, right=counts)


def _range(least: int, most: int) -> str:
    return f"{least:,}" if least == most else f"{least:,} to {most:,}"


def revisions_json(rows: Sequence[RevisionRow]) -> str:
    """One object per revision, numbers as text."""
    document = [{**row._asdict(), "touches": row.touches()} for row in rows]
    return json.dumps(document, indent=2, default=lambda value: plain(value) if type(value) is Decimal else str(value))


def revisions_text(rows: Sequence[RevisionRow]) -> str:
    """One line per revision: what it was, what it is, what it touches."""
    cells = [
        (
            f"{row.noticed_at:%Y-%m-%d %H:%M}",
            f"{row.source} {row.subject}",
            row.day,
            f"{plain(row.value_before)} -> {plain(row.value_after)}",
            "; ".join(row.touches()),
        )
        for row in rows
    ]
    columns = ("noticed (UTC)", "figure", "day", "before -> after", "touches")
    return listing(columns, cells) if cells else "nothing that was published has been restated"
