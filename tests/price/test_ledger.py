"""What a ledger may hold: every status, bad rows among good ones, exact quantities, spreadsheets."""

import io
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from oracle.cli import main  # noqa: F401 - joins the commands
from oracle.commands.app import app
from oracle.errors import MalformedError, QuestionError
from oracle.price.ledger import TooManyError, of_json, of_ndjson
from oracle.price.reading import How
from oracle.price.row import STATUSES, PricedRow
from oracle.price.sheet import of_csv
from oracle.price.writing import written
from tests.conftest import Rig
from tests.price.conftest import NOW, rows_of, told


def test_every_status_is_reached(home: Rig) -> None:
    """One ledger under four readings has rows of every status but the taxpayer's, each with a reason unless quoted.

    Quotations that a taxpayer entered are priced in tests/manual.
    """
    rows = [
        {"coin": "BTC", "date": "2025-01-14"},
        {"coin": "BTC", "date": "2024-12-30"},
        {"coin": "BTC", "date": "2024-12-10"},
        {"coin": "BTC", "date": "2026-01-01"},
        {"coin": "BTC", "date": "2008-01-01"},
        {"coin": "NOPE", "date": "2025-01-14"},
        {"coin": "HOT", "date": "2025-01-14"},
        {"coin": "ZZQX", "date": "2025-01-14"},
        {"coin": "BTC", "date": "14.01.2025"},
    ]
    found = [row for name in ("any", "tax-code", "any-refuse", "any-final") for row in told(home, rows, How(name))]
    assert {row["status"] for row in found} == set(STATUSES) - {"no_policy", "quoted_manual"}
    for row in found:
        assert (row["reason"] is None) == (row["status"] == "quoted")
        PricedRow.model_validate(row)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"coin": "BTC"}, "date"),
        ({"date": "2025-01-14"}, "coin"),
        ({"coin": 1, "date": "2025-01-14"}, "coin"),
        ({"coin": "", "date": "2025-01-14"}, "coin"),
        ({"coin": "B\nC", "date": "2025-01-14"}, "coin"),
        ({"coin": "B" * 61, "date": "2025-01-14"}, "coin"),
        ({"coin": "BTC", "date": "2025-02-30"}, "date"),
        ({"coin": "BTC", "date": "0000-01-01"}, "date"),
        ({"coin": "BTC", "date": "2025-01-14T10:00:00"}, "offset"),
        ({"coin": "BTC", "date": "2025-01-14", "quantity": "0"}, "quantity"),
        ({"coin": "BTC", "date": "2025-01-14", "quantity": "-1"}, "quantity"),
        ({"coin": "BTC", "date": "2025-01-14", "quantity": "1,5"}, "quantity"),
        ({"coin": "BTC", "date": "2025-01-14", "quantity": ""}, "quantity"),
        ({"coin": "BTC", "date": "2025-01-14", "quantity": [1]}, "quantity"),
        ({"coin": "BTC", "date": "2025-01-14", "reference": "x" * 201}, "reference"),
        ({"coin": "BTC", "date": "2025-01-14", "amount": "1"}, "amount"),
        ([1], "object"),
        (None, "object"),
    ],
)
def test_a_bad_row_harms_nobody(home: Rig, row: Any, says: str) -> None:
    """The rows before and after it are priced, and its own says what is wrong with it."""
    good = {"coin": "BTC", "date": "2025-01-14", "reference": 7}
    before, bad, after = told(home, [good, row, good], How("any"))
    assert (before["status"], before["reference"]) == ("quoted", "7")
    assert before == after
    assert bad["status"] == "malformed"
    assert says in bad["reason"]


def test_a_line_that_is_no_json_is_one_bad_row() -> None:
    """Of NDJSON the other lines stay; JSON as a whole cannot be read."""
    table = of_ndjson(b'{"coin":"BTC","date":"2025-01-14"}\n{"coin\n\n{"coin":"ETH","date":"2025-01-14"}', 10)
    assert table.column("coin").to_pylist() == ["BTC", None, "ETH"]
    assert [fault is None for fault in table.column("row_fault").to_pylist()] == [True, False, True]
    with pytest.raises(MalformedError, match="rows"):
        of_json(b'[{"coin"', 10)


