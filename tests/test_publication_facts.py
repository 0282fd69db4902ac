"""The register of publication: dated evidence beside the observations, shipped and the user's, in file and answer."""

import csv
import io
import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from oracle import cli
from oracle.answer import Answer
from oracle.ask import Question, ask
from oracle.errors import KnowledgeError
from oracle.knowledge import knowledge
from oracle.law.publication_facts import WHATS
from oracle.outputs.table import quotation
from oracle.publish import publish
from oracle.settings import Home
from oracle.store.reads import Reads
from oracle.store.writer import Store
from oracle.twin import RateRow, Row, TwinData, TwinMarket
from oracle.venues import VENUES
from oracle.words import LANGUAGES, language
from tests.conftest import Rig

DATA = Path(__file__).resolve().parents[1] / "data" / "publication.toml"
NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
DAY = date(2026, 3, 11)
OWN = """checked_on = 2026-02-01
[[fact]]
venue = "binance"
what = "historical_page"
shown_on = 2018-01-05
address = "https://www.binance.com/en/history"
source = "notary's record 12 of 2018-01-05"
"""
WHOLE = {
    "venue": '"okx"',
    "what": '"bulk_downloads"',
    "shown_on": "2020-01-02",
    "address": '"https://a"',
    "source": '"b"',
}


def test_the_shipped_file_is_sound() -> None:
    """Every venue has a fact; dates lie before the file's own; sources are threads, releases, or said to be unread."""
    checked_on = tomllib.loads(DATA.read_text("utf-8"))["checked_on"]
    facts = knowledge().publication
    assert {each.venue for each in facts} == set(VENUES)
    for each in facts:
        assert date(2011, 1, 1) < each.shown_on <= checked_on
        assert each.origin == "shipped"
        assert each.address.startswith(("https://", "http://"))
        assert each.source.startswith(("https://github.com/", "https://pypi.org/", "not fetched: ")), each.source
    assert list(facts) == sorted(facts, key=lambda each: (each.venue, each.shown_on, each.what, each.source))
    assert len({each[:5] for each in facts}) == len(facts)


