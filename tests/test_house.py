"""The walls of the house: which way imports run, where clocks and doors are, what must not be in a file."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "oracle").rglob("*.py"))

# A room may import from rooms of lower floors, and from its own.
FLOORS = [
    {"errors", "lazy", "__init__", "judged_by"},
    {"days", "numbers", "currencies"},
    {"terms"},
    {"law", "fetch"},
    {"diagnosis", "part"},
    {"words", "answer_choice", "answer_tax"},
    {"answer_sensitivity"},
    {"venues", "bank_of_russia", "archive", "answer"},
    {"answer_comparison", "answer_threshold", "answer_differences", "seal"},
    {"store", "knowledge", "addresses", "taxpayers", "theirs", "judgement"},
    {"imports", "court", "coin", "cautions", "documents"},
    {"manual"},
    {"choosing", "taxed", "grounds"},
    {"collect", "judge", "assemble", "percoin", "configuration", "utc_values"},
    {"facts", "floor_series"},
    {"pricing", "entered", "otherwise"},
    {"sensitivity", "threshold"},
    {"ask", "fill", "outputs"},
    {"standing"},
    {"publish", "settings", "twin", "comparing", "price"},
    {"operate", "publisher", "rewind", "freezing", "differences"},
    {"evidence"},
    {"collector", "api"},
    {"gather", "schedule", "backfill", "client", "filing"},
    {"demo"},
    {"commands"},
    {"cli"},
    {"__main__"},
]


def _room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = (
                {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "oracle" else {node.module}
            )
            found |= names
    return found


def _floor(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_imports_run_one_way(path: Path) -> None:
    """A module imports only from its own room and from lower floors; settings is imported lazily by none below."""
    own = path.relative_to(ROOT / "oracle").parts[0].removesuffix(".py")
    for name in _imports(path):
        if name.split(".")[0] != "oracle" or name == "oracle.__version__":
            continue
        other = _room(name)
        allowed = other == own or _floor(other) < _floor(own) or (own, other) == ("settings", "collect")
        assert allowed, f"{own} imports {other}"


@pytest.mark.parametrize("path", sorted((ROOT / "oracle" / "law").glob("*.py")), ids=lambda path: path.name)
def test_the_law_has_no_clock_and_no_door(path: Path) -> None:
    """The law reads no clock, no file, no network, no database and no environment."""
    doors = {"time", "os", "io", "pathlib", "socket", "asyncio", "aiohttp", "duckdb", "random", "subprocess", "sys"}
    assert not {name.split(".")[0] for name in _imports(path)} & doors
    called = {
        node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
    }
    assert not called & {"now", "utcnow", "today", "open", "print", "float"}


def test_only_the_edges_read_the_clock() -> None:
    """`datetime.now` stands in settings, which gives all others their clock, and nowhere else."""
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        if re.search(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(", path.read_text("utf-8"))
    }
    assert readers == {"oracle/settings.py"}


def test_only_the_wire_imports_ccxt() -> None:
    """ccxt is met in one place."""
    users = {path.name for path in MODULES if any(name.split(".")[0] == "ccxt" for name in _imports(path))}
    assert users == {"wire.py"}


def test_no_file_names_a_machine() -> None:
    """Nothing that is tracked holds a path of somebody's machine."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    places = re.compile("|".join(f"/{name}/" for name in ("work", "root", "home", "Users")))
    for name in listed.stdout.split():
        path = ROOT / name
        if path.is_file():
            found = places.search(path.read_text("utf-8", "replace"))
            assert found is None, f"{name}: {found}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_one_file_one_sentence(path: Path) -> None:
    """Each file says in its docstring what it is, and is short enough to be that."""
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 330
