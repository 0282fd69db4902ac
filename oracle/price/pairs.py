"""The rows of a ledger as pairs of coin and day, each pair once: what is dear is done for pairs, not for rows."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from oracle.law.rulebook import Rulebook
from oracle.price.names import codes, whens
from oracle.price.reading import zone_table
from oracle.store.bulk import Bulk

Pair = tuple[str, date]
Value = TypeVar("Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Pairs:
    """`pairs`: each (code, day) of the ledger once; `of_row`: which of them a row asks about, null if none.

    By row, `code_missing`, `day_missing`: whether its coin or its date is none; `days`: its day; `notes`: what is wrong
    with its date.
    """

    pairs: list[Pair]
    of_row: pa.Array
    code_missing: pa.Array
    day_missing: pa.Array
    days: pa.Array
    notes: pa.Array


def pairs_of(tables: Bulk, asked: pa.Table, book: Rulebook) -> Pairs:
    """The pairs of `ledger`'s table; `book` says in which zone the day of an instant is meant."""
    coins, dates = (_distinct(asked, name) for name in ("coin", "written"))
    looked_up = codes(each for each in coins.dictionary.to_pylist())
    code_of = dict(zip(*(looked_up.column(name).to_pylist() for name in ("coin", "code")), strict=True))
    code_at, known = _numbered([code_of.get(each) for each in coins.dictionary.to_pylist()])
    days, notes = _days(tables, dates.dictionary, book)
    day_at, known_days = _numbered(days)
    row_code, row_day = code_at.take(coins.indices), day_at.take(dates.indices)
    width = max(len(known_days), 1)
    keys = pc.add(pc.multiply(row_code, pa.scalar(width, pa.int64())), row_day).dictionary_encode()
    pairs = [(known[key // width], known_days[key % width]) for key in keys.dictionary.to_pylist()]
    return Pairs(
        pairs,
        keys.indices,
        pc.is_null(row_code),
        pc.is_null(row_day),
        pa.array(days, pa.date32()).take(dates.indices),
        pa.array(notes, pa.string()).take(dates.indices),
    )


def _distinct(asked: pa.Table, name: str) -> pa.DictionaryArray:
    column = asked.column(name).combine_chunks()
    whole = pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) and column.num_chunks else column
    return (pa.array([], pa.string()) if isinstance(whole, pa.ChunkedArray) else whole).dictionary_encode()


def _numbered(values: Sequence[Value | None]) -> tuple[pa.Array, list[Value]]:
    """For each value the number of its first like, and the different values in the order of these numbers."""
    numbers = {each: number for number, each in enumerate(dict.fromkeys(each for each in values if each is not None))}
    return pa.array([None if each is None else numbers[each] for each in values], pa.int64()), list(numbers)


def _days(tables: Bulk, written: pa.Array, book: Rulebook) -> tuple[list[date | None], list[str | None]]:
    """The day of each text, or what is wrong with it; texts of the usual form are read set-wise."""
    tables.put("price_written", pa.table({"number": pa.array(range(len(written)), pa.int64()), "written": written}))
    tables.put("price_zones", zone_table(book))
    days = _in_order(tables.table("FROM {price_days.sql}"))
    texts = {at: str(written[at]) for at, day in enumerate(days) if day is None}
    others = whens(texts.values(), book)
    read = dict(zip(others.column("written").to_pylist(), others.select(["day", "note"]).to_pylist(), strict=True))
    notes: list[str | None] = [None] * len(days)
    for at, text in texts.items():
        days[at], notes[at] = read[text]["day"], read[text]["note"]
    return days, notes


def _in_order(read: pa.Table) -> list[date | None]:
    days: list[date | None] = read.sort_by("number").column("day").to_pylist()
    return days
