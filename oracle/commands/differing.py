"""`oracle diff`: which answers differ between two datasets, and why."""

from pathlib import Path
from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import ChooseOption, HomeOption, RulebookOption, TaxpayerOption, app, dataset_path
from oracle.commands.asking import NOTHING_QUALIFIES, Format
from oracle.commands.pricing import how_to_price, ledger_in
from oracle.days import parse_day
from oracle.errors import QuestionError

_MOST = 100_000


@app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A frozen name, a version that is kept, or latest.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="As OLD.")] = "latest",
    *,
    home: HomeOption = None,
    coin: Annotated[str | None, typer.Option(help="Only this coin.")] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, YYYY-MM-DD.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day, YYYY-MM-DD.")] = None,
    venue: Annotated[str | None, typer.Option(help="As if only this venue were asked.")] = None,
    rulebook: RulebookOption = "tax-code",
    choose: ChooseOption = None,
    taxpayer: TaxpayerOption = None,
    batch: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Only the rows of this ledger (as for `oracle price`), with the money."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=_MOST, help="So many are explained; all are counted.")] = 100,
    lang: Annotated[str, typer.Option(help="Language of the causes: en or ru.")] = "en",
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """Tell which answers differ between two datasets, and why.

    Each coin and day of which the chosen quotation, its rubles or the venues that may be chosen are not the same.
    Exit status 0 if no answer differs, 3 if any does.
    """
    from dataclasses import replace

    from oracle.differences.asked import Wanted
    from oracle.differences.compare import Named, compare
    from oracle.differences.ledger import compare_ledger
    from oracle.outputs.differences import differences_csv, differences_text

    if batch and (coin or first or last):
        raise QuestionError("either --batch or --coin, --from and --to: a ledger names its coins and days itself")
    here, now = settings.home(home), settings.clock()()
    how = replace(how_to_price(here, rulebook, choose, taxpayer, lang), venue=venue.lower() if venue else None)
    begins, ends = (parse_day(each) if each else None for each in (first, last))
    before, after = (Named(each, dataset_path(here, each)) for each in (old, new))
    wanted = Wanted(how, coin, begins, ends, limit)
    ledger = ledger_in(batch) if batch else None
    if ledger is None:
        found = compare(before, after, wanted, now)
    else:
        found = compare_ledger(before, after, wanted, ledger, now)
    if output is Format.JSON:
        typer.echo(found.model_dump_json(indent=2))
    else:
        typer.echo(differences_csv(found) if output is Format.CSV else differences_text(found, lang), nl=False)
    counts = found.counts
    if counts.changed or counts.lost or counts.gained:
        raise typer.Exit(NOTHING_QUALIFIES)
