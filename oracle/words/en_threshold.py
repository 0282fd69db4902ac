"""English: the words of the page about venue days near the floor."""

WORDS = {
    "title": "Within {within} % of the floor of {rulebook}{coin}, and flips, {since} to {until}{demo}",
    "coin": " for {coin}",
    "date": "date",
    "venue": "venue",
    "state": "turnover",
    "rub": "RUB",
    "no_bound": "no upper bound",
    "margin": "margin",
    "percent": "%",
    "usd": "floor USD",
    "flip": "flip",
    "above": "above",
    "not_above": "not above",
    "open": "open",
    "up": "up",
    "down": "down",
    "since": "{way}, after {day}",
    "unknown": "unknown",
    "none": "no day near the floor and no flip",
    "count": "{venue}: {near} of {days} days near the floor; {up} flips up, {down} down; "
    "{above} days above, {not_above} not above, {open} open",
    "margin_of": "RUB: the turnover, or its bound that decides (≥ lower, ≤ upper); margin: that less the floor",
}
