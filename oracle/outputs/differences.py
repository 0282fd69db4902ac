"""What differs between two datasets as a page for people and CSV for machines."""

from decimal import Decimal

from oracle.answer_differences import Difference, Differences, Side, Stake
from oracle.numbers import kopecks
from oracle.outputs.tabular import csv_rows
from oracle.words import language, sheet

COLUMNS = [
    *("coin", "date", "kind", "reference", "quantity", "old_value_rub", "new_value_rub", "value_difference_rub"),
    *("old_status", "old_venue", "old_market", "old_close", "old_rub", "old_eligible_venues", "old_observation"),
    *("new_status", "new_venue", "new_market", "new_close", "new_rub", "new_eligible_venues", "new_observation"),
    *("difference_rub", "causes", "texts", "rulebook", "choose", "taxpayer", "old_dataset", "new_dataset", "demo"),
]
_SIDE = ("status", "venue", "market", "close", "rub", "observation")


def differences_csv(found: Differences) -> str:
    """One line per difference; an empty cell is a value that is not known or there is none."""
    same = {
        "rulebook": found.rulebook,
        "choose": found.choose,
        "taxpayer": found.taxpayer,
        "old_dataset": found.old.version,
        "new_dataset": found.new.version,
        "demo": found.old.demo or found.new.demo,
    }
    return csv_rows([{**_cells(each), **same} for each in found.rows], COLUMNS).decode()


def _cells(each: Difference) -> dict[str, object]:
    operation = each.operation
    return {
        "coin": each.coin,
        "date": each.date,
        "kind": each.kind,
        "reference": operation and operation.reference,
        "quantity": operation and operation.quantity,
        "old_value_rub": operation and operation.old_value_rub,
        "new_value_rub": operation and operation.new_value_rub,
        "value_difference_rub": operation and _exact(operation.difference_rub),
        **_side("old", each.old),
        **_side("new", each.new),
        "difference_rub": _exact(each.difference_rub),
        "causes": " ".join(cause.code for cause in each.causes),
        "texts": "; ".join(cause.text for cause in each.causes),
    }


def _exact(text: str | None) -> Decimal | None:
    """As a number: a minus sign before text would be taken for a formula."""
    return None if text is None else Decimal(text)


def _side(name: str, side: Side) -> dict[str, object]:
    told: dict[str, object] = {f"{name}_{key}": getattr(side, key) for key in _SIDE}
    return {**told, f"{name}_eligible_venues": " ".join(side.eligible_venues)}


def differences_text(found: Differences, lang: str = "en") -> str:
    """Both datasets, the counts, each difference with its causes below."""
    words, say = sheet(lang, "differences"), language(lang)
    chosen = words["taxpayer"].format(taxpayer=found.taxpayer) if found.taxpayer else found.choose
    lines = [
        words["title"].format(
            old=found.old.name,
            old_version=found.old.version,
            new=found.new.name,
            new_version=found.new.version,
            rulebook=found.rulebook,
            choose=chosen,
            demo=say.LABELS["demo"] if found.old.demo or found.new.demo else "",
        )
    ]
    if found.old.software != found.new.software:
        lines.append(words["software"].format(old=found.old.software, new=found.new.software))
    counts = found.counts
    total = counts.changed + counts.lost + counts.gained
    lines += ["", words["counts"].format(**counts.model_dump()) if total else words["none"]]
    if found.stake:
        lines.append(_stake(found.stake, lang))
    for each in found.rows:
        lines += ["", _row(each, lang), *(f"  {cause.text}" for cause in each.causes)]
    if counts.not_shown:
        lines += ["", words["not_shown"].format(number=counts.not_shown)]
    return "\n".join([*lines, "", say.LABELS["advice"]]) + "\n"


def _row(each: Difference, lang: str) -> str:
    say = language(lang)
    sides = " -> ".join(_taken(side, lang) for side in (each.old, each.new))
    line = f"{each.coin} {say.day(each.date)}  {sides}"
    if each.difference_rub is not None:
        line += f"  ({_signed(each.difference_rub, lang)} {say.LABELS['rub']})"
    if operation := each.operation:
        named = f"{operation.reference}: " if operation.reference else ""
        by = f" x {operation.quantity}" if operation.quantity else ""
        money = operation.difference_rub
        line = f"{named}{line}{by}" + (f" = {_signed(money, lang)} {say.LABELS['rub']}" if money else "")
    return line


def _taken(side: Side, lang: str) -> str:
    say = language(lang)
    if side.rub is None:
        return sheet(lang, "differences")["nothing"] + ("" if side.status == "nothing_chosen" else f" ({side.status})")
    return f"{say.rubles(kopecks(Decimal(side.rub)))} {say.LABELS['rub']} {side.venue} {side.market}"


def _signed(text: str, lang: str) -> str:
    """In kopecks; all digits where these would show nothing of a difference."""
    number = Decimal(text)
    shown = kopecks(number) if kopecks(number) or not number else number
    return ("+" if number > 0 else "") + language(lang).rubles(shown)


def _stake(stake: Stake, lang: str) -> str:
    say = language(lang)
    return sheet(lang, "differences")["stake"].format(
        rows=stake.rows,
        difference=_signed(stake.difference_rub, lang),
        raised=say.rubles(kopecks(Decimal(stake.raised_rub))),
        lowered=say.rubles(kopecks(Decimal(stake.lowered_rub).copy_abs())),
        lost=say.rubles(kopecks(Decimal(stake.lost_value_rub))),
        gained=say.rubles(kopecks(Decimal(stake.gained_value_rub))),
        without=stake.without_quantity,
    )
