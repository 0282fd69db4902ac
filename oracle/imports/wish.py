"""What an import is asked to take in, made out of a command line before any file is opened."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from oracle.days import DAY_MS, parse_day
from oracle.errors import QuestionError
from oracle.imports.checksum import SUFFIX
from oracle.imports.formats import FORMATS, Format
from oracle.imports.layout import Layout, Unit, columns_named
from oracle.imports.naming import market_named, pair_named, symbol_named
from oracle.terms import Market
from oracle.venues import VENUES, venue_named
from oracle.venues.venue import Venue

NOTE_CHARACTERS = 300
_CLOCK = re.compile(r"(-?)(\d{1,2}):([0-5]\d)", re.ASCII)
_DELIMITERS = {"tab": "\t", ",": ",", ";": ";", "|": "|", "\t": "\t"}


@dataclass(frozen=True, slots=True)
class Own:
    """A user's own file: which market it is of, how its lines are laid out, where it came from, when it was made."""

    base: str
    quote: str
    symbol: str | None
    layout: Layout
    note: str
    made: datetime | None


@dataclass(frozen=True, slots=True)
class Wish:
    """The files, the venue that they are of, and either the exchange's format or what the user says of the own file."""

    venue: Venue
    paths: tuple[Path, ...]
    form: Format | None = None
    given: tuple[Market, ...] = ()
    own: Own | None = None

    @property
    def title(self) -> str:
        """The format by name."""
        return self.form.name if self.form else "csv"


def bulk(name: str, paths: Sequence[Path], markets: Iterable[str] = ()) -> Wish:
    """An exchange's own files: folders stand for the zip and csv files in them."""
    form = FORMATS[name]
    venue = VENUES.get(form.venue)
    if venue is None:
        raise QuestionError(f"this version reads no venue {form.venue}, so its files have no use yet")
    return Wish(venue, _files(paths), form, tuple(market_named(venue.name, text) for text in markets))


def own(
    path: Path,
    *,
    venue: str,
    market: str,
    symbol: str | None,
    columns: str,
    unit: Unit,
    note: str,
    opens: str | None,
    made: str | None,
    skip: int,
    delimiter: str,
    decimal: str,
) -> Wish:
    """A user's own csv, of which the user says everything; nothing is guessed."""
    where = venue_named(venue)
    base, quote = pair_named(market)
    told = " ".join(note.split())
    if not told or not told.isprintable() or len(told) > NOTE_CHARACTERS:
        raise QuestionError(f"--note says where the file came from, in 1 to {NOTE_CHARACTERS} characters; give one")
    if delimiter not in _DELIMITERS or decimal not in (".", ","):
        raise QuestionError("--delimiter is , ; | or tab, and --decimal is . or ,")
    if _DELIMITERS[delimiter] == decimal:
        raise QuestionError("--delimiter and --decimal are the same mark; a file with decimal commas has ; or tab")
    if not 0 <= skip <= 100:  # noqa: PLR2004 - a banner is short
        raise QuestionError(f"--skip {skip}: a table begins within the first hundred lines")
    layout = Layout(
        columns=columns_named(columns),
        unit=unit,
        skip=skip,
        delimiter=_DELIMITERS[delimiter],
        decimal=decimal,
        label_opens=_label_opens(where, unit, opens),
    )
    given = None if symbol is None else symbol_named(symbol)
    return Wish(where, _files([path]), own=Own(base, quote, given, layout, told, _made(made)))


def _label_opens(venue: Venue, unit: Unit, opens: str | None) -> int:
    """Minutes after 00:00 UTC of a date at which the file's days open; they must be the venue's own days."""
    venues = venue.opens // timedelta(minutes=1)
    if opens is None:
        if unit == "iso-date" and venues:
            raise QuestionError(
                f"days of {venue.name} open at {_clock(venues)} UTC, so a date can be read in two ways; give --opens: "
                f"{_clock(venues)} if a date names the day that the row opens on, {_eve(venues)} if the day after"
            )
        return venues
    match = _CLOCK.fullmatch(opens)
    if match is None or int(match[2]) > 23:  # noqa: PLR2004 - hours of a day
        raise QuestionError(f"--opens {opens[:20]!r}: write HH:MM in UTC, or -HH:MM for so long before 00:00")
    minutes = (int(match[2]) * 60 + int(match[3])) * (-1 if match[1] else 1)
    if (minutes - venues) * 60_000 % DAY_MS:
        raise QuestionError(
            f"days of {venue.name} open at {_clock(venues)} UTC; a file of days that open at {_clock(minutes)} UTC "
            "holds other days, with other closing prices"
        )
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes % 1440 // 60:02}:{minutes % 60:02}"


def _eve(minutes: int) -> str:
    before = (-minutes) % 1440
    return f"-{before // 60:02}:{before % 60:02}"


def _made(text: str | None) -> datetime | None:
    """When the file was made; of a bare date, its beginning in UTC."""
    if text is None:
        return None
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return datetime.combine(parse_day(text), time(), UTC)
    if made.tzinfo is None:
        if len(text) > len("2025-03-14"):
            raise QuestionError(f"--made {text[:40]!r}: an instant needs its offset, like 2025-03-14T12:00:00Z")
        made = made.replace(tzinfo=UTC)
    return made


def _files(paths: Sequence[Path]) -> tuple[Path, ...]:
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.rglob("*") if each.name.lower().endswith((".zip", ".csv", ".csv.gz")))
            if not inside:
                raise QuestionError(f"the folder {path.name} holds no zip and no csv; name the folder that does")
            found += inside
        elif path.name.endswith(SUFFIX):
            continue  # lies beside its file and is read with it
        elif not path.is_file():
            raise QuestionError(
                f"{path.name} is no file that is there; give a zip, a csv, a csv.gz or a folder of them"
            )
        else:
            found.append(path)
    if not found:
        raise QuestionError("only checksums were named; name the files that they are for")
    return tuple(found)
