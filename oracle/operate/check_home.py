"""The doctor on the home: disk space, lock, every archived byte against its hash, store, published file."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator

import duckdb
from rich.console import Console
from rich.progress import track

from oracle.archive import Archive
from oracle.days import Clock
from oracle.errors import HomeError
from oracle.operate.check import Check, failed, ok, warning
from oracle.operate.lock import holder, only_collector
from oracle.publish import current
from oracle.settings import Home
from oracle.store.opening import SCHEMA_VERSION
from oracle.store.reads import Reads

_GB = 10**9
LITTLE_SPACE, NO_SPACE = 5 * _GB, 1 * _GB
SAMPLE = 20
_REBUILD = "move store.duckdb away and run `oracle publish`: the archive rebuilds it"


def examine_home(home: Home, clock: Clock, *, quick: bool) -> Iterator[Check]:
    """Nothing is changed, and a collector that is running is left alone."""
    if not home.path.is_dir():
        yield warning("home", f"{home.path} is not there", "run `oracle collect`, or name another with --home")
        return
    if not os.access(home.path, os.R_OK | os.W_OK | os.X_OK):
        yield failed("home", f"{home.path} cannot be written", "change its permissions or name another with --home")
        return
    yield ok("home", f"{home.path} can be written")
    yield _space(home)
    found = holder(home.path)
    yield ok("collector", str(found) if found else "none is running")
    yield from _archive(home, quick=quick)
    yield _store(home, clock)
    yield _published(home)


def _space(home: Home) -> Check:
    free = shutil.disk_usage(home.path).free
    said, step = f"{free / _GB:.1f} GB free", "free space or move the home to a larger disk"
    if free < NO_SPACE:
        return failed("disk space", said, step)
    return warning("disk space", said, step) if free < LITTLE_SPACE else ok("disk space", said)


def _archive(home: Home, *, quick: bool) -> Iterator[Check]:
    archive = Archive(home.archive)
    batches = archive.batches()
    looked_at = batches[:: max(len(batches) // SAMPLE, 1)] if quick else batches
    damaged, count = 0, 0
    console = Console(stderr=True)
    for batch in track(looked_at, "archive", console=console, disable=not console.is_terminal, transient=True):
        try:
            count += len(archive.read(batch))
        except HomeError as error:
            damaged += 1
            yield failed("archive", str(error), "restore the batch from a backup, then run `oracle doctor` again")
    if not damaged:
        part = f"{len(looked_at)} of {len(batches)} batches" if quick else f"{len(batches)} batches"
        yield ok("archive", f"{part}, {count} observations match their hashes")


def _store(home: Home, clock: Clock) -> Check:
    batches = set(Archive(home.archive).batches())
    if not home.store.exists():
        if batches:
            return warning("store", "there is none, but an archive", "run `oracle publish`: the archive rebuilds it")
        return warning("store", "nothing was collected yet", "run `oracle collect`")
    try:
        with only_collector(home.path, "oracle doctor", clock()):
            return _opened(home, batches)
    except HomeError as error:
        return ok("store", f"not looked into: {error}")


def _opened(home: Home, batches: set[str]) -> Check:
    try:
        with duckdb.connect(str(home.store), read_only=True) as store:
            schema = store.execute("SELECT max(schema_version) FROM meta").fetchall()
            recorded = {name for (name,) in store.execute("SELECT batch FROM batches").fetchall()}
    except duckdb.Error as error:
        return failed("store", f"cannot be opened: {str(error)[:160]}", _REBUILD)
    if schema != [(SCHEMA_VERSION,)]:
        return failed("store", f"has schema {schema[0][0]}, this program knows {SCHEMA_VERSION}", "upgrade the program")
    if recorded - batches:
        lost = f"{len(recorded - batches)} recorded batches are not in the archive, first {min(recorded - batches)}"
        return failed("store", lost, "restore the archive from a backup")
    if batches - recorded:
        return warning("store", f"{len(batches - recorded)} batches are not recorded yet", "run `oracle publish`")
    return ok("store", f"schema {SCHEMA_VERSION}, all {len(batches)} batches are recorded")


def _published(home: Home) -> Check:
    manifest = current(home.published)
    again = "run `oracle publish` after moving the folder `published` away"
    if manifest is None:
        with contextlib.suppress(FileNotFoundError):
            home.current.stat()
            return failed("published", "the manifest is missing or damaged", again)
        return warning("published", "nothing is published yet", "run `oracle collect`")
    try:
        with home.current.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != manifest.get("sha256"):
            return failed("published", f"{home.current} is not what its manifest says: sha256 {found[:12]}...", again)
        with Reads(home.current) as reads:
            return ok("published", f"version {reads.dataset.version} opens and matches its manifest")
    except (OSError, HomeError) as error:
        return failed("published", str(error), again)
