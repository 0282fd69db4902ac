"""One collector per home: a lock on `collector.lock` that the kernel takes back when its holder ends, however it ends.

The file also tells who holds it. What a killed process left written there blocks nobody: only the lock counts.
"""

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from oracle.errors import HomeError

NAME = "collector.lock"
# `oracle doctor` tries the lock for a moment; that must not turn a collector away.
_TRIES, _PAUSE = 5, 0.02


@dataclass(frozen=True, slots=True)
class Holder:
    """Who collects in a home: process, machine, the command it runs, and since when."""

    pid: int
    host: str
    command: str
    since: str

    def __str__(self) -> str:
        return f"pid {self.pid} on {self.host}, `{self.command}`, since {self.since}"


@contextmanager
def only_collector(home: Path, command: str, now: datetime) -> Iterator[None]:
    """Hold the home's lock for the block; HomeError at once, naming the holder, if another process has it."""
    path = home / NAME
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise HomeError(
            f"cannot use {path}: {error.strerror}; mend its permissions or choose another --home"
        ) from error
    with file:
        _take(file)
        holder = Holder(os.getpid(), socket.gethostname(), command, f"{now:%Y-%m-%d %H:%M:%S} UTC")
        _write(file, json.dumps(asdict(holder)) + "\n")
        try:
            yield
        finally:
            _write(file, "")


def holder(home: Path) -> Holder | None:
    """Who holds the home's lock now; None if nobody does."""
    try:
        with (home / NAME).open("r", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return _read(file)
    except OSError:  # there is no lock file, or it may not be read: then this process could not collect either
        pass
    return None


def _take(file: IO[str]) -> None:
    for tries_left in reversed(range(_TRIES)):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not tries_left:
                raise HomeError(f"another collector works here: {_read(file)}; stop it or wait for it") from None
            time.sleep(_PAUSE)
        else:
            return


def _read(file: IO[str]) -> Holder:
    file.seek(0)
    try:
        return Holder(**json.loads(file.read()))
    except (ValueError, TypeError):  # taken this very moment: its holder has not written yet
        return Holder(0, "this machine", "starting", "just now")


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()
