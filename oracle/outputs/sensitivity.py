"""What other readings come to, as a page for people and CSV for machines."""

import csv
import io
from decimal import Decimal
from typing import Any

from oracle.answer import Answer
from oracle.answer_choice import Figure, TakenFigure
from oracle.answer_sensitivity import Extreme, Sensitivity, Variant
from oracle.law.readings import AXES, apart
from oracle.numbers import kopecks
from oracle.outputs.table import listing
from oracle.words import language, sheet

COLUMNS = [
    *("coin", "date", "rulebook", "edition", *AXES, "asked", "changes"),
    *("eligible", "not_eligible", "undetermined", "no_rule_in_force", "no_utc_day"),
    *("venue", "market", "rub", "rub_kopecks", "lowest_rub", "highest_rub", "difference_rub", "difference_percent"),
    "manual",
    *("policy", "dataset", "demo"),
]
_LISTS = ("changes", "eligible", "not_eligible", "undetermined", "no_rule_in_force", "no_utc_day")
_VERDICTS = ("eligible", "not_eligible", "undetermined", "no_rule_in_force")


def sensitivity_csv(answer: Answer) -> str:
    """One line per reading of the grid, the asked one first; an empty cell is a value that there is not."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for each in answer.sensitivity.variants if answer.sensitivity else []:
        rows.writerow({**_asked(answer), **_cells(each)})
    return text.getvalue()


def _asked(answer: Answer) -> dict[str, object]:
    return {
        "coin": answer.coin,
        "date": answer.date,
        "rulebook": answer.rulebook,
        "edition": answer.edition,
        "policy": answer.choice.policy,
        "dataset": answer.dataset.version,
        "demo": answer.dataset.demo,
    }


def _cells(each: Variant) -> dict[str, object]:
    taken = each.chosen
    return {
        **{key: getattr(each, key) for key in AXES},
        **{key: ",".join(getattr(each, key)) for key in _LISTS},
        "asked": each.asked,
        "venue": taken and taken.venue,
        "market": taken and taken.market,
        "rub": taken and taken.rub,
        "rub_kopecks": taken and taken.rub_kopecks,
        "lowest_rub": each.lowest and each.lowest.rub,
        "highest_rub": each.highest and each.highest.rub,
        "difference_rub": each.difference_rub,
        "difference_percent": each.difference_percent,
        "manual": taken and taken.manual,
    }


def sensitivity_text(answer: Answer, found: Sensitivity, dataset: str, lang: str = "en") -> str:
    """The asked reading, each that differs in one value, the extremes over all combinations, and the warnings."""
    return _Page(answer, found, lang).text(dataset)


class _Page:
    """One table in one language."""

    def __init__(self, answer: Answer, found: Sensitivity, lang: str) -> None:
        self._answer, self._found = answer, found
        self._lang, self._words = language(lang), sheet(lang, "sensitivity")
        self._shown = [each for each in found.variants if len(each.changes) <= 1]

    def text(self, dataset: str) -> str:
        answer, labels = self._answer, self._lang.LABELS
        begins = answer.edition
        edition = labels["edition"].format(date=self._lang.day(begins)) if begins else labels["no_edition"]
        demo = labels["demo"] if answer.dataset.demo else ""
        date = self._lang.day(answer.date)
        head = labels["title"].format(coin=answer.coin, date=date, rulebook=answer.rulebook, edition=edition, demo=demo)
        published = f"{answer.dataset.published_at:{labels['instant']}}"
        lines = [
            head,
            "",
            self._words["title"],
            f"  {self._words['asked']}: {', '.join(self._value(self._shown[0], key) for key in AXES)}",
            "",
            self._table(),
            "",
            self._words["venues"].format(coin=answer.coin),
            *(f"  {self._name(each)}: {self._venues(each)}" for each in self._shown),
            "",
            *self._extremes(),
            *(["", labels["warnings"], *(f"  ! {each.text}" for each in answer.warnings)] if answer.warnings else []),
            "",
            labels["foot"].format(version=answer.dataset.version, published=published, path=dataset),
            labels["advice"],
        ]
        return "\n".join(lines) + "\n"

    def _table(self) -> str:
        names = ("reading", "eligible", "chosen", "where", "difference", "percent", "lowest", "highest")
        columns = [self._words[name] for name in names]
        return listing(columns, [self._row(each) for each in self._shown], right=(columns[2], *columns[4:]))

    def _row(self, each: Variant) -> list[object]:
        words, taken = self._words, each.chosen
        everyone = sum(len(getattr(each, name)) for name in _VERDICTS)
        return [
            self._name(each),
            words["count"].format(eligible=len(each.eligible), all=everyone),
            self._rubles(taken),
            self._place(taken) if taken else words["nothing"],
            each.difference_rub and self._signed(kopecks(Decimal(each.difference_rub))),
            each.difference_percent and self._signed(Decimal(each.difference_percent)),
            self._rubles(each.lowest),
            self._rubles(each.highest),
        ]

    def _place(self, taken: TakenFigure) -> str:
        place = f"{taken.venue} {taken.market}"
        return self._words["by_hand"].format(place=place) if taken.manual else place

    def _rubles(self, figure: Figure | None) -> str:
        return self._lang.rubles(Decimal(figure.rub_kopecks)) if figure else ""

    def _signed(self, number: Decimal) -> str:
        return ("+" if number > 0 else "") + self._lang.rubles(number)

    def _name(self, each: Variant) -> str:
        return ", ".join(self._value(each, key) for key in each.changes) or self._words["asked"]

    def _value(self, each: Variant, key: str) -> str:
        value = getattr(each, key)
        if key == "turnover_floor_rub":
            return self._words[key].format(value=self._short(Decimal(value)))
        return self._words[f"{key} {value}"]

    def _short(self, floor: Decimal) -> str:
        """100 bn, 100 m; all digits of a floor that is neither."""
        for unit, word in ((Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m")):
            if floor >= unit and not floor % unit:
                return self._words[word].format(count=self._lang.rubles(floor // unit))
        return self._lang.rubles(floor)

    def _venues(self, each: Variant) -> str:
        """Who counts; of the others all are named too, for why nothing is eligible must be seen."""
        told = [(f"is {name}", getattr(each, name)) for name in _VERDICTS]
        told.append(("no_utc_day", each.no_utc_day))
        if each.eligible and not each.chosen and not each.lowest:
            told.append(("no_quotation", each.eligible))
        return "; ".join(self._words[key].format(names=", ".join(names)) for key, names in told if names)

    def _extremes(self) -> list[str]:
        lowest, highest = self._found.lowest, self._found.highest
        head = self._words["extremes"].format(count=len(self._found.variants))
        if lowest is None or highest is None:
            return [f"{head}: {self._words['none']}"]
        if lowest.figure.rub == highest.figure.rub:
            return [f"{head}: {self._words['same']}", *self._without()]
        stake, percent = apart(Decimal(highest.figure.rub), Decimal(lowest.figure.rub))
        told: dict[str, Any] = {
            "rub": self._lang.rubles(kopecks(stake)),
            "percent": self._lang.rubles(percent or Decimal(0)),
        }
        ends = [*self._extreme("extreme_lowest", lowest), *self._extreme("extreme_highest", highest)]
        return [head, *ends, f"  {self._words['apart'].format(**told)}", *self._without()]

    def _without(self) -> list[str]:
        count = sum(each.chosen is None for each in self._found.variants)
        return [f"  {self._words['without'].format(count=count)}"] if count else []

    def _extreme(self, key: str, extreme: Extreme) -> list[str]:
        figure, (first, *more) = extreme.figure, extreme.readings
        place = self._words[key].format(rub=self._rubles(figure), venue=figure.venue, market=figure.market)
        under = self._words["under"].format(reading=self._name(self._found.variants[first]))
        others = f", {self._words['more'].format(count=len(more))}" if more else ""
        return [f"  {place}", f"    {under}{others}"]
