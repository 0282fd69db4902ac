"""From a question to an answer, out of a published file alone."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from oracle import answer as parts
from oracle import cautions
from oracle.assemble import (
    corridor,
    dataset_part,
    explained,
    priced,
    quotation_part,
    venue_part,
    verdict_part,
    warning_part,
)
from oracle.choosing import choice_part, chosen_part, eligible, of_taxpayer, priced_candidates, spread_part
from oracle.coin import coin_meant
from oracle.days import DAY, MOSCOW, TradingDay, available, date_in, trading_day
from oracle.errors import NotCollectedError, OracleError, QuestionError
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.rulebook import DEFAULT_RULEBOOK
from oracle.law.said import Figure, Said
from oracle.law.taxpayer import Standing
from oracle.law.verdict import not_collected
from oracle.percoin import CoinCourt
from oracle.store.reads import Reads
from oracle.store.rows import FROM_HOURS, AssetRow, CandleRow, ValueRow, VenueDayRow, VerdictRow
from oracle.taxed import Deal, tax_part
from oracle.words import Judged, language

_FIRST_YEAR = 2009


@dataclass(frozen=True, slots=True)
class Question:
    """A coin on a date; `venue` narrows to one venue, `choose` names the policy, unless a `taxpayer` has one.

    `asked_at`: the instant of which `day` is the date in Moscow, if an instant was asked for; the rulebook's own
    calendar then gives the date that counts.
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


def ask(reads: Reads, question: Question, now: datetime) -> parts.Answer:
    """The answer; QuestionError for what cannot be asked, NotCollectedError for what was never read."""
    return _Asked(reads, question, now).answer()


