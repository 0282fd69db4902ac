"""From a question to an answer, out of a published file alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from oracle import answer as parts
from oracle import cautions
from oracle.assemble import corridor, dataset_part, explained, venue_part, verdict_part, warning_part
from oracle.choosing import choice_part, chosen_part, of_taxpayer, spread_part
from oracle.coin import coin_meant
from oracle.entered import entered
from oracle.errors import QuestionError
from oracle.facts import Facts, answerable, book_known, venue_known
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.rulebook import DEFAULT_RULEBOOK, Edition, date_under
from oracle.law.said import Figure, Said
from oracle.law.taxpayer import Standing
from oracle.law.verdict import not_collected
from oracle.otherwise import judged_otherwise, otherwise, path_asked, stablecoin_part
from oracle.pricing import candidates, counted
from oracle.sensitivity import sensitivity
from oracle.store.day_reads import by_book
from oracle.store.reads import Reads
from oracle.store.rows import CandleRow, VerdictRow
from oracle.taxed import Deal, tax_part
from oracle.words import Judged, language

_FIRST_YEAR = 2009


@dataclass(frozen=True, slots=True)
class Question:
    """A coin on a date; `venue` narrows to one venue, `choose` names the policy, unless a `taxpayer` has one.

    `asked_at`: the instant of which `day` is the date in Moscow, if an instant was asked for; the rulebook's own
    calendar then gives the date that counts. `sensitivity`: also what other readings of the rule would come to.
    `stablecoin`: the path (peg, market, refuse) that holds instead of the rulebook's own, as if its file said so.
    """

    coin: str
    day: date
    venue: str | None = None
    rulebook: str = DEFAULT_RULEBOOK
    choose: str = "largest-turnover"
    taxpayer: Standing | None = None
    asked_at: datetime | None = None
    deal: Deal | None = None
    lang: str = "en"
    sensitivity: bool = False
    stablecoin: str | None = None


def ask(reads: Reads, question: Question, now: datetime) -> parts.Answer:
    """The answer; QuestionError for what cannot be asked, NotCollectedError for what was never read."""
    asked = Asked(reads, question, now)
    names = asked.venues()
    document = asked.document(names)
    return document.model_copy(update={"venues": [asked.venue(name) for name in names]})


class Asked:
    """One question on its way to the answer: its `venues`, the `document` without them, then each `venue` of it."""

    def __init__(self, reads: Reads, question: Question, now: datetime) -> None:
        self.reads, self.now, self.question = reads, now, question
        venues = reads.venues()
        venue = venue_known(question.venue, venues)
        self.taxpayer, self.rulebook = question.taxpayer, question.rulebook
        named = policy_named(question.choose, tuple(venues))
        self.lang = language(question.lang)
        self.own_book = book_known(self.rulebook, reads.rulebooks())
        self.book = otherwise(self.own_book, question.stablecoin)
        self.books = {**reads.rulebooks(), self.rulebook: self.book}
        self.day = date_under(self.book, question.day, question.asked_at)
        self.policy = self.taxpayer.taxpayer.on(self.day).policy if self.taxpayer else named
        in_force = self._in_force = self.book.edition(self.day)
        self.edition = in_force.in_force_from if in_force else None
        # Before the first edition rubles are given all the same, by its values.
        self.counting = in_force or self.book.editions[0]
        if self.day.year < _FIRST_YEAR:
            raise QuestionError(f"{self.day} is before {_FIRST_YEAR}, when no coin existed")
        self.coin, read_as = coin_meant(reads, question.coin.upper(), self.day, venues)
        self.warnings = [warning_part(each, self.lang) for each in read_as]
        self.facts = Facts(reads, self.coin, self.day, venue, venues, utc=question.sensitivity)
        self._by_coins: dict[tuple[str, str], VerdictRow] = {}
        self._priced: dict[str, list[Candidate]] = {}

    def venues(self) -> list[str]:
        """The venues of the answer: of those asked about, all that have figures of the day or list the coin.

        Raises what an asker must be told where there can be no answer.
        """
        facts = self.facts
        answerable(facts, self.now, self.counting.date_zone)
        return facts.asked(sorted(set(facts.figures) | {row.venue for row in facts.listed}))

    def judge(self, venues: Iterable[str]) -> None:
        """Judge these venues by coins; one without any candle that day has no verdict."""
        books = [each for each in self.books.values() if (edition := each.edition(self.day)) and edition.per_coin]
        judged = [name for name in venues if name in self.facts.figures]
        self._by_coins = by_book(self.facts.court.rows(books, judged)) if books and judged else {}
        if self.book is not self.own_book and self.edition and not self.counting.per_coin:
            self._by_coins |= by_book(judged_otherwise(self.facts, self.book.name, self.counting))

    def document(self, venues: Iterable[str]) -> parts.Answer:
        """The answer without its venues; `venues`: those that are to be judged by coins, all that list the coin."""
        facts = self.facts
        day = counted(facts, self.counting, self.lang)
        self._warn(day.candles, day.without_utc)
        quotations = [self._explained(each) for each in day.quotations]
        self.judge(venues)
        judged = {row.venue: found for row in day.priced if (found := self._verdict(row.venue, self.rulebook))}
        priced, offered = candidates(facts, day, self.counting, judged)
        for each in priced:
            self._priced.setdefault(each.venue, []).append(each)
        by_hand = entered(
            facts, (self._in_force, self.counting), self._own_verdict, lambda: self._collected(offered), self.lang
        )
        self.warnings += [warning_part(each, self.lang) for each in by_hand.warnings]
        manual = {candidate: entry.id for candidate, entry in by_hand.offered.items()}
        choice = by_hand.choose(self.policy) if manual else choose(self.policy, offered)
        self._warn_of_the_provisional(choice.taken, quotations)
        chosen = chosen_part(self.policy, choice.taken, manual)
        told = choice_part(self.policy, choice, [*offered, *manual], self.lang, manual)
        if self.taxpayer:
            demo = self.reads.dataset.demo
            told, warnings = of_taxpayer(told, chosen, self.taxpayer, (self.coin, self.day), demo=demo)
            self.warnings += [warning_part(each, self.lang) for each in warnings]
        others = None
        if self.question.sensitivity:
            others = sensitivity(facts, self.books, self.book, self.policy, self.lang)
        deal = self.question.deal
        return parts.Answer(
            coin=self.coin,
            date=self.day,
            asked_at=self.question.asked_at,
            zone=self.counting.date_zone,
            rulebook=self.rulebook,
            edition=self.edition,
            stablecoin=self._stablecoin(),
            dataset=dataset_part(self.reads.dataset),
            quotations=quotations,
            venues=[],
            chosen=chosen,
            corridor=corridor(chosen),
            spread=spread_part(offered),
            choice=told,
            tax=tax_part(choice.taken.rub, deal, self.lang) if choice.taken and deal else None,
            sensitivity=others,
            official_rates=self._rates(quotations, by_hand.shown),
            warnings=self.warnings,
            manual=by_hand.shown,
        )

    def _own_verdict(self, venue: str) -> VerdictRow | None:
        """On one of our venues, whether it lists the coin or not; None where nothing of its day was read."""
        found = self._verdict(venue, self.rulebook)
        if found is None and self._in_force and self._in_force.per_coin and venue in self.facts.figures:
            (found,) = self.facts.court.rows([self.book], [venue])
        return found

    def _collected(self, offered: Sequence[Candidate]) -> bool:
        """Whether an eligible venue's own quotation was collected, on whatever venue."""
        if offered or self.facts.venue is None:
            return bool(offered)
        every = replace(self.question, venue=None, deal=None, taxpayer=None, sensitivity=False)
        return any(each.manual is None for each in ask(self.reads, every, self.now).choice.candidates)

    def _stablecoin(self) -> parts.StablecoinPart:
        """Which path held and who chose it; a warning where the rulebook says otherwise."""
        told = stablecoin_part(self.own_book, self.counting, self.question.stablecoin)
        if asked := path_asked(self.rulebook, told):
            self.warnings.append(warning_part(asked, self.lang))
        return told

    def _caution(self, code: str, **figures: Figure) -> None:
        """A warning in the language of the answer."""
        self.warnings.append(warning_part(Said(code, figures), self.lang))

    def _warn(self, candles: list[CandleRow], without_utc: list[CandleRow]) -> None:
        facts = self.facts
        if not facts.candles:
            self._caution("no_candle", coin=self.coin, day_on=str(self.day))
        for row in without_utc:
            self._caution("no_utc_day", venue=row.venue, market=row.market, rulebook=self.rulebook)
        if self.reads.dataset.demo:
            self._caution("demo")
        if self.edition is None:
            self._caution("no_rule", rulebook=self.rulebook, day_on=str(self.day))
        listed = [row for row in facts.listed if facts.venue in (None, row.venue)]
        shown = {(row.venue, row.symbol) for row in candles}
        silent = [row for row in listed if (row.venue, row.symbol) not in shown]
        closes = {row.venue: facts.hours(row.venue).closes_at for row in silent}
        self.warnings += [
            warning_part(each, self.lang)
            for each in (
                *cautions.of_the_coin(self.coin, facts.registered.get(self.coin), candles),
                *cautions.of_the_candles(candles, facts.kinds, self.counting.quote_kinds),
                *cautions.of_the_broken(self.reads.broken(self.day), listed),
                *cautions.of_the_missing(silent, facts.missing, closes, (self.day, self.now)),
            )
        ]

    def _explained(self, part: parts.Quotation) -> parts.Quotation:
        clause = self.counting.citations["quote_kinds"].clause if self.edition else ""
        return explained(part, self.coin, self.facts.venues[part.venue].title, clause, self.lang)

    def _warn_of_the_provisional(self, taken: Candidate | None, quotations: list[parts.Quotation]) -> None:
        for each in quotations:
            if taken and (each.venue, each.symbol) == (taken.venue, taken.symbol) and not each.final:
                self._caution("provisional", venue=each.venue, market=each.market, day_on=str(self.day))

    def venue(self, name: str) -> parts.VenuePart:
        """What the answer tells of a venue."""
        facts = self.facts
        return venue_part(
            facts.venues[name],
            facts.figures.get(name),
            facts.missing.get(name, []),
            {book: self.verdict(name, book) for book in sorted(self.books)},
            self.priced(name),
        )

    def _verdict(self, venue: str, rulebook: str) -> VerdictRow | None:
        key = venue, rulebook
        return self._by_coins.get(key) or self.facts.verdicts.get(key)

    def priced(self, venue: str) -> list[Candidate]:
        """The venue's quotations in rubles."""
        return self._priced.get(venue, [])

    def verdict(self, venue: str, rulebook: str) -> parts.VerdictPart:
        """Under one rulebook; a venue without any candle that day is undetermined, for nothing of it was read."""
        return verdict_part(*self.judged(venue, rulebook), self.lang)

    def judged(self, venue: str, rulebook: str) -> tuple[Edition | None, Judged]:
        """The same before it is put into words, with the edition in force."""
        book = self.books[rulebook]
        edition = book.edition(self.day)
        found = self._verdict(venue, rulebook) or not_collected(book, venue, self.day)
        coin = self.coin if edition and edition.per_coin else ""
        title = self.facts.venues[venue].title
        return edition, Judged(rulebook, found.in_force_from, found.verdict, title, self.day, coin, found.reasons)

    def _rates(
        self, quotations: list[parts.Quotation], by_hand: list[parts.ManualPart]
    ) -> list[parts.OfficialRatePart]:
        in_force = self.reads.rates_in_force(self.day)
        legs = [
            leg for each in quotations for leg in (*each.legs, *(each.alternative.legs if each.alternative else ()))
        ]
        legs += [leg for each in by_hand for leg in each.legs]
        used = sorted({leg.of for leg in legs if leg.by == "official_rate"})
        return [
            parts.OfficialRatePart(
                currency=currency,
                rate=in_force[currency].value,
                nominal=in_force[currency].nominal,
                requested_on=self.day,
                effective_on=in_force[currency].effective_on,
                observation=in_force[currency].observation,
            )
            for currency in used
        ]
