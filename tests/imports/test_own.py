"""A user's own csv: all is said, nothing guessed; it fills gaps, never contradicts the venue, and is always marked."""

import csv
import gzip
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from oracle.archive import Archive
from oracle.errors import QuestionError
from tests.conftest import Rig
from tests.imports.made import lines, month, of_month, own_csv, real_vision, take, take_vision, vision, vision_rows

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
MARCH = month(date(2025, 3, 1))
CDD = "time={},open={},high={},low={},close={},volume={},turnover={}"


@pytest.fixture
def home(rig: Callable[..., Rig]) -> Rig:
    """An empty home."""
    return rig(NOW)


def own_rows(days: list[date], close: int = 100) -> list[list[str]]:
    """time in ms, open, high, low, close, volume, turnover."""
    return [[row[0][:13], *row[1:6], row[7]] for row in vision_rows(days, close)]


def written(tmp_path: Path, text: bytes | list[list[str]], name: str = "mine.csv") -> Path:
    """A file with this text."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else lines(text))
    return path


def test_every_answer_is_marked(home: Rig, tmp_path: Path) -> None:
    """The note stands in the quotation's source and in a warning, and in the published tables."""
    take(home, own_csv(written(tmp_path, own_rows(MARCH)), note="from  my broker's\nterminal [2025]"))
    answer = home.ask("BTC", "2025-03-14")
    assert [each.source for each in answer.quotations] == ["user file: from my broker's terminal [2025]"]
    marked = "not told by binance itself: BTC/USDT is from a user file: from my broker's terminal [2025]"
    assert marked in [each.text for each in answer.warnings]
    (row,) = home.sql("SELECT kind, url, detail FROM observations")
    assert row == ("file", "file:csv/mine.csv", "from my broker's terminal [2025]")
    assert {source for (source,) in home.sql("SELECT DISTINCT source FROM quotations")} == {answer.quotations[0].source}


def test_only_the_days_with_a_row_are_answered_for(home: Rig, tmp_path: Path) -> None:
    """A hole in a user's file says nothing about the days in it."""
    rows = own_rows(MARCH)
    take(home, own_csv(written(tmp_path, rows[20:] + rows[:10])))
    spans = home.stored("SELECT first_day::VARCHAR, last_day::VARCHAR FROM answered ORDER BY ALL")
    assert spans == [("2025-03-01", "2025-03-10"), ("2025-03-21", "2025-03-31")]
    assert len(home.sql("FROM candles")) == 21


