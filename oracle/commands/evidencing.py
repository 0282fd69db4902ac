"""`oracle evidence` and `oracle verify`: one file by which a stranger checks quotations, and the check itself."""

from pathlib import Path
from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import (
    HomeOption,
    Listing,
    ListingOption,
    PaidOption,
    RulebookOption,
    SoldOption,
    TaxpayerOption,
    app,
)
from oracle.commands.asking import DEFAULT_POLICY, standing_of
from oracle.commands.pricing import ledger_in
from oracle.days import parse_instant, parse_when
from oracle.errors import QuestionError

LangOption = Annotated[str, typer.Option(help="Language: en or ru.")]


@app.command()
def evidence(
    coin: Annotated[str | None, typer.Argument(help="Coin, for example BTC.")] = None,
    day: Annotated[
        str | None, typer.Argument(metavar="DATE", help="Date of the operation or its instant, as for `quotation`.")
    ] = None,
    *,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Write the bundle here: a ZIP.")],
    home: HomeOption = None,
    venue: Annotated[str | None, typer.Option(help="Only this venue.")] = None,
    rulebook: RulebookOption = "tax-code",
    choose: Annotated[
        str | None,
        typer.Option("--choose", "--policy", help="As for `quotation`; largest-turnover if nothing is said."),
    ] = None,
    taxpayer: TaxpayerOption = None,
    quantity: Annotated[str | None, typer.Option(metavar="Q", help="So many coins, as for `quotation`.")] = None,
    paid: PaidOption = None,
    sold: SoldOption = None,
    known_at: Annotated[
        str | None,
        typer.Option("--as-known-at", metavar="INSTANT", help="Answer out of what had been received by then."),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option("--batch", metavar="LEDGER", help="Of all rows of a ledger, as for `price`, instead of one coin."),
    ] = None,
    most: Annotated[
        str,
        typer.Option(
            "--max-bytes",
            metavar="SIZE",
            help="With more responses than this (200M, 1G), those of markets without a quotation are only listed.",
        ),
    ] = "200M",
    lang: LangOption = "en",
) -> None:
    """Write the evidence of a quotation: one file that an auditor checks without us.

    The answer, every response that it rests on exactly as received, the rules, the calculation, and how to check it.
    It is verified before it is written.
    """
    from oracle.ask import Question
    from oracle.evidence.make import Sources, bundle, of_ledger
    from oracle.price.reading import How
    from oracle.taxed import deal
    from oracle.words import sheet

    here = settings.home(home)
    sources = Sources(here.current, here.archive, here.path)
    standing = standing_of(here, taxpayer, choose, venue, record=False)
    if batch:
        if coin or quantity or paid or sold or known_at:
            raise QuestionError("--batch takes coins, dates and quantities from the ledger, as they are known now")
        how = How(rulebook, choose or DEFAULT_POLICY, venue, standing, lang)
        made = of_ledger(sources, ledger_in(batch), how, output, bytes_of(most))
    elif coin is None or day is None:
        raise QuestionError("name a coin and a date, for example `oracle evidence BTC 2025-03-14 -o evidence.zip`")
    else:
        date, instant = parse_when(day)
        policy, told = choose or DEFAULT_POLICY, deal(quantity, paid, sold)
        question = Question(coin, date, venue, rulebook, policy, standing, instant, told, lang)
        then = parse_instant(known_at) if known_at else None
        if then and then > settings.clock()():
            raise QuestionError(f"{then:%Y-%m-%d %H:%M} UTC is still to come; leave --as-known-at out")
        made = bundle(sources, [question], output, then, most_bytes=bytes_of(most))
    figures = {
        "path": made.path,
        "bytes": made.bytes,
        "observations": made.observations,
        "sha256": made.manifest_sha256,
    }
    typer.echo(sheet(lang, "evidence")["made"].format(**figures), err=True)


def bytes_of(text: str) -> int:
    """A size such as 500K, 200M or 1G; QuestionError for anything else."""
    unit = {"K": 10, "M": 20, "G": 30}.get(text[-1:].upper())
    digits = text[:-1] if unit else text
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):  # noqa: PLR2004 - a terabyte
        raise QuestionError(f"--max-bytes {text[:20]!r}: write a size such as 500K, 200M or 1G")
    return int(digits) << (unit or 0)


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="Bundle of evidence: the ZIP that `oracle evidence` wrote.")],
    *,
    as_made: Annotated[
        bool,
        typer.Option(
            "--as-made",
            help="Take rules, registers and wording of another version's bundle as they stand in it; each is told.",
        ),
    ] = False,
    lang: LangOption = "en",
    output: ListingOption = Listing.TEXT,
) -> None:
    """Check a bundle of evidence offline: compute everything again from the raw responses, and say what agrees.

    Exit status 0 if everything agrees, 1 if anything does not, 2 if the file is no bundle. A bundle that another
    version made fails where it rests on a rule, an entry of a register or a sentence that is another one here; with
    --as-made it agrees if that is all.
    """
    import json

    from oracle.evidence.verify import verify as check
    from oracle.outputs.evidence import lines

    report = check(file, as_made=as_made)
    if output is Listing.JSON:
        typer.echo(json.dumps(report.document(), ensure_ascii=False, indent=2))
    else:
        for line in lines(list(report.lines), lang):
            typer.echo(line)
    if not report.agrees:
        raise typer.Exit(1)
