"""Where a file of candles keeps what: its columns, its unit of time, its marks; kept beside the bytes as JSON."""

from typing import Literal

import msgspec

from oracle.errors import QuestionError

Unit = Literal["s", "ms", "us", "iso-date"]
Role = Literal["time", "open", "high", "low", "close", "volume", "turnover"]
NEEDED: tuple[Role, ...] = ("time", "open", "high", "low", "close", "volume")
ROLES: tuple[Role, ...] = (*NEEDED, "turnover")


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """How the lines of one file are to be read.

    `columns`: by role, a position counted from 0 or a name in the header line; either all are positions or all names.
    `cells`: how many cells every line has, None if the first line says. `heading`: a header line that may be there
    although columns are given by position. `skip`: lines before the table. `label_opens`: for dates, the minutes after
    00:00 UTC of the date on the label at which that day opens. `numeric`: whether every cell must be a number.
    """

    columns: dict[Role, int | str]
    unit: Unit
    cells: int | None = None
    heading: tuple[str, ...] = ()
    skip: int = 0
    delimiter: str = ","
    decimal: str = "."
    label_opens: int = 0
    numeric: bool = False

    @property
    def named(self) -> bool:
        """Whether a header line is needed to find the columns."""
        return any(isinstance(where, str) for where in self.columns.values())


_JSON = msgspec.json.Decoder(Layout)


def encoded(layout: Layout) -> str:
    """The layout as the JSON text that is archived with the file."""
    return msgspec.json.encode(layout).decode()


def decoded(text: str) -> Layout:
    """The layout of an archived file; ValueError if the text is none."""
    return _JSON.decode(text.encode())


def columns_named(text: str) -> dict[Role, int | str]:
    """The column map of a command line, `time=0,open=1,...` or `time=Unix,open=Open,...`."""
    result: dict[Role, int | str] = {}
    for part in text.split(","):
        role, equals, where = (each.strip() for each in part.partition("="))
        known = next((each for each in ROLES if each == role), None)
        if known is None or not equals or not where:
            raise QuestionError(
                f"--columns: {part.strip()[:40]!r} is no ROLE=COLUMN; write time=0,open=1,high=2,low=3,close=4,"
                "volume=5 with positions from 0 or with names of the header line; turnover=... may be added"
            )
        if known in result:
            raise QuestionError(f"--columns names {known} twice; a role has one column")
        result[known] = int(where) if where.isascii() and where.isdigit() else where
    if lacking := [role for role in NEEDED if role not in result]:
        raise QuestionError(f"--columns lacks {', '.join(lacking)}; only turnover may be left out")
    if len({type(where) for where in result.values()}) > 1:
        raise QuestionError("--columns mixes positions and names; use positions from 0 for all, or names for all")
    if len(set(result.values())) < len(result):
        raise QuestionError("--columns gives one column to two roles; each role has its own")
    return result
