"""Which observations answers rest on: of their days everything, of the years before what shows publication."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oracle.days import DAY, Span, merged, missing, years_before
from oracle.evidence.gist import Gist
from oracle.evidence.layout import Publication, Shown
from oracle.law.coverage import MarketCoverage, missing_markets
from oracle.law.rulebook import Rulebook
from oracle.store.coin_reads import Markets
from oracle.store.reads import Reads
from oracle.store.resting import DayAsked, Key, Resting, Run, Window
from oracle.venues import VENUES


@dataclass(frozen=True, slots=True)
class Wanted:
    """By archive batch what is wanted of it; of each venue how it is known that quotations were public.

    Whether an observation is only of a market without a quotation, for its turnover, is told by its key; `days`: by
    venue, the days of which it tells.
    """

    batches: dict[str, dict[Key, bool]]
    publications: list[Publication]
    days: dict[str, set[date]]


def wanted(
    published: Reads, told: Reads, answers: Sequence[Gist], known_at: datetime, *, everything: bool = False
) -> Wanted:
    """What the answers rest on of what `published` had taken in by `known_at`; `told`: the file that answered.

    `everything`: whatever is known of their venues in the years before, where less gives another answer.
    """
    books = list(told.rulebooks().values())
    days = sorted({(venue, answer.date) for answer in answers for venue in answer.venues})
    coins = sorted({(answer.coin, answer.date) for answer in answers})
    asked = [
        DayAsked(venue, day, day, VENUES[venue].page_days, VENUES[venue].opens_proven)
        for venue, day in days
        if venue in VENUES
    ]
    utc = any(each.trading_day == "utc" for book in books for each in book.editions)
    with Resting(published, known_at, asked, coins, utc=utc) as resting:
        windows = windows_of(answers, books)
        publications = _publications(resting, told, windows)
        if everything and windows:
            whole = Span(min(each.first for each in windows), max(each.last for each in windows) + DAY)
            resting.want_all({each.venue for each in windows}, whole)
        return Wanted(_for_turnover(resting.by_batch(), answers), publications, _by_venue(days))


def _for_turnover(batches: dict[str, dict[Key, bool]], answers: Sequence[Gist]) -> dict[str, dict[Key, bool]]:
    """Pages of the coins' own markets, and of those by which stablecoins were valued, are not for turnover alone."""
    is_quoted = quoted_in(answers)
    return {
        batch: {key: told and not is_quoted(key.source, key.subject) for key, told in keys.items()}
        for batch, keys in batches.items()
    }


def quoted_in(answers: Iterable[Gist]) -> Callable[[str, str], bool]:
    """Whether answers rest on a close of the venue's market of that symbol."""
    told = list(answers)
    quoted = {market for answer in told for market in answer.quoted}
    names = {name.replace("/", "") for answer in told for name in answer.legs}

    def is_quoted(venue: str, symbol: str) -> bool:
        return (venue, symbol) in quoted or "".join(filter(str.isalnum, symbol)).upper() in names

    return is_quoted


def _by_venue(days: Iterable[tuple[str, date]]) -> dict[str, set[date]]:
    result: defaultdict[str, set[date]] = defaultdict(set)
    for venue, day in days:
        result[venue].add(day)
    return result


def windows_of(answers: Iterable[Gist], books: Sequence[Rulebook]) -> list[Window]:
    """The years before each day, of each venue that is told of, and of each coin there if a rulebook is by coins."""
    years = max(each.publication_years for book in books for each in book.editions)
    by_coin = any(each.per_coin for book in books for each in book.editions)
    days: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for answer in answers:
        for venue in answer.venues:
            if venue in VENUES:
                days[venue, ""].append(answer.date)
                if by_coin:
                    days[venue, answer.coin].append(answer.date)
    return [
        Window(venue, coin, years_before(min(found), years), max(found) - DAY)
        for (venue, coin), found in sorted(days.items())
    ]


def _publications(resting: Resting, told: Reads, windows: list[Window]) -> list[Publication]:
    # Where only openings tell when a venue's day opens, days after the question count for that as well.
    extents = [each if VENUES[each.venue].opens_proven else each._replace(last=date.max) for each in windows]
    published = resting.published(extents)
    runs: defaultdict[tuple[str, str], list[Run]] = defaultdict(list)
    for run in resting.runs():
        runs[run.venue, run.coin].append(run)
    more = list(resting.first_shown())
    markets: dict[str, Markets] = {}
    result = []
    for window in windows:
        key = window.venue, window.coin
        found = published.get(key, set())
        taken = covering(runs[key], found)
        more += [run.n for run in taken]
        gaps = gaps_in(Span(window.first, window.last), found)
        if gaps:
            if window.coin not in markets:
                markets[window.coin] = told.of_coin(window.coin or None).markets()
            _want_gaps(resting, window, gaps, markets[window.coin].get(window.venue, []))
        if not window.coin:
            last = window.last
            shown = [
                Shown(run.symbol, run.first, min(run.last, last), run.observation) for run in taken if run.first <= last
            ]
            spans = [(gap.first, gap.last) for gap in gaps]
            result.append(Publication(window.venue, window.first, window.last, shown, spans, []))
    resting.want(more)
    return result


def gaps_in(window: Span, days: set[date]) -> list[Span]:
    """The days of the window that are not among these."""
    return missing(window, merged(Span(day, day) for day in days)) if window.first <= window.last else []


def _want_gaps(resting: Resting, window: Window, gaps: list[Span], markets: list[MarketCoverage]) -> None:
    """What makes gaps conclusive, where every market was asked about them; of others nothing is known."""
    if not markets:
        return
    counts = missing_markets(markets, Span(window.first, window.last))
    silent = [day for gap in gaps for day in gap.days() if not counts[day]]
    for span in merged(Span(day, day) for day in silent):
        resting.want_silent(window, span, VENUES[window.venue].page_days)


def covering(runs: Iterable[Run], days: set[date]) -> list[Run]:
    """Few runs that hold all of the days that any of them holds, oldest first: each reaches as far as one can."""
    ordered = sorted(runs, key=lambda run: (run.first, run.last, run.symbol, run.n))
    firsts = [run.first for run in ordered]
    # Of the runs that begin no later, the one that reaches furthest.
    furthest: list[Run] = []
    for run in ordered:
        furthest.append(run if not furthest or run.last > furthest[-1].last else furthest[-1])
    result: list[Run] = []
    reached = date.min
    for day in sorted(days):
        if day <= reached:
            continue
        at = bisect_right(firsts, day)
        if at and furthest[at - 1].last >= day:
            result.append(furthest[at - 1])
            reached = furthest[at - 1].last
    return result
