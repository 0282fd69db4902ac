"""Taxpayers with their policies and recorded choices, as rows for machines and as text for people."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from oracle.law.taxpayer import Standing
from oracle.outputs.table import listing
from oracle.words import language, warning

_ENGLISH = language("en")


def summary(standing: Standing, today: date) -> dict[str, Any]:
    """One taxpayer in short: the policy in force today, null before the first."""
    taxpayer = standing.taxpayer
    held = [each for each in taxpayer.entries if each.first <= today]
    return {
        "taxpayer": taxpayer.name,
        "title": taxpayer.title,
        "choose": held[-1].policy.text if held else None,
        "from": held[-1].first.isoformat() if held else None,
        "recorded": len(standing.recorded),
    }


def summary_text(rows: Sequence[dict[str, Any]]) -> str:
    """One line per taxpayer."""
    columns = ("taxpayer", "title", "choose", "from", "recorded")
    return listing(columns, [[row[column] for column in columns] for row in rows], right=("recorded",))


def details(standing: Standing) -> dict[str, Any]:
    """All that is known of one taxpayer, with what to be warned of."""
    taxpayer = standing.taxpayer
    return {
        "taxpayer": taxpayer.name,
        "title": taxpayer.title,
        "note": taxpayer.note or None,
        "policies": [
            {"from": each.first.isoformat(), "choose": each.policy.text, "note": each.note or None}
            for each in taxpayer.entries
        ],
        "recorded": [
            {
                "recorded_at": each.recorded_at.isoformat(),
                "coin": each.coin,
                "date": each.day.isoformat(),
                "venue": each.venue,
                "market": each.market,
                "choose": each.choose,
                "demo": each.demo,
                "manual": each.manual,
            }
            for each in standing.recorded
        ],
        "warnings": [
            *(warning(each, _ENGLISH) for each in taxpayer.changes()),
            *_deviations(standing),
            *(warning(each, _ENGLISH) for each in standing.damage),
        ],
    }


def _deviations(standing: Standing) -> list[str]:
    """Where a record took another venue than the one before it for the same coin."""
    found = []
    for coin, demo in sorted({(each.coin, each.demo) for each in standing.recorded}):
        about = [each for each in standing.recorded if (each.coin, each.demo) == (coin, demo)]
        found += [
            f"{coin}: {after.venue} for {after.day}{_by_hand(after.manual)} after {before.venue} for {before.day}"
            f"{_by_hand(before.manual)}"
            for before, after in pairwise(about)
            if before.venue != after.venue
        ]
    return found


def details_text(shown: dict[str, Any]) -> str:
    """The title, the policies, the newest records, the warnings."""
    lines = [f"{shown['taxpayer']}: {shown['title']}", *([f"  {shown['note']}"] if shown["note"] else [])]
    lines += [f"  from {each['from']}: {each['choose']}{_noted(each['note'])}" for each in shown["policies"]]
    lines += [
        f"  recorded {each['recorded_at']}: {each['coin']} on {each['date']}: {each['venue']} {each['market']}"
        f" by {each['choose']}{_by_hand(each['manual'])}{' (DEMO)' if each['demo'] else ''}"
        for each in shown["recorded"]
    ]
    return "\n".join([*lines, *(f"  ! {text}" for text in shown["warnings"])])


def _by_hand(manual: str | None) -> str:
    return " (entered by hand)" if manual else ""


def _noted(note: str | None) -> str:
    return f" ({note})" if note else ""
