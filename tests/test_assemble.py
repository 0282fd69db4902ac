"""Parts of an answer made of published rows."""

from datetime import timedelta
from decimal import Decimal

from oracle.assemble import venue_part
from oracle.store.rows import VenueDayRow, VenueRow


def test_the_share_of_published_days_is_cut_not_rounded_up() -> None:
    """1,085 of 1,096 days are 98.9963 percent, which is not shown as 99; all of them are 1."""
    shares = []
    for published in (1085, 1095, 1096):
        row = VenueDayRow("okx", None, Decimal(1), None, Decimal(1), 1, "", None, published, 1096)
        shares.append(venue_part(VenueRow("okx", "OKX", timedelta()), row, [], {}, []).coverage)
    assert shares == ["0.9899", "0.9990", "1.0000"]


def test_a_venue_of_which_nothing_is_known_has_no_figures() -> None:
    """Nothing read is null everywhere, never a zero turnover."""
    part = venue_part(VenueRow("okx", "OKX", timedelta()), None, ["BTC-USDT"], {}, [])
    assert (part.turnover_rub, part.turnover_rub_low, part.coverage, part.lowest_rub) == (None, None, None, None)
    assert part.missing_markets == ["BTC-USDT"]
