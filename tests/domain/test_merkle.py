"""The hash tree of RFC 6962, against published vectors and a plain reading of the definition."""

import base64
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.merkle import EMPTY, Frontier, Tree, extends, holds_leaf, joined, leaf_hash, perfect, siblings

LEAVES = [leaf_hash(str(number).encode()) for number in range(70)]


def definition(leaves):
    """MTH of RFC 6962 section 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + definition(leaves[:split]) + definition(leaves[split:])).digest()


def unpacked(vector, *names):
    return [base64.b64decode(vector[name]) for name in names]


def proof_of(vector):
    return [base64.b64decode(part) for part in vector["proof"] or []]


@pytest.mark.shared
def test_inclusion_agrees_with_every_published_vector(shared):
    """All right proofs of inclusion are accepted and all wrong ones refused."""
    vectors = json.loads((shared / "data" / "merkle-vectors.json").read_text())["inclusion"]
    wrong = []
    for vector in vectors:
        leaf, root = unpacked(vector, "leafHash", "root")
        if holds_leaf(leaf, vector["leafIdx"], vector["treeSize"], proof_of(vector), root) is vector["wantErr"]:
            wrong.append(vector["name"])

    assert len(vectors) == 98
    assert wrong == []


@pytest.mark.shared
def test_consistency_agrees_with_every_published_vector(shared):
    """All right proofs of consistency are accepted and all wrong ones refused; from size 0 none is."""
    vectors = json.loads((shared / "data" / "merkle-vectors.json").read_text())["consistency"]
    wrong = []
    for vector in vectors:
        old, new = unpacked(vector, "root1", "root2")
        accepted = extends(vector["size1"], old, vector["size2"], new, proof_of(vector))
        if accepted is (vector["wantErr"] or vector["size1"] == 0):
            wrong.append(vector["name"])

    assert len(vectors) == 98
    assert wrong == []


def test_tree_root_is_the_definitions_at_every_size():
    """The root of the first n lines is RFC 6962's, for each n, whatever the tree has grown to."""
    tree = Tree(LEAVES)

    assert [tree.root(size) for size in range(71)] == [definition(LEAVES[:size]) for size in range(71)]
    assert Tree([]).root() == EMPTY


def test_inclusion_proof_holds_for_its_own_line_only():
    """A proof fits one line at one place in one tree."""
    for size in range(1, 18):
        tree = Tree(LEAVES[:size])
        for index in range(size):
            proof = tree.inclusion(index)
            places = [at for at in range(size) if holds_leaf(LEAVES[index], at, size, proof, tree.root())]
            lines = [at for at in range(size) if holds_leaf(LEAVES[at], index, size, proof, tree.root())]

            assert (places, lines) == ([index], [index])


def test_consistency_proof_holds_between_any_two_sizes():
    """Each earlier head is shown to lead to each later one, and to none with another root."""
    for size in range(1, 34):
        tree = Tree(LEAVES[:size])
        for old in range(1, size + 1):
            proof = tree.consistency(old)

            assert extends(old, tree.root(old), size, tree.root(), proof)
            assert not extends(old, LEAVES[0][::-1], size, tree.root(), proof)
            assert not extends(old, tree.root(old), size, LEAVES[0][::-1], proof)


@given(st.integers(1, 69), st.integers(0, 68), st.integers(0, 31), st.integers(1, 255))
def test_a_changed_byte_breaks_a_consistency_proof(size, part, byte, flip):
    """No proof with one byte changed is accepted."""
    tree = Tree(LEAVES)
    proof = tree.consistency(size)
    part %= len(proof)
    changed = bytearray(proof[part])
    changed[byte] ^= flip

    assert not extends(size, tree.root(size), 70, tree.root(), [*proof[:part], bytes(changed), *proof[part + 1 :]])


@given(st.lists(st.integers(0, 5), min_size=2, max_size=20), st.data())
def test_a_reordered_or_dropped_line_changes_the_root(lines, data):
    """The head fixes every line and its place."""
    leaves = [leaf_hash(bytes([line])) for line in lines]
    position = data.draw(st.integers(0, len(lines) - 2))
    swapped = [*leaves]
    swapped[position], swapped[position + 1] = swapped[position + 1], swapped[position]

    assert (Tree(swapped).root() == Tree(leaves).root()) is (lines[position] == lines[position + 1])
    assert Tree(leaves[:position] + leaves[position + 1 :]).root() != Tree(leaves).root()


@pytest.mark.parametrize(("asked", "value"), [("root", 3), ("root", -1), ("inclusion", 2), ("consistency", 0)])
def test_tree_knows_its_bounds(asked, value):
    """A root or proof beyond the tree is a mistake of the caller."""
    with pytest.raises(IndexError):
        getattr(Tree(LEAVES[:2]), asked)(value)


def test_growing_tree_keeps_what_every_head_and_proof_needs():
    """A tree that grows leaf by leaf, keeping what each leaf ended, gives every head and path of the whole tree."""
    frontier, kept = Frontier(0, []), []
    kept += [frontier.append(leaf) for leaf in LEAVES]

    def made(parts):
        return joined([kept[place][height] for place, height in parts])

    for size in range(71):
        whole = Tree(LEAVES[:size])

        assert made(perfect(0, size)) == whole.root()
        for index in range(size):
            assert [made(parts) for parts in siblings(index, size)] == whole.inclusion(index)


def test_growing_goes_on_from_what_was_kept():
    """From the right edge alone the tree grows as it would have: nothing but a few hashes is read again."""
    for size in range(70):
        frontier = Frontier(0, [])
        kept = [frontier.append(leaf) for leaf in LEAVES]
        edge = [kept[place][height] for place, height in perfect(0, size)]

        assert len(edge) <= size.bit_length()
        assert Frontier(size, edge).append(LEAVES[size]) == kept[size]
