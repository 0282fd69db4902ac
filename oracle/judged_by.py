"""By which program days are judged: a digest of the files whose change may change what the law comes to."""

import hashlib
from functools import cache
from pathlib import Path

# Facts of venues and the words of reasons stand in the tables too. Fewer than a hundred small files.
_FILES = (
    *("court.py", "days.py", "fill.py", "grounds.py", "judge.py", "judgement.py", "numbers.py", "standing.py"),
    *("law/*.py", "venues/*.py", "words/*.py", "store/*.sql"),
    *("store/dealt.py", "store/figures.py", "store/naming.py"),
)


@cache
def judged_by(package: Path = Path(__file__).parent) -> str:
    """The digest, once per process: a patched program of the same version judges everything again."""
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _FILES for path in package.glob(pattern)}):
        body = path.read_bytes()
        digest.update(f"{path.relative_to(package)} {len(body)}\n".encode() + body)
    return digest.hexdigest()
