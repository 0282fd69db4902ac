"""The feed in the Bank of Russia's own shape: its bytes, its digits, who reads it, and what it leaves out."""

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import cbrapi  # type: ignore[import-untyped]
import pycbrf  # type: ignore[import-untyped]
import pycbrf.rates  # type: ignore[import-untyped]
import pytest
import suds.client  # type: ignore[import-untyped]
from cbrapi import cbr_settings, currency
from suds.xsd.sxbasic import Import  # type: ignore[import-untyped]

from oracle.api import feed_xml
from oracle.api.feed_xml import Item, Rate, nominal_of, number_of, rate_of
from oracle.api.service import Limits
from oracle.api.tokens import add
from oracle.bank_of_russia import read_daily, read_dynamic
from oracle.currencies import CURRENCIES
from oracle.knowledge import knowledge
from oracle.settings import Home
from oracle.twin import Row, TwinData, TwinMarket
from tests.api.conftest import Client, running
from tests.conftest import Rig
from tests.priced import NOW, market, two_venues

DAILY = "/scripts/XML_daily.asp?date_req="
FIRST_TINY = date(2026, 3, 1)


def _tiny(base: str, quote: str = "USDT") -> TwinMarket:
    """A coin of a hundred-thousandth of a dollar, dearer each day."""
    rows = []
    for day in (FIRST_TINY + timedelta(at) for at in range(13)):
        close = f"0.00001{day.day:02}7"
        rows.append(Row(day, "0.00001000", "0.00002000", "0.00001000", close, "1000000", "14"))
    return TwinMarket(base, quote, tuple(rows))


