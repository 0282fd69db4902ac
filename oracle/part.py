"""The base of everything that an answer consists of."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Digits:
    """How wide an exact number is in the published table: `all` digits, `after` of them behind the point."""

    all: int
    after: int


class Part(BaseModel):
    """Immutable; unknown fields are an error."""

    # Deferred: only the whole answer is ever built, each part once with it.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
