"""Names and dates of a ledger that the sets leave open: each different one is looked at once, as a question has it."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import groupby

import pyarrow as pa

from oracle.coin import coin_meant
from oracle.days import DAY, parse_when
from oracle.errors import AmbiguousNameError, QuestionError
from oracle.law.rulebook import Rulebook, date_under
from oracle.store.reads import Reads

_LONGEST = 60


def codes(coins: Iterable[str]) -> pa.Table:
    """What each name is looked up as; names that are none are left out."""
    good = [each for each in coins if 0 < len(each) <= _LONGEST and _is_plain(each)]
    return pa.table(
        {"coin": pa.array(good, pa.string()), "code": pa.array([each.upper() for each in good], pa.string())}
    )


def _is_plain(name: str) -> bool:
    return not any(each < " " or each == "\x7f" for each in name)


def whens(texts: Iterable[str], book: Rulebook) -> pa.Table:
    """The day of each date or instant, by the calendar of the rulebook, or what is wrong with it."""
    rows: list[tuple[str, date | None, str | None]] = []
    for text in texts:
        try:
            day, instant = parse_when(text)
            rows.append((text, date_under(book, day, instant), None))
        except QuestionError as error:
            rows.append((text, None, str(error)))
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    types = (("written", pa.string()), ("day", pa.date32()), ("note", pa.string()))
    return pa.table({name: pa.array(column, kind) for (name, kind), column in zip(types, columns, strict=True)})


def meanings(reads: Reads, questions: Iterable[tuple[str, date]], venues: Collection[str]) -> pa.Table:
    """The asset that each (code, day) means; none with a note where it is ambiguous.

    What the register says changes on a few days only, so it is asked once for the days between two of them.
    """
    rows: list[tuple[str, date, str | None, str | None]] = []
    for code, group in groupby(sorted(questions), key=lambda each: each[0]):
        changes = _changes(reads, code)
        known: dict[int, tuple[str | None, str | None]] = {}
        for _, day in group:
            at = sum(change <= day for change in changes)
            if at not in known:
                known[at] = _meant(reads, code, day, venues)
            rows.append((code, day, *known[at]))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    types = (("code", pa.string()), ("day", pa.date32()), ("asset", pa.string()), ("note", pa.string()))
    return pa.table({name: pa.array(column, kind) for (name, kind), column in zip(types, columns, strict=True)})


def _changes(reads: Reads, code: str) -> list[date]:
    entries = reads.entries(code)
    days = {each.first for each in entries} | {each.last + DAY for each in entries if each.last < date.max}
    return sorted(days | {each.since for each in reads.called(code) if each.since})


def _meant(reads: Reads, code: str, day: date, venues: Collection[str]) -> tuple[str | None, str | None]:
    try:
        return coin_meant(reads, code, day, venues)[0], None
    except AmbiguousNameError as error:
        return None, str(error).removesuffix("; ask for one of them by its code")
