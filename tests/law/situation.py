"""From the facts of a file of cases to a published file, the way that all data goes: bytes as the venues and the Bank
write them, the readers, the store, the law, the publication.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from oracle.archive import Archive
from oracle.bank_of_russia import CURRENCY_IDS, dynamic_path
from oracle.collect.read import read
from oracle.days import DAY, Span, missing, parse_instant
from oracle.documents import Said as DocumentSaid
from oracle.documents import observation_of as document_of
from oracle.knowledge import Knowledge, knowledge
from oracle.manual import entry_of, wished, withdrawal_of
from oracle.publish import publish
from oracle.settings import Home
from oracle.store.writer import Store
from oracle.terms import Observation
from oracle.twin import RateRow, Row, TwinMarket, cbr, registry
from oracle.twin.desk import Desk, Shelf
from oracle.venues import VENUES
from oracle.venues.venue import Request
from tests.law.case_file import CaseFile, Deals, Quoted
from tests.readings import write

# Under which path each venue of the cases answers about candles and about its markets.
_PATHS = {
    "binance": ("/api/v3/klines", "/api/v3/exchangeInfo"),
    "bybit": ("/v5/market/kline", "/v5/market/instruments-info"),
    "okx": ("/api/v5/market/history-candles", "/api/v5/public/instruments"),
    "kucoin": ("/api/v1/market/candles", "/api/v2/symbols"),
    "mexc": ("/api/v3/klines", "/api/v3/exchangeInfo"),
    "htx": ("/market/history/candles", "/v1/common/symbols"),
    "gate": ("/api/v4/spot/candlesticks", "/api/v4/spot/currency_pairs"),
    "bitget": ("/api/v2/spot/market/history-candles", "/api/v2/spot/public/symbols"),
    "coinbase": ("/products/{id}/candles", "/products"),
    "kraken": ("/0/public/OHLC", "/0/public/AssetPairs"),
    "whitebit": ("/api/v1/public/kline", "/api/v4/public/markets"),
}
_BEFORE = 45  # days of rates before the first question


def published(file: CaseFile, folder: Path, patch: pytest.MonkeyPatch) -> Path:
    """The published file in which all facts of the case file are true."""
    home = Home(folder).usable()
    for venue, jurisdiction in file.jurisdictions.items():
        patch.setitem(VENUES, venue, replace(VENUES[venue], jurisdiction=jurisdiction))
    for name, values in file.rulebooks.items():
        later = values.get("later", {})
        write(home.path, name, **{key: value for key, value in values.items() if key != "later"})
        with (home.path / "rulebooks" / f"{name}.toml").open("a", encoding="utf-8") as book:
            book.write(_edition(later) if later else "")
    observations = [*_of_the_venues(file), *_of_the_bank(file), *_by_hand(file, knowledge(home.path))]
    with Store(home.store) as store:
        batch = Archive(home.archive).append(observations, file.read_on)
        store.record(batch, observations, [read(each) for each in observations])
        return publish(store, home.published, knowledge(home.path), file.read_on).path


def _by_hand(file: CaseFile, known: Knowledge) -> Iterator[Observation]:
    """What was entered by hand, each with a document of its own, and what was withdrawn."""
    for number, each in enumerate(file.manual):
        at = each.entered_at or file.read_on
        facts = DocumentSaid(each.author, "a screenshot", "", Span(each.day, each.day))
        document = document_of(f"document {number}".encode(), "screen.png", facts, at)
        wish = wished(
            known,
            at,
            coin=each.coin,
            day=f"{each.day}",
            venue=each.venue,
            market=each.market,
            close=each.close,
            author=each.author,
            reason="the collected data have a gap",
            closes_at=each.closes_at,
        )
        entry = entry_of(wish, str(document.sha256), at)
        yield from (document, entry)
        if each.withdrawn_at:
            yield withdrawal_of(str(entry.sha256), "a mistake", each.withdrawn_at)


def _edition(values: dict[str, Any]) -> str:
    said = "".join(
        f'\n[edition.{key}]\nvalue = {json.dumps(value)}\nclause = "a clause"\nsource = "an adviser"\n'
        for key, value in values.items()
        if key != "from"
    )
    return f"\n[[edition]]\nin_force_from = {values['from']}\n{said}"


def _of_the_venues(file: CaseFile) -> Iterator[Observation]:
    names = {venue for venue, _ in file.quoted} | {deals.venue for deals in file.deals.values()}
    last = max(case.day for case in file.cases)
    for venue in sorted(names):
        markets = {
            pair: _Market(
                file.quoted.get((venue, pair)),
                [each for each in file.deals.values() if (each.venue, each.pair) == (venue, pair)],
                last,
            )
            for pair in sorted(
                {pair for name, pair in file.quoted if name == venue}
                | {each.pair for each in file.deals.values() if each.venue == venue}
            )
        }
        shelf = Shelf(tuple(each.twin(pair) for pair, each in markets.items()), registry.VENUES[venue].HABITS)
        desk = Counter(venue, shelf)
        yield desk.observe("markets", "", None, file.read_on, VENUES[venue].ask_markets)
        most = VENUES[venue].page_days
        # A whole page in vain before the first candle is what tells that the market began with it.
        whole = Span(min(each.first for each in markets.values()) - timedelta(days=most), last)
        for symbol, market in zip(shelf.markets, markets.values(), strict=True):
            for span, at in market.readings(whole, file.read_on):
                for page in _pages(span, most):
                    yield desk.observe("candles", symbol, page, at, VENUES[venue].ask_candles(symbol, page))


class _Market:
    """One market of a venue: days with a quotation, days with deals, and when it was asked about them."""

    def __init__(self, quoted: Quoted | None, deals: list[Deals], last: date) -> None:
        self._quoted, self._deals, self._last = quoted, {each.day: each for each in deals}, last
        days = [*self._deals, *([quoted.since] if quoted else [])]
        self.first = min(days)

    def twin(self, pair: str) -> TwinMarket:
        base, quote = pair.split("/")
        amount = "1" if pair in ("USDT/USD", "USDC/USDT") else "0"
        rows = {day: Row(day, "1", "1", "1", "1", amount, amount) for day in self._days_quoted()}
        rows |= {day: _row(each) for day, each in self._deals.items() if not each.unread}
        hours = {each.opens_hours for each in self._deals.values()}
        return TwinMarket(
            base, quote, tuple(rows[day] for day in sorted(rows)), opens_hours=hours.pop() if len(hours) == 1 else None
        )

    def _days_quoted(self) -> Iterator[date]:
        if self._quoted:
            silent = self._quoted.silent + self._quoted.unread
            for day in Span(self._quoted.since, self._quoted.until or self._last).days():
                if not any(day in each for each in silent):
                    yield day

    def readings(self, whole: Span, read_on: datetime) -> Iterator[tuple[Span, datetime]]:
        """Each span that was asked for, and when: all at once, but for what the facts say."""
        apart = [Span(day, day) for day, each in self._deals.items() if each.unread or each.read_at]
        apart += self._quoted.unread if self._quoted else ()
        for span in missing(whole, apart):
            yield span, read_on
        for day, each in self._deals.items():
            for at in each.read_at:
                yield Span(day, day), parse_instant(at)


class Counter:
    """A venue that answers as it stood at an instant."""

    def __init__(self, venue: str, shelf: Shelf) -> None:
        self._venue, self._shelf = venue, shelf

    def observe(self, kind: str, subject: str, span: Span | None, at: datetime, request: Request) -> Observation:
        query = {key: str(value) for key, value in request.params.items()}
        path = _PATHS[self._venue][kind == "markets"].format(**query)
        answer = registry.VENUES[self._venue].answer(path, query, Desk(self._shelf, at))
        assert answer.status == 200, (self._venue, path, query, answer.body[:200])
        return Observation(self._venue, kind, subject, span, path, answer.status, answer.headers, at, at, answer.body)


def _row(deals: Deals) -> Row:
    """A day of one price, unless the facts give more; the volume that goes with the turnover follows from the price."""
    close, low, high = deals.close, deals.low or deals.close, deals.high or deals.close
    if deals.volume:
        return Row(deals.day, close, high, low, close, deals.volume, deals.turnover or None)
    volume = Decimal(deals.turnover) / Decimal(close)
    return Row(deals.day, close, high, low, close, f"{volume:.12f}", deals.turnover)


def _pages(span: Span, most: int) -> Iterator[Span]:
    first = span.first
    while first <= span.last:
        last = min(span.last, first + timedelta(days=most - 1))
        yield Span(first, last)
        first = last + DAY


def _of_the_bank(file: CaseFile) -> Iterator[Observation]:
    days = [case.day for case in file.cases]
    whole = Span(min(days) - timedelta(days=_BEFORE), max(days))
    for code, told in file.rates.items():
        # One rate throughout: set on every working day, so that it bears the dates of Tuesday to Saturday.
        dated = (
            told if isinstance(told, dict) else {f"{day}": told for day in whole.days() if day.weekday() in range(1, 6)}
        )
        rows = tuple(_rate(day, dated[day]) for day in sorted(dated))
        path = dynamic_path(CURRENCY_IDS[code], whole)
        query = dict(part.split("=") for part in path.partition("?")[2].split("&"))
        answer = cbr.answer(path.partition("?")[0], query, {code: rows}, file.read_on)
        subject = f"{code} {CURRENCY_IDS[code]}"
        at = file.read_on.astimezone(UTC)
        yield Observation("cbr", "rates", subject, whole, path, answer.status, (), at, at, answer.body)


def _rate(day: str, told: str) -> RateRow:
    """`101.6797`, or `64.4685 for 1000`."""
    value, _, nominal = told.partition(" for ")
    return RateRow(date.fromisoformat(day), int(nominal or 1), value)
