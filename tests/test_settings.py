"""Settings come from the command line, the environment and one file, in this order; what cannot be meant is named."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from oracle import cli, settings
from oracle.collect.context import Sources
from oracle.configuration import shown
from oracle.errors import QuestionError
from oracle.settings import Home

FILE = """
timeout = 20
proxy = "http://user:secret@10.0.0.1:3128"
user_agent = "accountant/1"
deadline_minutes = 90
[endpoints]
bybit = ["https://api.bytick.com/", "https://api.bybit.com"]
okx = "https://okx.example"
[sources.binance]
endpoint = "https://data-api.binance.vision"
pace_per_minute = 600
timeout = 5
[sources.upbit]
enabled = false
proxy = "direct"
"""

Read = Callable[..., Sources]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with a file of settings and no ORACLE_* variable but its own."""
    monkeypatch.setenv("ORACLE_HOME", str(tmp_path))
    (tmp_path / "oracle.toml").write_text(FILE)
    return Home(tmp_path)


def test_the_file_reaches_every_source(home: Home) -> None:
    """What is set for all holds for each source, what is set for one holds for it alone."""
    read = settings.sources(home, [], unpaced=False)
    assert (read.paced, read.deadline_minutes) == (True, 90)
    binance, bybit, upbit, bank = (read.access(name) for name in ("binance", "bybit", "upbit", "cbr"))
    assert binance.endpoints == ("https://data-api.binance.vision",)
    assert (binance.timeout, binance.pace_per_minute) == (5, 600)
    assert bybit.endpoints == ("https://api.bytick.com", "https://api.bybit.com")
    assert (bybit.timeout, bybit.proxy) == (20, "http://user:secret@10.0.0.1:3128")
    assert (upbit.enabled, upbit.proxy) == (False, "direct")
    assert (bank.enabled, bank.endpoints, bank.user_agent) == (True, (), "accountant/1")


