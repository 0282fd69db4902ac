"""What comes instead of an answer is told apart as the venues and their walls word it, each with who must act."""

from datetime import UTC, datetime

import pytest

from oracle.diagnosis import Cause, check, diagnose
from oracle.errors import SourceChangedError, SourceError, SourceRefusedError, SourceUnreachableError
from oracle.fetch import Headers, Response
from oracle.twin import registry

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
CLOUDFLARE, CLOUDFRONT = (("server", "cloudflare"),), (("server", "CloudFront"),)
PAGE = b"<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>"
COUNTRY = PAGE % (b"ERROR", b"The Amazon CloudFront distribution is configured to block access from your country.")
# As Binance has it, with the end of the ban 90 seconds from now.
BANNED = b'{"code":-1003,"msg":"Way too much request weight used; IP banned until %d. Please use the websocket."}' % (
    int(NOW.timestamp() * 1000) + 90_000
)


def response(status: int, body: bytes, headers: Headers = ()) -> Response:
    """An answer as it comes off the wire."""
    return Response("https://api.example.com/candles", status, headers, body, NOW, NOW)


SITUATIONS: dict[str, tuple[int, Headers, bytes, Cause, float | None, type[SourceError]]] = {
    "binance_asks_for_peace": (
        429,
        (("retry-after", "17"),),
        b'{"code":-1003,"msg":"Too much request weight used; current limit is 6000 request weight per 1 MINUTE."}',
        Cause.RATE_LIMIT,
        17.0,
        SourceUnreachableError,
    ),
    "binance_bans": (418, (("retry-after", "120"),), BANNED, Cause.BAN, 120.0, SourceRefusedError),
    "binance_bans_and_tells_only_in_words": (429, (), BANNED, Cause.BAN, 90.0, SourceRefusedError),
    "binance_refuses_a_region": (
        451,
        (),
        b'{"code":0,"msg":"Service unavailable from a restricted location according to \'b. Eligibility\'."}',
        Cause.REGION,
        None,
        SourceRefusedError,
    ),
    "binance_firewall": (
        403,
        CLOUDFRONT,
        PAGE % (b"ERROR: The request could not be satisfied", b"Request blocked."),
        Cause.FIREWALL,
        None,
        SourceRefusedError,
    ),
    "bybit_keeps_a_country_out": (403, CLOUDFRONT, COUNTRY, Cause.REGION, None, SourceRefusedError),
    "bybit_was_asked_too_often": (
        403,
        CLOUDFRONT,
        PAGE % (b"403", b"403, access too frequent"),
        Cause.RATE_LIMIT,
        600.0,
        SourceUnreachableError,
    ),
    "bybit_says_it_with_200": (
        200,
        (),
        b'{"retCode":10006,"retMsg":"Too many visits!","result":{}}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "okx_says_it_with_200": (
        200,
        (),
        b'{"code":"50011","data":[],"msg":"Too Many Requests"}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "kraken_says_it_with_200": (
        200,
        (),
        b'{"error":["EGeneral:Too many requests"]}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "kraken_locks_out": (200, (), b'{"error":["EGeneral:Temporary lockout"]}', Cause.BAN, None, SourceRefusedError),
    "kucoin_429000": (
        429,
        (("gw-ratelimit-reset", "9000"),),
        b'{"code":"429000","msg":"Too many requests"}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "coinbase_in_capitals": (
        429,
        (),
        b'{"error":"RESOURCE_EXHAUSTED","code":8,"message":"Too many requests"}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "bitfinex_by_a_string": (
        429,
        (),
        b'{"error":"ERR_RATE_LIMIT"}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "bitfinex_by_a_500": (
        500,
        (),
        b'["error",11010,"ratelimit: error"]',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "upbit_by_its_status": (
        429,
        (),
        b'{"error":{"name":"too_many_requests"}}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "gate_with_a_400": (
        400,
        (),
        b'{"label":"TOO_MANY_REQUESTS","message":"Request Rate Limit Exceeded"}',
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "cloudflare_limits": (429, CLOUDFLARE, b"error code: 1015", Cause.RATE_LIMIT, None, SourceUnreachableError),
    "cloudflare_limits_by_403": (
        403,
        CLOUDFLARE,
        PAGE % (b"Access denied", b"Error 1015 You are being rate limited"),
        Cause.RATE_LIMIT,
        None,
        SourceUnreachableError,
    ),
    "cloudflare_rule": (403, CLOUDFLARE, b"error code: 1020", Cause.FIREWALL, None, SourceRefusedError),
    "cloudflare_dislikes_the_client": (403, CLOUDFLARE, b"error code: 1010", Cause.FIREWALL, None, SourceRefusedError),
    "cloudflare_bans_the_address": (403, CLOUDFLARE, b"error code: 1006", Cause.BAN, None, SourceRefusedError),
    "cloudflare_keeps_a_country_out": (403, CLOUDFLARE, b"error code: 1009", Cause.REGION, None, SourceRefusedError),
    "cloudflare_wants_a_browser": (
        403,
        (*CLOUDFLARE, ("cf-mitigated", "challenge")),
        PAGE % (b"Just a moment...", b""),
        Cause.CHALLENGE,
        None,
        SourceRefusedError,
    ),
    "region_behind_a_400": (
        400,
        (),
        b'{"code":"400302","msg":"Our services are currently unavailable in the U.S."}',
        Cause.REGION,
        None,
        SourceRefusedError,
    ),
    "redirect_to_a_challenge": (
        302,
        (("location", "/challenge?back=1"),),
        b"",
        Cause.CHALLENGE,
        None,
        SourceRefusedError,
    ),
    "page_with_200": (
        200,
        (),
        PAGE % (b"Just a moment...", b"Checking your browser"),
        Cause.CHALLENGE,
        None,
        SourceUnreachableError,
    ),
    "region_page_with_200": (200, CLOUDFRONT, COUNTRY, Cause.REGION, None, SourceRefusedError),
    "nothing_with_200": (200, (), b"", Cause.OUTAGE, None, SourceUnreachableError),
    "overloaded": (
        503,
        (("retry-after", "Sat, 14 Mar 2026 09:27:00 GMT"),),
        PAGE % (b"503", b"Service Temporarily Unavailable"),
        Cause.OUTAGE,
        60.0,
        SourceUnreachableError,
    ),
    "maintenance": (
        400,
        (),
        b'{"code":"50001","msg":"Service under maintenance"}',
        Cause.OUTAGE,
        None,
        SourceUnreachableError,
    ),
    "proxy_wants_a_password": (407, (), b"", Cause.PROXY, None, SourceRefusedError),
    "unknown_symbol": (
        400,
        (),
        b'{"code":-1121,"msg":"Invalid symbol."}',
        Cause.CHANGED,
        None,
        SourceChangedError,
    ),
    "moved_away": (404, (), b'{"error":"Not found"}', Cause.CHANGED, None, SourceChangedError),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_came_is_told_apart(situation: str) -> None:
    """Cause, the wait that the source states, and the error of the one who must act."""
    status, headers, body, cause, wait, error = SITUATIONS[situation]
    found = diagnose(response(status, body, headers), markup=False)
    assert found is not None
    assert (found.cause, found.wait) == (cause, wait)
    with pytest.raises(error) as raised:
        check(response(status, body, headers), markup=False)
    assert str(raised.value).startswith(str(status))
    assert raised.type is error


@pytest.mark.parametrize(
    ("cause", "step"),
    [
        ("binance_bans", "wait, then run collect again"),
        ("binance_firewall", "a firewall (CloudFront) turns this client away; use a proxy or a mirror"),
        ("bybit_keeps_a_country_out", "refuses this region (CloudFront); use a proxy or a mirror"),
        ("bybit_was_asked_too_often", "wants peace for 600 s; the pace is slowed"),
        ("proxy_wants_a_password", "mend `proxy`"),
        ("redirect_to_a_challenge", "use another endpoint"),
    ],
)
def test_each_refusal_says_the_next_step(cause: str, step: str) -> None:
    """The sentence names what to do about it."""
    status, headers, body, *_ = SITUATIONS[cause]
    found = diagnose(response(status, body, headers), markup=False)
    assert found is not None
    assert step in found.text


@pytest.mark.parametrize("status", [200, 429])
@pytest.mark.parametrize("venue", [name for name in registry.NAMES if name != "cbr"])
def test_every_venues_own_words_for_haste_slow_its_pace(venue: str, status: int) -> None:
    """Whatever status they come with: a limit that is told in a 200 is one."""
    words = registry.limited(venue, int(NOW.timestamp() * 1000)).body
    if status == 200 and not registry.limit_in_200(venue):
        status = 400
    found = diagnose(response(status, words), markup=False)
    assert found is not None
    assert (found.cause, found.retried) == (Cause.RATE_LIMIT, True)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"retCode":0,"retMsg":"OK","result":{"list":[]}}',
        b'[["1742000000000","429","50011","1015"]]',
        # A market may be called anything; sound answers of some length are not searched for words.
        b'[{"symbol":"MAINTENANCE","msg":"banned until 1742000000000"}' + b'{"symbol":"X"}' * 200 + b"]",
    ],
)
def test_sound_answers_are_let_through(body: bytes) -> None:
    """An empty list, a success and figures that look like codes are answers."""
    assert diagnose(response(200, body), markup=False) is None


def test_markup_is_an_answer_only_where_it_is_expected() -> None:
    """The Bank of Russia's XML passes, its error page does not, and XML is no answer of an exchange."""
    xml = b'<?xml version="1.0" encoding="windows-1251"?><ValCurs/>'
    assert diagnose(response(200, xml), markup=True) is None
    for body, markup in ((PAGE % (b"x", b"y"), True), (xml, False)):
        found = diagnose(response(200, body), markup=markup)
        assert found is not None
        assert found.cause is Cause.OUTAGE
        assert "HTML page" in found.text
