"""Files in the exchanges' own shapes, made in memory of real candles where these are at hand, of invented ones else."""

import csv
import gzip
import hashlib
import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from oracle.backfill import Backfilled, backfill
from oracle.imports.wish import Wish, bulk, own
from tests.conftest import Rig

DAY_MS = 86_400_000
SINCE_2025_MS = 1_735_689_600_000


def millis(day: date) -> int:
    """00:00 UTC of a day."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def vision_rows(days: list[date], close: int = 100) -> list[list[str]]:
    """Rows as data.binance.vision writes them, in the unit of their year."""
    rows = []
    for at, day in enumerate(days):
        opened, price = millis(day), close + at
        scale = 1000 if opened >= SINCE_2025_MS else 1
        closes = (opened + DAY_MS) * scale - 1
        prices = [f"{price}.00", f"{price + 2}.50", f"{price - 2}.25", f"{price + 1}.75"]
        rows.append([str(opened * scale), *prices, "10.5", str(closes), f"{price * 105 // 10}.0", "7", "1", "2", "0"])
    return rows


def real_vision(path: Path) -> list[list[str]]:
    """Rows of a file of klines as data.binance.vision would hold them: microseconds from 2025 on."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    for row in rows:
        if int(row[0]) >= SINCE_2025_MS:
            row[0], row[6] = f"{row[0]}000", f"{row[6]}999"
    return rows


def of_month(rows: list[list[str]], month: str) -> list[list[str]]:
    """Those of 2025-03."""
    return [row for row in rows if day_of(row).isoformat().startswith(month)]


def day_of(row: list[str]) -> date:
    """The day of a row in either unit."""
    return datetime.fromtimestamp(int(row[0][:10]), UTC).date()


def lines(rows: list[list[str]]) -> bytes:
    """As the text of a csv."""
    return "".join(",".join(row) + "\n" for row in rows).encode()


def zipped(**members: bytes | str) -> bytes:
    """A ZIP of these members; two underscores stand for a point, for names are keywords here."""
    return zip_of({name.replace("__", "."): text for name, text in members.items()})


def zip_of(members: dict[str, bytes | str]) -> bytes:
    """A ZIP of these members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def vision(
    folder: Path, period: str, rows: list[list[str]], symbol: str = "BTCUSDT", *, checksum: bool = False
) -> Path:
    """A file of data.binance.vision on disk."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{symbol}-1d-{period}"
    path = folder / f"{stem}.zip"
    path.write_bytes(zip_of({f"{stem}.csv": lines(rows)}))
    if checksum:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        path.with_name(path.name + ".CHECKSUM").write_text(f"{digest}  {path.name}\n")
    return path


def month(first: date) -> list[date]:
    """The days of a month."""
    days, day = [], first
    while day.month == first.month:
        days.append(day)
        day += timedelta(days=1)
    return days


def take(rig: Rig, wish: Wish) -> Backfilled:
    """Import into the rig's home at the rig's instant."""
    return backfill(rig.home, wish, lambda: rig.now)


def take_vision(rig: Rig, *paths: Path, markets: tuple[str, ...] = ("BTCUSDT=BTC/USDT",)) -> Backfilled:
    """Import files of data.binance.vision."""
    return take(rig, bulk("binance-vision", paths, markets))


def own_csv(path: Path, **told: Any) -> Wish:
    """A user's own file: Binance's BTC/USDT by position and in milliseconds, unless told otherwise."""
    usual: dict[str, Any] = {
        "venue": "binance",
        "market": "BTC/USDT",
        "symbol": "BTCUSDT",
        "columns": "time=0,open=1,high=2,low=3,close=4,volume=5,turnover=6",
        "unit": "ms",
        "note": "from my own notes",
        "opens": None,
        "made": None,
        "skip": 0,
        "delimiter": ",",
        "decimal": ".",
    }
    return own(path, **(usual | told))
