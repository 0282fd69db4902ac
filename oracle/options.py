"""Options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class Listing(StrEnum):
    """How a list is printed."""

    TEXT = "text"
    JSON = "json"


HomeOption = Annotated[
    Path | None, typer.Option("--home", help="Home folder; default ORACLE_HOME, else data/live of a checkout.")
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
