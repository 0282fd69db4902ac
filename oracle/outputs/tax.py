"""What follows for a quantity, as lines of text for people."""

from decimal import Decimal

from oracle.answer import Answer
from oracle.numbers import grouped


def tax_lines(answer: Answer) -> list[str]:
    """One line per figure with the day that counts for it; none where no quantity was asked about."""
    tax = answer.tax
    if tax is None:
        return []
    actual = [
        f"{word} {grouped(Decimal(each))} RUB" for word, each in (("paid", tax.paid), ("sold for", tax.sold)) if each
    ]
    value = f"{tax.quantity} {answer.coin} = {grouped(Decimal(tax.market_value_rub_kopecks))} RUB"
    lines = ["", f"For {', '.join([value, *actual])} (exact: {tax.market_value_rub})"]
    for each in tax.lines:
        lines.append(f"  {each.use.replace('_', ' '):<16} {grouped(Decimal(each.rub_kopecks))} RUB: {each.text}")
        lines.append(f"  {'':<16} counts: {each.date_that_counts}; exact {each.rub}")
    return [*lines, f"  rounding         {tax.rounding}"]