def test_quantities_keep_their_digits(home: Rig) -> None:
    """A number of 18 decimals is no float on its way, and the value has all digits of the product."""
    digits = "123456789012345678.123456789012345678"
    body = f'[{{"coin":"BTC","date":"2025-01-14","quantity":{digits}}}]'
    (row,) = told(home, json.loads(body.replace(digits, f'"{digits}"')), How("any"))
    assert row["quantity"] == digits
    assert of_json(body.encode(), 1).column("quantity").to_pylist() == [digits]
    from decimal import Decimal, localcontext

    with localcontext(prec=100):
        assert Decimal(row["value_rub"]) == Decimal(digits) * Decimal(row["rub"])


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_formats_say_the_same(home: Rig, lang: str) -> None:
    """NDJSON and Parquet have the texts of the JSON, quotes and line ends in names included."""
    rows = [{"coin": 'A"\\,;', "date": "2025-01-14", "reference": 'x"\n;y'}, {"coin": "BTC", "date": "2025-01-14"}]
    with rows_of(home, rows, How("any", lang=lang)) as found:
        whole = json.loads(written(found, "json"))
        assert found.statuses() == {"quoted": 1, "unknown_coin": 1}
        assert [json.loads(line) for line in written(found, "ndjson").splitlines()] == whole
        table = pq.read_table(io.BytesIO(written(found, "parquet")))
        import csv

        lines = list(csv.DictReader(io.StringIO(written(found, "csv").decode(), newline="")))
    for name in ("reference", "coin", "status", "reason", "rub", "rub_kopecks", "observation", "rate"):
        assert table.column(name).to_pylist() == [row[name] for row in whole]
        assert [line[name] or None for line in lines] == [row[name] for row in whole]


def test_an_empty_ledger_is_an_empty_answer(home: Rig) -> None:
    """No row in, no row out."""
    assert told(home, []) == []


def test_a_sheet_with_uneven_rows_keeps_their_places() -> None:
    """A decimal comma without quotes makes one cell too many: that row says so, and the next one is read."""
    table = of_csv(b'coin,date,quantity\nBTC,2025-01-14,0,5\nETH,14.01.2025,"1 000,25"\n', 10)
    assert [bool(fault) for fault in table.column("row_fault").to_pylist()] == [True, False]
    assert table.column("written").to_pylist()[1] == "2025-01-14"
    assert table.column("quantity").to_pylist()[1] == "1000.25"


@pytest.mark.parametrize("read", [of_csv, of_json, of_ndjson])
def test_the_limit_holds_in_every_format(read: Any) -> None:
    """One row too many is refused."""
    body = {
        of_csv: b"coin,date\nBTC,2025-01-14\nBTC,2025-01-15\n",
        of_json: b'[{"coin":"BTC","date":"x"},{"coin":"BTC","date":"x"}]',
        of_ndjson: b'{"coin":"BTC","date":"x"}\n{"coin":"BTC","date":"x"}',
    }[read]
    assert read(body, 2).num_rows == 2
    with pytest.raises(TooManyError, match="at most 1"):
        read(body, 1)


def test_the_command_prices_a_file(home: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows out, their number by status on stderr; 0 if all are quoted, 3 if some are not, 2 for a file that is none."""
    monkeypatch.setenv("ORACLE_NOW", NOW.isoformat())
    ledger, out = tmp_path / "ledger.csv", tmp_path / "out.csv"
    ledger.write_bytes("Монета;Дата;Количество\nBTC;14.01.2025;0,5\n".encode("cp1251"))
    how = ["price", str(ledger), "--home", str(home.home.path), "--rulebook", "any"]
    done = CliRunner().invoke(app, how)
    assert (done.exit_code, done.stderr) == (0, "quoted: 1\n")
    assert ",0.5," in done.stdout
    ledger.write_bytes(b'{"coin":"BTC","date":"2025-01-14"}\n{"coin":"NOPE","date":"2025-01-14"}\n')
    done = CliRunner().invoke(app, [*how, "--format", "ru-csv", "--output", str(out)])
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr == "quoted: 1\nunknown_coin: 1\n"
    assert out.read_bytes().startswith(b"\xef\xbb\xbfreference;coin;")
    ledger.write_bytes(b"nothing\n")
    assert isinstance(CliRunner().invoke(app, how).exception, QuestionError)
