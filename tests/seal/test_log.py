"""The log: what was published cannot be rewritten, removed or slipped in without being noticed, and nothing is lost."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from oracle.errors import HomeError, OracleError, QuestionError
from oracle.publish import current
from oracle.seal.journal import Entry, Line
from oracle.seal.leaf import leaves
from oracle.seal.log import Log
from oracle.seal.proof import grown, holds, places, prove, read_proof
from oracle.seal.tree import root_of
from oracle.settings import Home
from tests.seal.made import NOW, Operator, response

BODY = response("DOGEUSDT").sha256 or ""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Three batches, the last of them published later."""
    made = Operator(Home(tmp_path_factory.mktemp("log") / "home").usable())
    made.collect("BTCUSDT", "ETHUSDT", "XRPUSDT", at=NOW)
    made.collect("DOGEUSDT", at=NOW + timedelta(minutes=1))
    made.publish()
    made.collect("LTCUSDT", "XMRUSDT", at=NOW + timedelta(minutes=90))
    made.publish()
    return made


@pytest.fixture
def operator(sound: Operator, tmp_path: Path) -> Operator:
    """A copy to do anything to."""
    return sound.copied(tmp_path / "home")


@pytest.fixture
def older(sound: Operator) -> dict[str, Any]:
    """The manifest of the first version, as an auditor kept it."""
    return manifests(sound)[0]


def manifests(operator: Operator) -> list[dict[str, Any]]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(operator.home.published.glob("*Z-*.json"))]


def test_a_stranger_recomputes_the_root(sound: Operator) -> None:
    """From the published file's list of batches and the archive alone: the roots of both versions."""
    import duckdb

    with duckdb.connect(str(sound.home.current), read_only=True) as published:
        batches = published.execute("SELECT batch, first_leaf, leaves, version FROM log_batches").fetchall()
        versions = published.execute("SELECT version, size, root, previous_root FROM log_versions").fetchall()
    hashes: list[bytes] = []
    for batch, first, count, _ in batches:
        assert len(hashes) == first
        hashes += leaves(sound.archive.read(batch))
        assert len(hashes) == first + count
    assert [size for _, size, _, _ in versions] == [4, 6]
    assert [root for _, _, root, _ in versions] == [root_of(hashes[:4]).hex(), root_of(hashes).hex()]
    assert [previous for *_, previous in versions] == [None, versions[0][2]]
    told = [(each["version"], each["log"]["size"], each["log"]["root"]) for each in manifests(sound)]
    assert told == [row[:3] for row in versions]


def test_a_sound_home_is_found_sound(sound: Operator, older: dict[str, Any]) -> None:
    """Nothing is found, the newer version extends the older, and every response is proven to be in."""
    assert sound.findings() == []
    proof = grown(sound.log, older)
    assert (proof.older.size, proof.newer.size, holds(proof)) == (4, 6, True)
    inclusion = prove(sound.archive, sound.log, BODY)
    assert holds(inclusion)
    assert json.loads(inclusion.leaf)["sha256"] == BODY
    assert inclusion.head.root == manifests(sound)[-1]["log"]["root"]
    assert places(sound.archive, sound.log, [BODY, "0" * 64])[BODY][0].position == inclusion.position == 3


def test_a_rebuilt_store_gives_the_same_log(operator: Operator) -> None:
    """Rebuilt out of the archive, the store adds nothing and contradicts nothing."""
    before = operator.manifest()
    operator.rebuild()
    assert operator.publish().new is False
    assert operator.manifest() == before


def test_batches_that_come_late_go_behind_and_are_marked(operator: Operator, older: dict[str, Any]) -> None:
    """A batch of an older name changes no logged position, also after a rebuild; it stands as late for ever."""
    late = operator.collect("SLIPPED", at=NOW + timedelta(seconds=1))
    (found,) = operator.findings()
    assert (found.what, found.batch, found.failed) == ("inserted", late, True)
    published = operator.publish()
    (found,) = operator.findings()
    assert (found.what, found.batch, found.failed) == ("late", late, False)
    assert operator.log.batches[-1].taken.batch == late
    assert holds(grown(operator.log, older))
    operator.rebuild()
    assert operator.publish().manifest == published.manifest


