"""Attacks on a published vote, each with who catches it (VOTING.md §3, "Attacks that tests must run")."""

import runpy
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from domain.audit import check
from domain.ballots import Opening, parse_receipt, promise
from domain.canonical import write
from domain.errors import Refused
from domain.notes import COSIGNATURE, cosign, sign, verifier_key
from domain.published import OPENINGS, TOOK_PART, Head, Published, header
from domain.terms import VoteKind
from domain.vote_log import Cast, Close, Result, line
from domain.voting import Ballot, VoteFacts, accept, may_vote
from tests.ballot_box import KEY, ORIGIN, SIGNER, Box, held

RESIDENTS_FILE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[2] / "docs" / "verify" / "verify.py")))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes([9] * 32))


def looked_at(files, receipt=None, keys=(KEY,), heads=()):
    published = Published()
    for content in files.values():
        published.add(content)
    published.heads.extend(heads)
    return check(published, keys, receipt)


def wrong(files, receipt=None, keys=(KEY,), heads=()):
    """What an auditor finds wrong, with nothing but the published files (and a receipt).

    The residents' single file, which shares no code with the program, must come to the same verdict.
    """
    found = [finding.key for finding in looked_at(files, receipt, keys, heads) if finding.ok is False]
    assert second_opinion(files, receipt, keys, heads) == int(bool(found)), found
    return found


def second_opinion(files, receipt=None, keys=(KEY,), heads=()):
    """The exit code of docs/verify/verify.py for these files."""
    seen = "".join(f"{head.size} {head.root}\n" for head in heads).encode()
    given = {**files, "receipt": str(receipt or "").encode(), **({"seen": seen} if seen else {})}
    with TemporaryDirectory() as folder:
        for name, content in given.items():
            (Path(folder) / name).write_bytes(content)
        options = [f"--key={key}" for key in keys] + ([f"--receipt={folder}/receipt"] if receipt else [])
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            return RESIDENTS_FILE.main([*(f"{folder}/{name}" for name in given if name != "receipt"), *options])


def opened(box, *openings):
    return [header(OPENINGS, box.vote), *(opening.line() for opening in openings)]


@pytest.mark.parametrize(
    "box",
    [
        held(),
        held(slips=True),
        held(profile="URC-2018"),
        held(4, areas=[("A", 8950), ("A", 8950), ("B", 10000), ("C", 6005)]),
        held(4, areas=[("A", 8950), ("A", 8950), ("B", 10000), ("C", 6005)], profile="special", never_deemed=[]),
        held(4, areas=[("A", 8950), ("B", 10000), ("C", 6005), ("D", 1)], differing=(0, 1)),
        held(1),
    ],
    ids=["secret", "slips", "binding", "owners", "deemed", "co-owners differ", "nobody cast"],
)
def test_an_honest_vote_holds(box):
    """Everything that can be looked at is right, and everything was looked at."""
    files = box.files()
    findings = looked_at(files)

    assert wrong(files) == []
    assert [finding.key for finding in findings if finding.ok is None] == ["head"]


def test_everything_that_can_be_looked_at_is_looked_at():
    """Each check is told when it held, so that a check left out would be missed."""
    told = [finding.key for finding in looked_at(held().files()) if finding.ok]

    assert told == [
        "log_in_order",
        "head_matches",
        "head_signed",
        "roll_matches",
        "all_on_roll",
        "openings",
        "took_part",
        "count",
    ]


def test_a_fault_is_named_with_its_line():
    """The line of a fault is that of the file, its first line being 1."""
    box = held(6)
    ballots = [line.line() for line in box.openings.values()]
    files = box.files(openings=[header(OPENINGS, 3), *ballots[:2], b"{}", *ballots[2:]])

    assert [(f.key, f.facts["at"]) for f in looked_at(files) if f.ok is False] == [("opening_unreadable", 4)]


