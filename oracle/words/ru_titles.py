"""Русский: пояснения, которые стоят в английских названиях активов."""

import re

# Names stay as they are; only what the register says about them in English words is said in Russian.
_REMARKS = (
    (re.compile(r"^the coin that (\S+) calls (\S+)$"), r"монета, которую \1 называет \2"),
    (re.compile(r"^(\S+) of ([a-z]+)$"), r"\1 биржи \2"),
    (re.compile(r"\(formerly (.+)\)"), r"(прежде \1)"),
    (re.compile(r"\(old code of (.+)\)"), r"(прежний код \1)"),
    (re.compile(r"\(old code\)"), "(прежний код)"),
    (re.compile(r"\(old token\)"), "(прежний токен)"),
    (re.compile(r"\(old\)"), "(прежний)"),
    (re.compile(r"\(new\)"), "(новый)"),
    (re.compile(r"\(legacy dollar\)"), "(прежний доллар)"),
    (re.compile(r"\(version (\d+)\)"), r"(версия \1)"),
    (re.compile(r"\(before the reduction of (\d+)\)"), r"(до сокращения \1 года)"),
    (re.compile(r"\(ERC-20 of (.+)\)"), r"(ERC-20 монеты \1)"),
    (re.compile(r", lot of (\d+)$"), r", лот из \1"),
)


def title(text: str) -> str:
    """Название актива; слова, которых здесь нет, остаются как есть."""
    for pattern, russian in _REMARKS:
        text = pattern.sub(russian, text)
    return text
