"""What is wrong with a bundle's files and observations whatever they come to: strays, repetitions, impossible times."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from oracle.documents import KIND as DOCUMENT
from oracle.evidence import layout
from oracle.evidence.layout import ListedPage, Seen
from oracle.evidence.report import Report
from oracle.manual import KIND as MANUAL

# Every file of the first layer. What is called otherwise nobody checks, so it has no place in a bundle.
_FILE = re.compile(
    r"README\.txt|check\.py|(question|calculation|observations|rows|listed|log)\.json|answers/\d{5,}\.json"
    r"|observations/[0-9a-f]{64}|publication/[a-z]+\.json|rulebooks/(own/)?[^/]+\.toml"
    r"|registers/(assets|aliases|publication)\.toml|registers/own/(aliases|publication)\.toml",
    re.ASCII,
)


# What responses are: what a reader does not know by its name must not pass for what it reads.
_KINDS = frozenset({"candles", "hours", "markets", "file", "rates", "currencies", DOCUMENT, MANUAL})


def check_names(names: Iterable[str], report: Report) -> None:
    """Each file that the manifest lists is one that a bundle has."""
    for name in names:
        if not _FILE.fullmatch(name):
            report.failed("stray", name)


def check_observations(
    seen: Sequence[Seen], listed: Mapping[int, ListedPage], there: set[str], now: datetime, report: Report
) -> None:
    """Each has its bytes, each byte its observation, and nothing was received after what is said to be the present.

    `there`: names of the files with bytes.
    """
    contained = [each for number, each in enumerate(seen) if number not in listed]
    named = {f"observations/{each.sha256}" for each in contained if each.sha256}
    for name in sorted(named - there):
        report.failed("missing", name)
    for name in sorted(there - named):
        report.failed("unlisted", name)
    for number, page in listed.items():
        if number >= len(seen) or seen[number].sha256 != page.sha256:
            report.failed("listed", layout.LISTED, f"observation {number}")
    for each in seen:
        _possible(each, now, report)
    _in_order(seen, report)
    if report.agrees:
        report.passed("observations", observations=len(contained), responses=len(there))
        if listed:
            markets = sum(len(page.rows) for page in listed.values())
            report.told("listed_pages", layout.LISTED, pages=len(listed), markets=markets)


def _possible(each: Seen, now: datetime, report: Report) -> None:
    said = f"{each.source} {each.subject}".strip()
    if each.received_at > now or each.asked_at > each.received_at:
        received, figure = str(each.received_at), f"{said} received_at"
        report.failed("time", layout.OBSERVATIONS, figure, now.isoformat(), received)
    if each.kind not in _KINDS:
        report.failed("kind", layout.OBSERVATIONS, f"{said} kind", "none of that kind", each.kind)
    if each.outcome == "ok" and (each.sha256 is None or (each.status is not None and each.status // 100 != 2)):  # noqa: PLR2004 - HTTP
        report.failed("outcome", layout.OBSERVATIONS, f"{said} outcome", f"status {each.status}", each.outcome)


def _in_order(seen: Sequence[Seen], report: Report) -> None:
    """As the maker writes them: batch by batch, each once."""
    for one, other in pairwise(seen):
        if one.batch > other.batch:
            report.failed("order", layout.OBSERVATIONS, f"{other.source} {other.subject} batch", one.batch, other.batch)
            return
    told: set[bytes] = set()
    for each in seen:
        line = layout.compact(each)
        if line in told:
            report.failed("listed_twice", layout.OBSERVATIONS, f"{each.source} {each.subject} {each.received_at}")
        told.add(line)