def _data() -> TwinData:
    """Two venues qualify and list tiny coins, one that nobody registered and a currency; one that does not, another."""
    data = two_venues()
    more = {
        "binance": (_tiny("PEPE"), _tiny("ZZTEST"), _tiny("EUR"), _tiny("GEL")),
        "bybit": (market("ETH", "USDT", 3000, 10),),
    }
    return replace(data, markets={name: (*each, *more.get(name, ())) for name, each in data.markets.items()})


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home of them; not to be written into."""
    rig = Rig(Home(tmp_path_factory.mktemp("fed")).usable(), NOW)
    outcome = asyncio.run(rig.collect_all(_data(), venues=frozenset(("binance", "okx", "bybit"))))
    assert outcome.failures == {}
    rig.publish()
    return rig


@pytest.fixture
async def server(fed: Rig) -> AsyncIterator[Client]:
    """A server over it."""
    async with running(fed.home) as asking:
        yield asking


async def test_the_document_is_as_the_bank_writes_it(server: Client) -> None:
    """Declaration, order of parts, decimal commas, windows-1251; the date is the one asked, a Sunday too."""
    found = await server(DAILY + "08/03/2026")
    assert (found.status, found.headers["content-type"]) == (200, "application/xml; charset=windows-1251")
    assert found.body.decode("cp1251") == (
        '<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="08.03.2026" name="Foreign Currency Market">'
        '<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal><Name>Доллар США</Name>'
        "<Value>80,0700</Value><VunitRate>80,07</VunitRate></Valute>"
        '<Valute ID="R01239"><NumCode>978</NumCode><CharCode>EUR</CharCode><Nominal>1</Nominal><Name>Евро</Name>'
        "<Value>90,0700</Value><VunitRate>90,07</VunitRate></Valute>"
        f'<Valute ID="C-BTC"><NumCode>{number_of("BTC")}</NumCode><CharCode>BTC</CharCode><Nominal>1</Nominal>'
        "<Name>Bitcoin</Name><Value>8007764,6685</Value><VunitRate>8007764,6685</VunitRate></Valute>"
        f'<Valute ID="C-PEPE"><NumCode>{number_of("PEPE")}</NumCode><CharCode>PEPE</CharCode><Nominal>10000</Nominal>'
        "<Name>Pepe</Name><Value>8,703609</Value><VunitRate>0,0008703609</VunitRate></Valute>"
        f'<Valute ID="C-USDT"><NumCode>{number_of("USDT")}</NumCode><CharCode>USDT</CharCode><Nominal>1</Nominal>'
        "<Name>Tether USD (стейблкоин)</Name><Value>82,459085</Value><VunitRate>82,459085</VunitRate></Valute>"
        f'<Valute ID="C-ZZTEST"><NumCode>{number_of("ZZTEST")}</NumCode><CharCode>ZZTEST</CharCode>'
        "<Nominal>10000</Nominal><Name>ZZTEST (нет в реестре активов)</Name><Value>8,703609</Value>"
        "<VunitRate>0,0008703609</VunitRate></Valute></ValCurs>"
    )


async def test_the_parts_are_those_of_a_recorded_answer(server: Client, shared: Path) -> None:
    """Root, attributes and the order of the parts of a line are those of what the Bank answered once."""
    theirs = (shared / "data/cbr/xml/XML_daily_2023-11-02.xml").read_bytes()
    ours = (await server(DAILY + "08/03/2026")).body
    assert theirs[:45] == ours[:45]
    told = [
        (root.tag, list(root.attrib), {(line.tag, *line.attrib, *(part.tag for part in line)) for line in root})
        for root in (ET.fromstring(theirs), ET.fromstring(ours))  # noqa: S314 - ours, and recorded
    ]
    assert told[0] == told[1]


async def test_our_own_reader_reads_it(server: Client, fed: Rig) -> None:
    """Value over nominal is the exact ruble figure of `oracle quotation`, to the last digit."""
    rates = read_daily((await server(DAILY + "08.03.2026")).body)
    for coin in ("BTC", "PEPE", "USDT", "ZZTEST"):
        chosen = fed.ask(coin, "2026-03-08").chosen
        number, rate = rates[coin]
        assert chosen
        assert (number, rate.per_unit) == (f"C-{coin}", Decimal(chosen.rub))


async def test_who_is_left_out_is_counted(server: Client) -> None:
    """A coin without an eligible quotation has no line; a currency that a venue trades is not taken for a coin."""
    found = await server(DAILY + "08/03/2026")
    assert b">ETH<" not in found.body
    assert found.body.count(b">EUR<") == 1
    assert b">GEL<" not in found.body
    assert found.headers["x-oracle-left-out"] == "1"
    assert "x-oracle-note" not in found.headers
    everyone = await server(DAILY + "08/03/2026&rulebook=hundred-million")
    assert (b">ETH<" in everyone.body, everyone.headers["x-oracle-left-out"]) == (True, "0")


async def test_reading_and_choice_may_be_asked_for(server: Client, fed: Rig) -> None:
    """Another policy, another rulebook, and only coins."""
    lowest = read_daily((await server(DAILY + "08/03/2026&choose=lowest&with=none")).body)
    assert sorted(lowest) == ["BTC", "PEPE", "USDT", "ZZTEST"]
    expected = fed.ask("BTC", "2026-03-08", choose="lowest").chosen
    assert expected
    assert lowest["BTC"][1].per_unit == Decimal(expected.rub)


async def test_without_a_date_the_newest_day_is_told(server: Client) -> None:
    """It is over at every venue; without tomorrow's rates, which the Bank would tell."""
    assert read_daily((await server("/cbr/xml_daily.asp")).body)["BTC"][1].effective_on == date(2026, 3, 13)
    assert (await server(DAILY)).body == (await server(DAILY + "13/03/2026")).body


@pytest.mark.parametrize(
    ("day", "note"), [("15/03/2026", "day-not-over"), ("01/06/2022", "no-rule-in-force, not-collected")]
)
async def test_a_day_without_figures_is_an_empty_document(server: Client, day: str, note: str) -> None:
    """Of the future or of the past: no line at all, and a header that tells why."""
    found = await server(DAILY + day)
    dotted = day.replace("/", ".")
    assert found.body == (
        f'<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="{dotted}" name="Foreign Currency Market">'
        "</ValCurs>"
    ).encode("cp1251")
    assert (found.headers["x-oracle-note"], found.headers["x-oracle-left-out"]) == (note, "0")


@pytest.mark.parametrize("day", ["2026-03-08", "31/02/2026", "08/03/26", "-", "١٢/03/2026", "08/03/2026 x"])
async def test_what_is_no_date_is_answered_as_the_bank_does(server: Client, day: str) -> None:
    """Error in parameters, with the status of success."""
    expected = '<?xml version="1.0" encoding="windows-1251"?><ValCurs>Error in parameters</ValCurs>'.encode("cp1251")
    found = await server(DAILY + day)
    assert (found.status, found.body) == (200, expected)
    dynamic = await server(f"/scripts/XML_dynamic.asp?date_req1={day}&date_req2=08/03/2026&VAL_NM_RQ=C-BTC")
    assert dynamic.body == expected


