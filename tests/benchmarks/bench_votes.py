"""Figures of a whole vote: 3,000 households, 2,200 voters, 440 changes (VOTING.md §3)."""

import time

import pytest
from playwright.async_api import Browser, Page, expect

from domain.audit import check
from domain.ballots import parse_receipt
from domain.owners import Answer, Unit, UnitBallot, tally
from domain.published import Published
from domain.rules import Counted, Profile, Share
from tests.ballot_box import KEY, Box
from tests.web.test_recount import AGREES, served

HOUSEHOLDS, VOTERS, CHANGES = 3000, 2200, 440
PROTOTYPE = {"log": 368, "openings": 299, "proof": 0.75}
"""KiB of the plain prototype that VOTING.md measured: openings without the ends of their lines, of a receipt the proof
(docs/decisions/0006-figures-of-votes.md). Its full check took 0.05 s."""


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
    seconds = best_of(25, full)
    text = {"log": files["log"], "openings": files["openings"].replace(b"\n", b"")}
    text["proof"] = kept.partition("\n")[2].encode()
    sizes = {name: len(content) / 1024 for name, content in text.items()}
    for name, size in sizes.items():
        print(f"votes: {name} {size:.2f} KiB, {size / PROTOTYPE[name]:.2f} of the prototype's {PROTOTYPE[name]}")
    print(f"votes: openings' file {len(files['openings']) / 1024:.0f} KiB, receipt {len(kept.encode()) / 1024:.2f} KiB")
    print(f"votes: roll {len(files['roll']) / 1024:.0f} KiB, full check {seconds * 1000:.0f} ms")

    assert [finding.key for finding in findings if finding.ok is False] == []
    assert [name for name, size in sizes.items() if round(size, 2) > PROTOTYPE[name]] == []
    assert seconds <= 0.1


@pytest.mark.bench
async def test_recount_in_the_browser_takes_a_second_at_most(box, browser: Browser):
    """From the press to the answer, fetching among it: of the page's processor, and as one waits for it."""
    held, _ = box
    spent, waited = [], []
    async with served(held) as url:
        page = await browser.new_page()
        for _ in range(5):
            await page.goto(f"{url}/votes/3")
            before, start = await _processor(page), time.perf_counter()
            await page.get_by_role("button", name="重新计票").click()
            await expect(page.locator("#recount [role=status] ul")).to_be_visible()
            waited.append(time.perf_counter() - start)
            spent.append(await _processor(page) - before)
        said = await page.locator("#recount [role=status]").inner_text()
    print(f"votes: recount in the browser {min(spent):.2f} s of its processor, {min(waited):.2f} s waited")

    assert said.startswith(AGREES)
    assert min(spent) <= 1


async def _processor(page: Page) -> float:
    """Seconds of processor time that the page's process has used."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable")
    metrics = {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}
    await session.detach()
    return float(metrics["ProcessTime"])


@pytest.mark.bench
def test_owners_tally_is_quick():
    """Counting 3,000 units by heads and area is part of closing, which takes at most a second."""
    units = [Unit(str(number), str(number // 2), 8950 + number) for number in range(HOUSEHOLDS)]
    ballots = [UnitBallot(str(number), list(Answer)[number % 3]) for number in range(VOTERS)]
    rule = Profile("ordinary", Counted.OWNERS, Share(2, 3), Share(1, 2, strict=True))
    seconds = best_of(5, lambda: tally(units, ballots, rule, frozenset()))
    print(f"votes: owners' tally of {HOUSEHOLDS} units {seconds * 1000:.1f} ms")

    assert seconds <= 0.1
