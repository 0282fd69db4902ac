"""The commands `oracle documents ...` and `oracle manual ...`: what a user files, and the lists of it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from oracle import settings
from oracle.commands.app import HomeOption, Listing, ListingOption, app
from oracle.documents import DOCUMENT_BYTES, HASH, said
from oracle.errors import HomeError, QuestionError

if TYPE_CHECKING:
    from oracle.filing import Kept

papers = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Documents of your own: an archived web page, a screenshot, a PDF, a venue's statement. They become part of "
    "the dataset: whoever may ask it may read them.",
)
manual = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Quotations of your own, entered by hand with a document. They are marked in every answer, and chosen only "
    "under a rulebook that allows it.",
)
app.add_typer(papers, name="documents")
app.add_typer(manual, name="manual")

AuthorOption = Annotated[str, typer.Option(help="Who answers for it; stands in every answer that shows it.")]


def _told(kept: "Kept") -> None:
    for line in kept.lines:
        typer.echo(line, err=True)
    typer.echo(kept.sha256)


@papers.command("add")
def add_document(
    file: Annotated[Path, typer.Argument(help=f"The document, at most {DOCUMENT_BYTES >> 20} MiB.")],
    *,
    author: AuthorOption,
    note: Annotated[str, typer.Option(help="What it is, and how it was come by.")],
    venue: Annotated[str | None, typer.Option(help="The organiser whose quotations it shows as published.")] = None,
    shows: Annotated[str | None, typer.Option(metavar="FROM..TO", help="The days that it shows, or one date.")] = None,
    address: Annotated[str | None, typer.Option(metavar="URL", help="Where it is from; nobody looks there.")] = None,
    home: HomeOption = None,
) -> None:
    """File a document, then publish; prints its hash.

    One that names a venue and days stands in answers beside the dated facts of publication. It changes no verdict.
    """
    from oracle.filing import add_document as add

    clock = settings.clock()
    facts = said(clock(), author=author, note=note, venue=venue, shows=shows, address=address)
    _told(add(settings.home(home).usable(), file, facts, clock))


@papers.command("list")
def list_documents(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """List the documents that were filed."""
    from oracle.store.listings import Listings
    from oracle.store.reads import Reads

    with Reads(settings.home(home).current) as reads:
        rows = Listings(reads).documents()
    shown = [
        (each["sha256"][:12], each["filed_at"].date(), each["venue"], _days(each), each["author"], each["note"])
        for each in rows
    ]
    _print(rows, ("sha256", "filed", "venue", "shows", "author", "note"), shown, output)


@papers.command("show")
def show_document(
    sha256: Annotated[str, typer.Argument(metavar="SHA256", help="Its hash, whole.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write its bytes here.")] = None,
    home: HomeOption = None,
) -> None:
    """Tell what was said of a document, as JSON; with -o write its very bytes into a new file."""
    from oracle.filing import document_bytes
    from oracle.store.listings import Listings
    from oracle.store.reads import Reads

    here, digest = settings.home(home), sha256.lower()
    with Reads(here.current) as reads:
        rows = Listings(reads).documents(digest)
        batches = Listings(reads).batches(digest)
    if not HASH.fullmatch(digest) or not rows:
        raise QuestionError(f"no document has the hash {sha256[:64]!r}; see `oracle documents list`")
    if output:
        body = document_bytes(here, digest, batches)
        try:
            with output.open("xb") as file:
                file.write(body)
        except OSError as error:
            raise HomeError(f"cannot write {output}: {error.strerror}; name a file that is not there yet") from error
    typer.echo(_json(rows))


@manual.command("add")
def add_manual(
    coin: Annotated[str, typer.Argument(help="Coin, for example BTC.")],
    day: Annotated[str, typer.Argument(metavar="DATE", help="Trading day whose close it is, YYYY-MM-DD.")],
    *,
    venue: Annotated[str, typer.Option(help="Its organiser: one of `oracle venues`, or a name of another.")],
    market: Annotated[str, typer.Option(help="BASE/QUOTE; QUOTE is a currency or a stablecoin.")],
    close: Annotated[str, typer.Option(help="The closing price as the document shows it, with a decimal point.")],
    document: Annotated[str, typer.Option(metavar="FILE|SHA256", help="What shows it; a file is filed with it.")],
    author: AuthorOption,
    reason: Annotated[str, typer.Option(help="Why it is entered by hand.")],
    closes_at: Annotated[
        str | None, typer.Option(metavar="INSTANT", help="When that day closed, if not with the venue's own day.")
    ] = None,
    home: HomeOption = None,
) -> None:
    """Enter a quotation by hand, then publish; prints its id.

    It never stands among the quotations that were collected. A rulebook whose manual_quotations is "allow" lets it be
    chosen where the venue is eligible and no eligible venue's own quotation was collected for the coin and day.
    """
    from oracle.filing import add_quotation
    from oracle.knowledge import knowledge
    from oracle.manual import wished

    here, clock = settings.home(home).usable(), settings.clock()
    wish = wished(
        knowledge(here.path),
        clock(),
        coin=coin,
        day=day,
        venue=venue,
        market=market,
        close=close,
        author=author,
        reason=reason,
        closes_at=closes_at,
    )
    _told(add_quotation(here, wish, document, clock))


@manual.command("withdraw")
def withdraw_manual(
    start: Annotated[str, typer.Argument(metavar="ID", help="Its id, or how it begins.")],
    *,
    reason: Annotated[str, typer.Option(help="Why it is withdrawn.")],
    home: HomeOption = None,
) -> None:
    """Withdraw a quotation that was entered by hand, then publish.

    Nothing is deleted: an answer as known before still has it.
    """
    from oracle.filing import withdraw

    _told(withdraw(settings.home(home).usable(), start, reason, settings.clock()))


@manual.command("list")
def list_manual(home: HomeOption = None, output: ListingOption = Listing.TEXT) -> None:
    """List the quotations that were entered by hand, those that were withdrawn too."""
    from oracle.store.listings import Listings
    from oracle.store.reads import Reads

    with Reads(settings.home(home).current) as reads:
        rows = Listings(reads).manual()
    shown = [
        (
            each["id"][:12],
            each["coin"],
            each["day"],
            each["venue"],
            each["market"],
            each["close_literal"],
            each["author"],
            f"withdrawn {each['withdrawn_at']:%Y-%m-%d}" if each["withdrawn_at"] else "stands",
        )
        for each in rows
    ]
    _print(rows, ("id", "coin", "day", "venue", "market", "close", "author", "state"), shown, output)


def _days(row: Mapping[str, Any]) -> str:
    first, last = row["first_day"], row["last_day"]
    return "" if first is None else str(first) if first == last else f"{first}..{last}"


def _print(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], shown: Sequence[Sequence[object]], output: Listing
) -> None:
    from oracle.outputs.table import listing

    typer.echo(_json(rows) if output is Listing.JSON else listing(columns, shown))


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    from oracle.outputs.tabular import told

    return json.dumps([told(each) for each in rows], indent=2, ensure_ascii=False)
