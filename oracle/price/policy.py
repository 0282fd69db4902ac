"""Policies of choice as an order of SQL: the first row of it is what `law.choice` takes, ties included."""

from dataclasses import dataclass, field

from oracle.law.choice import TAX_SERVICE_VENUES, Place, Policy

_NAMES = "venue, market, symbol"
# The market with the largest turnover in rubles: two columns that are one exact number.
_PREFERRED = "turnover DESC, turnover_rest DESC"
_ORDERS = {
    "largest-turnover": f"venue_turnover DESC, {_PREFERRED}, {_NAMES}",
    "lowest": f"rub, {_NAMES}",
    "highest": f"rub DESC, {_NAMES}",
    "as-tax-service": "venue_turnover DESC, venue, rub, market, symbol",
}


@dataclass(frozen=True, slots=True)
class Order:
    """Which candidates are looked at, and in which order; `values` are the named parameters of both."""

    where: str
    by: str
    values: dict[str, object] = field(default_factory=dict)


def order_of(policy: Policy) -> Order:
    """The policy as an order."""
    if policy.name == "as-tax-service":
        return Order("list_contains($venues, venue)", _ORDERS[policy.name], {"venues": list(TAX_SERVICE_VENUES)})
    if policy.name != "places":
        return Order("TRUE", _ORDERS[policy.name])
    values: dict[str, object] = {}
    tests = [_holds(place, number, values) for number, place in enumerate(policy.places)]
    at = " ".join(f"WHEN {test} THEN {number}" for number, test in enumerate(tests))
    place = f"CASE {at} END"
    return Order(f"{place} IS NOT NULL", f"{place}, {_PREFERRED}, {_NAMES}", values)


def _holds(place: Place, number: int, values: dict[str, object]) -> str:
    values[f"venue{number}"] = place.venue
    test = f"venue = $venue{number}"
    if not place.market:
        return test
    base, _, quote = place.market.partition("/")
    values[f"market{number}"] = place.market
    if base != "*":
        return f"{test} AND market = $market{number}"
    values[f"quote{number}"] = f"/{quote}"
    return f"{test} AND (market = $market{number} OR ends_with(market, $quote{number}))"
