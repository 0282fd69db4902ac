"""Whatever is changed in a bundle is named: bytes by the hashes, figures with mended hashes by computing again."""

import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from oracle.evidence.layout import NoBundleError
from oracle.evidence.verify import verify
from tests.evidence.conftest import Bundled
from tests.evidence.rebuilding import rebuilt_once
from tests.evidence.remade import Change, in_json, in_page, in_text, remade


@pytest.fixture(scope="module", autouse=True)
def once() -> Iterator[None]:
    """What does not differ is rebuilt once."""
    with rebuilt_once():
        yield


ANSWER, RULES = "answers/00001.json", "rulebooks/tax-code.toml"


def named(path: Path) -> set[str]:
    """What is named of a bundle: the files that differ, or why it is none."""
    try:
        return {each.file for each in verify(path).faults}
    except NoBundleError as error:
        return {str(error)}


def test_every_flipped_byte_is_named(bundled: Bundled, tmp_path: Path) -> None:
    """Five hundred times one bit of one byte anywhere: it fails, and names the file in whose bytes it lies."""
    body, luck, path = bundled.path.read_bytes(), random.Random(20260203), tmp_path / "flipped.zip"  # noqa: S311
    with zipfile.ZipFile(bundled.path) as archive:
        starts = {each.header_offset: each.filename for each in archive.infolist()}
        end = archive.start_dir
    for _ in range(500):
        at = luck.randrange(len(body))
        flipped = bytearray(body)
        flipped[at] ^= 1 << luck.randrange(8)
        path.write_bytes(flipped)
        found = named(path)
        assert found, at
        # From there on the container lists its files: what it lists may be no bundle any more.
        if at < end:
            assert starts[max(start for start in starts if start <= at)] in found, at


def taken_out(_body: bytes) -> None:
    """A page that is not there any more."""


def other_day(body: bytes) -> bytes:
    """The page of the day before and after: every opening is moved by a day."""
    import json

    rows = json.loads(body)
    return json.dumps([[row[0] + 86_400_000, *row[1:6], row[6] + 86_400_000, *row[7:]] for row in rows]).encode()


def set_at(*path: Any) -> Callable[[Any], None]:
    """Put the last of the path at the place that the others name."""

    def change(document: Any) -> None:
        *way, last, value = path
        for each in way:
            document = document[each]
        assert document[last] != value
        document[last] = value

    return change


CHANGES: dict[str, tuple[Change, str, str]] = {
    "close": (in_json(ANSWER, set_at("quotations", 0, "close", "88004.56")), "close", "quotations[0].close"),
    "rate": (in_json(ANSWER, set_at("official_rates", 0, "rate", "91.03")), "rate", "official_rates[0].rate"),
    "rubles": (in_json(ANSWER, set_at("chosen", "rub", "8003365.1365")), "ruble", "chosen.rub"),
    "turnover": (
        in_json(ANSWER, set_at("venues", 1, "turnover_rub", "200000000000")),
        "turnover",
        "venues[1].turnover_rub",
    ),
    "verdict": (
        in_json(ANSWER, set_at("venues", 1, "verdicts", "tax-code", "verdict", "eligible")),
        "verdict",
        "venues[1].verdicts.tax-code.verdict",
    ),
    "warning": (in_json(ANSWER, lambda told: told["warnings"].append({})), "answer", "warnings"),
    "date asked": (in_json("question.json", set_at("questions", 0, "day", "2026-02-04")), "answer", "date"),
    "coin asked": (in_json("question.json", set_at("questions", 0, "coin", "ETH")), "answer", ""),
    "floor": (in_text(RULES, '"100000000000"', '"1000000000"'), "rule", "turnover_floor_rub"),
    "clause": (in_text(RULES, "exceeds 100 billion", "exceeds 10 billion"), "rule", "citations"),
    "register": (in_text("registers/assets.toml", 'kind = "stablecoin"', 'kind = "digital_currency"'), "", ""),
    "page of a close taken out": (in_page("BTCUSDT", "binance", taken_out), "", ""),
    "close in the page": (
        in_page("BTCUSDT", "binance", lambda body: body.replace(b"100004.55", b"100004.54")),
        "close",
        "quotations[1].close",
    ),
    "page of another day": (in_page("BTCUSDT", "binance", other_day), "", ""),
    "market list taken out": (in_page("", "okx", taken_out, "markets"), "", ""),
    "rate in the document": (
        in_page("USD", "cbr", lambda body: body.replace(b"80,03", b"80,13"), "rates"),
        "rate",
        "official_rates[1].rate",
    ),
    "step of the calculation": (in_json("calculation.json", set_at("venue_days", 0, "above_floor", False)), "step", ""),
    "publication": (in_json("publication/okx.json", set_at("gaps", [["2024-01-01", "2024-01-03"]])), "publication", ""),
    "received later": (
        in_json("observations.json", set_at(0, "received_at", "2027-01-01T00:00:00Z")),
        "time",
        "",
    ),
}


@pytest.mark.parametrize(("change", "code", "figure"), CHANGES.values(), ids=CHANGES.keys())
def test_a_changed_figure_is_named_though_all_hashes_fit(
    bundled: Bundled, tmp_path: Path, change: Change, code: str, figure: str
) -> None:
    """The figure is computed again and named with both values."""
    report = verify(remade(bundled.path, tmp_path / "remade.zip", change))
    assert "files" in {each.code for each in report.lines if each.ok}, report.faults
    assert report.faults
    if code:
        assert code in {each.code for each in report.faults if not figure or each.figure == figure}


def test_nothing_changed_is_nothing_named(bundled: Bundled, tmp_path: Path) -> None:
    """Packed anew as it was, a bundle is the same to the last byte."""
    again = remade(bundled.path, tmp_path / "again.zip", lambda _files: None)
    assert again.read_bytes() == bundled.path.read_bytes()
