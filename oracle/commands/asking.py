"""Commands that answer questions out of the published file."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from oracle import settings
from oracle.commands.app import (
    DatasetOption,
    HomeOption,
    KnownAtOption,
    Listing,
    ListingOption,
    PaidOption,
    RulebookOption,
    SoldOption,
    TaxpayerOption,
    app,
    dataset_path,
    latest_only,
)
from oracle.days import parse_instant, parse_when
from oracle.errors import QuestionError
from oracle.law.choice import POLICIES

if TYPE_CHECKING:
    from oracle.answer import Answer
    from oracle.law.taxpayer import Standing

DEFAULT_POLICY = POLICIES[0]
NOTHING_QUALIFIES = 3


class Format(StrEnum):
    """How an answer is printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


class StablecoinPath(StrEnum):
    """How prices in stablecoins become rubles."""

    PEG = "peg"
    MARKET = "market"
    REFUSE = "refuse"


@app.command()
def quotation(
    coin: Annotated[str, typer.Argument(help="Coin, for example BTC.")],
    day: Annotated[
        str,
        typer.Argument(
            metavar="DATE",
            help="Date of the operation, YYYY-MM-DD, or its instant with offset: 2025-03-14T01:30+03:00.",
        ),
    ],
    *,
    home: HomeOption = None,
    dataset: DatasetOption = "latest",
    venue: Annotated[str | None, typer.Option(help="Only this venue.")] = None,
    rulebook: RulebookOption = "tax-code",
    choose: Annotated[
        str | None,
        typer.Option(
            help="largest-turnover (if nothing is said), lowest, highest, as-tax-service, or venues or pairs in order "
            "of preference: okx,binance:BTC/USDT."
        ),
    ] = None,
    taxpayer: TaxpayerOption = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep the choice in the taxpayer's journal; later answers compare.")
    ] = False,
    quantity: Annotated[
        str | None, typer.Option(metavar="Q", help="So many coins: income, bounds, cost and benefit in rubles.")
    ] = None,
    paid: PaidOption = None,
    sold: SoldOption = None,
    known_at: KnownAtOption = None,
    sensitivity: Annotated[
        bool,
        typer.Option(
            "--sensitivity",
            help="A table instead: venues and rubles by the other floor, the coin's own turnover, stablecoins at "
            "market, the UTC day.",
        ),
    ] = False,
    stablecoin: Annotated[
        StablecoinPath | None,
        typer.Option(help="How prices and turnover in stablecoins become rubles, whatever the rulebook says."),
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the page and of the explanations: en or ru.")] = "en",
    output: Annotated[
        Format, typer.Option("--format", help="text for people, json or csv for machines.")
    ] = Format.TEXT,
) -> None:
    """Answer with the quotations of a coin on a date.

    All of them in rubles, the verdicts on their venues under every rulebook with the reasons, and the choice.
    """
    from oracle.ask import Question, ask
    from oracle.store.reads import Reads
    from oracle.taxed import deal

    here, now = settings.home(home), settings.clock()()
    standing = standing_of(here, taxpayer, choose, venue, record=record)
    date, instant = parse_when(day)
    worth, policy = deal(quantity, paid, sold), choose or DEFAULT_POLICY
    asked = Question(coin, date, venue, rulebook, policy, standing, instant, worth, lang, sensitivity, stablecoin)
    path = dataset_path(here, dataset)
    if known_at is None:
        with Reads(path) as reads:
            answer = ask(reads, asked, now)
    else:
        latest_only(dataset)
        from oracle.rewind import ask_as_known_at

        answer = ask_as_known_at(here, asked, parse_instant(known_at), now)
    _print(answer, output, str(path), lang)
    if record and taxpayer:
        _record(here, taxpayer, answer, now)
    if answer.chosen is None:
        raise typer.Exit(NOTHING_QUALIFIES)


def _print(answer: "Answer", output: Format, dataset: str, lang: str) -> None:
    """The answer; as CSV or a page the readings alone where these were asked for."""
    if output is Format.JSON:
        typer.echo(answer.model_dump_json(indent=2))
    elif output is Format.CSV:
        from oracle.outputs.rows import csv_text
        from oracle.outputs.sensitivity import sensitivity_csv

        typer.echo(sensitivity_csv(answer) if answer.sensitivity else csv_text(answer), nl=False)
    elif answer.sensitivity:
        from oracle.outputs.sensitivity import sensitivity_text

        typer.echo(sensitivity_text(answer, answer.sensitivity, dataset, lang), nl=False)
    else:
        from oracle.outputs.table import quotation as page

        typer.echo(page(answer, dataset, lang), nl=False)


def standing_of(
    here: settings.Home, name: str | None, choose: str | None, venue: str | None, *, record: bool
) -> "Standing | None":
    """The taxpayer whose policy chooses, if one was named."""
    if name is None:
        if record:
            raise QuestionError("--record keeps the choice for a taxpayer; name one with --taxpayer NAME")
        return None
    if choose is not None:
        raise QuestionError(f"either --taxpayer or --choose: the policy of {name[:40]} chooses already")
    if venue is not None:
        raise QuestionError("a taxpayer's policy chooses among all venues; leave --venue or --taxpayer out")
    from oracle.taxpayers import standing
    from oracle.venues import VENUES

    return standing(here.taxpayers, name, tuple(VENUES))


def _record(here: settings.Home, name: str, answer: "Answer", now: datetime) -> None:
    """Keep what was chosen; nothing is kept where nothing was."""
    from oracle.law.taxpayer import Recorded
    from oracle.taxpayers import journal, record

    if answer.chosen is None:
        typer.echo("nothing was chosen, so nothing is recorded", err=True)
        return
    taken = answer.chosen
    path = journal(here.taxpayers, name)
    choice = (answer.coin, answer.date, taken.venue, taken.market, taken.policy)
    record(path, Recorded(now, *choice, demo=answer.dataset.demo, manual=taken.manual))
    typer.echo(f"recorded in {path}", err=True)


@app.command()
def revisions(
    home: HomeOption = None,
    dataset: DatasetOption = "latest",
    since: Annotated[str, typer.Option(help="From this instant on.")] = "2009-01-03T00:00:00Z",
    output: ListingOption = Listing.TEXT,
) -> None:
    """List what the venues have restated.

    Each figure before and after, when it was noticed, and which published figures it touches.
    """
    from oracle.outputs.lists import revisions_json, revisions_text
    from oracle.store.reads import Reads

    with Reads(dataset_path(settings.home(home), dataset)) as reads:
        rows = reads.revisions(parse_instant(since))
    typer.echo(revisions_json(rows) if output is Listing.JSON else revisions_text(rows))
