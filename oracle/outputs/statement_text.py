"""Text on paper: what users wrote made harmless, numbers set for reading, Russian said anew from codes and figures."""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from oracle.answer import Alternative, Quotation, Reason, WarningPart
from oracle.answer_choice import Choice
from oracle.days import MOSCOW
from oracle.law.said import Said
from oracle.numbers import kopecks, plain
from oracle.words import language, sheet, short, warning
from oracle.words import ru as _ru
from oracle.words.ru_statement import CONDITIONS, POLICIES

RU = language("ru")
WORDS = sheet("ru", "statement")
LONGEST = 200
# Controls, invisible marks (such as those that turn the direction of text), halves of characters, what is none.
_HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_GROUP = re.compile(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))")
_THIN = "\u202f"
_REPLACED = "\ufffd"


def clean(text: str, longest: int = LONGEST) -> str:
    """What somebody wrote, on one line: harmful characters show as U+FFFD, what is too long ends in an ellipsis."""
    composed = unicodedata.normalize("NFC", text[: 8 * longest])
    spaced = "".join(
        " " if char in "\t\r\n" else _REPLACED if unicodedata.category(char) in _HARMFUL else char for char in composed
    ).strip()
    return spaced if len(spaced) <= longest else spaced[: longest - 1] + "…"


def thin(text: str) -> str:
    """Groups of three digits held together by narrow no-break spaces."""
    return _GROUP.sub(_THIN, text)


def number(value: str | Decimal) -> str:
    """All digits, grouped, with a decimal comma; text keeps its zeros, a number has none at its end."""
    return thin(RU.number(plain(value) if isinstance(value, Decimal) else value))


def rubles(value: str | Decimal) -> str:
    """Rubles and kopecks, rounded half-up once."""
    return number(str(kopecks(Decimal(value))))


def day(value: date | None) -> str:
    """14.03.2025."""
    return RU.day(value) if value else "—"


def instant(value: datetime) -> str:
    """14.03.2025 03:00 by UTC; seconds where they are not naught."""
    return _told(value.astimezone(UTC))


def moscow(value: datetime) -> str:
    """The same instant by the clocks of Moscow."""
    return _told(value.astimezone(MOSCOW))


def _told(value: datetime) -> str:
    return f"{value:%d.%m.%Y %H:%M:%S}" if value.second else f"{value:%d.%m.%Y %H:%M}"


def say(label: str, **figures: object) -> str:
    """Words of the statement."""
    return WORDS[label].format(**figures)


def reason(part: Reason) -> str:
    """A test in Russian, whatever language the answer is in."""
    return thin(_said(lambda: RU.reason(part.code, part.figures), part.text))


def condition(code: str) -> str:
    """What the law asks for in that test."""
    return CONDITIONS.get(code, code)


def warned(part: WarningPart) -> str:
    """A warning in Russian."""
    return thin(clean(_said(lambda: warning(Said(part.code, part.figures), RU), part.text), 600))


def why(choice: Choice) -> str:
    """Why that was chosen, or nothing."""
    return thin(clean(_said(lambda: RU.choice(choice.code, choice.figures), choice.text), 600))


def policy(name: str) -> str:
    """A policy in words with its name; venues and pairs in order of preference stay as they are written."""
    told = POLICIES.get(name)
    return f"{told} ({name})" if told else clean(name)


def no_rubles(quoted: Quotation) -> str:
    """Why a quotation has no rubles."""
    return RU.no_rubles(quoted.quote_asset, quoted.ruble_path)


def no_other(quoted: Quotation, other: Alternative) -> str:
    """Why the other path has no result."""
    return RU.no_rubles(quoted.quote_asset, other.ruble_path)


def clause(text: str) -> str:
    """The article of a clause in Russian."""
    return _ru.clause(short(text)).replace("Налоговый кодекс", WORDS["tax_code"])


def tax(code: str) -> str:
    """A use, how a figure came about, or the day that counts."""
    return RU.TAX.get(code, code)


def verdict(word: str) -> str:
    """The verdict itself."""
    return RU.word(word)


def _said(of_code: Any, otherwise: str) -> str:  # noqa: ANN401 - a function without arguments
    """From the code and its figures; a code that the words do not know keeps the text of the answer."""
    try:
        return str(of_code())
    except (KeyError, IndexError, TypeError, ValueError):
        return otherwise