def test_columns_by_name_semicolons_commas_seconds_and_no_turnover(home: Rig, tmp_path: Path) -> None:
    """Another dialect gives the same closes; without turnover it is bounded by low and high times volume."""
    text = "sep line\nvol;last;lo;hi;first;at\n" + "".join(
        ";".join([row[5], row[4], row[3], row[2], row[1]]).replace(".", ",") + f";{row[0][:10]}\r\n"
        for row in own_rows(MARCH)
    )
    wish = own_csv(
        written(tmp_path, b"\xef\xbb\xbf" + text.encode()),
        columns="time=at,open=first,high=hi,low=lo,close=last,volume=vol",
        unit="s",
        skip=1,
        delimiter=";",
        decimal=",",
    )
    take(home, wish)
    found = home.sql("SELECT close_literal, turnover_quote, turnover_low, turnover_high FROM candles ORDER BY day")
    assert [row[0] for row in found] == [row[4] for row in own_rows(MARCH)]
    assert [str(each) for each in found[0][2:]] == ["1031.625000000000000000", "1076.250000000000000000"]
    assert found[0][1] is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"columns": "time=0,open=1,high=2,low=3,close=4"}, "--columns lacks volume"),
        ({"columns": "time=0,open=1,high=2,low=3,close=4,volume=5,volume=6"}, "names volume twice"),
        ({"columns": "time=0,open=1,high=2,low=3,close=4,volume=4"}, "gives one column to two roles"),
        ({"columns": "time=Unix,open=1,high=2,low=3,close=4,volume=5"}, "mixes positions and names"),
        ({"columns": "time=0,price=1"}, "'price=1' is no ROLE=COLUMN"),
        ({"columns": "time=0,open=1,high=2,low=3,close=4,volume=17"}, r"column 17 \(volume\): the lines have only 7"),
        ({"columns": "time=a,open=b,high=c,low=d,close=e,volume=f"}, "line 1: the column 'a' is not in the header"),
        ({"unit": "s"}, r"line 1, column 0 \(time\): 1740787200000 is in milliseconds where seconds are expected"),
        ({"unit": "iso-date"}, "is no date YYYY-MM-DD"),
        ({"note": "  "}, "--note says where the file came from"),
        ({"note": "x" * 301}, "--note says where the file came from"),
        ({"venue": "mtgox"}, "unknown venue 'mtgox'"),
        ({"market": "BTCUSDT"}, "is no market; write BASE/QUOTE"),
        ({"symbol": None}, "BTC/USDT; give the venue's own name with --symbol"),
        ({"opens": "16:00"}, "days of binance open at 00:00 UTC; a file of days that open at 16:00 UTC"),
        ({"opens": "4pm"}, "write HH:MM in UTC"),
        (
            {"venue": "htx", "symbol": "btcusdt", "unit": "iso-date"},
            "16:00 if a date names the day .*, -08:00 if the day",
        ),
        ({"made": "yesterday"}, "not a date"),
        ({"made": "2025-03-14T12:00"}, "an instant needs its offset"),
        ({"made": "2025-03-01"}, "holds no day that had closed when it was made"),
        ({"decimal": ","}, "are the same mark"),
        ({"delimiter": "::"}, "--delimiter is"),
        ({"skip": 30}, "holds other|one row|no row"),
    ],
)
def test_a_wrong_description_is_refused(home: Rig, tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    """What the user says is held against the file and the venue before anything is kept."""
    rows = own_rows(MARCH)
    if changed == {"skip": 30}:
        rows = rows[:30]
    with pytest.raises(QuestionError, match=said):
        take(home, own_csv(written(tmp_path, rows), **changed))
    assert Archive(home.home.archive).batches() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"1740787200000,1,1,1,1,1,1\n\xff\xfe", r"line 2 is not UTF-8"),
        (b"1740787200000,1,1,1,1,1,1\n1740873600000,1,1,1,\x001,1,1", r"line 2 holds a NUL byte"),
        (b"1740787200000,1,1,1,1,1," + b"1" * 5000, r"line 1 is longer than 4096 characters"),
        (b"1,\n" * 40_001, r"has 40001 lines, more than 40000"),
        (b'1740787200000,1,1,1,1,1,"1\n1"\n', r"line 1 has an open quotation mark"),
        (b'1740787200000,1,1,1,1,1,"1"x\n', r"line 1 is no line of a csv"),
        (b"1740787200000;1;1;1;1;1;1\n", r"column 0 \(time\): .* is no time in milliseconds|only 1 cells"),
        (b'1740787200000,"1,5",2,1,1,1,1\n', r"column 1 \(open\): '1,5' has a comma; give --decimal ,"),
        (b"1740787200000,1 000,2000,1,1,1,1\n", r"column 1 \(open\): '1 000' is no number"),
        (b"1740787200000,7.39E+04,80000,1,5,1,1\n", r"column 1 \(open\): '7.39E\+04' was rounded by a spreadsheet"),
        (b"1740787200000,1,1,1,1,1,\n", r"column 6 \(turnover\): '' is no number"),
        (b"1740787200000,1,1,1,1,1,1\n1740873600,1,1,1,1,1,1\n", r"line 2, .* 1740873600 is in seconds where millisec"),
        (b"1740787200000,1,1,1,1,1,1\n1740787200000,1,1,1,1,1,1.5\n", r"lines 1 and 2 tell the day .* in two ways"),
        (b"1740787200000,1,2,3,1,1,1\n", r"1 of 1 rows break the check prices_out_of_order"),
        (b"1740787200000,0,0,0,0,0,0\n", r"1 of 1 rows break the check close_not_positive"),
        (b"1740787200000,1.1234567890123456789,2,1,1,1,1\n", r"break the check too_many_digits"),
        (b"1740787200000,1,1,1,1,1,1\n1741392000000,1,1,1,1,1,1\n1741996800000,1,1,1,1,1,1\n", r"has one row a week"),
        (b"1740790800000,1,1,1,1,1,1\n", r"opens at 2025-03-01 01:00 UTC, but days of binance open at 00:00 UTC"),
        (b"1788220800000,1,1,1,1,1,1\n", r"holds no day that had closed"),
    ],
)
def test_a_hostile_file_is_refused_with_its_place(home: Rig, tmp_path: Path, text: bytes, said: str) -> None:
    """Whatever stands in the file, the refusal names the line and nothing is kept."""
    with pytest.raises(QuestionError, match=said) as refused:
        take(home, own_csv(written(tmp_path, text)))
    assert str(refused.value).startswith("mine.csv: ")
    assert str(refused.value).endswith("; nothing was imported")
    assert Archive(home.home.archive).batches() == []