@pytest.mark.parametrize(("more", "status"), [("choose=dearest", 422), ("rulebook=x", 422), ("rulebok=x", 400)])
async def test_what_only_we_know_is_never_guessed(server: Client, more: str, status: int) -> None:
    """A rulebook, policy or parameter that is not known is a problem, not another figure."""
    assert (await server(f"{DAILY}08/03/2026&{more}")).status == status


async def test_whatever_is_wished_is_xml(server: Client) -> None:
    """Readers of the Bank's feed send any Accept header."""
    found = await server(DAILY + "08/03/2026", headers={"Accept": "text/html, application/json"})
    assert (found.status, found.headers["content-type"]) == (200, "application/xml; charset=windows-1251")


async def test_a_span_of_a_coin_has_every_day(server: Client, fed: Rig) -> None:
    """One record a calendar day under one nominal; exact to the last digit."""
    found = await server("/scripts/XML_dynamic.asp?date_req1=01/03/2026&date_req2=20/03/2026&VAL_NM_RQ=C-PEPE")
    span = b'DateRange1="01.03.2026" DateRange2="20.03.2026"'
    assert b'<ValCurs ID="C-PEPE" ' + span + b' name="Foreign Currency Market Dynamic"><Record ' in found.body
    rates = read_dynamic(found.body, "PEPE", "C-PEPE")
    assert [each.effective_on for each in rates] == [FIRST_TINY + timedelta(at) for at in range(13)]
    for each in rates:
        chosen = fed.ask("PEPE", str(each.effective_on)).chosen
        assert chosen
        assert each.per_unit == Decimal(chosen.rub)


async def test_a_span_of_a_currency_has_the_days_of_new_rates(server: Client) -> None:
    """As the Bank tells them: none on Sundays and Mondays, Monday's is Saturday's."""
    found = await server("/scripts/XML_dynamic.asp?date_req1=06/03/2026&date_req2=10/03/2026&VAL_NM_RQ=R01235")
    rates = read_dynamic(found.body, "USD", "R01235")
    assert [(each.effective_on.day, each.value) for each in rates] == [(6, "80.0600"), (7, "80.0700"), (10, "80.1000")]


async def test_an_unknown_number_has_no_records(server: Client) -> None:
    """As with the Bank: the number as it was asked, escaped, and nothing in it."""
    where = "/scripts/XML_dynamic.asp?date_req1=06/03/2026&date_req2=10/03/2026&VAL_NM_RQ="
    for number, told in (("C-NOPE", "C-NOPE"), ("R99999", "R99999"), ("%22%3E%3Cx%26", "&quot;&gt;&lt;x&amp;")):
        body = (await server(where + number)).body.decode("cp1251")
        assert f'<ValCurs ID="{told}" ' in body
        assert body.endswith('Dynamic"></ValCurs>')


async def test_the_directory_names_everything(server: Client) -> None:
    """IDs with codes and numbers, those of coins without an eligible quotation too."""
    root = ET.fromstring((await server("/scripts/XML_valFull.asp?d=0")).body)  # noqa: S314 - ours
    told = {each.get("ID"): each.findtext("ISO_Char_Code") for each in root}
    assert told == {"R01235": "USD", "R01239": "EUR"} | {
        f"C-{code}": code for code in ("BTC", "ETH", "PEPE", "USDT", "ZZTEST")
    }
    short = ET.fromstring((await server("/cbr/XML_val.asp")).body)  # noqa: S314 - ours
    assert [part.tag for part in short[0]] == ["Name", "EngName", "Nominal", "ParentCode"]
    assert (await server("/cbr/XML_val.asp?d=1")).body.endswith(b'<Valuta name="Foreign Currency Market Lib"></Valuta>')


