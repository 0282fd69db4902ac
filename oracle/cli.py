"""The command line `oracle`: parses, calls one room, prints; errors are one line on stderr and an exit status.

Exit status: 0 answered, 1 failed, 2 asked wrongly, 3 answered but nothing qualifies.
"""

import json
import sys
from typing import Annotated

import typer

import oracle
from oracle import operations, settings
from oracle.days import parse_day
from oracle.errors import OracleError
from oracle.options import EndpointOption, Format, HomeOption, Listing, ListingOption, UnpacedOption, VenuesOption

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Market quotations of coins in rubles under art. 282.3 of the Russian Tax Code, with their evidence. "
    "Exit status: 0 answered, 1 failed, 2 asked wrongly, 3 answered but nothing qualifies.",
)
NOTHING_QUALIFIES = 3
operations.register(app)


def main() -> None:
    """Entry point; expected failures become one line on stderr."""
    try:
        app()
    except OracleError as error:
        sys.stderr.write(f"oracle: {error}\n")
        sys.exit(error.exit_status)
    except KeyboardInterrupt:
        sys.stderr.write("oracle: interrupted; what was acknowledged is kept, run the same command to go on\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


@app.callback(invoke_without_command=True)
def _options(
    *, version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False
) -> None:
    if version:
        typer.echo(f"oracle {oracle.__version__}")
        raise typer.Exit


@app.command()
def where(home: HomeOption = None) -> None:
    """Print the home folder."""
    typer.echo(str(settings.home(home).path))


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
) -> None:
    """Collect what is missing, then publish.

    Asks the venues and the Bank of Russia for the days that are not there yet. May be killed and run again at any time.
    """
    from oracle.gather import gather, wanted

    here = settings.home(home).usable()
    wish = wanted(venue, market, coin, since, until)
    outcome = gather(here, wish, settings.sources(here, endpoint or [], unpaced=unpaced), settings.clock())
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
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """Answer with the quotations of a coin on a date.

    All of them in rubles, the verdicts on their venues under every rulebook with the reasons, and the choice.
    """
    from oracle.ask import Question, ask
    from oracle.store.reads import Reads

    asked = Question(coin, parse_day(day), venue, rulebook, choose)
    path = settings.home(home).current
    with Reads(path) as reads:
        answer = ask(reads, asked, settings.clock()())
    if output is Format.JSON:
        typer.echo(answer.model_dump_json(indent=2))
    elif output is Format.CSV:
        from oracle.outputs.rows import csv_text

        typer.echo(csv_text(answer), nl=False)
    else:
        from oracle.outputs.table import quotation as page

        typer.echo(page(answer, str(path)), nl=False)
    if answer.chosen is None:
        raise typer.Exit(NOTHING_QUALIFIES)


@app.command()
def venues(output: ListingOption = Listing.TEXT) -> None:
    """List the venues and how each publishes."""
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
    if output is Listing.JSON:
        typer.echo(json.dumps(rows, indent=2))
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


def _clock_text(seconds: float) -> str:
    return f"{int(seconds) % 86_400 // 3600:02}:00" + (" the day before" if seconds < 0 else "")


@app.command()
def rulebooks(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """List the rulebooks with clause and source.

    Every value of every reading of the rule, with the date from which it holds.
    """
    from oracle.knowledge import knowledge

    books = knowledge(settings.home(home).path).rulebooks
    rows = [
        {
            "rulebook": book.name,
            "title": book.title,
            "in_force_from": edition.in_force_from.isoformat(),
            "key": key,
            "value": getattr(edition, key),
            "clause": citation.clause,
            "source": citation.source,
        }
        for book in books.values()
        for edition in book.editions
        for key, citation in edition.citations.items()
    ]
    if output is Listing.JSON:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
        return
    from oracle.outputs.table import listing

    for book in books.values():
        typer.echo(f"{book.name}: {book.title}")
        shown = [
            (row["in_force_from"], row["key"], _value(row["value"]), row["source"])
            for row in rows
            if row["rulebook"] == book.name
        ]
        typer.echo(listing(("from", "key", "value", "source"), shown) + "\n")


def _value(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


@app.command()
def demo(home: HomeOption = None) -> None:
    """Collect from local stand-ins, answer for BTC.

    Starts eight venues and a Bank of Russia with invented prices on 127.0.0.1, collects from them over HTTP, publishes
    into the folder demo of the home, and prints a quotation. Everything is marked DEMO.
    """
    from oracle.demo import demonstrate

    demonstrate(home)
