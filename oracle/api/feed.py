"""`/cbr/XML_daily.asp` and the like: the Bank of Russia's own feed, in which coins are currencies beside its own.

Also under `/scripts/`, where the Bank has it: who reads the Bank's feed reads this one by another host name.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Literal

from aiohttp import hdrs
from pydantic import Field

from oracle.api import feed_xml
from oracle.api.caching import unchanged, validators
from oracle.api.feed_lines import Feed, Reading, TooManyDaysError
from oracle.api.media import Media
from oracle.api.quotations import Name
from oracle.api.route import Call, Handler, Parameters, Reply, route
from oracle.api.version import Opened
from oracle.days import Span
from oracle.law.rulebook import DEFAULT_RULEBOOK
from oracle.store.reads import Reads

XML = Media("xml", "application/xml", feed_xml.ENCODING)
HOUSE, BANK = "/cbr/", "/scripts/"
LEFT_OUT, NOTE = "X-Oracle-Left-Out", "X-Oracle-Note"
_DATE = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_Date = Field("", max_length=40, description="DD/MM/YYYY or DD.MM.YYYY")
Answered = tuple[bytes, dict[str, str]]


class Read(Parameters):
    """How the feed is read; none of these is the Bank's."""

    rulebook: Name = Field(DEFAULT_RULEBOOK, description="name of the rulebook; see /v1/rulebooks")
    choose: Name = Field("largest-turnover", description="policy by which one of several quotations is taken")
    beside: Literal["rates", "none"] = Field(
        "rates", alias="with", description="rates: official rates stand beside the coins; none: only coins"
    )
    d: str = Field("0", max_length=5, description="the Bank's: 0 is what is set daily; nothing else is here")

    def reading(self) -> Reading:
        """The same for the feed's lines."""
        return Reading(self.rulebook, self.choose, self.beside == "rates")


class Daily(Read):
    """Everything on a date."""

    date_req: str = _Date


class Dynamic(Read):
    """One coin or currency from a date to a date."""

    date_req1: str = _Date
    date_req2: str = _Date
    number: str = Field("", alias="VAL_NM_RQ", max_length=100, description="ID, such as C-BTC or R01235")


async def xml_daily(call: Call) -> Reply:
    """All coins with a chosen quotation on a date, and the official rates in force, as the Bank's daily answer.

    Without a date: the newest day that is over at every venue and has eligible quotations. The date of the answer is
    always the date asked. A coin without an eligible quotation is left out; the header X-Oracle-Left-Out counts them.
    """
    return await _daily(call, english=False)


async def xml_daily_eng(call: Call) -> Reply:
    """XML_daily.asp with English names."""
    return await _daily(call, english=True)


async def _daily(call: Call, *, english: bool) -> Reply:
    asked: Daily = call.query
    day = read_date(asked.date_req) if asked.date_req else None
    if asked.date_req and day is None:
        return Reply(feed_xml.mistaken(), XML)

    def find(feed: Feed) -> Answered:
        lines = feed.day(day or feed.newest_day())
        headers = {LEFT_OUT: str(lines.left_out)}
        if lines.notes:
            headers[NOTE] = ", ".join(lines.notes)
        return feed_xml.daily(lines.day, lines.rows, english=english), headers

    return await _told(call, find)


async def xml_dynamic(call: Call) -> Reply:
    """One coin or currency from a date to a date, as the Bank's answer about a span.

    Of a coin every calendar day with a chosen quotation has a record, all with the same nominal; of a currency the days
    on which a new rate took effect. More days of a coin than a range may have are `Error in parameters`, with why, and
    the status 422.
    """
    asked: Dynamic = call.query
    first, last, number = read_date(asked.date_req1), read_date(asked.date_req2), asked.number.strip()
    if first is None or last is None or not number:
        return Reply(feed_xml.mistaken(), XML)

    most = call.service.limits.range_days

    def find(feed: Feed) -> Answered:
        return feed_xml.dynamic(number, first, last, feed.days(number, Span(first, last), most)), {}

    try:
        return await _told(call, find)
    except TooManyDaysError as error:
        # In the Bank's words, but no success: nobody is to take it for a series without days.
        headers: dict[str, str] = {NOTE: "too-many-days", hdrs.CACHE_CONTROL: "no-store"}
        return Reply(feed_xml.mistaken(str(error)), XML, status=422, headers=headers)


async def xml_val(call: Call) -> Reply:
    """The coins and currencies of the feed with their IDs."""
    return await _directory(call, full=False)


async def xml_val_full(call: Call) -> Reply:
    """XML_val.asp with numbers and codes."""
    return await _directory(call, full=True)


async def _directory(call: Call, *, full: bool) -> Reply:
    is_daily = call.query.d in ("", "0")
    return await _told(call, lambda feed: (feed_xml.directory(feed.everything() if is_daily else [], full=full), {}))


async def _told(call: Call, find: Callable[[Feed], Answered]) -> Reply:
    """What the version in place says; the same as long as it is in place."""
    service, asked = call.service, call.query

    def work(reads: Reads) -> Answered:
        return find(Feed(reads, asked.reading()))

    with service.current.held() as opened:
        headers = validators(opened, call) | _origin(opened, asked)
        if reply := unchanged(call, headers):
            return reply
        body, more = await service.current.ask(opened, work)
        return Reply(body, XML, headers=headers | more)


def _origin(opened: Opened, asked: Read) -> dict[str, str]:
    """From which version and under which reading the figures are; a name with other letters is refused later."""
    told = {
        "X-Oracle-Dataset": opened.dataset.version,
        "X-Oracle-Rulebook": asked.rulebook,
        "X-Oracle-Choose": asked.choose,
        hdrs.CONTENT_TYPE: XML.content_type,
    }
    return {name: value.encode("ascii", "replace").decode() for name, value in told.items()}


def read_date(text: str) -> date | None:
    """A date as the Bank takes it; None for what is none."""
    found = _DATE.fullmatch(text.strip())
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _join(name: str, query: type[Read], handler: Handler) -> None:
    """A document at its three addresses: shown under our name, also where the Bank has it and in small letters."""
    problems = ("unprocessable", "too-many-requests")
    for address in (HOUSE + name, BANK + name, HOUSE + name.lower(), BANK + name.lower()):
        route(
            "GET",
            address,
            tag="feed",
            query=query,
            formats=(XML,),
            problems=problems,
            is_heavy=True,
            is_hidden=address != HOUSE + name,
        )(handler)


_join("XML_daily.asp", Daily, xml_daily)
_join("XML_daily_eng.asp", Daily, xml_daily_eng)
_join("XML_dynamic.asp", Dynamic, xml_dynamic)
_join("XML_val.asp", Read, xml_val)
_join("XML_valFull.asp", Read, xml_val_full)
