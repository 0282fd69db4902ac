"""A pair that is asked about by itself, by `oracle.ask`, as the row that the sets give for the others."""

from collections.abc import Iterable
from datetime import date, datetime

import pyarrow as pa

from oracle.answer import Answer, Quotation
from oracle.ask import Question, ask
from oracle.errors import NotCollectedError, QuestionError
from oracle.price.reading import How
from oracle.store.reads import Reads

_UTC = pa.timestamp("us")
_TEXTS = (
    *("asset", "code", "note", "venue", "market", "close", "quote_asset", "ruble_path", "via_market", "via_close"),
    *("rate_currency", "rate", "rub", "rub_kopecks", "observation"),
)
SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in _TEXTS),
        *((name, pa.date32()) for name in ("day", "trading_day", "rate_effective_on")),
        *((name, _UTC) for name in ("opens_at", "closes_at")),
        ("rate_nominal", pa.int32()),
        ("final", pa.bool_()),
    ]
)
Found = dict[str, object]


def asked_singly(reads: Reads, pairs: Iterable[tuple[str, date, str]], how: How, now: datetime) -> pa.Table:
    """The rows of (asset, day, code): each is one question."""
    rows = []
    for asset, day, code in pairs:
        question = Question(
            code, day, how.venue, how.rulebook, how.choose, how.taxpayer, lang="en", stablecoin=how.stablecoin
        )
        rows.append({"asset": asset, "day": day, **_found(reads, question, now)})
    return pa.Table.from_pylist(rows, SCHEMA)


def _found(reads: Reads, question: Question, now: datetime) -> Found:
    try:
        answer = ask(reads, question, now)
    except QuestionError as error:
        return {"code": error.kind}
    except NotCollectedError:
        return {"code": "not_collected"}
    if answer.chosen:
        (taken,) = [
            each
            for each in answer.quotations
            if (each.venue, each.market, each.rub) == (answer.chosen.venue, answer.chosen.market, answer.chosen.rub)
        ][:1]
        return _quoted(answer, taken)
    if answer.choice.candidates:
        return {"code": "policy"}
    if answer.edition is None:
        return {"code": "no_rule_in_force"}
    listed = {each.venue for each in reads.markets_of(answer.coin, answer.date)}
    opened = [
        each.venue
        for each in answer.venues
        if each.venue in listed and each.verdicts[answer.rulebook].verdict == "undetermined"
    ]
    return {"code": "undetermined", "note": ", ".join(sorted(opened))} if opened else {"code": "no_qualifying_venue"}


def _quoted(answer: Answer, taken: Quotation) -> Found:
    rates = {each.currency: each for each in answer.official_rates}
    rate = next((rates[leg.of] for leg in taken.legs if leg.by == "official_rate"), None)
    via = next((leg for leg in taken.legs if leg.by == "close"), None)
    return {
        "code": "quoted",
        "venue": taken.venue,
        "market": taken.market,
        "trading_day": taken.trading_day.date,
        "opens_at": taken.trading_day.opens_at.replace(tzinfo=None),
        "closes_at": taken.trading_day.closes_at.replace(tzinfo=None),
        "close": taken.close,
        "quote_asset": taken.quote_asset,
        "ruble_path": taken.ruble_path,
        "via_market": via and via.market,
        "via_close": via and via.rate,
        "rate_currency": rate and rate.currency,
        "rate": rate and rate.rate,
        "rate_nominal": rate and rate.nominal,
        "rate_effective_on": rate and rate.effective_on,
        "rub": taken.rub,
        "rub_kopecks": taken.rub_kopecks,
        "final": taken.final,
        "observation": taken.observation,
    }
