"""The pace is arithmetic on instants: never faster than allowed, not before a source wants it, slower when told so."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.collect.allowance import ALLOWANCES, LONGEST_PAUSE, pause
from oracle.collect.breaker import COOL_DOWN, STRIKES, Breaker
from oracle.collect.pace import SLOWEST, STEADY, Deadline, Pace, Paces
from oracle.fetch import Headers

NOW = datetime(2026, 3, 14, 9, 26, 51, tzinfo=UTC)
EPOCH = int(NOW.timestamp())

# After how long somebody wants to ask again, how long the answer takes, and what it says: a wait, or a pause.
Answers = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 24), st.sampled_from(["sound", "limited"]), st.integers(0, 400)),
    max_size=80,
)


@given(per_minute=st.integers(1, 3000), answers=Answers)
def test_never_too_many_and_never_too_early(per_minute: int, answers: list[tuple[int, int, str, int]]) -> None:
    """In no minute more starts than are allowed, and none before a stated wait has passed; in eighths of seconds."""
    pace, now = Pace(60 / per_minute), 0.0
    starts: list[float] = []
    closed: list[tuple[float, float]] = []
    for idle, latency, said, wait in answers:
        now += idle / 8
        now += pace.wait(now)
        pace.start(now)
        starts.append(now)
        started, now = now, now + latency / 8
        if said == "limited":
            pace.limited(started, now, wait / 8)
        else:
            pace.sound(now, wait / 8)
        closed.append((now, now + wait / 8))
    for first in starts:
        assert sum(first <= each < first + 60 - 1e-4 for each in starts) <= per_minute
    for told, until in closed:
        assert not any(told < each < until - 1e-4 for each in starts)


def test_one_too_many_doubles_the_interval_once_for_all_that_were_under_way() -> None:
    """Twelve 429 to requests that started together are one lesson; the next one to a later request is another."""
    pace = Pace(1.0)
    for at in range(12):
        pace.limited(started=0.5, now=1.0 + at / 100, wait=0)
    assert pace.interval == 2.0
    pace.limited(started=3.0, now=3.5, wait=0)
    assert pace.interval == 4.0


def test_the_pace_recovers_step_by_step_and_not_beyond_what_is_allowed() -> None:
    """Each run of sound answers takes one doubling back; a new 429 in between starts the count anew."""
    pace = Pace(1.0)
    for at in range(10):
        pace.limited(started=at * 2.0, now=at * 2.0 + 1, wait=0)
    assert pace.interval == SLOWEST
    for _ in range(STEADY):
        pace.sound(100.0, 0)
    assert pace.interval == SLOWEST / 2
    for _ in range(20 * STEADY):
        pace.sound(200.0, 0)
    assert pace.interval == 1.0


def test_those_who_share_an_address_share_the_slower_pace_and_others_do_not() -> None:
    """One pace for each egress and address: behind another proxy or for another address there is another."""
    paces = Paces()
    one = paces.pace("direct", "http://relay", 60)
    assert paces.pace("direct", "http://relay", 30) is one
    assert one.interval == 2.0
    assert paces.pace("socks5://elsewhere:1080", "http://relay", 60) is not one
    assert paces.pace("direct", "okx", 60) is not one


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((("x-mbx-used-weight-1m", "120"),), 0.0),
        # 51 seconds of the minute have gone by on the server's clock.
        ((("x-mbx-used-weight-1m", "5900"),), 9.0),
        ((("x-mbx-used-weight-1m", "5900"), ("date", "Sat, 14 Mar 2026 09:26:58 GMT")), 2.0),
        ((("remaining-req", "group=candles; min=600; sec=9"),), 0.0),
        ((("remaining-req", "group=candles; min=600; sec=0"),), 1.0),
        (
            (
                ("x-bapi-limit", "600"),
                ("x-bapi-limit-status", "4"),
                ("x-bapi-limit-reset-timestamp", str(EPOCH * 1000 + 2500)),
            ),
            2.5,
        ),
        (
            (("gw-ratelimit-limit", "2000"), ("gw-ratelimit-remaining", "10"), ("gw-ratelimit-reset", "12500")),
            12.5,
        ),
        (
            (
                ("x-gate-ratelimit-limit", "200"),
                ("x-gate-ratelimit-requests-remain", "1"),
                ("x-gate-ratelimit-reset-timestamp", str(EPOCH + 4)),
            ),
            4.0,
        ),
        ((("ratelimit-limit", "100"), ("ratelimit-remaining", "50"), ("ratelimit-reset", "30")), 0.0),
        ((("ratelimit-limit", "100"), ("ratelimit-remaining", "2"), ("ratelimit-reset", "30")), 30.0),
        ((("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", str(EPOCH + 7))), 7.0),
        ((("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "7")), 7.0),
        ((("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", str(EPOCH + 10**6))), LONGEST_PAUSE),
        ((("x-ratelimit-remaining", "many"), ("ratelimit-remaining", "-1")), 0.0),
        ((), 0.0),
    ],
)
def test_a_nearly_used_allowance_makes_a_pause(headers: Headers, seconds: float) -> None:
    """Each venue's way of telling what is left, until it starts anew; enough of it and nonsense make none."""
    assert pause(headers, NOW) == pytest.approx(seconds)


def test_every_header_that_tells_of_an_allowance_is_kept() -> None:
    """What the pace obeys stands in the archive beside the answer."""
    from oracle.fetch import _kept

    for each in ALLOWANCES:
        named = [each.left, each.used, each.resets, *([each.limit] if isinstance(each.limit, str) else [])]
        assert [name for name in named if name and not _kept(name)] == []


def test_the_breaker_opens_after_strikes_in_a_row_and_closes_by_a_probe() -> None:
    """An answer in between forgives; open, it lets one probe through after the cool-down, and an answer closes it."""
    breaker = Breaker()
    for _ in range(STRIKES - 1):
        breaker.gave_up("no whole answer", 0.0)
    breaker.answered()
    for at in range(STRIKES):
        assert breaker.barred(float(at)) is None
        breaker.gave_up("no whole answer within 30 s", float(at))
    reason = breaker.barred(10.0)
    assert reason is not None
    assert "left alone after 3 questions in a row without an answer (the last: no whole answer within 30 s)" in reason
    probe = STRIKES - 1 + COOL_DOWN
    assert breaker.barred(probe) is None
    assert breaker.barred(probe + 1) is not None
    assert breaker.barred(probe + COOL_DOWN) is None
    breaker.answered()
    assert breaker.barred(probe + COOL_DOWN) is None


def test_a_deadline_is_counted_from_the_start_of_the_run() -> None:
    """Minutes from then on; without one there is no end."""
    assert Deadline(2, 100.0).left(160.0) == 60.0
    assert Deadline(None, 100.0).left(1e9) > timedelta(days=9999).total_seconds()
