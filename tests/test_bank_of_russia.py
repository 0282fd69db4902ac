"""The Bank of Russia's XML: recorded answers read exactly, and nothing that only looks like them."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from oracle.bank_of_russia import CURRENCY_IDS, daily_path, dynamic_path, read_daily, read_dynamic
from oracle.days import Span
from oracle.errors import SourceChangedError, SourceError, SourceUnreachableError

HEAD = '<?xml version="1.0" encoding="windows-1251"?>'


def _record(day: str, value: str, nominal: str = "1", number: str = "R01235") -> str:
    return (
        f'<Record Date="{day}" Id="{number}"><Nominal>{nominal}</Nominal><Value>{value}</Value>'
        f"<VunitRate>{value}</VunitRate></Record>"
    )


def _dynamic(*records: str, number: str = "R01235") -> bytes:
    """XML_dynamic as the Bank writes it, in windows-1251, with a name that is not ASCII."""
    return (
        f'{HEAD}<ValCurs ID="{number}" DateRange1="09.03.2022" DateRange2="12.03.2022" name="Курсы валют">'
        f"{''.join(records)}</ValCurs>"
    ).encode("windows-1251")


def _daily(code: str = "USD", nominal: str = "1", value: str = "101,6797", day: str = "29.12.2024") -> bytes:
    return (
        f'{HEAD}<ValCurs Date="{day}" name="Foreign Currency Market"><Valute ID="R01235"><NumCode>840</NumCode>'
        f"<CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Name>Доллар США</Name><Value>{value}</Value>"
        f"</Valute></ValCurs>"
    ).encode("windows-1251")


# Sound, by hand: two of the Bank's own dollars.
SOUND = _dynamic(_record("10.03.2022", "116,0847"), _record("11.03.2022", "120,3785"))


@pytest.mark.parametrize(
    ("name", "currencies", "usd", "krw"),
    [
        ("2020-04-25", 34, "74.7163", "0.0604868"),
        ("2021-03-17", 34, "72.9619", "0.0644685"),
        ("2021-03-27", 34, "75.7576", "0.0670430"),
        ("2021-09-25", 34, "73.0081", "0.0619590"),
        ("2022-03-15", 34, "115.1963", "0.0927618"),
        ("2022-07-23", 34, "57.3917", "0.0437104"),
        ("2023-09-27.pretty", 43, "96.2378", "0.0713666"),
        ("2023-11-02", 43, "93.2801", "0.0687247"),
    ],
)
def test_recorded_daily_answers(shared: Path, name: str, currencies: int, usd: str, krw: str) -> None:
    """Each recorded answer gives all its currencies for its own date, a thousand won divided away exactly."""
    rates = read_daily((shared / "data/cbr/xml" / f"XML_daily_{name}.xml").read_bytes())
    assert len(rates) == currencies
    (dollar_id, dollar), (won_id, won) = rates["USD"], rates["KRW"]
    assert (dollar_id, won_id) == ("R01235", "R01815")
    assert (dollar.value, dollar.nominal, dollar.per_unit) == (usd, 1, Decimal(usd))
    assert (won.nominal, won.per_unit) == (1000, Decimal(krw))
    assert {rate.effective_on for _, rate in rates.values()} == {date.fromisoformat(name[:10])}


def test_the_literal_of_a_rate_keeps_its_zeros(shared: Path) -> None:
    """42,9440 rubles for a manat are 42.9440: only the comma becomes a point."""
    rates = read_daily((shared / "data/cbr/xml/XML_daily_2021-03-17.xml").read_bytes())
    assert rates["AZN"][1].value == "42.9440"
    assert rates["JPY"][1].nominal == 100


def test_the_usual_currencies_bear_the_banks_own_numbers(shared: Path) -> None:
    """The numbers known beforehand are those of the newest recorded answer."""
    rates = read_daily((shared / "data/cbr/xml/XML_daily_2023-11-02.xml").read_bytes())
    known = {code: number for code, (number, _) in rates.items() if code in CURRENCY_IDS}
    assert len(known) > 30
    assert known == {code: CURRENCY_IDS[code] for code in known}


def test_the_directory_of_currencies_is_no_list_of_rates(shared: Path) -> None:
    """XML_val is the Bank's too, but it holds no rates."""
    with pytest.raises(SourceChangedError, match="<Valuta>, not <ValCurs>"):
        read_daily((shared / "data/cbr/xml/XML_val.xml").read_bytes())


def test_a_dynamic_answer_gives_one_rate_a_day() -> None:
    """Decimal commas, windows-1251 and days out of order: the rates come oldest first, exactly."""
    body = _dynamic(_record("11.03.2022", "120,3785"), _record("10.03.2022", "116,0847"))
    rates = read_dynamic(body, "USD", "R01235")
    assert [(each.currency, each.effective_on, each.nominal, each.value) for each in rates] == [
        ("USD", date(2022, 3, 10), 1, "116.0847"),
        ("USD", date(2022, 3, 11), 1, "120.3785"),
    ]


