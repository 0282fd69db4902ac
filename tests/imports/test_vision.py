"""Binance's own bulk files: what they tell becomes observations, candles and coverage like any answer of its API."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oracle.archive import Archive
from oracle.collect.read import read
from oracle.errors import QuestionError
from oracle.terms import CandlePage
from tests.conftest import Rig
from tests.imports.made import (
    lines,
    month,
    of_month,
    own_csv,
    real_vision,
    take,
    take_vision,
    vision,
    vision_rows,
    zip_of,
)

NOW = datetime(2026, 4, 30, 12, tzinfo=UTC)
KLINES = ("data", "candles", "binance", "BTCUSDT_1d.klines.csv.gz")


@pytest.fixture
def home(rig: Callable[..., Rig]) -> Rig:
    """An empty home."""
    return rig(NOW)


def test_real_months_on_both_sides_of_the_change_of_units(home: Rig, shared: Path, tmp_path: Path) -> None:
    """December 2024 in milliseconds and January 2025 in microseconds give the closes of the file, digit for digit."""
    rows = real_vision(shared.joinpath(*KLINES))
    for period in ("2024-12", "2025-01"):
        vision(tmp_path / "vision", period, of_month(rows, period), checksum=True)
    told = take_vision(home, tmp_path / "vision").lines
    assert "imported 2 files of binance-vision; 0 were imported before and skipped" in told
    assert not [line for line in told if "CHECKSUM" in line]
    closes = dict(home.sql("SELECT day::VARCHAR, close_literal FROM candles"))
    assert len(closes) == 62
    # The close on which independent sources agree.
    assert closes["2024-12-31"] == "93576.00000000"
    wanted = {str(datetime.fromtimestamp(int(row[0][:10]), UTC).date()): row[4] for row in rows}
    assert closes == {day: wanted[day] for day in closes}


def test_every_answer_names_the_bulk_file(home: Rig, tmp_path: Path) -> None:
    """A quotation out of a bulk file says so in JSON, CSV, text and SQL, and needs no warning."""
    from oracle.outputs.rows import csv_text
    from oracle.outputs.table import quotation

    take_vision(home, vision(tmp_path, "2025-03", vision_rows(month(date(2025, 3, 1)))))
    answer = home.ask("BTC", "2025-03-14")
    assert [each.source for each in answer.quotations] == ["bulk file BTCUSDT-1d-2025-03.zip"]
    assert not [each for each in answer.warnings if each.code == "user_file"]
    assert "bulk file BTCUSDT-1d-2025-03.zip" in csv_text(answer)
    assert "From files\n  binance BTC/USDT: bulk file BTCUSDT-1d-2025-03.zip" in quotation(answer, "x")
    assert home.sql("SELECT kind, url, first_day::VARCHAR, last_day::VARCHAR FROM observations") == [
        ("file", "file:binance-vision/BTCUSDT-1d-2025-03.zip", "2025-03-01", "2025-03-31")
    ]


def test_the_archive_alone_gives_the_same_store(home: Rig, tmp_path: Path) -> None:
    """The file's bytes are the evidence: without store and files the archive gives the same published tables."""
    path = vision(tmp_path, "2025-03", vision_rows(month(date(2025, 3, 1))))
    body = path.read_bytes()
    take_vision(home, path)
    before = home.figures()
    path.unlink()
    home.home.store.unlink()
    from oracle.gather import republish

    republish(home.home, lambda: home.now)
    assert home.figures() == before
    archive = Archive(home.home.archive)
    (observation,) = [each for batch in archive.batches() for each in archive.read(batch)]
    assert observation.body == body
    page = read(observation)
    assert isinstance(page, CandlePage)
    assert (page.rows.num_rows, page.answered) == (31, observation.span)
    assert str(tmp_path) not in repr(observation)


def test_the_same_file_again_is_skipped_and_said(home: Rig, tmp_path: Path) -> None:
    """Importing again changes nothing and says that it was there."""
    path = vision(tmp_path, "2025-03", vision_rows(month(date(2025, 3, 1))))
    first = take_vision(home, path)
    before = home.figures(), home.sql("FROM observations")
    told = take_vision(home, path, path)
    assert "imported 0 files of binance-vision; 1 were imported before and skipped" in told.lines
    assert told.published == first.published
    assert (home.figures(), home.sql("FROM observations")) == before


def test_a_reissued_file_is_a_revision(home: Rig, tmp_path: Path) -> None:
    """A file under the same name with another close: both stay, the newer one counts, which is said."""
    days = month(date(2025, 3, 1))
    take_vision(home, vision(tmp_path / "old", "2025-03", vision_rows(days)))
    rows = vision_rows(days)
    rows[13][4] = "114.00"
    home.now = datetime(2026, 5, 1, tzinfo=UTC)
    told = take_vision(home, vision(tmp_path / "new", "2025-03", rows))
    assert "; 1 figures were revised" in told.lines[-2]
    history = home.sql("SELECT close_literal, known_to IS NULL FROM candle_history WHERE day = '2025-03-14' ORDER BY 2")
    assert history == [("114.75", False), ("114.00", True)]


