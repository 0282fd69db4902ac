"""`/v1/quotations`: the answer of `oracle quotation` about a coin on a date or at an instant."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, WithJsonSchema

from oracle.answer import Answer
from oracle.api.caching import unchanged, validators
from oracle.api.datasets import OfDataset
from oracle.api.media import CSV, JSON, Media
from oracle.api.problem import ProblemError
from oracle.api.route import Call, Parameters, Reply, route
from oracle.api.service import Service, room
from oracle.api.version import Opened
from oracle.ask import Question, ask
from oracle.days import moscow_date, parse_day, parse_instant, parse_when
from oracle.errors import MalformedError
from oracle.freezing.versions import LATEST
from oracle.knowledge import knowledge
from oracle.law.rulebook import DEFAULT_RULEBOOK
from oracle.law.taxpayer import Standing
from oracle.outputs.rows import csv_text
from oracle.rewind import answered_as_known_at
from oracle.store.shelf import ColdError, ShelfReads
from oracle.taxed import deal
from oracle.taxpayers import standing
from oracle.venues import VENUES

Name = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
Amount = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,18}(\.[0-9]{1,18})?$"}),
]
# What stands in them is read, and refused in words, by oracle.days; these are for the OpenAPI document.
Day = Annotated[
    str, StringConstraints(min_length=1, max_length=60), WithJsonSchema({"type": "string", "format": "date"})
]
Instant = Annotated[
    str, StringConstraints(min_length=1, max_length=60), WithJsonSchema({"type": "string", "format": "date-time"})
]
# An answer about a younger day may change with the hour: a venue's day closes, tomorrow comes.
LASTING_AFTER = timedelta(days=2)


class CoinOn(Parameters):
    """A coin on a date."""

    coin: Name = Field(description="code of the coin, for example BTC", examples=["BTC"])
    date: Day = Field(description="calendar date in Moscow, YYYY-MM-DD", examples=["2026-11-20"])


class Reading(OfDataset):
    """Under which reading of the rule, and which of the quotations is taken."""

    rulebook: Name = Field(DEFAULT_RULEBOOK, description="name of the rulebook; see /v1/rulebooks")
    venue: Name | None = Field(None, description="only this venue")
    choose: Text | None = Field(
        None,
        description="which eligible quotation is taken: largest-turnover (if nothing is said), lowest, highest, "
        "as-tax-service, or venues and pairs in their order, for example okx,binance",
    )
    policy: Name | None = Field(None, description="taxpayer in the operator's home whose policy chooses")
    as_known_at: Instant | None = Field(None, description="answer out of what had been received by this instant")
    stablecoin: Literal["peg", "market", "refuse"] | None = Field(
        None,
        description="how prices in stablecoins and turnover in them become rubles, whatever the rulebook says: "
        "at the peg, through the stablecoin's own market, or not at all; as if the rulebook's file said so",
    )
    lang: Literal["en", "ru"] = Field("en", description="language of explanations and warnings")


class Asking(Reading):
    """A reading, and what follows for a deal."""

    quantity: Amount | None = Field(None, description="how much of the coin: adds what follows for tax")
    paid: Amount | None = Field(None, description="what was paid for all of it, in rubles")
    sold: Amount | None = Field(None, description="what it was sold for, in rubles")


def question_of(call: Call, coin: str, when: str, asked: Asking) -> Question:
    """The question as the command line would have it."""
    day, instant = parse_when(when)
    taxpayer = taxpayer_of(call.service, asked)
    told = deal(asked.quantity, asked.paid, asked.sold)
    choose = asked.choose or "largest-turnover"
    path = asked.stablecoin
    return Question(
        coin, day, asked.venue, asked.rulebook, choose, taxpayer, instant, told, asked.lang, stablecoin=path
    )


def taxpayer_of(service: Service, asked: Reading) -> Standing | None:
    """The taxpayer whose policy chooses, if one was named; it goes with no other wish for a choice."""
    if not asked.policy:
        return None
    if asked.choose or asked.venue:
        raise ProblemError("unprocessable", "policy chooses already, among all venues; leave choose and venue out")
    return standing(service.home.taxpayers, asked.policy, tuple(VENUES))


def at_once(call: Call) -> Reply | None:
    """The answer, if all that it takes is in memory."""
    parse_day(call.path.date)
    if call.query.as_known_at or call.query.dataset != LATEST:
        return None
    return _from_memory(call, question_of(call, call.path.coin, call.path.date, call.query))


@route(
    "GET",
    "/v1/quotations/{coin}/{date}",
    tag="quotations",
    path=CoinOn,
    query=Asking,
    answer=Answer,
    formats=(JSON, CSV),
    problems=("unknown-coin", "before-listing", "not-collected", "day-not-over", "ambiguous-name", "unprocessable"),
    at_once=at_once,
)
async def quotation(call: Call) -> Reply:
    """All quotations of a coin on a date, the verdicts on their venues, and the choice.

    Where nothing qualifies that is the answer: `chosen` is null and the verdicts tell why.
    """
    parse_day(call.path.date)
    return await answered(call, call.path.coin, call.path.date, call.query)


async def answered(call: Call, coin: str, when: str, asked: Asking) -> Reply:
    """The answer, kept for the next who asks the same of the same version."""
    service, question = call.service, question_of(call, coin, when, asked)
    if (known_at := known_at_of(service, asked)) is not None:
        return await _as_known_at(call, question, known_at)
    await service.current.ready(asked.dataset)
    if reply := _from_memory(call, question):
        return reply
    with service.current.held(asked.dataset) as opened:
        lasting, headers = _lasting(call, opened, question)
        body = await service.current.ask(
            opened, lambda reads: _made(call, opened, question, ShelfReads(opened.shelf, reads))
        )
        return Reply(body, call.media, lasting, headers=headers)


def _from_memory(call: Call, question: Question) -> Reply | None:
    """The answer that was kept, or that can be made without the file."""
    with call.service.current.held(call.query.dataset) as opened:
        lasting, headers = _lasting(call, opened, question)
        if lasting and (reply := unchanged(call, headers)):
            return reply
        key = call.media, question
        body = opened.answers.get(key) if lasting else None
        if body is None:
            try:
                body = _made(call, opened, question, ShelfReads(opened.shelf))
            except ColdError:
                return None
            if lasting and opened.asked_before(key):
                opened.answers.put(key, body, len(body))
        return Reply(body, call.media, lasting, headers=headers)


def _lasting(call: Call, opened: Opened, question: Question) -> tuple[bool, dict[str, str]]:
    """Whether the answer stays the same as long as the version, and the headers that say so."""
    lasting = question.day <= moscow_date(call.service.clock()) - LASTING_AFTER and question.taxpayer is None
    return lasting, validators(opened, call) if lasting else {}


def _made(call: Call, opened: Opened, question: Question, reads: ShelfReads) -> bytes:
    now = call.service.clock()
    # Under another path the verdicts are the question's own, and no pieces to be shared.
    if call.media is JSON and question.stablecoin is None:
        return opened.encoder.encoded(reads, question, now)
    return encoded(ask(reads, question, now), call.media)


def known_at_of(service: Service, asked: Reading) -> datetime | None:
    """The instant out of whose knowledge the answer is wished; None: out of all that is known."""
    if not asked.as_known_at:
        return None
    if asked.dataset != LATEST:
        raise ProblemError(
            "unprocessable", "either as_known_at or dataset: a dataset knows what it knew when it was published"
        )
    known_at = parse_instant(asked.as_known_at)
    if known_at > service.clock():
        raise MalformedError(f"as_known_at {known_at:%Y-%m-%d %H:%M} UTC is still to come")
    return known_at


async def _as_known_at(call: Call, question: Question, known_at: datetime) -> Reply:
    """The answer that an instant would have given; a file of its own is made for it, so few at a time."""
    service = call.service

    def work(path: Path) -> bytes:
        return encoded(answered_as_known_at(path, question, known_at, knowledge(service.home.path)), call.media)

    with service.current.held() as opened:
        async with room(service):
            body = await service.current.done(opened, lambda: work(opened.path))
        return Reply(body, call.media, headers=validators(opened, call))


def encoded(answer: Answer, media: Media) -> bytes:
    """An answer in one of its formats."""
    return csv_text(answer).encode() if media is CSV else answer.model_dump_json().encode()
