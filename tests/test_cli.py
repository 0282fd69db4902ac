"""The command line: stable documents on stdout, one clear line on stderr, the right exit status, nothing half-done."""

import asyncio
import csv
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from oracle.answer import Answer
from oracle.demo import running_twin
from oracle.settings import Home
from oracle.twin import Fault, RateRow, Row, Twin, TwinData, TwinMarket
from tests.conftest import Ran, Rig, Run, ran

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
TODAY = NOW.date()


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `oracle` with a home of its own at a fixed instant."""
    monkeypatch.setenv("ORACLE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ORACLE_NOW", NOW.isoformat())

    def command(*words: str) -> Ran:
        return ran(monkeypatch, capsys, *words)

    return command


def _data(days: int = 40, *, turnover: str = "1500000000") -> TwinData:
    """Binance with BTC, ETH/BTC and an unregistered coin for some days; dollars."""
    first = TODAY - timedelta(days=days)
    span = [first + timedelta(days=at) for at in range(days + 1)]

    def market(base: str, quote: str, price: int, volume: str, worth: str) -> TwinMarket:
        rows = tuple(
            Row(day, f"{price}", f"{price + 2}", f"{price - 2}", f"{price + 1}.50", volume, worth) for day in span
        )
        return TwinMarket(base, quote, rows)

    markets = (
        market("BTC", "USDT", 100_000, "15000", turnover),
        market("ETH", "BTC", 100, "1", "100"),
        market("ZZQX", "USDT", 1000, "1", "1000"),
        market("BTC", "XQZ", 1000, "1", "1000"),
    )
    weekdays = [
        day for day in (first - timedelta(days=40 - at) for at in range(days + 42)) if day.weekday() not in (6, 0)
    ]
    return TwinData({"binance": markets}, {"USD": tuple(RateRow(day, 1, "80.1234") for day in weekdays)}, demo=False)


@contextmanager
def twin_of(data: TwinData, *faults: Fault) -> Iterator[dict[str, str]]:
    """The twin beside us, as another machine."""
    with running_twin(lambda: NOW, data, faults) as endpoints:
        yield endpoints


def _endpoints(endpoints: dict[str, str]) -> list[str]:
    return [part for name in ("binance", "cbr") for part in ("--endpoint", f"{name}={endpoints[name]}")]


@pytest.fixture(scope="module")
def collected_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has collected the little data set, to be copied."""
    home = Rig(Home(tmp_path_factory.mktemp("collected")).usable(), NOW)

    async def collect() -> None:
        async with Twin(_data(), now=NOW) as twin:
            assert (await home.collect(twin, venues=frozenset(("binance",)))).failures == {}

    asyncio.run(collect())
    home.publish()
    return home.home.path


@pytest.fixture
def collected(run: Run, collected_once: Path, tmp_path: Path) -> Run:
    """Runs `oracle` in a copy of that home."""
    shutil.copytree(collected_once, tmp_path / "home")
    return run


def test_collect_prints_the_published_file_and_nothing_else(run: Run) -> None:
    """stdout is the path of the published file; progress and summary are on stderr."""
    with twin_of(_data()) as endpoints:
        ran = run("collect", "--venue", "binance", "--coin", "btc", "--unpaced", *_endpoints(endpoints))
    assert ran.status == 0
    assert Path(ran.out.strip()).is_file()
    assert "candle pages were asked for" in ran.err
    assert '"event": "collected"' in ran.err


def test_json_is_one_document_of_the_documented_shape(collected: Run) -> None:
    """The document validates against the model, money is text, and no figure is a JSON number with a fraction."""
    ran = collected(
        "quotation", "BTC", str(TODAY - timedelta(days=3)), "--rulebook", "hundred-million", "--format", "json"
    )
    document = json.loads(ran.out, parse_float=lambda text: pytest.fail(f"a float on the wire: {text}"))
    answer = Answer.model_validate(document)
    assert ran.err == ""
    (quotation,) = [each for each in answer.quotations if each.market == "BTC/USDT"]
    # 100001.50 x 80.1234
    assert (quotation.rub, quotation.rub_kopecks) == ("8012460.1851", "8012460.19")
    assert list(document) == [
        *(
            "coin",
            "date",
            "asked_at",
            "zone",
            "rulebook",
            "edition",
            "stablecoin",
            "dataset",
            "quotations",
            "venues",
            "chosen",
            "corridor",
        ),
        *("spread", "choice", "tax", "sensitivity", "official_rates", "warnings", "manual"),
    ]


