"""Errors, named by who must act; every message says the next step."""


class OracleError(Exception):
    """Base of all expected failures; `exit_status` is what the command line leaves with."""

    exit_status = 1


class QuestionError(OracleError):
    """The asker must change the question: unknown coin, venue or rulebook, a malformed or future date.

    `kind` tells machines what is the matter; rows of a batch and problems of the HTTP API bear it.
    """

    exit_status = 2
    kind = "unprocessable"


class MalformedError(QuestionError):
    """Something that cannot be read: a date that is none, an instant without its offset."""

    kind = "malformed"


class UnknownCoinError(QuestionError):
    """No venue that is read lists the coin, or none did on the date."""

    kind = "unknown_coin"


class AmbiguousNameError(QuestionError):
    """The name may mean more than one coin on the date; the message lists them."""

    kind = "ambiguous_name"


class BeforeListingError(QuestionError):
    """Nobody who is read published the coin by then."""

    kind = "before_listing"


class NotOverError(QuestionError):
    """The trading day has not closed, or lies in the future."""

    kind = "not_final"


class NotCollectedError(OracleError):
    """The operator must collect: what was asked for has never been read from its source."""


class HomeError(OracleError):
    """The operator must mend the home folder: unreadable, unwritable, written by a newer program, or in use."""


class KnowledgeError(OracleError):
    """The author of a rulebook or of the asset register must mend the file; the message names file, key and reason."""


class SourceError(OracleError):
    """A source did not give what was asked for; `outcome` is the word kept in the ledger of attempts."""

    outcome = "failed"


class SourceUnreachableError(SourceError):
    """Nobody needs to act yet: no answer, half an answer, an overloaded source. It is asked again.

    `retry_after` is the source's own wish in seconds, if it stated one.
    """

    outcome = "unreachable"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SourceRefusedError(SourceError):
    """The operator must act: a ban, a firewall or a region block. The source is left alone for the rest of the run."""

    outcome = "refused"


class SourceLeftAloneError(SourceRefusedError):
    """Nothing was sent: the run's deadline has passed, or the source is being left alone. No try, so none is kept."""


class SourceChangedError(SourceError):
    """The developer must act: the answer has another shape than the one the reader knows."""

    outcome = "changed"
