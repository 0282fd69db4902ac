"""The verdicts on whole venues by which a ledger is priced: the published ones, or those under another path."""

import pyarrow as pa

from oracle.days import Span
from oracle.law.rulebook import Rulebook
from oracle.otherwise import judged_days
from oracle.store.bulk import Bulk
from oracle.store.floor_reads import days_published
from oracle.store.reads import Reads

_SCHEMA = pa.schema(
    [
        ("venue", pa.string()),
        ("day", pa.date32()),
        ("verdict", pa.string()),
        ("turnover_rub_low", pa.decimal128(38, 16)),
    ]
)


def put_published(tables: Bulk, rulebook: str) -> None:
    """`price_verdicts` as the rulebook has them."""
    named = rulebook.replace("'", "''")
    tables.do(
        f"""CREATE OR REPLACE TEMP VIEW price_verdicts AS
            SELECT venue, day, verdict, turnover_rub_low FROM verdicts WHERE rulebook = '{named}'"""  # noqa: S608 - a name of the file's own
    )


def put_judged(tables: Bulk, judged: pa.Table) -> None:
    """`price_verdicts` as `judged_table` has them; a table of its own, of which the joins know how large it is."""
    tables.put("price_judged", judged)
    tables.do("CREATE OR REPLACE TEMP TABLE price_verdicts AS FROM price_judged")


def judged_table(reads: Reads, book: Rulebook, span: Span) -> pa.Table:
    """The same under `book`, whose path of stablecoins is not the published one, on the days of the span."""
    known = days_published(reads)
    if known is None or span.last < known.first or known.last < span.first:
        return _SCHEMA.empty_table()
    rows = judged_days(reads, book, Span(max(span.first, known.first), min(span.last, known.last)))
    columns = (
        [row.venue for _, row in rows],
        [day for day, _ in rows],
        [row.verdict for _, row in rows],
        [row.turnover_rub_low for _, row in rows],
    )
    return pa.table([pa.array(each, field.type) for each, field in zip(columns, _SCHEMA, strict=True)], schema=_SCHEMA)
