"""Where the home folder is and how sources are reached: the only reader of the environment and of oracle.toml."""

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from oracle.days import Clock, parse_instant
from oracle.errors import HomeError, QuestionError

if TYPE_CHECKING:
    from oracle.collect.context import Sources

CBR = "cbr"


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
    def metrics(self) -> Path:
        """Metrics of the running collector, for Prometheus."""
        return self.path / "metrics.prom"

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


def sources(where: Home, endpoints: list[str], *, unpaced: bool) -> "Sources":
    """Endpoints, pace and timeout: the command line over ORACLE_* variables over oracle.toml over the defaults."""
    from pydantic import ValidationError
    from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

    from oracle.collect.context import Sources

    class File(BaseSettings):
        """Keys of oracle.toml, and of the environment with ORACLE_ before them."""

        model_config = SettingsConfigDict(env_prefix="ORACLE_", extra="ignore")
        endpoints: dict[str, str] = {}
        pace: Literal["venue", "off"] = "venue"
        timeout: float = 30.0

        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
            file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, where.configuration)

    try:
        read = File()
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise QuestionError(f"{where.configuration} or ORACLE_{key.upper()}: {key}: {first['msg']}") from error
    except (tomllib.TOMLDecodeError, ValueError) as error:
        raise QuestionError(f"{where.configuration}: {error}") from error
    named = dict(read.endpoints)
    for text in endpoints:
        name, equals, url = text.partition("=")
        if not equals:
            raise QuestionError(f"--endpoint {text[:60]!r}: write NAME=URL, for example binance=http://127.0.0.1:9000")
        named[name] = url
    return Sources(
        {_source(name): _url(name, url) for name, url in named.items()},
        paced=read.pace == "venue" and not unpaced,
        timeout=read.timeout,
    )


def _source(name: str) -> str:
    from oracle.venues import VENUES

    if name.lower() not in {*VENUES, CBR}:
        raise QuestionError(f"endpoint {name[:40]!r}: no such source; known: {', '.join(VENUES)}, {CBR}")
    return name.lower()


def _url(name: str, url: str) -> str:
    import yarl

    try:
        read = yarl.URL(url)
    except ValueError:
        read = yarl.URL()
    if read.scheme not in ("http", "https") or not read.host or read.query_string or read.fragment:
        raise QuestionError(f"endpoint {name}: {url[:80]!r} is no address; write http://host:port or http://host/path")
    return url.rstrip("/")
