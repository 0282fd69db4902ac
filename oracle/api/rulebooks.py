"""`/v1/rulebooks`: the readings of the rule that the dataset was judged by, as documents and as one table."""

from collections.abc import Iterable
from typing import Any

from pydantic import Field, TypeAdapter

from oracle.api import models
from oracle.api.media import JSON
from oracle.api.problem import ProblemError
from oracle.api.quotations import Name
from oracle.api.route import Call, Parameters, Reply, route
from oracle.api.tables import TABLES, told, written
from oracle.law.rulebook import Rulebook
from oracle.law.rulekeys import KEYS
from oracle.store.reads import Reads


class OfRulebook(Parameters):
    """A rulebook."""

    rulebook: Name = Field(description="name of the rulebook; see /v1/rulebooks", examples=["tax-code"])


@route(
    "GET",
    "/v1/rulebooks",
    tag="reference",
    answer=list[models.RulebookLine],
    row=models.RuleLine,
    formats=TABLES,
)
async def rulebooks(call: Call) -> Reply:
    """The readings of the rule that the dataset was judged by; all but JSON: a row for every value of each."""

    def find(reads: Reads) -> bytes:
        if call.media is not JSON:
            return written(_flat(reads.rulebooks().values()), models.RuleLine, call.media)
        lines = [
            models.RulebookLine(
                rulebook=each.name, title=each.title, editions=[edition.in_force_from for edition in each.editions]
            )
            for each in reads.rulebooks().values()
        ]
        return TypeAdapter(list[models.RulebookLine]).dump_json(lines)

    return await told(call, find)


@route(
    "GET",
    "/v1/rulebooks/{rulebook}",
    tag="reference",
    path=OfRulebook,
    answer=models.Rulebook,
    row=models.RuleLine,
    formats=TABLES,
    problems=("not-found",),
)
async def rulebook(call: Call) -> Reply:
    """One reading of the rule: every value with the date from which it holds, its clause and its source."""

    def find(reads: Reads) -> bytes:
        books = reads.rulebooks()
        if (book := books.get(call.path.rulebook)) is None:
            raise ProblemError("not-found", f"no rulebook is called {call.path.rulebook!r}; known: {', '.join(books)}")
        if call.media is not JSON:
            return written(_flat([book]), models.RuleLine, call.media)
        values = [
            models.RuleValue(
                in_force_from=edition.in_force_from,
                key=key,
                value=getattr(edition, key),
                holds_from=citation.holds_from,
                clause=citation.clause,
                source=citation.source,
                note=citation.note,
            )
            for edition in book.editions
            for key, citation in edition.citations.items()
        ]
        return models.Rulebook(rulebook=book.name, title=book.title, values=values).model_dump_json().encode()

    return await told(call, find)


def _flat(books: Iterable[Rulebook]) -> list[dict[str, Any]]:
    """A row for every value of every edition; values as text, as in the published table."""
    return [
        {
            "rulebook": book.name,
            "title": book.title,
            "in_force_from": edition.in_force_from,
            "key": key,
            "value": KEYS[key].kind.text(getattr(edition, key)),
            "holds_from": citation.holds_from,
            "clause": citation.clause,
            "source": citation.source,
            "note": citation.note,
        }
        for book in books
        for edition in book.editions
        for key, citation in edition.citations.items()
    ]
