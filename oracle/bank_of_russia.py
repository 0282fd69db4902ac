"""Official rates of the Bank of Russia: its two XML answers read exactly, and nothing else accepted for them.

Rates are set on working days, each for the next calendar day, and stay in force until the next one takes effect; a
date without a row is not a date without a rate. Source: https://www.cbr.ru/development/SXML/
"""

import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from oracle.currencies import CURRENCIES
from oracle.days import Span
from oracle.errors import SourceChangedError, SourceUnreachableError
from oracle.terms import OfficialRate

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "cbr"
SITE = "https://www.cbr.ru"
_NUMBER = re.compile(r"\d{1,9}(,\d{1,10})?", re.ASCII)
_DATE = re.compile(r"(\d\d)\.(\d\d)\.((?:19|20)\d\d)", re.ASCII)
_NOMINAL = re.compile(r"10{0,6}", re.ASCII)
# The oldest answer of XML_dynamic; rates before July 1992 were not market rates.
FIRST_DAY = date(1992, 7, 1)

# The Bank's own numbers of the currencies, as its XML_daily answers name them; others are learned from XML_daily.
CURRENCY_IDS = {each.code: each.id for each in CURRENCIES}


def daily_path(day: date) -> str:
    """All currencies in force on `day`."""
    return f"/scripts/XML_daily.asp?{urlencode({'date_req': _slashed(day)}, safe='/')}"


def dynamic_path(currency_id: str, span: Span) -> str:
    """The rates of one currency (R01235 is the dollar) that took effect in `span`."""
    query = {"date_req1": _slashed(span.first), "date_req2": _slashed(span.last), "VAL_NM_RQ": currency_id}
    return f"/scripts/XML_dynamic.asp?{urlencode(query, safe='/')}"


def _slashed(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def read_daily(body: bytes) -> dict[str, tuple[str, OfficialRate]]:
    """XML_daily: by currency code its id at the Bank and the rate, which is in force from the answer's own date."""
    root = _root(body, "ValCurs")
    effective_on = _day(root.get("Date"))
    result: dict[str, tuple[str, OfficialRate]] = {}
    for each in root.findall("Valute"):
        code = _text(each, "CharCode")
        rate = OfficialRate(code, effective_on, _nominal(each), _value(each))
        told = (each.get("ID") or "", rate)
        if result.setdefault(code, told) != told:
            raise SourceChangedError(f"XML_daily tells two rates of {code}")
    if not result:
        raise SourceChangedError("XML_daily holds no currency")
    return result


def read_dynamic(body: bytes, currency: str, currency_id: str) -> list[OfficialRate]:
    """XML_dynamic: one rate for each day on which a new one took effect, oldest first."""
    root = _root(body, "ValCurs")
    records = root.findall("Record")
    named = {name for name in (root.get("ID"), *(each.get("Id") for each in records)) if name}
    if named - {currency_id}:
        about = ", ".join(sorted(named))
        raise SourceChangedError(f"asked for the rates of {currency_id}, the answer is about {about}")
    if not records and not named:
        # An error, too, is a <ValCurs>; it must not pass for a range of days without a new rate.
        raise SourceChangedError(f"no rates, and no currency named: {(root.text or '').strip()[:80]!r}")
    rates: dict[date, OfficialRate] = {}
    for each in records:
        rate = OfficialRate(currency, _day(each.get("Date")), _nominal(each), _value(each))
        if rates.setdefault(rate.effective_on, rate) != rate:
            raise SourceChangedError(f"two different rates of {currency} bear the date {rate.effective_on}")
    return [rates[day] for day in sorted(rates)]


def _root(body: bytes, tag: str) -> "Element":
    try:
        root: Element = fromstring(body)
    except ParseError as error:
        raise SourceUnreachableError(f"the answer is not whole XML: {error}") from error
    except (DefusedXmlException, LookupError, ValueError) as error:
        raise SourceChangedError(f"the answer is XML of a kind that is not read: {error}") from error
    if root.tag != tag:
        raise SourceChangedError(f"the answer is <{root.tag[:40]}>, not <{tag}>")
    return root


def _text(element: "Element", tag: str) -> str:
    text = (element.findtext(tag) or "").strip()
    if not text:
        raise SourceChangedError(f"<{element.tag}> has no <{tag}>")
    return text


def _value(element: "Element") -> str:
    text = _text(element, "Value")
    if not _NUMBER.fullmatch(text) or not text.strip("0,"):
        raise SourceChangedError(f"a rate reads {text[:40]!r}; expected digits with a decimal comma, more than zero")
    return text.replace(",", ".")


def _nominal(element: "Element") -> int:
    text = _text(element, "Nominal")
    if not _NOMINAL.fullmatch(text):
        raise SourceChangedError(f"a nominal reads {text[:40]!r}; expected a power of ten")
    return int(text)


def _day(text: str | None) -> date:
    found = _DATE.fullmatch(text or "")
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:  # 30.02.2025
        pass
    raise SourceChangedError(f"a date reads {text!r}; expected DD.MM.YYYY")