def test_a_nominal_that_changes_on_the_way() -> None:
    """The lira was set for ten and then for one: both are worth the same for one, without a rounded division."""
    body = _dynamic(
        _record("10.03.2022", "79,5480", nominal="10", number="R01700J"),
        _record("11.03.2022", "7,95480", number="R01700J"),
        _record("12.03.2022", "79548", nominal="10000", number="R01700J"),
        number="R01700J",
    )
    assert {each.per_unit for each in read_dynamic(body, "TRY", "R01700J")} == {Decimal("7.9548")}


def test_days_without_a_new_rate_are_an_empty_answer() -> None:
    """Asked about the first days of January the Bank answers with a list of none, which is sound."""
    assert read_dynamic(_dynamic(), "USD", "R01235") == []


def test_one_rate_told_twice_alike_is_one() -> None:
    """A day that is repeated with the same figure is no contradiction."""
    body = _dynamic(_record("11.03.2022", "120,3785"), _record("11.03.2022", "120,3785"))
    assert len(read_dynamic(body, "USD", "R01235")) == 1


def test_one_day_with_two_rates_is_refused() -> None:
    """Which of two rates was official cannot be read out of the answer: it is refused by its date."""
    body = _dynamic(_record("11.03.2022", "120,3785"), _record("11.03.2022", "116,0847"))
    with pytest.raises(SourceChangedError, match="two different rates of USD bear the date 2022-03-11"):
        read_dynamic(body, "USD", "R01235")


def test_one_day_with_two_nominals_is_refused() -> None:
    """The same digits for ten units are another rate."""
    body = _dynamic(_record("11.03.2022", "120,3785"), _record("11.03.2022", "120,3785", nominal="10"))
    with pytest.raises(SourceChangedError, match="two different rates"):
        read_dynamic(body, "USD", "R01235")


@pytest.mark.parametrize(
    "body",
    [
        _dynamic(_record("11.03.2022", "132,9581", number="R01239"), number="R01239"),
        _dynamic(_record("11.03.2022", "132,9581", number="R01239")),
        _dynamic(_record("11.03.2022", "120,3785"), _record("12.03.2022", "132,9581", number="R01239")),
        _dynamic(number="R01239"),
    ],
    ids=["all of it", "in its rows", "in one row", "in its head"],
)
def test_another_currencys_rates_are_refused(body: bytes) -> None:
    """Euros are never booked as dollars, whichever place of the answer names them."""
    with pytest.raises(SourceChangedError, match=r"asked for the rates of R01235, the answer is about .*R01239"):
        read_dynamic(body, "USD", "R01235")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("120.3785", "expected digits with a decimal comma"),
        ("0,0000", "more than zero"),
        ("0", "more than zero"),
        ("-120,3785", "expected digits"),
        ("1 120,3785", "expected digits"),
        ("1.120,3785", "expected digits"),
        (",3785", "expected digits"),
        ("120,", "expected digits"),
        ("1,2E2", "expected digits"),
        ("NaN", "expected digits"),
        ("\u0661\u0662\u0660", "expected digits"),
        ("9" * 10_000, "expected digits"),
    ],
)
def test_a_rate_in_another_form_is_refused(value: str, why: str) -> None:
    """No point for a comma, no zero, no sign, no groups: the message shows what was read and what is expected."""
    record = _record("11.03.2022", value).encode("windows-1251", "xmlcharrefreplace").decode("windows-1251")
    for read in (
        lambda: read_dynamic(_dynamic(record), "USD", "R01235"),
        lambda: read_daily(_daily(value=_escaped(value))),
    ):
        with pytest.raises(SourceChangedError) as refusal:
            read()
        assert str(refusal.value).startswith("a rate reads ")
        assert why in str(refusal.value)
        assert len(str(refusal.value)) < 160


def _escaped(text: str) -> str:
    return text.encode("windows-1251", "xmlcharrefreplace").decode("windows-1251")


@pytest.mark.parametrize("nominal", ["7", "0", "10,0", "-1", "20", "01", "1e2", "10000000", "\u0661"])
def test_a_nominal_that_is_no_power_of_ten_is_refused(nominal: str) -> None:
    """Dividing by seven could not be exact; the reader says so instead of rounding."""
    for read in (
        lambda: read_dynamic(_dynamic(_escaped(_record("11.03.2022", "120,3785", nominal=nominal))), "USD", "R01235"),
        lambda: read_daily(_daily(nominal=_escaped(nominal))),
    ):
        with pytest.raises(SourceChangedError, match=r"a nominal reads .*; expected a power of ten"):
            read()


