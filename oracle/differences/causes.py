"""Why two datasets answer otherwise: what of the answers, and of what they were made of, is not the same."""

from collections.abc import Iterator

from oracle.answer import Quotation
from oracle.differences.side import Asked
from oracle.law.rulekeys import KEYS
from oracle.law.said import Figure, Said

Place = tuple[str, str]


def causes(old: Asked, new: Asked) -> list[Said]:
    """All that is found, each once; `unexplained` where nothing is."""
    found = list(_found(old, new))
    unique = [each for at, each in enumerate(found) if each not in found[:at]]
    return unique or [Said("unexplained", {})]


def _found(old: Asked, new: Asked) -> Iterator[Said]:
    if "ambiguous_name" in (old.refusal, new.refusal):
        yield Said(
            "register_changed", {"asset": old.coin, **_pair("meaning", old.refusal or None, new.refusal or None)}
        )
    yield from _by_hand(old, new)
    chosen = [(each.told.venue, each.told.market) for each in (old, new)]
    places = [(venue, market) for venue, market in chosen if venue and market]
    places += [place for venue in sorted({*old.venues} ^ {*new.venues}) for place in _places(old, new, venue)]
    is_other_choice = chosen[0] != chosen[1] or (old.by_hand is None) != (new.by_hand is None)
    for place in dict.fromkeys(places):
        yield from _quotation(old, new, place)
    judged = {*old.venues} ^ {*new.venues} | {venue for venue, _ in places}
    for venue in sorted(judged):
        yield from _verdict(old, new, venue)
    if is_other_choice and all(_offered(each, place) for each in (old, new) for place in chosen):
        yield from _choice(old, new, chosen)
    paths = [(old.quotation(*place), new.quotation(*place)) for place in places]
    if is_other_choice or old.venues != new.venues or any(a and b and a.ruble_path != b.ruble_path for a, b in paths):
        yield from _rulebook(old, new)


def _by_hand(old: Asked, new: Asked) -> Iterator[Said]:
    """What was entered by hand, or withdrawn, since; nothing where the rulebook refuses it."""
    before, after = ({each.id: each for each in side.entries} for side in (old, new))
    for id_ in sorted({*before} ^ {*after}):
        code, one = ("manual_entered", after[id_]) if id_ in after else ("manual_withdrawn", before[id_])
        at: dict[str, Figure] = {"venue": one.venue, "market": one.market, "close": one.close}
        yield Said(code, {**at, "author": one.author, "entry": one.id, "document": one.document})


def _places(old: Asked, new: Asked, venue: str) -> list[Place]:
    """Markets of a venue that could be chosen by one of them."""
    offered = [each for side in (old, new) if side.answer for each in side.answer.choice.candidates]
    return [(each.venue, each.market) for each in offered if each.venue == venue]


def _offered(side: Asked, place: tuple[str | None, str | None]) -> bool:
    offered = side.answer.choice.candidates if side.answer else []
    return any((each.venue, each.market) == place for each in offered)


def _quotation(old: Asked, new: Asked, place: Place) -> Iterator[Said]:
    """One market's quotation: its close, its way to rubles, or that only one of them has it."""
    before, after = old.quotation(*place), new.quotation(*place)
    at: dict[str, Figure] = {"venue": place[0], "market": place[1]}
    if before and after:
        if before.close != after.close:
            observations = _pair("observation", before.observation, after.observation)
            yield Said("close_revised", {**at, **_pair("close", before.close, after.close), **observations})
        yield from _way(before, after, at)
    elif before or after:
        shown = before or after
        there, other = (old, new) if before else (new, old)
        if shown and (moved := _elsewhere(other, shown, there)):
            names = (there.coin, moved) if before else (moved, there.coin)
            yield Said("register_changed", {"asset": shown.symbol, **at, **_pair("meaning", *names)})
        elif shown and not _kinds(old, new, shown):
            code = "newly_collected" if after else "no_longer_there"
            yield Said(code, {**at, "observation": shown.observation, "close": shown.close})
    for shown in (before, after):
        if shown:
            yield from _kinds(old, new, shown)


