"""A page of a statement as plain parts, which every rendering lays out: headings, facts, grids and notes."""

import msgspec


class Fact(msgspec.Struct, frozen=True):
    """A label with its value; `style`: `code` for what is compared letter by letter, `strong` for what counts."""

    label: str
    value: str
    style: str = ""


class Grid(msgspec.Struct, frozen=True):
    """A table; `right` names columns set flush right, `widths` the shares of the width."""

    head: list[str]
    rows: list[list[str]]
    widths: list[int]
    right: list[int] = []


class Section(msgspec.Struct, frozen=True):
    """A titled part of a page."""

    title: str
    facts: list[Fact] = []
    grid: Grid | None = None
    notes: list[str] = []


class Page(msgspec.Struct, frozen=True):
    """One quotation, or that there is none."""

    number: int
    title: str
    subject: str
    law: str
    headline: str
    below: str
    found: bool
    sections: list[Section]


class Summary(msgspec.Struct, frozen=True):
    """The table before the pages of a batch; `to`: the number of the page that each row rests on."""

    title: str
    subject: str
    law: str
    grid: Grid
    to: list[int | None]
    total: list[str]
    notes: list[str]
    facts: list[Fact]


class Document(msgspec.Struct, frozen=True):
    """All of a statement. `mark` stands across pages of invented prices; `seal` is what the QR code says, if any."""

    title: str
    author: str
    mark: str
    marked: str
    seal: str
    seal_label: str
    seal_alt: str
    advice: str
    page: str
    page_of: str
    summary: Summary | None
    pages: list[Page]
