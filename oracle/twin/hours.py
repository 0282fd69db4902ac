"""The 24 hours of a day, made so that they add up to it: its prices on their way, its volume and turnover in parts."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

from oracle.twin.table import Row

# Hundredths of the day's amounts that fall into each hour: 20 x 4 + 4 x 5. Hundredths divide without a remainder.
_SHARES = [5 if hour % 6 == 0 else 4 for hour in range(24)]
_HIGHEST, _LOWEST = 5, 17  # the hours that reach the day's high and its low
_WIDE = Context(prec=80)


def hours_of(row: Row) -> list[Row]:
    """The day's hours, oldest first; `hour` counts from the day's opening."""
    prices = (row.open, row.high, row.low, row.close)
    places = max(len(text.partition(".")[2]) for text in prices)
    opened, high, low, closed = (int(Decimal(text).scaleb(places, _WIDE)) for text in prices)
    way = [(opened * (24 - at) + closed * at) // 24 for at in range(25)]
    texts = [_text(units, places) for units in way]
    # Every hour has the day's mean price, which must lie between its low and its high.
    above, below = (min(max(each, low), high) for each in _mean(row, places, opened))
    highs = [_text(max(*way[at : at + 2], above), places) for at in range(24)]
    lows = [_text(min(*way[at : at + 2], below), places) for at in range(24)]
    highs[_HIGHEST], lows[_LOWEST] = row.high, row.low
    volumes = {share: _part(row.base_volume, share) for share in (4, 5)}
    turnovers = {share: None if row.turnover is None else _part(row.turnover, share) for share in (4, 5)}
    trades = row.trades // 24
    return [
        Row(
            row.day,
            texts[hour],
            highs[hour],
            lows[hour],
            texts[hour + 1],
            volumes[share],
            turnovers[share],
            trades,
            hour=hour,
        )
        for hour, share in enumerate(_SHARES)
    ]


def _mean(row: Row, places: int, else_: int) -> tuple[int, int]:
    """The mean price in units of the last place, rounded up and down; without deals, the opening price."""
    if row.turnover is None or not Decimal(row.base_volume):
        return else_, else_
    mean = _WIDE.divide(Decimal(row.turnover), Decimal(row.base_volume)).scaleb(places, _WIDE)
    return int(mean.to_integral_value(ROUND_CEILING)), int(mean.to_integral_value(ROUND_FLOOR))


def _part(amount: str, share: int) -> str:
    return format(_WIDE.multiply(Decimal(amount), share).scaleb(-2, _WIDE), "f")


def _text(units: int, places: int) -> str:
    digits = str(units).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits
