"""What is taken in later, and in which order, through the real store: neither changes what was known at an instant."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.ask import Question, ask
from oracle.bank_of_russia import CURRENCY_IDS, dynamic_path
from oracle.collect.read import read
from oracle.days import DAY, Span
from oracle.judge import judge
from oracle.knowledge import knowledge
from oracle.publish import publish
from oracle.rewind import ask_as_known_at
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.store.writer import Store
from oracle.terms import Observation
from oracle.twin import RateRow, Row, TwinMarket, cbr, registry
from oracle.twin.desk import Shelf
from oracle.venues import VENUES
from tests.law.situation import Counter
from tests.readings import write

KNOWN = knowledge()
NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
FIRST, LAST = date(2026, 2, 1), date(2026, 3, 13)
ASKED = date(2026, 3, 12)
DAYS = list(Span(FIRST, LAST).days())
PAIRS = ("BTC/USDT", "ETH/USDT", "BTC/EUR")


def _counter(venue: str, price: int, pairs: tuple[str, ...] = PAIRS) -> Counter:
    """The venue with these pairs, every day at a price of its own."""
    markets = []
    for number, pair in enumerate(pairs):
        rows = []
        for day in Span(FIRST, LAST + 20 * DAY).days():
            each = price + day.day + number
            rows.append(Row(day, *(f"{each}",) * 4, "10", f"{each * 10}"))
        base, quote = pair.split("/")
        markets.append(TwinMarket(base, quote, tuple(rows)))
    return Counter(venue, Shelf(tuple(markets), registry.VENUES[venue].HABITS))


def _list(venue: str, at: datetime, pairs: tuple[str, ...] = PAIRS) -> Observation:
    return _counter(venue, 100, pairs).observe("markets", "", None, at, VENUES[venue].ask_markets)


def _page(venue: str, pair: str, span: Span, at: datetime, price: int = 100) -> Observation:
    symbol = pair.replace("/", "-" if venue == "okx" else "")
    return _counter(venue, price).observe("candles", symbol, span, at, VENUES[venue].ask_candles(symbol, span))


def _rates(code: str, at: datetime, kopecks: int = 0) -> Observation:
    span = Span(FIRST - 10 * DAY, LAST + 20 * DAY)
    rows = tuple(RateRow(day, 1, f"80.{kopecks:02}") for day in span.days() if day.weekday() not in (6, 0))
    path = dynamic_path(CURRENCY_IDS[code], span)
    query = dict(part.split("=") for part in path.partition("?")[2].split("&"))
    answer = cbr.answer(path.partition("?")[0], query, {code: rows}, at)
    return Observation("cbr", "rates", f"{code} {CURRENCY_IDS[code]}", span, path, 200, (), at, at, answer.body)


def _record(store: Store, batch: str, seen: list[Observation]) -> None:
    store.record(batch, seen, [read(each) for each in seen])


def _told(answer: Any) -> dict[str, Any]:
    told: dict[str, Any] = answer.model_dump(mode="json")
    return {key: value for key, value in told.items() if key != "dataset"}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A store as it was at NOW, and the answer that it gave then."""
    home = Home(tmp_path_factory.mktemp("first")).usable()
    whole = Span(FIRST, LAST)
    with Store(home.store) as store:
        seen = [_list("binance", NOW), _list("okx", NOW, PAIRS[:2]), _rates("USD", NOW), _rates("EUR", NOW)]
        seen += [_page("binance", pair, whole, NOW) for pair in PAIRS[:2]]
        seen += [_page("okx", "BTC/USDT", Span(FIRST, ASKED), NOW, 110)]
        _record(store, "first", seen)
        publish(store, home.published, KNOWN, NOW)
    with Reads(home.current) as reads:
        return home.store, _told(ask(reads, Question("BTC", ASKED), NOW))


spans = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda pair: Span(min(pair), max(pair)))
# How long after NOW each was received: never before it.
hours = st.integers(1, 400)
later = st.one_of(
    st.tuples(
        st.just("page"), st.sampled_from(["binance", "okx"]), st.sampled_from(PAIRS), spans, st.integers(90, 120)
    ),
    st.tuples(st.just("list"), st.sampled_from(["binance", "okx"]), st.sampled_from([PAIRS, PAIRS[:1], PAIRS[1:]])),
    st.tuples(st.just("rates"), st.sampled_from(["USD", "EUR"]), st.integers(0, 99)),
)


