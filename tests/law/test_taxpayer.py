"""A taxpayer's policies of choice: which one holds on a date, and what is wrong with a file."""

import tomllib
from datetime import UTC, date, datetime

import pytest

from oracle.errors import KnowledgeError, QuestionError
from oracle.law.taxpayer import Recorded, Standing, taxpayer
from oracle.words import language, warning

VENUES = ("binance", "okx")
FILE = """
title = "Miner LLC"
[[policy]]
from = 2025-01-01
choose = "okx,binance"
note = "accounting policy, order 12"
[[policy]]
from = 2026-01-01
choose = "lowest"
[[policy]]
from = 2026-07-01
choose = "highest"
"""


@pytest.mark.parametrize(
    ("day", "text"),
    [("2025-01-01", "okx,binance"), ("2025-12-31", "okx,binance"), ("2026-01-01", "lowest"), ("2027-02-03", "highest")],
)
def test_the_newest_entry_that_has_begun_holds(day: str, text: str) -> None:
    """A policy holds from its date until the next one begins."""
    held = taxpayer("miner", tomllib.loads(FILE), "miner.toml", VENUES).on(date.fromisoformat(day))
    assert held.policy.text == text


def test_before_the_first_entry_nothing_holds() -> None:
    """Nobody's policy is guessed for the time before it."""
    with pytest.raises(QuestionError, match="begins on 2025-01-01; for 2024-12-31 add an entry or use --choose"):
        taxpayer("miner", tomllib.loads(FILE), "miner.toml", VENUES).on(date(2024, 12, 31))


def test_a_change_inside_a_year_is_told_for_that_year_only() -> None:
    """On 1 January a policy may change; on 1 July 2026 it may, but is told."""
    miner = taxpayer("miner", tomllib.loads(FILE), "miner.toml", VENUES)
    assert miner.changes(2025) == []
    assert miner.changes(2026) == miner.changes()
    (told,) = miner.changes()
    said = warning(told, language("en"))
    assert said.startswith("the policy of miner changed inside 2026: on 2026-07-01 from lowest to highest; ")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "x.toml: policy: expected [[policy]] entries"),
        ('title = "x"\npolicy = "lowest"', "x.toml: policy: expected [[policy]] entries"),
        ('[[policy]]\nfrom = 2025-01-01\nchoose = "lowest"', "x.toml: title: expected a text"),
        ('titel = "x"', "x.toml: titel: unknown key"),
        ('title = "x"\n[[policy]]\nchoose = "lowest"', "x.toml: policy 1: from: expected a date"),
        ('title = "x"\n[[policy]]\nfrom = 2025-01-01T00:00:00Z\nchoose = "lowest"', "policy 1: from: expected a date"),
        ('title = "x"\n[[policy]]\nfrom = 2025-01-01', "x.toml: policy 1: choose: expected a text"),
        ('title = "x"\n[[policy]]\nfrom = 2025-01-01\nchoose = "best"', "policy 1: choose: unknown choice 'best'"),
        ('title = "x"\n[[policy]]\nfrom = 2025-01-01\nchoose = "lowest"\nwhy = 1', "policy 1: why: unknown key"),
        ('title = "x"\npolicy = [1]', "x.toml: policy 1: expected a table"),
        (
            'title = "x"\n' + '[[policy]]\nfrom = 2025-01-01\nchoose = "lowest"\n' * 2,
            "x.toml: policy: two entries from 2025-01-01",
        ),
    ],
)
def test_a_broken_file_names_file_key_and_reason(content: str, said: str) -> None:
    """Whoever wrote the file is told where and what."""
    with pytest.raises(KnowledgeError) as error:
        taxpayer("x", tomllib.loads(content), "x.toml", VENUES)
    assert said in str(error.value)


def test_the_last_choice_is_of_the_coin_and_of_no_demonstration() -> None:
    """What was tried on invented prices is never compared with real ones."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    real = Recorded(at, "BTC", date(2026, 2, 1), "okx", "BTC/USDT", "okx", demo=False)
    tried = Recorded(at, "BTC", date(2026, 2, 2), "binance", "BTC/USDT", "lowest", demo=True)
    standing = Standing(taxpayer("miner", tomllib.loads(FILE), "miner.toml", VENUES), (real, tried))
    assert standing.last("BTC", demo=False) == real
    assert standing.last("BTC", demo=True) == tried
    assert standing.last("ETH", demo=False) is None