def test_a_day_told_twice_alike_is_one_day(home: Rig, tmp_path: Path) -> None:
    """A repeated row, as concatenated downloads have it, is taken once."""
    rows = own_rows(MARCH)
    take(home, own_csv(written(tmp_path, rows + rows[7:12])))
    assert len(home.sql("FROM candle_history")) == 31


def test_a_venue_on_another_clock(home: Rig, tmp_path: Path) -> None:
    """HTX's day of 14 March opens on the 13th at 16:00: a label may be either date, and the user says which."""
    rows = [[date_.isoformat(), *row[1:]] for date_, row in zip(MARCH, own_rows(MARCH), strict=True)]
    where = {"venue": "htx", "symbol": "btcusdt", "unit": "iso-date"}
    take(home, own_csv(written(tmp_path, rows), opens="16:00", **where))
    days = home.sql("SELECT min(day)::VARCHAR, max(day)::VARCHAR FROM candles")
    assert days == [("2025-03-02", "2025-04-01")]
    rows = [[f"{row[0]} 00:00:00", *row[1:]] for row in rows]
    other = own_csv(written(tmp_path, rows), opens="-08:00", market="ETH/USDT", **where | {"symbol": "ethusdt"})
    take(home, other)
    days = home.sql("SELECT min(day)::VARCHAR, max(day)::VARCHAR FROM candles WHERE symbol = 'ethusdt'")
    assert days == [("2025-03-01", "2025-03-31")]


# Real files, each with the defect that the manifest names.


def shared_csv(shared: Path, venue: str, name: str) -> Path:
    """One of the real files, gzipped as it lies there."""
    return shared / "data" / "candles" / venue / name


def test_epochs_that_a_spreadsheet_rounded(home: Rig, shared: Path) -> None:
    """1.78019E+12 has lost its day and 5/31/2026 can be read in two ways: both columns are refused by name."""
    path = shared_csv(shared, "binance", "BTCUSDT_1d.cdd-excel-damaged.csv.gz")
    columns = CDD.format("Unix", "Open", "High", "Low", "Close", "Volume BTC", "Volume USDT")
    with pytest.raises(QuestionError, match=r"line 3, column 0 \(Unix\): '1\.78019E\+12' was rounded by a spreadsheet"):
        take(home, own_csv(path, columns=columns, skip=1))
    with pytest.raises(QuestionError, match=r"line 3, column 1 \(Date\): '5/31/2026' is no date YYYY-MM-DD"):
        take(home, own_csv(path, columns=columns.replace("Unix", "Date"), unit="iso-date", skip=1))


@pytest.mark.parametrize(
    ("venue", "name", "volume", "turnover", "unit", "last"),
    [
        ("poloniex", "BTCUSDT_1d.cdd.csv.gz", "Volume BTC", "Volume USDT", "ms", r"\d+"),
        # swapped up to 2018-02-27 only: the last of the file's lines, for the newest stand first
        ("bitstamp", "BTCUSD_1d.cdd.csv.gz", "Volume BTC", "Volume USD", "s", "3875"),
    ],
)
def test_swapped_volume_columns(
    home: Rig, shared: Path, venue: str, name: str, volume: str, turnover: str, unit: str, last: str
) -> None:
    """Turnover in the column of volumes: refused with the lines, and the swap is named."""
    columns = CDD.format("unix", "open", "high", "low", "close", volume, turnover)
    wish = own_csv(shared_csv(shared, venue, name), columns=columns, unit=unit, skip=1)
    with pytest.raises(QuestionError, match=rf"lines \d+ to {last}: .* \(volume and turnover are swapped\)"):
        take(home, wish)


def test_a_single_implausible_row_is_kept_and_not_used(home: Rig, shared: Path) -> None:
    """KuCoin's own mistake of 2017-11-29 among 1,861 rows: said, in quarantine, the other days are taken."""
    path = shared_csv(shared, "kucoin", "BTCUSDT_1d.cdd.csv.gz")
    with gzip.open(path, "rt") as file:
        header = file.read().splitlines()[1].split(",")
    volume, turnover = (
        next(each for each in header if re.fullmatch(rf"Volume.*{coin}", each)) for coin in ("BTC", "USDT")
    )
    by = {each.lower(): each for each in header}
    columns = CDD.format(by["unix"], by["open"], by["high"], by["low"], by["close"], volume, turnover)
    told = take(home, own_csv(path, columns=columns, unit="s", skip=1, made="2022-11-29"))
    assert any("1 of 1861 rows break the check turnover_out_of_range" in line for line in told.lines)
    assert any("1 of 1861 rows are of days that had not closed: left out" in line for line in told.lines)
    assert home.sql("SELECT day::VARCHAR, reason FROM quarantine") == [("2017-11-29", "turnover_out_of_range")]
    assert home.sql("SELECT max(day)::VARCHAR, count(*) FROM candles") == [("2022-11-28", 1859)]


