"""Figures of a whole vote: 3,000 households, 2,200 voters, 440 changes (VOTING.md §3)."""

import time

import pytest

from domain.audit import check
from domain.ballots import parse_receipt
from domain.owners import Answer, Unit, UnitBallot, tally
from domain.published import Published
from domain.rules import Counted, Profile, Share
from tests.ballot_box import KEY, Box

HOUSEHOLDS, VOTERS, CHANGES = 3000, 2200, 440
PROTOTYPE = {"log": 368, "openings": 298, "receipt": 0.75}
"""KB of the plain prototype that VOTING.md measured; its full check took 0.05 s."""


@pytest.fixture(scope="module")
def box():
    held = Box(HOUSEHOLDS)
    names = list(held.codes)
    receipts = [held.cast(name, number % 3) for number, name in enumerate(names[:VOTERS])]
    receipts += [held.cast(name, (number + 1) % 3) for number, name in enumerate(names[:CHANGES])]
    held.close()
    return held, max((held.proven(receipt) for receipt in receipts[::100]), key=lambda kept: len(str(kept)))


def best_of(times, call):
    spent = []
    for _ in range(times):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return min(spent)


@pytest.mark.bench
def test_full_check_is_quick_and_the_files_are_small(box):
    """A full check from the files' bytes takes at most 0.1 s of processor time."""
    held, receipt = box
    files = held.files()
    kept = str(receipt)

    def full():
        published = Published()
        for content in files.values():
            published.add(content)
        return check(published, [KEY], parse_receipt(kept))

    findings = full()
    seconds = best_of(9, full)
    sizes = {name: len(files[name]) / 1024 for name in ("log", "openings")} | {"receipt": len(kept.encode()) / 1024}
    for name, size in sizes.items():
        print(f"votes: {name} {size:.2f} KiB, {size / PROTOTYPE[name]:.2f} of the prototype's {PROTOTYPE[name]}")
    print(f"votes: roll {len(files['roll']) / 1024:.0f} KiB, full check {seconds * 1000:.0f} ms")

    assert [finding.key for finding in findings if finding.ok is False] == []
    assert seconds <= 0.1


@pytest.mark.bench
def test_owners_tally_is_quick():
    """Counting 3,000 units by heads and area is part of closing, which takes at most a second."""
    units = [Unit(str(number), str(number // 2), 8950 + number) for number in range(HOUSEHOLDS)]
    ballots = [UnitBallot(str(number), list(Answer)[number % 3]) for number in range(VOTERS)]
    rule = Profile("ordinary", Counted.OWNERS, Share(2, 3), Share(1, 2, strict=True))
    seconds = best_of(5, lambda: tally(units, ballots, rule, frozenset()))
    print(f"votes: owners' tally of {HOUSEHOLDS} units {seconds * 1000:.1f} ms")

    assert seconds <= 0.1
