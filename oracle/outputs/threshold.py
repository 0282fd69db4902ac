"""Venue days near the floor as a page for people and CSV for machines."""

import csv
import io
from decimal import ROUND_HALF_UP, Decimal

from oracle.answer_threshold import Margin, Threshold
from oracle.days import DAY
from oracle.numbers import ROUNDING
from oracle.outputs.table import listing
from oracle.words import language, sheet

COLUMNS = [
    *("date", "venue", "rulebook", "coin", "state", "near", "flip", "flip_from", "floor_rub", "floor_usd", "usd_rate"),
    *("turnover_rub_low", "turnover_rub_high", "margin_rub", "margin_percent", "verdict", "dataset", "demo"),
]

_HUNDREDTH = Decimal("0.01")


def threshold_csv(found: Threshold) -> str:
    """One line per venue day; an empty cell is a value that is not known."""
    text = io.StringIO()
    rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    rows.writeheader()
    same = {
        "rulebook": found.rulebook,
        "coin": found.coin,
        "dataset": found.dataset.version,
        "demo": found.dataset.demo,
    }
    for each in found.days:
        rows.writerow({**each.model_dump(), **same})
    return text.getvalue()


def threshold_text(found: Threshold, dataset: str, lang: str = "en") -> str:
    """The days, oldest first, a line per venue that counts them, and the file that told."""
    return _Page(found, lang).text(dataset)


class _Page:
    """One list in one language."""

    def __init__(self, found: Threshold, lang: str) -> None:
        self._found, self._lang, self._words = found, language(lang), sheet(lang, "threshold")

    def text(self, dataset: str) -> str:
        found, words, labels, day = self._found, self._words, self._lang.LABELS, self._lang.day
        title = words["title"].format(
            within=self._lang.number(found.within_percent),
            rulebook=found.rulebook,
            coin=words["coin"].format(coin=found.coin) if found.coin else "",
            since=day(found.since),
            until=day(found.until),
            demo=labels["demo"] if found.dataset.demo else "",
        )
        published = f"{found.dataset.published_at:{labels['instant']}}"
        lines = [
            title,
            "",
            *([self._table(), words["margin_of"]] if found.days else [words["none"]]),
            "",
            *(
                words["count"].format(up=each.flips_up, down=each.flips_down, **each.model_dump())
                for each in found.venues
            ),
            *(["", labels["warnings"], *(f"  ! {each.text}" for each in found.warnings)] if found.warnings else []),
            "",
            labels["foot"].format(version=found.dataset.version, published=published, path=dataset),
            labels["advice"],
        ]
        return "\n".join(lines) + "\n"

    def _table(self) -> str:
        names = ("date", "venue", "state", "rub", "margin", "percent", "usd", "flip")
        columns = [self._words[name] for name in names]
        return listing(columns, [self._row(each) for each in self._found.days], right=columns[3:7])

    def _row(self, each: Margin) -> list[object]:
        unknown = self._words["unknown"]
        return [
            self._lang.day(each.date),
            each.venue,
            self._words[each.state],
            self._deciding(each),
            self._whole(each.margin_rub, signed=True),
            each.margin_percent and self._signed(_hundredths(each.margin_percent)),
            unknown if each.floor_usd is None else self._whole(each.floor_usd),
            self._flip(each) or self._other_bound(each),
        ]

    def _deciding(self, each: Margin) -> str:
        """The turnover, or the bound of it that decides."""
        low, high = each.turnover_rub_low, each.turnover_rub_high
        if low == high:
            return self._whole(low)
        return f"≤{self._whole(high)}" if each.state == "not_above" and high else f"≥{self._whole(low)}"

    def _other_bound(self, each: Margin) -> str:
        """Of an open day also the upper bound, for both lie there."""
        if each.state != "open":
            return ""
        return f"≤{self._whole(each.turnover_rub_high)}" if each.turnover_rub_high else self._words["no_bound"]

    def _whole(self, text: str, *, signed: bool = False) -> str:
        """Whole rubles; all digits where these would show nothing of a difference."""
        number = Decimal(text)
        rounded = number.quantize(Decimal(1), ROUND_HALF_UP, ROUNDING)
        shown = rounded if rounded or not number else number
        return self._signed(shown) if signed else self._lang.rubles(shown)

    def _signed(self, number: Decimal) -> str:
        return ("+" if number > 0 else "") + self._lang.rubles(number)

    def _flip(self, each: Margin) -> str:
        if each.flip is None or each.flip_from is None:
            return ""
        way = self._words[each.flip]
        if each.flip_from == each.date - DAY:
            return way
        return self._words["since"].format(way=way, day=self._lang.day(each.flip_from))


def _hundredths(percent: str) -> Decimal:
    return Decimal(percent).quantize(_HUNDREDTH, ROUND_HALF_UP, ROUNDING)