def change(operator: Operator) -> str:
    """Change one body, with its hash."""
    operator.change(batch := operator.archive.batches()[0], 1, b"a better price")
    return batch


def remove(operator: Operator) -> str:
    """Remove a batch."""
    (operator.home.archive / (batch := operator.archive.batches()[1])).unlink()
    return batch


FORGERIES = pytest.mark.parametrize(("forge", "what"), [(change, "changed"), (remove, "removed")])


@FORGERIES
def test_a_rewritten_archive_is_noticed(operator: Operator, forge: Callable[[Operator], str], what: str) -> None:
    """Changed or removed: the audit names the batch, and a publication of the rebuilt store is refused by its name."""
    version, batch = operator.manifest(), forge(operator)
    (found,) = [each for each in operator.findings() if each.failed]
    assert (found.what, found.batch) == (what, batch)
    operator.rebuild()
    with pytest.raises(HomeError, match=rf"archive batch {batch} is .*oracle log check.*oracle log restart"):
        operator.publish()
    assert operator.manifest() == version


def test_the_changed_observation_is_named(operator: Operator) -> None:
    """The audit tells which of a batch's observations is another now."""
    change(operator)
    (found,) = operator.findings()
    assert "observation 1 (binance candles ETHUSDT); restore" in found.said


def slip_in(operator: Operator) -> str:
    """Slip a batch in between two others."""
    return operator.collect("SLIPPED", at=NOW + timedelta(seconds=1))


@pytest.mark.parametrize("forge", [change, remove, slip_in])
def test_a_log_that_is_made_anew_is_refused(
    operator: Operator, older: dict[str, Any], forge: Callable[[Operator], str]
) -> None:
    """With log and store thrown away the published manifest contradicts; with it gone too, the auditor's does."""
    forge(operator)
    operator.rebuild()
    operator.home.log.rename(operator.home.path / "away")
    with pytest.raises(HomeError, match=r"was published with a log of 6 observations.*restore the folder"):
        operator.publish()
    assert next(each.what for each in operator.findings() if each.failed) == "published"
    operator.home.published.rename(operator.home.path / "published-before")
    operator.publish()
    assert not [each for each in operator.findings() if each.failed]
    with pytest.raises(HomeError, match="what was published has been rewritten"):
        grown(operator.log, older)


def test_a_forged_journal_is_noticed(operator: Operator) -> None:
    """A root put in its line is damage; with every link made right again, it is not the log that was published with."""
    path = operator.home.log / "log.jsonl"
    first, second = (msgspec.json.decode(line, type=Line) for line in path.read_bytes().splitlines())
    other = msgspec.structs.replace(first.entry, root="0" * 64)

    def write(*entries: Entry) -> None:
        lines = [
            msgspec.structs.replace(line, entry=entry) for line, entry in zip((first, second), entries, strict=True)
        ]
        path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))

    write(other, second.entry)
    with pytest.raises(HomeError, match=r"line 1, is damaged; restore the folder `log`"):
        operator.publish()
    other = other.linked()
    write(other, msgspec.structs.replace(second.entry, previous=other.chain, previous_root=other.root).linked())
    with pytest.raises(HomeError, match="was published with a log of 6"):
        operator.publish()
    assert {each.what for each in operator.findings() if each.failed} == {"published", "root"}


def test_a_damaged_manifest_is_named(operator: Operator) -> None:
    """A manifest whose words about the log make no sense stops a publication, with the way out."""
    path = operator.home.published / "manifest.json"
    path.write_text(json.dumps(manifests(operator)[-1] | {"log": ["nothing"]}), "utf-8")
    with pytest.raises(HomeError, match=r"tells nothing sound of the log .*restore"):
        operator.publish()


