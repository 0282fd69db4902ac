"""One contract that every venue keeps: its facts, how it is asked, and how it takes a hostile answer."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import urlsplit

import ccxt
import pytest

from oracle.days import Span
from oracle.errors import QuestionError, SourceChangedError, SourceError, SourceUnreachableError
from oracle.venues import VENUES, venue_named
from oracle.venues.venue import Request, Venue
from tests.venues.sound import ERRORS, SOUND, Sound

DAY = date(2025, 3, 14)


JSON_NUMBERS = {"coinbase", "upbit", "htx", "bingx", "bitfinex", "gemini", "bithumb", "lbank"}
# Rows asked for beyond the days: Bitstamp has some days twice, Crypto.com may count both its bounds in.
SPARE = {"bitstamp": 10, "cryptocom": 2}
# 14 March 2025 opens at 00:00 UTC, at 16:00 the day before in UTC+8 and at 15:00 in Seoul.
OPENED = {"htx": 1741881600000, "lbank": 1741881600000, "bithumb": 1741878000000}
QUOTES = {
    **dict.fromkeys(("upbit", "bithumb"), "KRW"),
    **dict.fromkeys(("coinbase", "kraken", "bitstamp", "gemini"), "USD"),
}


@pytest.fixture(params=list(VENUES.values()), ids=list(VENUES))
def venue(request: pytest.FixtureRequest) -> Venue:
    """Each venue of the register."""
    assert isinstance(request.param, Venue)
    return request.param


@pytest.fixture
def sound(venue: Venue) -> Sound:
    """Its sound answers; a venue without an entry in SOUND fails here."""
    return SOUND[venue.name]


def _refusal(venue: Venue, body: bytes, kind: str) -> SourceError | None:
    """How a reader takes `body`: the source's failure, or None if it was read. Any other exception fails the test."""
    try:
        if kind == "markets":
            venue.read_markets(body)
        else:
            venue.read_candles(body, SOUND[venue.name].symbol)
    except SourceError as error:
        return error
    return None


def test_facts_are_filled(venue: Venue) -> None:
    """Every venue tells its site, its source, its day and how much it may be asked at once."""
    assert VENUES[venue.name] is venue
    assert venue.name == venue.name.lower()
    assert venue.title
    assert venue.closed_by
    for address in (venue.site, venue.source):
        parts = urlsplit(address)
        assert (parts.scheme, "." in parts.netloc) == ("https", True)
    assert venue.page_days > 0
    assert abs(venue.opens) < timedelta(days=1)
    assert venue.jurisdiction in ("foreign", "russian")
    assert date(2009, 1, 3) < venue.first_day < date(2025, 1, 1)
    assert venue.reach_days is None or 0 < venue.reach_days <= venue.page_days


def test_a_venue_is_found_in_any_case(venue: Venue) -> None:
    """The asker may write Binance or BINANCE."""
    assert venue_named(venue.name.upper()) is venue


def test_an_unknown_venue_is_refused_with_the_known_ones() -> None:
    """The asker is told all that could have been meant."""
    with pytest.raises(QuestionError) as refusal:
        venue_named("mtgox")
    assert all(name in str(refusal.value) for name in VENUES)


def test_ccxt_knows_the_methods(venue: Venue) -> None:
    """The implicit methods that are called exist on that ccxt class, in the version that is pinned."""
    exchange = getattr(ccxt, venue.ccxt_id)
    asked = venue.ask_candles("SYMBOL", Span(DAY, DAY))
    for method in (venue.ask_markets.method, asked.method):
        assert callable(getattr(exchange, method))


class _SentError(Exception):
    """Carries the address that ccxt was about to send to."""


def _address(venue: Venue, asked: Request) -> str:
    """Where ccxt itself would send the request; nothing is sent."""

    def fetch(_: object, url: str, *rest: object, **more: object) -> None:  # noqa: ARG001 - ccxt's own signature
        raise _SentError(url)

    base = getattr(ccxt, venue.ccxt_id)
    client = type("unsent", (base,), {"fetch": fetch})({"enableRateLimit": False})
    with pytest.raises(_SentError) as sent:
        getattr(client, asked.method)(dict(asked.params))
    return str(sent.value)


