"""The browser's arithmetic, `count.js`, against the program's: all small elections of each kind, in one page."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, combinations_with_replacement, permutations, product
from typing import Any

from playwright.async_api import Browser, Page

from domain.errors import Refused
from domain.recount import count, parse_roll
from domain.vote_log import Open
from tests.ballot_box import ANSWERS, Box
from web.render import STATIC

Case = tuple[Open, list[bytes], dict[str, tuple[int, ...]]]
"""The opening entry, the roll's lines, what each entry of the roll chose."""
FLATS = 4
AREAS = [("甲", 8950), ("甲", 9000), ("乙", 12000), ("丙", 5950)]
FOUR = {"options": ["赞同", "反对", "弃权", "从众"], "answers": [*ANSWERS, "follow"]}


def _some(options: int, ordered: bool) -> list[tuple[int, ...]]:
    """Every ballot of so many options, ranked or approving."""
    picked = permutations if ordered else combinations
    return list(chain.from_iterable(picked(range(options), size) for size in range(1, options + 1)))


def _households() -> Iterator[Case]:
    """Every vote of up to three ballots over three options; under a rule with thresholds and under one without."""
    for profile, method in product(("consultation", "URC-2018"), ("ranked", "approval", "single")):
        box = Box(FLATS, profile=profile, method=method)
        ballots = [(at,) for at in range(3)] if method == "single" else _some(3, method == "ranked")
        for size in range(FLATS):
            for cast in combinations_with_replacement(ballots, size):
                yield box.opened, box.roll, dict(zip(box.p.values(), cast, strict=False))


def _longer_rankings() -> Iterator[Case]:
    """Five options, up to fifteen ballots: circles, ties, several rounds."""
    dice = random.Random(4)
    box = Box(15, method="ranked", options=["甲", "乙", "丙", "丁", "戊"])
    ballots = _some(5, ordered=True)
    for _ in range(400):
        cast = dice.choices(ballots, k=dice.randint(1, 15))
        yield box.opened, box.roll, dict(zip(box.p.values(), cast, strict=False))


def _owners() -> Iterator[Case]:
    """Four units of three owners: silent, each of four answers, or co-owners who differ; with and without deeming."""
    boxes = [Box(FLATS, areas=AREAS, profile=profile, **FOUR) for profile in ("special", "unanimous")]
    said = [(), (0,), (1,), (2,), (3,), (0, 1)]
    for box, never in product(boxes, (None, [boxes[0].p["3"]])):
        opened = replace(box.opened, never_deemed=never)
        for answers in product(said, repeat=FLATS):
            marked = zip(box.p.values(), answers, strict=True)
            yield opened, box.roll, {p: answer for p, answer in marked if answer}


def _by_the_program(case: Case) -> dict[str, Any] | None:
    opened, roll, ballots = case
    try:
        return count(opened, parse_roll(roll), ballots)
    except Refused:
        return None


COUNTED = """given => {
  var [settings, cases] = JSON.parse(given);
  return JSON.stringify(cases.map(([at, ballots]) => {
    try { return Count.tally(...settings[at], ballots); } catch (refused) { return null; }
  }));
}"""


async def _by_the_browser(page: Page, cases: list[Case]) -> list[dict[str, Any] | None]:
    """All in one go; what many elections share is sent once."""
    settings = {id(opened): (vars(opened), [json.loads(line) for line in roll]) for opened, roll, _ in cases}
    place = {key: at for at, key in enumerate(settings)}
    given = [list(settings.values()), [(place[id(opened)], ballots) for opened, _, ballots in cases]]
    return list(json.loads(await page.evaluate(COUNTED, json.dumps(given))))


async def test_browser_counts_as_the_program_does(browser: Browser) -> None:
    """Single, approval, run-off, Schulze, heads and areas in both readings: the whole tally (VOTING.md §2, §3)."""
    cases = [*_households(), *_longer_rankings(), *_owners()]
    page = await browser.new_page()
    await page.add_script_tag(path=STATIC / "count.js")
    counted = await _by_the_browser(page, cases)
    expected = [_by_the_program(case) for case in cases]

    assert [case for case, ours, theirs in zip(cases, expected, counted, strict=True) if ours != theirs] == []
    assert len({json.dumps(one, sort_keys=True) for one in expected}) > 1000
    assert None in expected


def test_both_scripts_are_small() -> None:
    """At most 10 KB each, as every script of the board (BOARD.md §6)."""
    assert max((STATIC / name).stat().st_size for name in ("count.js", "recount.js")) <= 10 * 1024
