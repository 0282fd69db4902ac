"""One question to one source: asked, retried where that may help, read, and kept as observations either way."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import stamina

from oracle.collect.line import Line
from oracle.collect.read import read
from oracle.days import Clock, Span
from oracle.diagnosis import check
from oracle.errors import (
    SourceChangedError,
    SourceError,
    SourceLeftAloneError,
    SourceRefusedError,
    SourceUnreachableError,
)
from oracle.fetch import Response
from oracle.terms import Observation, Reading


class Keep(Protocol):
    """Where observations go: kept for the next batch, with what was read out of them."""

    async def __call__(self, observation: Observation, reading: Reading | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom; `send` performs it once on `line`, `markup` says that XML is expected."""

    source: str
    kind: str
    subject: str
    span: Span | None
    url: str
    send: Callable[[], Awaitable[Response]]
    line: Line
    markup: bool = False


async def observe(question: Question, keep: Keep, clock: Clock, attempts: int = 5) -> Reading:
    """The reading of a sound answer; SourceError after the last attempt. Every attempt is kept."""
    line = question.line

    def worth_another_try(error: Exception) -> bool | float:
        if not isinstance(error, SourceUnreachableError):
            return False
        if error.retry_after is None:
            return line.may_wait(0)
        return max(error.retry_after, 0.001) if line.may_wait(error.retry_after) else False

    try:
        async for attempt in stamina.retry_context(
            on=worth_another_try, attempts=attempts, timeout=None, wait_initial=0.5, wait_max=30.0
        ):
            with attempt:
                reading = await _once(question, keep, clock)
    except SourceUnreachableError as error:
        line.gave_up(error)
        raise
    except SourceChangedError:
        line.breaker.answered()
        raise
    line.breaker.answered()
    return reading


async def _once(question: Question, keep: Keep, clock: Clock) -> Reading:
    asked_at = clock()
    response: Response | None = None
    try:
        response = await question.send()
        check(response, markup=question.markup)
        observation = _observation(question, response, asked_at, clock)
        reading = read(observation)
    except SourceLeftAloneError:
        raise  # nothing was sent: there is no attempt to keep
    except SourceError as error:
        failed = _observation(question, response, asked_at, clock, error)
        await keep(failed, None)
        if isinstance(error, SourceRefusedError) and question.line.moved_on(failed.url):
            raise SourceUnreachableError(f"{error}; the next mirror is asked") from error
        raise
    await keep(observation, reading)
    return reading


def _observation(
    question: Question, response: Response | None, asked_at: datetime, clock: Clock, error: SourceError | None = None
) -> Observation:
    return Observation(
        source=question.source,
        kind=question.kind,
        subject=question.subject,
        span=question.span,
        url=response.url if response else question.url,
        status=response.status if response else None,
        headers=response.headers if response else (),
        asked_at=response.asked_at if response else asked_at,
        received_at=response.received_at if response else clock(),
        body=response.body if response else None,
        outcome=error.outcome if error else "ok",
        detail=str(error) if error else "",
    )
