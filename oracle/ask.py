"""From a question to an answer, out of a published file alone."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from oracle import answer as parts
from oracle import cautions
from oracle.assemble import corridor, explained, priced, quotation_part, venue_part, verdict_part
from oracle.coin import coin_meant
from oracle.days import DAY, TradingDay, moscow_date, trading_day
from oracle.errors import NotCollectedError, OracleError, QuestionError
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.rulebook import DEFAULT_RULEBOOK
from oracle.law.valuation import product
from oracle.law.verdict import not_collected
from oracle.numbers import kopecks, plain, times
from oracle.percoin import CoinCourt
from oracle.store.reads import Reads
from oracle.store.rows import FROM_HOURS, AssetRow, CandleRow, ValueRow, VenueDayRow, VerdictRow
from oracle.words import Judged, language


@dataclass(frozen=True, slots=True)
class Question:
    """A coin on a date; `venue` narrows to one venue, `choose` names the policy of choice."""

    coin: str
    day: date
    venue: str | None = None
    rulebook: str = DEFAULT_RULEBOOK
    choose: str = "largest-turnover"
    lang: str = "en"


def ask(reads: Reads, question: Question, now: datetime) -> parts.Answer:
    """The answer; QuestionError for what cannot be asked, NotCollectedError for what was never read."""
    return _Asked(reads, question, now).answer()


class _Asked:
    """One question on its way to the answer."""

    def __init__(self, reads: Reads, question: Question, now: datetime) -> None:
        self.reads, self.now, self.day = reads, now, question.day
        self.venues = reads.venues()
        self.venue = question.venue.lower() if question.venue else None
        if self.venue and self.venue not in self.venues:
            raise QuestionError(f"unknown venue {self.venue[:40]!r}; known: {', '.join(self.venues)}")
        self.policy, self.preferred = policy_named(question.choose, tuple(self.venues))
        self.choose, self.rulebook = question.choose, question.rulebook
        self.lang, self.books = language(question.lang), reads.rulebooks()
        book = self.books.get(self.rulebook)
        if not book:
            known = ", ".join(sorted(self.books))
            raise QuestionError(
                f"unknown rulebook {self.rulebook[:40]!r}; known: {known}; after adding one run `oracle publish`"
            )
        in_force = book.edition(self.day)
        self.edition = in_force.in_force_from if in_force else None
        # Before the first edition rubles are given all the same, by its values.
        self.counting = in_force or book.editions[0]
        self.coin, self.warnings = coin_meant(reads, question.coin.upper(), self.day, self.venues)
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
        chosen = self._choose(*self._in_order(priced, quotations, kinds), verdicts)
        return parts.Answer(
            coin=self.coin,
            date=self.day,
            rulebook=self.rulebook,
            edition=self.edition,
            dataset=parts.Dataset(
                version=self.reads.dataset.version,
                published_at=self.reads.dataset.published_at,
                demo=self.reads.dataset.demo,
                as_known_at=self.reads.dataset.as_known_at,
            ),
            quotations=quotations,
            venues=self._venues(quotations, verdicts, figures),
            chosen=chosen,
            corridor=corridor(chosen),
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
        today = moscow_date(self.now)
        if self.day > today:
            raise QuestionError(f"{self.day} is in the future: today is {today} in Moscow")
        listed = [row for row in self.listed if not self.venue or row.venue == self.venue]
        if not listed:
            raise self._unknown_coin()
        rows = [row for row in self.reads.candles(self.coin, self.day) if not self.venue or row.venue == self.venue]
        if rows:
            return rows
        closes = min(self._hours(row.venue).closes_at for row in listed)
        if closes > self.now:
            raise QuestionError(
                f"the trading day {self.day} is not over; it can be collected after {closes:%Y-%m-%d %H:%M} UTC"
            )
        firsts = [(row.first_day, row.venue, row.market) for row in listed if row.first_day]
        if firsts and self.day < min(firsts)[0] and self.reads.covered(self.coin, min(firsts)[0] - DAY):
            first, venue, market = min(firsts)
            raise QuestionError(
                f"nobody read here published {self.coin} on {self.day}; the first close is {venue} {market} of {first}"
            )
        if not self.reads.covered(self.coin, self.day):
            command = f"oracle collect --coin {self.coin} --since {self.day} --until {self.day}"
            raise NotCollectedError(f"{self.coin} on {self.day} has not been collected; run `{command}`")
        self._caution("no_candle", coin=self.coin, day=self.day)
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

    def _caution(self, code: str, **figures: object) -> None:
        """A warning in the language of the answer."""
        told = {key: self.lang.day(each) if type(each) is date else each for key, each in figures.items()}
        self.warnings.append(self.lang.WARNINGS[code].format(**told))

    def _warn(self, candles: list[CandleRow], kinds: Mapping[str, str], coin: AssetRow | None) -> None:
        if self.reads.dataset.demo:
            self._caution("demo")
        if self.edition is None:
            self._caution("no_rule", rulebook=self.rulebook, day=self.day)
        listed = [row for row in self.listed if self.venue in (None, row.venue)]
        shown = {(row.venue, row.symbol) for row in candles}
        silent = [row for row in listed if (row.venue, row.symbol) not in shown]
        closes = {row.venue: self._hours(row.venue).closes_at for row in silent}
        for code, figures in (
            *cautions.of_the_coin(self.coin, coin, candles),
            *cautions.of_the_candles(candles, kinds, self.counting.quote_kinds),
            *cautions.of_the_broken(self.reads.broken(self.day), listed),
            *cautions.of_the_missing(silent, self.missing, closes, (self.day, self.now)),
        ):
            self._caution(code, **figures)

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

    def _choose(
        self, rows: list[CandleRow], quotations: list[parts.Quotation], verdicts: Mapping[str, list[VerdictRow]]
    ) -> parts.Chosen | None:
        judged = {row.venue: row for rows in verdicts.values() for row in rows if row.rulebook == self.rulebook}
        candidates = []
        for row, quotation in zip(rows, quotations, strict=True):
            verdict = judged.get(row.venue)
            if verdict is None or verdict.verdict != "eligible" or quotation.rub is None:
                continue
            per_quote = product(quotation.path())
            candidates.append(
                Candidate(
                    row.venue,
                    row.symbol,
                    Decimal(quotation.rub),
                    times(row.turnover_low, per_quote),
                    verdict.turnover_rub_low,
                )
            )
        taken = choose(self.policy, self.preferred, candidates)
        if taken is None:
            return None
        quotation = next(each for each in quotations if (each.venue, each.symbol) == (taken.venue, taken.market))
        if not quotation.final:
            self._caution("provisional", venue=quotation.venue, market=quotation.market, day=self.day)
        return parts.Chosen(
            policy=self.choose,
            venue=taken.venue,
            market=quotation.market,
            rub=plain(taken.rub),
            rub_kopecks=str(kopecks(taken.rub)),
        )

    def _venues(
        self,
        quotations: list[parts.Quotation],
        verdicts: Mapping[str, list[VerdictRow]],
        figures: Mapping[str, VenueDayRow],
    ) -> list[parts.VenuePart]:
        return [
            venue_part(
                self.venues[name],
                figures.get(name),
                self.missing.get(name, []),
                self._verdicts(name, verdicts.get(name, [])),
                [Decimal(each.rub) for each in quotations if each.venue == name and each.rub],
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