def _seen(what: tuple[Any, ...], at: datetime) -> Observation:
    match what:
        case ("page", venue, pair, span, price):
            return _page(venue, pair, span, at, price)
        case ("list", venue, pairs):
            return _list(venue, at, pairs)
        case (_, code, kopecks):
            return _rates(code, at, kopecks)
    raise AssertionError(what)


@settings(max_examples=4)
@given(st.lists(st.tuples(hours, st.lists(later, min_size=1, max_size=4)), min_size=1, max_size=3))
def test_what_is_learned_later_changes_no_earlier_answer(
    first: tuple[Path, dict[str, Any]], batches: list[tuple[int, list[tuple[Any, ...]]]]
) -> None:
    """Restated candles and rates, new days, markets and lists: as known before them, the answer is what it was."""
    stored, then = first
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder)).usable()
        shutil.copy(stored, home.store)
        with Store(home.store) as store:
            for number, (after, found) in enumerate(sorted(batches, key=lambda each: each[0])):
                _record(store, f"later-{number}", [_seen(each, NOW + timedelta(hours=after)) for each in found])
            publish(store, home.published, KNOWN, NOW + timedelta(days=20))
        again = ask_as_known_at(home, Question("BTC", ASKED), NOW, NOW + timedelta(days=20))
    assert _told(again) == then


def test_the_rulebooks_calendar_counts_for_earlier_answers_too(
    first: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """14:00 UTC of the 11th is the 12th in Vladivostok: verdicts and rubles of that day, as known at an instant too."""
    home = Home(tmp_path).usable()
    shutil.copy(first[0], home.store)
    write(home.path, "vladivostok", date_zone="Asia/Vladivostok")
    with Store(home.store) as store:
        publish(store, home.published, knowledge(home.path), NOW)
    at = datetime(2026, 3, 11, 14, tzinfo=UTC)
    question = Question("BTC", date(2026, 3, 11), rulebook="vladivostok", asked_at=at)
    with Reads(home.current) as reads:
        now = _told(ask(reads, question, NOW))
    assert (now["date"], now["zone"]) == ("2026-03-12", "Asia/Vladivostok")
    assert _told(ask_as_known_at(home, question, NOW, NOW)) == now


def _pieces() -> Iterator[list[Observation]]:
    """Batches of different days, long closed when they were read, of two venues; one day is told twice alike."""
    at = NOW + timedelta(days=60)
    for begin in range(0, len(DAYS), 12):
        span = Span(DAYS[begin], min(LAST, DAYS[begin] + 11 * DAY))
        yield [_page("binance", pair, span, at) for pair in PAIRS]
    yield [_page("okx", "BTC/USDT", Span(FIRST, LAST), at, 110)]
    yield [_page("binance", "BTC/USDT", Span(ASKED, ASKED), at)]
    yield [_list("binance", at), _list("okx", at, PAIRS[:2])]
    yield [_rates("USD", at), _rates("EUR", at)]


PIECES = list(_pieces())


def _verdicts(order: list[int]) -> tuple[Any, ...]:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "store.duckdb") as store:
        for number in order:
            _record(store, f"batch-{number}", PIECES[number])
        with store.one_state() as source:
            judged = judge(source, KNOWN)
    return judged.verdicts, judged.venue_days, judged.ruble_values, judged.coverage


@pytest.fixture(scope="module")
def in_order() -> tuple[Any, ...]:
    """What the law makes of the batches, oldest days first."""
    return _verdicts(list(range(len(PIECES))))


@settings(max_examples=4)
@given(order=st.permutations(range(len(PIECES))))
def test_the_order_of_batches_changes_no_verdict(in_order: tuple[Any, ...], order: list[int]) -> None:
    """Newest days first, the market list last, the rates in between: verdicts, turnovers and coverage are the same."""
    assert in_order[0]
    assert _verdicts(order) == in_order
