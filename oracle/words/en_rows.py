"""English: why a row of a ledger has no quotation."""

WORDS = {
    "quoted_manual": "entered by hand by {note}, told by no venue; the rulebook allows it",
    "no_qualifying_venue": "no venue has an eligible quotation of {asset} on {day}",
    "policy": "the policy {note} names no venue with an eligible quotation of {asset} on {day}",
    "undetermined": "no eligible quotation of {asset} on {day}, and the verdict is open on: {note}",
    "not_collected": "{asset} on {day} has not been collected",
    "not_final": "the trading day {day} is not over",
    "unknown_coin": "no venue read here listed {asset} on {day}",
    "ambiguous_name": "{note}; ask for one of them by its code",
    "before_listing": "nobody read here published {asset} on {day} yet",
    "no_rule_in_force": "no edition of {rulebook} is in force on {day}",
    "no_policy": "the taxpayer's policy begins after {day}",
    "row": "{note}",
    "coin": "coin: expected 1 to 60 characters, none of them a control character",
    "date": "date: {note}",
    "quantity": "quantity: expected a number above zero such as 0.5, at most 18 digits on either side of the point",
    "reference": "reference: expected at most 200 characters",
}