@pytest.mark.parametrize("day", ["", "2022-03-11", "11/03/2022", "31.02.2022", "11.03.22", "11.03.2022 "])
def test_a_date_in_another_form_is_refused(day: str) -> None:
    """A rate without a certain date is no rate."""
    for read in (
        lambda: read_dynamic(_dynamic(_record(day, "120,3785")), "USD", "R01235"),
        lambda: read_daily(_daily(day=day)),
    ):
        with pytest.raises(SourceChangedError, match=r"a date reads .*; expected DD\.MM\.YYYY"):
            read()


@pytest.mark.parametrize("lost", ["CharCode", "Nominal", "Value"])
def test_a_currency_without_its_parts_is_refused(lost: str) -> None:
    """The message names the part that is missing."""
    body = _daily().replace(f"{lost}>".encode(), b"Other>")
    with pytest.raises(SourceChangedError, match=f"<Valute> has no <{lost}>"):
        read_daily(body)


def test_a_daily_answer_without_currencies_is_refused() -> None:
    """The list of all currencies is never empty."""
    with pytest.raises(SourceChangedError, match="holds no currency"):
        read_daily(f'{HEAD}<ValCurs Date="29.12.2024" name="x"></ValCurs>'.encode())


BILLION_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {name} "{f"&{one};" * 10}">' for one, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
FOREIGN = {
    # body, the class of failure, words of the message
    "empty": (b"", SourceUnreachableError, "not whole XML"),
    "blank": (b"\r\n", SourceUnreachableError, "not whole XML"),
    "html": (b"<!DOCTYPE html><html><body>DDoS-Guard<br></body></html>", SourceUnreachableError, "not whole XML"),
    "whole html": (b"<html><body><p>403</p></body></html>", SourceChangedError, "<html>, not <ValCurs>"),
    "json": (b'{"error":"too many requests"}', SourceUnreachableError, "not whole XML"),
    "another root": (f"{HEAD}<Metall/>".encode(), SourceChangedError, "<Metall>, not <ValCurs>"),
    "billion laughs": (
        f"{HEAD}{BILLION_LAUGHS}<ValCurs>&i;</ValCurs>".encode(),
        SourceChangedError,
        "XML of a kind that is not read",
    ),
    "a file of ours": (
        f'{HEAD}<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]><ValCurs>&x;</ValCurs>'.encode(),
        SourceChangedError,
        "XML of a kind that is not read",
    ),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?><ValCurs/>', SourceChangedError, "klingon"),
    "not in its encoding": (
        b'<?xml version="1.0" encoding="utf-8"?><ValCurs name="\xca\xf3\xf0\xf1"/>',
        SourceUnreachableError,
        "not whole XML",
    ),
    "two documents": (SOUND + SOUND, SourceUnreachableError, "not whole XML"),
    "zero bytes": (b"\0" * 64, SourceUnreachableError, "not whole XML"),
}


@pytest.mark.parametrize(("body", "failure", "words"), FOREIGN.values(), ids=FOREIGN.keys())
def test_what_is_not_the_banks_answer_is_never_an_empty_one(
    body: bytes, failure: type[SourceError], words: str
) -> None:
    """A challenge page, half an answer or a trap is a failure of its own kind, told clearly."""
    for read in (lambda: read_dynamic(body, "USD", "R01235"), lambda: read_daily(body)):
        with pytest.raises(SourceError) as refusal:
            read()
        assert type(refusal.value) is failure
        assert words in str(refusal.value)


def test_half_an_answer_is_asked_for_again() -> None:
    """Cut at any byte the answer is unreachable, which is retried: it is never read as a shorter one."""
    for length in range(len(SOUND)):
        with pytest.raises(SourceUnreachableError, match="not whole XML"):
            read_dynamic(SOUND[:length], "USD", "R01235")


def test_the_banks_error_is_not_an_empty_answer() -> None:
    """The Bank's refusal of a question names no currency: it must not prove that no rate was set in these days."""
    with pytest.raises(SourceChangedError):
        read_dynamic(f"{HEAD}<ValCurs>Error in parameters</ValCurs>".encode(), "USD", "R01235")


def test_one_currency_with_two_rates_in_a_daily_answer_is_refused() -> None:
    """Which of two rates is official cannot be read out of the day's list either."""
    two = _daily().replace(b"</ValCurs>", _daily(value="95,1000").partition(b'Market">')[2])
    with pytest.raises(SourceChangedError):
        read_daily(two)


def test_questions_are_asked_in_the_banks_own_form() -> None:
    """Days with slashes, the currency by its number."""
    assert daily_path(date(2025, 3, 4)) == "/scripts/XML_daily.asp?date_req=04/03/2025"
    assert dynamic_path("R01235", Span(date(2025, 1, 1), date(2025, 3, 14))) == (
        "/scripts/XML_dynamic.asp?date_req1=01/01/2025&date_req2=14/03/2025&VAL_NM_RQ=R01235"
    )