class _Asked:
    """One question on its way to the answer."""

    def __init__(self, reads: Reads, question: Question, now: datetime) -> None:
        self.reads, self.now, self.asked_at = reads, now, question.asked_at
        self.venues = reads.venues()
        self.venue = question.venue.lower() if question.venue else None
        if self.venue and self.venue not in self.venues:
            raise QuestionError(f"unknown venue {self.venue[:40]!r}; known: {', '.join(self.venues)}")
        self.taxpayer, self.rulebook, self.deal = question.taxpayer, question.rulebook, question.deal
        named = policy_named(question.choose, tuple(self.venues))
        self.lang, self.books = language(question.lang), reads.rulebooks()
        book = self.books.get(self.rulebook)
        if not book:
            known = ", ".join(sorted(self.books))
            raise QuestionError(
                f"unknown rulebook {self.rulebook[:40]!r}; known: {known}; after adding one run `oracle publish`"
            )
        self.day = book.date_of(self.asked_at) if self.asked_at else question.day
        self.policy = self.taxpayer.taxpayer.on(self.day).policy if self.taxpayer else named
        in_force = book.edition(self.day)
        self.edition = in_force.in_force_from if in_force else None
        # Before the first edition rubles are given all the same, by its values.
        self.counting = in_force or book.editions[0]
        if self.day.year < _FIRST_YEAR:
            raise QuestionError(f"{self.day} is before {_FIRST_YEAR}, when no coin existed")
        self.coin, read_as = coin_meant(reads, question.coin.upper(), self.day, self.venues)
        self.warnings = [warning_part(each, self.lang) for each in read_as]
        self.listed = reads.markets_of(self.coin, self.day)

    def answer(self) -> parts.Answer:
        candles = self._of_the_day_asked(self._candles())
        registered = self.reads.assets(sorted({self.coin} | {row.quote for row in candles}))
        kinds = {code: row.kind for code, row in registered.items()}
        quote_kinds = self.counting.quote_kinds
        self._warn(candles, kinds, registered.get(self.coin))
        values = {(row.venue, row.asset, row.path): row for row in self.reads.values(self.day)}
        priced = [row for row in candles if kinds.get(row.quote) in quote_kinds]
        quotations = [self._quotation(row, values, kinds[row.quote]) for row in priced]
        figures = self.reads.venue_days(self.day)
        verdicts: dict[str, list[VerdictRow]] = {}
        court = CoinCourt(self.reads, self.coin, self.day, self.venues, values)
        for row in [*self.reads.verdicts(self.day), *court.rows(self.books.values(), self._asked(figures))]:
            verdicts.setdefault(row.venue, []).append(row)
        judged = {row.venue: row for rows in verdicts.values() for row in rows if row.rulebook == self.rulebook}
        candidates = priced_candidates(priced, quotations, judged)
        offered = eligible(priced_candidates(*self._in_order(priced, quotations, kinds), judged), judged)
        choice = choose(self.policy, offered)
        self._warn_of_the_provisional(choice.taken, quotations)
        chosen = chosen_part(self.policy, choice.taken)
        told = choice_part(self.policy, choice, offered, self.lang)
        if self.taxpayer:
            demo = self.reads.dataset.demo
            told, warnings = of_taxpayer(told, chosen, self.taxpayer, (self.coin, self.day), demo=demo)
            self.warnings += [warning_part(each, self.lang) for each in warnings]
        return parts.Answer(
            coin=self.coin,
            date=self.day,
            asked_at=self.asked_at,
            zone=self.counting.date_zone,
            rulebook=self.rulebook,
            edition=self.edition,
            dataset=dataset_part(self.reads.dataset),
            quotations=quotations,
            venues=self._venues(candidates, verdicts, figures),
            chosen=chosen,
            corridor=corridor(chosen),
            spread=spread_part(offered),
            choice=told,
            tax=tax_part(choice.taken.rub, self.deal, self.lang) if choice.taken and self.deal else None,
            official_rates=self._rates(quotations),
            warnings=self.warnings,
        )

    def _asked(self, venues: Iterable[str]) -> list[str]:
        return [name for name in venues if not self.venue or name == self.venue]

    def _of_the_day_asked(self, rows: list[CandleRow]) -> list[CandleRow]:
        """Where the rulebook asks for UTC days, those of other venues are the ones built of hours."""
        if self.counting.trading_day != "utc" or not any(self.venues[row.venue].opens for row in rows):
            return rows
        built = {(row.venue, row.symbol): row for row in self.reads.utc_candles(self.coin, self.day)}
        result = []
        for row in rows:
            if not self.venues[row.venue].opens:
                result.append(row)
            elif utc := built.get((row.venue, row.symbol)):
                result.append(utc)
            else:
                self._caution("no_utc_day", venue=row.venue, market=row.market, rulebook=self.rulebook)
        return result

    def _in_order(
        self, rows: list[CandleRow], quotations: list[parts.Quotation], kinds: Mapping[str, str]
    ) -> tuple[list[CandleRow], list[parts.Quotation]]:
        """What may be chosen: where the order of quote kinds decides, a venue's first kind that gives rubles."""
        if self.counting.quote_order == "none":
            return rows, quotations
        best: dict[str, int] = {}
        ranks = [self.counting.quote_kinds.index(kinds[row.quote]) for row in rows]
        for row, quotation, rank in zip(rows, quotations, ranks, strict=True):
            if quotation.rub is not None:
                best[row.venue] = min(rank, best.get(row.venue, rank))
        kept = [at for at, row in enumerate(rows) if ranks[at] == best.get(row.venue)]
        return [rows[at] for at in kept], [quotations[at] for at in kept]

    def _candles(self) -> list[CandleRow]:
        """The coin's candles of the day, or the reason why there are none."""
        zone = self.counting.date_zone
        today = date_in(self.now, zone)
        if self.day > today:
            where = "Moscow" if zone == str(MOSCOW) else zone
            raise QuestionError(f"{self.day} is in the future: today is {today} in {where}")
        listed = [row for row in self.listed if not self.venue or row.venue == self.venue]
        if not listed:
            raise self._unknown_coin()
        rows = [row for row in self.reads.candles(self.coin, self.day) if not self.venue or row.venue == self.venue]
        if rows:
            return rows
        closes = {row.venue: self._hours(row.venue).closes_at for row in listed}
        if min(closes.values()) > self.now:
            raise QuestionError(f"the trading day {self.day} is not over; {available(closes)}")
        firsts = [(row.first_day, row.venue, row.market) for row in listed if row.first_day]
        if firsts and self.day < min(firsts)[0] and self.reads.covered(self.coin, min(firsts)[0] - DAY):
            first, venue, market = min(firsts)
            raise QuestionError(
                f"nobody read here published {self.coin} on {self.day}; the first close is {venue} {market} of {first}"
            )
        if not self.reads.covered(self.coin, self.day):
            command = f"oracle collect --coin {self.coin} --since {self.day} --until {self.day}"
            raise NotCollectedError(f"{self.coin} on {self.day} has not been collected; run `{command}`")
        self._caution("no_candle", coin=self.coin, day_on=str(self.day))
        return []

    @cached_property
    def missing(self) -> dict[str, list[str]]:
        """By venue, listed markets that were not read for the day."""
        return self.reads.missing_markets(self.day)

    def _hours(self, venue: str) -> TradingDay:
        return trading_day(self.day, self.venues[venue].opens)

    def _unknown_coin(self) -> OracleError:
        coins = self.reads.coins()
        if not coins:
            return NotCollectedError("no market of any coin has been collected; run `oracle collect`")
        if self.venue and self.coin in coins:
            return QuestionError(f"{self.venue} lists no market of {self.coin}; leave --venue out to ask all venues")
        if self.coin in coins:
            return QuestionError(f"no venue listed {self.coin} on {self.day} by the register; see `oracle assets`")
        near = difflib.get_close_matches(self.coin, coins, 3)
        hint = f"did you mean {', '.join(near)}?" if near else f"{len(coins)} coins are known to this dataset"
        return QuestionError(f"unknown coin {self.coin[:40]!r}; {hint}")

    def _caution(self, code: str, **figures: Figure) -> None:
        """A warning in the language of the answer."""
        self.warnings.append(warning_part(Said(code, figures), self.lang))

    def _warn(self, candles: list[CandleRow], kinds: Mapping[str, str], coin: AssetRow | None) -> None:
        if self.reads.dataset.demo:
            self._caution("demo")
        if self.edition is None:
            self._caution("no_rule", rulebook=self.rulebook, day_on=str(self.day))
        listed = [row for row in self.listed if self.venue in (None, row.venue)]
        shown = {(row.venue, row.symbol) for row in candles}
        silent = [row for row in listed if (row.venue, row.symbol) not in shown]
        closes = {row.venue: self._hours(row.venue).closes_at for row in silent}
        self.warnings += [
            warning_part(each, self.lang)
            for each in (
                *cautions.of_the_coin(self.coin, coin, candles),
                *cautions.of_the_candles(candles, kinds, self.counting.quote_kinds),
                *cautions.of_the_broken(self.reads.broken(self.day), listed),
                *cautions.of_the_missing(silent, self.missing, closes, (self.day, self.now)),
            )
        ]

    def _quotation(self, row: CandleRow, values: Mapping[tuple[str, str, str], ValueRow], kind: str) -> parts.Quotation:
        path, other = "official", None
        if kind == "stablecoin":
            path = self.counting.stablecoin_path
            other = "market" if path == "peg" else "peg"
        is_built = row.source == FROM_HOURS
        shown = f"{row.venue}-utc" if is_built else row.venue
        ways = [priced(row, way, values.get((shown, row.quote, way)), self.lang) for way in (path, other) if way]
        hours = trading_day(self.day, timedelta()) if is_built else self._hours(row.venue)
        part = quotation_part(row, hours, (ways[0], ways[1] if other else None))
        clause = self.counting.citations["quote_kinds"].clause if self.edition else ""
        return explained(part, self.coin, self.venues[row.venue].title, clause, self.lang)

    def _warn_of_the_provisional(self, taken: Candidate | None, quotations: list[parts.Quotation]) -> None:
        for each in quotations:
            if taken and (each.venue, each.symbol) == (taken.venue, taken.symbol) and not each.final:
                self._caution("provisional", venue=each.venue, market=each.market, day_on=str(self.day))

    def _venues(
        self,
        candidates: list[Candidate],
        verdicts: Mapping[str, list[VerdictRow]],
        figures: Mapping[str, VenueDayRow],
    ) -> list[parts.VenuePart]:
        return [
            venue_part(
                self.venues[name],
                figures.get(name),
                self.missing.get(name, []),
                self._verdicts(name, verdicts.get(name, [])),
                [each for each in candidates if each.venue == name],
            )
            for name in self._asked(sorted(set(figures) | {row.venue for row in self.listed}))
        ]

    def _verdicts(self, venue: str, rows: list[VerdictRow]) -> dict[str, parts.VerdictPart]:
        """Under every rulebook; a venue without any candle that day is undetermined, for nothing of it was read."""
        found = {row.rulebook: (row.in_force_from, row.verdict, row.reasons) for row in rows}
        told = {}
        for name, book in sorted(self.books.items()):
            edition = book.edition(self.day)
            if name not in found:
                nothing = not_collected(book, venue, self.day)
                found[name] = nothing.in_force_from, nothing.verdict, list(nothing.reasons)
            begins, word, reasons = found[name]
            coin = self.coin if edition and edition.per_coin else ""
            judged = Judged(name, begins, word, self.venues[venue].title, self.day, coin, reasons)
            told[name] = verdict_part(edition, judged, self.lang)
        return told

    def _rates(self, quotations: list[parts.Quotation]) -> list[parts.OfficialRatePart]:
        in_force = self.reads.rates_in_force(self.day)
        legs = [
            leg for each in quotations for leg in (*each.legs, *(each.alternative.legs if each.alternative else ()))
        ]
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
