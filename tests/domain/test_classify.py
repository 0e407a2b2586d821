"""六必说: words in, category and evidence out; corrections; danger; what is no concern (DOMAIN.md §2)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.classify import classify, curved, scores, shares
from domain.corrections import MOST, NONE, Correction, learned
from domain.cuts import NOTHING_SAID, Cut
from domain.lexicon import CATEGORIES, REMEMBERED, Calibration, Concepts, Lexicon, UrgentKind, added, remember
from domain.signs import Asides, Danger, Dangers, Hedges, aside_of
from domain.terms import ConcernCategory

LIVELIHOOD, CIVILITY = ConcernCategory.LIVELIHOOD, ConcernCategory.CIVILITY


def vector(**named):
    return tuple(named.get(category.value, 0.0) for category in CATEGORIES)


LEXICON = Lexicon(
    weights={
        "电梯": vector(livelihood=3.0),
        "^停": vector(livelihood=1.0),
        "扰民": vector(civility=4.0),
        "@noise": vector(civility=1.0),
        "#noise": vector(civility=0.5),
        "@lift@noise": vector(dispute=0.25),
        "@lift~noise": vector(dispute=1.0),
    },
    concepts=Concepts({"电梯": ("lift",), "扰民": ("noise",)}, frozenset({"我们"})),
)


def cut(*words, title=0):
    return Cut("".join(words), words[:title], words)


def test_classify_names_the_category_whose_words_weigh_most():
    """The category is the one with the largest sum of weights."""
    verdict = classify(cut("电梯", "停运"), LEXICON)

    assert (verdict.category, verdict.evidence) == (LIVELIHOOD, ("电梯", "停运"))


def test_classify_shows_only_words_that_decided():
    """Evidence is what added to the winning category, the strongest first; silent and single characters never."""
    verdict = classify(cut("我们", "扰民", "电梯", "坏"), LEXICON)

    assert verdict.category is CIVILITY
    assert verdict.evidence == ("扰民",)


def test_scores_equal_the_features_counted_one_by_one():
    """The quick sum of vectors is the slow sum over `Concepts.of_cut`, which the weights are learned with."""
    said = cut("我们", "电梯", "扰民", "停运", "扰民", title=3)
    slow = added(
        [
            tuple(value * count for value in LEXICON.weights[feature])
            for feature, count in LEXICON.concepts.of_cut(said).items()
            if feature in LEXICON.weights
        ]
    )

    assert scores(said, LEXICON) == pytest.approx([value / 9**0.5 for value in slow])


def test_classify_is_not_sure_of_nothing():
    """An empty text has a verdict, and it is not sure."""
    verdict = classify(NOTHING_SAID, LEXICON)

    assert (verdict.sure, verdict.evidence, len(verdict.choices)) == (False, (), 3)


def test_classify_is_sure_from_the_threshold_on():
    """Below the threshold the resident is asked, with the likeliest categories to choose from."""
    said, plain = cut("电梯"), classify(cut("电梯"), LEXICON)
    just = Lexicon(LEXICON.weights, LEXICON.concepts, calibration=Calibration(threshold=plain.confidence))
    above = Lexicon(LEXICON.weights, LEXICON.concepts, calibration=Calibration(threshold=plain.confidence + 1e-9))

    assert [classify(said, lexicon).sure for lexicon in (just, above)] == [True, False]
    assert plain.choices[0] is LIVELIHOOD


def test_classify_counts_an_operators_word_and_names_it():
    """An operator's word decides at once and is told as theirs."""
    own = Lexicon(LEXICON.weights, LEXICON.concepts, own={"老年食堂": vector(livelihood=8.0)})

    verdict = classify(cut("老年食堂", "扰民"), own)

    assert (verdict.category, verdict.own) == (LIVELIHOOD, ("老年食堂",))


@given(st.lists(st.floats(-30, 30), min_size=6, max_size=6), st.floats(0.1, 2))
def test_shares_add_up_to_one(scored, sharpness):
    """Whatever the scores, the shares are a division of 1."""
    assert sum(shares(scored, sharpness)) == pytest.approx(1)


def test_curved_follows_its_knots():
    """Between two knots the line is straight; without a curve a share is itself."""
    assert curved(0.25, ((0.0, 0.0), (0.5, 0.8), (1.0, 1.0))) == pytest.approx(0.4)
    assert curved(0.25, ()) == 0.25


