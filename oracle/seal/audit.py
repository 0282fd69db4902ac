"""The audit of a home: every leaf made again from the archive's bytes and held against what the log says of it."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from oracle.archive import Archive
from oracle.errors import HomeError
from oracle.seal.leaf import leaves
from oracle.seal.log import Log, Placed, split
from oracle.seal.tree import Edge, root_of
from oracle.terms import Observation


class Finding(NamedTuple):
    """One thing that was found; `failed`: something was changed, removed or slipped in.

    `what`: changed, removed, unreadable, inserted (in the archive, older than what is logged, and not logged), root or
    published (the log contradicts itself or what was published), leaves; and, of no harm: late, not_logged, restart.
    """

    what: str
    failed: bool
    batch: str | None
    said: str


def audit(archive: Archive, log: Log, manifest: Mapping[str, Any] | None) -> Iterator[Finding]:
    """What is to be said of the log and the archive; nothing at all if every observation is as it was published."""
    try:
        log.confirm(manifest)
    except HomeError as error:
        yield Finding("published", failed=True, batch=None, said=str(error))
    for entry in log.entries:
        if entry.version is None:
            yield Finding("restart", failed=False, batch=None, said=f"{entry.at}: begun anew: {entry.reason}")
    logged, there = log.batches, archive.batches()
    yield from _versions(archive, log, set(there))
    known = {each.taken.batch for each in logged}
    newest = max(known, default="")
    for batch in there:
        if batch in known:
            continue
        if batch < newest:
            said = f"{batch} is not logged, but older than batches that are; `oracle publish` logs it as late"
            yield Finding("inserted", failed=True, batch=batch, said=said)
        else:
            yield Finding("not_logged", failed=False, batch=batch, said=f"{batch} is not published yet")


def _versions(archive: Archive, log: Log, there: set[str]) -> Iterator[Finding]:
    """Batch by batch; then the roots of the versions, as long as nothing was found that changes them."""
    try:
        hashes: list[bytes] | None = split(log.built().leaves)
    except HomeError as error:
        hashes = None
        yield Finding("leaves", failed=True, batch=None, said=str(error))
    roots = {entry.version: entry for entry in log.entries}
    edge, sound = Edge(), True
    for version, batches in groupby(log.batches, key=lambda each: each.version):
        for each in batches:
            found = _batch(archive, each, hashes, edge) if each.taken.batch in there else _removed(each)
            sound = sound and not found
            if found:
                yield found
            if each.taken.late:
                said = f"{each.taken.batch} came in with version {version}, later than its name says"
                yield Finding("late", failed=False, batch=each.taken.batch, said=said)
        entry = roots[version]
        if sound and (edge.size, edge.root().hex()) != (entry.size, entry.root):
            sound = False
            said = f"the batches of version {version} do not give its root: the journal was changed"
            yield Finding("root", failed=True, batch=None, said=said)


def _removed(each: Placed) -> Finding:
    said = f"{each.taken.batch}, logged with version {each.version}, is gone from the archive; restore it from a backup"
    return Finding("removed", failed=True, batch=each.taken.batch, said=said)


def _batch(archive: Archive, each: Placed, hashes: list[bytes] | None, edge: Edge) -> Finding | None:
    """What is wrong with one batch; its leaves are added to the edge."""
    batch = each.taken.batch
    try:
        observations = archive.read(batch)
    except HomeError as error:
        return Finding("unreadable", failed=True, batch=batch, said=str(error))
    found = leaves(observations)
    edge.append(found)
    if root_of(found).hex() == each.taken.root:
        return None
    before = hashes[each.first : each.first + each.taken.leaves] if hashes is not None else []
    said = f"{batch} is not what it was in version {each.version}: {_difference(observations, found, before, each)}"
    return Finding("changed", failed=True, batch=batch, said=f"{said}; restore it from a backup")


def _difference(observations: list[Observation], found: list[bytes], before: list[bytes], each: Placed) -> str:
    if len(found) != each.taken.leaves:
        return f"it holds {len(found)} observations, {each.taken.leaves} were logged"
    pairs = enumerate(zip(found, before, strict=False))
    changed = [number for number, (now, then) in pairs if now != then]
    if not changed:
        return "which of its observations cannot be told"
    first = observations[changed[0]]
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"observation {changed[0]} ({first.source} {first.kind} {first.subject}){more}"
