"""The checksum that an exchange publishes beside a file: `<sha256>  <name>`, as sha256sum writes it."""

import re
from pathlib import Path

from oracle.errors import QuestionError

_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](\S+)", re.ASCII)
SUFFIX = ".CHECKSUM"


def verified(path: Path, sha256: str) -> bool:
    """Whether a checksum lies beside the file and is its own; QuestionError if it is another file's."""
    beside = path.with_name(path.name + SUFFIX)
    try:
        with beside.open("rb") as file:
            text = file.read(4096).decode("utf-8", "replace").strip()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise QuestionError(f"{beside.name} cannot be read: {error.strerror}; remove it or make it readable") from error
    match = _LINE.fullmatch(text)
    if match is None or match[2] != path.name:
        raise QuestionError(f"{beside.name} is no checksum of {path.name}; download both again")
    if match[1].lower() != sha256:
        raise QuestionError(f"{path.name} has another checksum than {beside.name} says; download both again")
    return True
