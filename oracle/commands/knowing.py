"""Commands that tell what is known: the home, settings, venues, assets."""

import json
from pathlib import Path
from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import DatasetOption, HomeOption, Listing, ListingOption, app, dataset_path
from oracle.commands.asking import Format
from oracle.errors import QuestionError
from oracle.law.rulebook import DEFAULT_RULEBOOK


@app.command()
def where(home: HomeOption = None) -> None:
    """Print the home folder."""
    typer.echo(str(settings.home(home).path))


@app.command()
def venues(
    *,
    home: HomeOption = None,
    dataset: DatasetOption = "latest",
    above: Annotated[
        bool, typer.Option("--days-above", help="Per venue and year, the share of days above the rulebook's floor.")
    ] = False,
    facts: Annotated[
        bool, typer.Option("--facts", help="Since when each venue's quotations have been public, by dated sources.")
    ] = False,
    rulebook: Annotated[str, typer.Option(help="Whose floor; see `oracle rulebooks`.")] = DEFAULT_RULEBOOK,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """List the venues and how each publishes, how often their turnover was above the floor, or since when they publish.

    --facts prints the register of dated sources, with your own of publication.toml in the home folder. They are
    evidence beside the observations, and change no verdict.
    """
    if above and facts:
        raise QuestionError("either --days-above or --facts: they are two lists")
    if facts:
        _facts(home, output)
        return
    if above:
        _days_above(dataset_path(settings.home(home), dataset), rulebook, output)
        return
    from oracle.venues import VENUES

    rows = [
        {
            "venue": each.name,
            "title": each.title,
            "site": each.site,
            "jurisdiction": each.jurisdiction,
            "day_opens_minutes": int(each.opens.total_seconds()) // 60,
            "turnover_published": each.turnover_published,
            "closed_by": each.closed_by,
            "page_days": each.page_days,
            "pace_per_minute": each.pace_per_minute,
            "reach_days": each.reach_days,
            "source": each.source,
        }
        for each in VENUES.values()
    ]
    if output is Format.JSON:
        typer.echo(json.dumps(rows, indent=2))
        return
    if output is Format.CSV:
        from oracle.outputs.venues import rows_csv

        typer.echo(rows_csv(rows), nl=False)
        return
    from oracle.outputs.table import listing

    cells = [
        (
            row["venue"],
            _clock_text(VENUES[str(row["venue"])].opens.total_seconds()),
            "yes" if row["turnover_published"] else "no: bounded",
            row["reach_days"] or "all",
            row["page_days"],
            row["pace_per_minute"],
            row["closed_by"],
        )
        for row in rows
    ]
    counts = ("days back", "days a page", "pages a minute")
    columns = ("venue", "day opens (UTC)", "turnover published", *counts, "closed day known by")
    typer.echo(listing(columns, cells, right=counts))


def _days_above(path: Path, rulebook: str, output: Format) -> None:
    from oracle.outputs.venues import above_csv, above_json, above_text
    from oracle.store.days_above import days_above
    from oracle.store.reads import Reads

    with Reads(path) as reads:
        rows, dataset = days_above(reads, rulebook), reads.dataset
        floors = list(dict.fromkeys(each.turnover_floor_rub for each in reads.rulebooks()[rulebook].editions))
    if output is Format.TEXT:
        typer.echo(above_text(rows, rulebook, floors, dataset), nl=False)
    else:
        typer.echo((above_csv if output is Format.CSV else above_json)(rows, rulebook, dataset), nl=False)


def _facts(home: Path | None, output: Format) -> None:
    from oracle.knowledge import knowledge
    from oracle.outputs.venues import facts_text, rows_csv

    rows = [
        {**each._asdict(), "shown_on": str(each.shown_on)} for each in knowledge(settings.home(home).path).publication
    ]
    if output is Format.JSON:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    typer.echo(rows_csv(rows) if output is Format.CSV else facts_text(rows), nl=False)


def _clock_text(seconds: float) -> str:
    return f"{int(seconds) % 86_400 // 3600:02}:00" + (" the day before" if seconds < 0 else "")


@app.command("settings")
def show_settings(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Print the settings in force and where each was set.

    oracle.toml in the home folder, over it ORACLE_* variables; passwords of proxies are not shown.
    """
    from oracle.configuration import shown

    path = settings.home(home).configuration
    rows = shown(path, {})
    if output is Listing.JSON:
        typer.echo(json.dumps({"file": str(path), "settings": rows}, indent=2))
        return
    from oracle.outputs.table import listing

    typer.echo(listing(("key", "value", "from"), [(row["key"], _value(row["value"]), row["from"]) for row in rows]))


def _value(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple | list) else str(value)


@app.command()
def assets(
    name: Annotated[str | None, typer.Argument(help="Only this code: LUNA, XBT, BTC3L-GATE.")] = None,
    *,
    home: HomeOption = None,
    unregistered: Annotated[bool, typer.Option("--unregistered", help="What venues show beyond the register.")] = False,
    output: ListingOption = Listing.TEXT,
) -> None:
    """List what codes denote, where and when.

    Assets with kind, obligated person and every code that denotes them, with venue, dates and source.
    """
    from oracle.knowledge import knowledge
    from oracle.outputs.assets import register, text, unknown
    from oracle.store.reads import Reads

    here, shown = settings.home(home), unknown if unregistered else text
    if unregistered:
        with Reads(here.current) as reads:
            rows = reads.unregistered()
    else:
        rows = register(knowledge(here.path).identity, name.upper() if name else None)
    typer.echo(json.dumps(rows, indent=2, ensure_ascii=False, default=str) if output is Listing.JSON else shown(rows))