def test_nothing_qualifies_is_status_3_with_all_reasons(collected: Run) -> None:
    """40 days of quotations are not three years: nothing is chosen, the reason is told, the exit status is 3."""
    ran = collected("quotation", "BTC", str(TODAY - timedelta(days=3)), "--format", "json")
    document = json.loads(ran.out)
    assert ran.status == 3
    assert document["chosen"] is None
    (binance,) = document["venues"]
    codes = {reason["code"]: reason["result"] for reason in binance["verdicts"]["tax-code"]["reasons"]}
    assert codes["turnover_above_floor"] == "passed"
    assert binance["verdicts"]["tax-code"]["verdict"] == "not_eligible"
    assert codes["published_too_late"] == "failed"


def test_csv_has_a_line_per_quotation(collected: Run) -> None:
    """CSV holds the same figures under stable names."""
    ran = collected("quotation", "BTC", str(TODAY - timedelta(days=3)), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert {(row["market"], row["rub"]) for row in rows} == {("BTC/USDT", "8012460.1851")}
    assert rows[0]["chosen"] == "False"


def test_text_tells_close_path_verdict_and_file(collected: Run) -> None:
    """A person sees rubles, the reasons and the published file."""
    ran = collected("quotation", "btc", str(TODAY - timedelta(days=3)))
    for words in ("8 012 460.19", "No quotation qualifies under tax-code", "oracle.duckdb", "Not legal advice"):
        assert words in ran.out
    assert "not eligible" in ran.out


def _texts(document: dict[str, Any]) -> list[str]:
    return [each["text"] for each in document["warnings"]]


def test_a_price_in_another_coin_is_left_out_and_said(collected: Run) -> None:
    """ETH/BTC gives no quotation of ETH: a price in BTC is no price in a foreign currency."""
    ran = collected("quotation", "ETH", str(TODAY - timedelta(days=3)), "--format", "json")
    document = json.loads(ran.out)
    assert (ran.status, document["quotations"]) == (3, [])
    assert any("ETH/BTC" in text and "no price in a foreign currency" in text for text in _texts(document))


def test_an_unregistered_coin_is_said_to_be_one(collected: Run) -> None:
    """A coin that the asset register does not know is priced with a warning."""
    ran = collected("quotation", "ZZQX", str(TODAY - timedelta(days=3)), "--format", "json")
    assert any("not in the asset register" in text for text in _texts(json.loads(ran.out)))


DAY = str(TODAY - timedelta(days=3))


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("quotation", "BTX", DAY), 2, "unknown coin 'BTX'; did you mean BTC?"),
        (("quotation", "BTC", DAY, "--venue", "mtgox"), 2, "unknown venue 'mtgox'; known: binance"),
        (
            ("quotation", "BTC", DAY, "--rulebook", "mine"),
            2,
            "unknown rulebook 'mine'; known: hundred-million, hundred-million-per-coin, tax-code",
        ),
        (("quotation", "BTC", DAY, "--choose", "best"), 2, "unknown choice 'best'; known: largest-turnover"),
        (("quotation", "BTC", "2025-02-30"), 2, "not a date: '2025-02-30'; write it as YYYY-MM-DD"),
        (
            ("quotation", "BTC", "2026-03-11T01:30:00"),
            2,
            "without its offset from UTC, or none: '2026-03-11T01:30:00'; write 2025-03-14T01:30:00+03:00",
        ),
        (("quotation", "BTC", "0001-01-01T00:00:00+14:00"), 2, "without its offset from UTC, or none"),
        (("quotation", "BTC", DAY, "--as-known-at", "0001-01-01T00:00:00+14:00"), 2, "not an instant"),
        (("quotation", "BTC", "0001-01-01"), 2, "0001-01-01 is before 2009, when no coin existed"),
        (("quotation", "BTC", "9999-12-31"), 2, "is in the future: today is 2026-03-14 in Moscow"),
        (("quotation", "BTC", "2026-03-14"), 2, "is not over; available after 2026-03-15 00:00 UTC (binance)"),
        (("quotation", "BTC", "2010-01-01"), 2, "the first close is binance BTC/USDT of 2026-02-02"),
        (("quotation", "ETH", DAY, "--venue", "kraken"), 2, "kraken lists no market of ETH"),
        (("collect", "--market", "BTC/XXX", "--venue", "mtgox"), 2, "unknown venue"),
        (("collect", "--since", "2026-03-02", "--until", "2026-03-01"), 2, "swap them"),
        (("collect", "--endpoint", "binance"), 2, "write NAME=URL"),
        (("collect", "--endpoint", "mtgox=http://127.0.0.1:1"), 2, "no such source"),
        (("collect", "--endpoint", "binance=ftp://x"), 2, "is no address"),
        (("collect", "--deadline", "-5"), 2, "--deadline: deadline_minutes: Input should be greater than 0"),
        (("quotation", "BTC"), 2, "DATE"),
        (("frobnicate",), 2, "frobnicate"),
    ],
)
def test_a_wrong_question_gets_one_line_with_the_next_step(
    collected: Run, words: tuple[str, ...], status: int, said: str
) -> None:
    """Nothing on stdout, what is wrong and what to do on stderr, and the status of its kind."""
    ran = collected(*words)
    assert (ran.status, ran.out) == (status, "")
    assert said in " ".join(ran.err.split())
    assert "Traceback" not in ran.err


