"""Checks a bundle of evidence without any program but Python 3.8 or later: `python check.py FILE.zip`.

Of the unpacked folder: `python check.py FOLDER`, or `python check.py` in it. Every hash; that each close stands in the
response which is said to show it; close x rates = rubles, to the kopeck; each turnover as the sum of its markets. It
does not judge: that the rules lead from these figures to the verdicts is what `oracle verify` computes again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import zipfile
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Any

EXACT = Context(prec=120)
MOST = 2 << 30
LAYER = {"PAPERS.json", "signature.json", "statement.pdf", "statement.html", "table.xlsx", "table.csv"}
FAULTS: list[str] = []


def say(good: bool, text: str) -> None:
    """One line."""
    print(("agrees:  " if good else "DIFFERS: ") + text)
    if not good:
        FAULTS.append(text)


class Zipped:
    """The files of a ZIP, read where it lies."""

    def __init__(self, path: str) -> None:
        self.archive = zipfile.ZipFile(path)
        listed = self.archive.infolist()
        self.names = [each.filename for each in listed]
        if len(set(self.names)) < len(self.names) or sum(each.file_size for each in listed) > MOST:
            raise ValueError("a name stands in it twice, or it is too large")

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return self.archive.read(name)


class Unpacked:
    """The files of a folder."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.names: list[str] = []
        for folder, _, files in os.walk(path):
            for each in files:
                name = os.path.relpath(os.path.join(folder, each), path)
                self.names.append(name.replace(os.sep, "/"))

    def read(self, name: str) -> bytes:
        """The bytes of a file; only of one that was found in the folder."""
        if name not in self.names:
            raise ValueError(name + " is not there")
        with open(os.path.join(self.path, *name.split("/")), "rb") as file:
            return file.read()


def sha256(body: bytes) -> str:
    """The hash of bytes."""
    return hashlib.sha256(body).hexdigest()


def load(files: Zipped | Unpacked, name: str) -> Any:
    """A JSON file; numbers with a point stay text."""
    return json.loads(files.read(name).decode("utf-8"), parse_float=Decimal)


def check_hashes(files: Zipped | Unpacked) -> None:
    """Every file is what MANIFEST.json lists, and PAPERS.json, where it is, names MANIFEST.json and the renderings."""
    body = files.read("MANIFEST.json")
    print("         MANIFEST.json has SHA-256 " + sha256(body))
    entries = json.loads(body.decode("utf-8"))["files"]
    outside = {"MANIFEST.json"} | LAYER
    if "PAPERS.json" in files.names:
        papers = load(files, "PAPERS.json")
        say(papers["manifest_sha256"] == sha256(body), "PAPERS.json names this MANIFEST.json")
        entries = entries + papers["renderings"]
    for each in entries:
        name = each["path"]
        if name not in files.names:
            say(False, name + " is missing")
        elif sha256(files.read(name)) != each["sha256"]:
            say(False, name + " is not the file that is listed")
    listed = {each["path"] for each in entries}
    for name in files.names:
        if name not in listed and name not in outside and not name.startswith("timestamps/") and name[-1] != "/":
            say(False, name + " is there, and nothing lists it")
    if not FAULTS:
        say(True, "%d files have the SHA-256 that is listed" % len(listed))


def check_observations(files: Zipped | Unpacked) -> None:
    """Each response lies under the hash that observations.json tells."""
    count = 0
    listed = [each["number"] for each in load(files, "listed.json")] if "listed.json" in files.names else []
    for number, each in enumerate(load(files, "observations.json")):
        if each["sha256"] is not None and number not in listed:
            count += 1
            if "observations/" + each["sha256"] not in files.names:
                say(False, "observations/" + each["sha256"] + " is missing")
    say(True, "%d observations name their bytes, %d are listed and not contained" % (count, len(listed)))


