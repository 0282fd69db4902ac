"""Pages that are listed and not contained: what they show of the days asked about, out of their bytes and back."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from oracle.collect.read import read
from oracle.days import Span, day_of
from oracle.errors import SourceError
from oracle.evidence.layout import ListedPage
from oracle.terms import CandlePage, Columns, Observation

_NAMES = ("opened_ms", "open", "high", "low", "close", "base_volume", "turnover", "closed")


@dataclass(frozen=True)
class ListedObservation(Observation):
    """An observation that is known by its hash alone."""

    digest: str = ""

    @cached_property
    def sha256(self) -> str | None:
        """As it is listed."""
        return self.digest


def listed(number: int, observation: Observation, days: Collection[date]) -> ListedPage | None:
    """What a page shows of `days`; None where its bytes cannot be read as a page, so that they must be contained."""
    try:
        page = read(observation)
    except SourceError:
        return None
    if not isinstance(page, CandlePage) or page.runs or observation.sha256 is None or observation.body is None:
        return None
    return ListedPage(
        number=number,
        bytes=len(observation.body),
        sha256=observation.sha256,
        oldest=page.oldest,
        told=page.told,
        opens_ms=page.opens_ms,
        closed_before_ms=page.closed_before_ms,
        answered_first=page.answered.first if page.answered else None,
        answered_last=page.answered.last if page.answered else None,
        rows=[row for row in _rows(page) if day_of(row[0], timedelta(milliseconds=page.opens_ms)) in days],
    )


def _rows(page: CandlePage) -> list[Any]:
    count = page.rows.num_rows
    columns = []
    for name in _NAMES:
        found = getattr(page.rows, name) if isinstance(page.rows, Columns) else page.rows.column(name).to_pylist()
        columns.append([None] * count if found is None else found)
    return list(zip(*columns, strict=True))


def page_of(told: ListedPage, observation: Observation) -> CandlePage:
    """The page as the store takes it, as far as it is listed."""
    columns: list[list[Any]] = [list(column) for column in zip(*told.rows, strict=True)] or [[] for _ in _NAMES]
    *figures, turnover, closed = columns
    first, last = told.answered_first, told.answered_last
    # A venue tells turnovers, and marks, of all days or of none.
    marks = (None if None in each else each for each in (turnover, closed))
    return CandlePage(
        observation,
        Columns(*figures, *marks),
        told.oldest,
        told.told,
        told.opens_ms,
        told.closed_before_ms,
        Span(first, last) if first and last else None,
    )
