"""From an archived file to its candles: the same page out of the same bytes, at the import and at any later time."""

from dataclasses import dataclass
from datetime import timedelta

from oracle.days import DAY_MS, Span, day_of, merged, parse_day
from oracle.errors import QuestionError, SourceChangedError
from oracle.imports.cells import number, opened_ms
from oracle.imports.container import unpacked
from oracle.imports.layout import Layout, decoded
from oracle.imports.table import fault, positions, rows
from oracle.store.incoming import candle_rows
from oracle.terms import CandlePage, Columns, Market, Observation
from oracle.venues.venue import Venue

# Names of what is kept beside the bytes; together they say how the bytes are to be read.
FORMAT, MARKET, COLUMNS, CONTAINER = "x-import-format", "x-import-market", "x-import-columns", "x-import-container"
PERIOD, MADE, NOTE, MEMBER = "x-import-period", "x-import-made", "x-import-note", "x-import-member"
WHOLE, CHECKSUM = "x-import-zip-sha256", "x-import-checksum"


@dataclass(frozen=True, slots=True)
class Parsed:
    """The candles of a table in the order of the file, with the line that each stands on."""

    columns: Columns
    lines: list[int]


def parsed(text: bytes, layout: Layout) -> Parsed:
    """The candles of a table; QuestionError naming line and column for a cell that is not what it has to be."""
    places = positions(text, layout)
    at, said = places.pop("time")
    lines: list[int] = []
    opened: list[int] = []
    read: dict[str, list[str]] = {role: [] for role in places}
    for line, row in rows(text, layout):
        told = said
        try:
            opened.append(opened_ms(_cell(row, at), layout))
            for role, (where, name) in places.items():
                told = name
                read[role].append(number(_cell(row, where), layout.decimal))
            for where, cell in enumerate(row if layout.numeric else ()):
                told = str(where)
                number(cell, layout.decimal)
        except ValueError as error:
            raise fault(line, told, str(error)) from error
        lines.append(line)
    if not lines:
        raise QuestionError("holds no row of a candle; download it again")
    prices = (read["open"], read["high"], read["low"], read["close"], read["volume"])
    return Parsed(Columns(opened, *prices, read.get("turnover")), lines)


def _cell(row: list[str], at: int) -> str:
    if at >= len(row):
        raise ValueError(f"the lines have only {len(row)} cells, counted from 0")
    return row[at]


def read_file(observation: Observation, body: bytes, venue: Venue, margin: timedelta) -> CandlePage:
    """The page of an archived file, whose days count as closed `margin` after their end; SourceChangedError."""
    try:
        return page(observation, body, venue, margin)[0]
    except (QuestionError, KeyError, ValueError) as error:
        raise SourceChangedError(f"the imported file cannot be read: {str(error)[:200]}") from error


def page(observation: Observation, body: bytes, venue: Venue, margin: timedelta) -> tuple[CandlePage, Parsed]:
    """The page with what it was made of; QuestionError says what is wrong with the file."""
    told = dict(observation.headers)
    layout = decoded(told[COLUMNS])
    found = parsed(unpacked(body, told[CONTAINER], observation.url), layout)
    closed_before = closed_before_ms(observation, margin)
    base, _, quote = told[MARKET].partition("/")
    answered = None
    if period := told.get(PERIOD):
        first, _, last = period.partition("/")
        answered = Span(parse_day(first), parse_day(last))
    return CandlePage(
        observation,
        candle_rows(found.columns),
        day_of(min(found.columns.opened_ms), venue.opens),
        len(found.columns.opened_ms),
        opens_ms=venue.opens // timedelta(milliseconds=1),
        closed_before_ms=closed_before,
        answered=answered,
        runs=() if answered else tuple(days_told(found.columns, venue, closed_before)),
        market=Market(venue.name, observation.subject, base, quote, "imported"),
    ), found


def closed_before_ms(observation: Observation, margin: timedelta) -> int:
    """When a day must have ended to be closed in the file: before it was made, or before it was imported."""
    told = dict(observation.headers)
    made = int(told[MADE]) if MADE in told else None
    imported = int((observation.received_at - margin).timestamp() * 1000)
    return imported if made is None else min(made, imported)


def days_told(columns: Columns, venue: Venue, closed_before: int) -> list[Span]:
    """The closed days that have a row, in the fewest spans: a day without one says nothing."""
    days = {day_of(each, venue.opens) for each in columns.opened_ms if each + DAY_MS <= closed_before}
    return merged(Span(day, day) for day in days)
