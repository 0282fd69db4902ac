"""The command that tells how near to the floor venues were."""

from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import DatasetOption, HomeOption, app, dataset_path
from oracle.commands.asking import Format
from oracle.days import parse_day


@app.command()
def threshold(
    *,
    home: HomeOption = None,
    dataset: DatasetOption = "latest",
    within: Annotated[str, typer.Option(metavar="PERCENT", help="How near: percent of the floor.")] = "10",
    rulebook: Annotated[str, typer.Option(help="Whose floor; see `oracle rulebooks`.")] = "tax-code",
    coin: Annotated[str | None, typer.Option(help="Whose deals, under a rulebook that judges by coins.")] = None,
    venue: Annotated[str | None, typer.Option(help="Only this venue.")] = None,
    since: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD.")] = None,
    lang: Annotated[str, typer.Option(help="Language of the page: en or ru.")] = "en",
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """List venue days near the floor.

    With the margin in rubles and percent, the floor in dollars, the days on which the turnover had gone over to the
    other side, and a count per venue.
    """
    from oracle.outputs.threshold import threshold_csv, threshold_text
    from oracle.store.reads import Reads
    from oracle.threshold import Asked, threshold
    from oracle.words import language

    language(lang)
    first, last = since and parse_day(since), until and parse_day(until)
    path = dataset_path(settings.home(home), dataset)
    with Reads(path) as reads:
        found = threshold(reads, Asked(within, rulebook, coin, venue, first or None, last or None, lang))
    if output is Format.JSON:
        typer.echo(found.model_dump_json(indent=2))
    else:
        text = threshold_csv(found) if output is Format.CSV else threshold_text(found, str(path), lang)
        typer.echo(text, nl=False)