def _way(before: Quotation, after: Quotation, at: dict[str, Figure]) -> Iterator[Said]:
    """The steps to rubles, as far as they can be laid beside each other."""
    if before.ruble_path != after.ruble_path:
        yield Said("path_changed", {**at, **_pair("path", before.ruble_path, after.ruble_path)})
        return
    for one, other in zip(before.legs, after.legs, strict=False):
        if (one.of, one.into, one.by) != (other.of, other.into, other.by) or one.rate == other.rate:
            continue
        if one.by == "official_rate":
            dates = [each.effective_on.isoformat() if each.effective_on else None for each in (one, other)]
            rates = _pair("rate", one.rate, other.rate)
            yield Said("official_rate_changed", {"currency": one.of, **rates, **_pair("effective_on", *dates)})
        else:
            figures = {**_pair("close", one.rate, other.rate), **_pair("market", one.market, other.market)}
            yield Said("path_close_revised", {"asset": one.of, **figures})
    if (before.rub is None) != (after.rub is None):
        yield Said("value_changed", {**at, "asset": before.quote_asset, **_pair("quoted_rub", before.rub, after.rub)})


def _elsewhere(other: Asked, shown: Quotation, there: Asked) -> str | None:
    """As which coin's market the other dataset has this one, if as another's."""
    rows = other.reads.rows(
        """SELECT DISTINCT coin FROM market_names WHERE venue = $venue AND symbol = $symbol
           AND $day BETWEEN first_day AND last_day""",
        {"venue": shown.venue, "symbol": shown.symbol, "day": shown.trading_day.date},
    )
    return next((coin for (coin,) in rows if coin != there.coin), None)


def _kinds(old: Asked, new: Asked, shown: Quotation) -> list[Said]:
    """What the register of assets says of the coin and the quote asset."""
    found = []
    for asset in dict.fromkeys((old.coin, shown.quote_asset)):
        kinds = [row.kind if (row := each.reads.register.get(asset)) else "unclassified" for each in (old, new)]
        if kinds[0] != kinds[1]:
            found.append(Said("register_changed", {"asset": asset, **_pair("meaning", *kinds)}))
    return found


def _verdict(old: Asked, new: Asked, venue: str) -> Iterator[Said]:
    """The verdict on a venue, and its turnover where that decided."""
    before, after = old.verdict(venue), new.verdict(venue)
    if before is None or after is None or before.verdict == after.verdict:
        return
    results = {each.code: each.result for each in before.reasons}
    tests = [each.code for each in after.reasons if results.get(each.code) != each.result]
    yield Said("verdict_changed", {"venue": venue, **_pair("verdict", before.verdict, after.verdict), "tests": tests})
    turnovers = [
        next((each.figures.get("turnover_low_rub") for each in side.reasons if "floor_rub" in each.figures), None)
        for side in (before, after)
    ]
    if turnovers[0] != turnovers[1]:
        yield Said("turnover_changed", {"venue": venue, **_pair("turnover_rub", *turnovers)})


def _choice(old: Asked, new: Asked, chosen: list[tuple[str | None, str | None]]) -> Iterator[Said]:
    """Both could be chosen before and can be now, and the policy takes the other one."""
    (before, from_market), (after, to_market) = chosen
    yield Said("choice_changed", {**_pair("venue", before, after), **_pair("market", from_market, to_market)})
    for venue in sorted({str(before), str(after)}):
        turnovers = old.turnover(venue), new.turnover(venue)
        if turnovers[0] != turnovers[1]:
            yield Said("turnover_changed", {"venue": venue, **_pair("turnover_rub", *turnovers)})


def _rulebook(old: Asked, new: Asked) -> Iterator[Said]:
    before, after = old.edition, new.edition
    for key, described in KEYS.items():
        values = [getattr(each, key) if each else None for each in (before, after)]
        if values[0] != values[1]:
            told = [None if each is None else described.kind.text(each) for each in values]
            yield Said("rulebook_changed", {"key": key, **_pair("value", *told)})


def _pair(name: str, before: Figure, after: Figure) -> dict[str, Figure]:
    return {f"old_{name}": before, f"new_{name}": after}