def test_a_day_without_a_row_in_a_named_period_had_none(home: Rig, tmp_path: Path) -> None:
    """A market's first month begins in its middle: the days before are answered for, not missing."""
    days = month(date(2025, 3, 1))[16:]
    take_vision(home, vision(tmp_path, "2025-03", vision_rows(days)))
    assert home.stored("SELECT first_day::VARCHAR, last_day::VARCHAR FROM answered") == [("2025-03-01", "2025-03-31")]


def test_a_checksum_of_other_bytes_refuses(home: Rig, tmp_path: Path) -> None:
    """A file that is not what its checksum says is not taken, nor are the files beside it."""
    good = vision(tmp_path, "2025-02", vision_rows(month(date(2025, 2, 1))), checksum=True)
    bad = vision(tmp_path, "2025-03", vision_rows(month(date(2025, 3, 1))), checksum=True)
    bad.write_bytes(good.read_bytes())
    with pytest.raises(QuestionError, match=r"BTCUSDT-1d-2025-03\.zip has another checksum .* nothing was imported"):
        take_vision(home, good, bad)
    assert Archive(home.home.archive).batches() == []


@pytest.mark.parametrize(
    "text", ["", "deadbeef  BTCUSDT-1d-2025-03.zip", "0" * 64 + "  ETHUSDT-1d-2025-03.zip", "\0" * 80]
)
def test_a_checksum_that_is_none_refuses(home: Rig, tmp_path: Path, text: str) -> None:
    """A damaged checksum, or one of another file, is no checksum."""
    path = vision(tmp_path, "2025-03", vision_rows(month(date(2025, 3, 1))))
    path.with_name(path.name + ".CHECKSUM").write_text(text)
    with pytest.raises(QuestionError, match="is no checksum of"):
        take_vision(home, path)


def test_a_heading_is_accepted_only_as_documented(home: Rig, tmp_path: Path) -> None:
    """The documented header line is read over; another one is refused naming line and column."""
    heading = (
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume"
    )
    rows = lines(vision_rows(month(date(2025, 3, 1))))
    good, bad = tmp_path / "BTCUSDT-1d-2025-03.csv", tmp_path / "ETHUSDT-1d-2025-03.csv"
    good.write_bytes(f"{heading},ignore\n".encode() + rows)
    bad.write_bytes(f"{heading},nothing\n".encode() + rows)
    take_vision(home, good)
    assert len(home.sql("FROM candles")) == 31
    with pytest.raises(QuestionError, match=r"ETHUSDT-1d-2025-03\.csv: line 1, column 0 \(time\): 'open_time'"):
        take_vision(home, bad, markets=("ETHUSDT=ETH/USDT",))


def _changed(at: int, column: int, text: str) -> bytes:
    rows = vision_rows(month(date(2025, 3, 1)))
    rows[at][column] = text
    return lines(rows)


