"""Evidence out of what had been received by an instant, of what a venue restated, and of the user's own rulebooks."""

from datetime import timedelta
from pathlib import Path

import pytest

from oracle.archive import Archive
from oracle.ask import Question
from oracle.collect.record import catch_up
from oracle.days import Span
from oracle.errors import HomeError
from oracle.evidence.make import Sources, bundle
from oracle.evidence.verify import verify
from oracle.knowledge import knowledge
from oracle.publish import publish
from oracle.settings import Home
from oracle.store.writer import Store
from tests.evidence.remade import files_of
from tests.law import test_as_known as told
from tests.readings import write

LATER = told.NOW + timedelta(days=20)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Binance and OKX, read once; twenty days later Binance's closes are others, and one of its markets is gone."""
    home = Home(tmp_path_factory.mktemp("then")).usable()
    write(home.path, "by-coins", publication_scope="coin", turnover_floor_rub="1000", publication_years=1)
    archive, whole = Archive(home.archive), Span(told.FIRST, told.LAST)
    first = [told._list("binance", told.NOW), told._list("okx", told.NOW, told.PAIRS[:2])]
    first += [told._rates(code, told.NOW) for code in ("USD", "EUR")]
    first += [told._page("binance", pair, whole, told.NOW) for pair in told.PAIRS]
    first += [told._page("okx", "BTC/USDT", Span(told.FIRST, told.ASKED), told.NOW, 110)]
    archive.append(first, told.NOW)
    later = [told._list("binance", LATER, told.PAIRS[:2]), told._page("binance", "BTC/USDT", whole, LATER, 120)]
    archive.append([*later, told._rates("USD", LATER, 50)], LATER)
    with Store(home.store) as store:
        catch_up(archive, store)
        publish(store, home.published, knowledge(home.path), LATER)
    return home


def sources(home: Home) -> Sources:
    """Where its evidence is taken from."""
    return Sources(home.current, home.archive, home.path)


def closes(path: Path) -> list[str]:
    """The closes in the bundle's answer."""
    import json

    return [each["close"] for each in json.loads(files_of(path)["answers/00001.json"])["quotations"]]


def test_then_and_now(home: Home, tmp_path: Path) -> None:
    """As known before the venue restated its closes, the bundle holds the first response alone; now both of them."""
    question = Question("BTC", told.ASKED, rulebook="by-coins")
    now = bundle(sources(home), [question], tmp_path / "now.zip")
    then = bundle(sources(home), [question], tmp_path / "then.zip", told.NOW)
    assert (closes(then.path), closes(now.path)) == (["114", "112", "122"], ["114", "132", "122"])
    assert then.observations < now.observations
    report = verify(now.path)
    assert report.agrees
    # A rulebook of the user's own is used, and it is said that nothing was there to compare it with.
    assert [each.figures["rulebook"] for each in report.lines if each.code == "own_rulebook"] == ["by-coins"]


def test_an_instant_goes_with_several_questions(home: Home, tmp_path: Path) -> None:
    """Each coin and day of them is answered out of what was known then, and verified so."""
    days = (told.ASKED, told.ASKED - timedelta(days=1))
    several = [Question(coin, day) for coin in ("BTC", "ETH") for day in days]
    found = bundle(sources(home), several, tmp_path / "several.zip", told.NOW)
    assert len([name for name in files_of(found.path) if name.startswith("answers/")]) == len(several)
    assert verify(found.path).agrees


def test_what_would_not_verify_is_never_handed_out(home: Home, tmp_path: Path) -> None:
    """Rules that were changed after the publication give another answer: nothing is written, and the step is named."""
    changed = tmp_path / "changed"
    changed.mkdir()
    write(changed, "by-coins", publication_scope="coin", turnover_floor_rub="999999999", publication_years=1)
    given = Sources(home.current, home.archive, changed)
    with pytest.raises(HomeError, match="oracle publish"):
        bundle(given, [Question("BTC", told.ASKED)], tmp_path / "never.zip")
    assert [each.name for each in tmp_path.iterdir()] == ["changed"]
