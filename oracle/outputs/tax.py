"""What follows for a quantity, as lines of text for people."""

from decimal import Decimal

from oracle.answer import Answer
from oracle.words import Language


def tax_lines(answer: Answer, lang: Language) -> list[str]:
    """One line per figure with the day that counts for it; none where no quantity was asked about."""
    tax, say = answer.tax, lang.LABELS
    if tax is None:
        return []
    value = lang.rubles(Decimal(tax.market_value_rub_kopecks))
    told = [say["worth"].format(quantity=lang.number(tax.quantity), coin=answer.coin, rub=value)]
    told += [
        say[word].format(rub=lang.rubles(Decimal(each)))
        for word, each in (("paid", tax.paid), ("sold", tax.sold))
        if each
    ]
    lines = ["", say["quantity"].format(deal=", ".join(told), exact=lang.number(tax.market_value_rub))]
    wide = max(len(text) for text in (say["rounding"], *(lang.TAX[each.use] for each in tax.lines)))
    for each in tax.lines:
        taxed = say["taxed"].format(rub=lang.rubles(Decimal(each.rub_kopecks)), how=each.text)
        lines.append(f"  {lang.TAX[each.use]:<{wide}} {taxed}")
        lines.append(f"  {'':<{wide}} {say['counts'].format(day=each.date_that_counts, exact=lang.number(each.rub))}")
    return [*lines, f"  {say['rounding']:<{wide}} {tax.rounding}"]
