"""What the JSON files of a bundle hold, as types: a file of another shape is refused before it is used."""

import hashlib
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from oracle.errors import QuestionError

FORMAT = "market-quotation-evidence/1"
MANIFEST, PAPERS, QUESTION = "MANIFEST.json", "PAPERS.json", "question.json"
CALCULATION, OBSERVATIONS, ROWS = "calculation.json", "observations.json", "rows.json"
LISTED = "listed.json"
README, CHECK, SIGNATURE = "README.txt", "check.py", "signature.json"
# Not in the manifest: they bear its hash.
SECOND_LAYER = frozenset({PAPERS, SIGNATURE, "statement.pdf", "statement.html", "table.xlsx", "table.csv"})
STAMPS = "timestamps/"
Read = TypeVar("Read")


class NoBundleError(QuestionError):
    """What was given is no bundle of evidence, or one that is made to do harm; nothing of it is used."""


class _Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a file."""


class Dataset(_Struct, frozen=True):
    """The published version that answered, as it calls itself."""

    version: str
    published_at: datetime
    demo: bool
    as_known_at: datetime | None
    content: str
    software: str


class FileEntry(_Struct, frozen=True):
    """A file of the bundle."""

    path: str
    bytes: int
    sha256: str


class Manifest(_Struct, frozen=True):
    """Every file but those of the second layer; `zlib`: which version packed them."""

    format: str
    software: str
    zlib: str
    dataset: Dataset
    files: list[FileEntry]


class Papers(_Struct, frozen=True):
    """The second layer: the manifest's hash, and the renderings that bear it."""

    format: str
    manifest_sha256: str
    renderings: list[FileEntry]


class Policy(_Struct, frozen=True):
    """An entry of a taxpayer's policy."""

    first: date
    choose: str
    note: str


class Kept(_Struct, frozen=True):
    """A choice that was recorded for a taxpayer."""

    recorded_at: datetime
    coin: str
    day: date
    venue: str
    market: str
    choose: str
    demo: bool
    manual: str | None = None


class Payer(_Struct, frozen=True):
    """A taxpayer whose policy chose."""

    name: str
    title: str
    note: str
    policies: list[Policy]
    recorded: list[Kept]


class Asked(_Struct, frozen=True):
    """One question; `answer` is the file that answers it."""

    answer: str
    coin: str
    day: date
    instant: datetime | None
    venue: str | None
    rulebook: str
    choose: str
    taxpayer: Payer | None
    quantity: str | None
    paid: str | None
    sold: str | None
    lang: str


class QuestionFile(_Struct, frozen=True):
    """Everything that was asked; `now`: the instant as of which it was answered."""

    dataset: Dataset
    now: datetime
    questions: list[Asked]


class Seen(_Struct, frozen=True):
    """One response as received: where it was asked for, when, what came; its bytes are `observations/<sha256>`."""

    batch: str
    source: str
    kind: str
    subject: str
    first_day: date | None
    last_day: date | None
    url: str
    status: int | None
    headers: list[tuple[str, str]]
    asked_at: datetime
    received_at: datetime
    outcome: str
    detail: str
    sha256: str | None


class ListedPage(_Struct, frozen=True):
    """A page of candles whose bytes are not in the bundle: what it shows of the days asked about, as its reader reads.

    `number`: of its observation, from 0; `bytes`: how many it has. `rows`: opening in milliseconds, open, high, low,
    close, base volume, turnover, whether the venue marks it as closed. The others are those of `terms.CandlePage`.
    """

    number: int
    bytes: int
    sha256: str
    oldest: date | None
    told: int
    opens_ms: int
    closed_before_ms: int
    answered_first: date | None
    answered_last: date | None
    rows: list[tuple[int, str, str, str, str, str, str | None, bool | None]]


class Shown(_Struct, frozen=True):
    """A market that shows quotations on each of these days, and the response that shows them."""

    symbol: str
    first: date
    last: date
    observation: str


class Publication(_Struct, frozen=True):
    """How it is known that a venue published quotations in the years before; `gaps`: days that show none.

    `documents`: what the user adds, by hash.
    """

    venue: str
    first: date
    last: date
    shown: list[Shown]
    gaps: list[tuple[date, date]]
    documents: list[FileEntry]


class Row(_Struct, frozen=True):
    """A row of the ledger: its answer, if it could be answered, and its rubles."""

    row: int
    reference: str | None
    coin: str | None
    date: str | None
    quantity: str | None
    status: str
    reason: str | None
    answer: str | None
    venue: str | None
    market: str | None
    rub: str | None
    value_rub: str | None
    value_rub_kopecks: str | None


def encoded(value: object) -> bytes:
    """JSON with a line for each thing, the same bytes each time."""
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def compact(value: object) -> bytes:
    """JSON in one line: for what is long and read by machines."""
    return msgspec.json.encode(value) + b"\n"


def decoded(body: bytes, kind: type[Read], name: str) -> Read:
    """The file as its type; NoBundleError names file and place."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NoBundleError(f"{name} is not what a bundle has there: {str(error)[:160]}") from error


def document(body: bytes, name: str) -> Any:  # noqa: ANN401 - JSON of any shape
    """A file that is only compared; NoBundleError if it is no JSON."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NoBundleError(f"{name} is no JSON: {str(error)[:160]}") from error


def sha256(body: bytes) -> str:
    """The hash by which a file is named."""
    return hashlib.sha256(body).hexdigest()
