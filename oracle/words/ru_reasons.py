"""Русский: проверки закона словами, с верными окончаниями при числах."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from oracle.numbers import kopecks
from oracle.words.remembering import remembered

_TEENS = range(11, 15)
_Figures = Mapping[str, Any]


def day(day: date) -> str:
    """Дата: 14.03.2025."""
    return f"{day:%d.%m.%Y}"


def rubles(amount: Decimal) -> str:
    """Сумма с разрядами и запятой: 9 514 779,61."""
    return f"{amount:,f}".replace(",", " ").replace(".", ",")


def counted(number: int, one: str, few: str, many: str) -> str:
    """Число со словом: 1 рынок, 2 рынка, 5 рынков, 11 рынков, 21 рынок."""
    return f"{number} {form(number, one, few, many)}"


def form(number: int, one: str, few: str, many: str) -> str:
    """Слово при числе."""
    if number % 100 in _TEENS:
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(number % 10, many)


def _date(text: object) -> str:
    return day(date.fromisoformat(str(text)))


def _turnover(figures: _Figures, end: str) -> str:
    exact = figures["turnover_high_rub"] == figures["turnover_low_rub"]
    markets = counted(figures["markets"], "рынку", "рынкам", "рынкам")
    low = f"{_amount(figures['turnover_low_rub'], figures['floor_rub'])} по {markets}"
    of = f"оборот сделок с {figures['coin']}" if "coin" in figures else "оборот"
    return f"{of} {end.format(low=('' if exact else 'не менее ') + low, floor=_amount(figures['floor_rub']))}"


def _not_above(figures: _Figures) -> str:
    high = figures["turnover_high_rub"]
    at_most = "" if high == figures["turnover_low_rub"] else f"не более {_amount(high)}, "
    said, missing = _turnover(figures, at_most + "{low} не превышает {floor}"), figures["missing_markets"]
    if not missing:
        return said
    which, count = form(missing, "который", "которые", "которые"), form(missing, "считался", "считались", "считались")
    listed = f"{_unread(missing)}, {which} и не {count} бы: сделки с таким активом не учитываются"
    return f"{said} ({listed})"


def _unread(missing: int) -> str:
    read = form(missing, "не прочитан", "не прочитаны", "не прочитано")
    return f"{read} {counted(missing, 'рынок', 'рынка', 'рынков')} из списка биржи"


def _uncertain(figures: _Figures) -> str:
    why, missing = [], figures["missing_markets"] - figures.get("missing_uncounted", 0)
    if missing:
        why.append(_unread(missing))
    if figures["unpriced"]:
        why.append(f"рынки с ценами в {', '.join(figures['unpriced'])} не пересчитаны в рубли")
    if figures["uncollected"]:
        why.append("сделки с производными инструментами не собираются")
    if figures["turnover_high_rub"] is not None:
        why.append(f"он может достигать {_amount(figures['turnover_high_rub'])}: биржа публикует только объёмы")
    return _turnover(figures, "{low} не превышает {floor}, но ") + " и ".join(why)


def _amount(text: str, beside: str | None = None) -> str:
    """Копейки, где они есть; все знаки, где копейки скрыли бы разницу с суммой рядом."""
    amount, other = Decimal(text), None if beside is None else Decimal(beside)
    rounded = kopecks(amount)
    return f"{rubles(amount if rounded == other != amount else rounded).removesuffix(',00')} руб."


def _of(figures: _Figures) -> str:
    return f" {figures['coin']}" if "coin" in figures else ""


def _start_open(figures: _Figures) -> str:
    first, of = figures["first_published_on"], _of(figures)
    since = f"первая известная котировка{of} — за {_date(first)}" if first else f"котировки{of} не известны"
    return f"{since}; сведения о публикации на {_date(figures['window_first_on'])} не собраны"


def _too_late(figures: _Figures) -> str:
    first, of = figures["first_published_on"], _of(figures)
    begins = _date(figures["window_first_on"])
    return (
        f"первая котировка{of} — за {_date(first)}, то есть позже {begins}"
        if first
        else f"котировки{of} не публиковались"
    )


def _share(figures: _Figures, only: str = "") -> str:
    days = counted(figures["published_days"], "день", "дня", "дней")
    window = f"из {figures['window_days']} начиная с {_date(figures['window_first_on'])}"
    return f"котировка{_of(figures)} есть {only}за {days} {window}"


def _jurisdiction(figures: _Figures) -> str:
    where = figures["jurisdiction"]
    return "иностранный организатор торговли" if where == "foreign" else f"организатор торговли юрисдикции {where}"


def _proven(figures: _Figures) -> str:
    days = counted(figures["days_on"], "дня", "дней", "дней")
    told = f"так открылось не менее {days}, и ни одна свеча не открылась в другое время"
    return f"торговый день открывается в {figures['opens']} UTC: {told}"


def _unproven(figures: _Figures) -> str:
    presumed, off = f"торговый день предположительно открывается в {figures['opens']} UTC", figures["candles_off"]
    if off:
        opened = form(off, "открылась", "открылись", "открылось")
        return f"{presumed}, но {counted(off, 'свеча', 'свечи', 'свечей')} {opened} в другое время"
    days = counted(figures["days_on"], "дню", "дням", "дням")
    return f"{presumed}, что видно по {days}; нужно {figures['least_days']}"


def _waiting(figures: _Figures) -> str:
    markets = counted(figures["provisional_markets"], "рынка", "рынков", "рынков")
    return f"данные {markets} ждут повторного чтения"


REASONS: Mapping[str, Callable[[_Figures], str]] = {
    "no_rule_in_force": lambda f: f"правило не действовало: первая редакция действует с {_date(f['first_edition_on'])}",
    "not_collected": lambda f: f"за {_date(f['day_on'])} не собрано ни одной свечи биржи {f['venue']}",
    "turnover_above_floor": lambda f: _turnover(f, "{low} превышает {floor}"),
    "turnover_not_above_floor": _not_above,
    "turnover_undetermined": _uncertain,
    "published_before_window": lambda f: (
        f"котировки{_of(f)} публикуются с {_date(f['first_published_on'])}, "
        f"то есть не позже {_date(f['window_first_on'])}"
    ),
    "publication_start_not_collected": _start_open,
    "published_too_late": _too_late,
    "publication_covered": _share,
    "publication_not_collected": lambda f: (
        f"{_share(f)}; за {counted(f['open_days'], 'день', 'дня', 'дней')} сведения не собраны"
    ),
    "publication_gaps": lambda f: _share(f, "лишь "),
    "jurisdiction_counts": _jurisdiction,
    "jurisdiction_does_not_count": _jurisdiction,
    "day_proven": _proven,
    "day_unproven": _unproven,
    "utc_day_built": lambda f: f"день по UTC собран из часов: собственный день биржи открывается в {f['opens']} UTC",
    "utc_day_unknown": lambda f: f"собственный день биржи открывается в {f['opens']} UTC, а день по UTC не собран",
    "figures_final": lambda _: "все данные за день окончательны",
    "figures_provisional": _waiting,
    "figures_provisional_allowed": lambda f: f"{_waiting(f)}, чего это правило не требует",
}
# Одна проверка, как часть предложения.
reason = remembered(REASONS)
