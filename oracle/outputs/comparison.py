"""The tax service's figures beside ours as text for people and CSV for machines."""

import csv
import io
from decimal import Decimal

from oracle.answer_comparison import Comparisons, Row
from oracle.words import Language, language

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


def comparison_text(compared: Comparisons, lang: str = "en") -> str:
    """Each line with our pairs leg by leg, what explains the difference, and the count of states."""
    words = language(lang)
    say = words.COMPARED
    lines = [line for row in compared.rows for line in _lines(row, words)]
    states = [row.state for row in compared.rows]
    counts = ", ".join(f"{states.count(each)} {words.STATES[each]}" for each in dict.fromkeys(states))
    demo = words.LABELS["demo"] if compared.dataset.demo else ""
    last = say["lines"].format(count=len(states), counts=counts or say["nothing"], demo=demo)
    return "\n".join([*lines, last, words.LABELS["advice"]]) + "\n"


def _lines(row: Row, words: Language) -> list[str]:
    say, state = words.COMPARED, words.STATES[row.state]
    if row.their_rub is None or row.date is None:
        return [say["line"].format(line=row.line, state=state, text=row.text), ""]
    date, theirs = words.day(row.date), words.rubles(Decimal(row.their_rub))
    lines = [say["theirs"].format(date=date, venue=row.venue, coin=row.coin, rub=theirs)]
    wide = max(len(say["ours"]), len(say["volume"]))
    for each in row.pairs:
        if each.rub_kopecks:
            pair = say["pair"].format(
                rub=words.rubles(Decimal(each.rub_kopecks)),
                market=each.market,
                close=words.number(each.close),
                path=words.legs(each.path()),
                mark=f"  {say['lowest']}" if each.market == row.our_market else "",
            )
            lines.append(f"  {say['ours']:{wide}}  {pair}")
    if row.their_volume and row.our_turnover_rub_low:
        ours = words.rubles(Decimal(row.our_turnover_rub_low))
        volumes = say["volumes"].format(theirs=words.rubles(Decimal(row.their_volume)), ours=ours)
        lines.append(f"  {say['volume']:{wide}}  {volumes}")
    lines.append(f"  {state}: {row.text}")
    lines += [f"  {say['also']}: {each.text}" for each in row.explanations[1:]]
    return [*lines, ""]
