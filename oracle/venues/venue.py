"""The contract of a venue: its facts, how it is asked, and the reader of its bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NoReturn, TypeVar

import msgspec

from oracle.days import Span, opening_ms
from oracle.errors import SourceChangedError, SourceUnreachableError
from oracle.terms import Columns, Market

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """A call of ccxt's implicit method `method` with `params`."""

    method: str
    params: Mapping[str, str | int]


AskCandles = Callable[[str, Span], Request]


class Paging(StrEnum):
    """What a venue answers to a request for more days than one page holds.

    RANGE: it may not be asked for more than a page. NEWEST: the newest rows of them, counted back from the end.
    OLDEST: the oldest rows of them, counted forward from the start.
    """

    RANGE = "range"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """One foreign organiser of trading.

    `opens`: when day D opens, as an offset from D 00:00 UTC. `opens_proven`: whether its manual or a recorded answer
    says so; where it does not, the collected openings have to prove it before the venue's days count.
    `page_days`: most rows of one answer; `paging`: what comes of a longer span. `ask_candles` asks for no more rows
    than that, and is given longer spans only where `paging` is not RANGE.
    `reach_days`: how far back the venue answers at all (None: everything). `first_day`: no market of it is older.
    `lists_delisted`: whether its market list keeps markets that were taken off.
    `ask_hours`: where the venue's own day is no UTC day, how its hours of UTC days are asked for (None: not offered);
    `read_candles` reads them, `hours.utc_days` makes the days, `hours_page_days` of them are in one answer at most.
    `pace_per_minute`: candle requests a minute, as ccxt's rate limiter sends them, which the venue's own limit allows.
    `limiter_ms`: milliseconds for each unit of cost in that limiter, where ccxt's own figure is faster than allowed.
    """

    name: str
    title: str
    site: str
    jurisdiction: str
    ccxt_id: str
    opens: timedelta
    closed_by: str
    turnover_published: bool
    lists_delisted: bool
    first_day: date
    page_days: int
    pace_per_minute: int
    source: str
    ask_markets: Request
    read_markets: Callable[[bytes], list[Market]]
    ask_candles: AskCandles
    read_candles: Callable[[bytes, str], Columns]
    reach_days: int | None = None
    paging: Paging = Paging.RANGE
    opens_proven: bool = True
    limiter_ms: float | None = None
    ask_hours: AskCandles | None = None
    hours_page_days: int = 0


def decode(body: bytes, decoder: "msgspec.json.Decoder[T]") -> T:
    """`body` as the type of `decoder`: half an answer is unreachable, another shape is a change to look at."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        raise SourceChangedError(f"the answer has another shape than the reader knows: {error}") from error
    except RecursionError as error:
        raise SourceChangedError("the answer is nested deeper than any answer of a venue") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceUnreachableError(f"the answer is not whole JSON: {error}") from error


def literal(raw: msgspec.Raw) -> str:
    """A JSON number exactly as its digits stand on the wire; quotes around it are accepted and taken off."""
    text = bytes(raw).decode("ascii", "replace")
    return text[1:-1] if text[:1] == '"' else text


def milliseconds(texts: Sequence[str]) -> list[int]:
    """Opening times that the venue sends as text."""
    for text in texts:
        if not (text.isascii() and text.isdigit() and len(text) < 16):  # noqa: PLR2004 - int() takes much else
            raise SourceChangedError(f"an opening time reads {text[:40]!r}")
    return [int(text) for text in texts]


def seconds(texts: Sequence[str]) -> list[int]:
    """Opening times that the venue sends as text in seconds, in milliseconds."""
    return [each * 1000 for each in milliseconds(texts)]


def refused(code: object, message: object, *, busy: bool) -> NoReturn:
    """Raise for the venue's own error body: `busy` means that asking later may help."""
    text = f"the venue answered with its error {code}: {str(message)[:200]}"
    if busy:
        raise SourceUnreachableError(text)
    raise SourceChangedError(text)


def same_market(named: str, asked: str) -> None:
    """An answer about another market than the one asked for is never read."""
    if named != asked:
        raise SourceChangedError(f"asked for {asked}, the answer is about {named[:40]!r}")


def state(word: str, *, live: Sequence[str], delisted: Sequence[str] = ()) -> str:
    """The venue's word for a market's state in ours: live, delisted, or halted for all else."""
    if word in live:
        return "live"
    return "delisted" if word in delisted else "halted"


def utc_ms(day: date) -> int:
    """00:00 UTC of `day` in milliseconds since 1970."""
    return opening_ms(day, timedelta())


def utc_seconds(day: date) -> int:
    """00:00 UTC of `day` in seconds since 1970."""
    return utc_ms(day) // 1000


UTC_DAY = timedelta()
EIGHT_HOURS_EARLIER = timedelta(hours=-8)
