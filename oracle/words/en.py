"""English: verdicts and quotations in words."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from oracle.law.valuation import Leg
from oracle.law.verdict import Reason
from oracle.words import Judged, Priced, cited, short, whole
from oracle.words.en_choices import TAX, choice, eligible, meaning, meanings
from oracle.words.en_compared import COMPARED, STATES, comparison, explanation
from oracle.words.en_labels import LABELS, NAMES, WARNINGS
from oracle.words.en_reasons import day, reason, rubles
from oracle.words.en_steps import legs as steps

__all__ = [
    "COMPARED",
    "LABELS",
    "NAMES",
    "STATES",
    "TAX",
    "WARNINGS",
    "choice",
    "comparison",
    "day",
    "eligible",
    "explanation",
    "legs",
    "meaning",
    "meanings",
    "no_rubles",
    "number",
    "quotation",
    "reason",
    "rubles",
    "source",
    "title",
    "verdict",
    "word",
]

_WORDS = {"eligible": "eligible", "not_eligible": "not eligible", "no_rule_in_force": "no rule in force"}


def word(verdict: str) -> str:
    """The verdict itself."""
    return _WORDS.get(verdict, verdict)


def legs(legs: tuple[Leg, ...]) -> str:
    """The steps to rubles."""
    return steps(legs) or "quoted in rubles"


def source(text: str) -> str:
    """Who told a close, as the dataset says it."""
    return text


def title(text: str) -> str:
    """The name of an asset, as the register has it."""
    return text


def number(text: str) -> str:
    """A price or an exact amount, as it is."""
    return text


def no_rubles(quote: str, path: str) -> str:
    """Why a price in `quote` has no value in rubles."""
    return {
        "market": f"the venue shows no close of {quote} against a currency that day",
        "refuse": f"by this reading a price in the stablecoin {quote} has no ruble value",
    }.get(path, f"no official rate of {quote} or of its currency is known for the date")


def verdict(judged: Judged) -> str:
    """A verdict in two or three sentences, with figures, dates and clauses."""
    if judged.in_force_from is None:
        begins = [each.figures["first_edition_on"] for each in judged.reasons if "first_edition_on" in each.figures]
        since = f": its first edition holds from {begins[0]}" if begins else ""
        return f"On {judged.day} no rule of {judged.rulebook} was in force{since}. Rubles are given without a verdict."
    where = f"{judged.venue} on {judged.day}" + (f" for {judged.coin}" if judged.coin else "")
    head = f"Under {judged.rulebook} (edition of {judged.in_force_from}) "
    result, what = {
        "eligible": ("passed", f"{where} is eligible."),
        "not_eligible": ("failed", f"{where} is not eligible."),
    }.get(judged.verdict, ("open", f"it cannot be determined whether {where} is eligible."))
    told = [each for each in judged.reasons if each.result == result]
    if not told:
        return f"{head}{what} {_NO_REASON}"
    first, *more = told
    return " ".join([head + what, _told((first,)), *([_told(more)] if more else [])])


# No court judges so: the rows were altered after they were published.
_NO_REASON = (
    "The file tells no test that came to this, so somebody altered it after it was published: "
    "do not rely on it, and check it with `oracle doctor`."
)


def _told(reasons: Sequence[Reason]) -> str:
    clauses = cited(reasons)
    text = "; ".join(reason(each.code, each.figures) for each in reasons)
    return whole(f"{text} ({clauses})" if clauses else text)


@lru_cache(8192)
def _hours(opens_at: datetime, closes_at: datetime) -> str:
    return f"{opens_at:%Y-%m-%d %H:%M} to {closes_at:%Y-%m-%d %H:%M} UTC"


def quotation(priced: Priced) -> str:
    """A quotation in two or three sentences."""
    hours = _hours(priced.opens_at, priced.closes_at)
    close = f"{priced.market} on {priced.venue} closed at {priced.close} {priced.quote}"
    said = [f"{close} on the trading day {priced.day} ({hours})."]
    if priced.rub_kopecks is None:
        said.append(f"There is no value in rubles: {no_rubles(priced.quote, priced.path)}.")
        return " ".join(said)
    by = f"by {legs(priced.legs)}" if priced.legs else "in rubles as quoted"
    clause = f" ({short(priced.clause)})" if priced.clause else ""
    said.append(whole(f"{by} that is {rubles(priced.rub_kopecks)} RUB for one {priced.coin}{clause}"))
    said.append("The close is final." if priced.final else "The close is provisional: a second reading may change it.")
    return " ".join(said)