def test_the_environment_is_over_the_file_and_the_command_line_over_both(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Key by key: what the environment does not name stays as the file has it."""
    monkeypatch.setenv("ORACLE_TIMEOUT", "7.5")
    monkeypatch.setenv("ORACLE_ENDPOINTS__OKX", "http://a.example,http://b.example")
    monkeypatch.setenv("ORACLE_SOURCES__BINANCE__PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("ORACLE_SOURCES__BINANCE__ENDPOINT", "http://c.example")
    given = ["Binance=http://d.example", "binance=http://e.example/"]
    read = settings.sources(home, given, unpaced=True, deadline_minutes=5)
    binance = read.access("binance")
    assert (read.timeout, read.paced, read.deadline_minutes) == (7.5, False, 5)
    assert read.access("okx").endpoints == ("http://a.example", "http://b.example")
    assert binance.proxy == "socks5://127.0.0.1:1080"
    assert (binance.endpoints, binance.timeout) == (("http://d.example", "http://e.example"), 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timeouts = 3", "timeouts: no such setting; known: pace, timeout, user_agent"),
        ("timeout = 0", "timeout: Input should be greater than 0"),
        ('timeout = "long"', "timeout: Input should be a valid number"),
        ('pace = "fast"', "pace: Input should be 'venue' or 'off'"),
        ("deadline_minutes = -1", "deadline_minutes: Input should be greater than 0"),
        ('user_agent = "Mozilla\\n"', "user_agent: String should match pattern"),
        ('proxy = "10.0.0.1:3128"', "proxy: no proxy; write http://host:port"),
        ('proxy = "socks4://u:secret@10.0.0.1:1"', "proxy: no proxy; write http://host:port"),
        ('proxy = "http://10.0.0.1"', "proxy: no proxy; write http://host:port"),
        ('[endpoints]\nmtgox = "http://x"', "endpoints.mtgox: no such source: 'mtgox'; known: binance"),
        ('[endpoints]\nokx = "okx.com"', "endpoints.okx: 'okx.com' is no address; write http://host:port"),
        ("[endpoints]\nokx = []", "endpoints.okx: Value should have at least 1 item"),
        ("[sources.okx]\nproxi = 1", "sources.okx.proxi: no such setting; known: enabled, endpoint, proxy"),
        ("[sources.okx]\nenabled = 7", "sources.okx.enabled: Input should be a valid boolean"),
        ("[sources.kraken]\npace_per_minute = 60", "kraken.pace_per_minute: 60 is faster than kraken allows"),
        ("sources = 3", "sources: Input should be a valid dictionary"),
        ("[sources]\nokx = 3", "sources.okx: Input should be a valid dictionary"),
        ("timeout = ", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_names_file_key_and_reason(home: Home, text: str, said: str) -> None:
    """One sentence with the file, the key, why not, and what to do; never a password."""
    home.configuration.write_text(text)
    with pytest.raises(QuestionError) as raised:
        settings.sources(home, [], unpaced=False)
    assert str(raised.value).startswith(str(home.configuration))
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)
    assert "mend or remove it" in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ORACLE_TIMEOUTS", "3", "ORACLE_TIMEOUTS: no such setting; known: pace, timeout"),
        ("ORACLE_SOURCE__OKX__PROXY", "direct", "ORACLE_SOURCE__OKX__PROXY: no such setting"),
        ("ORACLE_TIMEOUT", "long", "ORACLE_TIMEOUT: timeout: Input should be a valid number"),
        ("ORACLE_SOURCES__KRAKN__PROXY", "direct", "ORACLE_SOURCES__KRAKN__PROXY: sources.krakn: no such source"),
        ("ORACLE_SOURCES__OKX__PROXI", "direct", "ORACLE_SOURCES__OKX__PROXI: sources.okx.proxi: no such setting"),
        ("ORACLE_SOURCES__OKX__PROXY", "ftp://u:secret@x:1", "ORACLE_SOURCES__OKX__PROXY: sources.okx.proxy: no proxy"),
        ("ORACLE_SOURCES", "okx", "write ORACLE_TABLE__KEY for each key of a table"),
    ],
)
def test_what_cannot_be_meant_names_the_variable(
    home: Home, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    """A wrong variable is named as it is written, though a file stands beside it."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(QuestionError) as raised:
        settings.sources(home, [], unpaced=False)
    assert said in str(raised.value)
    assert "secret" not in str(raised.value)


def test_variables_of_others_with_the_same_prefix_are_left_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database client's ORACLE_SID and Kubernetes' ORACLE_SERVICE_HOST are no settings of ours and no error."""
    for variable in ("ORACLE_SID", "ORACLE_BASE", "ORACLE_SERVICE_HOST", "ORACLE_PORT_80_TCP"):
        monkeypatch.setenv(variable, "x")
    assert settings.sources(home, [], unpaced=False).timeout == 20


def test_what_holds_is_shown_with_its_origin_and_without_passwords(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`oracle settings` tells each value and where it was set, as a table and as one JSON document."""
    monkeypatch.setenv("ORACLE_SOURCES__OKX__PROXY", "socks5://user:secret@10.0.0.2:1080")
    rows = {row["key"]: (row["value"], row["from"]) for row in shown(home.configuration, {})}
    assert rows["timeout"] == (20, str(home.configuration))
    assert rows["pace"] == ("venue", "default")
    assert rows["proxy"] == ("http://***@10.0.0.1:3128", str(home.configuration))
    assert rows["sources.okx.proxy"] == ("socks5://***@10.0.0.2:1080", "ORACLE_SOURCES__OKX__PROXY")
    assert rows["sources.upbit.enabled"] == (False, str(home.configuration))
    for words in ((), ("--format", "json")):
        monkeypatch.setattr("sys.argv", ["oracle", "settings", *words])
        with pytest.raises(SystemExit) as left:
            cli.main()
        assert not left.value.code
        printed = capsys.readouterr().out
        assert "secret" not in printed
        assert "ORACLE_SOURCES__OKX__PROXY" in printed
    document = json.loads(printed)
    assert document["file"] == str(home.configuration)
    assert {row["key"] for row in document["settings"]} == set(rows)
