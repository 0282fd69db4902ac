"""The hash tree gives the roots and proofs of RFC 6962, and accepts no others."""

from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.seal.tree import EMPTY, HASH, Edge, Tree, extends, includes, leaf_hash, root_of

# The leaves and roots by which Certificate Transparency's implementations check themselves.
REFERENCE = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
REFERENCE.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.integers(1, 70)


def made(size: int) -> Tree:
    """A tree of the leaves b'0', b'1', ..."""
    return Tree(b"".join(leaf_hash(str(number).encode()) for number in range(size)))


def theirs(size: int) -> pymerkle.InmemoryTree:
    """The same leaves in another implementation."""
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        tree.append_entry(str(number).encode())
    return tree


BIG, THEIRS = made(70), theirs(70)


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS)))
def test_roots_are_those_of_certificate_transparency(size: int, root: str) -> None:
    """The eight reference leaves give the nine reference roots, built at once and one by one."""
    hashes = [leaf_hash(each) for each in REFERENCE]
    assert Tree(b"".join(hashes)).root(size).hex() == root
    assert root_of(hashes[:size]).hex() == root


def test_proofs_are_those_of_certificate_transparency() -> None:
    """Reference proofs: leaf 5 of 8, and from 6 leaves to 8."""
    tree = Tree(b"".join(leaf_hash(each) for each in REFERENCE))
    assert [each.hex() for each in tree.inclusion(5, 8)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [each.hex() for each in tree.consistency(6, 8)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


@given(SIZES, st.data())
def test_inclusion_agrees_with_another_implementation(size: int, data: st.DataObject) -> None:
    """Of any leaf in any size, the proof is that of pymerkle, and each accepts the other's."""
    index = data.draw(st.integers(0, size - 1))
    proof, root, leaf = THEIRS.prove_inclusion(index + 1, size), THEIRS.get_root(size), leaf_hash(str(index).encode())
    path = BIG.inclusion(index, size)
    # They count the leaf itself as the first of the path.
    assert path == [bytes.fromhex(each) for each in proof.serialize()["path"]][1:]
    assert includes(root, size, index, leaf, path)
    assert BIG.root(size) == root


@given(SIZES, st.data())
def test_growth_is_proven_and_believed(size: int, data: st.DataObject) -> None:
    """Between any two sizes the proof holds, with roots of pymerkle, and is no longer than the RFC's bound."""
    older = data.draw(st.integers(0, size))
    path = BIG.consistency(older, size)
    assert extends((older, THEIRS.get_root(older) if older else EMPTY), (size, THEIRS.get_root(size)), path)
    assert len(path) <= size.bit_length() + 1


@given(SIZES, st.data())
def test_a_wrong_proof_convinces_nobody(size: int, data: st.DataObject) -> None:
    """Another leaf, another place, another root, a hash changed, dropped or added: no proof."""
    index = data.draw(st.integers(0, size - 1))
    root, leaf, path = BIG.root(size), leaf_hash(str(index).encode()), BIG.inclusion(index, size)
    other = sha256(b"other").digest()
    assert not includes(root, size, index, other, path)
    assert not includes(other, size, index, leaf, path)
    assert not any(includes(root, size, each, leaf, path) for each in range(-1, size + 2) if each != index)
    assert not includes(root, size, index, leaf, [*path, other])
    assert not any(includes(root, size, index, leaf, path[:at] + path[at + 1 :]) for at in range(len(path)))
    assert not any(includes(root, size, index, leaf, [*path[:at], other, *path[at + 1 :]]) for at in range(len(path)))


@given(SIZES, st.data())
def test_a_rewritten_past_is_no_growth(size: int, data: st.DataObject) -> None:
    """A tree that does not begin with the older leaves cannot be shown to extend it by any of the proofs at hand."""
    older = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, older - 1))
    hashes = [leaf_hash(str(number).encode()) for number in range(size)]
    hashes[changed] = leaf_hash(b"rewritten")
    forged = Tree(b"".join(hashes))
    before = (older, BIG.root(older))
    for path in (forged.consistency(older), BIG.consistency(older, size)):
        assert not extends(before, (size, forged.root()), path)
    assert not extends(before, (size, BIG.root(size)), [*BIG.consistency(older, size), leaf_hash(b"")])
    assert not extends((size + 1, before[1]), (size, BIG.root(size)), [])


@given(SIZES, st.data())
def test_an_edge_goes_on_where_it_was_left(size: int, data: st.DataObject) -> None:
    """Appending to a kept edge gives the root of all leaves, and keeps no more than its complete subtrees."""
    first = data.draw(st.integers(0, size))
    hashes = [leaf_hash(str(number).encode()) for number in range(size)]
    begun = Edge()
    begun.append(hashes[:first])
    gone_on = Edge(begun.size, begun.hashes)
    gone_on.append(hashes[first:])
    assert gone_on.root() == BIG.root(size)
    assert len(gone_on.hashes) == size.bit_count()


def test_what_is_no_tree_is_refused() -> None:
    """Half a hash, an edge of another size, a leaf or a size that is not there are errors."""
    with pytest.raises(ValueError, match="no whole number of hashes"):
        Tree(b"x" * (HASH + 1))
    with pytest.raises(ValueError, match="has 2 complete subtrees"):
        Edge(3, [EMPTY])
    for ask in (lambda: BIG.inclusion(7, 7), lambda: BIG.root(71), lambda: BIG.consistency(8, 7)):
        with pytest.raises(IndexError):
            ask()
