"""Kraken's, HTX's and Gate's own files: their columns, their names for markets, their days."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from oracle.archive import Archive
from oracle.errors import QuestionError
from oracle.imports.wish import bulk
from oracle.twin import Row, TwinData, TwinMarket
from oracle.venues import VENUES
from tests.conftest import Rig
from tests.imports.made import lines, millis, month, take, vision_rows, zip_of

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
MARCH = month(date(2025, 3, 1))


async def kraken_that_listed(rig: Callable[..., Rig]) -> Rig:
    """A home that has read Kraken's market list and one newest day."""
    home = rig(NOW)
    last = NOW.date() - timedelta(days=1)
    rows = (Row(last, "100", "102", "98", "101", "10", "1010"),)
    markets = tuple(TwinMarket(base, "USD", rows) for base in ("BTC", "ETH", "DOGE"))
    outcome = await home.collect_all(TwinData({"kraken": markets}, {}, demo=False), venues=frozenset(("kraken",)))
    assert "kraken" not in outcome.failures
    return home


def ohlcvt(shared: Path, name: str) -> bytes:
    """One of the real OHLCVT files."""
    return gzip.decompress((shared / "data" / "candles" / "kraken" / name).read_bytes())


async def test_krakens_own_zip(rig: Callable[..., Rig], shared: Path, tmp_path: Path) -> None:
    """Of the quarterly ZIP the files of days are read, each an observation of its own; turnover is bounded."""
    home = await kraken_that_listed(rig)
    path = tmp_path / "Kraken_OHLCVT.zip"
    bitcoin, ether = ohlcvt(shared, "XBTUSD_1d.ohlcvt.csv.gz"), ohlcvt(shared, "ETHUSD_1d.ohlcvt.csv.gz")
    path.write_bytes(zip_of({"XBTUSD_1440.csv": bitcoin, "XBTUSD_60.csv": b"no", "ETHUSD_1440.csv": ether}))
    told = take(home, bulk("kraken-ohlcvt", [path]))
    assert "imported 2 files of kraken-ohlcvt; 0 were imported before and skipped" in told.lines
    symbols = dict(home.sql("SELECT market, symbol FROM markets WHERE candles > 1"))
    assert symbols.keys() == {"BTC/USD", "ETH/USD"}
    assert "1 were imported before" not in take(home, bulk("kraken-ohlcvt", [path])).lines[-2]
    (row,) = home.sql(
        "SELECT close_literal, turnover_quote, turnover_low < turnover_high, source FROM candles "
        "WHERE coin = 'BTC' AND day = '2020-03-12'"
    )
    # The close on which the cross-checks of the real files agree.
    assert row == ("4850.0", None, True, "bulk file Kraken_OHLCVT.zip!XBTUSD_1440.csv")
    archive = Archive(home.home.archive)
    files = [each for batch in archive.batches() for each in archive.read(batch) if each.kind == "file"]
    assert [each.body for each in files] == [bitcoin, ether]
    # Days without a row are not answered for: twelve steps are missing in the bitcoin file.
    spans = home.stored(
        f"SELECT count(*) FROM answered WHERE symbol = '{symbols['BTC/USD']}' AND last_day < '2023-01-01'"
    )
    assert spans[0][0] > 1


async def test_krakens_names_come_from_its_list(rig: Callable[..., Rig], shared: Path, tmp_path: Path) -> None:
    """Without the list a file's market is not guessed; an unlisted one must be named, and not as a listed one."""
    path = tmp_path / "XMRUSD_1440.csv"
    path.write_bytes(ohlcvt(shared, "XMRUSD_1d.ohlcvt.csv.gz"))
    with pytest.raises(QuestionError, match="run `oracle collect --venue kraken --coin BTC` first"):
        take(rig(NOW, "empty"), bulk("kraken-ohlcvt", [path], ["XMRUSD=XMR/USD"]))
    home = await kraken_that_listed(rig)
    with pytest.raises(QuestionError, match="--market XMRUSD=BASE/QUOTE"):
        take(home, bulk("kraken-ohlcvt", [path]))
    with pytest.raises(QuestionError, match="a second name would count its turnover twice"):
        take(home, bulk("kraken-ohlcvt", [path], ["XMRUSD=BTC/USD"]))
    take(home, bulk("kraken-ohlcvt", [path], ["XMRUSD=XMR/USD"]))
    assert home.sql("SELECT market, state, candles FROM markets WHERE symbol = 'XMRUSD'") == [
        ("XMR/USD", "imported", 1549)
    ]


