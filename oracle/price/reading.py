"""How a ledger is to be read: rulebook, policy, venue, language; and what of that holds on which days."""

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from oracle.days import DAY
from oracle.errors import QuestionError
from oracle.law.choice import Policy, policy_named
from oracle.law.rulebook import DEFAULT_RULEBOOK, Edition, Rulebook
from oracle.law.taxpayer import Standing
from oracle.otherwise import path_asked, stablecoin_part
from oracle.words import language, warning

_FIRST, _LAST = date.min, date.max


@dataclass(frozen=True, slots=True)
class How:
    """The reading of all rows: as in a question about one, without what is of one row.

    `stablecoin`: the path that holds instead of the rulebook's own, as if its file said so.
    """

    rulebook: str = DEFAULT_RULEBOOK
    choose: str = "largest-turnover"
    venue: str | None = None
    taxpayer: Standing | None = None
    lang: str = "en"
    stablecoin: str | None = None


def policies(how: How, venues: tuple[str, ...]) -> list[tuple[date, date, Policy]]:
    """The policies of choice with the days on which they hold."""
    if how.taxpayer is None:
        return [(_FIRST, _LAST, policy_named(how.choose, venues))]
    entries = how.taxpayer.taxpayer.entries
    ends = [*(each.first - DAY for each in entries[1:]), _LAST]
    return [(each.first, last, each.policy) for each, last in zip(entries, ends, strict=True)]


def policy_table(held: list[tuple[date, date, Policy]]) -> pa.Table:
    """The same for SQL."""
    return pa.table(
        {
            "first": pa.array([first for first, _, _ in held], pa.date32()),
            "last": pa.array([last for _, last, _ in held], pa.date32()),
            "policy": pa.array(range(len(held)), pa.int32()),
            "text": pa.array([policy.text for _, _, policy in held], pa.string()),
        }
    )


def zone_table(book: Rulebook) -> pa.Table:
    """The zones in which the editions mean dates, with the days on which they hold; the first one's before it too."""
    starts = [each.in_force_from for each in book.editions[1:]]
    return pa.table(
        {
            "first": pa.array([_FIRST, *starts], pa.date32()),
            "last": pa.array([*(start - DAY for start in starts), _LAST], pa.date32()),
            "zone": pa.array([each.date_zone for each in book.editions], pa.string()),
        }
    )


def readings(book: Rulebook, own: Rulebook, how: How) -> tuple[pa.Table, pa.Table, bool]:
    """The editions with their days, the kinds of asset in which each takes prices, and whether their order matters.

    `own`: the rulebook as it is, where `book` has the path of stablecoins that was asked for.

    Before the first edition its values hold, without a rule. `is_set`: it can be applied to many rows at once; else
    each question is asked by itself. `zone`: by whose calendar it says which day today is.
    """
    spans: list[tuple[date, date, Edition, bool]] = []
    starts = [each.in_force_from for each in book.editions]
    if starts[0] > _FIRST:
        spans.append((_FIRST, starts[0] - DAY, book.editions[0], False))
    ends = [*(start - DAY for start in starts[1:]), _LAST]
    spans += [(start, end, each, True) for start, end, each in zip(starts, ends, book.editions, strict=True)]
    kinds = [
        (number, kind, rank if edition.quote_order == "listed" else 0, path)
        for number, (_, _, edition, _) in enumerate(spans)
        for rank, kind in enumerate(edition.quote_kinds)
        if (path := edition.stablecoin_path if kind == "stablecoin" else "official") != "refuse"
    ]
    table = pa.table(
        {
            "first": pa.array([first for first, _, _, _ in spans], pa.date32()),
            "last": pa.array([last for _, last, _, _ in spans], pa.date32()),
            "reading": pa.array(range(len(spans)), pa.int32()),
            "edition": pa.array([each.in_force_from if held else None for _, _, each, held in spans], pa.date32()),
            "zone": pa.array([each.date_zone for _, _, each, _ in spans], pa.string()),
            "is_set": [not each.per_coin and each.trading_day == "venue" for _, _, each, _ in spans],
            **_stablecoins([each for _, _, each, _ in spans], own, how),
        }
    )
    columns = list(zip(*kinds, strict=True)) or [(), (), (), ()]
    types = {"reading": pa.int32(), "kind": pa.string(), "rank": pa.int32(), "path": pa.string()}
    priced = pa.table(
        {name: pa.array(values, kind) for (name, kind), values in zip(types.items(), columns, strict=True)}
    )
    return table, priced, any(each.quote_order == "listed" for each in book.editions)


def _stablecoins(editions: list[Edition], own: Rulebook, how: How) -> dict[str, pa.Array]:
    """By edition the path of stablecoins, who chose it, and the warning where the rulebook says otherwise."""
    told = [stablecoin_part(own, each, how.stablecoin) for each in editions]
    asked = [path_asked(own.name, each) for each in told]
    columns = {
        "stablecoin_path": [each.path for each in told],
        "stablecoin_chosen_by": [each.chosen_by for each in told],
        "warning_code": [each and each.code for each in asked],
        "warning": [each and warning(each, language(how.lang)) for each in asked],
    }
    return {name: pa.array(each, pa.string()) for name, each in columns.items()}


def book_of(books: dict[str, Rulebook], name: str) -> Rulebook:
    """The rulebook; QuestionError lists the known ones."""
    if name not in books:
        raise QuestionError(
            f"unknown rulebook {name[:40]!r}; known: {', '.join(sorted(books))}; after adding one run `oracle publish`"
        )
    return books[name]