def test_an_honest_receipt_holds():
    """The voter's own ballot is found, counts, and says what was chosen."""
    box = Box()
    receipts = {name: box.cast(name, 0) for name in list(box.codes)[:5]}
    box.close()
    box.log.extend(line(replace(box.opened, vote=vote)) for vote in range(4, 9))

    for name, receipt in receipts.items():
        for kept in (receipt, box.proven(receipt), box.proven(receipt, size=6)):
            assert wrong(box.files(), kept) == [], name


def test_a_ballot_outside_the_roll_is_caught_by_any_auditor():
    """p must be on the roll published at opening."""
    box = held(6)
    stranger = Opening("stranger", 0, (0,), None, bytes(32))
    box.log[-2:-2] = [line(Cast(3, "stranger", 0, stranger.commitment(3)))]
    box.log[-2:] = [line(Close(3, 8))]

    assert wrong({**box.files(openings=opened(box, *box.openings.values(), stranger), took_part=None)}) == ["off_roll"]


def test_another_roll_is_caught_by_any_auditor():
    """The roll cannot be changed after the opening."""
    box = held(6)
    box.roll = sorted([*box.roll, write({"p": "z"})])

    assert wrong(box.files()) == ["roll_differs", "totals_differ", "count_differs"]


def test_a_clash_is_caught_by_the_voter_who_chose_digits():
    """Two households that voted alike get one receipt: its digits are not the second one's own."""
    box = Box()
    first = box.cast("1", 0, own="135790")
    box.take("2", box.opening("2", 1, own=None))  # the freed place, spent on another choice
    box.close()
    shown = next(f for f in looked_at(box.files(), first) if f.key == "receipt_says")
    own_of_second = "864209"
    handed_to_second = replace(first, opening=replace(first.opening, own=own_of_second))

    assert wrong(box.files(), first) == []
    assert shown.facts["own"] != own_of_second
    assert wrong(box.files(), handed_to_second) == ["receipt_not_in_log"]


def test_an_invented_ballot_is_caught_by_the_participation_list():
    """Without slips nothing in the file shows it: the household must be named, or the numbers differ."""
    box = Box(6)
    for name in list(box.codes)[:4]:
        box.cast(name, 0)
    box.cast("5", 1)  # the household of flat 5 never voted
    box.close()
    honest_list = [header(TOOK_PART, 3), *(f"3号楼{name}室".encode() for name in "0123")]

    assert wrong(box.files()) == []
    assert "3号楼5室".encode() in box.files()["took_part"]
    assert wrong(box.files(took_part=honest_list)) == ["took_part_differs"]


def test_an_invented_ballot_is_caught_by_any_auditor_where_there_are_slips():
    """Nobody without the sealed code can open a ballot under its hash."""
    box = held(6, slips=True)
    invented = replace(box.opening("5", 1), code=None)
    guessed = replace(invented, code="0" * 20)
    for ballot in (invented, guessed):
        cheat = held(6, slips=True)
        cheat.log[-2:] = [line(Cast(3, ballot.p, 0, ballot.commitment(3)))]
        cheat.openings["5"] = ballot
        cheat.close()

        assert wrong(cheat.files()) == ["invented"]


def test_a_flipped_opening_is_caught_by_any_auditor():
    """A choice that was not sealed does not open."""
    box = held(6)
    box.openings["3"] = replace(box.openings["3"], choice=(1,))

    assert wrong(box.files()) == ["opening_false", "count_differs"]


def test_a_dropped_opening_is_caught_by_any_auditor():
    """Every counted ballot must be opened."""
    box = held(6)
    kept = list(box.openings.values())[1:]

    assert wrong(box.files(openings=opened(box, *kept))) == ["opening_missing", "count_differs"]


def test_a_doubled_opening_is_caught_by_any_auditor():
    """A household is opened once."""
    box = held(6)
    ballots = list(box.openings.values())

    assert wrong(box.files(openings=opened(box, *ballots, ballots[0]))) == ["opening_twice"]


def test_the_opening_of_a_changed_ballot_is_caught_by_any_auditor():
    """Only the highest revision counts."""
    box = Box(6)
    first = box.cast("1", 0)
    box.cast("1", 1)
    box.close()

    assert wrong(box.files(openings=opened(box, first.opening))) == ["opening_of_nothing", "count_differs"]


