"""Renamed and shared coins from the venue's list to the answer: the twin lists LUNAUSDT before and after the change."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta

import pytest

from oracle.errors import QuestionError
from oracle.settings import Home
from oracle.twin import RateRow, Row, Twin, TwinData, TwinMarket
from tests.conftest import Rig

NOW = datetime(2022, 8, 1, 9, 26, tzinfo=UTC)
FIRST = date(2022, 2, 1)
DAYS = [FIRST + timedelta(days=at) for at in range((NOW.date() - FIRST).days + 1)]


def _market(base: str, quote: str, price: int, days: list[date] = DAYS) -> TwinMarket:
    volume, worth = "100.00000000", f"{price * 100}.00000000"
    return TwinMarket(
        base,
        quote,
        tuple(Row(day, f"{price}", f"{price + 1}", f"{price - 1}", f"{price}", volume, worth) for day in days),
    )


def _data() -> TwinData:
    """Binance and Kraken with LUNA over the change, Binance with HOT and 1000SATS, OKX with an unregistered coin."""
    rates = {"USD": tuple(RateRow(day, 1, "70.0000") for day in [FIRST - timedelta(days=3), *DAYS])}
    gone = [day for day in DAYS if not date(2022, 5, 13) < day < date(2022, 5, 31)]
    markets = {
        "binance": (
            _market("LUNA", "USDT", 90, gone),
            _market("BTC", "USDT", 30_000),
            _market("HOT", "USDT", 5),
            _market("BTC", "UST", 30_001),
        ),
        "kraken": (_market("LUNA", "USD", 80), _market("LUNA2", "USD", 9)),
        "okx": (_market("ZZQX", "USDT", 7), _market("LUNA", "USDT", 91), _market("BTC3L", "USDT", 3)),
    }
    return TwinData(markets, rates, demo=False)


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home that has collected and published them."""
    rig = Rig(Home(tmp_path_factory.mktemp("renamed")).usable(), NOW)

    async def collect() -> None:
        async with Twin(_data(), now=NOW) as twin:
            await rig.collect(twin, venues=frozenset(("binance", "kraken", "okx")))

    asyncio.run(collect())
    rig.publish()
    return rig


def _markets(rig: Rig, coin: str, day: str) -> list[tuple[str, str, str]]:
    return [(each.venue, each.symbol, each.market) for each in rig.ask(coin, day).quotations]


def test_terra_classic_is_found_under_the_code_of_its_time(renamed: Rig) -> None:
    """Asked for LUNC on 1 March 2022, the answer has the markets that were called LUNA then, and no others."""
    assert _markets(renamed, "LUNC", "2022-03-01") == [
        ("binance", "LUNAUSDT", "LUNC/USDT"),
        ("kraken", "LUNAUSD", "LUNC/USD"),
        ("okx", "LUNA-USDT", "LUNC/USDT"),
    ]


def test_terra_2_is_found_after_each_venue_changed_over(renamed: Rig) -> None:
    """Asked for LUNA on 1 July 2022, the answer has Kraken's LUNA2, and not Kraken's LUNA, which is Terra Classic."""
    answer = renamed.ask("LUNA", "2022-07-01")
    assert [(each.venue, each.symbol) for each in answer.quotations] == [
        ("binance", "LUNAUSDT"),
        ("kraken", "LUNA2USD"),
        ("okx", "LUNA-USDT"),
    ]
    assert any("not in this answer: LUNA in the sense of LUNC (Terra Classic" in each.text for each in answer.warnings)
    assert _markets(renamed, "LUNC", "2022-07-01") == [("kraken", "LUNAUSD", "LUNC/USD")]


def test_a_name_that_the_date_makes_certain_is_answered_with_a_warning(renamed: Rig) -> None:
    """Asked for LUNA on 1 March 2022, the answer is for LUNC and says so with the dates of both meanings."""
    answer = renamed.ask("luna", "2022-03-01")
    assert answer.coin == "LUNC"
    assert answer.warnings[0].text == (
        "LUNA is read as LUNC (Terra Classic): LUNA names two coins: LUNC (Terra Classic, until 2022-05-27, "
        "at bitfinex and kraken beyond) and LUNA (Terra 2.0, from 2022-05-28)"
    )


@pytest.mark.parametrize("day", ["2022-05-28", "2022-05-29", "2022-05-30"])
def test_days_of_changing_over_belong_to_neither_coin(renamed: Rig, day: str) -> None:
    """Between the end of the old name and the day by which a venue had changed, its LUNA is neither coin."""
    for coin in ("LUNC", "LUNA"):
        assert "okx" not in {venue for venue, _, _ in _markets(renamed, coin, day)}
    assert _markets(renamed, "LUNA@OKX", day) == [("okx", "LUNA-USDT", "LUNA@OKX/USDT")]


