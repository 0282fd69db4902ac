"""The Bank of Russia's own codes and names of the currencies it sets rates for, in the order of its daily list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency of the list: the Bank's id, the ISO codes, the Russian name as it stands in the list."""

    id: str
    numeric: str
    code: str
    name: str


CURRENCIES: tuple[Currency, ...] = (
    Currency("R01010", "036", "AUD", "Австралийский доллар"),
    Currency("R01020A", "944", "AZN", "Азербайджанский манат"),
    Currency("R01035", "826", "GBP", "Фунт стерлингов Соединенного королевства"),
    Currency("R01060", "051", "AMD", "Армянских драмов"),
    Currency("R01090B", "933", "BYN", "Белорусский рубль"),
    Currency("R01100", "975", "BGN", "Болгарский лев"),
    Currency("R01115", "986", "BRL", "Бразильский реал"),
    Currency("R01135", "348", "HUF", "Венгерских форинтов"),
    Currency("R01150", "704", "VND", "Вьетнамских донгов"),
    Currency("R01200", "344", "HKD", "Гонконгский доллар"),
    Currency("R01210", "981", "GEL", "Грузинский лари"),
    Currency("R01215", "208", "DKK", "Датская крона"),
    Currency("R01230", "784", "AED", "Дирхам ОАЭ"),
    Currency("R01235", "840", "USD", "Доллар США"),
    Currency("R01239", "978", "EUR", "Евро"),
    Currency("R01240", "818", "EGP", "Египетских фунтов"),
    Currency("R01270", "356", "INR", "Индийских рупий"),
    Currency("R01280", "360", "IDR", "Индонезийских рупий"),
    Currency("R01335", "398", "KZT", "Казахстанских тенге"),
    Currency("R01350", "124", "CAD", "Канадский доллар"),
    Currency("R01355", "634", "QAR", "Катарский риал"),
    Currency("R01370", "417", "KGS", "Киргизских сомов"),
    Currency("R01375", "156", "CNY", "Китайский юань"),
    Currency("R01500", "498", "MDL", "Молдавских леев"),
    Currency("R01530", "554", "NZD", "Новозеландский доллар"),
    Currency("R01535", "578", "NOK", "Норвежских крон"),
    Currency("R01565", "985", "PLN", "Польский злотый"),
    Currency("R01585F", "946", "RON", "Румынский лей"),
    Currency("R01589", "960", "XDR", "СДР (специальные права заимствования)"),
    Currency("R01625", "702", "SGD", "Сингапурский доллар"),
    Currency("R01670", "972", "TJS", "Таджикских сомони"),
    Currency("R01675", "764", "THB", "Таиландских батов"),
    Currency("R01700J", "949", "TRY", "Турецких лир"),
    Currency("R01710A", "934", "TMT", "Новый туркменский манат"),
    Currency("R01717", "860", "UZS", "Узбекских сумов"),
    Currency("R01720", "980", "UAH", "Украинских гривен"),
    Currency("R01760", "203", "CZK", "Чешских крон"),
    Currency("R01770", "752", "SEK", "Шведских крон"),
    Currency("R01775", "756", "CHF", "Швейцарский франк"),
    Currency("R01805F", "941", "RSD", "Сербских динаров"),
    Currency("R01810", "710", "ZAR", "Южноафриканских рэндов"),
    Currency("R01815", "410", "KRW", "Вон Республики Корея"),
    Currency("R01820", "392", "JPY", "Японских иен"),
)

BY_CODE = {currency.code: currency for currency in CURRENCIES}
BY_ID = {currency.id: currency for currency in CURRENCIES}
