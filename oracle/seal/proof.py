"""Proofs out of the log as documents: that an observation is in it, that it has only grown; made and checked alike."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from oracle.archive import Archive
from oracle.errors import HomeError, QuestionError
from oracle.seal.leaf import leaf
from oracle.seal.log import Log
from oracle.seal.tree import HASH, Tree, extends, includes, leaf_hash


class Head(msgspec.Struct, frozen=True):
    """A tree as a version published it; of a manifest's `log` the parts that a proof is about."""

    tree: int
    size: int
    root: str
    version: str | None = None
    chain: str | None = None


class Inclusion(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="proof", tag="inclusion/1"):
    """That `leaf`, the canonical text of an observation, stands at `position` of the tree `head`."""

    head: Head
    batch: str
    position: int
    leaf: str
    path: list[str]


class Consistency(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="proof", tag="consistency/1"):
    """That the tree `newer` begins with all of the tree `older`."""

    older: Head
    newer: Head
    path: list[str]


class Place(NamedTuple):
    """Where an observation is: its batch, its number within the batch, its position in the log; both from 0."""

    batch: str
    number: int
    position: int


def head(log: Log) -> Head:
    """The newest published tree; HomeError if nothing is logged."""
    last = log.entries[-1:]
    if not last or last[0].version is None:
        raise HomeError("nothing is logged in the present tree; run `oracle publish`")
    entry = last[0]
    return Head(entry.tree, entry.size, entry.root, entry.version, entry.chain)


def places(archive: Archive, log: Log, hashes: Collection[str]) -> dict[str, list[Place]]:
    """By hash of the body, the logged observations that have it, oldest first; no key where there is none."""
    wanted = pa.array(sorted(hashes), pa.string())
    found: dict[str, list[Place]] = {}
    for each in log.batches:
        column = archive.hashes(each.taken.batch)
        for number in pc.indices_nonzero(pc.is_in(column, wanted)).to_pylist():
            place = Place(each.taken.batch, number, each.first + number)
            found.setdefault(column[number].as_py(), []).append(place)
    return found


def prove(archive: Archive, log: Log, sha256: str) -> Inclusion:
    """Proof that the oldest logged response with this hash is in the newest tree; QuestionError if there is none."""
    of, found = head(log), places(archive, log, [sha256])
    if sha256 not in found:
        raise QuestionError(f"no logged response has the hash {sha256[:70]!r}; see the published table observations")
    place = found[sha256][0]
    made = leaf(archive.read(place.batch)[place.number])
    proof = inclusion(log.built(), of, place, made)
    if not holds(proof):
        raise HomeError(f"{place.batch} is not what was logged; see `oracle log check`")
    return proof


def inclusion(tree: Tree, of: Head, place: Place, made: bytes) -> Inclusion:
    """The proof for the leaf at a place; of many leaves, one tree serves all."""
    path = [each.hex() for each in tree.inclusion(place.position, of.size)]
    return Inclusion(of, place.batch, place.position, made.decode(), path)


def grown(log: Log, older: Mapping[str, Any], newer: Mapping[str, Any] | None = None) -> Consistency:
    """Proof that the log extends an older version, by manifests; HomeError says what was done to it if it does not."""
    before, after = told(older), told(newer) if newer else head(log)
    for each in (before, after):
        if each.tree != log.tree:
            reasons = "; ".join(f"{entry.at}: {entry.reason}" for entry in log.entries if entry.version is None)
            raise HomeError(
                f"version {each.version} is of tree {each.tree}, the log of tree {log.tree}: nothing can be proven "
                f"over a restart ({reasons or 'none is recorded: this is another log'})"
            )
    tree = log.built()
    for each in (before, after):
        if each.size > tree.size or tree.root(each.size).hex() != each.root:
            raise HomeError(
                f"version {each.version} had {each.size} observations with root {each.root[:16]}...; the log has "
                f"{tree.size}, and its first ones are others: what was published has been rewritten"
            )
        if each.chain and not log.knows(each.chain):
            raise HomeError(f"version {each.version} is not among the versions of the log: its journal was rewritten")
    if before.size > after.size:
        raise QuestionError(f"version {before.version} is newer than {after.version}; name the older one first")
    return Consistency(before, after, [each.hex() for each in tree.consistency(before.size, after.size)])


def told(manifest: Mapping[str, Any]) -> Head:
    """The tree of which a manifest, or what it says of the log, tells; QuestionError if it tells of none."""
    try:
        found = msgspec.convert(manifest.get("log", manifest), Head)
        sound = len(bytes.fromhex(found.root)) == HASH and found.size >= 0
    except (msgspec.ValidationError, ValueError) as error:
        raise QuestionError(f"the document tells of no log ({error}); give the .json of a published version") from error
    if not sound:
        raise QuestionError("the document tells of no log; give the .json of a published version")
    return found


def read_proof(document: bytes) -> Inclusion | Consistency:
    """A proof as `oracle log` prints it; QuestionError if it is none."""
    try:
        return msgspec.json.decode(document, type=Inclusion | Consistency)
    except (msgspec.DecodeError, ValueError) as error:
        raise QuestionError(f"no proof of the log: {error}") from error


def holds(proof: Inclusion | Consistency) -> bool:
    """Whether a proof proves what it says: offline, by itself. Whose root it is has to be known otherwise."""
    try:
        path = [bytes.fromhex(each) for each in proof.path]
        if isinstance(proof, Inclusion):
            of = proof.head
            return includes(bytes.fromhex(of.root), of.size, proof.position, leaf_hash(proof.leaf.encode()), path)
        before, after = proof.older, proof.newer
        ends = (before.size, bytes.fromhex(before.root)), (after.size, bytes.fromhex(after.root))
        return before.tree == after.tree and extends(*ends, path)
    except ValueError:
        return False