def test_ccxt_puts_the_market_into_the_address(venue: Venue, sound: Sound) -> None:
    """An https address of the venue comes out of the request, and the market that is asked for stands in it."""
    address = urlsplit(_address(venue, venue.ask_candles(sound.symbol, Span(DAY, DAY))))
    listed = urlsplit(_address(venue, venue.ask_markets))
    assert address.scheme == listed.scheme == "https"
    assert sound.symbol in f"{address.path}?{address.query}"
    assert listed.path != address.path


@pytest.mark.parametrize("days", [1, 0])
def test_a_request_names_the_market(venue: Venue, days: int) -> None:
    """Asked for one day or for a whole page, the request is about the market, and about no more than one page."""
    span = Span(DAY - timedelta(days=(days or venue.page_days) - 1), DAY)
    asked = venue.ask_candles("SOMECOIN", span)
    assert "SOMECOIN" in asked.params.values()
    counts = [value for name, value in asked.params.items() if name in ("limit", "count", "size")]
    assert counts in ([], [len(span) + SPARE.get(venue.name, 0)])


def test_a_request_is_for_exactly_these_days(venue: Venue, sound: Sound) -> None:
    """14 to 16 March 2025 in the venue's own units and with its own ideas of which end is included."""
    asked = venue.ask_candles(sound.symbol, Span(DAY, date(2025, 3, 16)))
    assert dict(asked.params) == sound.asked


def test_sound_answers_are_read(venue: Venue, sound: Sound) -> None:
    """The very answers that the hostile ones below are made from are read, every figure in its column."""
    columns = venue.read_candles(sound.candles, sound.symbol)
    assert list(columns.opened_ms) == [OPENED.get(venue.name, 1741910400000)]
    assert [list(column) for column in columns[1:6]] == [
        ["81000.10"],
        ["85000.00"],
        ["80000.00"],
        ["84000.50"],
        ["1.50000000"],
    ]
    assert (columns.turnover is not None) == venue.turnover_published
    if columns.turnover is not None:
        assert columns.turnover[0].rstrip("0") == "124500.75"
    (market,) = venue.read_markets(sound.markets)
    assert (market.venue, market.symbol, market.name, market.state) == (
        venue.name,
        sound.symbol,
        f"BTC/{QUOTES.get(venue.name, 'USDT')}",
        "live",
    )


HTML = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"
NEVER_SOUND = {
    "empty": b"",
    "blank": b" \r\n",
    "null": b"null",
    "true": b"true",
    "text": b'"ok"',
    "number": b"1741910400000",
    "huge number": b"1" * 5000,
    "html": HTML,
    "nested lists": b"[" * 100_000,
    "closed nested lists": b"[" * 100_000 + b"]" * 100_000,
    "invalid utf-8": b'{"code":"\xff\xfe","symbol":"\xc3("}',
    "invalid utf-8 in a list": b'["\xff\xfe"]',
    "utf-16": '{"code":"0"}'.encode("utf-16"),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "a list of nulls": b"[null]",
    "a list of lists": b"[[]]",
    "a list of objects": b"[{}]",
    "an object of nulls": b'{"code":null,"retCode":null,"error":null,"status":null,"symbols":null,"data":null}',
    "two answers": b"[][]",
    "a comment": b"/**/[]",
    "NaN": b"[[NaN]]",
}


def test_nonsense_is_the_sources_failure(venue: Venue) -> None:
    """Whatever a broken source sends, the reader says which kind of failure it is and never crashes."""
    for what, body in NEVER_SOUND.items():
        for kind in ("candles", "markets"):
            refusal = _refusal(venue, body, kind)
            assert isinstance(refusal, (SourceUnreachableError, SourceChangedError)), (what, kind)
            assert str(refusal).startswith(("the answer ", "the venue answered with its error ")), (what, kind)


@pytest.mark.parametrize("kind", ["candles", "markets"])
def test_the_other_kind_of_brackets_is_no_answer(venue: Venue, sound: Sound, kind: str) -> None:
    """An empty object where a list is due, or the other way round, is a change, not an empty answer."""
    sound_body = sound.candles if kind == "candles" else sound.markets
    other = b"{}" if sound_body[:1] == b"[" else b"[]"
    assert isinstance(_refusal(venue, other, kind), SourceChangedError)


@pytest.mark.parametrize("kind", ["candles", "markets"])
def test_half_an_answer_is_asked_for_again(venue: Venue, sound: Sound, kind: str) -> None:
    """Cut at any byte an answer is unreachable, which is retried: it is never read as a shorter one."""
    body = sound.candles if kind == "candles" else sound.markets
    for length in range(len(body)):
        assert isinstance(_refusal(venue, body[:length], kind), SourceUnreachableError), body[:length]