def test_an_honest_loss_is_told_for_ever(operator: Operator, older: dict[str, Any]) -> None:
    """After a restart with its reason versions go on, each telling of it; nothing is proven over it."""
    remove(operator)
    operator.rebuild()
    entry = operator.log.restart("the disk broke on 2026-03-14", operator.now, operator.manifest())
    assert (entry.tree, entry.version, entry.size) == (2, None, 6)
    assert operator.publish().new
    operator.collect("NEWER")
    operator.publish()
    log = manifests(operator)[-1]["log"]
    assert (log["tree"], log["size"]) == (2, 6)
    (told,) = [each for each in operator.findings() if each.what == "restart"]
    assert "the disk broke on 2026-03-14" in told.said
    with pytest.raises(HomeError, match=r"nothing can be proven over a restart \(.*the disk broke"):
        grown(operator.log, older)
    assert holds(grown(operator.log, manifests(operator)[-2]))


def test_a_lost_log_can_be_begun_anew(operator: Operator) -> None:
    """Where the folder itself is gone a restart follows the version that was published; none is begun without cause."""
    operator.home.log.rename(operator.home.path / "away")
    entry = operator.log.restart("the folder was lost", operator.now, operator.manifest())
    before = operator.manifest()
    assert before is not None
    assert (entry.previous, entry.size) == (before["log"]["chain"], 6)
    assert operator.publish().new
    assert not [each for each in operator.findings() if each.failed]
    with pytest.raises(QuestionError, match="no log yet"):
        Log(operator.home.path / "none").restart("why", NOW, None)


@pytest.mark.parametrize("kept", [0, 1, 40, -1])
def test_a_half_written_line_is_cut(operator: Operator, kept: int) -> None:
    """Killed while the last line was being written: it is none, and what it told of is published anew."""
    path, whole = operator.home.log / "log.jsonl", operator.log
    first, second = path.read_bytes().splitlines(keepends=True)
    (operator.home.published / "manifest.json").write_text(json.dumps(manifests(operator)[0]), "utf-8")
    path.write_bytes(first + second[:kept])
    assert operator.log.entries == whole.entries[:1]
    operator.publish()
    assert operator.log.entries[-1].root == whole.entries[-1].root
    assert path.read_bytes().startswith(first)
    assert operator.findings() == []


def test_killed_at_any_step_of_a_publication(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at each sync of a publication, the last version stays, and the next publication goes on from there."""
    operator.collect("NEWER")
    real, before = os.fsync, operator.manifest()
    for survived in range(20):
        calls = iter(range(survived + 1))

        def sync(handle: int, calls: Any = calls) -> None:
            if next(calls, None) is None:
                raise KeyboardInterrupt
            real(handle)

        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", sync)
            try:
                operator.publish()
            except KeyboardInterrupt:
                continue
            break
        assert current(operator.home.published) is not None
    assert survived > 3
    assert operator.findings() == []
    assert operator.log.edge.size == 7
    assert before is not None
    assert operator.log.knows(before["log"]["chain"])


def test_lost_leaves_are_written_anew(operator: Operator) -> None:
    """The file of leaf hashes follows from the archive: missing, it comes back; changed, it is named."""
    path = operator.home.log / "leaves-1"
    sound = path.read_bytes()
    path.write_bytes(bytes(32) + sound[32:])
    assert [each.what for each in operator.findings()] == ["leaves"]
    with pytest.raises(HomeError, match="move it away and run `oracle publish`"):
        prove(operator.archive, operator.log, BODY)
    path.unlink()
    operator.publish()
    assert path.read_bytes() == sound


def test_what_is_no_proof_and_no_manifest_is_refused(sound: Operator, older: dict[str, Any]) -> None:
    """Documents of another kind, versions in the wrong order and unknown hashes get an error of the asker's."""
    newer = manifests(sound)[-1]
    asked: list[Callable[[], object]] = [
        lambda: read_proof(b'{"proof": "inclusion/1"}'),
        lambda: read_proof(b"no JSON"),
        lambda: grown(sound.log, {"version": "1"}),
        lambda: grown(sound.log, {"tree": 1, "size": 4, "root": "00"}),
        lambda: grown(sound.log, newer, older),
        lambda: prove(sound.archive, sound.log, "0" * 64),
    ]
    for ask in asked:
        with pytest.raises(OracleError) as error:
            ask()
        assert isinstance(error.value, QuestionError)
