"""What stands in the store is what judging everything from scratch would give, whatever batches came in which order."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import oracle
from oracle.days import DAY, Span
from oracle.fill import fill
from oracle.judge import decide, judge
from oracle.judged_by import judged_by
from oracle.judgement import Judgement
from oracle.knowledge import knowledge
from oracle.standing import bring_up_to_date
from oracle.store.writer import Store
from oracle.terms import CandlePage, Columns, Market, MarketList, Observation, OfficialRate, RatePage, Reading
from oracle.venues import VENUES

# The days around which all happens: some under the editions and some before them, some within reach of others.
DAYS = [*(date(2021, 12, 28) + n * DAY for n in range(4)), *(date(2024, 12, 28) + n * DAY for n in range(8))]
# MEXC's opening is proven by its candles alone; HTX opens at another hour than UTC days do.
NAMES = ("binance", "mexc", "htx")
PAIRS = (("BTC", "USDT"), ("USDT", "USD"), ("ETH", "BTC"), ("LUNA", "USDT"), ("NEWCOIN", "ETH"))
RECEIVED = datetime(2025, 1, 9, 12, tzinfo=UTC)
KNOWN = knowledge()

spans = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(lambda days: Span(min(days), max(days)))
sources = st.sampled_from(NAMES)
pairs = st.sampled_from(PAIRS)
numbers = st.integers(1, 999_999_999_999)
lists = st.tuples(st.just("list"), sources, st.lists(pairs, unique=True), st.booleans())
pages = st.tuples(
    st.just("page"),
    sources,
    pairs,
    spans,
    st.lists(st.tuples(st.sampled_from(DAYS), numbers, st.sampled_from(("good", "good", "good", "off", "broken")))),
    st.sampled_from(("candles", "candles", "candles", "hours", "file", "csv")),
)
rates = st.tuples(st.just("rates"), st.sampled_from(("USD", "EUR")), spans, st.lists(st.sampled_from(DAYS)), numbers)
batches = st.lists(st.one_of(lists, pages, pages, pages, rates), min_size=1, max_size=3)


def _reading(told: Any, number: int, hours: int) -> Reading:
    kind, source = told[:2]
    received = RECEIVED + timedelta(hours=hours)

    def seen(what: str, subject: str, span: Span | None, url: str = "https://source.example/") -> Observation:
        name = "cbr" if kind == "rates" else source
        return Observation(name, what, subject, span, url, 200, (), received, received, f"{number}".encode())

    if kind == "list":
        markets = tuple(
            Market(source, base + quote, base, "USDC" if told[3] and quote == "USDT" else quote)
            for base, quote in told[2]
        )
        return MarketList(seen("markets", "", None), markets)
    if kind == "rates":
        _, currency, span, days, value = told
        given_rates = tuple(OfficialRate(currency, day, 1, f"{value % 900 + 1}.1234") for day in sorted(set(days)))
        return RatePage(seen("rates", currency, span), given_rates, currency, span)
    return _page(told, seen, received)


def _page(told: Any, seen: Any, received: datetime) -> CandlePage:
    _, source, (base, quote), span, days, what = told
    is_view, is_file = what == "hours", what in ("file", "csv")
    opens = timedelta() if is_view else VENUES[source].opens
    rows = {day: (number, how) for day, number, how in days if day in span}
    starts = [datetime(day.year, day.month, day.day, tzinfo=UTC) + opens for day in rows]
    opened = [
        int(start.timestamp()) * 1000 + (3_600_000 if how == "off" else 0)
        for start, (_, how) in zip(starts, rows.values(), strict=True)
    ]
    prices = ["-1" if how == "broken" else "2" for _, how in rows.values()]
    columns = Columns(
        opened, prices, prices, prices, prices, [str(number) for number, _ in rows.values()],
        [str(2 * number) for number, _ in rows.values()],
    )  # fmt: skip
    url = "file:csv/own.csv" if what == "csv" else "file:binance/dump.zip" if what == "file" else "https://x.example/"
    return CandlePage(
        seen("file" if is_file else what, base + quote, span, url),
        columns,
        min(rows, default=None),
        len(rows),
        opens // timedelta(milliseconds=1),
        int(received.timestamp()) * 1000,
        None if what == "csv" else span,
        tuple(Span(day, day) for day in sorted(rows)) if what == "csv" else (),
        Market(source, base + quote, base, quote, "imported") if is_file else None,
        f"{source}-utc" if is_view and source == "htx" else None,
    )


def _night(days: Span, *told: tuple[date, int], pair: tuple[str, str] = PAIRS[0]) -> Any:
    return ("page", "binance", pair, days, [(day, number, "good") for day, number in told], "candles")


OLD, EVE, DAY_2 = date(2021, 12, 28), date(2024, 12, 30), date(2025, 1, 2)
ALL = Span(DAYS[0], DAYS[-1])
FIRST = [("list", "binance", PAIRS[:1], False), ("rates", "USD", ALL, DAYS, 90), _night(ALL, (OLD, 5), (DAY_2, 5))]
# One plan for each reason to judge a day anew, in which no other reason stands beside it.
REVISED = [FIRST, [_night(Span(DAY_2, DAY_2), (DAY_2, 7))]]
RENAMED = [FIRST, [("list", "binance", PAIRS[:1], True)]]
LISTED_MORE = [FIRST, [("list", "binance", PAIRS[:2], False)]]
NEW_RATE = [FIRST, [("rates", "USD", ALL, [DAY_2], 95)]]
# A stablecoin's market goes off the list as a coin's, never read, comes on: as many are missing, of other kinds.
OF_ANOTHER_KIND = [
    [
        ("list", "binance", (*PAIRS[:1], ("USDT", "USD")), False),
        ("rates", "USD", ALL, DAYS, 90),
        _night(ALL, (OLD, 5), (DAY_2, 5)),
    ],
    [("list", "binance", (PAIRS[0], ("ETH", "BTC")), False)],
]
WITHIN_REACH = [FIRST, [_night(Span(EVE, EVE), (EVE, 5))]]
OLDER_FIRST_DAY = [FIRST, [_night(Span(OLD - 8 * DAY, OLD - DAY), (OLD - 8 * DAY, 5))]]
HOURS = [0, 1, 2, 3, 4, 5]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder for stores."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.mark.parametrize(
    "plan", [REVISED, RENAMED, LISTED_MORE, OF_ANOTHER_KIND, NEW_RATE, WITHIN_REACH, OLDER_FIRST_DAY]
)
def test_each_reason_to_judge_anew_is_seen(home: Path, plan: list[Any]) -> None:
    """A day is judged anew for one reason alone, and no day that should be is left as it was."""
    _stands_as_judged(home, KNOWN, plan, HOURS)


@pytest.mark.parametrize("utc", [False, True], ids=["own-days", "utc-days"])
@given(plan=st.lists(batches, min_size=2, max_size=6), hours=st.lists(st.integers(0, 900), min_size=6, max_size=6))
@settings(max_examples=3, phases=(Phase.generate,))
def test_what_stands_is_what_judging_all_would_give(home: Path, utc: bool, plan: list[Any], hours: list[int]) -> None:
    """After each batch, row for row in all tables: lists, candles, revisions, holes, doubts, files, rates, UTC days."""
    _stands_as_judged(home, _asking_for_utc() if utc else KNOWN, plan, hours)


def _stands_as_judged(home: Path, known: Any, plan: list[Any], hours: list[int]) -> None:
    path = home / "store.duckdb"
    path.unlink(missing_ok=True)
    with Store(path) as store:
        for at, told in enumerate(plan):
            readings = [_reading(each, at * 10 + part, hours[at]) for part, each in enumerate(told)]
            store.record(f"batch-{at}", [each.observation for each in readings], readings)
            with store.one_state(lambda connection: bring_up_to_date(connection, known)) as source:
                stands = {name: sorted(map(repr, source.execute(f"FROM law.{name}").fetchall())) for name in TABLES}
                again = _as_rows(source, judge(source, known))
            for name in TABLES:
                assert stands[name] == again[name], name


TABLES = [each.name for each in fields(Judgement)]


def _as_rows(connection: Any, judgement: Judgement) -> dict[str, list[str]]:
    """The rows as they would be in the tables."""
    result = {}
    for name in TABLES:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE scratch AS FROM law.{name} LIMIT 0")
        fill(connection, "scratch", getattr(judgement, name))
        result[name] = sorted(map(repr, connection.execute("FROM scratch").fetchall()))
    return result


def _asking_for_utc() -> Any:
    book = next(iter(KNOWN.rulebooks.values()))
    editions = tuple(replace(each, trading_day="utc") for each in book.editions)
    other = replace(book, name="in-utc", editions=editions)
    return replace(KNOWN, rulebooks={**KNOWN.rulebooks, "in-utc": other}, digest=KNOWN.digest + "-utc")


def test_without_a_new_batch_nothing_is_judged(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same batches by the same law: what stands is left as it is; by another rulebook all is judged."""
    with Store(home / "again.duckdb") as store:
        told: list[Any] = [
            ("list", "binance", PAIRS[:1], False),
            ("page", "binance", PAIRS[0], Span(*DAYS[-2:]), [], "candles"),
        ]
        readings = [_reading(each, part, 0) for part, each in enumerate(told)]
        store.record("batch", [each.observation for each in readings], readings)
        bring_up_to_date(store.connection, KNOWN)
        judged: list[object] = []

        def watched(*parts: Any) -> Judgement:
            judged.append(parts[-1])
            return decide(*parts)

        monkeypatch.setattr("oracle.standing.decide", watched)
        bring_up_to_date(store.connection, KNOWN)
        assert judged == []
        bring_up_to_date(store.connection, _asking_for_utc())
        assert judged == [None]


def test_a_patched_program_judges_everything_again(tmp_path: Path) -> None:
    """One byte of the law, a venue's facts, the words or the SQL below, and what stands is another program's."""
    package = Path(oracle.__file__).parent
    assert judged_by(package) == judged_by()
    for at, name in enumerate(("law/verdict.py", "venues/htx.py", "words/en.py", "store/identity.sql", "court.py")):
        copy = tmp_path / str(at)
        copytree(package, copy, ignore=ignore_patterns("__pycache__", "api", "page", "twin"))
        assert judged_by(copy) == judged_by()
        (copy / name).write_bytes((copy / name).read_bytes() + b" ")
        judged_by.cache_clear()
        assert judged_by(copy) != judged_by()
