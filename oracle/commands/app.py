"""The application that the commands join, and the options that they share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oracle import settings
from oracle.errors import QuestionError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Market quotations of coins in rubles under art. 282.3 of the Russian Tax Code, with their evidence. "
    "Exit status: 0 answered, 1 failed, 2 asked wrongly, 3 answered but nothing qualifies.",
)


class Listing(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Home folder; default ORACLE_HOME, else data/live of a checkout.")
]
DatasetOption = Annotated[
    str,
    typer.Option("--dataset", metavar="NAME", help="Ask this one: a frozen name, a version that is kept, or latest."),
]
RulebookOption = Annotated[str, typer.Option(help="Which reading of the rule judges; see `oracle rulebooks`.")]
# Of what is asked about many at once; `oracle quotation` tells what may stand here.
ChooseOption = Annotated[
    str | None, typer.Option(help="As for `oracle quotation`; largest-turnover if nothing is said.")
]
TaxpayerOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Choose by this taxpayer's policy; see `oracle taxpayers`.")
]
PaidOption = Annotated[str | None, typer.Option(metavar="RUB", help="What all of them cost, in rubles.")]
SoldOption = Annotated[str | None, typer.Option(metavar="RUB", help="What all of them were sold for, in rubles.")]
KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--as-known-at",
        metavar="INSTANT",
        help="Answer out of what had been received by then, for example 2026-04-30T12:00:00+03:00.",
    ),
]
ListingOption = Annotated[Listing, typer.Option("--format", help="text for people, json for machines.")]
VenuesOption = Annotated[list[str] | None, typer.Option("--venue", help="Only this venue; may be repeated.")]
EndpointOption = Annotated[
    list[str] | None,
    typer.Option(
        "--endpoint", help="NAME=URL: ask this address instead of the source's own (a venue or cbr); may be repeated."
    ),
]
UnpacedOption = Annotated[
    bool, typer.Option("--unpaced", help="Ask without pauses: only for local stand-ins, venues ban for it.")
]


def dataset_path(home: settings.Home, name: str) -> Path:
    """The published file that --dataset names; QuestionError lists the known ones."""
    from oracle.freezing.versions import path_of

    return path_of(home.published, name)


def latest_only(dataset: str) -> None:
    """Refuse --as-known-at of any other dataset."""
    if dataset != "latest":
        raise QuestionError("either --as-known-at or --dataset: a dataset knows what it knew when it was published")