def _deep(sound: Sound) -> Iterator[tuple[str, bytes]]:
    """A hundred thousand brackets where the reader looks away: in a member it does not know, and within a figure."""
    for kind, body in (("candles", sound.candles), ("markets", sound.markets)):
        yield kind, b'{"unknown":' * 100_000
        start = body.find(b"{") + 1
        if start:
            yield kind, body[:start] + b'"unknown":' + b"[" * 100_000 + b"]" * 100_000 + b"," + body[start:]
    close = b'"84000.50"' if b'"84000.50"' in sound.candles else b"84000.50"
    yield "candles", sound.candles.replace(close, b"[" * 100_000 + b"]" * 100_000)


def test_deep_nesting_is_the_sources_failure(venue: Venue, sound: Sound) -> None:
    """Brackets without end in a part of the answer that nobody reads are a change of the source, no crash."""
    for kind, body in _deep(sound):
        assert isinstance(_refusal(venue, body, kind), (SourceUnreachableError, SourceChangedError))


def test_a_figure_in_another_type_is_a_change(venue: Venue, sound: Sound) -> None:
    """A number where text is due is a change; a text where a number is due gives the same digits."""
    if venue.name in JSON_NUMBERS:
        quoted = sound.candles.replace(b"84000.50", b'"84000.50"')
        assert list(venue.read_candles(quoted, sound.symbol).close) == ["84000.50"]
    else:
        bare = sound.candles.replace(b'"84000.50"', b"84000.50")
        assert bare != sound.candles
        assert isinstance(_refusal(venue, bare, "candles"), SourceChangedError)


def test_a_time_that_is_none_is_a_change(venue: Venue, sound: Sound) -> None:
    """No day is guessed from a time that cannot be read."""
    for time in (b'"NaN"', b'"tomorrow"', b'""', b"null", b"true", b"{}", b'"2025-03-14"', b"1.5e400"):
        body = sound.candles.replace(sound.time, time, 1)
        assert body != sound.candles
        assert isinstance(_refusal(venue, body, "candles"), SourceChangedError), time


@pytest.mark.parametrize("name", ["bybit", "okx", "bitget", "kucoin", "gate", "bitstamp"])
def test_only_plain_digits_are_a_time(name: str) -> None:
    """A time is digits and nothing else, as a price is."""
    for text in ("1_741_910_400", " 1741910400", "+1741910400", "\u0661741910400"):
        body = SOUND[name].candles.replace(SOUND[name].time, f'"{text}"'.encode(), 1)
        assert isinstance(_refusal(VENUES[name], body, "candles"), SourceChangedError)


def test_a_bare_nan_is_no_json(venue: Venue, sound: Sound) -> None:
    """NaN without quotes is no JSON at all, whatever Python would make of it."""
    close = b"84000.50" if venue.name in JSON_NUMBERS else b'"84000.50"'
    for literal in (sound.time, close):
        body = sound.candles.replace(literal, b"NaN", 1)
        assert body != sound.candles
        assert isinstance(_refusal(venue, body, "candles"), SourceUnreachableError)


def test_a_time_beyond_all_calendars_is_never_another_time(venue: Venue, sound: Sound) -> None:
    """10**30 is refused, or handed on as it is for the checks on rows: it never wraps around into some other day."""
    huge = str(10**30).encode()
    body = sound.candles.replace(sound.time, b'"' + huge + b'"' if sound.time[:1] == b'"' else huge, 1)
    if _refusal(venue, body, "candles") is None:
        (opened,) = venue.read_candles(body, sound.symbol).opened_ms
        assert opened in (10**30, 10**33)


def test_a_row_with_a_column_less_is_a_change(venue: Venue, sound: Sound) -> None:
    """A row that lacks its volume is not read with the columns shifted."""
    for text in (
        b'"1.50000000",',
        b",1.50000000",
        b'"amount":1.50000000,',
        b',"candle_acc_trade_volume":1.50000000',
        b',"volume":"1.50000000"',
        b',"v":"1.50000000"',
    ):
        shorter = sound.candles.replace(text, b"")
        if shorter != sound.candles:
            break
    assert shorter != sound.candles
    assert isinstance(_refusal(venue, shorter, "candles"), SourceError)