MARCH = month(date(2025, 3, 1))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("BTCUSDT-1d-2025-03", _changed(4, 0, "1741132800000"), r"line 5, column 0 \(time\): 1741132800000 is in mill"),
        ("BTCUSDT-1d-2024-03", lines(vision_rows(MARCH)), r"line 1, column 0 \(time\): .* is in microseconds"),
        ("BTCUSDT-1d-2025-02", lines(vision_rows(MARCH)), r"the file's name says 2025-02-01 to 2025-02-28"),
        ("BTCUSDT-1d-2025-03-09", lines(vision_rows(MARCH)), r"line 1, .* is the day 2025-03-01"),
        ("BTCUSDT-1d-2025-03", _changed(0, 0, "1740830400000000"), r"line 1, .* opens at 2025-03-01 12:00 UTC"),
        ("BTCUSDT-1h-2025-03", lines(vision_rows(MARCH)), r"holds candles of 1h; .* only files of 1d are read"),
        ("BTCUSDT-1d-2025-13", lines(vision_rows(MARCH)), r"names no day that there is"),
        ("BTCUSDT", lines(vision_rows(MARCH)), r"is not named like a file of binance-vision, for example BTCUSDT-1d-"),
        (
            "XXXUSDT-1d-2025-03",
            lines(vision_rows(MARCH)),
            r"XXXUSDT is in no market list .* --market XXXUSDT=BASE/QUOTE",
        ),
        ("BTCUSDT-1d-2025-03", _changed(2, 4, "=1+1"), r"line 3, column 4 \(close\): '=1\+1' is a formula"),
        ("BTCUSDT-1d-2025-03", _changed(2, 4, "-5"), r"line 3, column 4 \(close\): '-5' is no number"),
        ("BTCUSDT-1d-2025-03", _changed(2, 4, "NaN"), r"line 3, column 4 \(close\): 'NaN' is no number"),
        ("BTCUSDT-1d-2025-03", _changed(2, 8, "many"), r"line 3, column 8: 'many' is no number"),
        ("BTCUSDT-1d-2025-03", _changed(2, 0, "1.74E+15"), r"line 3, .* was rounded by a spreadsheet"),
        ("BTCUSDT-1d-2025-03", _changed(2, 0, "99"), r"line 3, .* is no time between 2009 and 2100"),
        ("BTCUSDT-1d-2025-03", _changed(2, 11, "0,1"), r"line 3 has 13 cells where 12 are expected"),
        (
            "BTCUSDT-1d-2025-03",
            lines(vision_rows(MARCH) + vision_rows(MARCH, 101)[3:4]),
            r"lines 4 and 32 tell the day",
        ),
        ("BTCUSDT-1d-2025-03", b"", r"holds no row of a candle"),
        ("BTCUSDT-1d-2026-04", lines(vision_rows(month(date(2026, 4, 1)))), r"until 2026-04-30, which has not closed"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    home: Rig, tmp_path: Path, name: str, text: bytes, said: str
) -> None:
    """Wrong columns, mixed epochs, rows of other days, other intervals: refused with place and reason, nothing kept."""
    good = vision(tmp_path / "good", "2025-01", vision_rows(month(date(2025, 1, 1))))
    bad = tmp_path / f"{name}.csv"
    bad.write_bytes(text)
    with pytest.raises(QuestionError, match=said) as refused:
        take_vision(home, good, bad)
    assert f"{name}.csv: " in str(refused.value)
    assert refused.value.exit_status == 2
    assert Archive(home.home.archive).batches() == []
    assert not home.home.current.exists()


def test_a_zip_holds_the_file_that_its_name_says(home: Rig, tmp_path: Path) -> None:
    """A ZIP with another market's or month's file inside is refused."""
    path = tmp_path / "BTCUSDT-1d-2025-03.zip"
    path.write_bytes(zip_of({"BTCUSDT-1d-2025-04.csv": lines(vision_rows(month(date(2025, 4, 1))))}))
    with pytest.raises(QuestionError, match="the file of another market or period"):
        take_vision(home, path)


def test_two_files_of_a_call_may_not_contradict_each_other(home: Rig, tmp_path: Path) -> None:
    """A month and a day of it that tell the day in two ways are refused: it is not known which is the re-issued one."""
    month_file = vision(tmp_path, "2025-03", vision_rows(MARCH))
    day_file = vision(tmp_path, "2025-03-14", vision_rows([date(2025, 3, 14)]))
    with pytest.raises(QuestionError, match="another file of this call tells that day of BTCUSDT otherwise"):
        take_vision(home, month_file, day_file)
    same, other = tmp_path / "BTCUSDT-1d-2025-03.csv", tmp_path / "ETHUSDT-1d-2025-03.csv"
    for path in (same, other):
        path.write_bytes(lines(vision_rows(MARCH)))
    with pytest.raises(QuestionError, match="the same bytes were imported in this call as binance BTCUSDT"):
        take_vision(home, same, other, markets=("BTCUSDT=BTC/USDT", "ETHUSDT=ETH/USDT"))


def test_the_same_bytes_are_not_read_in_two_ways(home: Rig, tmp_path: Path) -> None:
    """A file that was imported as a user's own is not imported again under another note."""
    path = tmp_path / "mine.csv"
    path.write_bytes(lines([[row[0][:-3], *row[1:6], row[7]] for row in vision_rows(MARCH)]))
    take(home, own_csv(path))
    assert "1 were imported before" in take(home, own_csv(path)).lines[-2]
    with pytest.raises(QuestionError, match="the same bytes were imported on 2026-04-30 as binance BTCUSDT"):
        take(home, own_csv(path, note="from somewhere else"))


def test_of_days_before_the_oldest_file_nothing_is_concluded(home: Rig, tmp_path: Path) -> None:
    """A market known from files only: whether it was published before them is open under every reading, in SQL too."""
    take_vision(home, vision(tmp_path, "2025-03", vision_rows(month(date(2025, 3, 1)))))
    (venue,) = [each for each in home.ask("BTC", "2025-03-14").venues if each.venue == "binance"]
    told = {name: {each.code: each.result for each in part.reasons} for name, part in venue.verdicts.items()}
    for name in ("tax-code", "tax-code-per-coin", "hundred-million-per-coin"):
        assert told[name]["publication_start_not_collected"] == "open", name
        (row,) = home.sql(
            "SELECT publication_begin_test "
            f"FROM coin_verdicts('BTC', DATE '2025-03-14', '{name}') WHERE venue = 'binance'"
        )
        assert row == ("open",)