async def test_a_copy_that_still_holds_is_not_sent_again(server: Client) -> None:
    """The entity tag is the version's."""
    first = await server(DAILY + "08/03/2026")
    again = await server(DAILY + "08/03/2026", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_any_text_makes_whole_xml() -> None:
    """Marks of XML, letters that windows-1251 lacks and characters that XML forbids."""
    code = "<&>\"'币\U0001f600\x00"
    body = feed_xml.daily(date(2026, 3, 8), [(Item.of_coin(code, code, code), Rate(1, "5", "5"))])
    (line,) = ET.fromstring(body)  # noqa: S314 - ours
    readable = code.replace("\x00", "\ufffd")
    assert (line.get("ID"), line.findtext("CharCode"), line.findtext("Name")) == (f"C-{readable}", readable, readable)


@pytest.mark.parametrize(
    ("rub", "nominal", "value"),
    [
        ("9514779.6072", 1, "9514779.6072"),
        ("1", 1, "1"),
        ("0.99", 10, "9.9"),
        ("0.000988722756", 10_000, "9.88722756"),
        ("0.00000000012345678901234567890123456789", 10**9, "0.12345678901234567890123456789"),
    ],
)
def test_no_digit_is_lost(rub: str, nominal: int, value: str) -> None:
    """The nominal is a power of ten that 32 bits hold; Value over nominal is the figure."""
    rate = rate_of(Decimal(rub), nominal_of(Decimal(rub)))
    assert (rate.nominal, rate.value, rate.unit) == (nominal, value, rub)


def test_numbers_of_coins_are_lasting() -> None:
    """A coin's number never changes, is none of ISO's, fits 32 bits, and no two registered coins share one."""
    assert (number_of("BTC"), number_of("ETH")) == ("1329268335", "1754642611")
    codes = [each.code for each in knowledge().assets.all()]
    numbers = {number_of(code) for code in codes}
    assert len(numbers) == len(codes)
    assert all(10**9 <= int(each) < 2**31 for each in numbers)


def test_the_register_is_the_banks(shared: Path) -> None:
    """Names and numbers of the currencies are those of a recorded answer, in its order."""
    text = (shared / "data/cbr/xml/XML_daily_2023-11-02.xml").read_bytes().decode("cp1251")
    found = re.findall(
        r'ID="(\w+)"><NumCode>(\d+)</NumCode><CharCode>(\w+)</CharCode><Nominal>\d+</Nominal><Name>(.*?)</Name>', text
    )
    assert found == [(each.id, each.numeric, each.code, each.name) for each in CURRENCIES]


async def test_pycbrf_reads_it(server: Client, fed: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of the Bank's feed, pointed at another host: coins by code and ID, currencies as before."""
    monkeypatch.setattr(pycbrf.rates, "URL_BASE", f"{server.address}/scripts/")
    rates = await asyncio.to_thread(pycbrf.ExchangeRates, "2026-03-08")
    assert rates.dates_match
    chosen = fed.ask("PEPE", "2026-03-08").chosen
    pepe = rates["C-PEPE"]
    assert chosen
    assert pepe
    assert (pepe.name, pepe.par, pepe.rate) == ("Pepe", Decimal(10_000), Decimal(chosen.rub))
    assert rates["PEPE"] == rates[number_of("PEPE")] == pepe
    dollar = rates["R01235"]
    assert dollar
    assert (rates["USD"], rates["840"], dollar.value) == (dollar, dollar, Decimal("80.07"))
    newest = await asyncio.to_thread(pycbrf.ExchangeRates, None, locale_en=True)
    assert newest.date_received == datetime(2026, 3, 13)  # noqa: DTZ001 - so has the reader it
    tether = newest["USDT"]
    assert tether
    assert tether.name == "Tether USD (stablecoin)"


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # how it uses pandas is its own affair
async def test_cbrapi_reads_it(server: Client, fed: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of the Bank's SOAP service, pointed at another host: series of a coin and of a currency."""
    # suds would fetch the schema of XML Schema from the W3C.
    space = "http://www.w3.org/2001/XMLSchema"
    (tmp_path / "schema.xsd").write_text(f'<schema xmlns="{space}" targetNamespace="{space}"/>')
    monkeypatch.setitem(Import.locations, space, (tmp_path / "schema.xsd").as_uri())

    def moved(address: str, **how: Any) -> Any:
        return suds.client.Client(address.replace("http://www.cbr.ru", server.address), cache=None, **how)

    monkeypatch.setattr(cbr_settings, "Client", moved)
    for kept in (cbr_settings.make_cbr_client, currency.get_currencies_list):
        kept.cache_clear()
    try:
        bitcoin = await asyncio.to_thread(cbrapi.get_time_series, "BTC", "2026-03-01", "2026-03-13", "D")
        dollar = await asyncio.to_thread(cbrapi.get_time_series, "USD", "2026-03-06", "2026-03-10", "D")
    finally:
        for kept in (cbr_settings.make_cbr_client, currency.get_currencies_list):
            kept.cache_clear()
    assert [str(day) for day in bitcoin.index] == [f"2026-03-{day:02}" for day in range(1, 14)]
    for day, rubles in bitcoin.items():
        chosen = fed.ask("BTC", str(day)).chosen
        assert chosen
        assert rubles == float(chosen.rub)
    assert list(dollar) == [80.06, 80.07, 80.07, 80.07, 80.1]


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b"<x", 400, "SOAP envelope"),
        (b'<!DOCTYPE x [<!ENTITY e "e">]><x>&e;</x>', 400, "SOAP envelope"),
        (b"<x/>", 422, "EnumValutesXML, GetCursDynamic"),
        (b'<GetCursDynamic xmlns="http://web.cbr.ru/"><FromDate>1</FromDate></GetCursDynamic>', 400, "FromDate"),
    ],
)
async def test_other_envelopes_are_refused(server: Client, body: bytes, status: int, told: str) -> None:
    """A broken, hostile or unknown envelope is a problem that names what is wrong."""
    found = await server("/DailyInfoWebServ/DailyInfo.asmx", method="POST", data=body)
    assert found.status == status
    assert told in found.json["detail"]


