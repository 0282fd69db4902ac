"""What an answer that is none means, and who has to do what: by status, headers and the first bytes of the body.

ccxt's own classes mislead here: a 451 looks transient to them, a ban like an ordinary error, a page with 200 like data.
"""

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

from oracle.errors import SourceChangedError, SourceError, SourceRefusedError, SourceUnreachableError
from oracle.fetch import Headers, Response, header


class Cause(StrEnum):
    """Why an answer is none."""

    RATE_LIMIT = "rate limit"
    BAN = "ban"
    FIREWALL = "firewall"
    REGION = "region"
    CHALLENGE = "challenge"
    PROXY = "proxy"
    OUTAGE = "outage"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The cause, one sentence with the next step, the seconds for which the source wants peace, if another try helps.

    `wait` is None where the source did not state it.
    """

    cause: Cause
    text: str
    wait: float | None = None
    retried: bool = False

    def error(self) -> SourceError:
        """The error named by who must act."""
        if self.retried:
            return SourceUnreachableError(self.text, self.wait)
        return SourceChangedError(self.text) if self.cause is Cause.CHANGED else SourceRefusedError(self.text)


# Nothing that names a cause stands further down than this.
_LOOKED_AT = 4096
# Errors of venues are short; a sound answer of this length is not searched for words.
_SHORT = 2000
# Bybit's manual: "terminate all HTTP sessions and wait for at least 10 minutes".
_BYBIT_WAIT = 600.0
_ELSEWHERE = "use a proxy or a mirror (`proxy` or `endpoint` of the source in oracle.toml, or --endpoint)"

_REGION = (
    r"error(?: code)?:?\s+1009\b|banned the country|restricted (?:location|region|country|jurisdiction|area)"
    r"|(?:block|restrict|prohibit|unavailable|not available|not supported|not allowed|not provide)[^.<\"]{0,60}"
    r"(?:\b(?:your|this|the|certain) (?:current )?(?:country|region|location|area|jurisdiction)"
    r"|\bU\.S\.|United States)"
)
_LIMIT = (
    r"error(?: code)?:?\s+1015\b|you are being rate limited|rate limit exceeded|too frequent|too many (?:\w+ )?requests"
    r"|ERR_RATE_LIMIT|RESOURCE_EXHAUSTED|TOO_MANY_REQUESTS|TOO_FAST|EAPI:Rate limit"
    r"|\[\"error\",\s*11010\b|\"reason\":\s*\"RateLimit"
    # HTX; then by number: Bybit, OKX, Bitget, KuCoin, MEXC, Crypto.com, BingX, Binance, Bitstamp; LBank's is 10004.
    r"|\"err-code\":\s*\"(?:api-limit|rate-too-many-requests)"
    r"|\"(?:ret|response_|error_)?code\":\s*\"?"
    r"(?:10006|10018|10004|50011|429|30007|429000|200002|510|42901|100410|-1003|400\.002)\"?\s*[,}]"
)
# Words that decide whatever the status, first come first: a 403 may be a limit, a 400 a region.
_WORDS: tuple[tuple[Cause, re.Pattern[str]], ...] = tuple(
    (cause, re.compile(pattern, re.IGNORECASE))
    for cause, pattern in (
        (Cause.RATE_LIMIT, r"access too frequent|too many visits"),
        # Cloudflare 1006, 1007, 1008: the address is banned. Kraken's lockout is one as well.
        (Cause.BAN, r"banned until|\bIP\b.{0,20}\bbanned\b|error(?: code)?:?\s+100[678]\b|Temporary lockout"),
        # Cloudflare 1009; CloudFront's and the venues' own sentences.
        (Cause.REGION, _REGION),
        (Cause.RATE_LIMIT, _LIMIT),
        (Cause.CHALLENGE, r"just a moment|checking your browser|cf-chl|enable javascript and cookies"),
        # Cloudflare 1010: the client's signature; 1012 and 1020: a rule of the site's.
        (Cause.FIREWALL, r"error(?: code)?:?\s+10(?:10|12|20)\b"),
        (Cause.OUTAGE, r"maintenance"),
    )
)
# What a limit or a ban cannot be told without, in lower case: data has none of it, and to look for the words themselves
# takes as long as the request.
_HINT = re.compile(r"too|ban|rate|lockout|exhausted|error[\s:]|\[\"error\"|err-code|code\":\s*\"?[1-9-]")
_BANNED_UNTIL = re.compile(r"banned until (\d{13})", re.IGNORECASE)
_BY_STATUS = {
    403: Cause.FIREWALL,
    407: Cause.PROXY,
    408: Cause.OUTAGE,
    418: Cause.BAN,
    429: Cause.RATE_LIMIT,
    451: Cause.REGION,
}
# A status that says it all; words may only turn a 429 into a ban.
_PLAIN = (407, 418, 451)


def check(response: Response, *, markup: bool) -> None:
    """Raise unless the answer is a success in the expected format; `markup` says that XML is expected, else JSON."""
    found = diagnose(response, markup=markup)
    if found:
        raise found.error()


def diagnose(response: Response, *, markup: bool) -> Diagnosis | None:
    """What is wrong with an answer, None if it may be read. Not the content type decides: challenges come as JSON."""
    text = response.body[:_LOOKED_AT].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    page = text[:1] == "<" and not (markup and text[:5] == "<?xml")
    cause = _cause(response.status, response.headers, text, page=page, short=len(response.body) <= _SHORT)
    if cause is None:
        return None
    wait = _wait(response, cause, text)
    # A page with 200 may be gone at the next try; behind another status a wall stands for longer.
    passing = cause in (Cause.RATE_LIMIT, Cause.OUTAGE) or (cause is Cause.CHALLENGE and response.status < 300)  # noqa: PLR2004
    return Diagnosis(cause, _sentence(response, cause, text, wait, page=page), wait, retried=passing)


def _cause(status: int, headers: Headers, text: str, *, page: bool, short: bool) -> Cause | None:
    if status in _PLAIN:
        return _BY_STATUS[status]
    if 300 <= status < 400 or header(headers, "cf-mitigated") == "challenge":  # noqa: PLR2004
        return Cause.CHALLENGE
    if status < 300 and text and not page:  # noqa: PLR2004
        # Venues that answer everything with 200 say there that it was too much.
        said = _said(text) if short and text[:1] in "{[" and _HINT.search(text.lower()) else None
        return said if said in (Cause.RATE_LIMIT, Cause.BAN) else None
    said = _said(text)
    if status < 300:  # noqa: PLR2004
        return said or Cause.OUTAGE
    if status == 429 and said is not Cause.BAN:  # noqa: PLR2004 - the status is its own name
        return Cause.RATE_LIMIT
    return said or _BY_STATUS.get(status, Cause.CHANGED if 400 <= status < 500 else Cause.OUTAGE)  # noqa: PLR2004


def _said(text: str) -> Cause | None:
    return next((cause for cause, words in _WORDS if words.search(text)), None)


def _wait(response: Response, cause: Cause, text: str) -> float | None:
    """Retry-After in seconds or as a date; else what the body says."""
    said = header(response.headers, "retry-after") or ""
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - response.received_at).total_seconds())
    except (ValueError, TypeError):
        pass
    until = _BANNED_UNTIL.search(text)
    if until:
        return max(0.0, int(until[1]) / 1000 - response.received_at.timestamp())
    return _BYBIT_WAIT if cause is Cause.RATE_LIMIT and "access too frequent" in text.lower() else None


def _sentence(response: Response, cause: Cause, text: str, wait: float | None, *, page: bool) -> str:
    status, by = response.status, _wall(response.headers, text)
    for_long = f" for {wait:g} s" if wait else ""
    redirected = header(response.headers, "location")
    if cause is Cause.CHALLENGE and redirected is not None:
        return f"{status}: redirected to {redirected[:120]!r}: a challenge, not an answer; use another endpoint"
    if page and status < 300 and cause in (Cause.CHALLENGE, Cause.OUTAGE):  # noqa: PLR2004
        return f"{status} with an HTML page instead of an answer; if it stays, {_ELSEWHERE}"
    if not text and cause is Cause.OUTAGE and status < 300:  # noqa: PLR2004
        return f"{status} with an empty body instead of an answer"
    return (
        f"{status}: "
        + {
            Cause.RATE_LIMIT: f"asked too often{', wants peace' + for_long if for_long else ''}; the pace is slowed",
            Cause.BAN: f"this address is banned{for_long}; wait, then run collect again",
            Cause.FIREWALL: f"a firewall{by} turns this client away; {_ELSEWHERE}, or another `user_agent`",
            Cause.REGION: f"refuses this region{by}; {_ELSEWHERE}",
            Cause.CHALLENGE: f"a wall{by} that wants a browser; {_ELSEWHERE}",
            Cause.PROXY: "the proxy wants another user and password; mend `proxy` in oracle.toml",
            Cause.OUTAGE: "the source is in trouble",
            Cause.CHANGED: f"the source does not take this request: {response.body[:160]!r}",
        }[cause]
    )


def _wall(headers: Headers, text: str) -> str:
    """Whose wall it is, where it says so."""
    known = ("Cloudflare", "CloudFront", "Akamai", "Sucuri", "Imperva")
    looked_at = f"{header(headers, 'server') or ''} {text}".lower()
    name = next((each for each in known if each.lower() in looked_at), None)
    return f" ({name})" if name else ""
