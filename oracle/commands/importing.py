"""The commands `oracle import ...`: parse, take the files in, print where the answer stands."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from oracle import settings
from oracle.commands.app import HomeOption, app
from oracle.imports.wish import Wish, bulk, own

files = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Take in files: the exchanges' own bulk downloads, or your own csv. All files of a call are checked before "
    "the first is kept; what was imported before is skipped; then publish.",
)

app.add_typer(files, name="import")

PathsArgument = Annotated[list[Path], typer.Argument(help="Files, or folders of them; a .CHECKSUM beside is verified.")]
MarketOption = Annotated[
    list[str] | None,
    typer.Option(
        "--market", help="NAME=BASE/QUOTE, for a market that no list shows: BTCUSDT=BTC/USDT; may be repeated."
    ),
]


class TimeUnit(StrEnum):
    """How a file tells the opening of a day."""

    SECONDS = "s"
    MILLISECONDS = "ms"
    MICROSECONDS = "us"
    DATE = "iso-date"


def _run(wish: Wish, home: Path | None) -> None:
    from oracle.backfill import backfill

    done = backfill(settings.home(home).usable(), wish, settings.clock())
    for line in done.lines:
        typer.echo(line, err=True)
    typer.echo(str(done.published))


@files.command("binance-vision")
def binance_vision(paths: PathsArgument, *, market: MarketOption = None, home: HomeOption = None) -> None:
    """Files of data.binance.vision.

    Daily candles, a month or a day a file: BTCUSDT-1d-2025-03.zip or .csv.
    """
    _run(bulk("binance-vision", paths, market or ()), home)


@files.command("kraken-ohlcvt")
def kraken_ohlcvt(paths: PathsArgument, *, market: MarketOption = None, home: HomeOption = None) -> None:
    """Kraken's OHLCVT files.

    The quarterly ZIP, of which the files of days (XBTUSD_1440.csv) are read, or such files. They have no turnover.
    """
    _run(bulk("kraken-ohlcvt", paths, market or ()), home)


@files.command("htx")
def htx(paths: PathsArgument, *, market: MarketOption = None, home: HomeOption = None) -> None:
    """HTX's candle files.

    Daily candles, a month or a day a file: BTCUSDT-1day-2021-05-12.zip or .csv. Its days open at 16:00 UTC.
    """
    _run(bulk("htx", paths, market or ()), home)


@files.command("gate")
def gate(paths: PathsArgument, *, market: MarketOption = None, home: HomeOption = None) -> None:
    """Gate's candlesticks_1d files.

    A month a file: BTC_USDT-202503.csv.gz. They have no turnover.
    """
    _run(bulk("gate", paths, market or ()), home)


@files.command("csv")
def csv(
    file: Annotated[Path, typer.Argument(help="A csv, also gzipped or as the only file of a zip.")],
    *,
    venue: Annotated[str, typer.Option(help="The venue whose candles these are; see `oracle venues`.")],
    market: Annotated[str, typer.Option(help="BASE/QUOTE, for example BTC/USDT.")],
    columns: Annotated[
        str,
        typer.Option(
            help="Which column is what: time=0,open=1,high=2,low=3,close=4,volume=5,turnover=6 by position from 0, or "
            "by the names of the header line: time=Unix,open=Open,... Volume is in the base asset, turnover in the "
            "quote asset; only turnover may be left out."
        ),
    ],
    time_unit: Annotated[TimeUnit, typer.Option(help="What the time column counts since 1970, or iso-date for dates.")],
    note: Annotated[str, typer.Option(help="Where the file came from; stands in every answer that uses it.")],
    symbol: Annotated[str | None, typer.Option(help="The venue's own name of a market that its list lacks.")] = None,
    opens: Annotated[
        str | None, typer.Option(help="HH:MM UTC at which the day on a label opens; -HH:MM is the day before.")
    ] = None,
    made: Annotated[
        str | None, typer.Option(help="When the file was made, a date or an instant: later days are not believed.")
    ] = None,
    skip: Annotated[int, typer.Option(help="Lines before the table, such as a banner.")] = 0,
    delimiter: Annotated[str, typer.Option(help="Between cells: , ; | or tab.")] = ",",
    decimal: Annotated[str, typer.Option(help="Decimal mark: . or ,")] = ".",
    home: HomeOption = None,
) -> None:
    """Your own csv of one market's daily candles.

    Fills days that the venue itself has not told, and is marked as your file in every answer. Where the venue told a
    day otherwise, the file is refused.
    """
    wish = own(
        file,
        venue=venue,
        market=market,
        symbol=symbol,
        columns=columns,
        unit=time_unit.value,
        note=note,
        opens=opens,
        made=made,
        skip=skip,
        delimiter=delimiter,
        decimal=decimal,
    )
    _run(wish, home)
