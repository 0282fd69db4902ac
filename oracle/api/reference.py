"""`/v1/coins`, `/v1/venues`, `/v1/official-rates`, `/v1/rulebooks`: what the dataset is made of."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field, TypeAdapter

from oracle.api import models
from oracle.api.caching import unchanged, validators
from oracle.api.media import CSV, CSV_RU, JSON, NDJSON, Media
from oracle.api.problem import ProblemError
from oracle.api.quotations import Day, Name
from oracle.api.route import Call, Nothing, Parameters, Reply, route
from oracle.days import Span, parse_day
from oracle.outputs.tabular import csv_rows, json_rows, ndjson
from oracle.store.listings import Listings
from oracle.store.reads import Reads

TABLES = (JSON, NDJSON, CSV, CSV_RU)


class OfCoin(Parameters):
    """A coin."""

    coin: Name = Field(description="code of the coin", examples=["BTC"])


class OfVenue(Parameters):
    """A venue."""

    venue: Name = Field(description="name of the venue; see /v1/venues", examples=["binance"])


class OfRulebook(Parameters):
    """A rulebook."""

    rulebook: Name = Field(description="name of the rulebook; see /v1/rulebooks", examples=["tax-code"])


class OfCurrency(Parameters):
    """A currency."""

    currency: Name = Field(description="ISO 4217 code", examples=["USD"])


class OfCurrencyOn(OfCurrency):
    """A currency on a date."""

    date: Day = Field(description="calendar date, YYYY-MM-DD", examples=["2026-11-20"])


class Days(Parameters):
    """From a day until a day, both included."""

    first: Day = Field(alias="from", description="first day, YYYY-MM-DD", examples=["2026-11-01"])
    last: Day = Field(alias="to", description="last day, YYYY-MM-DD", examples=["2026-11-20"])


class Search(Parameters):
    """Which coins."""

    search: str = Field("", max_length=60, description="part of the code or of the name")
    after: str = Field("", max_length=60, description="only coins whose code comes after this one: paging")
    limit: int = Field(100, ge=1, le=1000, description="how many at most")


@route("GET", "/v1/coins", tag="reference", query=Search, answer=models.Coins)
async def coins(call: Call) -> Reply:
    """The coins that any venue was seen to list, in the order of their codes."""
    asked: Search = call.query

    def find(reads: Reads) -> bytes:
        rows = Listings(reads).coins(asked.search, asked.after, asked.limit + 1)
        more = len(rows) > asked.limit
        rows = rows[: asked.limit]
        following = {"search": asked.search, "limit": asked.limit, "after": rows[-1]["coin"] if rows else ""}
        page = models.Coins(
            coins=[models.CoinLine(**row) for row in rows], next=f"/v1/coins?{urlencode(following)}" if more else None
        )
        return page.model_dump_json().encode()

    return await told(call, find)


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


@route(
    "GET",
    "/v1/official-rates/{currency}/{date}",
    tag="reference",
    path=OfCurrencyOn,
    answer=models.OfficialRate,
    problems=("not-found", "not-collected"),
)
async def official_rate(call: Call) -> Reply:
    """The official rate that is in force on a date, with the date that it bears."""
    day = parse_day(call.path.date)
    return await told(call, lambda reads: _one_rate(reads, call.path.currency.upper(), day))


def _one_rate(reads: Reads, currency: str, day: date) -> bytes:
    rows = _rates(reads, currency, Span(day, day))
    if not rows:
        until = Listings(reads).rate_known_until(currency)
        raise ProblemError(
            "not-collected", f"the official rate of {currency} on {day} is not known; known until {until}"
        )
    return TypeAdapter(models.OfficialRate).dump_json(models.OfficialRate(**rows[0]))


@route(
    "GET",
    "/v1/official-rates/{currency}",
    tag="reference",
    path=OfCurrency,
    query=Days,
    answer=list[models.OfficialRate],
    row=models.OfficialRate,
    formats=TABLES,
    problems=("not-found", "unprocessable"),
)
async def official_rates(call: Call) -> Reply:
    """The official rate in force on each day from one day until another; days of which none is known are left out."""
    span = span_of(call)
    return await told(
        call,
        lambda reads: written(_rates(reads, call.path.currency.upper(), span), models.OfficialRate, call.media),
    )


def _rates(reads: Reads, currency: str, span: Span) -> list[dict[str, Any]]:
    listings = Listings(reads)
    if currency not in (known := listings.currencies()):
        raise ProblemError("not-found", f"no rate of {currency!r} was collected; known: {', '.join(known)}")
    return listings.rates(currency, span)


@route("GET", "/v1/rulebooks", tag="reference", answer=list[models.RulebookLine])
async def rulebooks(call: Call) -> Reply:
    """The readings of the rule that the dataset was judged by."""

    def find(reads: Reads) -> bytes:
        lines = [
            models.RulebookLine(
                rulebook=each.name, title=each.title, editions=[edition.in_force_from for edition in each.editions]
            )
            for each in reads.rulebooks().values()
        ]
        return TypeAdapter(list[models.RulebookLine]).dump_json(lines)

    return await told(call, find)


@route(
    "GET",
    "/v1/rulebooks/{rulebook}",
    tag="reference",
    path=OfRulebook,
    query=Nothing,
    answer=models.Rulebook,
    problems=("not-found",),
)
async def rulebook(call: Call) -> Reply:
    """One reading of the rule: every value with the date from which it holds, its clause and its source."""

    def find(reads: Reads) -> bytes:
        books = reads.rulebooks()
        if (book := books.get(call.path.rulebook)) is None:
            raise ProblemError("not-found", f"no rulebook is called {call.path.rulebook!r}; known: {', '.join(books)}")
        values = [
            models.RuleValue(
                in_force_from=edition.in_force_from,
                key=key,
                value=getattr(edition, key),
                holds_from=citation.holds_from,
                clause=citation.clause,
                source=citation.source,
                note=citation.note,
            )
            for edition in book.editions
            for key, citation in edition.citations.items()
        ]
        return models.Rulebook(rulebook=book.name, title=book.title, values=values).model_dump_json().encode()

    return await told(call, find)


def span_of(call: Call) -> Span:
    """The days that a request asks about; a range that is too long or runs backwards is refused."""
    span = Span(parse_day(call.query.first), parse_day(call.query.last))
    if span.last < span.first:
        raise ProblemError("unprocessable", f"from {span.first} is after to {span.last}")
    if len(span) > call.service.limits.range_days:
        raise ProblemError(
            "unprocessable", f"{len(span)} days are asked for; at most {call.service.limits.range_days} in one request"
        )
    return span


def written(rows: list[dict[str, Any]], model: type[BaseModel], media: Media) -> bytes:
    """Rows in the wished format, with the columns of their model."""
    if media is JSON:
        return json_rows(rows)
    if media is NDJSON:
        return ndjson(rows)
    return csv_rows(rows, list(model.model_fields), russian=media is CSV_RU)


async def told(call: Call, find: Callable[[Reads], bytes]) -> Reply:
    """What the version in place says, which stays the same as long as it is in place."""
    service = call.service
    with service.current.held() as opened:
        headers = validators(opened, call)
        if reply := unchanged(call, headers):
            return reply
        return Reply(await service.current.ask(opened, find), call.media, headers=headers)
