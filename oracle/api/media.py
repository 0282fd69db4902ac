"""Formats of answers: which a request wishes, by its extension, else by its Accept header."""

from dataclasses import dataclass
from functools import lru_cache

from oracle.api.problem import ProblemError


@dataclass(frozen=True, slots=True)
class Media:
    """A format: its extension, its media type and the charset that text is in."""

    extension: str
    type: str
    charset: str | None = None

    @property
    def content_type(self) -> str:
        """The value of the header."""
        return f"{self.type}; charset={self.charset}" if self.charset else self.type


JSON = Media("json", "application/json")
NDJSON = Media("ndjson", "application/x-ndjson")
CSV = Media("csv", "text/csv", "utf-8")
# Spreadsheets in Russian: semicolons, decimal commas, a byte order mark.
CSV_RU = Media("ru.csv", "text/csv", "utf-8")
PARQUET = Media("parquet", "application/vnd.apache.parquet")
HTML = Media("html", "text/html", "utf-8")
TEXT = Media("txt", "text/plain", "utf-8")
RAW = Media("bin", "application/octet-stream")
ZIP = Media("zip", "application/zip")
ROWS = (JSON, NDJSON, CSV, CSV_RU, PARQUET)
_ALSO = {"application/jsonl": NDJSON, "application/ndjson": NDJSON, "application/parquet": PARQUET}
_LONGEST = 1000


def split_extension(text: str, offered: tuple[Media, ...]) -> tuple[str, Media | None]:
    """A path's last part without the extension of an offered format, and that format; the longest one counts."""
    for ending, media in _endings(offered):
        if text.endswith(ending):
            return text.removesuffix(ending), media
    return text, None


@lru_cache(64)
def _endings(offered: tuple[Media, ...]) -> list[tuple[str, Media]]:
    longest = sorted(offered, key=lambda each: -len(each.extension))
    return [("." + each.extension, each) for each in longest]


def wished(accept: str, offered: tuple[Media, ...]) -> Media:
    """The offered format that an Accept header likes best, the first offered among equals; 406 if it likes none."""
    if not accept or accept == "*/*":
        return offered[0]
    best: tuple[float, int] | None = None
    for text in accept[:_LONGEST].split(","):
        kind, _, parameters = text.strip().partition(";")
        quality = _quality(parameters)
        for place, media in enumerate(offered):
            if quality and _likes(kind.strip().lower(), parameters, media):
                best = max(best or (0.0, -99), (quality, -place))
    if best is None:
        raise ProblemError(
            "not-acceptable",
            f"Accept wishes {accept[:100]!r}; offered here: {', '.join(sorted({each.type for each in offered}))}",
        )
    return offered[-best[1]]


def of_body(content_type: str, offered: tuple[Media, ...]) -> Media:
    """The format that a body says it is in; 415 if it is none of those that are taken."""
    kind = content_type.partition(";")[0].strip().lower()
    for media in offered:
        if kind == media.type or _ALSO.get(kind) is media:
            return media
    raise ProblemError(
        "unsupported-media-type",
        f"Content-Type is {kind[:60]!r}; taken here: {', '.join(dict.fromkeys(each.type for each in offered))}",
    )


def _likes(kind: str, parameters: str, media: Media) -> bool:
    if _ALSO.get(kind, media) is not media:
        return False
    # The Russian form is asked for by its extension or its parameter, never by a bare text/csv.
    if media is CSV_RU and "locale=ru" not in parameters.replace(" ", ""):
        return False
    if media is CSV and "locale=ru" in parameters.replace(" ", ""):
        return False
    return kind in ("*/*", media.type, media.type.partition("/")[0] + "/*") or kind in _ALSO


def _quality(parameters: str) -> float:
    for parameter in parameters.split(";"):
        name, _, value = parameter.strip().partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
