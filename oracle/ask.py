"""From a question to an answer, out of a published file alone."""

import difflib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from oracle import answer as parts
from oracle.assemble import corridor, dataset_part, priced, venue_part
from oracle.choosing import choice_part, chosen_part, eligible, of_taxpayer, priced_candidates, spread_part
from oracle.coin import coin_meant
from oracle.days import DAY, MOSCOW, TradingDay, available, moscow_date, trading_day
from oracle.errors import NotCollectedError, OracleError, QuestionError
from oracle.law.choice import Candidate, choose, policy_named
from oracle.law.rulebook import DEFAULT_RULEBOOK
from oracle.law.taxpayer import Standing
from oracle.law.verdict import Reason, Result, no_rule_before
from oracle.numbers import plain
from oracle.store.reads import Reads
from oracle.store.rows import AssetRow, CandleRow, ValueRow, VerdictRow
from oracle.taxed import Deal, tax_part

_FIRST_YEAR = 2009


@dataclass(frozen=True, slots=True)
class Question:
    """A coin on a date; `venue` narrows to one venue, `choose` names the policy, unless a `taxpayer` has one.

    `asked_at`: the instant of which `day` is the date in Moscow, if an instant was asked for.
    """

    coin: str
    day: date
    venue: str | None = None
    rulebook: str = DEFAULT_RULEBOOK
    choose: str = "largest-turnover"
    taxpayer: Standing | None = None
    asked_at: datetime | None = None
    deal: Deal | None = None


def ask(reads: Reads, question: Question, now: datetime) -> parts.Answer:
    """The answer; QuestionError for what cannot be asked, NotCollectedError for what was never read."""
    return _Asked(reads, question, now).answer()