def test_not_collected_names_the_command_that_collects(run: Run) -> None:
    """A day that was never asked for is neither zero nor absent: the message is the command."""
    with twin_of(_data()) as endpoints:
        run(*("collect", "--venue", "binance", "--unpaced", "--since", DAY, "--until", DAY), *_endpoints(endpoints))
    earlier = TODAY - timedelta(days=9)
    ran = run("quotation", "BTC", str(earlier))
    assert ran.status == 1
    assert f"oracle collect --coin BTC --since {earlier} --until {earlier}" in ran.err


def test_an_unlisted_market_is_said_before_anything_is_believed(run: Run) -> None:
    """A market that no venue lists is the asker's error, once the venues have answered."""
    with twin_of(_data()) as endpoints:
        ran = run("collect", "--venue", "binance", "--market", "BTC/XXX", "--unpaced", *_endpoints(endpoints))
    assert ran.status == 2
    assert "no market of 'BTC/XXX' is listed on binance" in ran.err


def test_nothing_published_yet(run: Run) -> None:
    """In an empty home the first step is named."""
    for words in (("quotation", "BTC", DAY), ("status",)):
        ran = run(*words)
        assert ran.status == 1
        assert "run `oracle collect`, or try `oracle demo`" in ran.err


def test_an_unusable_home_is_named(run: Run, tmp_path: Path) -> None:
    """A home that is a file gets one line with the folder and the way out."""
    (tmp_path / "file").write_text("")
    ran = run("collect", "--home", str(tmp_path / "file"))
    assert ran.status == 1
    assert "choose another with --home" in ran.err


def test_a_store_of_a_newer_program_is_left_alone(collected: Run, tmp_path: Path) -> None:
    """A schema that this program does not know is not touched, and the way out is told."""
    store = tmp_path / "home" / "store.duckdb"
    with duckdb.connect(str(store)) as connection:
        connection.execute("UPDATE meta SET schema_version = 99")
    before = store.read_bytes()
    ran = collected("collect", "--venue", "binance")
    assert ran.status == 1
    assert "has schema 99, this program knows 3; upgrade the program" in ran.err
    assert store.read_bytes() == before