def test_a_newest_row_of_a_running_day(home: Rig, shared: Path) -> None:
    """Bitstamp's newest row is partial; told when the file was made, it is left out and not answered for."""
    path = shared_csv(shared, "bitstamp", "ADAUSD_1d.cdd.csv.gz")
    columns = CDD.format("unix", "open", "high", "low", "close", "Volume ADA", "Volume USD")
    where = {"venue": "coinbase", "market": "ADA/USD", "symbol": "ADA-USD", "unit": "s", "skip": 1}
    take(home, own_csv(path, columns=columns, made="2025-07-05T20:00:00Z", **where))
    assert home.sql("SELECT max(day)::VARCHAR FROM candles") == [("2025-07-04",)]
    assert home.stored("SELECT max(last_day)::VARCHAR FROM answered") == [("2025-07-04",)]


def test_a_schema_that_shifts_inside_a_file(home: Rig, shared: Path) -> None:
    """The last 80 rows of Kraken's file have an average where the volume was: refused at the line where it begins."""
    path = shared_csv(shared, "kraken", "XBTUSD_1d.ohlcvt-plus-rest.csv.gz")
    columns = "time=0,open=1,high=2,low=3,close=4,volume=5"
    where = {"venue": "kraken", "market": "BTC/USD", "symbol": "XXBTZUSD", "unit": "s"}
    with pytest.raises(QuestionError, match="line 3728, column 7: is empty in some lines and filled in others"):
        take(home, own_csv(path, columns=columns, **where))


def test_days_of_another_clock(home: Rig, shared: Path) -> None:
    """OKX's days from 16:00 UTC are not the days of the venue as it is collected here, and neither are Bitget's."""
    columns = "time=timestamp,open=open,high=high,low=low,close=close,volume=volume"
    path = shared_csv(shared, "okx", "BTC_1d.multi.csv.gz")
    with pytest.raises(QuestionError, match=r"opens at .* 16:00 UTC, but days of okx open at 00:00 UTC"):
        take(home, own_csv(path, venue="okx", symbol="BTC-USDT", columns=columns))
    with pytest.raises(QuestionError, match="days of bitget open at 00:00 UTC; a file of days that open at 16:00 UTC"):
        own_csv(shared_csv(shared, "bitget", "BTC_ETH_1d.collector.csv.gz"), venue="bitget", opens="16:00")


def test_two_markets_in_one_file(home: Rig, shared: Path) -> None:
    """A collector's file with BTC and ETH side by side tells each day in two ways."""
    path = shared_csv(shared, "binance", "BTC_ETH_1d.collector.csv.gz")
    columns = "time=date,open=open,high=high,low=low,close=close,volume=volume,turnover=quote_volume"
    with pytest.raises(QuestionError, match=r"lines 2 and 3 tell the day .* one file holds one market"):
        take(home, own_csv(path, columns=columns, unit="iso-date"))


@pytest.mark.parametrize(
    ("venue", "name", "day"),
    [
        ("binance", "BTC_ETH_1d.collector.csv.gz", "2025-12-06"),  # a frozen partial candle among good rows
        ("bybit", "BTC_1d.multi.csv.gz", r"\d{4}-\d\d-\d\d"),  # prices of a test network
    ],
)
def test_a_file_that_contradicts_the_venue(
    home: Rig, shared: Path, tmp_path: Path, venue: str, name: str, day: str
) -> None:
    """Where the venue's own figures are there, a frozen candle and a test network's prices are refused."""
    real = real_vision(shared_csv(shared, "binance", "BTCUSDT_1d.klines.csv.gz"))
    for period in ("2023-03", "2025-11", "2025-12"):
        vision(tmp_path / "vision", period, of_month(real, period))
    take_vision(home, tmp_path / "vision")
    before = home.figures()
    with gzip.open(shared_csv(shared, venue, name), "rt", newline="") as file:
        read = list(csv.DictReader(file))
    rows = [
        [row.get("date") or datetime.fromtimestamp(int(row["timestamp"]) / 1000, UTC).date().isoformat()]
        + [row[each] for each in ("open", "high", "low", "close", "volume")]
        for row in read
        if row.get("symbol", "BTCUSDT") == "BTCUSDT"
    ]
    path = written(tmp_path, rows)
    columns = "time=0,open=1,high=2,low=3,close=4,volume=5"
    with pytest.raises(QuestionError, match=rf"line \d+: \w+ of {day} is .*, but binance itself told"):
        take(home, own_csv(path, columns=columns, unit="iso-date"))
    assert home.figures() == before
