"""Commands that lay somebody else's figures beside ours."""

from pathlib import Path
from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import DatasetOption, HomeOption, app, dataset_path
from oracle.commands.asking import NOTHING_QUALIFIES, Format

compare = typer.Typer(no_args_is_help=True, help="Lay somebody else's figures beside ours.")
app.add_typer(compare, name="compare")


@compare.command("tax-service")
def tax_service(
    file: Annotated[
        Path, typer.Argument(help="CSV with the columns date, venue, coin, rub and, if there is one, volume.")
    ],
    *,
    home: HomeOption = None,
    dataset: DatasetOption = "latest",
    rulebook: Annotated[str, typer.Option(help="Whose stablecoin path is ours; see `oracle rulebooks`.")] = "tax-code",
    lang: Annotated[str, typer.Option(help="Language of the page and of the explanations: en or ru.")] = "en",
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """Compare the tax service's page, leg by leg.

    Each line beside our pairs and their lowest, and the single leg that explains the difference. Exit status 2 if a
    line could not be read, 3 if none could be compared.
    """
    from oracle.comparing import compare_all
    from oracle.store.reads import Reads
    from oracle.theirs import read_theirs

    lines = read_theirs(file)
    with Reads(dataset_path(settings.home(home), dataset)) as reads:
        compared = compare_all(reads, lines, rulebook, settings.clock()(), lang)
    if output is Format.JSON:
        typer.echo(compared.model_dump_json(indent=2))
    else:
        from oracle.outputs.comparison import comparison_csv, comparison_text

        shown = comparison_csv(compared) if output is Format.CSV else comparison_text(compared, lang)
        typer.echo(shown, nl=False)
    states = {row.state for row in compared.rows}
    if "unreadable" in states:
        raise typer.Exit(2)
    if not states & {"same", "explained", "unexplained"}:
        raise typer.Exit(NOTHING_QUALIFIES)