def test_an_ambiguous_name_is_an_error_that_lists_the_candidates(renamed: Rig) -> None:
    """HOT is three coins at three venues: the asker is told which, where and until when, and asks for one of them."""
    with pytest.raises(QuestionError) as refusal:
        renamed.ask("HOT", "2022-07-01")
    message = str(refusal.value)
    assert message.startswith("HOT names three coins: ")
    assert "HOT-HYDRO (Hydro Protocol, at bitfinex, htx, okx, until 2019-04-02)" in message
    assert message.endswith("ask for one of them by its code")
    assert _markets(renamed, "HOT-HOLO", "2022-07-01") == [("binance", "HOTUSDT", "HOT-HOLO/USDT")]


def test_quote_assets_are_named_by_the_day_too(renamed: Rig) -> None:
    """A price in UST is one in USTC, no stablecoin, and nobody takes it for dollars; later it is unknown."""
    rows = renamed.sql(
        "SELECT DISTINCT quote, min(day), max(day) FROM candles WHERE symbol = 'BTCUST' GROUP BY 1 ORDER BY 2"
    )
    assert [row[0] for row in rows] == ["USTC", "UST@BINANCE"]
    assert rows[1][1] == date(2022, 5, 27)
    assert ("binance", "BTCUST") not in {(venue, symbol) for venue, symbol, _ in _markets(renamed, "BTC", "2022-03-01")}


def test_unregistered_assets_are_listed_for_the_register(renamed: Rig) -> None:
    """What the register does not know is there under the venue's own name, with venues and markets."""
    rows = {row[0]: row[1:] for row in renamed.sql("SELECT asset, venues, markets, refused FROM unregistered_assets")}
    assert rows["ZZQX"] == (["okx"], 1, None)
    assert rows["BTC3L"] == (["okx"], 1, None)
    assert rows["LUNA@OKX"][0] == ["okx"]
    assert "no source tells when this venue changed over" in rows["LUNA@OKX"][2]
    assert "BTC" not in rows


def test_the_macro_says_what_a_code_denoted(renamed: Rig) -> None:
    """An analyst asks identity() what a venue's code was on a day."""
    asked = "SELECT identity('kraken', 'LUNA', DATE '2022-07-01'), identity('okx', 'LUNA', DATE '2022-03-01')"
    assert renamed.sql(asked) == [("LUNC", "LUNC")]


def test_turnover_counts_by_the_meaning_of_the_day(renamed: Rig) -> None:
    """Every candle is counted once under exactly one coin, changed over or not."""
    assert renamed.sql("SELECT count(*) FROM candles") == [(renamed.stored("SELECT count(*) FROM candles")[0][0],)]


def test_the_command_lists_what_a_name_denotes(
    renamed: Rig, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`oracle assets LUNA` prints both coins with venues, dates and sources; --unregistered what is beyond them."""
    from oracle import cli

    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["oracle", *words, "--home", str(renamed.home.path)])
        capsys.readouterr()
        with pytest.raises(SystemExit):
            cli.main()
        return capsys.readouterr().out

    text = run("assets", "luna")
    assert "LUNC: Terra Classic, digital_currency" in text
    assert "LUNA at kraken" in text
    assert "until 2022-05-27" in text
    rows = json.loads(run("assets", "XBT", "--format", "json"))
    assert {row["asset"] for row in rows} == {"BTC", "XBT-LBANK", "XBT-MEXC"}
    assert "ZZQX" in run("assets", "--unregistered")
    assert len(json.loads(run("assets", "--format", "json"))) > 500
    assert "BTC3L-GATE" in run("assets", "BTC3L")


def test_the_users_own_entry_reaches_the_answer(renamed: Rig) -> None:
    """An entry of the user's in the home is published as the user's."""
    from oracle.gather import republish

    own = renamed.home.path / "aliases.toml"
    own.write_text('[[alias]]\ncode = "ZZQX"\nasset = "SATS"\nvenues = ["okx"]\nsource = "a letter"\n', "utf-8")
    try:
        republish(renamed.home, lambda: NOW)
        assert renamed.sql("SELECT origin, asset FROM aliases WHERE code = 'ZZQX'") == [("user", "SATS")]
        assert _markets(renamed, "SATS", "2022-07-01") == [("okx", "ZZQX-USDT", "SATS/USDT")]
    finally:
        own.unlink()
