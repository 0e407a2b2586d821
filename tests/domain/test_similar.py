"""梳理: the same matter at the same place, one at a time and many at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cuts import Cut
from domain.drafts import drafted
from domain.lexicon import Concepts
from domain.likeness import OVERLAPS, Commonness, Likeness, Sketch, overlaps, profile, sketch
from domain.similar import Index

CONCEPTS = Concepts({"漏水": ("neighbours",), "电梯": ("lift",), "坏了": ("repair",)}, frozenset({"我们"}))
COMMON = Commonness({"小区": 300, "坏了": 200, "电梯": 100}, 1000)
WEIGHTS = {"names": 2.0, "matters": 4.0, "matters_and_names": 8.0, "name_conflict": -6.0}
RULE = Likeness(tuple(WEIGHTS.get(name, 0.0) for name in OVERLAPS), -3.0, together=0.5, offered=1.0)


def drawn(*words, day=None):
    return sketch(Cut("".join(words), words, words), CONCEPTS, day)


LIFT_A = drawn("枫林", "小区", "电梯", "坏了")
LIFT_A_TOO = drawn("枫林", "电梯", "坏了", "三天")
LIFT_B = drawn("梧桐", "小区", "电梯", "坏了")
LEAK_A = drawn("枫林", "小区", "漏水")


def index(*sketches):
    made = Index(RULE, COMMON, CONCEPTS)
    for number, one in enumerate(sketches, 1):
        made.add(number, one)
    return made


words = st.lists(st.text("枫林梧桐电梯漏水坏了", min_size=2, max_size=4), max_size=8, unique=True)


@given(words, words, st.none() | st.integers(1, 800_000))
def test_sketch_comes_back_from_its_line(title, rest, day):
    """What a row keeps is all that the index needs."""
    one = Sketch("".join(title), tuple(title), tuple(word for word in rest if word not in title), day)

    assert Sketch.load(one.dump()) == one


@given(words, words)
def test_likeness_is_the_same_both_ways(one, other):
    """A is like B as much as B is like A."""
    everywhere = dict.fromkeys([*one, *other], 5.0)
    pair = [profile(drawn(*side), everywhere, COMMON, CONCEPTS) for side in (one, other)]

    assert overlaps(*pair) == pytest.approx(overlaps(*reversed(pair)))


def test_sketch_leaves_out_what_tells_nothing():
    """Silent words and single characters are no part of it."""
    assert drawn("我们", "的", "电梯").words == ("电梯",)


def test_nearest_offers_the_same_matter_at_the_same_place():
    """The same lift at the same estate is offered, and why."""
    found = index(LIFT_A, LIFT_B, LEAK_A).nearest(LIFT_A_TOO)

    assert found[0].id == 1
    assert set(found[0].words) == {"枫林", "电梯", "坏了"}


def test_nearest_knows_places_apart():
    """Near-identical words about another estate are another thing."""
    assert index(LIFT_B).nearest(LIFT_A) == []


def test_nearest_knows_matters_apart():
    """Another matter at the same estate is another thing."""
    assert index(LEAK_A).nearest(LIFT_A_TOO) == []


def test_nearest_finds_nothing_in_an_empty_index():
    """The first concern of a community stands alone."""
    assert index().nearest(LIFT_A) == []


def test_nearest_offers_at_most_k():
    """Never more than asked for."""
    assert len(index(*[LIFT_A] * 9).nearest(LIFT_A, k=3)) == 3


def test_index_forgets_what_is_removed():
    """A concern withdrawn is offered no more; removing it twice is no error."""
    made = index(LIFT_A)
    made.remove(1)
    made.remove(1)

    assert made.nearest(LIFT_A) == []


def test_index_replaces_what_is_added_again():
    """An edited concern is found by its new words only."""
    made = index(LIFT_A)
    made.add(1, LEAK_A)

    assert made.nearest(LIFT_A) == []
    assert [match.id for match in made.nearest(LEAK_A)] == [1]


def test_index_filled_with_lines_is_one_filled_one_by_one():
    """Rebuilt from rows at the start, it answers as before."""
    rows = [(number, one.dump()) for number, one in enumerate((LIFT_A, LIFT_B, LEAK_A), 1)]
    filled = Index(RULE, COMMON, CONCEPTS)
    filled.fill(rows)

    assert filled.nearest(LIFT_A_TOO) == index(LIFT_A, LIFT_B, LEAK_A).nearest(LIFT_A_TOO)


def test_likeness_lets_the_next_confirm_the_first():
    """Several like ones are worth an offer where a single one as like is not."""
    assert [RULE.worth(found) for found in ([], [0.7], [0.7, 0.7, 0.7], [0.9])] == [False, False, True, True]


def test_drafts_gather_a_topic_and_leave_the_lone_ones():
    """Three of one thing are a draft; what stands alone is in none."""
    rows = [("a", LIFT_A), ("b", LIFT_B), ("c", LIFT_A_TOO), ("d", LEAK_A), ("e", LIFT_A)]

    drafts = drafted(rows, RULE, COMMON, CONCEPTS)

    assert [set(draft.ids) for draft in drafts] == [{"a", "c", "e"}]
    assert {"枫林", "电梯"} <= set(drafts[0].words)


def test_drafts_of_nothing_are_none():
    """No concerns, no drafts."""
    assert drafted([], RULE, COMMON, CONCEPTS) == []


@given(st.permutations([LIFT_A, LIFT_B, LIFT_A_TOO, LEAK_A, LIFT_A]))
def test_drafts_do_not_depend_on_the_order(sketches):
    """Sorting is the same in whatever order the concerns came."""
    drafts = drafted(list(enumerate(sketches)), RULE, COMMON, CONCEPTS)

    assert [sorted(sketches[id].first for id in draft.ids) for draft in drafts] == [
        sorted(one.first for one in (LIFT_A, LIFT_A, LIFT_A_TOO))
    ]
