"""A pair that is asked about by itself, by `oracle.ask`, as the row that the sets give for the others."""

from collections.abc import Iterable
from datetime import date, datetime

import pyarrow as pa

from oracle.answer import Answer, Chosen, ManualPart, Quotation
from oracle.ask import Question, ask
from oracle.days import DAY
from oracle.errors import NotCollectedError, QuestionError
from oracle.numbers import exact, plain
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
        return _chosen(answer, answer.chosen)
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


def _chosen(answer: Answer, chosen: Chosen) -> Found:
    if chosen.manual:
        return _entered(answer, next(each for each in answer.manual if each.id == chosen.manual))
    wanted = (chosen.venue, chosen.market, chosen.rub)
    return _quoted(answer, next(each for each in answer.quotations if (each.venue, each.market, each.rub) == wanted))


def _entered(answer: Answer, entry: ManualPart) -> Found:
    opens = entry.closes_at and (entry.closes_at - DAY).replace(tzinfo=None)
    return {
        "code": "quoted_manual",
        "note": entry.author,
        "venue": entry.venue,
        "market": entry.market,
        "trading_day": answer.date,
        "opens_at": opens,
        "closes_at": entry.closes_at and entry.closes_at.replace(tzinfo=None),
        "close": plain(exact(entry.close)),
        "quote_asset": entry.quote_asset,
        **_way(answer, entry),
        "final": False,
        "observation": entry.document,
    }


def _quoted(answer: Answer, taken: Quotation) -> Found:
    return {
        "code": "quoted",
        "venue": taken.venue,
        "market": taken.market,
        "trading_day": taken.trading_day.date,
        "opens_at": taken.trading_day.opens_at.replace(tzinfo=None),
        "closes_at": taken.trading_day.closes_at.replace(tzinfo=None),
        "close": taken.close,
        "quote_asset": taken.quote_asset,
        **_way(answer, taken),
        "final": taken.final,
        "observation": taken.observation,
    }


def _way(answer: Answer, taken: Quotation | ManualPart) -> Found:
    """The way to rubles."""
    rates = {each.currency: each for each in answer.official_rates}
    rate = next((rates[leg.of] for leg in taken.legs if leg.by == "official_rate"), None)
    via = next((leg for leg in taken.legs if leg.by == "close"), None)
    return {
        "ruble_path": taken.ruble_path,
        "via_market": via and via.market,
        "via_close": via and via.rate,
        "rate_currency": rate and rate.currency,
        "rate": rate and rate.rate,
        "rate_nominal": rate and rate.nominal,
        "rate_effective_on": rate and rate.effective_on,
        "rub": taken.rub,
        "rub_kopecks": taken.rub_kopecks,
    }
