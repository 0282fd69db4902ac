"""What a statement for people is made of: operations with their answers, and what they were answered from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import oracle
from oracle.answer import Answer, Dataset
from oracle.errors import QuestionError
from oracle.law.tax import Amount, market_value


@dataclass(frozen=True, slots=True)
class Operation:
    """A taxpayer's operation: the answer to it and, as far as they were told, the quantity and the own reference."""

    answer: Answer
    quantity: Decimal | None = None
    reference: str | None = None

    @property
    def value(self) -> Amount | None:
        """Quantity x quotation; None where either is not known."""
        chosen = self.answer.chosen
        if chosen is None or self.quantity is None:
            return None
        return market_value(Decimal(chosen.rub), self.quantity)


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A row of a ledger to which there is no answer, as it was written, and why."""

    coin: str
    date: str
    reason: str
    quantity: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: an answer and the operations that rest on it, with their numbers in the summary."""

    number: int
    answer: Answer
    operations: Sequence[Operation]


@dataclass(frozen=True, slots=True)
class Statement:
    """All operations in their order; `manifest` is the SHA-256 of a bundle's MANIFEST.json, None outside a bundle."""

    operations: Sequence[Operation | Unanswered]
    dataset: Dataset
    manifest: str | None = None
    software: str = oracle.__version__

    def __post_init__(self) -> None:
        if not self.operations:
            raise QuestionError("there is no operation to make a statement of")

    @property
    def demo(self) -> bool:
        """Whether any price may be invented."""
        return self.dataset.demo or any(each.answer.dataset.demo for each in self.answered)

    @property
    def answered(self) -> list[Operation]:
        """The operations that have an answer, whether or not a quotation was found."""
        return [each for each in self.operations if isinstance(each, Operation)]

    @property
    def made_at(self) -> datetime:
        """The instant that documents bear: when the dataset was published, so that nothing depends on now."""
        return self.dataset.published_at.astimezone(UTC).replace(microsecond=0)

    @property
    def summarised(self) -> bool:
        """Whether a summary goes before the pages: not where there is one operation, which has its page."""
        return len(self.operations) > 1 or not self.answered


def sheets(statement: Statement) -> tuple[list[Sheet], list[int | None]]:
    """One sheet per distinct answer in order of first use, and for each operation the number of its sheet."""
    held: dict[str, tuple[Answer, list[Operation]]] = {}
    keys: dict[int, str] = {}
    places: list[int | None] = []
    numbers: dict[str, int] = {}
    for each in statement.operations:
        if isinstance(each, Unanswered):
            places.append(None)
            continue
        key = keys.get(id(each.answer)) or keys.setdefault(id(each.answer), each.answer.model_dump_json())
        held.setdefault(key, (each.answer, []))[1].append(each)
        places.append(numbers.setdefault(key, len(numbers) + 1))
    return [Sheet(numbers[key], answer, found) for key, (answer, found) in held.items()], places
