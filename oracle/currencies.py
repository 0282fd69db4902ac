"""The Bank of Russia's own codes and names of the currencies it sets rates for, in the order of its daily list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency of the list: the Bank's id, the ISO codes, its Russian name as it stands in the list."""

    id: str
    numeric: str
    code: str
    name: str
    english: str


CURRENCIES: tuple[Currency, ...] = (
    Currency("R01010", "036", "AUD", "Австралийский доллар", "Australian Dollar"),
    Currency("R01020A", "944", "AZN", "Азербайджанский манат", "Azerbaijan Manat"),
    Currency("R01035", "826", "GBP", "Фунт стерлингов Соединенного королевства", "British Pound Sterling"),
    Currency("R01060", "051", "AMD", "Армянских драмов", "Armenia Dram"),
    Currency("R01090B", "933", "BYN", "Белорусский рубль", "Belarussian Ruble"),
    Currency("R01100", "975", "BGN", "Болгарский лев", "Bulgarian lev"),
    Currency("R01115", "986", "BRL", "Бразильский реал", "Brazil Real"),
    Currency("R01135", "348", "HUF", "Венгерских форинтов", "Hungarian Forint"),
    Currency("R01150", "704", "VND", "Вьетнамских донгов", "Vietnam Dong"),
    Currency("R01200", "344", "HKD", "Гонконгский доллар", "Hong Kong Dollar"),
    Currency("R01210", "981", "GEL", "Грузинский лари", "Georgia Lari"),
    Currency("R01215", "208", "DKK", "Датская крона", "Danish Krone"),
    Currency("R01230", "784", "AED", "Дирхам ОАЭ", "UAE Dirham"),
    Currency("R01235", "840", "USD", "Доллар США", "US Dollar"),
    Currency("R01239", "978", "EUR", "Евро", "Euro"),
    Currency("R01240", "818", "EGP", "Египетских фунтов", "Egyptian Pound"),
    Currency("R01270", "356", "INR", "Индийских рупий", "Indian Rupee"),
    Currency("R01280", "360", "IDR", "Индонезийских рупий", "Indonesian Rupiah"),
    Currency("R01335", "398", "KZT", "Казахстанских тенге", "Kazakhstan Tenge"),
    Currency("R01350", "124", "CAD", "Канадский доллар", "Canadian Dollar"),
    Currency("R01355", "634", "QAR", "Катарский риал", "Qatari Rial"),
    Currency("R01370", "417", "KGS", "Киргизских сомов", "Kyrgyzstan Som"),
    Currency("R01375", "156", "CNY", "Китайский юань", "China Yuan"),
    Currency("R01500", "498", "MDL", "Молдавских леев", "Moldova Lei"),
    Currency("R01530", "554", "NZD", "Новозеландский доллар", "New Zealand Dollar"),
    Currency("R01535", "578", "NOK", "Норвежских крон", "Norwegian Krone"),
    Currency("R01565", "985", "PLN", "Польский злотый", "Polish Zloty"),
    Currency("R01585F", "946", "RON", "Румынский лей", "Romanian Leu"),
    Currency("R01589", "960", "XDR", "СДР (специальные права заимствования)", "SDR"),
    Currency("R01625", "702", "SGD", "Сингапурский доллар", "Singapore Dollar"),
    Currency("R01670", "972", "TJS", "Таджикских сомони", "Tajikistan Somoni"),
    Currency("R01675", "764", "THB", "Таиландских батов", "Thai Baht"),
    Currency("R01700J", "949", "TRY", "Турецких лир", "Turkish Lira"),
    Currency("R01710A", "934", "TMT", "Новый туркменский манат", "New Turkmenistan Manat"),
    Currency("R01717", "860", "UZS", "Узбекских сумов", "Uzbekistan Sum"),
    Currency("R01720", "980", "UAH", "Украинских гривен", "Ukrainian Hryvnia"),
    Currency("R01760", "203", "CZK", "Чешских крон", "Czech Koruna"),
    Currency("R01770", "752", "SEK", "Шведских крон", "Swedish Krona"),
    Currency("R01775", "756", "CHF", "Швейцарский франк", "Swiss Franc"),
    Currency("R01805F", "941", "RSD", "Сербских динаров", "Serbian Dinar"),
    Currency("R01810", "710", "ZAR", "Южноафриканских рэндов", "S.African Rand"),
    Currency("R01815", "410", "KRW", "Вон Республики Корея", "South Korean Won"),
    Currency("R01820", "392", "JPY", "Японских иен", "Japanese Yen"),
)

BY_CODE = {currency.code: currency for currency in CURRENCIES}
BY_ID = {currency.id: currency for currency in CURRENCIES}
