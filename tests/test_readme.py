"""Every command and query of the README runs and prints what the README says."""

import os
import re
import shlex
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from oracle import cli
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
    return subprocess.run(shell, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


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


@pytest.mark.parametrize("command", [each for each in COMMANDS if "127.0.0.1" not in each])
def test_commands_run(
    demo: str,
    environment: dict[str, str],
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
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("ORACLE_HOME", home)
    monkeypatch.setenv("ORACLE_NOW", environment["ORACLE_NOW"])
    monkeypatch.setattr("sys.argv", shlex.split(command))
    assert sys.argv[0] == "oracle"
    with pytest.raises(SystemExit) as left:
        cli.main()
    printed = capsys.readouterr()
    assert not left.value.code, printed.err
    assert printed.out


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


def test_every_command_is_in_the_readme() -> None:
    """The table of commands names each command that `oracle --help` lists."""
    from oracle.commands.app import app

    for command in app.registered_commands:
        assert command.callback is not None
        assert f"oracle {command.name or command.callback.__name__}" in README
