"""What follows for a quantity from the quotation that was chosen, as a part of the answer."""

import re
from dataclasses import dataclass
from decimal import Decimal

from oracle.answer_tax import Tax, TaxLine
from oracle.errors import QuestionError
from oracle.law.tax import lines, market_value
from oracle.numbers import kopecks, plain
from oracle.words import Language

# Wide enough for every coin's smallest unit and every supply, narrow enough that all products stay exact.
_AMOUNT = re.compile(r"\d{1,18}(\.\d{1,18})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deal:
    """A quantity, and the rubles for which all of it was bought or sold, as far as they were told."""

    quantity: Decimal
    paid: Decimal | None = None
    sold: Decimal | None = None


def deal(quantity: str | None, paid: str | None, sold: str | None) -> Deal | None:
    """What the asker told; QuestionError names the option and what to write."""
    if quantity is None:
        if paid is not None or sold is not None:
            raise QuestionError("--paid and --sold are rubles for a quantity; tell it with --quantity")
        return None
    amount = _amount("--quantity", quantity)
    if not amount:
        raise QuestionError("--quantity is zero; tell how many coins there were")
    rubles = {
        name: None if text is None else _amount(name, text) for name, text in (("--paid", paid), ("--sold", sold))
    }
    return Deal(amount, rubles["--paid"], rubles["--sold"])


def _amount(option: str, text: str) -> Decimal:
    if _AMOUNT.fullmatch(text):
        return Decimal(text)
    hint = "write a number such as 0.5, with at most 18 digits on either side of the point"
    if "," in text or " " in text:
        hint = "write a decimal point and no spaces, for example 1250.50"
    elif text.startswith("-"):
        hint = "a negative amount was neither bought nor sold; write it without the sign"
    raise QuestionError(f"{option} {text[:40]!r} is no amount: {hint}")


def tax_part(rub: Decimal, asked: Deal, lang: Language) -> Tax:
    """The figures for the quantity at a quotation of `rub` rubles."""
    value = market_value(rub, asked.quantity)
    return Tax(
        quantity=plain(asked.quantity),
        paid=None if asked.paid is None else plain(asked.paid),
        sold=None if asked.sold is None else plain(asked.sold),
        quotation_rub=plain(rub),
        market_value_rub=plain(value.rub),
        market_value_rub_kopecks=str(kopecks(value.rub)),
        rounding=lang.TAX["rounding"],
        lines=[
            TaxLine(
                use=each.use,
                rub=plain(each.amount.rub),
                rub_kopecks=str(each.amount.kopecks),
                code=each.how,
                text=lang.TAX[each.how],
                held=each.held,
                day=each.day,
                date_that_counts=lang.TAX[each.day],
            )
            for each in lines(rub, asked.quantity, asked.paid, asked.sold)
        ],
    )
