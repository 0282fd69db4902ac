"""Situations that a lawyer can read, in `cases/*.toml`: facts in, verdict, reasons and rubles out, the whole way."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from oracle.answer import Answer, VenuePart
from oracle.ask import Question, ask
from oracle.days import parse_instant, parse_when
from oracle.errors import OracleError
from oracle.knowledge import knowledge
from oracle.rewind import as_known_at
from oracle.store.reads import Reads
from oracle.taxed import deal
from oracle.words.en_steps import legs
from tests.law.case_file import CASES, Case, CaseFileError, case_file, of_content
from tests.law.situation import published

FILES = {path.stem: case_file(path) for path in sorted(CASES.glob("*.toml"))}
ALL = [(name, case) for name, file in FILES.items() for case in file.cases]


class Answers:
    """The published file of each subject, made when it is first asked, and the answer to each case."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder, patch
        self._reads: dict[str, Reads] = {}
        self._told: dict[tuple[str, str], Answer | str] = {}

    def to(self, name: str, case: Case) -> Answer | str:
        """The answer, or the words in which the question was refused."""
        if (name, case.title) not in self._told:
            self._told[name, case.title] = _asked(self._of(name), case, FILES[name].read_on)
        return self._told[name, case.title]

    def _of(self, name: str) -> Reads:
        if name not in self._reads:
            path = published(FILES[name], self._folder / name, self._patch)
            self._reads[name] = Reads(path).__enter__()
        return self._reads[name]

    def close(self) -> None:
        """Close the files."""
        for reads in self._reads.values():
            reads.__exit__(None, None, None)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """Shared by all tests of this file."""
    with pytest.MonkeyPatch.context() as patch:
        made = Answers(tmp_path_factory.mktemp("cases"), patch)
        yield made
        made.close()


def _asked(reads: Reads, case: Case, read_on: datetime) -> Answer | str:
    facts = case.facts
    day, instant = parse_when(str(facts["on"]))
    told = {key: facts[key] for key in ("venue", "rulebook", "choose") if key in facts}
    try:
        about = deal(facts.get("quantity"), facts.get("paid"), facts.get("sold"))
        question = Question(facts["coin"], day, asked_at=instant, deal=about, **told)
        if "known_at" in facts:
            then, home = parse_instant(str(facts["known_at"])), reads.path.parents[1]
            with as_known_at(reads.path, [day], [facts["coin"]], then, knowledge(home)) as path, Reads(path) as past:
                return ask(past, question, then)
        return ask(reads, question, parse_instant(facts["now"]) if "now" in facts else read_on)
    except OracleError as error:
        return str(error)


def _found(answer: Answer, expect: dict[str, Any]) -> dict[str, Any]:
    """What the answer's JSON says about each thing that is expected, in the words of the case files."""
    told = answer.model_dump(mode="json")
    venues, quotations = {each.venue: each for each in answer.venues}, {_name(each): each for each in answer.quotations}
    reasons = {name: each.verdicts[answer.rulebook].reasons for name, each in venues.items()}
    figures = {name: {k: v for each in listed for k, v in each.figures.items()} for name, listed in reasons.items()}
    spread, chosen = answer.spread, answer.chosen
    found = {
        "coin": answer.coin,
        "date": told["date"],
        "zone": answer.zone,
        "edition": told["edition"] or "none",
        "verdicts": {name: each.verdicts[answer.rulebook].verdict for name, each in venues.items()},
        "reasons": {name: [f"{each.code}: {each.result}" for each in listed] for name, listed in reasons.items()},
        "figures": {name: _of(figures.get(name, {}), wanted) for name, wanted in expect.get("figures", {}).items()},
        "venues": {name: _of(_json(venues.get(name)), wanted) for name, wanted in expect.get("venues", {}).items()},
        "quotations": {name: each.rub or "none" for name, each in quotations.items()},
        "other_path": {
            name: e.alternative.rub or e.alternative.reason for name, e in quotations.items() if e.alternative
        },
        "legs": {name: legs(each.path()) for name, each in quotations.items()},
        "rates": {e.currency: f"{e.rate} for {e.nominal} of {e.effective_on}" for e in answer.official_rates},
        "hours": {
            name: f"{each.trading_day.opens_at:%Y-%m-%d %H:%M} to {each.trading_day.closes_at:%Y-%m-%d %H:%M}"
            for name, each in quotations.items()
        },
        "final": {name: each.final for name, each in quotations.items()},
        "chosen": _name(chosen) if chosen else "nothing",
        "rule": answer.choice.rule,
        "rub": chosen and chosen.rub,
        "kopecks": chosen and chosen.rub_kopecks,
        "corridor": _of(told["corridor"] or {}, expect.get("corridor", {})),
        "spread": spread
        and {"lowest": _name(spread.lowest), "highest": _name(spread.highest), "median": spread.median_rub},
        "candidates": [f"{_name(each)} {each.rub}" for each in answer.choice.candidates],
        "manual": {f"{_name(each)} {each.close}": each.code for each in answer.manual},
        "choice": answer.choice.code,
        "tax": {each.use: each.rub_kopecks for each in answer.tax.lines} if answer.tax else {},
    }
    # Other venues and pairs of the same dataset are no part of the situation.
    for key in ("verdicts", "reasons", "legs", "hours", "final", "rates", "tax", "other_path"):
        found[key] = _of(found[key], expect.get(key, {}))
    return {key: found[key] for key in expect if key in found}


