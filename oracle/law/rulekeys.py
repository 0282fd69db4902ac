"""The keys of a rulebook: what each decides, what may stand there, what holds where a file is silent.

Reading a file, the JSON schema and the template all come from this one description.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from oracle.numbers import exact, plain

KINDS = ("digital_currency", "stablecoin", "fiat", "wrapped", "leveraged_token", "tokenized_asset", "unclassified")
PATHS = ("peg", "market", "refuse")
SCOPES = ("venue", "coin")
# Only the first is collected: under a reading that counts derivatives too, a turnover is open upwards.
MARKET_TYPES = ("spot", "derivatives")
ZONES = (
    *("Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk", "Asia/Krasnoyarsk"),
    *("Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka", "UTC"),
)
_LARGEST = Decimal(10) ** 18
_OLDEST_YEARS = 20  # no venue is older


class Kind(Protocol):
    """What a value may be: read out of TOML (ValueError says why not), as text in a table and back, as JSON schema."""

    def read(self, value: object) -> Any: ...  # noqa: ANN401 - each kind has its own type
    def text(self, value: Any) -> str: ...  # noqa: ANN401
    def of_text(self, text: str) -> Any: ...  # noqa: ANN401
    def schema(self) -> dict[str, Any]: ...


class Amount:
    """Rubles, exactly; a `share` lies between 0 and 1."""

    def __init__(self, *, share: bool = False) -> None:
        self._share = share

    def read(self, value: object) -> Decimal:
        if not isinstance(value, str):
            raise ValueError("expected a number as text, which keeps it exact")  # noqa: TRY004 - one error for all values
        number = exact(value)
        if not 0 <= number < _LARGEST:
            raise ValueError("must not be negative, nor beyond all the money there is")
        if self._share and number > 1:
            raise ValueError("expected a share between 0 and 1")
        return number

    def text(self, value: Decimal) -> str:
        return plain(value)

    def of_text(self, text: str) -> Decimal:
        return self.read(text)

    def schema(self) -> dict[str, Any]:
        pattern = r"^(0(\.[0-9]+)?|1(\.0+)?)$" if self._share else r"^[0-9]{1,18}(\.[0-9]+)?$"
        return {"type": "string", "pattern": pattern}


class Years:
    """Whole years."""

    def read(self, value: object) -> int:
        if type(value) is not int or not 0 <= value <= _OLDEST_YEARS:
            raise ValueError(f"expected whole years between 0 and {_OLDEST_YEARS}")
        return value

    def text(self, value: int) -> str:
        return str(value)

    def of_text(self, text: str) -> int:
        return self.read(int(text))

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 0, "maximum": _OLDEST_YEARS}


class Truth:
    """true or false."""

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise ValueError("expected true or false")  # noqa: TRY004 - one error for all values
        return value

    def text(self, value: object) -> str:
        return "true" if value else "false"

    def of_text(self, text: str) -> bool:
        return text == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class One:
    """One of some names."""

    def __init__(self, *allowed: str) -> None:
        self.allowed = allowed

    def read(self, value: object) -> str:
        if value not in self.allowed:
            raise ValueError(f"expected one of {', '.join(self.allowed)}")
        return str(value)

    def text(self, value: str) -> str:
        return value

    def of_text(self, text: str) -> str:
        return self.read(text)

    def schema(self) -> dict[str, Any]:
        return {"enum": list(self.allowed)}


class Several:
    """A list of names, in the author's order; any names where none are `allowed`, `always` must be among them."""

    def __init__(self, *allowed: str, always: str = "") -> None:
        self.allowed, self.always = allowed, always

    def read(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            raise ValueError("expected a list of texts")
        if self.allowed and (unknown := set(value) - set(self.allowed)):
            raise ValueError(f"unknown {min(unknown)!r}; known: {', '.join(self.allowed)}")
        if len(set(value)) < len(value):
            raise ValueError("names one thing twice")
        if self.always and self.always not in value:
            raise ValueError(f"{self.always} must be among them")
        return tuple(value)

    def text(self, value: tuple[str, ...]) -> str:
        return ", ".join(value)

    def of_text(self, text: str) -> tuple[str, ...]:
        return self.read(text.split(", "))

    def schema(self) -> dict[str, Any]:
        item: dict[str, Any] = {"enum": list(self.allowed)} if self.allowed else {"type": "string", "minLength": 1}
        fixed = {"contains": {"const": self.always}} if self.always else {}
        return {"type": "array", "items": item, "minItems": 1, "uniqueItems": True, **fixed}


@dataclass(frozen=True, slots=True)
class Key:
    """What a key decides (`says`), the values it may have, and `default`, which holds where a file is silent.

    None: every rulebook must state it.
    """

    says: str
    kind: Kind
    default: Any = None


KEYS: Mapping[str, Key] = {
    "turnover_floor_rub": Key("rubles that the turnover of the trading day must exceed (strictly more)", Amount()),
    "turnover_scope": Key(
        "whose deals make the turnover: all of the venue, or those in the coin asked for", One(*SCOPES), "venue"
    ),
    "market_types": Key(
        "which markets count; derivatives are not collected, so that with them a turnover is only a lower bound",
        Several(*MARKET_TYPES, always="spot"),
        ("spot",),
    ),
    "counted_bases": Key("deals in which kinds of asset count as deals in digital currency", Several(*KINDS)),
    "stablecoin_path": Key(
        "a price in a stablecoin: at its peg, through its own market against a currency, or refused", One(*PATHS)
    ),
    "publication_years": Key("for how many years before the operation quotations must have been public", Years()),
    "publication_scope": Key(
        "whose quotations must have been public: any of the venue, or those of the coin asked for",
        One(*SCOPES),
        "venue",
    ),
    "minimum_coverage": Key("on which share of these days there must be a quotation", Amount(share=True)),
    "jurisdictions": Key(
        "which organisers of trading count: foreign, or country codes of licensed domestic ones", Several()
    ),
    "trading_day": Key(
        "the venue's own day, or the UTC day, built from hours where the venue's own is another",
        One("venue", "utc"),
        "venue",
    ),
    "quote_kinds": Key(
        "prices in which kinds of asset may be a quotation, in the order in which they are preferred", Several(*KINDS)
    ),
    "quote_order": Key(
        "whether that order decides among a venue's markets (listed), or all are on a par (none)",
        One("none", "listed"),
        "none",
    ),
    "date_zone": Key(
        "whose calendar gives the date of an operation that is told as an instant", One(*ZONES), "Europe/Moscow"
    ),
    "finality_required": Key(
        "whether a venue day waits until a second reading has confirmed its figures", Truth(), default=False
    ),
    "manual_quotations": Key(
        "whether a taxpayer's own documented quotation of an eligible venue may be chosen where no eligible venue's "
        "was collected (allow), or never (refuse)",
        One("refuse", "allow"),
        "refuse",
    ),
}
