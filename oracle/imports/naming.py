"""Which of a venue's markets a file is about: told by the venue's own list or by the user, never guessed."""

import re
from collections.abc import Iterable

from oracle.errors import QuestionError
from oracle.imports.formats import Format
from oracle.terms import Market
from oracle.venues.venue import Venue

_CODE = re.compile(r"[^\W_]{1,30}")


class Directory:
    """The markets of one venue: `known` from its list and from earlier imports, `given` by the user."""

    def __init__(self, venue: Venue, known: Iterable[Market], given: Iterable[Market] = ()) -> None:
        self._venue = venue
        self._known = {market.symbol: market for market in known}
        self._given = {market.symbol: self._agreed(market) for market in given}
        self._listed = any(market.state != "imported" for market in self._known.values())

    def of_file(self, form: Format, name: str) -> Market:
        """The market that files of `form` call `name`."""
        if form.name == "kraken-ohlcvt" and not self._listed:
            raise QuestionError(
                "kraken names its markets otherwise than its files, and its market list has not been read; run "
                "`oracle collect --venue kraken --coin BTC` first: that reads it"
            )
        markets = {**self._given, **self._known}.values()
        found = [each for each in markets if form.called(each) == name] or [
            each for each in markets if each.symbol == name
        ]
        if len(found) == 1:
            return found[0]
        if found:
            told = ", ".join(f"{each.symbol} {each.name}" for each in found)
            raise QuestionError(f"{name} may be {told}; import it with `csv`, naming the market")
        raise QuestionError(
            f"{name[:40]} is in no market list of {self._venue.name} that was read; name it: "
            f"--market {name[:40]}=BASE/QUOTE"
        )

    def of_pair(self, base: str, quote: str, symbol: str | None) -> Market:
        """The market BASE/QUOTE, by the venue's own name where the list has it."""
        named = [each for each in self._known.values() if (each.base, each.quote) == (base, quote)]
        if symbol is not None:
            return self._agreed(Market(self._venue.name, symbol, base, quote, "imported"))
        if len(named) == 1:
            return named[0]
        what = "lists it under several names" if named else "shows it in no list that was read"
        raise QuestionError(f"{self._venue.name} {what}: {base}/{quote}; give the venue's own name with --symbol")

    def _agreed(self, market: Market) -> Market:
        """A market that the user names, unless the venue says otherwise."""
        known = self._known.get(market.symbol)
        if known and (known.base, known.quote) != (market.base, market.quote):
            raise QuestionError(
                f"{market.symbol} is {known.name} on {self._venue.name}, not {market.name}; leave --market out"
            )
        twin = [each for each in self._known.values() if each.name == market.name and each.symbol != market.symbol]
        if known is None and twin and any(each.state != "imported" for each in twin):
            raise QuestionError(
                f"{self._venue.name} lists {market.name} as {twin[0].symbol}, not as {market.symbol}; "
                "a second name would count its turnover twice"
            )
        return known or market


def pair_named(text: str) -> tuple[str, str]:
    """BASE and QUOTE of BTC/USDT."""
    base, slash, quote = text.upper().partition("/")
    if not slash or not _CODE.fullmatch(base) or not _CODE.fullmatch(quote) or base == quote:
        raise QuestionError(f"--market {text[:60]!r} is no market; write BASE/QUOTE, for example BTC/USDT")
    return base, quote


def market_named(venue: str, text: str) -> Market:
    """The market of `BTCUSDT=BTC/USDT`."""
    symbol, equals, pair = text.partition("=")
    if not equals:
        raise QuestionError(f"--market {text[:60]!r}: write NAME=BASE/QUOTE, for example BTCUSDT=BTC/USDT")
    base, quote = pair_named(pair)
    return Market(venue, symbol_named(symbol), base, quote, "imported")


def symbol_named(text: str) -> str:
    """A venue's own name of a market, as it may stand in its list."""
    if not text or len(text) > 60 or not text.isprintable() or any(each.isspace() for each in text):  # noqa: PLR2004
        raise QuestionError(f"{text[:60]!r} is no name of a market; write it as the venue does, for example BTCUSDT")
    return text
