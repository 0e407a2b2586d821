"""Owners' decisions by Civil Code article 278: VOTING.md table 2, its worked examples, and every small election."""

from collections import defaultdict
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules import load_profiles
from domain.errors import Refused
from domain.owners import Amount, Answer, Unit, UnitBallot, tally

PROFILES = load_profiles()
ORDINARY, SPECIAL, UNANIMOUS = PROFILES["ordinary"], PROFILES["special"], PROFILES["unanimous"]
YES, NO, ABSTAIN, FOLLOW = Answer.CONSENT, Answer.AGAINST, Answer.ABSTAIN, Answer.FOLLOW


def whole(area, heads, prefix):
    """`heads` units, one each, that come to `area` in 0.01 m² together."""
    units = [Unit(f"{prefix}{number}", f"{prefix}{number}", area // heads) for number in range(heads - 1)]
    return [*units, Unit(f"{prefix}last", f"{prefix}last", area - sum(unit.area for unit in units))]


def election(total, participating, in_favour):
    """Units and ballots with the three amounts given as (area in m² as text, heads)."""
    (total_area, total_heads), (part_area, part_heads), (yes_area, yes_heads) = (
        (int(area.replace(".", "")), heads) for area, heads in (total, participating, in_favour)
    )
    yes = whole(yes_area, yes_heads, "yes")
    no = whole(part_area - yes_area, part_heads - yes_heads, "no") if part_heads > yes_heads else []
    silent = whole(total_area - part_area, total_heads - part_heads, "silent") if total_heads > part_heads else []
    ballots = [UnitBallot(unit.unit, YES) for unit in yes] + [UnitBallot(unit.unit, NO) for unit in no]
    return [*yes, *no, *silent], ballots


@pytest.mark.parametrize(
    ("total", "participating", "in_favour", "profile", "quorum", "passed"),
    [
        (("90000.00", 100), ("60000.00", 67), ("30000.01", 34), ORDINARY, True, True),
        # the table's second line says 90 000.00 m²; each silent unit needs its 0.01
        (("90000.00", 100), ("89999.66", 66), ("89999.66", 66), ORDINARY, False, False),
        (("90000.00", 100), ("60000.00", 68), ("30000.00", 60), ORDINARY, True, False),
        (("90000.00", 100), ("80000.00", 80), ("60000.00", 60), SPECIAL, True, True),
        (("90000.00", 100), ("80000.00", 80), ("70000.00", 59), SPECIAL, True, False),
        (("90000.00", 90), ("60000.00", 60), ("30000.01", 31), ORDINARY, True, True),
        (("90000.00", 90), ("59999.99", 60), ("59999.99", 60), ORDINARY, False, False),
        (("90000.00", 100), ("60000.00", 68), ("30000.01", 34), ORDINARY, True, False),
        (("90000.00", 100), ("80000.00", 80), ("59999.99", 60), SPECIAL, True, False),
    ],
)
def test_worked_examples_come_out_as_the_law_says(total, participating, in_favour, profile, quorum, passed):
    """Exact 2/3 and 3/4 pass, exact half fails; heads and area must both do (rows 2 to 5)."""
    units, ballots = election(total, participating, in_favour)
    cast = tally(units, ballots, profile).cast

    assert cast.total == Amount(int(total[0].replace(".", "")), total[1])
    assert cast.participating == Amount(int(participating[0].replace(".", "")), participating[1])
    assert cast.in_favour == Amount(int(in_favour[0].replace(".", "")), in_favour[1])
    assert (cast.quorum, cast.passed) == (quorum, passed)


def flats(*owners, area=100):
    return [Unit(f"u{number}", owner, area) for number, owner in enumerate(owners)]


def answered(*answers):
    return [UnitBallot(f"u{number}", answer) for number, answer in enumerate(answers) if answer]


def test_abstaining_takes_part_and_does_not_consent():
    """The denominator is those who took part, the abstaining among them (row 6)."""
    units = flats("A", "B", "C", "D")
    cast = tally(units, answered(YES, YES, ABSTAIN, ABSTAIN), ORDINARY).cast

    assert (cast.participating, cast.in_favour, cast.abstaining) == (Amount(400, 4), Amount(200, 2), Amount(200, 2))
    assert (cast.quorum, cast.passed) == (True, False)


@pytest.mark.parametrize(
    ("owners", "heads"),
    [
        ([*(f"A{n}" for n in range(70)), *["developer"] * 30], 71),
        ([*(f"A{max(n, 2)}" for n in range(70)), *["developer"] * 30], 69),
    ],
)
def test_units_of_one_owner_are_one_head_and_their_areas_add_up(owners, heads):
    """One head a unit; the developer's units one head; a buyer of several units one head (row 8)."""
    assert tally(flats(*owners), [], ORDINARY).cast.total == Amount(100 * 100, heads)


def test_differing_units_of_one_owner_are_disputed():
    """Units of one owner that answer differently take part and are in favour of nothing (row 9)."""
    cast = tally(flats("A", "A", "B"), answered(YES, NO, YES), ORDINARY).cast

    assert cast.disputed == ("A",)
    assert (cast.participating, cast.in_favour, cast.against) == (Amount(300, 2), Amount(100, 1), Amount())


def test_differing_co_owners_are_disputed_until_they_agree():
    """A second co-owner's differing ballot makes the unit disputed; agreeing again settles it (row 9)."""
    units = flats("A", "B")
    differing = [UnitBallot("u0", YES, "one"), UnitBallot("u0", NO, "other")]
    agreed = [*differing, UnitBallot("u0", YES, "other")]

    assert tally(units, differing, ORDINARY).cast.disputed == ("A",)
    assert tally(units, differing, ORDINARY).cast.participating == Amount(100, 1)
    assert tally(units, agreed, ORDINARY).cast.in_favour == Amount(100, 1)


def test_a_unit_without_a_ballot_takes_no_part_where_its_owners_other_unit_does():
    """The head takes part once, with the area that was cast (INTERFACE.md §5)."""
    cast = tally(flats("A", "A", "B"), answered(YES), ORDINARY).cast

    assert (cast.total, cast.participating) == (Amount(300, 2), Amount(100, 1))


def test_the_last_ballot_of_a_unit_counts():
    """A later ballot of a unit replaces an earlier one."""
    cast = tally(flats("A", "B"), [*answered(YES, YES), *answered(NO)], ORDINARY).cast

    assert (cast.in_favour, cast.against, cast.disputed) == (Amount(100, 1), Amount(100, 1), ())


@pytest.mark.parametrize(
    ("answers", "passed"),
    [((YES, YES, YES), True), ((YES, YES, None), False), ((YES, YES, ABSTAIN), False), ((YES, YES, NO), False)],
)
def test_unanimous_needs_every_unit(answers, passed):
    """A dwelling becomes a business only with every interested owner's consent (row 14, article 279)."""
    assert tally(flats("A", "B", "B"), answered(*answers), UNANIMOUS).cast.passed is passed


def test_unanimous_deems_nobody_to_consent():
    """The silent follow no majority where each owner must say yes."""
    count = tally(flats("A", "B", "C", "D"), answered(YES, YES, YES), UNANIMOUS, frozenset())

    assert count.deemed is not None
    assert (count.deemed.in_favour, count.deemed.passed) == (Amount(400, 4), False)


def test_deemed_follow_the_majority_in_their_reading_only():
    """Delivered units of owners who cast nothing follow, counted for quorum there and not among the cast (row 13)."""
    count = tally(flats("A", "B", "C", "D", "E"), answered(YES, YES, NO), ORDINARY, frozenset({"u4"}))

    assert (count.cast.participating, count.cast.quorum) == (Amount(300, 3), False)
    assert count.deemed is not None
    assert (count.deemed.participating, count.deemed.in_favour) == (Amount(400, 4), Amount(300, 3))
    assert (count.deemed.quorum, count.deemed.passed) == (True, True)


def test_deemed_follow_a_majority_against():
    """The majority may be against, and then the silent are against."""
    count = tally(flats("A", "B", "C"), answered(NO, NO), ORDINARY, frozenset())

    assert count.deemed is not None
    assert (count.deemed.against, count.deemed.in_favour) == (Amount(300, 3), Amount())


def test_deemed_are_none_without_a_majority_of_both():
    """Half the heads, or a majority of heads without one of area, deems nobody."""
    half = tally(flats("A", "B", "C"), answered(YES, NO), ORDINARY, frozenset())
    units = [Unit("u0", "A", 1), Unit("u1", "B", 1), Unit("u2", "C", 100), Unit("u3", "D", 100)]
    small = tally(units, answered(YES, YES, NO), ORDINARY, frozenset())

    assert half.deemed == half.cast
    assert small.deemed == small.cast


def test_deemed_leave_an_owner_alone_who_cast_for_another_unit():
    """Only owners who cast nothing at all are deemed."""
    count = tally(flats("A", "A", "B", "C"), answered(YES, None, YES), ORDINARY, frozenset())

    assert count.deemed is not None
    assert count.deemed.participating == Amount(300, 3)


def test_a_ballot_to_follow_takes_part_and_follows_only_in_the_deemed_reading():
    """从众 is cast, for nothing among the cast, and for the majority where the profile allows it."""
    count = tally(flats("A", "B", "C", "D"), answered(YES, YES, YES, FOLLOW), SPECIAL, frozenset())

    assert (count.cast.participating, count.cast.in_favour) == (Amount(400, 4), Amount(300, 3))
    assert count.deemed is not None
    assert (count.deemed.participating, count.deemed.in_favour) == (Amount(400, 4), Amount(400, 4))


@pytest.mark.parametrize(
    ("units", "ballots", "undelivered", "reason", "at"),
    [
        ([], [], None, "no_units", "units"),
        ([Unit("a", "A", 1), Unit("a", "B", 1)], [], None, "unit_doubled", "units[1]"),
        ([Unit("a", "A", 1), Unit("b", "B", 0)], [], None, "area_not_positive", "units[1]"),
        ([Unit("a", "A", -1)], [], None, "area_not_positive", "units[0]"),
        ([Unit("a", "A", 1)], [UnitBallot("a", YES), UnitBallot("b", YES)], None, "unit_unknown", "ballots[1]"),
        ([Unit("a", "A", 1)], [UnitBallot("a", FOLLOW)], None, "follow_not_allowed", "ballots[0]"),
        ([Unit("a", "A", 1)], [], frozenset({"b"}), "unit_unknown", "undelivered"),
    ],
)
def test_tally_refuses_and_names_the_entry(units, ballots, undelivered, reason, at):
    """What cannot be counted is refused, with the place where it stands."""
    with pytest.raises(Refused) as refused:
        tally(units, ballots, ORDINARY, undelivered)

    assert (refused.value.reason, refused.value.facts["at"]) == (reason, at)


def reaches(part, of, share, strict=False):
    """The law's sentence with exact fractions."""
    return of > 0 and (Fraction(part, of) > share if strict else Fraction(part, of) >= share)


LAW = {
    "ordinary": lambda part, of: reaches(part, of, Fraction(1, 2), strict=True),
    "special": lambda part, of: reaches(part, of, Fraction(3, 4)),
}


def by_hand(units, ballots):
    """Sums of an election by a second, plain reading of table 2: owners, what they said, and their areas."""
    said: dict[str, set[Answer]] = defaultdict(set)
    area: dict[str, int] = defaultdict(int)
    for unit in units:
        if answer := dict(ballots).get(unit.unit):
            said[unit.owner].add(answer)
            area[unit.owner] += unit.area
    yes = [owner for owner in said if said[owner] == {YES}]
    return Amount(sum(area.values()), len(said)), Amount(sum(area[owner] for owner in yes), len(yes))


@pytest.mark.parametrize("matter", ["ordinary", "special"])
@pytest.mark.parametrize("areas", [(1, 1, 1, 1), (3, 2, 1, 3), (1, 2, 3, 6), (2, 2, 1, 1)])
@pytest.mark.parametrize("owners", ["ABCD", "AABC", "AABB", "AAAB"])
def test_every_small_election_agrees_with_exact_fractions(matter, areas, owners):
    """All elections of four units: quorum and result are those of the law's sentences in fractions."""
    units = [Unit(f"u{n}", owner, area) for n, (owner, area) in enumerate(zip(owners, areas, strict=True))]
    total, heads = sum(areas), len(set(owners))
    for answers in product((YES, NO, ABSTAIN, None), repeat=4):
        ballots = answered(*answers)
        cast = tally(units, ballots, PROFILES[matter]).cast
        part, yes = by_hand(units, [(ballot.unit, ballot.answer) for ballot in ballots])
        two_thirds = Fraction(2, 3)
        quorum = reaches(part.area, total, two_thirds) and reaches(part.heads, heads, two_thirds)
        consent = LAW[matter](yes.area, part.area) and LAW[matter](yes.heads, part.heads)

        assert (cast.participating, cast.in_favour) == (part, yes)
        assert (cast.quorum, cast.passed) == (quorum, quorum and consent)


def follow_by_hand(units, ballots):
    """Row 13 in fractions, everything delivered: the sides of the deemed reading as (participating, in favour)."""
    cast, yes = by_hand(units, ballots)
    spoke = {unit.owner for unit in units if dict(ballots).get(unit.unit)}
    silent = [unit for unit in units if unit.owner not in spoke]
    joining = Amount(sum(unit.area for unit in silent), len({unit.owner for unit in silent}))
    half = Fraction(1, 2)
    for answer in (YES, NO, ABSTAIN):
        turned = {YES: answer, answer: YES}  # count another answer's side as if it were consent
        _, side = by_hand(units, [(unit, turned.get(said, said)) for unit, said in ballots])
        if reaches(side.area, cast.area, half, strict=True) and reaches(side.heads, cast.heads, half, strict=True):
            return cast + joining, yes + joining if answer is YES else yes
    return cast, yes


@pytest.mark.parametrize("areas", [(1, 1, 1, 1), (3, 2, 1, 3), (1, 2, 3, 6)])
@pytest.mark.parametrize("owners", ["ABCD", "AABC"])
def test_every_small_deemed_reading_agrees_with_exact_fractions(areas, owners):
    """All elections of four units: the silent join an answer with more than half of heads and area, or nothing."""
    units = [Unit(f"u{n}", owner, area) for n, (owner, area) in enumerate(zip(owners, areas, strict=True))]
    for answers in product((YES, NO, ABSTAIN, None), repeat=4):
        ballots = answered(*answers)
        deemed = tally(units, ballots, ORDINARY, frozenset()).deemed
        assert deemed is not None
        expected = follow_by_hand(units, [(ballot.unit, ballot.answer) for ballot in ballots])

        assert (deemed.participating, deemed.in_favour) == expected


@st.composite
def elections(draw):
    owners = draw(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=8))
    units = [Unit(f"u{n}", owner, draw(st.integers(1, 20000))) for n, owner in enumerate(owners)]
    names = st.sampled_from([unit.unit for unit in units])
    ballots = draw(st.lists(st.builds(UnitBallot, names, st.sampled_from([YES, NO, ABSTAIN, FOLLOW])), max_size=12))
    return units, ballots, draw(st.frozensets(names, max_size=3))


@given(elections(), st.sampled_from([ORDINARY, SPECIAL, UNANIMOUS]), st.randoms())
def test_tally_does_not_depend_on_the_order_of_units_or_households(election, profile, random):
    """Only the order of one unit's own ballots matters; all else may be shuffled."""
    units, ballots, undelivered = election
    last = list({ballot.unit: ballot for ballot in ballots}.values())
    shuffled = random.sample(last, len(last))
    reordered = random.sample(units, len(units))

    assert tally(units, ballots, profile, undelivered) == tally(reordered, shuffled, profile, undelivered)


@given(elections(), st.sampled_from([ORDINARY, SPECIAL, UNANIMOUS]))
def test_a_ballot_repeated_changes_nothing(election, profile):
    """Casting what one has cast counts once."""
    units, ballots, undelivered = election
    again = [*ballots, *{ballot.unit: ballot for ballot in ballots}.values()]

    assert tally(units, ballots, profile, undelivered) == tally(units, again, profile, undelivered)


@given(elections(), st.sampled_from([ORDINARY, SPECIAL, UNANIMOUS]), st.data())
def test_one_more_owner_in_favour_never_makes_a_decision_fail(election, profile, data):
    """Monotone: an owner who took part and turns to consent, whole, turns no passed decision into a failed one."""
    units, ballots, _ = election
    ballots = [ballot for ballot in ballots if ballot.answer is not FOLLOW]
    owner = data.draw(st.sampled_from(sorted({unit.owner for unit in units})))
    cast_units = {ballot.unit for ballot in ballots}
    turned = [UnitBallot(unit.unit, YES) for unit in units if unit.owner == owner and unit.unit in cast_units]

    before, after = tally(units, ballots, profile).cast, tally(units, [*ballots, *turned], profile).cast

    assert after.in_favour.heads >= before.in_favour.heads
    assert after.passed or not before.passed


@given(elections(), st.sampled_from([ORDINARY, SPECIAL]))
def test_the_sides_never_exceed_those_who_took_part(election, profile):
    """In favour, against, abstaining and disputed add up to no more than the participating, those to the total."""
    units, ballots, undelivered = election
    count = tally(units, ballots, profile, undelivered)
    assert count.deemed is not None
    for reading in (count.cast, count.deemed):
        sides = reading.in_favour + reading.against + reading.abstaining

        assert sides.area <= reading.participating.area <= reading.total.area
        assert sides.heads + len(reading.disputed) <= reading.participating.heads <= reading.total.heads
    assert count.cast.participating.heads <= count.deemed.participating.heads