def check_answer(files: Zipped | Unpacked, name: str) -> Any:
    """Each close stands in its response, and close x rates = rubles."""
    answer = load(files, name)
    about = "%s: %s on %s" % (name, answer["coin"], answer["date"])
    for each in answer["quotations"]:
        where = "%s, %s %s" % (about, each["venue"], each["market"])
        body = files.read("observations/" + each["observation"])
        if sha256(body) != each["observation"]:
            say(False, where + ": the response is not the one named")
        if not stands_in(body, each["close_as_received"]) and each["source"] == "api":
            say(False, where + ": the close %s does not stand in the response" % each["close_as_received"])
        if Decimal(each["close"]) != Decimal(each["close_as_received"]):
            say(False, where + ": the close is not the one received")
        for way in [each] + ([each["alternative"]] if each["alternative"] else []):
            check_product(where, each["close"], way)
        if each["rub"] is not None:
            steps = " x ".join([each["close"]] + [leg["rate"] for leg in each["legs"]])
            say(True, "%s: %s = %s RUB, rounded %s" % (where, steps, each["rub"], each["rub_kopecks"]))
    taken = answer["chosen"]
    if taken:
        found = [(q["venue"], q["market"], q["rub"]) for q in answer["quotations"]]
        chosen = (taken["venue"], taken["market"], taken["rub"])
        say(chosen in found, "%s: %s %s %s RUB was chosen of its quotations" % ((about,) + chosen))
    return answer


def stands_in(body: bytes, literal: str) -> bool:
    """The digits are there, and no digit or point stands before or after them."""
    found = re.search(rb"(?<![0-9.])" + re.escape(literal.encode()) + rb"(?![0-9.])", body)
    return found is not None


def check_product(where: str, close: str, way: Any) -> None:
    """Close x the rate of each leg, exactly, and rounded half-up once."""
    if way["rub"] is None:
        return
    product = Decimal(close)
    for leg in way["legs"]:
        product = EXACT.multiply(product, Decimal(leg["rate"]))
    rounded = product.quantize(Decimal("0.01"), ROUND_HALF_UP, EXACT)
    if product != Decimal(way["rub"]) or rounded != Decimal(way["rub_kopecks"]):
        say(False, "%s: %s x its rates is %s, not %s" % (where, close, product, way["rub"]))


def check_turnovers(files: Zipped | Unpacked, answers: list[Any]) -> None:
    """Each market's turnover x the value of its quote asset, and the sum of those that count."""
    steps = load(files, "calculation.json")
    told = {}
    for answer in answers:
        for venue in answer["venues"]:
            told[venue["venue"], answer["date"]] = venue["turnover_rub_low"]
    columns = steps["market_columns"]
    for day in steps["venue_days"]:
        where, total = "%s on %s" % (day["venue"], day["day"]), Decimal(0)
        for row in day["markets"]:
            market = dict(zip(columns, row))
            value = day["values"][market["quote"]]
            rub = None if value is None else EXACT.multiply(Decimal(market["turnover"]), Decimal(value["rub"]))
            if rub != (None if market["rub"] is None else Decimal(market["rub"])):
                say(False, "%s: %s turned over %s RUB, not %s" % (where, market["symbol"], rub, market["rub"]))
            if market["counts"] and rub is not None:
                total = EXACT.add(total, rub)
        cut = total.quantize(Decimal("1e-16"), ROUND_DOWN, EXACT)
        same = total == Decimal(day["turnover_rub_low"]) and cut == Decimal(told[day["venue"], day["day"]])
        say(same, "%s: %d markets make %s RUB" % (where, len(day["markets"]), day["turnover_rub_low"]))
        above = total > Decimal(day["floor_rub"])
        say(above == day["above_floor"], "  more than %s RUB: %s" % (day["floor_rub"], "yes" if above else "no"))


def main() -> int:
    """Check what is named, or the folder where this file lies."""
    path = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    try:
        files: Zipped | Unpacked = Unpacked(path) if os.path.isdir(path) else Zipped(path)
        check_hashes(files)
        if not FAULTS:
            check_observations(files)
            answers = [check_answer(files, name) for name in sorted(files.names) if name.startswith("answers/")]
            check_turnovers(files, answers)
    except (OSError, ValueError, KeyError, TypeError, ArithmeticError, zipfile.BadZipFile) as error:
        say(False, "%s cannot be checked: %s: %s" % (path, type(error).__name__, error))
    print("everything agrees" if not FAULTS else "%d DIFFER" % len(FAULTS))
    return 1 if FAULTS else 0


if __name__ == "__main__":
    sys.exit(main())
