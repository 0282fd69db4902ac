"""What a code denotes: situations of renamed, reused and shared tickers, and what is refused rather than guessed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oracle.errors import KnowledgeError
from oracle.knowledge import knowledge
from oracle.law.aliases import File, identity
from oracle.law.asset import assets
from oracle.law.identity import Unresolved
from oracle.law.naming import named, told
from oracle.venues import VENUES
from oracle.words import language

SHIPPED = knowledge()
NAMES = SHIPPED.identity


def _of(venue: str, code: str, day: str) -> str | None:
    """The asset, or None where it is refused."""
    found = NAMES.asset_of(venue, code, date.fromisoformat(day))
    return None if isinstance(found, Unresolved) else found


@pytest.mark.parametrize(
    ("venue", "day", "asset"),
    [
        ("binance", "2022-03-01", "LUNC"),
        ("upbit", "2022-05-27", "LUNC"),
        ("binance", "2022-05-28", None),
        ("binance", "2022-05-30", None),
        ("binance", "2022-05-31", "LUNA"),
        ("binance", "2026-01-01", "LUNA"),
        ("kraken", "2022-07-01", "LUNC"),
        ("bitfinex", "2026-01-01", "LUNC"),
        ("upbit", "2022-07-01", None),
    ],
)
def test_luna_is_terra_classic_until_each_venue_changed_over(venue: str, day: str, asset: str | None) -> None:
    """Before 28 May 2022 LUNA is Terra Classic; later the venue decides, and where no source tells it is refused."""
    assert _of(venue, "LUNA", day) == asset


@pytest.mark.parametrize(
    ("venue", "code", "day", "asset"),
    [
        ("kraken", "XBT", "2020-01-01", "BTC"),
        ("bitstamp", "XBT", "2020-01-01", "BTC"),
        ("mexc", "XBT", "2024-01-01", "XBT-MEXC"),
        ("kraken", "XDG", "2024-01-01", "DOGE"),
        ("kraken", "LUNA2", "2024-01-01", "LUNA"),
        ("binance", "BCC", "2018-07-01", "BCH"),
        ("binance", "BCC", "2018-11-16", None),
        ("gate", "BCC", "2018-07-01", None),
        ("binance", "BCHABC", "2018-12-01", "BCH"),
        ("binance", "BCHSV", "2019-01-01", "BSV"),
        ("bitfinex", "UST", "2022-01-01", "USDT"),
        ("binance", "UST", "2022-01-01", "USTC"),
        ("kraken", "UST", "2024-01-01", "USTC"),
        ("okx", "BTT", "2021-06-01", "BTTOLD"),
        ("okx", "BTT", "2022-01-13", None),
        ("okx", "BTT", "2022-02-01", "BTT"),
        ("gate", "BTT", "2022-02-01", None),
        ("gate", "BTT", "2025-02-01", "BTT"),
        ("htx", "SUN", "2021-05-01", "SUNOLD"),
        ("htx", "SUN", "2021-06-02", "SUN"),
        ("coinbase", "DAI", "2019-06-01", "SAI"),
        ("coinbase", "DAI", "2019-12-02", None),
        ("coinbase", "DAI", "2020-06-01", "DAI"),
        ("kraken", "REP", "2024-01-01", "REPV1"),
        ("binance", "REP", "2024-01-01", "REP"),
        ("upbit", "TON", "2024-01-01", "TON-TOKAMAK"),
        ("okx", "TON", "2024-01-01", "TON"),
        ("htx", "HOT", "2019-01-01", "HOT-HYDRO"),
        ("htx", "HOT", "2024-01-01", "HOT-HOLO"),
        ("binance", "RON", "2024-03-01", "RONIN"),
        ("gate", "RON", "2024-03-01", None),
        ("binance", "FRAX", "2026-02-01", "FRAX-TOKEN"),
        ("okx", "FRAX", "2024-01-01", "FRAX-DOLLAR"),
        ("bitget", "TONCOIN", "2024-01-01", "TON"),
    ],
)
def test_what_a_venue_meant_that_day(venue: str, code: str, day: str, asset: str | None) -> None:
    """A code is read as the venue meant it on the day; what no source tells is refused."""
    assert _of(venue, code, day) == asset


def test_an_exchange_of_tokens_keeps_two_assets() -> None:
    """ERD is not EGLD and MKR is not SKY: a unit of one was many of the other; RNDR and RENDER are two tokens."""
    for code in ("ERD", "EGLD", "MKR", "SKY", "RNDR", "RENDER", "EOS", "A", "FTM", "S", "MATIC", "POL", "LEND", "NPXS"):
        assert _of("binance", code, "2020-08-01") == code
        assert code in SHIPPED.assets


def test_an_unknown_code_is_kept_as_it_is() -> None:
    """Nothing is read into a code that nobody registered, not even by its looks."""
    for code in ("ZZQX", "ZZQX3L", "1000ZZQX", "btc", "JUP"):
        assert _of("gate", code, "2024-01-01") == code


def test_a_refused_code_is_kept_under_its_venues_name() -> None:
    """What HOT is at Upbit nobody says: it is HOT@UPBIT, which no other venue shares, with the reason."""
    found = NAMES.asset_of("upbit", "HOT", date(2022, 1, 1))
    assert found == Unresolved("HOT@UPBIT", "Holo, Hydro Protocol or HotNow")


def test_leveraged_tokens_are_their_venues_own() -> None:
    """BTC3L of Gate is another asset than BTC3L of MEXC, a leveraged token for which the venue is obligated."""
    assert (_of("gate", "BTC3L", "2024-01-01"), _of("mexc", "BTC3L", "2024-01-01")) == ("BTC3L-GATE", "BTC3L-MEXC")
    token = NAMES.assets["BTC3L-GATE"]
    assert (token.kind, token.wraps, token.obligated_person) == ("leveraged_token", "BTC", "gate")
    assert _of("binance", "BTCUP", "2022-01-01") == "BTCUP-BINANCE"
    assert _of("binance", "BTCUP", "2024-03-01") is None
    assert _of("binance", "ETHBULL", "2020-03-01") == "ETHBULL"
    assert _of("gate", "BULL", "2024-01-01") is None
    assert _of("okx", "BTC3L", "2024-01-01") == "BTC3L"


def test_a_lot_of_a_thousand_is_an_asset_of_its_own() -> None:
    """1000SATS is 1000 SATS and says so; its price is never divided."""
    assert _of("binance", "1000SATS", "2024-01-01") == "1000SATS"
    lots = {
        code: (NAMES.assets[code].units, NAMES.assets[code].units_of) for code in ("1000SATS", "1MBABYDOGE", "1000CAT")
    }
    assert lots == {"1000SATS": (1000, "SATS"), "1MBABYDOGE": (1_000_000, "BABYDOGE"), "1000CAT": (1000, "CAT")}


@pytest.mark.parametrize(
    ("name", "day", "asset", "meanings"),
    [
        ("LUNA", "2022-05-20", "LUNC", ["LUNC", "LUNA"]),
        ("LUNA", "2022-07-01", "LUNA", ["LUNC", "LUNA"]),
        ("BCC", "2018-01-01", None, ["BCC-BITCONNECT", "BCH"]),
        ("HOT", "2024-01-01", None, ["HOT-HOTNOW", "HOT-HYDRO", "HOT-HOLO"]),
        ("FRAX", "2024-01-01", "FRAX-DOLLAR", ["FRAX-DOLLAR", "FRAX-TOKEN"]),
        ("FRAX", "2026-03-01", None, ["FRAX-DOLLAR", "FRAX-TOKEN"]),
        ("BTCUP", "2022-01-01", "BTCUP-BINANCE", ["BTCUP-BINANCE"]),
        ("BTC", "2024-01-01", "BTC", ["BTC"]),
        ("TON", "2024-01-01", "TON", ["TON", "TON-TOKAMAK"]),
        ("ZZQX", "2024-01-01", "ZZQX", []),
    ],
)
def test_what_a_typed_name_may_mean(name: str, day: str, asset: str | None, meanings: list[str]) -> None:
    """A name is taken for an asset where the date leaves one or the register calls one so; else all are told."""
    meant = named(NAMES, name, date.fromisoformat(day))
    assert (meant.asset, [each.asset for each in meant.meanings]) == (asset, meanings)


def test_other_meanings_of_the_day_are_told() -> None:
    """Asked for LUNA after the change, one is told that Kraken and Bitfinex write LUNA for Terra Classic."""
    assert [each.asset for each in named(NAMES, "LUNA", date(2022, 7, 1)).otherwise] == ["LUNC"]
    assert [each.asset for each in named(NAMES, "TON", date(2024, 1, 1)).otherwise] == ["TON-TOKAMAK"]


def test_an_ambiguous_name_is_told_with_its_dates() -> None:
    """The asker reads which coins a name means, where and when, by their codes."""
    titles = {each.code: each.name for each in NAMES.assets.all()}
    meanings = [told(each, titles) for each in named(NAMES, "FRAX", date(2026, 3, 1)).meanings]
    assert language("en").meanings("FRAX", meanings) == (
        "FRAX names two coins: FRAX-DOLLAR (Frax (legacy dollar), until 2025-10-31) "
        "and FRAX-TOKEN (Frax (formerly Frax Share), at binance, from 2026-01-15)"
    )


def test_every_shipped_entry_names_its_source() -> None:
    """Each of the entries says where it was read, and each asset that it names is registered."""
    assert len(NAMES.aliases) > 200
    assert all(each.source for each in NAMES.aliases)
    assert all(each.asset in NAMES.assets for each in NAMES.aliases if each.asset)


def test_every_venue_of_the_house_can_be_named(tmp_path: Path) -> None:
    """An entry may be made for each venue that is collected from."""
    entries = [f'[[alias]]\ncode = "Q"\nasset = "BTC"\nvenues = ["{venue}"]\nsource = "x"\n' for venue in VENUES]
    (tmp_path / "aliases.toml").write_text("".join(entries), "utf-8")
    known = knowledge(tmp_path).identity
    assert {known.asset_of(venue, "Q", date(2024, 1, 1)) for venue in VENUES} == {"BTC"}


REGISTER = assets(
    {code: {"name": code, "kind": "digital_currency", "source": "x"} for code in ("BTC", "LUNC", "LUNA")}, "assets.toml"
)


def _names(*entries: dict[str, Any], **more: Any) -> None:
    identity([File("names.toml", {"venues": ["okx", "gate"], "alias": list(entries), **more})], REGISTER)


SOUND = {"code": "XBT", "asset": "BTC", "source": "a page"}


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        (({**SOUND, "asset": "BTX"},), "names.toml: alias 1 (XBT): XBT: asset: 'BTX' is not in the asset register"),
        (({**SOUND, "source": ""},), "names.toml: alias 1 (XBT): source: expected a text"),
        (({"code": "XBT", "asset": "BTC"},), "names.toml: alias 1 (XBT): source: expected a text"),
        (({**SOUND, "venues": ["okex"]},), "names.toml: alias 1 (XBT): venues: unknown 'okex'; known: okx, gate"),
        (({**SOUND, "venues": []},), "names.toml: alias 1 (XBT): venues: expected a list of texts"),
        (({**SOUND, "since": "2020"},), "names.toml: alias 1 (XBT): since: expected a date such as 2022-05-28"),
        (
            ({**SOUND, "since": date(2020, 1, 2), "until": date(2020, 1, 1)},),
            "names.toml: alias 1 (XBT): until: is before since",
        ),
        (({**SOUND, "refused": "unclear"},), "names.toml: alias 1 (XBT): asset: either the asset"),
        (({"code": "XBT", "source": "x"},), "names.toml: alias 1 (XBT): asset: either the asset"),
        (({"asset": "BTC", "source": "x"},), "names.toml: alias 1: code: missing"),
        (({**SOUND, "from": 1},), "names.toml: alias 1 (XBT): from: unknown key"),
        (
            (SOUND, {**SOUND, "asset": "LUNC", "since": date(2020, 1, 1)}),
            "names.toml: alias 2 (XBT): XBT: since: another entry for the same days says BTC (names.toml: alias 1",
        ),
        (
            ({**SOUND, "venues": ["okx"]}, {**SOUND, "venues": ["gate", "okx"]}),
            "names.toml: alias 2 (XBT): XBT at okx: since: another entry for the same days says BTC",
        ),
    ],
)
def test_a_broken_entry_is_refused_by_file_entry_and_reason(entries: tuple[dict[str, Any], ...], reason: str) -> None:
    """The author is told file, entry, key and reason; two entries that meet on a day contradict each other."""
    with pytest.raises(KnowledgeError) as refusal:
        _names(*entries)
    assert str(refusal.value).startswith(reason)


@pytest.mark.parametrize(
    ("family", "reason"),
    [
        ({"suffixes": ["3L"], "prefixes": ["1000"]}, "suffixes: either suffixes, or prefixes"),
        ({}, "suffixes: either suffixes, or prefixes"),
        ({"prefixes": ["1000"]}, "suffixes: either suffixes, or prefixes"),
        ({"suffixes": ["3L"], "of": ["BTX"]}, "of: 'BTX' is not in the asset register"),
        ({"suffixes": [""]}, "suffixes: expected a list of texts"),
    ],
)
def test_a_broken_family_is_refused(family: dict[str, Any], reason: str) -> None:
    """A family has suffixes or prefixes with units, of registered underlyings."""
    with pytest.raises(KnowledgeError) as refusal:
        _names(family=[{"venues": ["okx"], "source": "x", **family}])
    assert str(refusal.value).startswith(f"names.toml: family 1: {reason}")


OWN = '[[alias]]\ncode = "HOT"\nasset = "HOT-HOLO"\nvenues = ["upbit"]\nsource = "a letter of the venue"\n'


def test_the_users_own_entry_counts_and_is_marked(tmp_path: Path) -> None:
    """An entry in the home's aliases.toml settles a code that was refused, as the user's, and changes the digest."""
    (tmp_path / "aliases.toml").write_text(OWN, "utf-8")
    known = knowledge(tmp_path)
    assert known.identity.asset_of("upbit", "HOT", date(2022, 1, 1)) == "HOT-HOLO"
    (own,) = (each for each in known.identity.aliases if each.origin == "user")
    assert (own.code, own.source) == ("HOT", "a letter of the venue")
    assert known.digest != SHIPPED.digest


def test_the_users_own_entry_cannot_overrule_a_shipped_one(tmp_path: Path) -> None:
    """Where the product says what Binance's HOT is, another word of the user's is a contradiction."""
    (tmp_path / "aliases.toml").write_text(OWN.replace("upbit", "binance"), "utf-8")
    with pytest.raises(KnowledgeError) as refusal:
        knowledge(tmp_path)
    assert str(tmp_path / "aliases.toml") in str(refusal.value)
    assert "another entry for the same days says HOT-HOLO" in str(refusal.value)
