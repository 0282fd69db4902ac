"""The tax service's figures beside ours as text for people and CSV for machines."""

import csv
import io
from decimal import Decimal

from oracle.answer_comparison import Comparisons, Row
from oracle.law.valuation import legs_text
from oracle.numbers import grouped

COLUMNS = [
    *("line", "date", "venue", "coin", "state", "their_rub", "our_rub", "our_rub_kopecks", "our_market"),
    *("difference_rub", "difference_percent", "their_volume", "our_turnover_rub_low", "leg", "text"),
]


def comparison_csv(compared: Comparisons) -> str:
    """One line per line of the file; `leg` is the first that explains the difference."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n", extrasaction="ignore")
    rows.writeheader()
    for row in compared.rows:
        leg = row.explanations[0].leg if row.explanations else None
        rows.writerow({**{name: getattr(row, name, None) for name in COLUMNS}, "leg": leg})
    return text.getvalue()


def comparison_text(compared: Comparisons) -> str:
    """Each line with our pairs leg by leg, what explains the difference, and the count of states."""
    lines = [line for row in compared.rows for line in _lines(row)]
    states = [row.state for row in compared.rows]
    counts = ", ".join(f"{states.count(each)} {each.replace('_', ' ')}" for each in dict.fromkeys(states))
    demo = "  DEMO: invented prices" if compared.dataset.demo else ""
    return (
        "\n".join([*lines, f"{len(states)} lines: {counts or 'nothing to compare'}{demo}", "Not legal advice."]) + "\n"
    )


def _lines(row: Row) -> list[str]:
    if row.their_rub is None:
        return [f"line {row.line}: unreadable: {row.text}", ""]
    lines = [f"{row.date} {row.venue} {row.coin}: theirs {grouped(Decimal(row.their_rub))} RUB"]
    for each in row.pairs:
        if each.rub_kopecks:
            mark = "  lowest" if each.market == row.our_market else ""
            path = legs_text(each.path()) or "quoted in rubles"
            lines.append(
                f"  ours    {grouped(Decimal(each.rub_kopecks))} RUB  {each.market} close {each.close}; {path}{mark}"
            )
    if row.their_volume and row.our_turnover_rub_low:
        theirs, ours = grouped(Decimal(row.their_volume)), grouped(Decimal(row.our_turnover_rub_low))
        lines.append(f"  volume  theirs {theirs}, ours of all digital currencies at least {ours} RUB")
    lines.append(f"  {row.state.replace('_', ' ')}: {row.text}")
    lines += [f"  also: {each.text}" for each in row.explanations[1:]]
    return [*lines, ""]
