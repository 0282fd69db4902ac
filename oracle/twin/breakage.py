"""Answers that are wrong as HTTP: refusals, challenge pages, bodies cut short."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from oracle.twin.answer import Answer, html_answer, json_answer

if TYPE_CHECKING:
    from oracle.twin.faults import Fault

_CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><h1>Checking your browser before accessing the site</h1></body></html>"
)
_FORBIDDEN = (
    "<!DOCTYPE html><html><head><title>403 Forbidden</title></head>"
    "<body><h1>403 ERROR</h1><p>The request could not be satisfied.</p></body></html>"
)
_UNAVAILABLE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
_REASONS = {500: "500 Internal Server Error", 502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable"}


def challenge() -> Answer:
    """The page behind the redirect of an anti-bot wall."""
    return html_answer(_CHALLENGE)


def broken(fault: Fault, limited: Answer, *, limit_in_200: bool, xml: bool) -> Answer | None:
    """The whole answer that the fault puts in place of the venue's, or None where it spoils another thing."""
    reason = _REASONS.get(fault.status, f"{fault.status} Error")
    elsewhere = (("Location", f"/{fault.venue}/challenge?back=1"),)
    pages = {
        "451": json_answer({"code": 0, "msg": "Service unavailable from a restricted location."}, 451),
        "403": html_answer(_FORBIDDEN, 403),
        "5xx": html_answer(_UNAVAILABLE.format(reason), fault.status),
        "html": challenge(),
        "redirect": Answer(302, b"", "text/html; charset=utf-8", elsewhere),
        "wrong_content": _other_content(xml),
    }
    if fault.kind in {"429", "418"}:
        return _refused(limited, int(fault.kind), fault.seconds)
    if fault.kind == "error_body":
        return limited if limit_in_200 else _refused(limited, 429, fault.seconds)
    return pages.get(fault.kind)


def _refused(limited: Answer, status: int, seconds: float) -> Answer:
    headers = (*limited.headers, ("Retry-After", str(ceil(seconds))))
    return Answer(status, limited.body, limited.content_type, headers)


def _other_content(xml: bool) -> Answer:
    if not xml:
        return json_answer({"greeting": "hello", "items": {"0": [1, 2, 3]}})
    text = '<?xml version="1.0" encoding="windows-1251"?><Greeting><Item>1</Item></Greeting>'
    return Answer(200, text.encode("cp1251"), "application/xml; charset=windows-1251")