def test_a_dropped_line_is_caught_by_whoever_saw_a_head():
    """A head seen in the group fixes every line before it."""
    box = held(6)
    seen = box.head(6)
    told = Head(6, seen.text.splitlines()[2])
    log = [*box.log[:3], *box.log[4:]]
    relogged = [entry if b'"close"' not in entry else line(Close(3, 6)) for entry in log]
    signed_again = {**box.files(log=relogged), "head": str(box.head(log=relogged)).encode()}

    assert "head_differs" in wrong(signed_again, heads=[told])
    assert "opening_of_nothing" in wrong(signed_again)


def test_lines_cut_off_the_end_are_caught_by_whoever_saw_a_head():
    """A log that is shorter than a head it gave out has lost lines."""
    box = held(6)

    assert wrong(box.files(log=box.log[:-1])) == ["head_beyond"]


def test_lines_after_every_head_are_told_to_be_unchecked():
    """A tail that no head covers may be anybody's: nobody is told that it was looked at (VOTING.md §3)."""
    box = held(6)
    early = str(box.head(size=1)).encode().splitlines()
    keys = {finding.key for finding in looked_at(box.files(head=early)) if finding.ok is None}

    assert wrong(box.files(head=early)) == []
    assert "lines_beyond" in keys
    assert "lines_beyond" not in {finding.key for finding in looked_at(box.files())}


def test_reordered_lines_are_caught_by_whoever_saw_a_head():
    """Two casts that change places are both still right, and the root is not."""
    box = held(6)
    log = [box.log[0], box.log[2], box.log[1], *box.log[3:]]

    assert wrong(box.files(log=log)) == ["head_differs"]


def test_a_dropped_ballot_is_caught_by_its_receipt():
    """Without any head, the voter's receipt still shows that the promised line is missing."""
    box = Box(6)
    receipt = box.cast("1", 0)
    box.cast("2", 0)
    del box.log[1], box.openings["1"]
    box.close()

    assert wrong(box.files(), receipt) == ["receipt_not_in_log"]


def test_a_forged_head_is_caught_by_whoever_has_the_key():
    """The key is printed with the meeting's notice."""
    box = held(6)
    forged = str(box.head(signer=STRANGER)).encode()
    other_name = str(sign(box.head().text, "other.example/log", SIGNER)).encode()

    assert wrong({**box.files(), "head": forged}) == ["head_unsigned"]
    assert wrong({**box.files(), "head": other_name}) == ["head_unsigned"]
    assert wrong(box.files(head=None)) == ["no_signed_head"]


def test_without_a_key_a_head_is_told_to_be_unchecked():
    """Nobody is told that a signature is right that was not looked at."""
    findings = looked_at(held(6).files(), keys=())

    assert [finding.key for finding in findings if finding.ok is None] == ["head", "head_unchecked"]


def test_a_split_view_is_caught_by_comparing_two_heads():
    """Two heads of one size with two roots, both signed: somebody was shown another log."""
    box, other = held(6), held(6)
    other.log[1] = other.log[2]
    second = other.head()

    assert wrong({**box.files(), "second": str(second).encode()}) == ["head_differs", "two_views"]


def test_a_witness_key_asks_for_that_witness():
    """A head that the named witness cosigned is told; none is a fault."""
    box = held(6)
    key = verifier_key("witness.example", STRANGER, COSIGNATURE)
    cosigned = str(cosign(box.head(), "witness.example", STRANGER, 1_797_000_000)).encode()

    assert wrong({**box.files(), "head": cosigned}, keys=(KEY, key)) == []
    assert wrong(box.files(), keys=(KEY, key)) == ["never_cosigned"]


OPEN_VOTE = VoteFacts(VoteKind.HOUSEHOLD, ("赞同", "反对"), datetime.fromisoformat("2026-12-20T20:00:00+08:00"))
IN_TIME = OPEN_VOTE.closes - timedelta(minutes=1)


