"""Exact decimals: text in, text out, no float and no rounding in between."""

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Clamped, Context, Decimal, Inexact, InvalidOperation

# 120 digits hold any sum of products that occurs; a result that would not fit raises instead of being rounded.
EXACT = Context(prec=120, traps=[Inexact, InvalidOperation, Clamped])
# The same width without the trap, for the few places where rounding is asked for by name.
ROUNDING = Context(prec=120, traps=[InvalidOperation])

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)
_KOPECK = Decimal("0.01")
_STORED = Decimal("1e-18")


def exact(text: str) -> Decimal:
    """The number that `text` denotes, digit for digit; ValueError for anything but a plain JSON number."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a decimal number: {text[:40]!r}")
    return Decimal(text)


def times(first: Decimal, second: Decimal) -> Decimal:
    """The exact product."""
    return EXACT.multiply(first, second)


def shifted(number: Decimal, places: int) -> Decimal:
    """`number` x 10**places: how a nominal of 100 or 10000 is divided away exactly."""
    return EXACT.scaleb(number, places)


def plain(number: Decimal) -> str:
    """Canonical text: all digits, no exponent, no trailing zeros: 9514779.607200 is '9514779.6072'."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"", "-0"} else text


def grouped(number: Decimal) -> str:
    """All digits in groups of three: 9 514 779.61."""
    return f"{number:,f}".replace(",", " ")


def kopecks(rubles: Decimal) -> Decimal:
    """Rubles rounded half-up to kopecks; used once, at the output."""
    return rubles.quantize(_KOPECK, ROUND_HALF_UP, ROUNDING)


def floor18(number: Decimal) -> Decimal:
    """Cut at the 18th decimal, the width of the store: never above `number`."""
    return number.quantize(_STORED, ROUND_FLOOR, ROUNDING)


def ceiling18(number: Decimal) -> Decimal:
    """Raised to the 18th decimal, the width of the store: never below `number`."""
    return number.quantize(_STORED, ROUND_CEILING, ROUNDING)
