"""Kinds of assets beside a name, where only a name has room: what is no digital currency says so."""

NOT_DIGITAL = {
    "ru": {
        "unclassified": "нет в реестре активов",
        "stablecoin": "стейблкоин",
        "wrapped": "обёрнутый актив",
        "leveraged_token": "маржинальный токен",
        "tokenized_asset": "токенизированный актив",
    },
    "en": {
        "unclassified": "not in the asset register",
        "stablecoin": "stablecoin",
        "wrapped": "wrapped asset",
        "leveraged_token": "leveraged token",
        "tokenized_asset": "tokenized asset",
    },
}


def called(name: str, kind: str, lang: str) -> str:
    """The name; with its kind unless that is digital currency."""
    word = NOT_DIGITAL[lang].get(kind)
    return f"{name} ({word})" if word else name
