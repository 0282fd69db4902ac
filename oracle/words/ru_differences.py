"""Русский: какие ответы двух наборов данных расходятся и почему."""

WORDS = {
    "close_revised": "{venue} {market}: цена закрытия была {old_close}, теперь {new_close} (ответ {new_observation}, "
    "раньше {old_observation})",
    "official_rate_changed": "официальный курс {currency}: {old_rate} от {old_effective_on}, теперь {new_rate} от "
    "{new_effective_on}",
    "path_close_revised": "{asset} оценивался по {old_close} ({old_market}), теперь по {new_close} ({new_market})",
    "path_changed": "{venue} {market}: путь к рублям был {old_path}, теперь {new_path}",
    "value_changed": "{venue} {market}: оценка {asset} в рублях известна только в одном наборе: {old_quoted_rub} руб., "
    "теперь {new_quoted_rub} руб.",
    "turnover_changed": "оборот {venue}: не менее {old_turnover_rub} руб., теперь {new_turnover_rub} руб.",
    "verdict_changed": "{venue}: было «{old_verdict}», теперь «{new_verdict}» (условия: {tests})",
    "newly_collected": "{venue} {market}, цена закрытия {close}, собрана после этого (ответ {observation})",
    "no_longer_there": "{venue} {market}, цена закрытия {close}, больше не значится (ответ {observation})",
    "manual_entered": (
        "{venue} {market}, цена закрытия {close}, внесена после этого вручную, кем: {author} (запись "
        "{entry}, документ {document})"
    ),
    "manual_withdrawn": (
        "{venue} {market}, цена закрытия {close}, внесённая вручную, кем: {author}, отозвана или не "
        "вносилась (запись {entry})"
    ),
    "rulebook_changed": "правило, {key}: {old_value}, теперь {new_value}",
    "register_changed": "реестр, {asset}: {old_meaning}, теперь {new_meaning}",
    "choice_changed": "выбрать можно было обе и тогда, и теперь; политика взяла {old_venue} {old_market}, теперь "
    "{new_venue} {new_market}",
    "unexplained": "отдельной причины не найдено: сравните оба ответа командой `oracle quotation --dataset`",
    "title": "{old} ({old_version}) и {new} ({new_version}), правило {rulebook}, {choose}{demo}",
    "taxpayer": "политика {taxpayer}",
    "counts": "изменилось {changed}, теперь без котировки {lost}, теперь с котировкой {gained}",
    "not_shown": "ещё {number} не показано; см. --limit",
    "none": "ни один ответ не расходится",
    "software": "созданы программами {old} и {new}; оба спрошены этой программой",
    "nothing": "ничего",
    "stake": "Из строк ({rows}): всего {difference} руб.; выше на {raised}, ниже на {lowered}; теперь без котировки "
    "{lost}, теперь с котировкой {gained}; расходящихся строк без количества {without}",
}
