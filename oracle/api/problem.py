"""What goes wrong, as RFC 9457 problem documents: stable types, what was wrong, what to do next."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from oracle.errors import (
    HomeError,
    KnowledgeError,
    NotCollectedError,
    OracleError,
    QuestionError,
)

MEDIA = "application/problem+json"
PREFIX = "/problems/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of problem: its name in the address of its type, its HTTP status, and what it is in general."""

    name: str
    status: int
    title: str
    step: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("malformed", 400, "The request cannot be read", "Compare it with /openapi.json or /docs."),
        Kind(
            "unauthorized",
            401,
            "A token is needed",
            "Send `Authorization: Bearer TOKEN`, or it as the password of HTTP Basic; the operator gives tokens.",
        ),
        Kind("not-found", 404, "There is nothing at this address", "See /docs for the addresses."),
        Kind("unknown-coin", 404, "No venue read here lists this coin", "Search /v1/coins."),
        Kind("before-listing", 404, "Nobody read here published this coin yet", "Ask for a later date."),
        Kind("method-not-allowed", 405, "This address knows other methods", "See the header Allow."),
        Kind(
            "not-acceptable", 406, "None of the wished formats is there", "See /docs for the formats of each address."
        ),
        Kind(
            "ambiguous-name", 409, "The name may mean more than one coin", "Ask for one of the codes that are listed."
        ),
        Kind("not-collected", 409, "It has not been collected", "Have the operator run the command that is named."),
        Kind("day-not-over", 409, "The trading day is not over", "Ask again after the instant that is named."),
        Kind("too-slow", 408, "The request took too long to come", "Send it again, faster or in parts."),
        Kind("too-large", 413, "The request is too large", "Send it in parts."),
        Kind("unsupported-media-type", 415, "The body is in no known format", "Send JSON, NDJSON or CSV."),
        Kind("unprocessable", 422, "The question cannot be answered as it is asked", "Change what is named."),
        Kind(
            "misdirected",
            421,
            "This server does not answer under this name",
            "Ask by its IP address or as localhost, or have the operator add the name to `hosts`.",
        ),
        Kind("too-many-requests", 429, "Too much is being asked at once", "Ask again after Retry-After seconds."),
        Kind("internal", 500, "The program made a mistake", "Give the request id to the operator: the log has it."),
        Kind("unavailable", 503, "There is no dataset to answer from", "Ask again after Retry-After seconds."),
        Kind("overloaded", 503, "The server is busy", "Ask again after Retry-After seconds."),
        Kind("timed-out", 503, "It took too long", "Ask for less, or again later."),
    )
}


class Problem(BaseModel):
    """A problem document as RFC 9457 has it."""

    model_config = ConfigDict(extra="allow")
    type: str = Field(description="address that says what this type of problem is; stable")
    title: str = Field(description="the type in short")
    status: int = Field(description="the HTTP status")
    detail: str = Field(description="what was wrong with this request")
    next: str = Field(description="what to do")
    instance: str = Field(description="the request's id, also in the header X-Request-Id")


class ProblemError(Exception):
    """Ends a request with a problem document; `more` are further members of it, `headers` further headers."""

    def __init__(
        self, kind: str, detail: str, *, headers: dict[str, str] | None = None, step: str | None = None, **more: object
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.more, self.headers = KINDS[kind], detail, more, headers or {}
        self.step = step or self.kind.step

    def document(self, request_id: str) -> Problem:
        """The document of this problem."""
        return Problem(
            type=PREFIX + self.kind.name,
            title=self.kind.title,
            status=self.kind.status,
            detail=self.detail,
            next=self.step,
            instance=f"urn:request:{request_id}",
            **self.more,
        )


_OF_QUESTIONS = {
    "malformed": "malformed",
    "unknown_coin": "unknown-coin",
    "ambiguous_name": "ambiguous-name",
    "before_listing": "before-listing",
    "not_final": "day-not-over",
}


def problem_of(error: OracleError) -> ProblemError:
    """An expected failure of the program as a problem of the request."""
    if isinstance(error, NotCollectedError):
        return ProblemError("not-collected", str(error))
    if isinstance(error, QuestionError):
        return ProblemError(_OF_QUESTIONS.get(error.kind, "unprocessable"), str(error))
    if isinstance(error, HomeError | KnowledgeError):
        # What is wrong with the operator's files is for the operator's log.
        return ProblemError("unavailable", "the dataset cannot be read now", headers={"Retry-After": "10"})
    return ProblemError("internal", "the answer could not be made")
