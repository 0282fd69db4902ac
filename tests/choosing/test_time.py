"""A question about an instant: the date in Moscow counts, and the answer says so."""

import json

from tests.conftest import Run


def test_half_past_one_in_moscow_is_still_yesterday_in_london(run: Run) -> None:
    """22:30 UTC of the 10th is asked about the 11th, with the instant and the zone in the answer."""
    by_instant = json.loads(run("quotation", "BTC", "2026-03-11T01:30:00+03:00", "--format", "json").out)
    by_date = json.loads(run("quotation", "BTC", "2026-03-11", "--format", "json").out)
    assert by_instant["asked_at"] == "2026-03-11T01:30:00+03:00"
    assert (by_instant["date"], by_instant["zone"]) == ("2026-03-11", "Europe/Moscow")
    assert by_date["asked_at"] is None
    assert by_instant["chosen"] == by_date["chosen"]
    page = run("quotation", "BTC", "2026-03-10T22:30:00+00:00").out
    assert "2026-03-10T22:30:00+00:00 is on 2026-03-11 in Europe/Moscow, and that date counts" in page


def test_an_instant_of_today_is_available_later(run: Run) -> None:
    """Today's day has not closed: the earliest instant and the venues that close then are named."""
    ran = run("quotation", "BTC", "2026-03-14T10:00:00+03:00")
    assert (ran.status, ran.out) == (2, "")
    assert (
        "the trading day 2026-03-14 is not over; available after 2026-03-15 00:00 UTC (binance, bybit, okx)" in ran.err
    )
