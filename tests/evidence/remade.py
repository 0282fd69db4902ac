"""A bundle with a part of it changed, by somebody who mends every hash and packs it anew: only the figures can tell."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from oracle.evidence.container import packed, write
from oracle.evidence.layout import MANIFEST, OBSERVATIONS, PAPERS, encoded

Files = dict[str, bytes]
Change = Callable[[Files], None]


def files_of(path: Path) -> Files:
    """All files of a bundle."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def remade(path: Path, out: Path, change: Change) -> Path:
    """The bundle after the change, its manifest and papers in order again."""
    files = files_of(path)
    change(files)
    manifest = json.loads(files[MANIFEST])
    listed = sorted(set(files) - {MANIFEST, PAPERS})
    manifest["files"] = [
        {"path": name, "bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()} for name in listed
    ]
    files[MANIFEST] = encoded(manifest)
    papers = json.loads(files[PAPERS])
    papers["manifest_sha256"] = hashlib.sha256(files[MANIFEST]).hexdigest()
    files[PAPERS] = encoded(papers)
    return zipped(files, out)


def zipped(files: Files, out: Path) -> Path:
    """Packed as a bundle is."""
    body = io.BytesIO()
    write(body, {name: packed(each) for name, each in files.items()})
    out.write_bytes(body.getvalue())
    return out


def in_json(name: str, change: Callable[[Any], None]) -> Change:
    """A change of a JSON file, written as the maker writes it."""

    def do(files: Files) -> None:
        document = json.loads(files[name])
        change(document)
        if name.startswith("answers/"):
            files[name] = json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
        else:
            files[name] = encoded(document)

    return do


def in_text(name: str, before: str, after: str) -> Change:
    """A change of a text that must stand there."""

    def do(files: Files) -> None:
        text = files[name].decode()
        assert before in text, before
        files[name] = text.replace(before, after).encode()

    return do


def in_page(symbol: str, source: str, change: Callable[[bytes], bytes | None], kind: str = "candles") -> Change:
    """A change of the response that shows a close, which its entry then names; None takes it out with its entry."""

    def do(files: Files) -> None:
        seen = json.loads(files[OBSERVATIONS])
        pages = [each for each in seen if each["source"] == source and each["kind"] == kind]
        named = files["answers/00001.json"].decode()
        about = [each for each in pages if each["subject"].startswith(symbol)]
        # The one that the answer names, if it names any.
        page = next((each for each in about if each["sha256"] in named), about[0])
        old = page["sha256"]
        body = change(files.pop(f"observations/{old}"))
        if body is None:
            seen = [each for each in seen if each["sha256"] != old]
        else:
            digest = hashlib.sha256(body).hexdigest()
            files[f"observations/{digest}"] = body
            for name in [each for each in files if each.endswith(".json")]:
                files[name] = files[name].replace(old.encode(), digest.encode())
            seen = json.loads(files[OBSERVATIONS])
        files[OBSERVATIONS] = encoded(seen)

    return do
