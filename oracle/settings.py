"""Where the home folder is and how sources are reached: the only reader of the environment and of oracle.toml."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from oracle.days import Clock, parse_instant
from oracle.errors import HomeError, QuestionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from oracle.collect.context import Sources
    from oracle.seal.keys import Keys
    from oracle.seal.signature import Signature

    Sign = Callable[[bytes], Signature]


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds everything that is collected and published."""

    path: Path

    @property
    def archive(self) -> Path:
        """Raw observations."""
        return self.path / "archive"

    @property
    def store(self) -> Path:
        """The working store."""
        return self.path / "store.duckdb"

    @property
    def published(self) -> Path:
        """Published versions; `oracle.duckdb` in it is the newest."""
        return self.path / "published"

    @property
    def current(self) -> Path:
        """The newest published file."""
        return self.published / "oracle.duckdb"

    @property
    def log(self) -> Path:
        """The log of all observations; what is published is entered here."""
        return self.path / "log"

    @property
    def keys(self) -> Path:
        """The operator's keys, by which versions and evidence are signed."""
        return self.path / "keys"

    @property
    def metrics(self) -> Path:
        """Metrics of the running collector, for Prometheus."""
        return self.path / "metrics.prom"

    @property
    def taxpayers(self) -> Path:
        """Taxpayers with their policies of choice, and the choices recorded for them."""
        return self.path / "taxpayers"

    @property
    def configuration(self) -> Path:
        """The user's settings."""
        return self.path / "oracle.toml"

    def usable(self) -> "Home":
        """This home, made if need be; HomeError if it cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise HomeError(f"cannot use {self.path}: {error.strerror}; choose another with --home") from error
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise HomeError(f"cannot write into {self.path}; change its permissions or choose another with --home")
        return self


def home(given: Path | None) -> Home:
    """The home that the command line names, else ORACLE_HOME, else data/live of a checkout or the platform's folder."""
    if named := given or os.environ.get("ORACLE_HOME"):
        return Home(Path(named).expanduser().absolute())
    root = Path(__file__).parent.parent
    if (root / "pyproject.toml").exists() and (root / "data").is_dir():
        return Home(root / "data" / "live")
    from platformdirs import user_data_path

    return Home(user_data_path("market-quotation-oracle", appauthor=False))


def clock() -> Clock:
    """The machine's clock, or the fixed instant that ORACLE_NOW names: for rehearsals and tests."""
    text = os.environ.get("ORACLE_NOW")
    if not text:
        return lambda: datetime.now(UTC)
    try:
        fixed = parse_instant(text)
    except QuestionError as error:
        raise QuestionError(f"ORACLE_NOW: {error}") from error
    return lambda: fixed


def keys(where: Home) -> "Keys":
    """The keys of a home; the passphrase of the private key, if it has one, is in ORACLE_KEY_PASSPHRASE."""
    from oracle.seal.keys import PASSPHRASE, Keys

    return Keys(where.keys, os.environ.get(PASSPHRASE))


def signer(where: Home) -> "Sign | None":
    """What signs published versions; None where there is no key."""
    if not (where.keys / "keys.json").exists():
        return None
    return keys(where).sign


def sources(
    where: Home,
    endpoints: list[str],
    *,
    unpaced: bool,
    deadline_minutes: float | None = None,
    utc_days: bool = False,
) -> "Sources":
    """How sources are reached: the command line over ORACLE_* variables over oracle.toml over the defaults."""
    from oracle.collect.context import Sources
    from oracle.collect.line import Access
    from oracle.configuration import read_settings

    given = _given(endpoints, unpaced=unpaced, deadline_minutes=deadline_minutes, utc_days=utc_days)
    read, _ = read_settings(where.configuration, given)
    return Sources(
        endpoints={name: tuple(mirrors) for name, mirrors in read.endpoints.items()},
        paced=read.pace == "venue",
        timeout=read.timeout,
        user_agent=read.user_agent,
        proxy=read.proxy,
        deadline_minutes=read.deadline_minutes,
        utc_days=read.utc_days,
        own={
            name: Access(
                tuple(own.endpoint or ()), own.proxy, own.timeout, own.user_agent, own.pace_per_minute, own.enabled
            )
            for name, own in read.sources.items()
        },
    )


def _given(endpoints: list[str], *, unpaced: bool, deadline_minutes: float | None, utc_days: bool) -> dict[str, Any]:
    """What the command line says, as the file would."""
    named: dict[str, dict[str, list[str]]] = {}
    for text in endpoints:
        name, equals, url = text.partition("=")
        if not equals:
            raise QuestionError(f"--endpoint {text[:60]!r}: write NAME=URL, for example binance=http://127.0.0.1:9000")
        named.setdefault(name.lower(), {"endpoint": []})["endpoint"].append(url)
    given: dict[str, Any] = {"sources": named} if named else {}
    if unpaced:
        given["pace"] = "off"
    if deadline_minutes is not None:
        given["deadline_minutes"] = deadline_minutes
    if utc_days:
        given["utc_days"] = True
    return given
