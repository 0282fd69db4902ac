"""Commands that bring figures in: collect, publish, demo."""

from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import EndpointOption, HomeOption, Listing, UnpacedOption, VenuesOption, app


@app.command()
def collect(
    *,
    home: HomeOption = None,
    venue: VenuesOption = None,
    market: Annotated[
        list[str] | None,
        typer.Option(help="Only this market, as BTC/USDT or by the venue's own name; may be repeated."),
    ] = None,
    coin: Annotated[list[str] | None, typer.Option(help="Only markets of this coin; may be repeated.")] = None,
    since: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD; default: all there is.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD; default: the last closed day.")] = None,
    endpoint: EndpointOption = None,
    unpaced: UnpacedOption = False,
    deadline: Annotated[
        float | None,
        typer.Option(metavar="MINUTES", help="Begin no request after so many minutes; what is under way ends."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read days once more that were read, to notice what was restated.")
    ] = False,
    utc_days: Annotated[
        bool,
        typer.Option("--utc-days", help="Build UTC days from hours too, where a venue's day is none (HTX)."),
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Print what would be asked for, and ask nothing.")] = False,
    output: Annotated[Listing, typer.Option("--format", help="Of the plan: text for people, json for machines.")] = (
        Listing.TEXT
    ),
) -> None:
    """Collect what is missing, then publish.

    Asks the venues and the Bank of Russia for the days that are not there yet. May be killed and run again at any time.
    """
    from oracle.gather import gather, planned, wanted

    here = settings.home(home).usable()
    wish = wanted(venue, market, coin, since, until, again=again)
    sources = settings.sources(here, endpoint or [], unpaced=unpaced, deadline_minutes=deadline, utc_days=utc_days)
    if plan:
        from oracle.outputs.lists import plan_json, plan_text

        estimates = planned(here, wish, sources, settings.clock())
        typer.echo(plan_json(estimates) if output is Listing.JSON else plan_text(estimates))
        return
    outcome = gather(here, wish, sources, settings.clock())
    for line in outcome.lines:
        typer.echo(line, err=True)
    typer.echo(str(outcome.published))
    if outcome.failed:
        raise typer.Exit(1)


@app.command()
def publish(home: HomeOption = None) -> None:
    """Publish a version of what was collected.

    Every collect does it as well; this takes in rulebooks that were added since, and whatever the archive holds.
    """
    from oracle.gather import republish

    typer.echo(str(republish(settings.home(home).usable(), settings.clock())))


@app.command()
def demo(home: HomeOption = None) -> None:
    """Collect from local stand-ins, answer for BTC.

    Starts venues and a Bank of Russia with invented prices on 127.0.0.1, collects from them over HTTP, publishes
    into the folder demo of the home, and prints a quotation. Everything is marked DEMO.
    """
    from oracle.demo import demonstrate

    demonstrate(home)
