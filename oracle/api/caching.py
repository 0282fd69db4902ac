"""By what a client sees whether its copy of an answer still holds."""

import hashlib
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from aiohttp import hdrs

from oracle.api.route import Call, Reply
from oracle.api.version import Opened


def validators(opened: Opened, call: Call) -> dict[str, str]:
    """Headers by which a client sees whether its copy of a lasting answer still holds."""
    digest = hashlib.sha256(f"{opened.dataset.version} {call.request.path_qs} {call.media.extension}".encode())
    return {
        hdrs.ETAG: f'W/"{digest.hexdigest()[:32]}"',
        hdrs.LAST_MODIFIED: _http_date(opened.dataset.published_at),
        hdrs.CACHE_CONTROL: "no-cache",
        hdrs.VARY: "Accept, Accept-Encoding, Authorization",
    }


@lru_cache(16)
def _http_date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)


def unchanged(call: Call, headers: dict[str, str]) -> Reply | None:
    """304 if the client's copy still holds: by its entity tags, else by its date."""
    request = call.request
    if tags := request.headers.get(hdrs.IF_NONE_MATCH):
        own = headers[hdrs.ETAG].removeprefix("W/")
        if tags.strip() != "*" and own not in {each.strip().removeprefix("W/") for each in tags[:4000].split(",")}:
            return None
    elif since := request.headers.get(hdrs.IF_MODIFIED_SINCE):
        try:
            if parsedate_to_datetime(since) < parsedate_to_datetime(headers[hdrs.LAST_MODIFIED]):
                return None
        except (TypeError, ValueError):
            return None
    else:
        return None
    return Reply(b"", call.media, status=304, headers=headers)
