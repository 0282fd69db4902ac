"""What a collection would send, told before anything is sent: requests and minutes per venue, out of what is known."""

from datetime import datetime

from oracle.collect.plan import Estimate, Wanted, estimate, is_wanted, wanted_days
from oracle.collect.read import CLOSING_MARGIN
from oracle.collect.venue import known_of
from oracle.days import last_closed
from oracle.store.writer import Store
from oracle.venues import VENUES


def forecast(store: Store, wanted: Wanted, now: datetime) -> list[Estimate]:
    """One estimate per wanted venue; a venue that was never asked is told as one request, for its list of markets."""
    store.settle()
    result = []
    for name, venue in VENUES.items():
        if wanted.venues and name not in wanted.venues:
            continue
        days = wanted_days(venue, wanted, last_closed(now, venue.opens, CLOSING_MARGIN))
        symbols = [market.symbol for market in store.markets(name) if is_wanted(market, wanted)]
        result.append(estimate(venue, days, known_of(store, venue, now), symbols, again=wanted.again))
    return result
