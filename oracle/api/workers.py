"""Several processes that answer at one address; one that ends is started again."""

import multiprocessing
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess

import structlog

from oracle.api.serve import STOP_SECONDS, Serving, announce, run_one
from oracle.errors import HomeError, OracleError
from oracle.operate.logs import configure_logs
from oracle.settings import Home, clock

# A worker that cannot even begin must not be started as fast as the machine can.
PAUSE = 1.0
LOOK_EVERY = 0.5
# prometheus_client adds up the processes' figures in the folder that this variable names.
FIGURES = "PROMETHEUS_MULTIPROC_DIR"


def run(home: Home, serving: Serving) -> None:
    """Start the workers and keep them running until SIGTERM or SIGINT; SIGHUP is passed on to them."""
    with _address(serving) as port, tempfile.TemporaryDirectory(prefix="oracle-") as figures:
        os.environ[FIGURES] = figures
        crew = _Crew(home, replace(serving, port=port))
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, crew.stop)
        signal.signal(signal.SIGHUP, crew.pass_on)
        announce(f"http://{serving.host}:{port}")
        crew.run()


@contextmanager
def beside(home: Home, serving: Serving) -> Iterator[None]:
    """Serve in a process of its own for the block, so that nothing that happens here delays an answer."""
    crew = _Crew(home, serving)
    thread = threading.Thread(target=crew.run, name="serving")
    thread.start()
    try:
        yield
    finally:
        crew.stop()
        thread.join()


class _Crew:
    def __init__(self, home: Home, serving: Serving) -> None:
        self._home, self._serving, self._stopping = home, serving, threading.Event()
        self._processes = [self._started() for _ in range(serving.workers)]

    def run(self) -> None:
        """Until told to stop."""
        while not self._stopping.is_set():
            wait([each.sentinel for each in self._processes], timeout=LOOK_EVERY)
            self._renew()
        ends = time.monotonic() + STOP_SECONDS
        for each in self._processes:
            each.terminate()
        for each in self._processes:
            each.join(max(ends - time.monotonic(), 0.1))
            each.kill()

    def stop(self, *_signal: object) -> None:
        """End the run."""
        self._stopping.set()

    def pass_on(self, number: int, _frame: object) -> None:
        """Give a signal to every worker."""
        for each in self._processes:
            if each.pid and each.is_alive():
                os.kill(each.pid, number)

    def _renew(self) -> None:
        for place, each in enumerate(self._processes):
            if not each.is_alive() and not self._stopping.wait(PAUSE):
                structlog.get_logger().warning("worker ended", process=each.pid, status=each.exitcode)
                self._processes[place] = self._started()

    def _started(self) -> SpawnProcess:
        # Daemons: they end with this process, however it ends by itself.
        process = multiprocessing.get_context("spawn").Process(
            target=_work, args=(self._home, self._serving), daemon=True
        )
        process.start()
        return process


def _work(home: Home, serving: Serving) -> None:
    configure_logs()
    try:
        run_one(home, serving, clock())
    except OracleError as error:
        structlog.get_logger().warning("not serving", reason=str(error))
        sys.exit(error.exit_status)


@contextmanager
def _address(serving: Serving) -> Iterator[int]:
    """The port that the workers share, held so that nobody else takes it: it is bound here, and listens there."""
    family = socket.AF_INET6 if ":" in serving.host else socket.AF_INET
    with socket.socket(family) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            held.bind((serving.host, serving.port))
        except OSError as error:
            raise HomeError(
                f"cannot serve on {serving.host}:{serving.port}: {error.strerror}; choose another with --port"
            ) from error
        yield held.getsockname()[1]
