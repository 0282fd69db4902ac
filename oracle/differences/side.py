"""What one dataset answers about a coin's day, asked by itself."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from oracle.answer import Answer, ManualPart, Quotation, VerdictPart
from oracle.answer_differences import Side
from oracle.ask import Question, ask
from oracle.differences.asked import NOTHING, Told, Wanted
from oracle.errors import NotCollectedError, QuestionError
from oracle.law.rulebook import Edition
from oracle.store.reads import Reads


@dataclass(frozen=True)
class Asked:
    """An answer of one dataset, or the word for why there is none."""

    reads: Reads
    coin: str
    answer: Answer | None
    refusal: str = ""

    @cached_property
    def told(self) -> Told:
        """In short, as the sets tell it."""
        if self.answer is None:
            return NOTHING
        venues = tuple(sorted({each.venue for each in self.answer.choice.candidates}))
        taken = self.answer.chosen
        return Told(taken.venue, taken.market, taken.rub, venues) if taken else Told(None, None, None, venues)

    @property
    def venues(self) -> tuple[str, ...]:
        """Of which venues a quotation could be chosen."""
        return self.told.venues

    @property
    def quotations(self) -> list[Quotation]:
        """All of the day, of venues that count or not."""
        return self.answer.quotations if self.answer else []

    def quotation(self, venue: str, market: str) -> Quotation | None:
        """One of them."""
        return next((each for each in self.quotations if (each.venue, each.market) == (venue, market)), None)

    def verdict(self, venue: str) -> VerdictPart | None:
        """On a venue, under the rulebook that was asked for."""
        if self.answer is None:
            return None
        found = (each for each in self.answer.venues if each.venue == venue)
        return next((each.verdicts[self.answer.rulebook] for each in found), None)

    def turnover(self, venue: str) -> str | None:
        """Of an eligible venue, by which the choice goes: at least so many rubles."""
        offered = self.answer.choice.candidates if self.answer else []
        return next((each.venue_turnover_rub for each in offered if each.venue == venue), None)

    @property
    def edition(self) -> Edition | None:
        """The values of the rulebook in force on the day."""
        answer = self.answer
        return self.reads.rulebooks()[answer.rulebook].edition(answer.date) if answer else None

    @property
    def entries(self) -> list[ManualPart]:
        """What was entered by hand, if the rulebook does not refuse it."""
        entries = self.answer.manual if self.answer else []
        return [each for each in entries if each.code not in ("manual_refused", "manual_no_rule")]

    @property
    def by_hand(self) -> ManualPart | None:
        """What was chosen, if it was entered by hand."""
        chosen = self.answer.chosen if self.answer else None
        entries = self.answer.manual if self.answer else []
        return next((each for each in entries if chosen and each.id == chosen.manual), None)

    def part(self, told: Told) -> Side:
        """For the document; `told`: what the sets say."""
        taken = self.quotation(told.venue, told.market) if told.venue and told.market else None
        if by_hand := self.by_hand:
            return Side(
                status="quoted_manual",
                venue=told.venue,
                market=told.market,
                close=by_hand.close,
                rub=told.rub,
                rub_kopecks=by_hand.rub_kopecks,
                eligible_venues=list(told.venues),
                observation=by_hand.id,
            )
        kopeck = taken.rub_kopecks if taken else None
        return Side(
            status="quoted" if told.venue else self.refusal or "nothing_chosen",
            venue=told.venue,
            market=told.market,
            close=taken.close if taken else None,
            rub=told.rub,
            rub_kopecks=kopeck,
            eligible_venues=list(told.venues),
            observation=taken.observation if taken else None,
        )


def asked(reads: Reads, coin: str, wanted: Wanted, day: date, now: datetime) -> Asked:
    """The question put to one dataset."""
    how = wanted.how
    question = Question(coin, day, how.venue, how.rulebook, how.choose, how.taxpayer, lang=how.lang)
    try:
        answer = ask(reads, question, now)
    except QuestionError as error:
        return Asked(reads, coin, None, error.kind)
    except NotCollectedError:
        return Asked(reads, coin, None, "not_collected")
    return Asked(reads, answer.coin, answer)