def test_two_collectors_do_not_meet(collected: Run, tmp_path: Path) -> None:
    """While another process holds the store, a second collector says so and changes nothing."""
    import subprocess
    import sys

    store = tmp_path / "home" / "store.duckdb"
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        ran = collected("publish")
        holder.communicate(b"")
    assert ran.status == 1
    assert "in use by another collector" in ran.err
    assert str(holder.pid) in ran.err


def test_a_lying_twin_leaves_everything_as_it_was(collected: Run) -> None:
    """A venue that answers HTML: the failure is named, exit status 1, and what was published answers as before."""
    before = collected("quotation", "BTC", DAY, "--format", "json").out
    with twin_of(_data(41), Fault("binance", "html", times=None)) as endpoints:
        ran = collected("collect", "--venue", "binance", "--unpaced", *_endpoints(endpoints))
    assert ran.status == 1
    assert "failed: binance: 200 with an HTML page instead of an answer" in ran.err
    after = collected("quotation", "BTC", DAY, "--format", "json").out
    assert json.loads(after)["quotations"] == json.loads(before)["quotations"]


def test_a_deadline_stops_a_collection_and_is_named(run: Run) -> None:
    """A run whose deadline has passed asks nothing more, says how to go on, publishes what there is, and has failed."""
    with twin_of(_data()) as endpoints:
        ran = run("collect", "--venue", "binance", "--unpaced", "--deadline", "0.0000001", *_endpoints(endpoints))
        assert ran.status == 1
        assert "failed: binance: stopped by its deadline; run again to go on" in ran.err
        assert Path(ran.out.strip()).is_file()
        assert run("collect", "--venue", "binance", "--unpaced", *_endpoints(endpoints)).status == 0


def test_status_tells_what_is_there_and_what_went_wrong(collected: Run) -> None:
    """Per source: markets, first and last day, gaps, last success and last error, also as JSON."""
    with twin_of(_data(), Fault("binance", "451", times=None)) as endpoints:
        collected("collect", "--venue", "binance", "--unpaced", *_endpoints(endpoints))
    document = json.loads(collected("status", "--format", "json").out)
    binance, bank = document["sources"]
    assert (binance["source"], binance["markets"], binance["first_day"]) == ("binance", 4, "2026-02-02")
    assert (binance["last_day"], binance["gaps"]) == ("2026-03-13", 0)
    assert "refuses this region" in binance["last_error"]
    assert bank["source"] == "cbr"
    assert "refuses this region" in collected("status").out


def test_endpoints_can_stand_in_the_configuration(run: Run, tmp_path: Path) -> None:
    """oracle.toml in the home names endpoints and pace; a wrong key's value is named."""
    (tmp_path / "home").mkdir()
    configuration = tmp_path / "home" / "oracle.toml"
    with twin_of(_data()) as endpoints:
        lines = [f'{name} = "{endpoints[name]}"' for name in ("binance", "cbr")]
        configuration.write_text("\n".join(['pace = "off"', "[endpoints]", *lines]))
        assert run("collect", "--venue", "binance").status == 0
    configuration.write_text('pace = "fast"')
    ran = run("collect", "--venue", "binance")
    assert ran.status == 2
    assert "oracle.toml" in ran.err
    assert "pace" in ran.err


def test_lists_are_there_for_people_and_machines(run: Run) -> None:
    """venues, rulebooks and where print both ways without a home that exists."""
    assert {each["venue"] for each in json.loads(run("venues", "--format", "json").out)} >= {"binance", "htx", "upbit"}
    assert "16:00 the day before" in run("venues").out
    values = {(each["rulebook"], each["key"]): each for each in json.loads(run("rulebooks", "--format", "json").out)}
    assert values["tax-code", "turnover_floor_rub"]["value"] == "100000000000"
    assert "100000000000" in run("rulebooks").out
    assert run("where").out.strip() == os.environ["ORACLE_HOME"]


