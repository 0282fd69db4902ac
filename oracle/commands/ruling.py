"""Commands about rulebooks: what the readings of the rule say, and what the author of one needs."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from oracle import settings
from oracle.commands.app import HomeOption, Listing, ListingOption, app
from oracle.errors import KnowledgeError, QuestionError
from oracle.law.rulebook import DEFAULT_RULEBOOK, Rulebook
from oracle.law.rulekeys import KEYS

books_app = typer.Typer(
    invoke_without_command=True, help="List the readings of the rule; show, check and compare them."
)
app.add_typer(books_app, name="rulebooks")
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A rulebook, for example tax-code.")]


@books_app.callback()
def rulebooks(context: typer.Context, home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """List the rulebooks with clause and source.

    Every value of every reading of the rule, with the date from which it holds. Your own files go into `rulebooks` in
    the home folder.
    """
    if context.invoked_subcommand is None:
        _print(_books(home).values(), output, ("from", "key", "value", "source"))


@books_app.command()
def show(name: NameArgument, home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Show one rulebook: every value with the date from which it holds, clause, source and note."""
    _print([_book(home, name)], output, ("from", "key", "value", "clause", "source", "note"))


@books_app.command()
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Rulebook files; default: those in the home.")] = None,
    home: HomeOption = None,
) -> None:
    """Check rulebook files: one line each, and status 1 if any is broken."""
    from oracle.knowledge import rulebook_in

    broken = 0
    for path in files or sorted((settings.home(home).path / "rulebooks").glob("*.toml")):
        try:
            book = rulebook_in(path)
        except KnowledgeError as error:
            broken += 1
            typer.echo(f"broken: {error}")
        else:
            since = ", ".join(each.in_force_from.isoformat() for each in book.editions)
            typer.echo(f"sound: {path}: {book.name}, editions of {since}")
    if broken:
        raise typer.Exit(1)


@books_app.command()
def diff(
    first: NameArgument,
    second: Annotated[str, typer.Argument(metavar="OTHER", help="The rulebook to compare it with.")],
    home: HomeOption = None,
    output: ListingOption = Listing.TEXT,
) -> None:
    """Tell where two rulebooks part, and from which day."""
    from oracle.law.rulefile import differences
    from oracle.outputs.table import listing

    rows = differences(_book(home, first), _book(home, second))
    columns = ("from", "key", first, second)
    if output is Listing.JSON:
        typer.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], indent=2, ensure_ascii=False))
    else:
        typer.echo(listing(columns, rows) if rows else f"{first} and {second} say the same")


@books_app.command()
def schema() -> None:
    """Print the JSON schema of rulebook files, for editors."""
    from oracle.law.rulefile import schema_text

    typer.echo(schema_text(), nl=False)


@books_app.command()
def template() -> None:
    """Print a commented rulebook to begin with: every key, what it decides and what may stand there."""
    from oracle.knowledge import knowledge
    from oracle.law.rulefile import template as made

    typer.echo(made(knowledge().rulebooks[DEFAULT_RULEBOOK]), nl=False)


def _books(home: Path | None) -> dict[str, Rulebook]:
    from oracle.knowledge import knowledge

    return dict(knowledge(settings.home(home).path).rulebooks)


def _book(home: Path | None, name: str) -> Rulebook:
    books = _books(home)
    if name not in books:
        raise QuestionError(f"unknown rulebook {name[:40]!r}; known: {', '.join(books)}")
    return books[name]


def _print(books: Iterable[Rulebook], output: Listing, columns: tuple[str, ...]) -> None:
    """JSON tells everything, the values as the file has them; text the named columns, one table per rulebook."""
    from oracle.outputs.table import listing

    told = {book: _rows(book) for book in books}
    if output is Listing.JSON:
        rows = [row for rows in told.values() for row in rows]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
        return
    for book, rows in told.items():
        typer.echo(f"{book.name}: {book.title}")
        shown = [{**row, "from": row["holds_from"], "value": KEYS[row["key"]].kind.text(row["value"])} for row in rows]
        typer.echo(listing(columns, [[row[each] for each in columns] for row in shown]) + "\n")


def _rows(book: Rulebook) -> list[dict[str, Any]]:
    return [
        {
            "rulebook": book.name,
            "title": book.title,
            "in_force_from": edition.in_force_from.isoformat(),
            "key": key,
            "value": getattr(edition, key),
            "holds_from": citation.holds_from.isoformat(),
            "clause": citation.clause,
            "source": citation.source,
            "note": citation.note,
        }
        for edition in book.editions
        for key, citation in edition.citations.items()
    ]
