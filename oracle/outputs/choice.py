"""What could be chosen and why this was, as lines of text for people."""

from decimal import Decimal

from oracle.answer import Answer, VenuePart
from oracle.answer_choice import Figure
from oracle.words import Language


def choice_lines(answer: Answer, lang: Language) -> list[str]:
    """Why the policy took what it took, how far the eligible quotations lie apart, each eligible venue's figures."""
    choice, spread, say = answer.choice, answer.spread, lang.LABELS
    why = choice.text
    if choice.taxpayer and choice.policy_from:
        why = say["held"].format(taxpayer=choice.taxpayer, date=lang.day(choice.policy_from), why=why)
    wide = max(len(say[word]) for word in ("close", "path", "exact", "page", "source"))
    lines = [f"  {say['why']:{wide}}  {why}"]
    if last := choice.last:
        taken = say["last_taken"].format(venue=last.venue, market=last.market, date=lang.day(last.date))
        lines.append(f"  {say['last']:{wide}}  {taken}")
    if spread is None:
        return lines
    venues = [each for each in answer.venues if any(each.venue == one.venue for one in choice.candidates)]
    rows = [
        ("lowest", _figure(spread.lowest, lang)),
        ("median", say["of_preferred"].format(rub=lang.rubles(Decimal(spread.median_rub_kopecks)))),
        ("highest", _figure(spread.highest, lang)),
    ]
    wide = max(len(say[word]) for word, _ in rows)
    return [
        *lines,
        "",
        lang.eligible(spread.quotations, spread.venues),
        *(f"  {say[word]:{wide}}  {text}" for word, text in rows),
        *(f"  {_venue(each, lang)}" for each in venues),
    ]


def _venue(venue: VenuePart, lang: Language) -> str:
    """One line: the preferred pair and, where it has others, the lowest (as the tax service shows) and the highest."""
    if venue.preferred and len({venue.preferred.market, *(each.market for _, each in _figures(venue))}) == 1:
        return f"{venue.venue}: {_short(venue.preferred, lang)}"
    words = [f"{lang.LABELS[word]} {_short(each, lang)}" for word, each in _figures(venue)]
    return f"{venue.venue}: {', '.join(words)}"


def _figures(venue: VenuePart) -> list[tuple[str, Figure]]:
    named = (("preferred", venue.preferred), ("lowest", venue.lowest), ("highest", venue.highest))
    return [(word, each) for word, each in named if each]


def _figure(each: Figure, lang: Language) -> str:
    return f"{lang.rubles(Decimal(each.rub_kopecks))} {lang.LABELS['rub']}  {each.venue} {each.market}"


def _short(each: Figure, lang: Language) -> str:
    return f"{each.market} {lang.rubles(Decimal(each.rub_kopecks))}"
