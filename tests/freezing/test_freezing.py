"""What is frozen stays, answers the same, and is there whole or not at all."""

import hashlib
import json
import shutil
import tarfile
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from oracle.ask import Question, ask
from oracle.errors import HomeError, QuestionError
from oracle.freezing.carry import export, take_in
from oracle.freezing.freeze import damage, freeze, remove
from oracle.freezing.versions import frozen_ones, path_of
from oracle.store import older
from oracle.store.reads import Reads
from tests.conftest import Rig, Run
from tests.freezing.conftest import own_rulebook, published
from tests.killing import forks


def frozen(home: Rig, name: str = "declaration-2025", reason: str | None = None) -> Path:
    """The published version frozen; its file."""
    freeze(home.home.published, name, "latest", reason, home.now)
    return path_of(home.home.published, name)


def answer(run: Run, dataset: str) -> dict[str, object]:
    """A quotation of BTC out of the dataset, as JSON."""
    words = ("quotation", "BTC", "2026-03-10", "--rulebook", "own", "--format", "json", "--dataset", dataset)
    status, out, err = run(*words)
    assert (status, err) == (0, "")
    told: dict[str, object] = json.loads(out)
    return told


def test_a_frozen_version_outlives_ten_more(home: Rig, run: Run) -> None:
    """Its own file is cleared away by later publishing, the frozen one stays and answers the same, byte for byte."""
    assert run("freeze", "declaration-2025", "--reason", "3-НДФЛ")[0] == 0
    before, version = answer(run, "declaration-2025"), home.home.published
    manifest = json.loads((version / "manifest.json").read_text("utf-8"))
    for number in range(10):
        own_rulebook(home.home, f"{200_000_000 + number}")
        published(home)
    assert not (version / manifest["file"]).exists()
    assert answer(run, "declaration-2025") == before == answer(run, manifest["version"])
    assert answer(run, "latest") != before
    assert damage(version, "declaration-2025") is None
    told = frozen_ones(version)["declaration-2025"]
    assert told == {
        **manifest,
        "name": "declaration-2025",
        "reason": "3-НДФЛ",
        "frozen_at": "2026-03-14T09:27:00+00:00",
    }


def test_an_older_version_is_frozen_while_it_is_kept(home: Rig, run: Run) -> None:
    """--version takes one that is still kept; one that is not is refused with the known ones."""
    first = json.loads((home.home.published / "manifest.json").read_text("utf-8"))["version"]
    own_rulebook(home.home, "200000000")
    second = published(home).manifest["version"]
    assert run("freeze", "first", "--version", first)[1].startswith(f"frozen first: version {first}, sha256 ")
    status, _, err = run("freeze", "other", "--version", "20200101T000000Z-00000000")
    assert (status, err) == (
        2,
        f"oracle: unknown version '20200101T000000Z-00000000'; known: latest, {second}, {first}\n",
    )
    status, out, err = run("quotation", "BTC", "2026-03-10", "--dataset", "last-year")
    assert (status, out) == (2, "")
    assert err == f"oracle: unknown dataset 'last-year'; known: latest, first, {second}, {first}\n"


def test_a_taken_name_is_refused_and_told(home: Rig, run: Run) -> None:
    """Freezing never replaces: the message names version, time and reason of what is there."""
    path = frozen(home, "q1", "mining of January")
    before = path.stat()
    status, _, err = run("freeze", "q1")
    assert status == 2
    assert "q1 is frozen already: version 20260314T092700Z-" in err
    assert "frozen at 2026-03-14T09:27:00+00:00 (mining of January)" in err
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "a/b", "/etc/passwd", ".hidden", "a\0b", "a\nb", "-x", "x" * 101, "𠀀" * 60),
        *("latest", "20260314T092700Z-01234567"),
    ],
)
def test_hostile_names_reach_no_path(home: Rig, name: str) -> None:
    """Neither freezing nor asking, exporting, importing or removing makes or opens a file by such a name."""
    frozen(home, "good")
    published = home.home.published
    bundle = home.home.path / "good.tar"
    export(published, "good", bundle)
    before = sorted(home.home.path.rglob("*"))
    with pytest.raises(QuestionError):
        freeze(published, name, "latest", None, home.now)
    if name:
        with pytest.raises(QuestionError):
            take_in(published, bundle, name)
    for act in (remove, lambda folder, each: export(folder, each, home.home.path / "x.tar")):
        with pytest.raises(QuestionError, match="nothing is frozen as"):
            act(published, name)
    if name != "latest":
        with pytest.raises(QuestionError, match="unknown dataset"):
            path_of(published, name)
    assert sorted(home.home.path.rglob("*")) == before


