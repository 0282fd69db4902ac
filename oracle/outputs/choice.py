"""What could be chosen and why this was, as lines of text for people."""

from decimal import Decimal

from oracle.answer import Answer, VenuePart
from oracle.answer_choice import Figure
from oracle.numbers import grouped


def choice_lines(answer: Answer) -> list[str]:
    """Why the policy took what it took, how far the eligible quotations lie apart, each eligible venue's figures."""
    choice, spread = answer.choice, answer.spread
    holder = f"{choice.taxpayer}, from {choice.policy_from}: " if choice.taxpayer else ""
    lines = [f"  why     {holder}{choice.text}"]
    if choice.last:
        lines.append(f"  last    {choice.last.venue} {choice.last.market} for {choice.last.date}")
    if spread is None:
        return lines
    venues = [each for each in answer.venues if any(each.venue == one.venue for one in choice.candidates)]
    return [
        *lines,
        "",
        f"Eligible: {_count(spread.quotations, 'quotation')} of {_count(spread.venues, 'venue')}",
        f"  lowest   {_figure(spread.lowest)}",
        f"  median   {grouped(Decimal(spread.median_rub_kopecks))} RUB of the venues' preferred pairs",
        f"  highest  {_figure(spread.highest)}",
        *(f"  {_venue(each)}" for each in venues),
    ]


def _venue(venue: VenuePart) -> str:
    """One line: the preferred pair and, where it has others, the lowest (as the tax service shows) and the highest."""
    if venue.preferred and len({venue.preferred.market, *(each.market for _, each in _figures(venue))}) == 1:
        return f"{venue.venue}: {_short(venue.preferred)}"
    words = [f"{word} {_short(each)}" for word, each in _figures(venue)]
    return f"{venue.venue}: {', '.join(words)}"


def _figures(venue: VenuePart) -> list[tuple[str, Figure]]:
    named = (("preferred", venue.preferred), ("lowest", venue.lowest), ("highest", venue.highest))
    return [(word, each) for word, each in named if each]


def _figure(each: Figure) -> str:
    return f"{grouped(Decimal(each.rub_kopecks))} RUB  {each.venue} {each.market}"


def _short(each: Figure) -> str:
    return f"{each.market} {grouped(Decimal(each.rub_kopecks))}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