@pytest.mark.parametrize("kind", ["candles", "markets"])
def test_the_venues_own_error_is_never_an_empty_answer(venue: Venue, kind: str) -> None:
    """An error inside an answer of status 200 is told as such: a rate limit is waited out, all else is looked at."""
    busy, changed = ERRORS[venue.name]
    assert changed
    assert [type(_refusal(venue, body, kind)) for body in busy] == [SourceUnreachableError] * len(busy)
    assert [type(_refusal(venue, body, kind)) for body in changed] == [SourceChangedError] * len(changed)


WORDS = {
    "bybit": "10001",
    "okx": "51001",
    "bitget": "40309",
    "kraken": "EQuery:Unknown",
    "htx": "invalid-parameter",
    "kucoin": "400100",
    "gate": "INVALID_CURRENCY_PAIR",
    "mexc": "-1121",
    "bingx": "100204",
    "bitstamp": "Not found",
    "bitfinex": "10020: symbol: invalid",
    "cryptocom": "40004: Invalid instrument_name",
    "gemini": "Bad Request: Supplied value",
    "bithumb": "Missing request parameter",
    "whitebit": "Market is not available",
    "hashkey": "-100010",
    "lbank": "10008",
}


@pytest.mark.parametrize("name", WORDS)
def test_the_venues_own_words_are_in_the_message(name: str) -> None:
    """Whoever has to act reads the venue's code, not only ours."""
    assert WORDS[name] in str(_refusal(VENUES[name], ERRORS[name][1][0], "candles"))


@pytest.mark.parametrize(
    ("name", "ours", "other"),
    [
        ("bybit", b'"BTCUSDT"', b'"ETHUSDT"'),
        ("kraken", b'"XXBTZUSD"', b'"XETHZUSD"'),
        ("upbit", b"KRW-BTC", b"KRW-ETH"),
        ("bitstamp", b"BTC/USD", b"ETH/USD"),
        ("cryptocom", b"BTC_USDT", b"ETH_USDT"),
        ("bithumb", b"KRW-BTC", b"KRW-ETH"),
        ("whitebit", b'"124500.75"]', b'"124500.75","ETH_USDT"]'),
    ],
)
def test_an_answer_about_another_market_is_refused(name: str, ours: bytes, other: bytes) -> None:
    """Where the venue names the market, another market's candles are never taken for those that were asked for."""
    body = SOUND[name].candles.replace(ours, other)
    with pytest.raises(SourceChangedError, match=r"asked for .*, the answer is about .*(ETH|eth)"):
        VENUES[name].read_candles(body, SOUND[name].symbol)


def test_one_strange_row_among_many_refuses_the_page() -> None:
    """Upbit's page with one row of another market is refused as a whole."""
    sound = SOUND["upbit"].candles
    mixed = sound[:-1] + b"," + sound[1:].replace(b"KRW-BTC", b"USDT-BTC")
    with pytest.raises(SourceChangedError, match="USDT-BTC"):
        VENUES["upbit"].read_candles(mixed, "KRW-BTC")


@pytest.mark.parametrize("name", [name for name in SOUND if name != "kraken"])
def test_a_market_without_candles_is_an_empty_page(name: str) -> None:
    """No rows at all is a sound answer: the market had none in these days."""
    empty = {
        "bybit": b'{"retCode":0,"retMsg":"OK","result":{"symbol":"BTCUSDT","category":"spot","list":[]}}',
        "okx": b'{"code":"0","msg":"","data":[]}',
        "bitget": b'{"code":"00000","msg":"success","data":[]}',
        "htx": b'{"status":"ok","data":[]}',
        "kucoin": b'{"code":"200000","data":[]}',
        "bingx": b'{"code":0,"timestamp":1,"data":[]}',
        "bitstamp": b'{"data":{"pair":"BTC/USD","ohlc":[]}}',
        "cryptocom": b'{"id":-1,"code":0,"result":{"interval":"1D","data":[],"instrument_name":"BTC_USDT"}}',
        "whitebit": b'{"success":true,"message":null,"result":[]}',
        "lbank": b'{"msg":"Success","result":"true","data":[],"error_code":0,"ts":1}',
    }.get(name, b"[]")
    columns = VENUES[name].read_candles(empty, SOUND[name].symbol)
    assert (list(columns.opened_ms), list(columns.close)) == ([], [])