def test_a_name_may_be_russian(home: Rig) -> None:
    """Letters of any alphabet; the same name written with combining marks is the same."""
    frozen(home, "декларация-й")
    assert path_of(home.home.published, "декларация-и\u0306").name == "декларация-й.duckdb"


def test_a_file_that_is_not_its_manifests_is_never_frozen(home: Rig) -> None:
    """A published file that was changed is refused, and nothing is left of the try."""
    file = home.home.current.resolve()
    published = home.home.published
    versioned = published / json.loads((published / "manifest.json").read_text("utf-8"))["file"]
    for path in (file, versioned):
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(HomeError, match="it was not frozen"):
        frozen(home)
    assert [each.name for each in (published / "frozen").iterdir()] == [".lock"]


def test_links_or_copies(home: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the published file itself under a second name, or, where a file can have one name only, a copy of it."""
    linked = frozen(home, "linked")
    assert linked.stat().st_nlink > 1

    def refused(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refused)
    copied = frozen(home, "copied")
    assert copied.stat().st_nlink == 1
    assert copied.read_bytes() == linked.read_bytes()
    assert {each.stat().st_mode & 0o777 for each in (linked, copied)} == {0o444}


def test_export_and_import(home: Rig, run: Run, tmp_path: Path) -> None:
    """One file, the same whenever it is made; another home takes it in and answers the same."""
    frozen(home, reason="for the auditor")
    first, second = tmp_path / "first.tar", tmp_path / "second.tar"
    assert run("frozen", "export", "declaration-2025", "-o", str(first))[0] == 0
    export(home.home.published, "declaration-2025", second)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as tar:
        assert tar.getnames() == ["declaration-2025.json", "declaration-2025.duckdb"]
    before = answer(run, "declaration-2025")
    assert run("frozen", "remove", "declaration-2025")[0] == 2
    assert run("frozen", "remove", "declaration-2025", "--yes")[0] == 0
    shutil.rmtree(home.home.published)
    assert run("frozen", "import", str(first))[0] == 0
    assert run("frozen", "import", str(first), "--as", "theirs")[0] == 0
    assert run("frozen", "import", str(first))[0] == 2
    assert answer(run, "declaration-2025") == before == answer(run, "theirs")
    rows = json.loads(run("frozen", "list", "--format", "json")[1])
    assert [(row["name"], row["reason"]) for row in rows] == [
        ("declaration-2025", "for the auditor"),
        ("theirs", "for the auditor"),
    ]
    assert run("frozen", "export", "theirs", "-o", str(first))[0] == 2


@pytest.mark.parametrize("what", ["flipped", "short", "longer", "link", "no tar", "first", "name"])
def test_a_damaged_or_hostile_import_is_refused(home: Rig, tmp_path: Path, what: str) -> None:
    """A flipped byte, a missing end, more entries, a link, another format, a name that is a path: nothing is frozen."""
    import io

    frozen(home, "good")
    good, bad = tmp_path / "good.tar", tmp_path / "bad.tar"
    export(home.home.published, "good", good)
    body = bytearray(good.read_bytes())
    if what == "flipped":
        body[len(body) // 2] ^= 1
    bad.write_bytes(bytes(body[: len(body) // 2] if what == "short" else body if what != "no tar" else b"PK\3\4"))
    if what in ("longer", "link", "first", "name"):
        with tarfile.open(good) as tar:
            entries = [(each, (tar.extractfile(each) or io.BytesIO()).read()) for each in tar]
        (listed, manifest), (member, file) = entries
        if what == "name":
            manifest = manifest.replace(b'"name": "good"', b'"name": "../out"')
            listed.size = len(manifest)
        if what == "link":
            member.type, member.linkname, member.size, file = tarfile.SYMTYPE, "/etc/passwd", 0, b""
        put = [(listed, manifest), (member, file), *([(listed, manifest)] if what == "longer" else [])]
        with tarfile.open(bad, "w") as tar:
            for each, content in put[1:] if what == "first" else put:
                tar.addfile(each, io.BytesIO(content))
    remove(home.home.published, "good")
    with pytest.raises((QuestionError, HomeError)):
        take_in(home.home.published, bad)
    assert frozen_ones(home.home.published) == {}
    assert not [each for each in tmp_path.rglob("*") if "out" in each.name]


def test_check_names_what_is_damaged(home: Rig, run: Run) -> None:
    """A changed byte of a frozen file, or a missing one, is told with exit status 1."""
    path = frozen(home, "first")
    frozen(home, "second")
    assert run("frozen", "check")[:2] == (0, "sound: first\nsound: second\n")
    body = path.read_bytes()
    path.unlink()
    path.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    status, out, _ = run("frozen", "check")
    assert (status, out.splitlines()[1]) == (1, "sound: second")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    assert out.startswith(f"damaged: first: first.duckdb has sha256 {found}, not the one of its manifest; restore")


def test_what_a_kill_left_is_no_dataset_and_goes(home: Rig) -> None:
    """A file without its manifest is not frozen; the next freezing clears it away, whatever its name."""
    published = home.home.published
    frozen(home, "whole")
    for left in ("half.duckdb", ".half.duckdb.tmp", ".whole.json.tmp"):
        (published / "frozen" / left).write_bytes(b"half")
    assert list(frozen_ones(published)) == ["whole"]
    with pytest.raises(QuestionError, match="unknown dataset 'half'; known: latest, whole, "):
        path_of(published, "half")
    frozen(home, "half")
    names = sorted(each.name for each in (published / "frozen").iterdir())
    assert names == [".lock", "half.duckdb", "half.json", "whole.duckdb", "whole.json"]
    assert damage(published, "half") is None


async def test_killed_while_freezing(home: Rig) -> None:
    """kill -9 at any moment leaves either nothing or all, and the same command can be run again."""
    folder = home.home.published / "frozen"
    async with forks(home, "freeze") as commands:
        for number in range(6):
            name = f"try-{number}"
            begun = folder / f".{name}.duckdb.tmp"
            await commands.killed_once(begun.exists, delay=number * 0.004, more=(name,))
            if name not in frozen_ones(home.home.published):
                assert await commands.start(name)
                assert await commands.ended() == 0
            assert damage(home.home.published, name) is None
    assert len(frozen_ones(home.home.published)) == 6
    assert not list(folder.glob(".*.tmp"))


def test_a_file_of_an_older_schema_answers_with_what_it_lacks_empty(
    home: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of the first schema still read the same answer comes; one that is given up names the program to ask."""
    old = tmp_path / "old.duckdb"
    shutil.copyfile(frozen(home), old)
    with duckdb.connect(str(old)) as file:
        for table in ("documents", "manual_quotations", "log_versions", "log_batches"):
            file.execute(f"DROP TABLE {table}")
        for column in ("shown_until", "document"):
            file.execute(f"ALTER TABLE publication_facts DROP COLUMN {column}")
        file.execute("DELETE FROM rulebooks WHERE key = 'manual_quotations'")
        file.execute("UPDATE dataset SET schema_version = 4")
    question = Question("BTC", date(2026, 3, 10), rulebook="hundred-million")
    with Reads(old) as then, Reads(home.home.current) as now:
        assert ask(then, question, home.now) == ask(now, question, home.now)
        assert then.rows("FROM documents", {}) == then.cursor().execute("FROM log_batches").fetchall() == []
    monkeypatch.setattr(older, "OLDEST_READABLE", 5)
    with pytest.raises(HomeError, match=r"has schema 4, this program knows 5; ask it with market-quotation-oracle \S+"):
        Reads(old).__enter__()


def test_datasets_are_for_every_asking_command(home: Rig, run: Run, tmp_path: Path) -> None:
    """price, threshold, compare and revisions take the same names, and tell the version that answered."""
    frozen(home, "filed")
    own_rulebook(home.home, "1")
    later = home.now + timedelta(days=1)
    home.now = later
    published(home)
    ledger, page = tmp_path / "ledger.csv", tmp_path / "page.csv"
    ledger.write_text("coin,date\nBTC,2026-03-10\n", "utf-8")
    page.write_text("date,venue,coin,rub\n2026-03-10,okx,BTC,4813321.25\n", "utf-8")
    with duckdb.connect(str(path_of(home.home.published, "filed")), read_only=True) as file:
        ((version,),) = file.execute("SELECT version FROM dataset").fetchall()
    for words in (
        ("price", str(ledger), "--rulebook", "own"),
        ("threshold", "--rulebook", "own", "--format", "json"),
        ("compare", "tax-service", str(page), "--format", "json"),
    ):
        status, out, _ = run(*words, "--dataset", "filed")
        assert status == 0
        assert version in out
        assert version not in run(*words)[1]
    assert run("revisions", "--dataset", "filed")[0] == 0
    assert run("quotation", "BTC", "2026-03-10", "--dataset", "filed", "--as-known-at", "2026-03-14T00:00:00Z")[0] == 2
