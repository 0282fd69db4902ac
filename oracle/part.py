"""The base of everything that an answer consists of."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Immutable; unknown fields are an error."""

    # Deferred: only the whole answer is ever built, each part once with it.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