def test_a_replayed_press_is_caught_by_the_rule_and_by_any_auditor():
    """The rule makes nothing new of it; a log that counts it twice has a revision out of turn."""
    box = held(6)
    box.log[-2:] = [box.log[3]]
    box.close()

    assert accept(OPEN_VOTE, Ballot((0,), 2), (0,), IN_TIME).rev == 2
    assert wrong(box.files()) == ["rev_out_of_turn"]


def test_a_press_after_the_close_is_caught_by_the_rule_and_by_any_auditor():
    """From the closing moment on nothing is taken, and a cast after the close entry shows."""
    box = held(6)
    late = box.opening("5", 0)
    box.add(Cast(3, late.p, 0, late.commitment(3)))

    with pytest.raises(Refused, match="closed"):
        may_vote(OPEN_VOTE, bound=True, on_roll=True, when=OPEN_VOTE.closes)
    assert wrong(box.files()) == ["after_close"]


def test_a_press_by_a_non_member_is_caught_by_the_rule():
    """A household that is not on the vote's roll is told so (and its ballot would be off the roll)."""
    with pytest.raises(Refused, match="not_on_roll"):
        may_vote(OPEN_VOTE, bound=True, on_roll=False, when=IN_TIME)


def test_two_presses_at_once_are_caught_by_any_auditor_if_both_are_logged():
    """Both would be revision 0; the database lets one in, and a log with both is out of turn."""
    box = Box(6)
    one, other = box.opening("1", 0), box.opening("1", 1)
    for opening in (one, other):
        box.add(Cast(3, opening.p, 0, opening.commitment(3)))
    box.openings["1"] = one
    box.close()

    assert accept(OPEN_VOTE, None, (0,), IN_TIME).rev == accept(OPEN_VOTE, None, (1,), IN_TIME).rev == 0
    assert wrong(box.files()) == ["rev_out_of_turn"]


def test_a_false_result_is_caught_by_any_auditor():
    """The tally is the sum of the file."""
    box = held(6)
    box.log[-1] = line(Result(3, {"counts": [6, 0, 0], "quorum": None, "reached": None, "taken_part": 6, "total": 6}))

    assert wrong(box.files()) == ["count_differs"]


def test_a_softened_rule_is_caught_by_any_auditor():
    """Quorum and consent are redone by the snapshot that was logged at the opening."""
    box = held(4, areas=[("A", 8950), ("A", 8950), ("B", 10000), ("C", 6005)])
    box.log[-1] = box.log[-1].replace(b'"quorum":false', b'"quorum":true').replace(b'"passed":false', b'"passed":true')

    assert wrong(box.files()) == ["count_differs"]


def test_openings_before_the_close_are_caught_by_any_auditor():
    """No partial result is visible before the close."""
    box = Box(6)
    box.cast("1", 0)

    assert wrong(box.files()) == ["opened_early"]


def test_a_choice_that_is_no_option_is_caught_by_any_auditor():
    """A sealed seventh option counts for nothing."""
    box = Box(6)
    box.cast("1", 0)
    good = box.openings.copy()
    box.cast("2", 7)
    cast, box.openings = box.openings, good
    box.close()
    box.openings = cast

    assert wrong(box.files()) == ["no_ballot"]


def test_a_replaced_ballot_is_caught_by_its_receipt():
    """Somebody cast after the voter in the household's name: the receipt is not the one that counts."""
    box = Box(6)
    receipt = box.cast("1", 0)
    box.cast("1", 1)
    box.close()

    assert wrong(box.files(), box.proven(receipt)) == ["receipt_replaced", "receipt_opened_otherwise"]