class _Asked:
    """One question on its way to the answer."""

    def __init__(self, reads: Reads, question: Question, now: datetime) -> None:
        self.reads, self.now, self.day, self.asked_at = reads, now, question.day, question.asked_at
        self.venues = reads.venues()
        self.venue = question.venue.lower() if question.venue else None
        if self.venue and self.venue not in self.venues:
            raise QuestionError(f"unknown venue {self.venue[:40]!r}; known: {', '.join(self.venues)}")
        self.taxpayer, self.rulebook, self.deal = question.taxpayer, question.rulebook, question.deal
        named = policy_named(question.choose, tuple(self.venues))
        self.policy = self.taxpayer.taxpayer.on(self.day).policy if self.taxpayer else named
        self.editions = reads.editions()
        editions = [each for each in self.editions if each.rulebook == self.rulebook]
        if not editions:
            known = ", ".join(sorted({each.rulebook for each in self.editions}))
            raise QuestionError(
                f"unknown rulebook {self.rulebook[:40]!r}; known: {known}; after adding one run `oracle publish`"
            )
        in_force = [each for each in editions if each.in_force_from <= self.day]
        self.edition = in_force[-1].in_force_from if in_force else None
        counting = in_force[-1] if in_force else editions[0]
        self.stablecoin_path, self.quote_kinds = counting.stablecoin_path, counting.quote_kinds.split(", ")
        self.coin, self.warnings = coin_meant(reads, question.coin.upper(), self.day, self.venues)
        self.listed = reads.markets_of(self.coin, self.day)

    def answer(self) -> parts.Answer:
        candles = self._candles()
        registered = self.reads.assets(sorted({self.coin} | {row.quote for row in candles}))
        kinds = {code: row.kind for code, row in registered.items()}
        self._warn(candles, kinds, registered.get(self.coin))
        self._warn_of_the_missing(candles)
        values = {(row.venue, row.asset, row.path): row for row in self.reads.values(self.day)}
        priced = [row for row in candles if kinds.get(row.quote) in self.quote_kinds]
        quotations = [self._quotation(row, values, kinds[row.quote]) for row in priced]
        verdicts: dict[str, list[VerdictRow]] = {}
        for row in self.reads.verdicts(self.day):
            verdicts.setdefault(row.venue, []).append(row)
        judged = {row.venue: row for rows in verdicts.values() for row in rows if row.rulebook == self.rulebook}
        candidates = priced_candidates(priced, quotations, judged)
        offered = eligible(candidates, judged)
        choice = choose(self.policy, offered)
        self._warn_of_the_provisional(choice.taken, quotations)
        chosen = chosen_part(self.policy, choice.taken)
        told = choice_part(self.policy, choice, offered)
        if self.taxpayer:
            demo = self.reads.dataset.demo
            told, warnings = of_taxpayer(told, chosen, self.taxpayer, (self.coin, self.day), demo=demo)
            self.warnings += warnings
        return parts.Answer(
            coin=self.coin,
            date=self.day,
            asked_at=self.asked_at,
            zone=str(MOSCOW),
            rulebook=self.rulebook,
            edition=self.edition,
            dataset=dataset_part(self.reads.dataset),
            quotations=quotations,
            venues=self._venues(candidates, verdicts),
            chosen=chosen,
            corridor=corridor(chosen),
            spread=spread_part(offered),
            choice=told,
            tax=tax_part(choice.taken.rub, self.deal) if choice.taken and self.deal else None,
            official_rates=self._rates(quotations),
            warnings=self.warnings,
        )

    def _candles(self) -> list[CandleRow]:
        """The coin's candles of the day, or the reason why there are none."""
        today = moscow_date(self.now)
        if self.day > today:
            raise QuestionError(f"{self.day} is in the future: today is {today} in Moscow")
        if self.day.year < _FIRST_YEAR:
            raise QuestionError(f"{self.day} is before {_FIRST_YEAR}, when no coin existed")
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
        self.warnings.append(f"no market of {self.coin} shows a candle on {self.day}: no deals that day, or a gap")
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

    def _warn(self, candles: list[CandleRow], kinds: Mapping[str, str], coin: AssetRow | None) -> None:
        if self.reads.dataset.demo:
            self.warnings.append("DEMO: the dataset holds invented prices; nothing here is a quotation")
        if self.edition is None:
            self.warnings.append(f"no rule of {self.rulebook} was in force on {self.day}: rubles are given, no verdict")
        self._warn_of_the_coin(candles, coin)
        for row in candles:
            if kinds.get(row.quote) not in self.quote_kinds:
                self.warnings.append(
                    f"left out: {row.venue} {row.market}: a price in {row.quote} is no price in a foreign currency"
                )
            if row.source.startswith("user file"):
                self.warnings.append(f"not told by {row.venue} itself: {row.market} is from a {row.source}")
        names = {(row.venue, row.symbol): row.market for row in self.listed}
        for broken in self.reads.broken(self.day):
            market = names.get((broken.venue, broken.symbol))
            if market and self.venue in (None, broken.venue):
                told = f"not used: {broken.venue} {market}: its row of the day broke the check {broken.reason}"
                self.warnings.append(told)

    def _warn_of_the_coin(self, candles: list[CandleRow], coin: AssetRow | None) -> None:
        """What the register says of it, or that it says nothing."""
        kind = coin.kind if coin else "unclassified"
        if coin is None:
            self.warnings.append(f"{self.coin} is not in the asset register: whether it is digital currency is open")
            if len({row.venue for row in candles}) > 1:
                self.warnings.append(f"whether all venues mean the same coin by {self.coin} was not established")
        elif kind == "unclassified":
            self.warnings.append(f"{self.coin} is registered, but whether it is digital currency was not examined")
        elif kind != "digital_currency":
            doubt = "probably no digital currency by 259-FZ: the rule may not reach it"
            self.warnings.append(f"{self.coin} is registered as {kind}, {doubt}")
        if coin and coin.units_of:
            self.warnings.append(f"{self.coin} is a lot of {coin.units} {coin.units_of}: prices are for the lot")

    def _warn_of_the_missing(self, candles: list[CandleRow]) -> None:
        """Markets of the coin that the answer lacks, though nobody said that they had no deals."""
        shown = {(row.venue, row.symbol) for row in candles}
        for row in self.listed:
            if (row.venue, row.symbol) in shown or self.venue not in (None, row.venue):
                continue
            closes = self._hours(row.venue).closes_at
            if closes > self.now:
                self.warnings.append(f"not over: {row.venue} {row.market}: its day ends {closes:%Y-%m-%d %H:%M} UTC")
            elif row.symbol in self.missing.get(row.venue, []):
                self.warnings.append(f"not collected: {row.venue} {row.market} on {self.day}")

    def _quotation(self, row: CandleRow, values: Mapping[tuple[str, str, str], ValueRow], kind: str) -> parts.Quotation:
        path, other = ("official" if kind == "fiat" else "cross"), None
        if kind == "stablecoin":
            path, other = self.stablecoin_path, "market" if self.stablecoin_path == "peg" else "peg"
        main = priced(row, path, values.get((row.venue, row.quote, path)))
        hours = self._hours(row.venue)
        return parts.Quotation(
            venue=row.venue,
            market=row.market,
            symbol=row.symbol,
            trading_day=parts.Hours(date=hours.day, opens_at=hours.opens_at, closes_at=hours.closes_at),
            close=plain(row.close),
            close_as_received=row.close_literal,
            quote_asset=row.quote,
            **main.model_dump(),
            alternative=priced(row, other, values.get((row.venue, row.quote, other))) if other else None,
            base_volume=row.base_volume_literal,
            turnover_quote=row.turnover_literal,
            final=row.final,
            known_from=row.known_from.astimezone(UTC),
            observation=row.observation,
            source=row.source,
        )

    def _warn_of_the_provisional(self, taken: Candidate | None, quotations: list[parts.Quotation]) -> None:
        for each in quotations:
            if taken and (each.venue, each.symbol) == (taken.venue, taken.symbol) and not each.final:
                told = f"{each.venue} {each.market} of {self.day}"
                self.warnings.append(f"provisional: {told} awaits a second reading, which may change it")

    def _venues(self, candidates: list[Candidate], verdicts: Mapping[str, list[VerdictRow]]) -> list[parts.VenuePart]:
        figures = self.reads.venue_days(self.day)
        names = sorted(set(figures) | {row.venue for row in self.listed})
        return [
            venue_part(
                self.venues[name],
                figures.get(name),
                self.missing.get(name, []),
                self._verdicts(name, verdicts.get(name, [])),
                [each for each in candidates if each.venue == name],
            )
            for name in names
            if not self.venue or name == self.venue
        ]

    def _verdicts(self, venue: str, rows: list[VerdictRow]) -> dict[str, parts.VerdictPart]:
        """Under every rulebook; a venue without any candle that day is undetermined, for nothing of it was read."""
        found = {
            row.rulebook: parts.VerdictPart(
                verdict=row.verdict,
                in_force_from=row.in_force_from,
                reasons=[parts.Reason(**reason) for reason in row.reasons],
            )
            for row in rows
        }
        for name in sorted({each.rulebook for each in self.editions} - set(found)):
            begins = [each.in_force_from for each in self.editions if each.rulebook == name]
            in_force = max((each for each in begins if each <= self.day), default=None)
            text = f"no candle of any market of {venue} on {self.day} was collected"
            reason = Reason("not_collected", Result.OPEN, text, "") if in_force else no_rule_before(min(begins))
            found[name] = parts.VerdictPart(
                verdict="undetermined" if in_force else "no_rule_in_force",
                in_force_from=in_force,
                reasons=[parts.Reason(**asdict(reason))],
            )
        return found

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
