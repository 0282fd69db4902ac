"""`oracle up` as a process of its own: it collects, publishes, serves metrics, is alone, and stops when told to."""

import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from oracle import cli
from oracle.demo import running_twin
from oracle.settings import Home
from oracle.twin import Fault
from oracle.twin.invented import invented
from tests.conftest import Rig

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
ROOT = str(Path(__file__).resolve().parents[1])
VENUES = ("binance", "okx")


def _words(endpoints: dict[str, str], *more: str) -> list[str]:
    named = [part for name in (*VENUES, "cbr") for part in ("--endpoint", f"{name}={endpoints[name]}")]
    venues = [part for name in VENUES for part in ("--venue", name)]
    if "up" in more and "--api-port" not in more:
        more = (*more, "--no-api")
    return [sys.executable, "-m", "oracle", *more, *venues, "--unpaced", *named]


def _environment(home: Rig, now: datetime = NOW) -> dict[str, str]:
    return {**os.environ, "ORACLE_HOME": str(home.home.path), "ORACLE_NOW": now.isoformat(), "PYTHONPATH": ROOT}


@contextmanager
def _up(home: Rig, endpoints: dict[str, str], now: datetime = NOW, *more: str) -> Iterator["subprocess.Popen[str]"]:
    words = _words(endpoints, "up", *more)
    with subprocess.Popen(words, env=_environment(home, now), stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(process: "subprocess.Popen[str]", is_so: Callable[[], bool]) -> None:
    while not is_so():
        assert process.poll() is None, process.stderr and process.stderr.read()
        time.sleep(0.02)


def _newest(home: Rig) -> dict[str, str]:
    """By venue, the newest day with a close in rubles that is published."""
    return {venue: str(day) for venue, day in home.sql("SELECT venue, max(day) FROM quotations GROUP BY venue")}


def _until_all_have(process: "subprocess.Popen[str]", home: Rig, day: str) -> None:
    """Wait for the day to be published of every venue; a published file is only opened once it is another one."""
    seen = 0

    def has() -> bool:
        nonlocal seen
        with suppress(FileNotFoundError):
            newest = home.home.current.stat().st_ino
            if newest != seen:
                seen = newest
                return _newest(home) == dict.fromkeys(VENUES, day)
        return False

    _until(process, has)


Samples = dict[tuple[str, str], float]


@dataclass(frozen=True)
class Ran:
    """What one `oracle up` did from its start on an empty home to SIGTERM, and what others saw of it meanwhile."""

    home: Rig
    pid: int
    status: int
    log: str
    served: Samples
    """What its port gave."""
    printed: Samples
    """What `oracle metrics` printed while it ran, and after it had stopped."""
    stopped: Samples
    refused: list[tuple[int, str, str]]
    """Status, stdout and stderr of `up`, `collect` and `publish` in the same home while it ran."""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One `oracle up` of two venues, with everything that is asked of it and beside it."""
    home = Rig(Home(tmp_path_factory.mktemp("up") / "home").usable(), NOW)
    with (
        running_twin(lambda: NOW, invented(NOW, days=12)) as endpoints,
        _up(home, endpoints, NOW, "--metrics-port", "0") as process,
    ):
        assert process.stderr is not None
        begun = []
        for line in process.stderr:
            begun.append(line)
            if json.loads(line)["event"] == "up":
                break
        port = json.loads(begun[-1])["metrics_port"]
        _until_all_have(process, home, "2026-03-13")
        served: Samples = {}
        while served.get(("oracle_missed_closes", "cbr")) is None:
            time.sleep(0.02)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                served = _samples(answer.read().decode())
        others = [
            _words(endpoints, "up"),
            _words(endpoints, "collect"),
            [sys.executable, "-m", "oracle", "publish"],
        ]
        refused = [_result(words, home) for words in others]
        # The file is renewed every few seconds; the command prints what it says.
        _until(process, lambda: ("oracle_requests_total", "okx") in _samples(_read(home.home.path / "metrics.prom")))
        _, printed, _ = _command(home, "metrics")
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=10)
    log = "".join(begun) + rest
    _, stopped, _ = _command(home, "metrics")
    return Ran(home, process.pid, process.returncode, log, served, _samples(printed), _samples(stopped), refused)


def _result(words: list[str], home: Rig) -> tuple[int, str, str]:
    """Status, stdout and stderr of a process."""
    other = subprocess.run(words, env=_environment(home), capture_output=True, text=True, check=False)
    return other.returncode, other.stdout, other.stderr


def _command(home: Rig, *words: str) -> tuple[int, str, str]:
    """The same of a command that runs in this process."""
    printed, told, status = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed), redirect_stderr(told):
        for name, value in _environment(home).items():
            patch.setenv(name, value)
        patch.setattr("sys.argv", ["oracle", *words])
        try:
            cli.main()
        except SystemExit as left:
            status = int(left.code or 0)
    return status, printed.getvalue(), told.getvalue()


def test_it_collects_publishes_and_stops_with_status_0(ran: Ran) -> None:
    """At the start it brings what is missing; SIGTERM ends it within ten seconds; the log is JSON and has no trace."""
    assert ran.status == 0
    assert _newest(ran.home) == dict.fromkeys(VENUES, "2026-03-13")
    events = [json.loads(line) for line in ran.log.splitlines()]
    assert {"up", "collected", "stopping", "stopped"} <= {each["event"] for each in events}
    assert "Traceback" not in ran.log
    assert not ran.home.home.metrics.exists()


def test_days_of_downtime_are_caught_up(ran: Ran, tmp_path: Path) -> None:
    """Stopped for five days, the next start brings all of them, and asks for no day twice."""
    later = datetime(2026, 3, 19, 9, 26, tzinfo=UTC)
    home = Rig(Home(tmp_path / "home"), later)
    shutil.copytree(ran.home.home.path, home.home.path)
    with running_twin(lambda: later, invented(later, days=17)) as endpoints, _up(home, endpoints, later) as process:
        _until_all_have(process, home, "2026-03-18")
        process.terminate()
        assert process.wait(timeout=10) == 0
    ((days, first, last),) = home.sql(
        "SELECT count(DISTINCT day), min(day), max(day) FROM quotations WHERE venue = 'okx' AND market = 'BTC/USDT'"
    )
    assert days == (last - first).days + 1
    assert home.sql("SELECT count(*) FROM candle_history WHERE known_to IS NOT NULL") == [(0,)]


def test_it_stops_in_the_middle_of_a_collection(rig: Callable[..., Rig]) -> None:
    """With answers that never come, SIGTERM still ends it within ten seconds, and a second signal is not needed."""
    home = rig(NOW)
    stalled = [Fault(name, "slow", path="candles", times=None, seconds=3600) for name in VENUES]
    stalled.append(Fault("binance", "slow", path="klines", times=None, seconds=3600))
    with running_twin(lambda: NOW, invented(NOW, days=12), stalled) as endpoints:
        with _up(home, endpoints, NOW, "--metrics-port", "0") as process:
            assert process.stderr is not None
            for line in process.stderr:
                if json.loads(line)["event"] == "collecting" and json.loads(line)["source"] == "okx":
                    break
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=10)
        assert process.returncode == 0
    assert home.stored("SELECT count(*) FROM candles") == [(0,)]


def test_a_second_collector_is_refused_by_name(ran: Ran) -> None:
    """`collect`, `publish` and a second `up` name the process that collects here, and leave with status 1."""
    assert len(ran.refused) == 3
    for status, printed, told in ran.refused:
        assert (status, printed) == (1, "")
        assert re.search(rf"oracle: another collector works here: pid {ran.pid} on .*`oracle up`", told)


def test_it_answers_over_http_beside_the_collector(rig: Callable[..., Rig]) -> None:
    """The API of `up` answers from what `up` publishes, and ends with it."""
    home = rig(NOW)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (
        running_twin(lambda: NOW, invented(NOW, days=12)) as endpoints,
        _up(home, endpoints, NOW, "--api-port", str(port)) as process,
    ):
        _until(process, lambda: _status(f"{address}/v1/quotations/BTC/2026-03-13") == 200)
        process.terminate()
        assert process.wait(timeout=15) == 0
    assert _status(f"{address}/healthz") is None


def _status(address: str) -> int | None:
    """None where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_metrics_are_served_and_printed(ran: Ran) -> None:
    """The port and `oracle metrics` give text that Prometheus reads: requests, freshness, next runs of every source."""
    assert ran.served["oracle_requests_total", "okx"] > 1
    assert ("oracle_requests_total", "okx") in ran.printed
    assert ran.served["oracle_candles_total", "binance"] > 100
    assert ran.served["oracle_freshness_days", "okx"] == 1
    assert ("oracle_next_run_timestamp_seconds", "okx") in ran.served
    assert ran.printed["oracle_missed_closes", "cbr"] == 0
    # Nobody collects any more: what the published file tells remains.
    assert ran.stopped["oracle_missed_closes", "okx"] == 0
    assert ("oracle_requests_total", "okx") not in ran.stopped


def _read(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


def _samples(text: str) -> Samples:
    return {
        (sample.name, sample.labels.get("source") or sample.labels.get("job", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
