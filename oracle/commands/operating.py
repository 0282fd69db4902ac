"""The operator's commands: `up`, `status`, `gaps`, `doctor` and `metrics`."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Annotated, Any

import typer

from oracle import settings
from oracle.commands.app import EndpointOption, HomeOption, Listing, ListingOption, UnpacedOption, VenuesOption, app
from oracle.commands.asking import Format
from oracle.days import parse_day


@app.command()
def up(
    *,
    home: HomeOption = None,
    venue: VenuesOption = None,
    endpoint: EndpointOption = None,
    unpaced: UnpacedOption = False,
    metrics_port: Annotated[
        int | None, typer.Option(help="Serve Prometheus metrics on this port of 127.0.0.1; 0 takes a free one.")
    ] = None,
    api: Annotated[bool, typer.Option(help="Answer over HTTP too, as `oracle serve` does: see [api].")] = True,
    api_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port of the HTTP API.", show_default="8282")
    ] = None,
) -> None:
    """Collect at the due times until told to stop.

    Each venue after its day has closed, the Bank of Russia from 11:00 to 19:00 Moscow until tomorrow's rate is out, and
    at the start whatever was missed. SIGTERM or SIGINT stops it within 10 seconds with status 0, a second one at once.
    """
    from oracle.commands.serving import serving_of
    from oracle.schedule import up as run
    from oracle.venues import venue_named

    here = settings.home(home).usable()
    sources = settings.sources(here, endpoint or [], unpaced=unpaced)
    taken = frozenset(venue_named(name).name for name in venue or ())
    serving = serving_of(here, {} if api_port is None else {"port": api_port}).checked() if api else None
    run(here, taken, sources, settings.clock(), metrics_port, serving)


@app.command()
def status(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """Tell what is there, what is missed and what went wrong.

    Per source: markets, first and last day, missed closes, gaps, quarantined rows, revisions, last success, last error
    and the next run of `oracle up`.
    """
    from oracle.operate.health import health_rows
    from oracle.operate.lock import holder
    from oracle.store.watch import Watch

    here = settings.home(home)
    with Watch(here.current) as watch:
        dataset, rows = watch.dataset, health_rows(watch.sources(), settings.clock()(), watch.newest_rate())
    collector = holder(here.path)
    if output is Listing.JSON:
        document = {
            "dataset": dataset.version,
            "demo": dataset.demo,
            "published_at": dataset.published_at,
            "collector": collector and asdict(collector),
            "sources": rows,
        }
        typer.echo(json.dumps(document, indent=2, default=str))
        return
    demo = "  DEMO: invented prices" if dataset.demo else ""
    typer.echo(f"dataset {dataset.version}, published {dataset.published_at:%Y-%m-%d %H:%M} UTC{demo}")
    typer.echo(f"collector: {collector or 'none is running; next runs are those of `oracle up`'}")
    _table([_status_cells(row) for row in rows], right=("markets", "missed", "behind", "gaps", "revised", "not final"))
    for row in rows:
        for reason, count in row["quarantine"].items():
            typer.echo(f"quarantine of {row['source']}: {count} {reason}")
        if row["last_error"]:
            typer.echo(f"last error of {row['source']}: {row['last_error_at']:%Y-%m-%d %H:%M} {row['last_error']}")


def _status_cells(row: dict[str, Any]) -> dict[str, object]:
    missed = row["missed_closes"]
    return {
        "source": row["source"],
        "markets": f"{row['markets_with_candles']}/{row['markets']}",
        "first day": row["first_day"],
        "newest day": row["newest_day"] or "none",
        "missed": "all" if missed is None else missed,
        "behind": row["behind_markets"],
        "gaps": row["gaps"],
        "revised": row["revisions"],
        "not final": row["provisional_days"],
        "last success": row["last_success"] and f"{row['last_success']:%Y-%m-%d %H:%M}",
        "next run": f"{row['next_run']:%Y-%m-%d %H:%M}",
    }


@app.command()
def gaps(
    *,
    home: HomeOption = None,
    venue: Annotated[str | None, typer.Option(help="Only this venue.")] = None,
    coin: Annotated[str | None, typer.Option(help="Only markets of this coin.")] = None,
    since: Annotated[str | None, typer.Option(help="First day, YYYY-MM-DD; default: the venue's first.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day, YYYY-MM-DD; default: the last closed day.")] = None,
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """List the days that have no candle, and why.

    Per market and span of days: not_collected, failed (with the last error), no_deals (the venue answered without a
    candle), quarantined (with the check that the row broke).
    """
    from oracle.operate.gaps import Asked, Gap, find
    from oracle.store.watch import Watch
    from oracle.venues import venue_named

    asked = Asked(
        venue and venue_named(venue).name,
        coin and coin.upper(),
        parse_day(since) if since else None,
        parse_day(until) if until else None,
    )
    with Watch(settings.home(home).current) as watch:
        found = find(watch, asked, settings.clock()())
    if output is Format.JSON:
        typer.echo(json.dumps(asdict(found), indent=2, default=str))
    elif output is Format.CSV:
        writer = csv.DictWriter(sys.stdout, [field.name for field in fields(Gap)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(gap) for gap in found.gaps)
    else:
        if found.gaps:
            _table([asdict(gap) for gap in found.gaps], right=("days",))
        typer.echo(found.said)


@app.command()
def doctor(
    *,
    home: HomeOption = None,
    endpoint: EndpointOption = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no source.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Look into a sample of the archive only.")] = False,
    output: ListingOption = Listing.TEXT,
) -> None:
    """Examine this installation, the home and the sources.

    Disk space, archive against its hashes, store, published file, lock, exactness with a 22-digit price, and of each
    source whether and how it answers and what time it has. Exit status 1 if anything failed.
    """
    from oracle.operate.doctor import Grade, examine

    here = settings.home(home)
    sources = None if offline else settings.sources(here, endpoint or [], unpaced=False)
    checks = examine(here, sources, settings.clock(), quick=quick)
    if output is Listing.JSON:
        typer.echo(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        _table([asdict(check) for check in checks])
    if any(check.grade is Grade.FAILED for check in checks):
        raise typer.Exit(1)


@app.command()
def metrics(home: HomeOption = None) -> None:
    """Print the metrics for Prometheus.

    Those of the collector that is running, as it last wrote them, else what the published file tells.
    """
    from oracle.operate.lock import holder
    from oracle.operate.metrics import metrics_text, written_text

    here = settings.home(home)
    written = written_text(here) if holder(here.path) else None
    typer.echo(written or metrics_text(here, settings.clock()), nl=False)


def _table(rows: list[dict[str, Any]], *, right: Sequence[str] = ()) -> None:
    from oracle.outputs.table import listing

    columns = list(rows[0]) if rows else []
    typer.echo(listing(columns, [list(row.values()) for row in rows], right=right))
