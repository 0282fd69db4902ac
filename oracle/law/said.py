"""What is to be said, as a stable code with its figures; `words` makes a sentence of it in the asker's language."""

from collections.abc import Mapping
from typing import NamedTuple

# As JSON holds them: amounts (`..._rub`), dates (`..._on`) and instants (`..._at`) as text, counts as whole numbers.
Figure = str | int | list[str] | None
Figures = Mapping[str, Figure]
# A few sayings list things that have figures of their own: the meanings of a name.
Nested = Figure | dict[str, Figure] | list[dict[str, Figure]]


class Said(NamedTuple):
    """One saying."""

    code: str
    figures: Mapping[str, Nested]
