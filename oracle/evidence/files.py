"""The first half of verifying: every byte is as its maker left it, by container, manifest and papers."""

import zlib
from dataclasses import dataclass

from oracle.errors import QuestionError
from oracle.evidence import layout
from oracle.evidence.container import Container
from oracle.evidence.layout import Manifest, NoBundleError, Papers, decoded, encoded, sha256
from oracle.evidence.report import Report


@dataclass(frozen=True, slots=True)
class Checked:
    """A bundle whose files are what its manifest lists."""

    container: Container
    manifest: Manifest
    manifest_sha256: str


def check_files(container: Container, report: Report, *, packed_here: bool = False) -> Checked | None:
    """Check all files; None where something was changed, which `report` names: then nothing of it is looked at.

    `packed_here`: this process has just packed it, so it need not be seen that it would pack it so.
    """
    for file, what in container.faults:
        report.failed("container", file, what)
    manifest, digest = _manifest(container, report)
    if manifest is None:
        return None
    _papers(container, digest, report)
    listed = {each.path: each for each in manifest.files}
    _names(container, listed, report)
    for name in sorted(set(listed) & set(container.members)):
        _file(container, name, listed[name], report)
    if not packed_here and report.agrees:
        _packing(container, manifest, report)
    if not report.agrees:
        return None
    report.passed("files", files=len(listed), bytes=sum(each.bytes for each in manifest.files))
    report.told("manifest", layout.MANIFEST, sha256=digest)
    return Checked(container, manifest, digest)


def _manifest(container: Container, report: Report) -> tuple[Manifest | None, str]:
    if layout.MANIFEST not in container.members:
        raise NoBundleError(f"there is no {layout.MANIFEST} in it: this is no bundle of evidence")
    body = _read(container, layout.MANIFEST, report)
    if body is None:
        return None, ""
    manifest = decoded(body, Manifest, layout.MANIFEST)
    if manifest.format != layout.FORMAT:
        raise NoBundleError(f"its format is {manifest.format[:60]!r}; this program reads {layout.FORMAT}")
    if encoded(manifest) != body:
        report.failed("written_otherwise", layout.MANIFEST)
    if len({each.path for each in manifest.files}) < len(manifest.files):
        report.failed("listed_twice", layout.MANIFEST)
    return manifest, sha256(body)


def _read(container: Container, name: str, report: Report) -> bytes | None:
    try:
        return container.read(name)
    except QuestionError as error:
        report.failed("bytes", name, str(error))
        return None


def _papers(container: Container, digest: str, report: Report) -> None:
    """The second layer, where there is one: its file names the manifest and every rendering."""
    renderings: set[str] = set()
    if layout.PAPERS in container.members:
        body = _read(container, layout.PAPERS, report)
        if body is None:
            return
        papers = decoded(body, Papers, layout.PAPERS)
        if papers.format != layout.FORMAT or encoded(papers) != body:
            report.failed("written_otherwise", layout.PAPERS)
        if papers.manifest_sha256 != digest:
            report.failed("hash", layout.MANIFEST, "sha256", digest, papers.manifest_sha256)
        for each in papers.renderings:
            renderings.add(each.path)
            if each.path not in layout.SECOND_LAYER:
                report.failed("unlisted", each.path)
            elif each.path not in container.members:
                report.failed("missing", each.path)
            else:
                _file(container, each.path, each, report)
    signed = {layout.PAPERS, layout.SIGNATURE}
    for name in container.members:
        if name in layout.SECOND_LAYER - signed - renderings:
            report.failed("unlisted", name)


def _names(container: Container, listed: dict[str, layout.FileEntry], report: Report) -> None:
    outside = {layout.MANIFEST, *layout.SECOND_LAYER}
    for name in sorted(set(listed) - set(container.members)):
        report.failed("missing", name)
    for name in sorted(set(container.members) - set(listed) - outside):
        if not name.startswith(layout.STAMPS):
            report.failed("unlisted", name)
    for name in sorted(set(listed) & outside):
        report.failed("unlisted", name)


def _file(container: Container, name: str, entry: layout.FileEntry, report: Report) -> None:
    body = _read(container, name, report)
    if body is None:
        return
    if len(body) != entry.bytes:
        report.failed("hash", name, "bytes", str(len(body)), str(entry.bytes))
    elif (digest := sha256(body)) != entry.sha256:
        report.failed("hash", name, "sha256", digest, entry.sha256)
    elif name.startswith("observations/") and name != f"observations/{digest}":
        report.failed("hash", name, "name", digest, name)


def _packing(container: Container, manifest: Manifest, report: Report) -> None:
    """The same bytes can be packed in several ways: by the same zlib there is one."""
    if manifest.zlib != zlib.ZLIB_RUNTIME_VERSION:
        report.told("packed_elsewhere", zlib=manifest.zlib, ours=zlib.ZLIB_RUNTIME_VERSION)
        return
    for name in container.members:
        if not container.is_packed_our_way(name, container.read(name)):
            report.failed("packed_otherwise", name)