def test_authors_of_rulebooks_are_served(run: Run, tmp_path: Path) -> None:
    """A template to save, a check that names what is broken, one rulebook shown, two compared."""
    mine = tmp_path / "mine.toml"
    mine.write_text(run("rulebooks", "template").out, "utf-8")
    ran = run("rulebooks", "check", str(mine))
    assert (ran.status, ran.out) == (0, f"sound: {mine}: my-reading, editions of 2025-01-01\n")
    mine.write_text(mine.read_text("utf-8").replace('value = "0.99"', 'value = "99"'), "utf-8")
    ran = run("rulebooks", "check", str(mine))
    assert ran.status == 1
    assert ran.out == f"broken: {mine}: edition 1: minimum_coverage: expected a share between 0 and 1\n"
    assert "100 billion" in run("rulebooks", "show", "tax-code").out
    (row,) = json.loads(run("rulebooks", "diff", "tax-code", "hundred-million", "--format", "json").out)
    assert row == {
        "from": "2025-01-01",
        "key": "turnover_floor_rub",
        "tax-code": "100000000000",
        "hundred-million": "100000000",
    }
    assert json.loads(run("rulebooks", "schema").out)["title"] == "Rulebook of the market quotation oracle"
    assert run("rulebooks", "show", "mine").status == 2


def test_the_page_is_there_in_russian(collected: Run) -> None:
    """Amounts, dates, reasons, warnings and explanations are Russian; a language that it cannot speak is named."""
    ran = collected("quotation", "BTC", DAY, "--lang", "ru")
    for words in (
        "8 012 460,19",
        "По правилу tax-code ни одна котировка не подходит",
        "оборот не менее 120 986 426 141,91 руб. по 3 рынкам превышает",
        "биржа Binance за 11.03.2026 не соответствует условиям.",
        "Не является юридической консультацией.",
    ):
        assert words in ran.out, words
    explained = json.loads(collected("quotation", "BTC", DAY, "--lang", "ru", "--format", "json").out)
    (quotation,) = [each for each in explained["quotations"] if each["market"] == "BTC/USDT"]
    assert quotation["explanation"].endswith("даёт 8 012 460,19 руб. за 1 BTC (Налоговый кодекс, ст. 282.3). "
                                             "Цена предварительна: повторное чтение может её изменить.")  # fmt: skip
    ran = collected("quotation", "BTC", DAY, "--lang", "de")
    assert (ran.status, "known: en, ru" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "command",
    [
        *("collect", "publish", "quotation", "venues", "rulebooks", "demo", "where", "import"),
        *("up", "status", "gaps", "doctor", "metrics"),
    ],
)
def test_help_is_enough(run: Run, command: str) -> None:
    """Every command explains itself and each of its options."""
    ran = run(command, "--help")
    assert ran.status == 0
    assert len(ran.out) > 150
    assert "--help" in ran.out


def test_a_clock_without_an_offset_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A naive instant is no instant."""
    monkeypatch.setenv("ORACLE_NOW", "2026-03-14T09:26:00")
    ran = run("quotation", "BTC", DAY)
    assert ran.status in (1, 2)
    assert "Traceback" not in ran.err


def test_the_answer_says_what_is_missing(rig: Callable[..., Rig]) -> None:
    """A venue of which one market was read below the floor is undetermined and names the markets that are missing."""

    async def collect() -> Rig:
        home = rig(NOW)
        async with Twin(_data(turnover="1499999000"), now=NOW) as twin:
            await home.collect(twin, venues=frozenset(("binance",)), markets=frozenset(("ETH/BTC", "ZZQX/USDT")))
        home.publish()
        return home

    answer = asyncio.run(collect()).ask("ZZQX", DAY)
    (binance,) = answer.venues
    assert binance.verdicts["hundred-million"].verdict == "undetermined"
    assert binance.missing_markets == ["BTCUSDT", "BTCXQZ"]
    assert binance.turnover_rub is None
    assert binance.turnover_rub_high is None
    reasons = {each.code: each.text for each in binance.verdicts["tax-code"].reasons}
    assert "2 listed markets are missing" in reasons["turnover_undetermined"]
    assert date(2026, 2, 2) == binance.published_since