def test_a_voided_ballot_is_caught_by_its_receipt():
    """A void takes the ballot out in the open, with its reason in the log."""
    box = Box(6)
    receipt = box.cast("1", 0)
    box.cast("2", 0)
    box.void("1")
    box.close()

    assert wrong(box.files(), receipt) == ["receipt_replaced", "receipt_opened_otherwise"]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda box, kept: replace(kept, evidence=replace(kept.evidence, index=2)), ["proof_false"]),
        (lambda box, kept: replace(kept, evidence=replace(kept.evidence, path=())), ["proof_false"]),
        (lambda box, kept: replace(kept, vote=4), ["receipt_not_in_log"]),
        (lambda box, kept: replace(kept, opening=replace(kept.opening, choice=(1,))), ["receipt_not_in_log"]),
        (lambda box, kept: replace(kept, evidence=sign(promise(b"{}"), ORIGIN, SIGNER)), ["promise_of_another"]),
        (lambda box, kept: replace(kept, evidence=sign(promise(box.log[1]), ORIGIN, STRANGER)), ["promise_unsigned"]),
        (
            lambda box, kept: replace(kept, evidence=replace(kept.evidence, checkpoint=box.head(signer=STRANGER))),
            ["head_unsigned"],
        ),
        (
            lambda box, kept: replace(kept, evidence=replace(kept.evidence, checkpoint=box.head(4, log=box.log[1:]))),
            ["head_differs", "proof_false"],
        ),
    ],
)
def test_a_false_receipt_is_caught(change, found):
    """Another place, path, vote, choice, promise or head does not hold."""
    box = Box(6)
    receipt = box.cast("1", 0)
    for name in "234":
        box.cast(name, 0)
    box.close()
    kept = box.proven(receipt)

    assert wrong(box.files(), change(box, kept)) == found


def test_a_receipt_without_digits_says_what_it_cannot_find():
    """Whoever skipped the digits is told that a clash would not show."""
    box = Box(6)
    receipt = box.cast("1", 0, own=None)
    box.close()

    assert "receipt_says_without_own" in [finding.key for finding in looked_at(box.files(), receipt)]


def test_what_is_not_given_is_told_to_be_unchecked():
    """A log alone: roll and openings were not looked at, and that is said."""
    log = {"log": held(6).files()["log"]}

    assert [(f.ok, f.key) for f in looked_at(log, keys=())] == [
        (True, "log_in_order"),
        (None, "head"),
        (None, "no_roll"),
        (None, "no_openings"),
    ]


def test_files_of_a_vote_that_is_not_in_the_log_are_caught():
    """Openings of vote 4 beside a log of vote 3 belong to nothing."""
    files = held(6).files(openings=[header(OPENINGS, 4)])

    assert wrong(files) == ["vote_unknown"]


def test_an_opening_entry_that_cannot_be_counted_by_is_caught():
    """A rule or method that means nothing is named, and nothing breaks."""
    for change in ({"rule": {"name": "x"}}, {"method": "loudest"}, {"kind": "owners", "answers": ["consent"]}):
        box = held(6)
        box.log[0] = line(replace(box.opened, **change))

        assert {"rule_unreadable"} <= set(wrong(box.files())), change


FILES = held(8).files()


@given(st.sampled_from(["log", "openings", "roll", "head"]), st.integers(0, 10_000), st.integers(0, 7))
def test_any_flipped_bit_is_caught_or_makes_the_file_unreadable(name, place, bit):
    """No single bit of what is published can be changed unseen."""
    content = bytearray(FILES[name])
    content[place % len(content)] ^= 1 << bit
    files = {**FILES, name: bytes(content)}
    try:
        assert wrong(files) != []
    except ValueError:
        assert second_opinion(files) != 0


BOX = Box(6)
RECEIPT = BOX.cast("1", 0)
BOX.cast("2", 1)
BOX.close()
KEPT = str(BOX.proven(RECEIPT))


@given(st.integers(0, 10_000), st.integers(0, 6))
def test_any_flipped_bit_of_a_receipt_is_caught_or_makes_it_unreadable(place, bit):
    """A receipt that was altered proves nothing."""
    content = bytearray(KEPT.encode())
    content[place % len(content)] ^= 1 << bit
    try:
        receipt = parse_receipt(content.decode())
    except ValueError:
        return

    assert [finding for finding in looked_at(BOX.files(), receipt) if finding.ok is False] != []
