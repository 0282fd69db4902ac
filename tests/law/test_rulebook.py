"""Rulebooks and the asset register: what ships is sound, what the user adds is found, what is broken is named."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from oracle.errors import KnowledgeError
from oracle.knowledge import knowledge
from oracle.law.asset import assets

# A sound rulebook of the user's own; the broken ones below differ from it in one place each.
OWN = """\
name = "mine"
title = "A reading of our own"
[[edition]]
in_force_from = 2025-01-01
turnover_floor_rub = {value = "100000000000", clause = "art. 282.3", source = "a letter"}
counted_bases = {value = ["digital_currency"], clause = "art. 282.3", source = "a letter"}
stablecoin_path = {value = "market", clause = "art. 282.3", source = "a letter"}
publication_years = {value = 3, clause = "art. 282.3", source = "a letter"}
minimum_coverage = {value = "0.99", clause = "art. 282.3", source = "a letter"}
jurisdictions = {value = ["foreign"], clause = "art. 282.3", source = "a letter"}
quote_kinds = {value = ["fiat"], clause = "art. 282.3", source = "a letter"}
"""
SHIPPED = knowledge()
SECOND = OWN[OWN.index("[[edition]]") :]


def _write(home: Path, text: str, name: str = "own.toml") -> Path:
    folder = home / "rulebooks"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def _changed(old: str, new: str) -> str:
    assert OWN.count(old) == 1, f"the sound rulebook holds {old!r} {OWN.count(old)} times"
    return OWN.replace(old, new)


NAMES = ["tax-code", "hundred-million", "hundred-million-per-coin", "tax-code-per-coin"]


def test_four_rulebooks_ship_and_the_statute_is_the_default() -> None:
    """The statute's 100 billion comes first, the 100 million of the comparison and both by coins beside it."""
    books = SHIPPED.rulebooks
    assert list(books) == NAMES
    told = {name: (book.editions[0].turnover_floor_rub, book.editions[0].per_coin) for name, book in books.items()}
    assert told == {
        "tax-code": (Decimal(100_000_000_000), False),
        "hundred-million": (Decimal(100_000_000), False),
        "hundred-million-per-coin": (Decimal(100_000_000), True),
        "tax-code-per-coin": (Decimal(100_000_000_000), True),
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_edition_before_2025(name: str) -> None:
    """On the last day of 2024 no rule was in force, on the first of 2025 the first edition is."""
    book = SHIPPED.rulebooks[name]
    assert book.edition(date(2024, 12, 31)) is None
    assert book.edition(date(2025, 1, 1)) is book.editions[0]
    assert book.edition(date(2026, 11, 22)) is book.editions[0]


@pytest.mark.parametrize("name", NAMES)
def test_shipped_values_are_the_defaults_of_the_law(name: str) -> None:
    """Three years, 99 percent of the days, foreign organisers only, stablecoins at their peg and not counted."""
    edition = SHIPPED.rulebooks[name].editions[0]
    assert (edition.publication_years, edition.minimum_coverage) == (3, Decimal("0.99"))
    assert (edition.jurisdictions, edition.stablecoin_path) == (("foreign",), "peg")
    assert edition.counted_bases == ("digital_currency", "unclassified")
    assert edition.quote_kinds == ("fiat", "stablecoin")
    assert (edition.market_types, edition.trading_day, edition.quote_order) == (("spot",), "venue", "none")
    assert (edition.date_zone, edition.finality_required) == ("Europe/Moscow", False)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_value_tells_clause_and_source(name: str) -> None:
    """Nobody has to take a figure on trust: each of the fifteen bears a clause of the law and where it was found."""
    citations = SHIPPED.rulebooks[name].editions[0].citations
    assert len(citations) == 15
    assert {each.holds_from for each in citations.values()} == {date(2025, 1, 1)}
    assert all("art. 282.3" in each.clause and each.source for each in citations.values())


def test_a_second_edition_takes_over_on_its_day(tmp_path: Path) -> None:
    """Once the floor changes on 1 July 2027, 30 June is judged by the old one and 1 July by the new one."""
    later = SECOND.replace("2025-01-01", "2027-07-01").replace("100000000000", "5")
    _write(tmp_path, OWN + later)
    book = knowledge(tmp_path).rulebooks["mine"]
    before, after = book.edition(date(2027, 6, 30)), book.edition(date(2027, 7, 1))
    assert before is not None
    assert after is not None
    assert (before.turnover_floor_rub, after.turnover_floor_rub) == (Decimal(100_000_000_000), Decimal(5))


def test_a_later_edition_states_what_changes_and_no_more(tmp_path: Path) -> None:
    """If Russian organisers counted from 1 September 2026, all else would go on, and each value tells since when."""
    words = (
        'jurisdictions = {value = ["foreign", "RU"], clause = "a new law", source = "a letter", note = "transition"}'
    )
    _write(tmp_path, f"{OWN}[[edition]]\nin_force_from = 2026-09-01\n{words}\n")
    first, second = knowledge(tmp_path).rulebooks["mine"].editions
    assert (first.jurisdictions, second.jurisdictions) == (("foreign",), ("foreign", "RU"))
    assert second.turnover_floor_rub == first.turnover_floor_rub
    since = {key: each.holds_from for key, each in second.citations.items()}
    assert (since["jurisdictions"], since["turnover_floor_rub"]) == (date(2026, 9, 1), date(2025, 1, 1))
    assert second.citations["jurisdictions"].note == "transition"


def test_what_a_rulebook_does_not_state_is_said_to_be_a_default(tmp_path: Path) -> None:
    """A file of an older program goes on meaning what it meant, and its new values say that nobody stated them."""
    _write(tmp_path, OWN)
    (edition,) = knowledge(tmp_path).rulebooks["mine"].editions
    assert (edition.turnover_scope, edition.trading_day, edition.finality_required) == ("venue", "venue", False)
    assert edition.citations["turnover_scope"].source == "not stated in the rulebook: the default of this program"


def test_the_users_own_rulebook_is_found(tmp_path: Path) -> None:
    """A file in the home's rulebooks folder stands beside the shipped ones, which stay."""
    _write(tmp_path, OWN)
    known = knowledge(tmp_path)
    assert next(iter(known.rulebooks)) == "tax-code"
    assert set(known.rulebooks) == {*NAMES, "mine"}
    assert known.rulebooks["mine"].editions[0].stablecoin_path == "market"


def test_the_digest_tells_one_knowledge_from_another(tmp_path: Path) -> None:
    """Adding a rulebook, or changing a word of it, changes the digest; reading it again does not."""
    without = knowledge(tmp_path).digest
    _write(tmp_path, OWN)
    first = knowledge(tmp_path).digest
    again = knowledge(tmp_path).digest
    _write(tmp_path, OWN.replace("a letter", "another letter"))
    assert len({without, first, knowledge(tmp_path).digest}) == 3
    assert again == first


@pytest.mark.parametrize("taken", NAMES)
def test_a_shipped_name_cannot_be_taken(tmp_path: Path, taken: str) -> None:
    """A rulebook of the user's never replaces the statute's silently."""
    path = _write(tmp_path, _changed('"mine"', f'"{taken}"'))
    with pytest.raises(KnowledgeError) as refusal:
        knowledge(tmp_path)
    assert str(refusal.value) == f"{path}: name: there is already a rulebook called {taken!r}"


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two own rulebooks called alike are refused, naming the second file."""
    _write(tmp_path, OWN, "a.toml")
    second = _write(tmp_path, OWN, "b.toml")
    with pytest.raises(KnowledgeError, match="already a rulebook called 'mine'") as refusal:
        knowledge(tmp_path)
    assert str(refusal.value).startswith(f"{second}: name:")


BROKEN = {
    "no name": (_changed('name = "mine"\n', ""), "name: expected a text"),
    "empty name": (_changed('"mine"', '""'), "name: expected a text"),
    "name a number": (_changed('"mine"', "7"), "name: expected a text"),
    "no title": (_changed('title = "A reading of our own"\n', ""), "title: expected a text"),
    "no edition": (OWN[: OWN.index("[[edition]]")], "edition: expected at least one"),
    "edition a text": ('name = "mine"\ntitle = "t"\nedition = "2025"\n', "edition: expected at least one"),
    "edition of texts": ('name = "mine"\ntitle = "t"\nedition = ["2025"]\n', "edition 1: expected a table"),
    "unknown key above": ('licence = "MIT"\n' + OWN, "licence: unknown key"),
    "unknown key": (OWN + 'turnover_flor_rub = "1"\n', "edition 1: turnover_flor_rub: unknown key"),
    "missing key": (
        _changed('stablecoin_path = {value = "market", clause = "art. 282.3", source = "a letter"}\n', ""),
        "edition 1: stablecoin_path: missing",
    ),
    "no value": (_changed('value = "market", ', ""), "edition 1: stablecoin_path: missing, or without a value"),
    "a bare value": (
        _changed('{value = 3, clause = "art. 282.3", source = "a letter"}', "3"),
        "edition 1: publication_years: missing, or without a value",
    ),
    "no clause": (
        _changed('value = 3, clause = "art. 282.3", ', "value = 3, "),
        "edition 1: publication_years: clause: every value tells its clause and its source",
    ),
    "empty clause": (
        _changed('value = 3, clause = "art. 282.3"', 'value = 3, clause = ""'),
        "edition 1: publication_years: clause: every value",
    ),
    "no source": (
        _changed('value = 3, clause = "art. 282.3", source = "a letter"', 'value = 3, clause = "art. 282.3"'),
        "edition 1: publication_years: source: every value",
    ),
    "floor a float": (_changed('"100000000000"', "100000000000.0"), "turnover_floor_rub: expected a number as text"),
    "floor an integer": (_changed('"100000000000"', "100000000000"), "turnover_floor_rub: expected a number as text"),
    "floor negative": (_changed('"100000000000"', '"-1"'), "turnover_floor_rub: must not be negative"),
    "floor with blanks": (_changed('"100000000000"', '"100 000"'), "turnover_floor_rub: not a decimal number"),
    "floor NaN": (_changed('"100000000000"', '"NaN"'), "turnover_floor_rub: not a decimal number"),
    "floor endless": (_changed('"100000000000"', '"Infinity"'), "turnover_floor_rub: not a decimal number"),
    "base of a wrong kind": (
        _changed('["digital_currency"]', '["digital_coin"]'),
        "counted_bases: unknown 'digital_coin'; known: digital_currency, stablecoin",
    ),
    "no bases": (_changed('["digital_currency"]', "[]"), "counted_bases: expected a list of texts"),
    "bases a text": (_changed('["digital_currency"]', '"digital_currency"'), "counted_bases: expected a list of texts"),
    "bases numbers": (_changed('["digital_currency"]', "[1, 2]"), "counted_bases: expected a list of texts"),
    "quotes of a wrong kind": (_changed('["fiat"]', '["fiat", "gold"]'), "quote_kinds: unknown 'gold'; known:"),
    "no jurisdiction": (_changed('["foreign"]', "[]"), "jurisdictions: expected a list of texts"),
    "unknown path": (_changed('"market"', '"guess"'), "stablecoin_path: expected one of peg, market, refuse"),
    "one base twice": (
        _changed('["digital_currency"]', '["digital_currency", "digital_currency"]'),
        "counted_bases: names one thing twice",
    ),
    "unknown scope": (
        OWN + 'turnover_scope = {value = "planet", clause = "c", source = "s"}\n',
        "edition 1: turnover_scope: expected one of venue, coin",
    ),
    "derivatives alone": (
        OWN + 'market_types = {value = ["derivatives"], clause = "c", source = "s"}\n',
        "edition 1: market_types: spot must be among them",
    ),
    "finality as text": (
        OWN + 'finality_required = {value = "no", clause = "c", source = "s"}\n',
        "edition 1: finality_required: expected true or false",
    ),
    "unknown zone": (
        OWN + 'date_zone = {value = "Mars/Base", clause = "c", source = "s"}\n',
        "edition 1: date_zone: expected one of Europe/Moscow",
    ),
    "note a number": (
        OWN + 'trading_day = {value = "utc", clause = "c", source = "s", note = 1}\n',
        "edition 1: trading_day: note: expected a text",
    ),
    "half a year": (_changed("value = 3", "value = 3.5"), "publication_years: expected whole years"),
    "years as text": (_changed("value = 3", 'value = "3"'), "publication_years: expected whole years"),
    "years a truth": (_changed("value = 3", "value = true"), "publication_years: expected whole years"),
    "years negative": (_changed("value = 3", "value = -1"), "publication_years: expected whole years"),
    "years beyond": (_changed("value = 3", "value = 21"), "publication_years: expected whole years"),
    "share above one": (_changed('"0.99"', '"1.01"'), "minimum_coverage: expected a share between 0 and 1"),
    "share in percent": (_changed('"0.99"', '"99"'), "minimum_coverage: expected a share between 0 and 1"),
    "share negative": (_changed('"0.99"', '"-0.01"'), "minimum_coverage: must not be negative"),
    "share a float": (_changed('"0.99"', "0.99"), "minimum_coverage: expected a number as text"),
    "no date": (_changed("in_force_from = 2025-01-01\n", ""), "edition 1: in_force_from: expected a date such as"),
    "date as text": (_changed("2025-01-01", '"2025-01-01"'), "edition 1: in_force_from: expected a date such as"),
    "date an instant": (_changed("2025-01-01", "2025-01-01T00:00:00"), "edition 1: in_force_from: expected a date"),
    "editions out of order": (
        OWN + SECOND.replace("2025-01-01", "2024-01-01"),
        "in_force_from: editions must follow each other in time",
    ),
    "two editions of one day": (OWN + SECOND, "in_force_from: editions must follow each other in time"),
    "broken second edition": (
        OWN + SECOND.replace("2025-01-01", "2026-01-01").replace('"0.99"', '"2"'),
        "edition 2: minimum_coverage: expected a share",
    ),
}


@pytest.mark.parametrize(("text", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_rulebook_is_refused_by_file_key_and_reason(tmp_path: Path, text: str, reason: str) -> None:
    """The author is told which file, which key and what is wrong with it."""
    path = _write(tmp_path, text)
    with pytest.raises(KnowledgeError) as refusal:
        knowledge(tmp_path)
    message = str(refusal.value)
    assert message.startswith(f"{path}: ")
    assert reason in message


@pytest.mark.parametrize(
    ("old", "new"), [('"0.99"', '"0"'), ('"0.99"', '"1"'), ("value = 3", "value = 0"), ("value = 3", "value = 20")]
)
def test_values_on_the_very_limits_are_allowed(tmp_path: Path, old: str, new: str) -> None:
    """A share of nothing or of all, no year or twenty, are readings somebody may want to compare."""
    _write(tmp_path, _changed(old, new))
    assert "mine" in knowledge(tmp_path).rulebooks


@pytest.mark.parametrize("text", ['name = "mine', "name = mine", "[[edition]", 'title = "a"\n' + OWN])
def test_broken_syntax_names_the_file(tmp_path: Path, text: str) -> None:
    """A file that is no TOML at all is named, with the place."""
    path = _write(tmp_path, text)
    with pytest.raises(KnowledgeError, match=r"\(at (line \d+|end of document)") as refusal:
        knowledge(tmp_path)
    assert str(refusal.value).startswith(f"{path}: ")


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """A rulebook saved in windows-1251 is named, not read with holes in it."""
    path = _write(tmp_path, "")
    path.write_bytes(OWN.replace("our own", "наше").encode("windows-1251"))
    with pytest.raises(KnowledgeError, match="utf-8") as refusal:
        knowledge(tmp_path)
    assert str(refusal.value).startswith(f"{path}: ")


def test_the_register_knows_the_usual_assets() -> None:
    """Bitcoin owes nobody anything, Tether has somebody obligated and stands for the dollar, the ruble is money."""
    register = SHIPPED.assets
    kinds = {code: register[code].kind for code in ("BTC", "ETH", "USDT", "USDC", "USD", "RUB", "KRW", "WBTC")}
    assert kinds == {
        "BTC": "digital_currency",
        "ETH": "digital_currency",
        "USDT": "stablecoin",
        "USDC": "stablecoin",
        "USD": "fiat",
        "RUB": "fiat",
        "KRW": "fiat",
        "WBTC": "wrapped",
    }
    assert (register["USDT"].peg, register["BTC"].peg) == ("USD", "")
    assert "Tether" in register["USDT"].obligated_person


def test_every_registered_stablecoin_stands_for_a_registered_currency() -> None:
    """A peg to something that is no currency could never be converted at an official rate."""
    register = SHIPPED.assets
    pegs = {code: register[register[code].peg].kind for code in register.of_kind("stablecoin")}
    assert len(pegs) > 10
    assert {code for code, kind in pegs.items() if kind != "fiat"} == set()


def test_an_unknown_asset_is_said_to_be_unclassified() -> None:
    """Nothing is guessed from a code that merely looks like another."""
    register = SHIPPED.assets
    for code in ("NOSUCHCOIN", "usdt", "BTC2", ""):
        assert (register[code].kind, register[code].peg) == ("unclassified", "")
        assert register[code].source == "not in the asset register"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"name": "Dollar", "kind": "stablecoin", "source": "x"}, "peg: a stablecoin names the currency"),
        ({"name": "Dollar", "kind": "stablecoin", "source": "x", "peg": ""}, "peg: a stablecoin names the currency"),
        ({"name": "Dollar", "kind": "money", "source": "x"}, "kind: unknown 'money'; known: digital_currency,"),
        ({"name": "Dollar", "kind": "fiat"}, "source: expected a text"),
        ({"name": "", "kind": "fiat", "source": "x"}, "name: expected a text"),
        ({"kind": "fiat", "source": "x"}, "name: expected a text"),
        ({"name": "Dollar", "kind": 1, "source": "x"}, "kind: expected a text"),
        ("fiat", "expected a table"),
    ],
)
def test_a_broken_asset_is_refused_by_file_code_and_reason(entry: object, reason: str) -> None:
    """The author of the register is told the file, the asset and what is wrong with it."""
    sound = {"name": "Euro", "kind": "fiat", "source": "x"}
    with pytest.raises(KnowledgeError) as refusal:
        assets({"EUR": sound, "XYZ": entry}, "assets.toml")
    assert str(refusal.value).startswith(f"assets.toml: XYZ: {reason}")
