"""Commands about taxpayers: whose policies of choice the home knows, what they took, what is wrong with them."""

import json
from typing import Annotated, Any

import typer

from oracle import settings
from oracle.commands.app import HomeOption, Listing, ListingOption, app

taxpayers = typer.Typer(help="Taxpayers, their policies of choice, and the choices recorded for them.")
app.add_typer(taxpayers, name="taxpayers")


@taxpayers.callback(invoke_without_command=True)
def listed(context: typer.Context, *, home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """List the taxpayers of the home folder: taxpayers/NAME.toml, each with dated policies of choice."""
    if context.invoked_subcommand:
        return
    from oracle.days import moscow_date
    from oracle.outputs.taxpayers import summary, summary_text
    from oracle.taxpayers import names, standing
    from oracle.venues import VENUES

    folder, today = settings.home(home).taxpayers, moscow_date(settings.clock()())
    rows = [summary(standing(folder, name, tuple(VENUES)), today) for name in names(folder)]
    _print(rows, summary_text(rows) if rows else f"no taxpayer yet; a new one is a file {folder}/NAME.toml", output)


@taxpayers.command()
def show(
    name: Annotated[str, typer.Argument(help="Taxpayer: the name of the file without .toml.")],
    *,
    home: HomeOption = None,
    output: ListingOption = Listing.TEXT,
) -> None:
    """Show a taxpayer's policies, the choices recorded, and what deviates."""
    from oracle.outputs.taxpayers import details, details_text
    from oracle.taxpayers import standing
    from oracle.venues import VENUES

    shown = details(standing(settings.home(home).taxpayers, name, tuple(VENUES)))
    _print(shown, details_text(shown), output)


@taxpayers.command()
def check(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Examine every taxpayer's file and journal; exit status 1 if any is broken."""
    from oracle.errors import OracleError
    from oracle.outputs.taxpayers import details
    from oracle.taxpayers import names, standing
    from oracle.venues import VENUES

    folder = settings.home(home).taxpayers
    rows: list[dict[str, Any]] = []
    for name in names(folder):
        try:
            warnings, error = details(standing(folder, name, tuple(VENUES)))["warnings"], None
        except OracleError as broken:
            warnings, error = [], str(broken)
        rows.append({"taxpayer": name, "error": error, "warnings": warnings})
    lines = [f"{row['taxpayer']}: {row['error'] or '; '.join(row['warnings']) or 'in order'}" for row in rows]
    _print(rows, "\n".join(lines) or f"no taxpayer yet; a new one is a file {folder}/NAME.toml", output)
    if any(row["error"] for row in rows):
        raise typer.Exit(1)


def _print(document: object, text: str, output: Listing) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False) if output is Listing.JSON else text)