def _name(each: Any) -> str:
    return f"{each.venue} {each.market}"


def _json(part: VenuePart | None) -> dict[str, Any]:
    return part.model_dump(mode="json") if part else {}


def _of(found: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """TOML has no null: what the answer leaves open is "not told"."""
    return {key: "not told" if found.get(key) is None else found[key] for key in wanted}


def _differences(answer: Answer | str, expect: dict[str, Any]) -> list[str]:
    """Everything in which the answer is not what the case expects; warnings are told by how they begin."""
    if "refused" in expect or isinstance(answer, str):
        refused = answer if isinstance(answer, str) else "(answered)"
        return [] if refused.startswith(expect.get("refused", "(an answer)")) else [f"refused: {refused}"]
    wanted = {key: value for key, value in expect.items() if key != "warnings"}
    found = _found(answer, wanted)
    differing = [f"{key}: {found[key]}, expected {wanted[key]}" for key in wanted if found[key] != wanted[key]]
    begins = expect.get("warnings", [])
    warnings = [each.text for each in answer.warnings]
    if len(begins) != len(warnings) or not all(map(str.startswith, warnings, begins)):
        differing.append(f"warnings: {warnings}, expected to begin with {begins}")
    return differing


@pytest.mark.parametrize(("name", "case"), ALL, ids=[f"{name}: {case.title}" for name, case in ALL])
def test_the_situation_comes_out_as_the_law_has_it(answers: Answers, name: str, case: Case) -> None:
    """Every case: its facts as the venues and the Bank would tell them, and the answer as JSON has it."""
    differing = _differences(answers.to(name, case), dict(case.expect))
    assert not differing, "\n".join([case.why, *differing])


def test_there_are_enough_cases() -> None:
    """No file is left out, and no case is lost on the way."""
    written = [each for path in CASES.glob("*.toml") for each in tomllib.loads(path.read_text("utf-8"))["case"]]
    assert len(written) == len(ALL) >= 75


def _broken(change: Callable[[dict[str, Any]], object]) -> str:
    """What is said of the first file after `change` was made to its content."""
    path = CASES / "threshold.toml"
    content = tomllib.loads(path.read_text("utf-8"))
    change(content)
    with pytest.raises(CaseFileError) as caught:
        of_content(content, path)
    return str(caught.value)


def test_a_file_that_says_too_much_or_nothing_is_an_error() -> None:
    """A misspelt key is not passed over, wherever it stands; a case expects something and has a reason for it."""
    assert "unknown key 'chosn'" in _broken(lambda file: file["case"][0]["expect"].update(chosn=""))
    assert "unknown key 'coins'" in _broken(lambda file: file["case"][0]["facts"].update(coins="BTC"))
    assert "unknown key 'rate'" in _broken(lambda file: file["background"].update(rate={}))
    assert "unknown key 'paire'" in _broken(lambda file: file["case"][0]["facts"]["deals"][0].update(paire="BTC/USDT"))
    assert "unknown key 'since'" in _broken(lambda file: file["background"]["venues"]["binance"].update(since="2021"))
    assert "nothing is expected" in _broken(lambda file: file["case"][0].update(expect={}))
    assert "a title and a why" in _broken(lambda file: file["case"][0].update(why=""))


def test_facts_that_contradict_each_other_are_an_error() -> None:
    """Two cases may not tell of one venue's day, two titles not be alike, a case not go on from one that is absent."""
    assert "belongs to 'Exactly 100 billion rubles'" in _broken(
        lambda file: file["case"][1]["facts"].update(on=file["case"][0]["facts"]["on"])
    )
    assert "two cases are called" in _broken(lambda file: file["case"].append(file["case"][0]))
    assert "no case before is called 'X'" in _broken(lambda file: file["case"][0]["facts"].update(as_in="X"))


def _spoilt(expect: Any) -> Iterator[Any]:
    """The expectation with one of its values changed, for each of its values."""
    if isinstance(expect, dict):
        for key, value in expect.items():
            yield from ({**expect, key: other} for other in _spoilt(value))
    elif isinstance(expect, list):
        yield [*expect, "and one more"]
        for at, value in enumerate(expect):
            yield from ([*expect[:at], other, *expect[at + 1 :]] for other in _spoilt(value))
    elif isinstance(expect, bool):
        yield not expect
    else:
        yield expect + 1 if isinstance(expect, int) else f"{expect}0"


@pytest.mark.parametrize("name", FILES)
def test_no_expectation_is_idle(answers: Answers, name: str) -> None:
    """Whichever value of whichever expectation is changed, the case fails."""
    for case in FILES[name].cases:
        answer, wrong = answers.to(name, case), list(_spoilt(dict(case.expect)))
        assert wrong
        assert [each for each in wrong if not _differences(answer, each)] == [], case.title
