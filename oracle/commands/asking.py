"""Commands that answer questions out of the published file."""

from enum import StrEnum
from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import HomeOption, Listing, ListingOption, app
from oracle.days import parse_day, parse_instant

NOTHING_QUALIFIES = 3


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


@app.command()
def quotation(
    coin: Annotated[str, typer.Argument(help="Coin, for example BTC.")],
    day: Annotated[str, typer.Argument(metavar="DATE", help="Date of the operation, YYYY-MM-DD.")],
    *,
    home: HomeOption = None,
    venue: Annotated[str | None, typer.Option(help="Only this venue.")] = None,
    rulebook: Annotated[
        str, typer.Option(help="Which reading of the rule judges; see `oracle rulebooks`.")
    ] = "tax-code",
    choose: Annotated[
        str, typer.Option(help="largest-turnover, lowest, highest, or venues in order of preference: okx,binance.")
    ] = "largest-turnover",
    known_at: Annotated[
        str | None,
        typer.Option(
            "--as-known-at",
            metavar="INSTANT",
            help="Answer out of what had been received by then, for example 2026-04-30T12:00:00+03:00.",
        ),
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the page and of the explanations: en or ru.")] = "en",
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """Answer with the quotations of a coin on a date.

    All of them in rubles, the verdicts on their venues under every rulebook with the reasons, and the choice.
    """
    from oracle.ask import Question, ask
    from oracle.store.reads import Reads

    asked = Question(coin, parse_day(day), venue, rulebook, choose, lang)
    here, now = settings.home(home), settings.clock()()
    path = here.current
    if known_at is None:
        with Reads(path) as reads:
            answer = ask(reads, asked, now)
    else:
        from oracle.rewind import ask_as_known_at

        answer = ask_as_known_at(here, asked, parse_instant(known_at), now)
    if output is Format.JSON:
        typer.echo(answer.model_dump_json(indent=2))
    elif output is Format.CSV:
        from oracle.outputs.rows import csv_text

        typer.echo(csv_text(answer), nl=False)
    else:
        from oracle.outputs.table import quotation as page

        typer.echo(page(answer, str(path), lang), nl=False)
    if answer.chosen is None:
        raise typer.Exit(NOTHING_QUALIFIES)


@app.command()
def revisions(
    home: HomeOption = None,
    since: Annotated[str, typer.Option(help="From this instant on.")] = "2009-01-03T00:00:00Z",
    output: ListingOption = Listing.TEXT,
) -> None:
    """List what the venues have restated.

    Each figure before and after, when it was noticed, and which published figures it touches.
    """
    from oracle.outputs.lists import revisions_json, revisions_text
    from oracle.store.reads import Reads

    with Reads(settings.home(home).current) as reads:
        rows = reads.revisions(parse_instant(since))
    typer.echo(revisions_json(rows) if output is Listing.JSON else revisions_text(rows))
