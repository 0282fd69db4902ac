"""Every command and query of the README runs and prints what the README says."""

import http.client
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from oracle import cli
from oracle.configuration import shown as settings_shown
from oracle.demo import running_twin
from oracle.twin.invented import invented

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


INSTALLING, TESTING, *OTHERS = _blocks("sh")
COMMANDS = [line for block in OTHERS for line in block.strip().splitlines()]
NEEDS_SHELL = set("|&;<>$`*?~#")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A home, the README's instant, and this installation's `oracle` first on the path."""
    return {
        **os.environ,
        "ORACLE_HOME": str(tmp_path_factory.mktemp("readme")),
        "ORACLE_NOW": NOW.isoformat(),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }


def _run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    # A shell, for these are the README's own commands as a user types them.
    shell = ["sh", "-c", command]
    return subprocess.run(
        shell, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace", timeout=120, check=False
    )


@pytest.fixture(scope="module")
def demo(environment: dict[str, str]) -> str:
    """What `oracle demo` prints, after installation."""
    command = INSTALLING.split("&&")[1].replace(".venv/bin/oracle", "oracle")
    ran = _run(command, environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_two_commands_install_and_run() -> None:
    """The first two commands install from the lock and run the main job and the tests; CI runs them as they stand."""
    assert INSTALLING.strip() == "sh deploy/install && .venv/bin/oracle demo"
    assert TESTING.strip() == "sh deploy/install --dev && .venv/bin/python -m pytest"
    assert "command_of 1" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_output_is_real(demo: str, environment: dict[str, str]) -> None:
    """The demo prints the quotation that the README shows, to the last digit, and the path of the published file."""
    (shown,) = _blocks("text")
    assert demo.startswith(shown)
    assert str(Path(environment["ORACLE_HOME"]) / "demo" / "published" / "oracle.duckdb") in demo


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which commands may leave files, with the checkout's `data` in it."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "data").symlink_to(ROOT / "data")
    return folder


@pytest.mark.parametrize("command", [each for each in COMMANDS if "127.0.0.1" not in each])
def test_commands_run(
    demo: str,
    environment: dict[str, str],
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    """Each command asks the demo's dataset and is answered; a plain line's words are what a shell would make of it."""
    assert demo
    home = str(Path(environment["ORACLE_HOME"]) / "demo")
    if set(command) & NEEDS_SHELL:
        ran = _run(command, {**environment, "ORACLE_HOME": home})
        assert ran.returncode == 0, ran.stderr
        assert ran.stdout
        return
    monkeypatch.chdir(place)
    monkeypatch.setenv("ORACLE_HOME", home)
    monkeypatch.setenv("ORACLE_NOW", environment["ORACLE_NOW"])
    monkeypatch.setattr("sys.argv", shlex.split(command))
    assert sys.argv[0] == "oracle"
    with pytest.raises(SystemExit) as left:
        cli.main()
    printed = capsys.readouterr()
    assert not left.value.code, printed.err
    assert printed.out or printed.err


def test_the_endpoint_command_runs(environment: dict[str, str], tmp_path: Path) -> None:
    """Collecting from another address works as written, with the port of a stand-in."""
    (command,) = [each for each in COMMANDS if "127.0.0.1" in each and "oracle collect" in each]
    with running_twin(lambda: NOW, invented(NOW, days=30)) as endpoints:
        there = endpoints["binance"].removesuffix("/binance")
        ran = _run(command.replace("http://127.0.0.1:9000", there), {**environment, "ORACLE_HOME": str(tmp_path)})
    assert ran.returncode == 0, ran.stderr
    assert Path(ran.stdout.strip()).is_file()


def test_the_up_command_runs(environment: dict[str, str], tmp_path: Path) -> None:
    """Running as written, with the ports of a stand-in and of this machine, publishes and ends when it is told to."""
    (command,) = [each for each in COMMANDS if "oracle up" in each]
    with running_twin(lambda: NOW, invented(NOW, days=30)) as endpoints:
        there = endpoints["binance"].removesuffix("/binance")
        words = command.replace("http://127.0.0.1:9000", there).replace("9109", "0").split()
        settings = {**environment, "ORACLE_HOME": str(tmp_path)}
        with subprocess.Popen(words, cwd=ROOT, env=settings, stderr=subprocess.PIPE) as process:
            while process.poll() is None and not (tmp_path / "published" / "manifest.json").exists():
                time.sleep(0.05)
            process.terminate()
            process.wait(timeout=10)
    assert process.returncode == 0


@pytest.mark.parametrize("query", _blocks("sql"))
def test_queries_run(demo: str, environment: dict[str, str], query: str) -> None:
    """Each query gives rows on the published file."""
    assert demo
    path = Path(environment["ORACLE_HOME"]) / "demo" / "published" / "oracle.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute(query).fetchall()


SERVED = "127.0.0.1:8282"


@pytest.fixture(scope="module")
def served(demo: str, environment: dict[str, str]) -> Iterator[str]:
    """Where `oracle serve` answers out of the demo's dataset."""
    assert demo
    settings = {**environment, "ORACLE_HOME": str(Path(environment["ORACLE_HOME"]) / "demo")}
    words = [sys.executable, "-m", "oracle", "serve", "--port", "0"]
    with subprocess.Popen(
        words, cwd=ROOT, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip().removeprefix("serving on http://")
        process.terminate()
    assert process.returncode == 0


@pytest.mark.parametrize("command", [each for each in COMMANDS if SERVED in each])
def test_the_api_answers_as_written(served: str, environment: dict[str, str], command: str) -> None:
    """Each curl command is answered with 200."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    ran = _run(command.replace("curl", "curl --fail --silent --show-error").replace(SERVED, served), environment)
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout) > 100


def test_the_python_example_prints_the_value_of_the_deal(served: str, environment: dict[str, str]) -> None:
    """The client's example runs as written."""
    (code,) = _blocks("python")
    words = [sys.executable, "-c", code.replace(SERVED, served)]
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(r"deal 17 quoted binance 2095503\.84 [0-9a-f]{64}\n", ran.stdout)


def test_the_javascript_example_prints_the_choice(served: str, environment: dict[str, str]) -> None:
    """The example runs as written where there is Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    (code,) = _blocks("js")
    words = [node, "--input-type=module", "-e", code.replace(SERVED, served)]
    ran = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("binance 8382015.34 ["), ran.stderr


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_exchange_of_1c_is_answered(served: str, mark: str) -> None:
    """What the 1C example sends is answered, also with the byte order mark that 1C may put before a text."""
    (code,) = _blocks("bsl")
    path = re.search(r'HTTPЗапрос\("([^"]+)"\)', code)
    body = re.search(r'УстановитьТелоИзСтроки\("(.*)"\);', code)
    assert path
    assert body
    host, _, port = served.partition(":")
    connection = http.client.HTTPConnection(host, int(port))
    headers = {"User-Agent": "1C+Enterprise/8.3", **dict(re.findall(r'Вставить\("([^"]+)", "([^"]+)"\)', code))}
    connection.request("POST", path[1], (mark + body[1].replace('""', '"')).encode(), headers)
    answer = connection.getresponse()
    (row,) = json.loads(answer.read())
    connection.close()
    assert (answer.status, row["status"], row["value_rub_kopecks"]) == (200, "quoted", "2095503.84")


def test_the_settings_are_those_that_are_read(tmp_path: Path) -> None:
    """The file that the README shows is read as it stands, and each of its keys is in force."""
    (text,) = [each for each in _blocks("toml") if "user_agent" in each]
    (tmp_path / "oracle.toml").write_text(text, "utf-8")
    shown = {row["key"]: row["from"] for row in settings_shown(tmp_path / "oracle.toml", {})}
    assert {"api.hosts", "timeout", "sources.upbit.enabled"} <= {
        key for key, origin in shown.items() if origin == str(tmp_path / "oracle.toml")
    }


def test_every_command_is_in_the_readme() -> None:
    """The table of commands names each command that `oracle --help` lists."""
    from oracle.commands.app import app

    for command in app.registered_commands:
        assert command.callback is not None
        assert f"oracle {command.name or command.callback.__name__}" in README