async def test_a_token_may_be_a_password(fed: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readers that know an address and no headers send the token in it; a wrong one is refused."""
    token = add(tmp_path / "tokens", "accounting")
    async with running(fed.home, tokens=tmp_path / "tokens") as asking:
        monkeypatch.setattr(
            pycbrf.rates, "URL_BASE", asking.address.replace("http://", f"http://any:{token}@") + "/scripts/"
        )
        rates = await asyncio.to_thread(pycbrf.ExchangeRates, "2026-03-08")
        assert rates["BTC"]
        for sent in (
            "Basic " + base64.b64encode(b"any:wrong").decode(),
            "Basic " + base64.b64encode(token.encode()).decode(),
            "Basic " + base64.b64encode(f"{token}:".encode()).decode(),
            "Basic \xe9\xe9",
            "Basic",
            "Bearer",
            f"Digest {token}",
        ):
            refused = await asking(DAILY + "08/03/2026", headers={"Authorization": sent})
            assert refused.status == 401
            assert refused.headers["www-authenticate"] == 'Bearer, Basic realm="oracle"'
        assert (await asking(DAILY + "08/03/2026", headers={"Authorization": f"Bearer {token}"})).status == 200


DYNAMIC = "/scripts/XML_dynamic.asp?date_req1=01/07/1992&date_req2=13/03/2026&VAL_NM_RQ="
SERIES = "<FromDate>1992-07-01T00:00:00</FromDate><ToDate>2026-03-13T00:00:00</ToDate><ValutaCode>C-BTC</ValutaCode>"
ASMX = "/DailyInfoWebServ/DailyInfo.asmx"


async def test_too_many_days_of_a_coin_are_an_error_and_no_short_series(fed: Rig) -> None:
    """In the Bank's words and with why, under a status that is no success; the days that nobody has do not count."""
    whole = 1199  # from 2022-12-01 to 2026-03-13
    async with running(fed.home, limits=Limits(range_days=whole - 1)) as asking:
        for address in (f"{DYNAMIC}C-BTC", f"{DYNAMIC}C-BTC".replace("/scripts/", "/cbr/")):
            found = await asking(address)
            assert (found.status, found.headers["x-oracle-note"]) == (422, "too-many-days")
            told = "Error in parameters: 1199 days of C-BTC are asked for; at most 1198 in one request"
            assert told in found.body.decode("cp1251")
        assert (await asking(f"{DYNAMIC}R01235")).status == 200
        soap = f'<GetCursDynamic xmlns="http://web.cbr.ru/">{SERIES}</GetCursDynamic>'.encode()
        fault = await asking(ASMX, method="POST", data=soap)
        assert (fault.status, fault.headers["content-type"]) == (500, "text/xml; charset=utf-8")
        assert "<faultstring>1199 days of C-BTC are asked for; at most 1198" in fault.body.decode()
    async with running(fed.home, limits=Limits(range_days=whole)) as asking:
        found = await asking(f"{DYNAMIC}C-BTC")
        assert (found.status, found.body.count(b"<Record ") > 90) == (200, True)


async def test_the_service_names_the_address_that_callers_know(fed: Rig) -> None:
    """Behind a proxy that ends TLS the configured one; what a request says of it is not believed."""
    forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Forwarded": "proto=https"}
    async with running(fed.home) as asking:
        own = await asking(f"{ASMX}?wsdl", headers=forged)
        assert f'location="{asking.address}{ASMX}"' in own.body.decode()
    async with running(fed.home, public_url="https://oracle.example/tax") as asking:
        found = await asking(f"{ASMX}?wsdl", headers={**forged, "Host": "oracle.example"})
        assert found.status == 200
        assert f'location="https://oracle.example/tax{ASMX}"' in found.body.decode()
        assert (await asking(f"{ASMX}?wsdl", headers={"Host": "evil.example"})).status == 421
