"""`/v1/coins`, `/v1/venues`: what the dataset is made of."""

from urllib.parse import urlencode

from aiohttp import hdrs
from pydantic import Field

from oracle.api import models
from oracle.api.media import JSON
from oracle.api.problem import ProblemError
from oracle.api.quotations import Name
from oracle.api.route import Call, Parameters, Reply, route
from oracle.api.tables import TABLES, Days, span_of, told, told_with, written
from oracle.store.listings import Listings
from oracle.store.reads import Reads


class OfCoin(Parameters):
    """A coin."""

    coin: Name = Field(description="code of the coin", examples=["BTC"])


class OfVenue(Parameters):
    """A venue."""

    venue: Name = Field(description="name of the venue; see /v1/venues", examples=["binance"])


class Search(Parameters):
    """Which coins."""

    search: str = Field("", max_length=60, description="part of the code or of the name")
    after: str = Field("", max_length=60, description="only coins whose code comes after this one: paging")
    limit: int = Field(100, ge=1, le=1000, description="how many at most")


@route(
    "GET",
    "/v1/coins",
    tag="reference",
    query=Search,
    answer=models.Coins,
    row=models.CoinLine,
    formats=TABLES,
)
async def coins(call: Call) -> Reply:
    """The coins that any venue was seen to list, in the order of their codes.

    The next page is told in JSON as `next`, in every format in the header Link.
    """
    asked: Search = call.query

    def find(reads: Reads) -> tuple[bytes, str | None]:
        rows = Listings(reads).coins(asked.search, asked.after, asked.limit + 1)
        more = len(rows) > asked.limit
        rows = rows[: asked.limit]
        following = {"search": asked.search, "limit": asked.limit, "after": rows[-1]["coin"] if rows else ""}
        address = f"/v1/coins?{urlencode(following)}" if more else None
        if call.media is not JSON:
            return written(rows, models.CoinLine, call.media), address
        page = models.Coins(coins=[models.CoinLine(**row) for row in rows], next=address)
        return page.model_dump_json().encode(), address

    return await told_with(call, find, lambda address: {hdrs.LINK: f'<{address}>; rel="next"'} if address else {})


@route("GET", "/v1/coins/{coin}", tag="reference", path=OfCoin, answer=models.Coin, problems=("unknown-coin",))
async def coin(call: Call) -> Reply:
    """One coin: its entry in the asset register, its markets, and what its code denotes where."""
    code = call.path.coin.upper()

    def find(reads: Reads) -> bytes:
        listings = Listings(reads)
        markets, asset, names = listings.markets(code), listings.asset(code), reads.entries(code)
        if not markets and not asset and not names:
            raise ProblemError("unknown-coin", f"no venue read here lists {code!r}, and no register knows it")
        found = models.Coin(
            coin=code,
            asset=asset,
            markets=[models.MarketLine(**row) for row in markets],
            names=[models.Named(**{key: getattr(each, key) for key in models.Named.model_fields}) for each in names],
        )
        return found.model_dump_json().encode()

    return await told(call, find)


@route("GET", "/v1/venues", tag="reference", answer=list[models.Venue], row=models.Venue, formats=TABLES)
async def venues(call: Call) -> Reply:
    """The venues with their trading days, sites, markets and the days that were read."""
    return await told(call, lambda reads: written(Listings(reads).venues(), models.Venue, call.media))


@route(
    "GET",
    "/v1/venues/{venue}/days",
    tag="reference",
    path=OfVenue,
    query=Days,
    answer=list[models.VenueDay],
    row=models.VenueDay,
    formats=TABLES,
    problems=("not-found", "unprocessable"),
    is_heavy=True,
)
async def venue_days(call: Call) -> Reply:
    """A venue's trading days: turnover with its bounds, publication, verdicts."""
    span, venue = span_of(call), call.path.venue.lower()

    def find(reads: Reads) -> bytes:
        if venue not in reads.venues():
            raise ProblemError("not-found", f"no venue is called {venue!r}", step="See /v1/venues.")
        return written(Listings(reads).venue_days(venue, span), models.VenueDay, call.media)

    return await told(call, find)
