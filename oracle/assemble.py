"""Rows of a published file as parts of an answer: plain functions, no decisions."""

from decimal import Decimal

from oracle import answer as parts
from oracle.choosing import figure
from oracle.law import tax
from oracle.law.choice import Candidate, preferred
from oracle.law.spread import extremes
from oracle.law.valuation import legs_of, product
from oracle.numbers import kopecks, plain, times
from oracle.store.rows import CandleRow, DatasetRow, ValueRow, VenueDayRow, VenueRow


def dataset_part(row: DatasetRow) -> parts.Dataset:
    """The published version that answers."""
    return parts.Dataset(version=row.version, published_at=row.published_at, demo=row.demo, as_known_at=row.as_known_at)


def priced(row: CandleRow, path: str, value: ValueRow | None) -> parts.Alternative:
    """A close in rubles by one path, or the reason why there are none."""
    if value is None or value.reason is not None:
        reason = value.reason if value and value.reason else f"{row.quote} has no ruble value that day"
        return parts.Alternative(ruble_path=path, rub=None, rub_kopecks=None, legs=[], reason=reason)
    legs = legs_of(value.legs)
    rub = times(row.close, product(legs))
    steps = [
        parts.Step(
            of=leg.of,
            into=leg.into,
            by=leg.by,
            rate=plain(leg.rate),
            effective_on=leg.effective_on,
            market=leg.market,
        )
        for leg in legs
    ]
    return parts.Alternative(ruble_path=path, rub=plain(rub), rub_kopecks=str(kopecks(rub)), legs=steps)


def venue_part(
    venue: VenueRow,
    figures: VenueDayRow | None,
    missing: list[str],
    verdicts: dict[str, parts.VerdictPart],
    priced: list[Candidate],
) -> parts.VenuePart:
    """One venue of the answer; `priced` are its quotations in rubles."""

    def text(number: Decimal | None) -> str | None:
        return None if number is None else plain(number)

    lowest, highest = extremes(priced) if priced else (None, None)
    return parts.VenuePart(
        venue=venue.venue,
        title=venue.title,
        verdicts=verdicts,
        turnover_rub=text(figures and figures.turnover_rub),
        turnover_rub_low=text(figures and figures.turnover_rub_low),
        turnover_rub_high=text(figures and figures.turnover_rub_high),
        turnover_rub_all_bases_low=text(figures and figures.turnover_rub_all_bases_low),
        counted_markets=figures.counted_markets if figures else 0,
        missing_markets=missing,
        unpriced_quote_assets=figures.unpriced.split(",") if figures and figures.unpriced else [],
        published_since=figures.published_since if figures else None,
        coverage=_share(figures),
        lowest_rub=plain(lowest.rub) if lowest else None,
        preferred=figure(preferred(priced)) if priced else None,
        lowest=figure(lowest) if lowest else None,
        highest=figure(highest) if highest else None,
    )


def _share(figures: VenueDayRow | None) -> str | None:
    if figures is None or not figures.window_days:
        return None
    share = Decimal(figures.published_days) / figures.window_days
    return str(share.quantize(Decimal("0.0001"), "ROUND_DOWN"))


def corridor(chosen: parts.Chosen | None) -> parts.Corridor | None:
    """20 % either side of the choice."""
    if chosen is None:
        return None
    around = tax.corridor(Decimal(chosen.rub))
    return parts.Corridor(
        floor_80=plain(around.floor.rub),
        floor_80_kopecks=str(around.floor.kopecks),
        cap_120=plain(around.cap.rub),
        cap_120_kopecks=str(around.cap.kopecks),
    )
