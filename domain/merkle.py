"""The RFC 6962 hash tree: roots, inclusion and consistency proofs, and their checks.

Leaf SHA-256(0x00 ‖ line), node SHA-256(0x01 ‖ left ‖ right), empty tree SHA-256(""). A check answers
True or False and never raises, whatever it is given; the verifying algorithms are those of RFC 9162
sections 2.1.3.2 and 2.1.4.2.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

Hash = bytes

EMPTY: Hash = sha256(b"").digest()
LENGTH = len(EMPTY)


def leaf_hash(line: bytes) -> Hash:
    """The leaf of one line, without its newline."""
    return sha256(b"\x00" + line).digest()


def _node(left: Hash, right: Hash) -> Hash:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree over leaf hashes, all levels kept: every root and proof of it is a few look-ups."""

    def __init__(self, leaves: Iterable[Hash]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_paired(self._levels[-1]))

    def __len__(self) -> int:
        return len(self._levels[0])

    def root(self, size: int | None = None) -> Hash:
        """The head of the first `size` leaves (0..len); of all where left out."""
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise IndexError(size)
        return self._range(0, size) if size else EMPTY

    def _range(self, start: int, end: int) -> Hash:
        """The hash of the leaves start..end, a subtree of RFC 6962's division."""
        height = (end - start - 1).bit_length()
        whole = end - start == 1 << height
        if whole or end == len(self):
            return self._levels[height][start >> height]
        middle = start + (1 << height - 1)
        return _node(self._range(start, middle), self._range(middle, end))

    def inclusion(self, index: int) -> list[Hash]:
        """The audit path of leaf `index`, from its sibling up (RFC 6962 section 2.1.1)."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                path.append(level[index ^ 1])
            index >>= 1
        return path

    def consistency(self, size: int) -> list[Hash]:
        """The proof that the first `size` leaves (1..len) lead to this tree (RFC 6962 section 2.1.2)."""
        if not 0 < size <= len(self):
            raise IndexError(size)
        return self._consistency(size, 0, len(self), known=True)

    def _consistency(self, size: int, start: int, end: int, *, known: bool) -> list[Hash]:
        if size == end:
            return [] if known else [self._range(start, end)]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if size <= middle:
            return [*self._consistency(size, start, middle, known=known), self._range(middle, end)]
        return [*self._consistency(size, middle, end, known=False), self._range(start, middle)]


def _paired(level: list[Hash]) -> list[Hash]:
    pairs = [_node(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
    return pairs + level[len(pairs) * 2 :]


def _are_hashes(*values: bytes) -> bool:
    return all(len(value) == LENGTH for value in values)


def holds_leaf(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> bool:
    """Whether `proof` shows `leaf` at `index` of the tree of `size` leaves with this `root`."""
    if not 0 <= index < size or not _are_hashes(leaf, *proof):
        return False
    position, last, reached = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            reached = _node(sibling, reached)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            reached = _node(reached, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and reached == root


def extends(size: int, root: Hash, new_size: int, new_root: Hash, proof: Sequence[Hash]) -> bool:
    """Whether `proof` shows that the larger tree keeps all lines of the smaller, in their places.

    From size 0 nothing can be shown, and so it is refused.
    """
    if not 0 < size <= new_size or not _are_hashes(*proof):
        return False
    if size == new_size:
        return not proof and root == new_root
    if not proof:
        return False
    path = [root, *proof] if size & (size - 1) == 0 else list(proof)
    return _climb(size - 1, new_size - 1, path) == (root, new_root)


def _climb(position: int, last: int, path: Sequence[Hash]) -> tuple[Hash, Hash] | None:
    """The roots of the smaller and the larger tree that `path` leads to, if it has the right length."""
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if position & 1 or position == last:
            old, new = _node(sibling, old), _node(sibling, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = _node(new, sibling)
        position, last = position >> 1, last >> 1
    return (old, new) if last == 0 else None


Place = tuple[int, int]
"""A perfect subtree: the place of its last leaf, and its height."""


class Frontier:
    """The right edge of a tree that only grows: its perfect subtrees, the largest first; `size` leaves so far."""

    def __init__(self, size: int, subtrees: Sequence[Hash]) -> None:
        self.size = size
        self._subtrees = list(subtrees)

    def append(self, leaf: Hash) -> list[Hash]:
        """Grow by a leaf; returns the hashes of all perfect subtrees that it ends, by height from the leaf's own."""
        ended, rest = [leaf], self.size
        while rest & 1:
            ended.append(_node(self._subtrees.pop(), ended[-1]))
            rest >>= 1
        self._subtrees.append(ended[-1])
        self.size += 1
        return ended


def perfect(start: int, end: int) -> list[Place]:
    """The perfect subtrees that the leaves start..end are made of, the largest first (`start` as the RFC divides)."""
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        start += 1 << height
        found.append((start - 1, height))
    return found


def siblings(index: int, size: int) -> list[list[Place]]:
    """The audit path of leaf `index` in a tree of `size`: of what each of its hashes is made, from the leaf up."""
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        path.append(perfect(middle, end) if index < middle else perfect(start, middle))
        start, end = (start, middle) if index < middle else (middle, end)
    return path[::-1]


def joined(subtrees: Sequence[Hash]) -> Hash:
    """One hash of perfect subtrees that follow each other, the largest first; of none the empty tree's."""
    if not subtrees:
        return EMPTY
    *rest, reached = subtrees
    for left in reversed(rest):
        reached = _node(left, reached)
    return reached