def test_remember_empties_a_full_memory():
    """What is remembered of words can't grow for ever."""
    known = {number: number for number in range(REMEMBERED)}

    remember(known, -1, -1)

    assert known == {-1: -1}


SAID = ("楼道", "杂物", "扰民")


def corrections(count, right=LIVELIHOOD, wrong=CIVILITY, by="a"):
    return [Correction(SAID, wrong, right, by) for _ in range(count)]


def test_thirty_corrections_change_the_thirty_first():
    """What moderators put right thirty times is right the next time, and its words are told as theirs."""
    before = classify(cut(*SAID), LEXICON)
    after = classify(cut(*SAID), LEXICON, learned(corrections(30)))

    assert (before.category, after.category) == (CIVILITY, LIVELIHOOD)
    assert set(after.own) <= set(SAID)
    assert after.own


def test_a_vandals_corrections_can_be_taken_back():
    """Corrections are rows: without one person's, the verdict is exactly what it was."""
    rows = corrections(5) + corrections(40, right=ConcernCategory.ECONOMY, by="vandal")
    kept = [row for row in rows if row.by != "vandal"]

    assert classify(cut(*SAID), LEXICON, learned(rows)).category is ConcernCategory.ECONOMY
    assert classify(cut(*SAID), LEXICON, learned(kept)) == classify(cut(*SAID), LEXICON, learned(corrections(5)))


def test_corrections_are_bounded():
    """However often a word is corrected, it gains less than `MOST`."""
    nudges = learned(corrections(10_000)).nudges

    assert max(abs(value) for vector_ in nudges.values() for value in vector_) < MOST


def test_corrections_that_contradict_each_other_cancel():
    """As many one way as the other leave everything as it was."""
    both = learned([*corrections(7), *corrections(7, right=CIVILITY, wrong=LIVELIHOOD)])

    assert both.nudge(SAID) == pytest.approx(NONE.nudge(SAID))


def test_each_correction_counts():
    """A word gains with every correction, half of all after four."""
    gains = [dict(zip(CATEGORIES, learned(corrections(n)).nudges["楼道"], strict=True)) for n in (1, 2, 4, 40)]

    assert [round(gain[LIVELIHOOD], 2) for gain in gains] == [2.0, 3.33, 5.0, 9.09]
    assert [gain[CIVILITY] for gain in gains] == [-gain[LIVELIHOOD] for gain in gains]


def test_verdict_says_whether_corrections_decided():
    """Learned is what would be another category without the corrections; one that only grows surer isn't."""
    turned = classify(cut(*SAID), LEXICON, learned(corrections(30)))
    surer = classify(cut(*SAID), LEXICON, learned(corrections(30, right=CIVILITY, wrong=LIVELIHOOD)))

    assert (turned.learned, surer.learned, classify(cut(*SAID), LEXICON).learned) == (True, False, False)


GAS = UrgentKind("gas", "119", "燃气泄漏")
DANGERS = Dangers([Danger.of(GAS, ["煤气味", "漏气"], ["煤气味道的糖"], Hedges(("万一",), ("事故",)))])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("楼里有煤气味", "煤气味"),
        ("煤气费怎么交", None),
        ("煤气味道的糖", None),
        ("万一漏气就不好了", None),
        ("万一下雨，厨房漏气", "漏气"),
        ("漏气事故的通报", None),
        ("煤气味道的糖，还有煤气味", "煤气味"),
    ],
)
def test_dangers_count_unless_their_place_is_harmless(said, told):
    """A word of danger counts unless it stands in a harmless phrase, after a hedge in its clause, or before one."""
    found = DANGERS.told_in(said)

    assert (found and found.word) == told


ASIDES = Asides(
    short=(("thanks", re.compile("^谢谢")),),
    long=(("advert", re.compile("加微信")),),
    complaints=frozenset({"noise"}),
    concepts=LEXICON.concepts,
)


@pytest.mark.parametrize(
    ("said", "aside"),
    [
        (cut("谢谢", "物业"), "thanks"),
        (cut("谢谢", "扰民"), None),
        (cut("谢谢", *["很长"] * 30), None),
        (cut("加微信", *["优惠"] * 30), "advert"),
        (NOTHING_SAID, "empty"),
        (cut("电梯"), None),
    ],
)
def test_aside_keeps_thanks_apart_from_complaints(said, aside):
    """Thanks alone are no concern; thanks with a complaint, or many words, are one."""
    assert aside_of(said, ASIDES) == aside
