"""The taxpayer's choice among qualifying quotations, under a named policy that says why it took what it took."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from oracle.errors import QuestionError
from oracle.law.said import Figure, Figures
from oracle.numbers import plain

POLICIES = ("largest-turnover", "lowest", "highest", "as-tax-service")
# Whose quotations the tax service's own page shows since 7 April 2025, as secondary sources tell (3dnews.ru/1121001).
TAX_SERVICE_VENUES = ("binance", "bybit", "okx", "kucoin", "mexc", "htx", "gate")

_MARKET = re.compile(r"(\*|[0-9A-Z.@-]{1,40})/[0-9A-Z.@-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A quotation that may be chosen: its rubles, its market's turnover in rubles and its venue's."""

    venue: str
    market: str
    rub: Decimal
    market_turnover_rub: Decimal
    venue_turnover_rub: Decimal
    symbol: str = ""


class Place(NamedTuple):
    """A venue, or one market of it; in */USDT the star is whatever coin is asked for."""

    venue: str
    market: str = ""

    def holds(self, candidate: Candidate) -> bool:
        """Whether the candidate is quoted here."""
        base, _, quote = self.market.partition("/")
        meant = self.market in {"", candidate.market} or (base == "*" and candidate.market.endswith(f"/{quote}"))
        return candidate.venue == self.venue and meant

    @property
    def text(self) -> str:
        """As it is written in a policy."""
        return f"{self.venue}:{self.market}" if self.market else self.venue


class Policy(NamedTuple):
    """A known name, or `places` in order of preference; `text` is how the taxpayer wrote it."""

    name: str
    text: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What was taken, None if nothing; `rule`: the policy's name, fixed-venue or fixed-pair; why: `code`, `figures`."""

    taken: Candidate | None
    rule: str
    code: str
    figures: Figures


def policy_named(text: str, venues: Sequence[str]) -> Policy:
    """The policy that the text names; QuestionError lists all that could have been meant.

    A known name, or places in order of preference: venues (`okx,binance`) or pairs (`binance:BTC/USDT,okx:*/USDT`).
    """
    if text in POLICIES:
        return Policy(text, text)
    places = []
    for part in text.split(","):
        venue, colon, market = part.strip().partition(":")
        place = Place(venue.lower(), market.upper())
        if place.venue not in venues or (colon and not _MARKET.fullmatch(place.market)):
            known = f"{', '.join(POLICIES)}, or in order of preference venues (okx,binance) or pairs (okx:BTC/USDT)"
            raise QuestionError(f"unknown choice {part.strip()[:40]!r}; known: {known} out of {', '.join(venues)}")
        places.append(place)
    return Policy("places", ",".join(place.text for place in places), tuple(places))


def ordered(candidates: Sequence[Candidate]) -> list[Candidate]:
    """By venue and market: whatever is taken first of equals is the same in any order of asking."""
    return sorted(candidates, key=lambda each: (each.venue, each.market, each.symbol))


def preferred(candidates: Sequence[Candidate]) -> Candidate:
    """The pair with the largest turnover in rubles, as the least easily moved; of equals the first by name."""
    return max(ordered(candidates), key=lambda each: each.market_turnover_rub)


def choose(policy: Policy, candidates: Sequence[Candidate]) -> Choice:
    """What the policy takes of the candidates, and why; nothing of none. Of equals the first by venue and market."""
    rule = {"places": _at_places, "as-tax-service": _as_tax_service}.get(policy.name)
    if rule:
        return rule(policy, ordered(candidates))
    if not candidates:
        return Choice(None, policy.name, "nothing_eligible", {})
    return _SIMPLE[policy.name](ordered(candidates))


def _largest_turnover(candidates: list[Candidate]) -> Choice:
    taken = max(candidates, key=lambda each: (each.venue_turnover_rub, each.market_turnover_rub))
    return Choice(taken, "largest-turnover", "largest_turnover", _largest(candidates, taken))


def _lowest(candidates: list[Candidate]) -> Choice:
    return _by_rubles(min(candidates, key=lambda each: each.rub), candidates, "lowest")


def _highest(candidates: list[Candidate]) -> Choice:
    return _by_rubles(max(candidates, key=lambda each: each.rub), candidates, "highest")


def _by_rubles(taken: Candidate, candidates: list[Candidate], rule: str) -> Choice:
    alike = sum(each.rub == taken.rub for each in candidates)
    figures: dict[str, Figure] = {"quotation_rub": plain(taken.rub), "quotations": len(candidates), "alike": alike}
    return Choice(taken, rule, rule, figures)


_SIMPLE: dict[str, Callable[[list[Candidate]], Choice]] = {
    "largest-turnover": _largest_turnover,
    "lowest": _lowest,
    "highest": _highest,
}


def _at_places(policy: Policy, candidates: list[Candidate]) -> Choice:
    for number, place in enumerate(policy.places):
        here = [each for each in candidates if place.holds(each)]
        if not here:
            continue
        taken = preferred(here)
        passed = [each.text for each in policy.places[:number]]
        if place.market:
            return Choice(taken, "fixed-pair", "named_pair", {"place": place.text, "passed": passed})
        figures: dict[str, Figure] = {"venue": place.venue, "market": taken.market, "passed": passed}
        return Choice(taken, "fixed-venue", "named_venue", figures)
    rule = "fixed-pair" if policy.places[0].market else "fixed-venue"
    return Choice(None, rule, "nothing_at_named", {"policy": policy.text})


def _as_tax_service(policy: Policy, candidates: list[Candidate]) -> Choice:
    """Its page shows per venue the lowest close over the pairs; which venue is left open, so the largest is taken."""
    shown = [each for each in candidates if each.venue in TAX_SERVICE_VENUES]
    if not shown:
        return Choice(None, policy.name, "nothing_at_tax_service", {"shown_venues": list(TAX_SERVICE_VENUES)})
    largest = max(shown, key=lambda each: each.venue_turnover_rub)
    taken = min((each for each in shown if each.venue == largest.venue), key=lambda each: each.rub)
    return Choice(taken, policy.name, "as_tax_service", _largest(shown, taken))


def _largest(candidates: list[Candidate], taken: Candidate) -> dict[str, Figure]:
    turnovers = {each.venue: each.venue_turnover_rub for each in candidates}
    return {
        "venue": taken.venue,
        "market": taken.market,
        "turnover_low_rub": plain(taken.venue_turnover_rub),
        "venues": len(turnovers),
        "alike": sum(each == taken.venue_turnover_rub for each in turnovers.values()),
    }
