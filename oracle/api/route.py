"""What a route is: address, parameters, answer and problems, said once for the server and for its OpenAPI document."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from oracle.api.media import JSON, Media

if TYPE_CHECKING:
    from aiohttp import web

    from oracle.api.service import Service
    from oracle.api.streaming import Stream


class Parameters(BaseModel):
    """Parameters of a path or a query: an unknown one is an error that names it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class Nothing(Parameters):
    """No parameters."""


@dataclass(slots=True)
class Reply:
    """An answer on its way out: `body` in `media`.

    `lasting`: the same question to the same version gives the same bytes, whatever the time, so that it may be kept.
    """

    body: bytes
    media: Media = JSON
    lasting: bool = True
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """A request, read: its parameters as the route's models, the wished format.

    What enters `held` is held until the last of the answer has been sent.
    """

    service: "Service"
    request: "web.Request"
    path: Any
    query: Any
    media: Media
    held: AsyncExitStack = field(default_factory=AsyncExitStack)


Handler = Callable[[Call], Awaitable["Reply | Stream | web.StreamResponse"]]


@dataclass(frozen=True, slots=True)
class Route:
    """One address; `formats[0]` is what is sent if nothing is wished for."""

    method: str
    address: str
    handler: Handler
    summary: str
    description: str
    tag: str
    path: type[BaseModel]
    query: type[BaseModel]
    answer: Any
    row: type[BaseModel] | None
    body: type[BaseModel] | None
    formats: tuple[Media, ...]
    problems: tuple[str, ...]
    is_open: bool
    is_heavy: bool
    is_hidden: bool
    at_once: "Callable[[Call], Reply | None] | None"


TABLE: list[Route] = []


def route(
    method: str,
    address: str,
    *,
    tag: str,
    path: type[BaseModel] = Nothing,
    query: type[BaseModel] = Nothing,
    answer: object = None,
    row: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    formats: tuple[Media, ...] = (JSON,),
    problems: tuple[str, ...] = (),
    is_open: bool = False,
    is_heavy: bool = False,
    is_hidden: bool = False,
    at_once: "Callable[[Call], Reply | None] | None" = None,
) -> Callable[[Handler], Handler]:
    """Put a handler into the table; its docstring is the documentation of the address.

    `answer`: model of the JSON document; `row`: model of the rows of the other formats; `is_open`: needs no token;
    `is_heavy`: only a few of them run at a time; `at_once`: answers what needs no waiting, None for all else.
    """

    def join(handler: Handler) -> Handler:
        summary, _, description = (handler.__doc__ or "").strip().partition("\n")
        TABLE.append(
            Route(
                method,
                address,
                handler,
                summary.rstrip("."),
                " ".join(description.split()),
                tag,
                path,
                query,
                answer,
                row,
                body,
                formats,
                problems,
                is_open,
                is_heavy,
                is_hidden,
                at_once,
            )
        )
        return handler

    return join
