"""What is read before anybody asks: the same answers, sooner; and never more than once at a time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from oracle.api.ahead import read_ahead, read_as_before
from oracle.api.encoding import Encoder
from oracle.api.version import Opened
from oracle.ask import Question, ask
from oracle.days import Span
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.store.rows import DayRows
from oracle.store.shelf import ColdError, Shelf, ShelfReads
from tests.priced import LAST, NOW

DAY = date(2026, 3, 10)


def test_days_are_read_ahead_and_answer_the_same(home: Home) -> None:
    """The newest days with their pieces of answers, the oldest without; the bytes are those that the file gives."""
    with Reads(home.current) as reads:
        shelf, encoder = Shelf(reads), Encoder()
        read_ahead(shelf, encoder, reads, LAST, lambda _: True)
        first = reads.first_day()
        assert first is not None
        for day in (first, LAST):
            assert ShelfReads(shelf).venue_days(day) == reads.venue_days(day)
        assert {day for day, _ in encoder.newest()} >= {LAST, DAY}
        for coin in ("BTC", "USDT"):
            made = encoder.encoded(ShelfReads(shelf, reads), Question(coin, DAY), NOW)
            assert made.decode() == ask(reads, Question(coin, DAY), NOW).model_dump_json()


def test_reading_ahead_ends_when_it_is_told_to(home: Home) -> None:
    """A version that has been replaced before it begins, or while it rests, reads no more."""
    with Reads(home.current) as reads:
        shelf = Shelf(reads)
        read_ahead(shelf, Encoder(), reads, LAST, lambda _: False)
        assert shelf.listed is None
        rests = iter((True, True, False))
        read_ahead(shelf, Encoder(), reads, LAST, lambda _: next(rests))
        assert shelf.listed is not None
        assert shelf.newest()[1]
        with pytest.raises(ColdError):
            ShelfReads(shelf).values(date(2024, 1, 1))


def test_a_new_version_has_read_what_the_one_before_was_asked(home: Home) -> None:
    """It answers out of memory from the first question on."""
    question = Question("BTC", DAY, lang="ru")
    with Reads(home.current) as reads:
        before, told = Shelf(reads), Encoder()
        expected = told.encoded(ShelfReads(before, reads), question, NOW)
        after, encoder = Shelf(reads), Encoder()
        read_as_before(after, encoder, reads, (before, told))
    assert encoder.newest() == [(DAY, "ru")]
    assert encoder.encoded(ShelfReads(after), question, NOW) == expected


def test_the_same_version_again_keeps_all_that_was_read(home: Home) -> None:
    """The file is another, its contents are not."""
    before, after = Opened(home.current, {}), Opened(home.current, {})
    try:
        after.make_ready(before)
        assert (after.shelf, after.encoder) == (before.shelf, before.encoder)
    finally:
        before.replace()
        after.replace()


def test_a_block_of_days_is_read_once_for_all_who_wait(home: Home) -> None:
    """Eight threads that ask for days of one block: one of them reads, and all have their day."""
    read: list[Span] = []
    with Reads(home.current) as reads:
        shelf, together = Shelf(reads), threading.Barrier(8)

        def days(span: Span) -> dict[date, DayRows]:
            read.append(span)
            return reads.days(span)

        def asked(number: int) -> DayRows:
            together.wait()
            return shelf.day(date.fromordinal(DAY.toordinal() // 16 * 16 + number), days)

        with ThreadPoolExecutor(8) as pool:
            assert all(found.figures for found in pool.map(asked, range(8)))
    assert len(read) == 1


def test_an_answer_is_kept_for_who_asks_again(home: Home) -> None:
    """The first time it is only remembered that it was asked."""
    opened = Opened(home.current, {})
    try:
        assert [opened.asked_before(key) for key in ("a", "b", "a")] == [False, False, True]
    finally:
        opened.replace()
