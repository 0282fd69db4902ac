"""`oracle price`: a ledger of many rows in, priced rows out."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from oracle import settings
from oracle.commands.app import (
    ChooseOption,
    DatasetOption,
    HomeOption,
    KnownAtOption,
    RulebookOption,
    TaxpayerOption,
    app,
    dataset_path,
    latest_only,
)
from oracle.commands.asking import DEFAULT_POLICY, NOTHING_QUALIFIES, StablecoinPath
from oracle.days import parse_instant
from oracle.errors import HomeError, QuestionError

if TYPE_CHECKING:
    import pyarrow as pa

    from oracle.price.many import Priced
    from oracle.price.reading import How

# A row takes about two kilobytes on its way.
_MOST_ROWS, _MOST_BYTES = 1_000_000, 256 * 2**20
# About the past; who asks waits for no one else.
_MOST_DAYS, _MOST_COINS = 400, 200


class Form(StrEnum):
    """How the rows are written."""

    CSV = "csv"
    RU_CSV = "ru-csv"
    JSON = "json"
    NDJSON = "ndjson"
    PARQUET = "parquet"


@app.command()
def price(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with the columns coin, date and, if there are any, quantity and reference; or NDJSON."
        ),
    ],
    *,
    home: HomeOption = None,
    dataset: DatasetOption = "latest",
    output: Annotated[Path | None, typer.Option(help="Write here instead of to standard output.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How the rows are written.")] = Form.CSV,
    rulebook: RulebookOption = "tax-code",
    choose: ChooseOption = None,
    taxpayer: TaxpayerOption = None,
    stablecoin: Annotated[
        StablecoinPath | None,
        typer.Option(help="How prices and turnover in stablecoins become rubles, whatever the rulebook says."),
    ] = None,
    known_at: KnownAtOption = None,
    lang: Annotated[str, typer.Option(help="Language of the reasons: en or ru.")] = "en",
) -> None:
    """Price many rows at once: a coin on a date, with a quantity if there is one, and your own reference.

    One row comes out for each that went in, in the same order. Exit status 3 if any of them has no quotation.
    """
    from oracle.price.writing import written

    here, now = settings.home(home), settings.clock()()
    how = replace(how_to_price(here, rulebook, choose, taxpayer, lang), stablecoin=stablecoin)
    with _priced(here, dataset, ledger_in(file), how, now, known_at) as rows:
        body = written(rows, form.value)
        statuses = rows.statuses()
    _write(output, body)
    for status, count in statuses.items():
        typer.echo(f"{status}: {count}", err=True)
    if set(statuses) - {"quoted", "quoted_manual"}:
        raise typer.Exit(NOTHING_QUALIFIES)


@contextmanager
def _priced(
    here: settings.Home, dataset: str, asked: "pa.Table", how: "How", now: datetime, known_at: str | None
) -> "Iterator[Priced]":
    path = dataset_path(here, dataset)
    if known_at is None:
        from oracle.price.many import priced
        from oracle.store.reads import Reads

        with Reads(path) as reads, priced(reads, asked, how, now) as rows:
            yield rows
        return
    latest_only(dataset)
    from oracle.knowledge import knowledge
    from oracle.rewind import Most, not_to_come, priced_as_known_at

    instant = parse_instant(known_at)
    not_to_come(instant, now)
    known, most = knowledge(here.path), Most(_MOST_DAYS, _MOST_COINS)
    with priced_as_known_at(here.current, asked, how, instant, known, most) as rows:
        yield rows


def how_to_price(here: settings.Home, rulebook: str, choose: str | None, taxpayer: str | None, lang: str) -> "How":
    """The reading and the choice; QuestionError for both a taxpayer and a choice."""
    from oracle.price.reading import How
    from oracle.taxpayers import standing
    from oracle.venues import VENUES

    if taxpayer is None:
        return How(rulebook, choose or DEFAULT_POLICY, lang=lang)
    if choose is not None:
        raise QuestionError(f"either --taxpayer or --choose: the policy of {taxpayer[:40]} chooses already")
    return How(rulebook, taxpayer=standing(here.taxpayers, taxpayer, tuple(VENUES)), lang=lang)


def ledger_in(file: Path) -> "pa.Table":
    """The rows of a file, as they are asked about; QuestionError for one that cannot be read."""
    from oracle.price.ledger import of_json, of_ndjson
    from oracle.price.sheet import of_csv

    try:
        with file.open("rb") as source:
            body = source.read(_MOST_BYTES + 1)
    except OSError as error:
        raise QuestionError(f"cannot read {file}: {error.strerror}") from error
    if len(body) > _MOST_BYTES:
        raise QuestionError(f"{file} is larger than {_MOST_BYTES >> 20} MiB; split it")
    begins = body.lstrip()[:1]
    read = of_json if begins == b"[" or body.lstrip()[:200].replace(b" ", b"").startswith(b'{"rows"') else of_csv
    if begins == b"{" and read is of_csv:
        read = of_ndjson
    try:
        return read(body, _MOST_ROWS)
    except QuestionError as error:
        raise QuestionError(f"{file}: {error}") from error


def _write(output: Path | None, body: bytes) -> None:
    if output is None:
        sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise HomeError(f"cannot write {output}: {error.strerror}") from error
