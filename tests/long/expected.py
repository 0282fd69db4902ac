"""What a published file answers to each question of the soak, made straight from the file, without any server."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, TypeAdapter

from oracle.api import models
from oracle.api.media import CSV, JSON, PARQUET, Media
from oracle.api.tables import written as table_written
from oracle.ask import Question, ask
from oracle.days import Span, moscow_date
from oracle.knowledge import knowledge
from oracle.numbers import plain
from oracle.outputs.rows import csv_text
from oracle.price.ledger import of_days, of_json
from oracle.price.many import priced
from oracle.price.reading import How
from oracle.price.writing import written
from oracle.rewind import Most, answered_as_known_at, priced_as_known_at
from oracle.settings import Home
from oracle.store.listings import Listings
from oracle.store.reads import Reads
from oracle.taxed import deal
from tests.priced import NOW

DAY, FIRST = date(2026, 3, 10), date(2026, 1, 1)
LEDGER = [{"coin": "BTC", "date": f"2026-03-{day:02}", "quantity": "0.5"} for day in range(1, 11)] * 20
AT = datetime.fromisoformat("2026-03-10T22:30:00+03:00")
THEN = "2026-03-14T09:26:00Z"
Bodies = dict[str, bytes]


def bodies_of(file: Path, home: Home) -> Bodies:
    """By address, the whole body that the server must answer with out of this file."""
    with Reads(file) as reads:
        return {**_points(reads), **_rows(reads), **_tables(reads), **_past(file, home)}


def _points(reads: Reads) -> Bodies:
    def told(coin: str, day: date, **how: Any) -> bytes:
        return ask(reads, Question(coin, day, **how), NOW).model_dump_json().encode()

    found = {}
    for day in Span(date(2026, 2, 1), DAY).days():
        found[f"/v1/quotations/BTC/{day}"] = told("BTC", day)
    for quantity in range(1, 20):
        found[f"/v1/quotations/BTC/{DAY}?quantity={quantity}.5"] = told(
            "BTC", DAY, deal=deal(f"{quantity}.5", None, None)
        )
    plainly = ask(reads, Question("BTC", DAY), NOW)
    return {
        **found,
        f"/v1/quotations/BTC/{DAY}.csv": csv_text(plainly).encode(),
        f"/v1/quotations/BTC/{DAY}?lang=ru&choose=lowest": told("BTC", DAY, lang="ru", choose="lowest"),
        f"/v1/quotations/BTC/{DAY}?stablecoin=market": told("BTC", DAY, stablecoin="market"),
        f"/v1/quotations/USDT/{DAY}?rulebook=tax-code-per-coin": told("USDT", DAY, rulebook="tax-code-per-coin"),
        "/v1/quotations/BTC?at=2026-03-10T22:30:00%2B03:00": told("BTC", moscow_date(AT), asked_at=AT),
    }


def _rows(reads: Reads) -> Bodies:
    def told(asked: Any, form: str, how: How = How()) -> bytes:  # noqa: B008 - a value
        with priced(reads, asked, how, NOW) as rows:
            return written(rows, form)

    days = of_days("BTC", [day.isoformat() for day in Span(FIRST, DAY).days()])
    asked = f"from={FIRST}&to={DAY}"
    return {
        "POST": told(of_json(msgspec.json.encode(LEDGER), 1000), "json"),
        f"/v1/quotations/BTC?{asked}": told(days, "json"),
        f"/v1/quotations/BTC.csv?{asked}&stablecoin=refuse": told(days, "csv", How(stablecoin="refuse")),
        f"/v1/quotations/BTC.parquet?{asked}": told(days, "parquet"),
    }


def _tables(reads: Reads) -> Bodies:
    found, days = Listings(reads), Span(FIRST, DAY)
    asked = f"from={FIRST}&to={DAY}"

    def told(rows: list[dict[str, Any]], model: type[BaseModel], media: Media = JSON) -> bytes:
        return table_written(rows, model, media)

    coins = found.coins("", "", 100)
    page = models.Coins(coins=[models.CoinLine(**row) for row in coins], next=None)
    (rate,) = found.rates("USD", Span(DAY, DAY))
    return {
        "/v1/coins": page.model_dump_json().encode(),
        "/v1/coins.parquet": told(coins, models.CoinLine, PARQUET),
        "/v1/venues": told(found.venues(), models.Venue),
        f"/v1/venues/binance/days?{asked}": told(found.venue_days("binance", days), models.VenueDay),
        f"/v1/venues/binance/days.csv?{asked}": told(found.venue_days("binance", days), models.VenueDay, CSV),
        f"/v1/official-rates/USD/{DAY}": TypeAdapter(models.OfficialRate).dump_json(models.OfficialRate(**rate)),
        f"/v1/official-rates/USD?{asked}": told(found.rates("USD", days), models.OfficialRate),
    }


def _past(file: Path, home: Home) -> Bodies:
    known, instant = knowledge(home.path), datetime.fromisoformat(THEN)
    one = answered_as_known_at(file, Question("BTC", DAY), instant, known)
    three = of_days("BTC", ["2026-03-08", "2026-03-09", "2026-03-10"])
    with priced_as_known_at(file, three, How(), instant, known, Most(3, 1)) as rows:
        some = written(rows, "json")
    return {
        f"/v1/quotations/BTC/{DAY}?as_known_at={THEN}": one.model_dump_json().encode(),
        f"/v1/quotations/BTC?from=2026-03-08&to={DAY}&as_known_at={THEN}": some,
    }


def seen_in(file: Path) -> dict[str, Callable[[bytes], bool]]:
    """By address, whether a body that has more in it than the file holds bears the file's figures."""
    with Reads(file) as reads:
        chosen = ask(reads, Question("BTC", DAY), NOW).chosen
        version, books = reads.dataset.version, list(reads.rulebooks())
        rates = Listings(reads).rates("USD", Span(DAY, DAY))
    assert chosen
    coin, dollar = (text.replace(".", ",").encode() for text in (chosen.rub, plain(rates[0]["per_unit"])))
    daily, span = "/cbr/XML_daily.asp?date_req=10/03/2026", "date_req1=01/03/2026&date_req2=10/03/2026"
    return {
        daily: lambda body: coin in body and dollar in body,
        f"/cbr/XML_dynamic.asp?{span}&VAL_NM_RQ=C-BTC": lambda body: coin in body,
        "/cbr/XML_val.asp": lambda body: b"C-BTC" in body,
        "/v1/dataset": lambda body: json.loads(body)["version"] == version,
        "/v1/rulebooks": lambda body: [each["rulebook"] for each in json.loads(body)] == books,
        "/v1/rulebooks/tax-code": lambda body: b'"100000000000"' in body,
        "/v1/coins/BTC": lambda body: json.loads(body)["coin"] == "BTC",
    }
