"""A home with five venues, ties, gaps, renamed coins and readings of all kinds, and what one question says of a row."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from oracle.ask import Question, ask
from oracle.days import parse_when
from oracle.errors import NotCollectedError, OracleError, QuestionError
from oracle.numbers import kopecks, plain, times
from oracle.price.ledger import of_json
from oracle.price.many import Priced
from oracle.price.many import priced as price
from oracle.price.reading import How
from oracle.price.writing import written
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.twin import RateRow, Row, TwinData, TwinMarket
from tests.conftest import Rig
from tests.priced import priced
from tests.readings import publish_with_own, write

__all__ = ["priced"]

NOW = datetime(2025, 1, 16, 9, 26, tzinfo=UTC)
FIRST = date(2024, 12, 1)
VENUES = frozenset(("binance", "okx", "bybit", "htx", "kraken"))
_ANY = {"turnover_floor_rub": "0", "publication_years": 0, "minimum_coverage": "0"}
_KINDS = ["stablecoin", "fiat"]
OWN: dict[str, dict[str, object]] = {
    "any": _ANY,
    "any-market": {**_ANY, "stablecoin_path": "market"},
    "any-refuse": {**_ANY, "stablecoin_path": "refuse"},
    "any-listed": {**_ANY, "quote_order": "listed", "quote_kinds": _KINDS},
    "any-fiat-first": {**_ANY, "quote_order": "listed", "quote_kinds": ["fiat", "stablecoin"]},
    "any-coin": {**_ANY, "publication_scope": "coin"},
    "any-utc": {**_ANY, "trading_day": "utc"},
    "any-final": {**_ANY, "finality_required": True},
    "any-eastern": {**_ANY, "date_zone": "Asia/Kamchatka"},
    "some": {**_ANY, "turnover_floor_rub": "8000000"},
}


def _market(base: str, quote: str, close: str, volume: str, *, first: date = FIRST, without: int = 0) -> TwinMarket:
    """Closes that repeat, so that many are alike; of every `without`th day there is none."""
    rows = []
    for day in (first + timedelta(at) for at in range((NOW.date() - first).days + 1)):
        if without and day.day % without == 0:
            continue
        price = plain(Decimal(close) * (100 + day.day % 3) / 100)
        turnover = plain(Decimal(price) * Decimal(volume))
        rows.append(Row(day, price, price, price, price, volume, turnover))
    return TwinMarket(base, quote, tuple(rows))


def _data() -> TwinData:
    days = [FIRST - timedelta(30) + timedelta(at) for at in range((NOW.date() - FIRST).days + 31)]
    working = [day for day in days if day.weekday() not in (6, 0)]
    rates = {"USD": (80, 1), "EUR": (90, 1), "JPY": (52, 100)}
    usdt = _market("USDT", "EUR", "0.9155", "1000.123456")
    return TwinData(
        {
            "binance": (
                _market("BTC", "USDT", "100000", "1.5"),
                _market("BTC", "EUR", "88000.00000001", "1.25", without=5),
                _market("BTC", "JPY", "15000000.5", "0.01"),
                _market("ETH", "USDT", "3000", "5"),
                _market("ETH", "BTC", "0.03", "2"),
                _market("LUNA", "USDT", "0.000123456789", "2000000"),
                usdt,
            ),
            "okx": (
                _market("BTC", "USDT", "100000", "1.5"),
                _market("BTC", "USDC", "100000", "1.5"),
                _market("ETH", "USDT", "3000", "5", first=date(2025, 1, 5)),
                _market("ZZQX", "USDT", "7", "1", without=2),
                usdt,
            ),
            "bybit": (_market("BTC", "USDT", "99990.1", "3", without=7), _market("BTC", "USDC", "99990.1", "3")),
            "htx": (_market("BTC", "USDT", "100001", "0.7"), _market("ETH", "USDT", "3000", "5")),
            "kraken": (_market("BTC", "USD", "100000", "1.5"), _market("LUNA", "USD", "0.4", "100")),
        },
        {
            code: tuple(RateRow(day, nominal, f"{whole}.{day.day:02}37") for day in working)
            for code, (whole, nominal) in rates.items()
        },
        demo=False,
    )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """The home; not to be written into."""
    rig = Rig(Home(tmp_path_factory.mktemp("ledger")).usable(), NOW)
    outcome = asyncio.run(rig.collect_all(_data(), venues=VENUES, since=date(2024, 12, 20)))
    assert outcome.failures == {}
    for name, values in OWN.items():
        write(rig.home.path, name, **values)
    publish_with_own(rig)
    return rig


@contextmanager
def rows_of(rig: Rig, rows: list[Any], how: How = How()) -> Iterator[Priced]:  # noqa: B008 - a value
    """The rows, priced."""
    with (
        Reads(rig.home.current) as reads,
        price(reads, of_json(msgspec.json.encode(rows), 10**6), how, rig.now) as found,
    ):
        yield found


def told(rig: Rig, rows: list[Any], how: How = How()) -> list[dict[str, Any]]:  # noqa: B008 - a value
    """The rows, priced, as JSON has them."""
    with rows_of(rig, rows, how) as found:
        result: list[dict[str, Any]] = msgspec.json.decode(written(found, "json"))
    return result


def by_question(reads: Reads, row: dict[str, Any], how: How, now: datetime) -> dict[str, Any]:
    """What `ask` says of the row: status, choice and digits."""
    day, instant = parse_when(row["date"])
    asked = Question(row["coin"], day, how.venue, how.rulebook, how.choose, how.taxpayer, instant)
    try:
        answer = ask(reads, asked, now)
    except NotCollectedError:
        return {"status": "not_collected"}
    except QuestionError as error:
        return {"status": error.kind if day.year >= 2009 else "before_listing"}
    except OracleError as error:
        raise AssertionError(error) from error
    found: dict[str, Any] = {"asset": answer.coin, "edition": answer.edition and answer.edition.isoformat()}
    if answer.chosen is None:
        listed = {each.venue for each in reads.markets_of(answer.coin, answer.date)}
        verdicts = [each.verdicts[how.rulebook].verdict for each in answer.venues if each.venue in listed]
        if answer.edition is None:
            return {**found, "status": "no_rule_in_force"}
        is_open = not answer.choice.candidates and "undetermined" in verdicts
        return {**found, "status": "undetermined" if is_open else "no_qualifying_venue"}
    taken = next(
        each for each in answer.quotations if (each.venue, each.market) == (answer.chosen.venue, answer.chosen.market)
    )
    leg = next((each for each in taken.legs if each.by == "official_rate"), None)
    rate = next((each for each in answer.official_rates if leg and each.currency == leg.of), None)
    found |= {
        "status": "quoted",
        "venue": taken.venue,
        "market": taken.market,
        "close": taken.close,
        "quote_asset": taken.quote_asset,
        "ruble_path": taken.ruble_path,
        "trading_day": taken.trading_day.date.isoformat(),
        "opens_at": taken.trading_day.opens_at.isoformat().replace("+00:00", "Z"),
        "closes_at": taken.trading_day.closes_at.isoformat().replace("+00:00", "Z"),
        "rub": answer.chosen.rub,
        "rub_kopecks": answer.chosen.rub_kopecks,
        "rate": rate and rate.rate,
        "rate_currency": rate and rate.currency,
        "rate_nominal": rate and rate.nominal,
        "rate_effective_on": rate and rate.effective_on.isoformat(),
        "final": taken.final,
        "observation": taken.observation,
        "policy": answer.chosen.policy,
    }
    if row.get("quantity"):
        value = times(Decimal(answer.chosen.rub), Decimal(row["quantity"]))
        found |= {"value_rub": plain(value), "value_rub_kopecks": str(kopecks(value))}
    return found
