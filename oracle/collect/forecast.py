"""What a collection would send, told before anything is sent: requests and minutes per venue, out of what is known."""

from datetime import datetime

from oracle.collect.context import Sources
from oracle.collect.plan import Estimate, Wanted, estimate, is_wanted, wanted_days
from oracle.collect.venue import known_of
from oracle.days import CLOSING_MARGIN, last_closed
from oracle.store.writer import Store
from oracle.venues import UTC_VIEWS, VENUES


def forecast(store: Store, wanted: Wanted, sources: Sources, now: datetime) -> list[Estimate]:
    """One estimate per wanted venue; a venue that was never asked is told as one request, for its list of markets.

    A view of a venue, where it is collected besides, has an estimate of its own.
    """
    store.settle()
    result = []
    for name, venue in VENUES.items():
        if not sources.taken(name, wanted.venues):
            continue
        symbols = [market.symbol for market in store.markets(name) if is_wanted(market, wanted)]
        views = [UTC_VIEWS[name]] if sources.utc_days and name in UTC_VIEWS else []
        for each in (venue, *views):
            days = wanted_days(each, wanted, last_closed(now, each.opens, CLOSING_MARGIN))
            known = known_of(store, each, now)
            result.append(estimate(each, days, known, symbols, again=wanted.again, lists=each is venue))
    return result
