"""oracle.toml and ORACLE_* variables as one validated model, with where each value comes from."""

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from oracle.addresses import address_of, pace_of, proxy_of, public_of, source_named
from oracle.errors import QuestionError
from oracle.fetch import masked

PREFIX = "ORACLE_"
# Variables of the same prefix that are read elsewhere.
_ELSEWHERE = ("HOME", "NOW", "KEY_PASSPHRASE")
_BY_SOURCE = ("endpoints", "sources")


def _listed(value: object) -> object:
    """One address or a list of them; a variable may name several, separated by commas."""
    return [each.strip() for each in value.split(",")] if isinstance(value, str) else value


Seconds = Annotated[float, Field(gt=0, le=600)]
Agent = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[\x20-\x7e]+$")]
Proxy = Annotated[str, AfterValidator(proxy_of)]
Mirrors = Annotated[list[Annotated[str, AfterValidator(address_of)]], BeforeValidator(_listed), Field(min_length=1)]
SourceName = Annotated[str, AfterValidator(source_named)]


class OwnSettings(BaseModel):
    """What holds for one source only: a table [sources.NAME]."""

    model_config = ConfigDict(extra="forbid")
    enabled: bool = True
    endpoint: Mirrors | None = None
    proxy: Proxy | None = None
    timeout: Seconds | None = None
    user_agent: Agent | None = None
    pace_per_minute: Annotated[int, Field(gt=0)] | None = None


