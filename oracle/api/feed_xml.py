"""Documents in the shape of the Bank of Russia's own XML answers: windows-1251, decimal commas, its order of parts.

Source: https://www.cbr.ru/development/SXML/ and recorded answers. The Bank writes Value with four decimals; here it has
at least four and otherwise all that there are.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from oracle.currencies import Currency
from oracle.numbers import plain, shifted

ENCODING = "windows-1251"
_HEAD = f'<?xml version="1.0" encoding="{ENCODING}"?>'
_DECIMALS = 4
# Readers take the nominal for an integer of 32 bits.
_LARGEST_POWER = 9
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Item:
    """A currency or a coin as the feed names it; `id` is told apart from the Bank's by its hyphen."""

    id: str
    number: str
    code: str
    name: str
    english: str

    @classmethod
    def of_currency(cls, currency: Currency) -> "Item":
        """One of the Bank's own."""
        return cls(currency.id, currency.numeric, currency.code, currency.name, currency.english)

    @classmethod
    def of_coin(cls, code: str, name: str, english: str) -> "Item":
        """A coin: `C-` and its code. (Readers look for letters among codes, for digits among numbers.)"""
        return cls(ID_OF_COINS + code, number_of(code), code, name, english)


ID_OF_COINS = "C-"


@dataclass(frozen=True, slots=True)
class Rate:
    """Rubles for `nominal` units, and for one; canonical text with a point."""

    nominal: int
    value: str
    unit: str


def number_of(code: str) -> str:
    """A number of ten digits for a coin, which ISO gives none: made of its code, the same for ever, below 2**31.

    No ISO number has ten digits. Two coins may share one, about once in a hundred lists of five thousand.
    """
    digest = hashlib.sha256(code.encode("utf-8", "surrogatepass")).digest()
    return str(10**9 + int.from_bytes(digest[:8], "big") % 10**9)


def nominal_of(rub: Decimal) -> int:
    """The least power of ten of coins that is worth a ruble or more, so that the first digits of Value matter."""
    return int("1" + "0" * min(max(-rub.adjusted(), 0), _LARGEST_POWER))


def rate_of(rub: Decimal, nominal: int) -> Rate:
    """Rubles for one coin as the feed writes them, exactly."""
    return Rate(nominal, plain(shifted(rub, len(str(nominal)) - 1)), plain(rub))


def daily(day: date, rows: Iterable[tuple[Item, Rate]], *, english: bool = False) -> bytes:
    """XML_daily: what one is worth on a date."""
    valutes = "".join(
        f'<Valute ID="{text(item.id)}"><NumCode>{item.number}</NumCode><CharCode>{text(item.code)}</CharCode>'
        f"<Nominal>{rate.nominal}</Nominal><Name>{text(item.english if english else item.name)}</Name>"
        f"{_value(rate)}</Valute>"
        for item, rate in rows
    )
    return _bytes(f'<ValCurs Date="{_dotted(day)}" name="Foreign Currency Market">{valutes}</ValCurs>')


def dynamic(number: str, first: date, last: date, rows: Iterable[tuple[date, Rate]]) -> bytes:
    """XML_dynamic: what one was worth from a date to a date."""
    name = text(number)
    records = "".join(
        f'<Record Date="{_dotted(day)}" Id="{name}"><Nominal>{rate.nominal}</Nominal>{_value(rate)}</Record>'
        for day, rate in rows
    )
    span = f'DateRange1="{_dotted(first)}" DateRange2="{_dotted(last)}"'
    return _bytes(f'<ValCurs ID="{name}" {span} name="Foreign Currency Market Dynamic">{records}</ValCurs>')


def directory(rows: Iterable[tuple[Item, int]], *, full: bool = False) -> bytes:
    """XML_val: what there is, with its nominal; `full`: as XML_valFull, with numbers and codes."""

    def codes(item: Item) -> str:
        number, code = int(item.number), text(item.code)
        return f"<ISO_Num_Code>{number}</ISO_Num_Code><ISO_Char_Code>{code}</ISO_Char_Code>" if full else ""

    items = "".join(
        f'<Item ID="{text(item.id)}"><Name>{text(item.name)}</Name><EngName>{text(item.english)}</EngName>'
        f"<Nominal>{nominal}</Nominal><ParentCode>{text(f'{item.id:<10}')}</ParentCode>{codes(item)}</Item>"
        for item, nominal in rows
    )
    return _bytes(f'<Valuta name="Foreign Currency Market Lib">{items}</Valuta>')


def mistaken(reason: str = "") -> bytes:
    """What the Bank says to a date that is none; `reason` is ours, for what the Bank would have answered."""
    return _bytes(f"<ValCurs>Error in parameters{text(reason and f': {reason}')}</ValCurs>")


def _value(rate: Rate) -> str:
    whole, _, decimals = rate.value.partition(".")
    value, unit = f"{whole},{decimals:0<{_DECIMALS}}", rate.unit.replace(".", ",")
    return f"<Value>{value}</Value><VunitRate>{unit}</VunitRate>"


def _dotted(day: date) -> str:
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def text(given: str) -> str:
    """As the text of an element or of an attribute in double quotes; what XML forbids becomes U+FFFD."""
    return escape(_NOT_XML.sub("\ufffd", given), {'"': "&quot;"})


def _bytes(body: str) -> bytes:
    return (_HEAD + body).encode("cp1251", "xmlcharrefreplace")