async def test_a_shifted_schema_is_no_ohlcvt(rig: Callable[..., Rig], shared: Path, tmp_path: Path) -> None:
    """A file that goes on in the order of the API has another number of cells."""
    home = await kraken_that_listed(rig)
    path = tmp_path / "XBTUSD_1440.csv"
    path.write_bytes(ohlcvt(shared, "XBTUSD_1d.ohlcvt-plus-rest.csv.gz"))
    with pytest.raises(QuestionError, match="line 1 has 8 cells where 7 are expected"):
        take(home, bulk("kraken-ohlcvt", [path]))
    hourly = path.rename(tmp_path / "XBTUSD_60.csv")
    with pytest.raises(QuestionError, match=r"XBTUSD_60.csv: holds candles of 60"):
        take(home, bulk("kraken-ohlcvt", [hourly]))


@pytest.mark.parametrize("heading", ["", "id,open,close,high,low,vol,amount\n"])
def test_htx(rig: Callable[..., Rig], tmp_path: Path, heading: str) -> None:
    """HTX's columns and its exponents; the example of its own description is the day that bears 12 May 2021."""
    home = rig(NOW)
    path = tmp_path / "BTCUSDT-1day-2021-05-12.zip"
    text = f"{heading}1620748800,56047.34,57042.49,57352.06,55749.73,5.218369366635794E8,9222.601164750704\n"
    path.write_bytes(zip_of({"BTCUSDT-1day-2021-05-12.csv": text}))
    take(home, bulk("htx", [path], ["btcusdt=BTC/USDT"]))
    found = home.sql("SELECT day::VARCHAR, symbol, open, close_literal, turnover_quote, source FROM candles")
    assert [tuple(map(str, row)) for row in found] == [
        (
            *("2021-05-12", "btcusdt", "56047.340000000000000000", "57042.49", "521836936.663579400000000000"),
            "bulk file BTCUSDT-1day-2021-05-12.zip",
        )
    ]


def test_gate(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """Gate's column order; its one volume is in the base asset; a file of weeks is no file of days."""
    path = tmp_path / "BTC_USDT-202503.csv.gz"
    rows = [[str(millis(day) // 1000), "10.5", "101", "103", "98", "100"] for day in MARCH]
    path.write_bytes(gzip.compress(lines(rows)))
    home = rig(NOW)
    take(home, bulk("gate", [path], ["BTC_USDT=BTC/USDT"]))
    found = home.sql("SELECT open, high, low, close, base_volume, turnover_quote, turnover_low FROM candles LIMIT 1")
    assert [str(each and each.normalize()) for each in found[0]] == ["1E+2", "103", "98", "101", "10.5", "None", "1029"]
    weeks = tmp_path / "BTC_USDT-202405.csv.gz"
    weeks.write_bytes(
        gzip.compress(lines([[str(millis(date(2024, 5, day)) // 1000), *rows[0][1:]] for day in (6, 13, 20)]))
    )
    with pytest.raises(QuestionError, match="has one row a week"):
        take(home, bulk("gate", [weeks]))


def test_a_format_of_a_venue_that_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Files of a venue without a reader here have no use, which is said before they are opened."""
    monkeypatch.delitem(VENUES, "gate", raising=False)
    with pytest.raises(QuestionError, match="this version reads no venue gate"):
        bulk("gate", [tmp_path])


def test_what_a_market_is_called_is_checked(rig: Callable[..., Rig], tmp_path: Path) -> None:
    """A second import may not call the same symbol another market, and a malformed name is no market."""
    path = tmp_path / "BTCUSDT-1d-2025-03.csv"
    path.write_bytes(lines(vision_rows(MARCH)))
    home = rig(NOW)
    take(home, bulk("binance-vision", [path], ["BTCUSDT=BTC/USDT"]))
    with pytest.raises(QuestionError, match="BTCUSDT is BTC/USDT on binance, not BTC/USD"):
        take(home, bulk("binance-vision", [path], ["BTCUSDT=BTC/USD"]))
    for wrong in ("BTCUSDT", "BTCUSDT=BTCUSDT", "=BTC/USDT", "A B=BTC/USDT", "BTCUSDT=BTC/BTC", "BTCUSDT=../USDT"):
        with pytest.raises(QuestionError, match=r"--market|is no name of a market"):
            bulk("binance-vision", [path], [wrong])