Count = Annotated[int, Field(gt=0, le=1_000_000)]
Bytes = Annotated[int, Field(gt=0, le=2**31)]
Origins = Annotated[
    list[Annotated[str, Field(pattern=r"^(\*|https?://[^/\s]+)$", max_length=300)]], BeforeValidator(_listed), NoDecode
]
HostNames = Annotated[
    list[Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$", max_length=255)]], BeforeValidator(_listed), NoDecode
]


PublicUrl = Annotated[str, Field(max_length=300), AfterValidator(public_of)]


class ApiSettings(BaseModel):
    """How `oracle serve` serves, and its limits: a table [api]. What each limit bounds: oracle/api/service.py."""

    model_config = ConfigDict(extra="forbid")
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8282
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    tokens: str | None = None
    cors: Origins = []
    hosts: HostNames = []
    public_url: PublicUrl | None = None
    access_log: bool = False
    body_bytes: Bytes = 32 * 2**20
    batch_rows: Annotated[int, Field(gt=0, le=10_000_000)] = 100_000
    range_days: Count = 4_000
    known_days: Count = 100
    known_coins: Count = 50
    seconds: Seconds = 60.0
    stream_seconds: Seconds = 120.0
    heavy_at_once: Annotated[int, Field(gt=0, le=64)] = 2
    heavy_waiting: Count = 16
    at_once: Count = 512
    connections: Count = 2_000
    head_seconds: Seconds = 10.0
    body_seconds: Seconds = 60.0
    idle_seconds: Seconds = 75.0
    send_seconds: Seconds = 30.0
    linger_seconds: Seconds = 2.0


class Settings(BaseSettings):
    """Keys of oracle.toml; in the environment ORACLE_ stands before them and __ between tables and keys."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")
    pace: Literal["venue", "off"] = "venue"
    timeout: Seconds = 30.0
    user_agent: Agent | None = None
    proxy: Proxy | None = None
    deadline_minutes: Annotated[float, Field(gt=0)] | None = None
    utc_days: bool = False
    endpoints: dict[SourceName, Mirrors] = {}
    sources: dict[SourceName, OwnSettings] = {}
    api: ApiSettings = ApiSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The file, the environment and the command line are merged before, so that an origin is known for each."""
        return (init_settings,)


def read_settings(path: Path, given: Mapping[str, Any]) -> tuple[Settings, dict[str, str]]:
    """The settings and by key where each was set: `given` by the command line, over the environment, over the file.

    QuestionError for what cannot be meant: it names file or variable, key, reason and what may stand there.
    """
    layers = {str(path): _file(path), "environment": _environment(), "command line": dict(given)}
    origins: dict[str, str] = {}
    merged: dict[str, Any] = {}
    for origin, layer in layers.items():
        values = _small(layer)
        origins |= {key: _origin(origin, key) for key, _ in leaves(values)}
        merged = _merged(merged, values)
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        raise QuestionError(_explained(error, origins, path)) from error
    for name, own in settings.sources.items():
        key = f"sources.{name}.pace_per_minute"
        try:
            pace_of(name, own.pace_per_minute)
        except ValueError as error:
            raise QuestionError(f"{origins[key]}: {key}: {error}; mend or remove it") from error
    return settings, origins


def shown(path: Path, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every setting that holds, with its key, its value, passwords taken out, and where it was set."""
    settings, origins = read_settings(path, given)
    # What is not set for a single source holds for all of them, above.
    own = {name: each.model_dump(exclude_unset=True) for name, each in settings.sources.items()}
    values = settings.model_dump() | {"sources": own}
    return [{"key": key, "value": _masked(value), "from": origins.get(key, "default")} for key, value in leaves(values)]


def _masked(value: object) -> object:
    if isinstance(value, list):
        return [_masked(each) for each in value]
    return masked(value) if isinstance(value, str) and "://" in value else value


def leaves(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its dotted key."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{key}.")
        else:
            yield above + str(key), value


def _file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise QuestionError(f"{path} cannot be read: {error}; mend or remove it") from error


def _environment() -> dict[str, Any]:
    known = [*Settings.model_fields, *(name.lower() for name in _ELSEWHERE)]
    for variable in os.environ:
        key = variable.removeprefix(PREFIX).partition("__")[0].lower()
        # Others use the prefix too (ORACLE_SID, ORACLE_SERVICE_HOST of Kubernetes): only what looks meant for us.
        if variable.startswith(PREFIX) and key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.8)
            if near or "__" in variable:
                raise QuestionError(f"{variable}: no such setting; known: {', '.join(Settings.model_fields)}")
    try:
        return EnvSettingsSource(Settings)()
    except ValueError as error:
        raise QuestionError(
            f"an {PREFIX}* variable: {error}; write {PREFIX}TABLE__KEY for each key of a table"
        ) from error


def _small(layer: Mapping[str, Any]) -> dict[str, Any]:
    """Names of sources in small letters, so that what the environment shouts is what the file says."""
    tables = {
        key: {str(name).lower(): own for name, own in layer[key].items()} for key in _BY_SOURCE if _table(layer, key)
    }
    return {**layer, **tables}


def _table(layer: Mapping[str, Any], key: str) -> bool:
    return isinstance(layer.get(key), Mapping)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    both = {key: _merged(below[key], value) for key, value in above.items() if _tables(below.get(key), value)}
    return {**below, **above, **both}


def _tables(below: object, above: object) -> bool:
    return isinstance(below, Mapping) and isinstance(above, Mapping)


def _origin(layer: str, key: str) -> str:
    if layer == "environment":
        return PREFIX + key.upper().replace(".", "__")
    if layer == "command line":
        if key.startswith("api."):
            return "--" + key.removeprefix("api.").replace("_", "-")
        return {"pace": "--unpaced", "deadline_minutes": "--deadline", "utc_days": "--utc-days"}.get(key, "--endpoint")
    return layer


_TABLES: dict[str, type[BaseModel]] = {"sources": OwnSettings, "api": ApiSettings}


def _explained(error: ValidationError, origins: Mapping[str, str], path: Path) -> str:
    first = error.errors()[0]
    parts = [str(part) for part in first["loc"] if part != "[key]"]
    key = ".".join(part for part in parts if not part.isdigit())
    origin = next((origins[each] for each in origins if each == key or each.startswith(key + ".")), str(path))
    reason = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        known = _TABLES.get(parts[0] if len(parts) > 1 else "", Settings).model_fields
        reason = f"no such setting; known: {', '.join(known)}"
    return f"{origin}: {key}: {reason}; mend or remove it"
