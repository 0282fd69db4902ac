"""English: which answers differ between two datasets, and why."""

WORDS = {
    "close_revised": "{venue} {market} closed at {old_close}, now {new_close} (response {new_observation}, "
    "before {old_observation})",
    "official_rate_changed": "official rate of {currency}: {old_rate} of {old_effective_on}, now {new_rate} of "
    "{new_effective_on}",
    "path_close_revised": "{asset} was valued at {old_close} ({old_market}), now at {new_close} ({new_market})",
    "path_changed": "{venue} {market}: the way to rubles was {old_path}, now {new_path}",
    "value_changed": "{venue} {market}: "
    "{asset} had or has no value in rubles: {old_quoted_rub} RUB, now {new_quoted_rub} RUB",
    "turnover_changed": "turnover of {venue}: at least {old_turnover_rub} RUB, now {new_turnover_rub} RUB",
    "verdict_changed": "{venue} was {old_verdict}, now {new_verdict} (tests: {tests})",
    "newly_collected": "{venue} {market}, close {close}, has been collected since (response {observation})",
    "no_longer_there": "{venue} {market}, close {close}, is not there any more (response {observation})",
    "manual_entered": (
        "{venue} {market}, close {close}, was entered by hand since, by {author} (entry {entry}, document {document})"
    ),
    "manual_withdrawn": (
        "{venue} {market}, close {close}, entered by hand by {author}, is withdrawn or was not entered (entry {entry})"
    ),
    "rulebook_changed": "rulebook, {key}: {old_value}, now {new_value}",
    "register_changed": "register, {asset}: {old_meaning}, now {new_meaning}",
    "choice_changed": "both could be chosen before and now; the policy took {old_venue} {old_market}, now {new_venue} "
    "{new_market}",
    "unexplained": "no single cause was found: lay both answers side by side with `oracle quotation --dataset`",
    "title": "{old} ({old_version}) and {new} ({new_version}) under {rulebook}, {choose}{demo}",
    "taxpayer": "policy of {taxpayer}",
    "counts": "{changed} changed, {lost} without a quotation now, {gained} with one now",
    "not_shown": "{number} more are not shown; see --limit",
    "none": "no answer differs",
    "software": "made by {old} and {new}; both were asked with this program",
    "nothing": "nothing",
    "stake": "Of {rows} rows: {difference} RUB in all; {raised} higher, {lowered} lower; {lost} without a quotation "
    "now, {gained} with one now; {without} differing rows without a quantity",
}
