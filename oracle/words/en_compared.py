"""English: somebody's figure beside ours, and what explains the difference."""

from oracle.law.comparison import Comparison, Explanation, Pair
from oracle.numbers import kopecks, plain
from oracle.words.en_reasons import rubles
from oracle.words.en_steps import legs

COMPARED = {
    "same": "the same to the kopeck as our {market}",
    "above": "theirs is {apart} RUB ({percent} %) above our {market}",
    "below": "theirs is {apart} RUB ({percent} %) below our {market}",
    "reproduced": "{apart}; it is reproduced by {explanation}",
    "unexplained": "{apart}; no single leg explains it",
    "no_rubles": "none of its pairs has a ruble value",
    "no_quotation": "no quotation of {venue}: {why}",
    "not_asked": "{error}",
    "not_read": "{error}",
    "theirs": "{date} {venue} {coin}: theirs {rub} RUB",
    "ours": "ours",
    "pair": "{rub} RUB  {market} close {close}; {path}{mark}",
    "lowest": "lowest",
    "volume": "volume",
    "volumes": "theirs {theirs}, ours of all digital currencies at least {ours} RUB",
    "also": "also",
    "line": "line {line}: {state}: {text}",
    "lines": "{count} lines: {counts}{demo}",
    "nothing": "nothing to compare",
}
STATES = {
    "same": "same",
    "explained": "explained",
    "unexplained": "unexplained",
    "not_comparable": "not comparable",
    "unreadable": "unreadable",
}
_HOW = {"rounded": "rounded half-up", "cut": "cut"}


def explanation(found: Explanation) -> str:
    """The leg that differs, a part of a sentence."""
    how, value = _HOW.get(found.how or "", ""), "" if found.rounded is None else plain(found.rounded)
    return {
        "official_rate": f"the official rate in force on {found.on}: {_shown(found.pair)}",
        "pair": f"another pair: {_shown(found.pair)}",
        "stablecoin_path": f"the other stablecoin path: {_shown(found.pair)}",
        "trading_day": f"the venue's trading day {found.on}: {_shown(found.pair)}",
        "rounding_close": f"the close {how} to {found.places} decimals: {value}",
        "rounding_rate": f"the official rate {how} to {found.places} decimals: {value}",
        "rounding": f"the result {how} to {'kopecks' if found.places else 'rubles'}",
    }[found.leg]


def _shown(pair: Pair) -> str:
    path = legs(tuple(each for each in pair.legs if each.by != "official_rate"))
    rates = ", ".join(f"{each.of} {plain(each.rate)}" for each in pair.legs if each.by == "official_rate")
    return ", ".join(text for text in (f"{pair.market} close {plain(pair.close)}", path, rates) if text)


def comparison(result: Comparison) -> str:
    """How far apart, and why."""
    market = result.lowest.market
    if result.same:
        return COMPARED["same"].format(market=market)
    apart = COMPARED["above" if result.difference > 0 else "below"].format(
        apart=rubles(kopecks(result.difference.copy_abs())), percent=result.percent.copy_abs(), market=market
    )
    if result.explanations:
        return COMPARED["reproduced"].format(apart=apart, explanation=explanation(result.explanations[0]))
    return COMPARED["unexplained"].format(apart=apart)
