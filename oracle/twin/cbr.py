"""The Bank of Russia as it answers: XML_daily.asp, XML_dynamic.asp and XML_val.asp, in windows-1251."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from oracle.currencies import BY_ID, CURRENCIES, Currency
from oracle.twin.answer import Answer, Query, html_answer
from oracle.twin.table import RateRow

if TYPE_CHECKING:
    from oracle.twin.faults import RowFault

MOSCOW = ZoneInfo("Europe/Moscow")
# Tomorrow's rates are set in the afternoon of today; before that the newest rate is today's.
SET_AT = time(15, 30)

Rates = Mapping[str, tuple[RateRow, ...]]

_DATE = re.compile(r"([0-9]{2})[/.]([0-9]{2})[/.]([0-9]{4})")
_HEAD = '<?xml version="1.0" encoding="windows-1251"?>'


def answer(path: str, query: Query, rates: Rates, now: datetime, fault: RowFault | None = None) -> Answer:
    """The answer to a GET of the path, with the rates known in Moscow at the instant."""
    newest = _newest(now)
    known = {code: _until(rows, newest) for code, rows in rates.items()}
    match path.lower():
        case "/scripts/xml_daily.asp":
            return _daily(query, known, fault)
        case "/scripts/xml_dynamic.asp":
            return _dynamic(query, known, fault)
        case "/scripts/xml_val.asp":
            return _directory(known)
    return html_answer("<html><body><h1>404</h1></body></html>", 404)


def limited(_now_ms: int) -> Answer:
    """The page of the wall in front of the site; the feed itself has no words for too many requests."""
    return html_answer("<html><body><h1>429 Too Many Requests</h1></body></html>", 429)


def _newest(now: datetime) -> date:
    """The latest date a rate can bear by now: today's in Moscow, and tomorrow's once it is set."""
    here = now.astimezone(MOSCOW)
    return here.date() + timedelta(days=int(here.time() >= SET_AT))


def _until(rows: tuple[RateRow, ...], day: date) -> tuple[RateRow, ...]:
    return rows[: bisect_right(rows, day, key=lambda row: row.effective_on)]


def _daily(query: Query, known: Rates, fault: RowFault | None) -> Answer:
    wanted = date.max
    if query.get("date_req"):
        asked = _date(query["date_req"])
        if asked is None:
            return _mistaken()
        wanted = asked
    in_force: list[tuple[Currency, RateRow]] = []
    for currency in CURRENCIES:
        rows = _until(known.get(currency.code, ()), wanted)
        if rows:
            in_force.append((currency, rows[-1]))
    dated = max((row.effective_on for _, row in in_force), default=wanted)
    if fault is not None:
        in_force = list(_spoilt(fault, in_force))
    items = "".join(
        f'<Valute ID="{currency.id}"><NumCode>{currency.numeric}</NumCode><CharCode>{currency.code}</CharCode>'
        f"<Nominal>{row.nominal}</Nominal><Name>{currency.name}</Name>{_values(row)}</Valute>"
        for currency, row in in_force
    )
    return _xml(f'<ValCurs Date="{_dotted(dated)}" name="Foreign Currency Market">{items}</ValCurs>')


def _dynamic(query: Query, known: Rates, fault: RowFault | None) -> Answer:
    first, last = _date(query.get("date_req1", "")), _date(query.get("date_req2", ""))
    wanted = query.get("VAL_NM_RQ", "").strip()
    if first is None or last is None or not wanted:
        return _mistaken()
    currency = BY_ID.get(wanted)
    rows = known.get(currency.code, ()) if currency is not None else ()
    found = [(currency, row) for row in rows if currency is not None and first <= row.effective_on <= last]
    if fault is not None:
        found = list(_spoilt(fault, found))
    items = "".join(
        f'<Record Date="{_dotted(row.effective_on)}" Id="{currency.id}"><Nominal>{row.nominal}</Nominal>'
        f"{_values(row)}</Record>"
        for currency, row in found
    )
    span = f'DateRange1="{_dotted(first)}" DateRange2="{_dotted(last)}"'
    return _xml(f'<ValCurs ID="{wanted}" {span} name="Foreign Currency Market Dynamic">{items}</ValCurs>')


def _spoilt(fault: RowFault, found: list[tuple[Currency, RateRow]]) -> Iterator[tuple[Currency, RateRow]]:
    """The faults of rows that mean something for rates: none at all, a value that is no number, one date twice."""
    if fault == "empty":
        return
    for index, (currency, row) in enumerate(found):
        is_last = index == len(found) - 1
        if is_last and fault == "bad_number":
            yield currency, replace(row, value="NaN")
            continue
        yield currency, row
        if is_last and fault == "conflicting_duplicate":
            yield currency, replace(row, value=f"{Decimal(row.value) * 2:.4f}")


def _directory(known: Rates) -> Answer:
    items = "".join(
        f'<Item ID="{currency.id}"><Name>{currency.name}</Name><EngName>{currency.english}</EngName>'
        f"<Nominal>{known[currency.code][-1].nominal}</Nominal><ParentCode>{currency.id:<10}</ParentCode></Item>"
        for currency in CURRENCIES
        if known.get(currency.code)
    )
    return _xml(f'<Valuta name="Foreign Currency Market Lib">{items}</Valuta>')


def _values(row: RateRow) -> str:
    """The value for the nominal and, in newer answers, for one unit: 61,6524 per 100 is 0,616524 for one."""
    value = row.value.replace(".", ",")
    if not row.value.replace(".", "").isdigit():
        return f"<Value>{value}</Value><VunitRate>{value}</VunitRate>"
    unit = f"{(Decimal(row.value) / row.nominal).normalize():f}".replace(".", ",")
    return f"<Value>{value}</Value><VunitRate>{unit}</VunitRate>"


def _mistaken() -> Answer:
    return _xml("<ValCurs>Error in parameters</ValCurs>")


def _xml(body: str) -> Answer:
    return Answer(200, (_HEAD + body).encode("cp1251"), "application/xml; charset=windows-1251")


def _date(text: str) -> date | None:
    found = _DATE.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None


def _dotted(day: date) -> str:
    return f"{day:%d.%m.%Y}"
