"""A home whose published version alternates between two contents, put in place as the publisher does it."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from oracle.publish import MANIFEST, _put_in_place
from oracle.settings import Home

ASKED = "/v1/quotations/BTC/2026-03-10"
CLOSES = ("100011.55", "100011.56")


def two_contents(home: Home, folder: Path) -> list[Path]:
    """Two published files that differ in one close, and so in all rubles that come from it."""
    files = []
    for close in CLOSES:
        path = folder / f"{close}.duckdb"
        shutil.copyfile(home.current, path)
        path.chmod(0o600)
        with duckdb.connect(str(path)) as connection:
            connection.execute(
                "UPDATE candle_history SET close = $1::DECIMAL(38,18), close_literal = $1 "
                "WHERE venue = 'binance' AND symbol = 'BTCUSDT' AND day = '2026-03-10'",
                [close],
            )
            connection.execute("UPDATE dataset SET version = $1, content = $1", [f"version-{close}"])
        files.append(path)
    return files


class Publisher:
    """Publishes copies of files, each as a version of its own."""

    def __init__(self, manifest: Path, home: Home, now: datetime) -> None:
        self.folder, self.now, self.number = home.published, now, 0
        self._manifest = json.loads(manifest.read_text("utf-8"))
        self.folder.mkdir(parents=True, exist_ok=True)

    @classmethod
    def of(cls, source: Home, home: Home, now: datetime) -> "Publisher":
        """One for `home`, with the manifest of `source`."""
        return cls(source.published / MANIFEST, home, now)

    def put(self, file: Path) -> None:
        """One more version."""
        self.number += 1
        stamp = self.now + timedelta(seconds=self.number)
        aside = self.folder / "aside.tmp"
        shutil.copyfile(file, aside)
        _put_in_place(self.folder, aside, {**self._manifest, "version": f"{stamp:%Y%m%dT%H%M%S}Z-{self.number:08}"})
