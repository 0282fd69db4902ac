"""The Merkle tree of RFC 6962 and 9162 (section 2.1) over SHA-256: roots, proofs that a leaf is in, proofs of growth.

Hashes are 32 bytes. A tree is made of leaf hashes, so whoever has them proves what is in it without the leaves.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

HASH = 32
EMPTY = sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of one leaf; its prefix tells it from a node."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a tree that grows: hashes of its complete subtrees, largest first, at most one of each size.

    All that appending needs: k leaves cost O(k + log n), whatever n is.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        self.size, self.hashes = size, list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees at its edge")

    def append(self, hashes: Iterable[bytes]) -> None:
        """Add leaf hashes at the right."""
        for leaf in hashes:
            node, size = leaf, self.size
            while size & 1:
                node, size = node_hash(self.hashes.pop(), node), size >> 1
            self.hashes.append(node)
            self.size += 1

    def root(self) -> bytes:
        """Root of the tree as it is now."""
        return _folded(self.hashes)


class Tree:
    """A tree whose node hashes are all built once: roots and proofs of every size up to its own take O(log n)."""

    def __init__(self, leaves: bytes) -> None:
        """`leaves`: the leaf hashes, 32 bytes each, in their order."""
        if len(leaves) % HASH:
            raise ValueError(f"{len(leaves)} bytes are no whole number of hashes")
        self.size = len(leaves) // HASH
        # Level h holds the complete subtrees of 2**h leaves. Siblings lie side by side: a pair is one slice.
        self._levels = [leaves]
        while len(below := self._levels[-1]) >= 2 * HASH:
            pairs = range(0, len(below) - 2 * HASH + 1, 2 * HASH)
            self._levels.append(b"".join([sha256(b"\x01" + below[at : at + 2 * HASH]).digest() for at in pairs]))

    @property
    def leaves(self) -> bytes:
        """The leaf hashes, as given."""
        return self._levels[0]

    def root(self, size: int | None = None) -> bytes:
        """Root of the first `size` leaves, of all where it is None."""
        return self._of(0, self._within(size))

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Hashes that lead from the leaf at `index`, counted from 0, to the root of the first `size` leaves."""
        first, last = 0, self._within(size)
        if not 0 <= index < last:
            raise IndexError(f"there is no leaf {index} among {last}")
        path = []
        while last - first > 1:
            middle = first + _split(last - first)
            if index < middle:
                path.append(self._of(middle, last))
                last = middle
            else:
                path.append(self._of(first, middle))
                first = middle
        return path[::-1]

    def consistency(self, older: int, newer: int | None = None) -> list[bytes]:
        """Hashes that show the tree of `newer` leaves to begin with the `older` ones; none if that is plain."""
        first, last = 0, self._within(newer)
        if not 0 <= older <= last:
            raise IndexError(f"a tree of {last} leaves does not extend one of {older}")
        if older in {0, last}:
            return []
        path, whole = [], True  # whole: all that is left of the older tree is one that its root already is
        while older != last:
            middle = first + _split(last - first)
            if older <= middle:
                path.append(self._of(middle, last))
                last = middle
            else:
                path.append(self._of(first, middle))
                first, whole = middle, False
        return path[::-1] if whole else [self._of(first, last), *path[::-1]]

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise IndexError(f"the tree has {self.size} leaves, not {size}")
        return size

    def _of(self, first: int, last: int) -> bytes:
        """Root of the leaves from `first` to before `last`: ranges that the RFC's recursion meets, so aligned ones."""
        parts = []
        while first < last:
            height = (last - first).bit_length() - 1
            at = (first >> height) * HASH
            parts.append(self._levels[height][at : at + HASH])
            first += 1 << height
        return _folded(parts)


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Root over these leaf hashes."""
    edge = Edge()
    edge.append(hashes)
    return edge.root()


def includes(root: bytes, size: int, index: int, leaf: bytes, path: Sequence[bytes]) -> bool:
    """Whether `path` shows the leaf hash at `index` of the tree with this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for sibling in path:
        if not last:
            return False
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


def extends(older: tuple[int, bytes], newer: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether `path` shows the newer tree, (size, root), to begin with all of the older (RFC 9162, 2.1.4.2)."""
    (size, root), (newer_size, newer_root) = older, newer
    if not 0 <= size <= newer_size:
        return False
    if size in {0, newer_size}:
        return not path and root == (newer_root if size else EMPTY)
    # Where the older tree is one complete subtree, its root is the first node and is not sent.
    nodes = list(path) if size & (size - 1) else [root, *path]
    number, last = size - 1, newer_size - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    if not nodes:
        return False
    old = new = nodes[0]
    for node in nodes[1:]:
        if not last:
            return False
        if number & 1 or number == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, node)
        number, last = number >> 1, last >> 1
    return last == 0 and old == root and new == newer_root


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def _folded(parts: Sequence[bytes]) -> bytes:
    """Root over complete subtrees side by side, largest first."""
    if not parts:
        return EMPTY
    found = parts[-1]
    for left in parts[-2::-1]:
        found = node_hash(left, found)
    return found
