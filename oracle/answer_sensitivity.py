"""What other readings of the rule would come to, as a part of an answer: the money at stake in each open question."""

from pydantic import Field

from oracle.answer_choice import Figure, TakenFigure
from oracle.part import Part


class Variant(Part):
    """The asked rulebook with some values replaced, and what it comes to."""

    turnover_floor_rub: str
    turnover_scope: str
    stablecoin_path: str
    trading_day: str
    asked: bool = Field(description="the reading that was asked for, nothing replaced")
    changes: list[str] = Field(description="keys whose value differs from the asked reading's")
    eligible: list[str] = Field(description="venues that value the coin and qualify")
    not_eligible: list[str]
    undetermined: list[str]
    no_rule_in_force: list[str] = Field(description="all of them, before the first edition")
    no_utc_day: list[str] = Field(description="undetermined, for the UTC day is asked for and none was built")
    chosen: TakenFigure | None = Field(
        description="what the policy takes; null if no eligible venue has a quotation, and none by hand may be chosen"
    )
    lowest: Figure | None = Field(description="of all that could be chosen")
    highest: Figure | None = None
    difference_rub: str | None = Field(description="chosen less the asked reading's choice; null unless both are there")
    difference_percent: str | None = Field(description="of the asked reading's choice, to four decimals")


class Extreme(Part):
    """The lowest or the highest rubles that the policy takes under any of the readings, and under which."""

    figure: TakenFigure
    readings: list[int] = Field(description="places in `variants`, from 0")


class Sensitivity(Part):
    """The whole grid: the asked reading first, then those that differ in one value, then in two and more."""

    variants: list[Variant]
    lowest: Extreme | None
    highest: Extreme | None