def _own(home: Path, text: str) -> str:
    """The error that a file of the user's meets, without its place."""
    (home / "publication.toml").write_text(text, "utf-8")
    with pytest.raises(KnowledgeError) as refusal:
        knowledge(home)
    place = f"{home / 'publication.toml'}: "
    assert str(refusal.value).startswith(place)
    return str(refusal.value).removeprefix(place)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"venue": '"mtgox"'}, "fact 1 (mtgox): venue: unknown 'mtgox'; known: binance, bybit"),
        ({"venue": "7"}, "fact 1: venue: expected a text"),
        ({"what": '"rumours"'}, "fact 1 (okx): what: unknown 'rumours'; known: daily_candles"),
        ({"source": '" "'}, "fact 1 (okx): source: expected a text"),
        ({"address": None}, "fact 1 (okx): address: expected a text"),
        ({"note": '""'}, "fact 1 (okx): note: expected a text"),
        ({"shown_on": '"2020-01-02"'}, "fact 1 (okx): shown_on: expected a date such as 2018-11-14"),
        ({"shown_on": "2020-01-02T03:04:05Z"}, "fact 1 (okx): shown_on: expected a date"),
        ({"shown_on": "2026-02-02"}, "fact 1 (okx): shown_on: 2026-02-02 is after checked_on, 2026-02-01"),
        ({"url": '"x"'}, "fact 1 (okx): url: unknown key"),
    ],
)
def test_a_broken_fact_is_refused(tmp_path: Path, change: dict[str, str | None], reason: str) -> None:
    """The error names file, entry, key and reason."""
    lines = "\n".join(f"{key} = {value}" for key, value in {**WHOLE, **change}.items() if value is not None)
    assert _own(tmp_path, f"checked_on = 2026-02-01\n[[fact]]\n{lines}\n").startswith(reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "checked_on: expected a date"),
        ("checked_on = 2026-02-01\nfacts = []", "facts: unknown key"),
        ("checked_on = 2026-02-01\nfact = 3", "fact: expected [[fact]] entries"),
        ("checked_on = 2026-02-01\nfact = [3]", "fact 1: expected a table"),
        ("checked_on = ", "Invalid value"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """So is a file without the date of its own, with other keys, or that is no TOML."""
    assert _own(tmp_path, text).startswith(reason)


def test_a_fact_of_the_users_is_marked_and_changes_the_digest(tmp_path: Path) -> None:
    """It stands among the shipped ones in the order of dates, as the user's; a date changed changes the digest."""
    (tmp_path / "publication.toml").write_text(OWN, "utf-8")
    known = knowledge(tmp_path)
    binance = [each for each in known.publication if each.venue == "binance"]
    assert [each.origin for each in binance] == ["user", "shipped", "shipped"]
    assert set(known.publication) - {binance[0]} == set(knowledge().publication)
    (tmp_path / "publication.toml").write_text(OWN.replace("2018-01-05\na", "2018-01-06\na"), "utf-8")
    assert len({known.digest, knowledge(tmp_path).digest, knowledge().digest}) == 3


def _data() -> TwinData:
    """A month of one market on Binance: far from three years of publication."""
    days = [date(2026, 2, day) for day in range(10, 29)] + [date(2026, 3, day) for day in range(1, 13)]
    rows = tuple(Row(day, "100", "101", "99", "100", "2000000000", "200000000000") for day in days)
    rates = tuple(RateRow(day, 1, "80.10") for day in days)
    return TwinData({"binance": (TwinMarket("BTC", "USDT", rows),)}, {"USD": rates}, demo=False)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    """A home with the user's fact, published with what it knows."""
    import asyncio

    rig = Rig(Home(tmp_path_factory.mktemp("facts")).usable(), NOW)
    (rig.home.path / "publication.toml").write_text(OWN, "utf-8")
    assert asyncio.run(rig.collect_all(_data(), venues=frozenset(("binance",)))).failures == {}
    with Store(rig.home.store) as store:
        publish(store, rig.home.published, knowledge(rig.home.path), NOW)
    return rig


def _asked(rig: Rig, lang: str = "en", rulebook: str = "tax-code") -> Answer:
    with Reads(rig.home.current) as reads:
        return ask(reads, Question("BTC", DAY, lang=lang, rulebook=rulebook), NOW)


def test_the_published_table_is_the_register(told: Rig) -> None:
    """An analyst finds every fact under its names, and that it changes no verdict."""
    rows = told.sql("FROM publication_facts")
    assert set(rows) == set(knowledge(told.home.path).publication)
    ((comment,),) = told.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'publication_facts'")
    assert "Changes no verdict by itself" in comment
    with Reads(told.home.current) as reads:
        assert [*reads.publication_facts()] == [*knowledge(told.home.path).publication]


def test_the_answer_carries_the_facts_and_the_verdict_stays(told: Rig) -> None:
    """Oldest first, with whose they are; a venue that was observed for a month stays not eligible."""
    (binance,) = _asked(told).venues
    assert binance.verdicts["tax-code"].verdict == "not_eligible"
    assert [(each.shown_on, each.origin) for each in binance.publication_facts] == [
        (date(2018, 1, 5), "user"),
        (date(2018, 11, 14), "shipped"),
        (date(2021, 3, 27), "shipped"),
    ]
    assert set(json.loads(binance.model_dump_json())["publication_facts"][0]) == {
        *("what", "shown_on", "shown_until", "address", "source", "origin", "document"),
    }


def test_the_page_has_one_line_where_publication_is_not_proven(told: Rig) -> None:
    """The oldest fact in the page's language, said to decide nothing; none where the venue passed."""
    page = quotation(_asked(told), "file")
    line = "    beside it, deciding nothing: historical data page on 2018-01-05, by notary's record 12 of 2018-01-05"
    assert [each for each in page.splitlines() if "deciding nothing" in each] == [line]
    russian = quotation(_asked(told, "ru"), "file", "ru")
    assert "ничего не решает: страница исторических данных, 05.01.2018, источник: notary's record" in russian


def test_the_page_is_silent_where_publication_is_proven(told: Rig) -> None:
    """A venue without a failed or open test of publication needs no other evidence on the page."""
    answer = _asked(told)
    for part in answer.venues[0].verdicts.values():
        part.reasons[:] = [each for each in part.reasons if not each.code.startswith("publi")]
    assert answer.venues[0].publication_facts
    assert "deciding nothing" not in quotation(answer, "file")


def test_every_kind_has_its_name() -> None:
    """What a source may show is told in the page's language."""
    assert all(f"public.{what}" in language(name).NAMES for name in LANGUAGES for what in WHATS)


def test_the_register_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`oracle venues --facts` prints it with the user's own, for people and machines; two lists at once are refused."""
    monkeypatch.setenv("ORACLE_HOME", str(tmp_path))
    (tmp_path / "publication.toml").write_text(OWN, "utf-8")

    def run(*words: str) -> str:
        monkeypatch.setattr("sys.argv", ["oracle", "venues", "--facts", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        assert not left.value.code
        return capsys.readouterr().out

    rows = json.loads(run("--format", "json"))
    assert len(rows) == len(knowledge(tmp_path).publication)
    assert rows[0]["shown_on"] == "2018-01-05"
    table = csv.DictReader(io.StringIO(run("--format", "csv")))
    assert next(table)["origin"] == "user"
    page = run()
    assert "verdicts decide by the days observed" in page
    assert "lbank" in page
    monkeypatch.setattr("sys.argv", ["oracle", "venues", "--facts", "--days-above"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert "either --days-above or --facts" in capsys.readouterr().err
