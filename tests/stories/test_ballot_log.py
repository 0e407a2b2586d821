"""The log that the program itself writes while votes are held, checked as anyone would (VOTING.md §3)."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.audit import check
from domain.notes import VerifierKey, parse_key
from domain.owners_roll import Relation
from domain.published import Published
from domain.terms import Role
from domain.vote_log import Cast, parse_line
from models import ballot_log, people
from models.tables.people import Household, Resident
from models.tables.votes import Membership
from tests.stories.talk import GROUP, Talk
from tests.stories.test_vote import LINE, ticks


@pytest.fixture
async def homes(talk: Talk) -> Talk:
    """Twelve flats with one resident each, 居民1 … 居民12, and a moderator."""
    community = (await people.communities())[0]
    for room in range(101, 113):
        await Household.create(community_id=community.id, building="3", unit="1", room=str(room), area=8950)
    await talk.knows("管理员", Role.MODERATOR)
    for number in range(1, 13):
        await talk.knows(f"居民{number}", household=f"3-1-{100 + number}")
    return talk


async def published(number: int = 1) -> dict[str, bytes]:
    """What anyone can fetch: the log up to its last head, the head, and the vote's files."""
    community = (await people.communities())[0].id
    head = await ballot_log.last_head(community)
    assert head is not None
    files = {
        "log": b"\n".join(await ballot_log.lines(community, head.size)) + b"\n",
        "head": head.note.encode(),
        "roll": await ballot_log.published(community, number, "roll"),
        "openings": await ballot_log.published(community, number, "openings"),
    }
    return {name: content for name, content in files.items() if content is not None}


async def keys() -> list[VerifierKey]:
    return [parse_key(key) for key, _ in await ballot_log.keys((await people.communities())[0].id)]


def audit(files: dict[str, bytes], keys: list[VerifierKey], receipt: Any = None) -> list[Any]:
    taken = Published()
    for content in files.values():
        taken.add(content)
    return check(taken, keys, receipt)


def wrong(findings: list[Any]) -> list[str]:
    return [finding.key for finding in findings if finding.ok is False]


def tally(findings: list[Any]) -> Any:
    return next(one.facts["tally"] for one in findings if one.key == "count")


async def held(homes: Talk, line: str = LINE) -> None:
    """Seven households vote, two change their mind, and the vote closes at its time."""
    await homes.says("管理员", line)
    for number in range(1, 8):
        await homes.presses(f"居民{number}", "赞同" if number % 2 else "反对")
    await homes.presses("居民1", "反对")
    await homes.presses("居民2", "赞同")
    await ticks(homes, "12-03 20:00")


@pytest.mark.parametrize("line", [LINE, LINE + "｜记名"])
async def test_log_of_a_vote_holds_for_anyone(homes: Talk, line: str) -> None:
    """Opened, cast, changed, closed: log, roll, openings, head and count hold, and the tally is the chat's."""
    await held(homes, line)
    findings = audit(await published(), await keys())

    assert wrong(findings) == []
    assert {"head_signed", "roll_matches", "all_on_roll", "openings", "count"} <= {one.key for one in findings}
    assert (tally(findings)["counts"], tally(findings)["taken_part"], tally(findings)["total"]) == ([4, 3, 0], 7, 12)
    assert "赞同4户，反对3户，弃权0户" in homes.card("结果").text


async def test_log_holds_after_extension_and_withdrawal(homes: Talk) -> None:
    """延期 is an entry with its reason; who deletes themselves leaves a void, and the household may vote again."""
    await homes.says("管理员", LINE)
    await homes.knows("家人", household="3-1-101")
    await homes.presses("居民1", "赞同")
    await homes.presses("居民2", "赞同")
    await homes.says("管理员", "延期 1｜12-05 20:00｜下雨，多等一天")
    await homes.tells("居民1", "删除我")
    for label in ("继续", "确认删除"):
        await homes.presses("居民1", label, homes.private("居民1"))
    await homes.presses("家人", "反对")
    await ticks(homes, "12-05 20:00")
    files = await published()
    findings = audit(files, await keys())
    types = [type(parse_line(text)).__name__ for text in files["log"].splitlines()]

    assert wrong(findings) == []
    assert (types[0], types[-2:]) == ("Open", ["Close", "Result"])
    assert sorted(name for name in types if name not in {"Open", "Cast", "Close", "Result"}) == ["Extend", "Void"]
    assert tally(findings)["counts"] == [1, 1, 0]


async def test_log_says_that_a_withdrawn_vote_is_over(homes: Talk) -> None:
    """撤销 after 删除我 took the only ballot back: the log has its close and no result, and holds."""
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    await homes.tells("居民1", "删除我")
    for label in ("继续", "确认删除"):
        await homes.presses("居民1", label, homes.private("居民1"))
    await homes.says("管理员", "撤销表决 1｜题目写错了")
    await homes.says("管理员", LINE)
    files = await published()
    types = [type(parse_line(text)).__name__ for text in files["log"].splitlines()]

    assert wrong(audit(files, await keys())) == []
    assert types == ["Open", "Cast", "Void", "Close", "Open"]


@pytest.mark.parametrize(
    ("matter", "consent", "against", "quorum", "passed"),
    [
        (6, 6, 2, True, True),  # 8 of 12 are two thirds, 6 of 8 three quarters: exactly enough
        (6, 5, 3, True, False),
        (5, 4, 4, True, False),  # exactly half is not more than half
        (5, 5, 3, True, True),
        (5, 7, 0, False, False),
    ],
)
async def test_exact_thresholds_of_owners_hold_from_press_to_recount(
    homes: Talk, matter: int, consent: int, against: int, quorum: bool, passed: bool
) -> None:
    """Table 2, rows 2 to 5, through the whole program: the chat's verdict is the auditor's."""
    for number in range(1, 13):
        home, who = await Household.get(room=str(100 + number)), await Resident.get(addresss__user=f"居民{number}")
        of = home.community_id
        await Membership.create(community_id=of, resident_id=who.id, household_id=home.id, relation=Relation.OWNER)
    await homes.says("管理员", f"业主表决 用维修资金换电梯｜事项{matter}｜通知 11-10｜截止 12-20 20:00")
    for number in range(1, 1 + consent + against):
        await homes.presses(f"居民{number}", "赞同" if number <= consent else "反对")
    await ticks(homes, "12-20 20:00")
    findings = audit(await published(), await keys())
    cast = tally(findings)["cast"]

    assert wrong(findings) == []
    assert (cast["quorum"], cast["passed"]) == (quorum, passed)
    assert ("：统计达到要求" in homes.card("：统计").text) is passed


async def casts_logged() -> list[Cast]:
    entries = [parse_line(text) for text in (await published())["log"].splitlines()]
    return [entry for entry in entries if isinstance(entry, Cast)]


async def test_casts_wait_for_their_batch(homes: Talk) -> None:
    """Nothing is appended at a press: the day's casts come together, a household's own in their turn."""
    await homes.says("管理员", LINE + "｜记名")
    for number in range(1, 12):
        await homes.presses(f"居民{number}", "赞同")
    await homes.presses("居民1", "反对")
    at_first = len((await published())["log"].splitlines())
    await homes.wakes("12-02 09:00")
    casts = await casts_logged()
    names = [one.p for one in casts]

    assert (at_first, len(casts)) == (1, 12)
    assert [one.rev for one in casts if names.count(one.p) == 2] == [0, 1]
    assert wrong(audit({"log": (await published())["log"]}, [])) == []


async def test_secret_cast_is_never_alone_in_its_batch(homes: Talk) -> None:
    """Who votes alone between two heads would be known by their line, and after the close by their choice.

    So of a 不记名 vote ten households' ballots, drawn by chance, stay back until it closes.
    """
    await homes.says("管理员", LINE)
    logged = []
    for first, last, moment in ((1, 11, "12-02 09:00"), (12, 12, "12-03 09:00")):
        for number in range(first, last + 1):
            await homes.presses(f"居民{number}", "赞同")
        await homes.wakes(moment)
        logged.append(len(await casts_logged()))
    await ticks(homes, "12-03 20:00")
    findings = audit(await published(), await keys())

    assert (logged, len(await casts_logged())) == ([1, 2], 12)
    assert wrong(findings) == []
    assert tally(findings)["counts"] == [12, 0, 0]


async def test_few_secret_casts_wait_for_the_close(homes: Talk) -> None:
    """Also where somebody goes meanwhile: only what was theirs is entered, with its void."""
    await homes.says("管理员", LINE)
    for number in (1, 2, 3):
        await homes.presses(f"居民{number}", "赞同")
    await homes.tells("居民1", "删除我")
    for label in ("继续", "确认删除"):
        await homes.presses("居民1", label, homes.private("居民1"))
    await homes.wakes("12-02 09:00")
    before = len(await casts_logged())
    await ticks(homes, "12-03 20:00")
    findings = audit(await published(), await keys())

    assert (before, len(await casts_logged())) == (1, 3)
    assert wrong(findings) == []
    assert tally(findings)["counts"] == [2, 0, 0]


async def test_heads_are_told_silently(homes: Talk) -> None:
    """At the opening, once a day at nine, and at the close: one silent line with lines and root, then no more."""
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    for moment in ("12-02 08:59", "12-02 09:00", "12-02 12:00", "12-03 09:00"):
        await homes.wakes(moment)
    await ticks(homes, "12-03 20:00")
    for moment in ("12-04 09:00", "12-05 09:00"):
        await homes.wakes(moment)
    heads = [out for out in homes.channel.sent if out.text.startswith("核对码")]
    texts = "\n".join(out.text for out in heads)
    findings = audit({"log": (await published())["log"], "seen": texts.encode()}, [])

    assert all(out.silent and out.to == GROUP for out in heads)
    days = [out.text.split(" ")[1].partition("（")[0] for out in heads]
    assert days == ["12月1日", "12月2日", "12月3日", "12月3日"]
    assert texts.endswith("，不用管它，留着对账用。")
    assert wrong(findings) == []
    assert [one.key for one in findings].count("head_matches") == 4


async def test_nothing_of_a_choice_is_published_before_the_close(homes: Talk) -> None:
    """Until the close there are no openings, and the log says nothing of what was chosen."""
    await homes.says("管理员", LINE)
    await homes.presses("居民1", "赞同")
    await homes.wakes("12-02 09:00")
    files = await published()

    assert "openings" not in files
    assert "choice" not in files["log"].decode()


async def test_poll_is_not_logged(homes: Talk) -> None:
    """A 表态 decides nothing: no line, no head."""
    await homes.says("管理员", "表态 跳舞几点结束｜八点｜九点")
    await homes.presses("居民1", "八点")

    assert await ballot_log.logs() == []


def _without(text: bytes, at: int) -> bytes:
    kept = text.splitlines()
    del kept[at]
    return b"\n".join(kept) + b"\n"


def _swapped(text: bytes) -> bytes:
    lines = text.splitlines()
    casts = [at for at, one in enumerate(lines) if b'"type":"cast"' in one]
    lines[casts[0]], lines[casts[1]] = lines[casts[1]], lines[casts[0]]
    return b"\n".join(lines) + b"\n"


def _forged(text: bytes) -> bytes:
    lines = text.split(b"\n")
    lines[2] = (b"A" if lines[2][:1] != b"A" else b"B") + lines[2][1:]
    return b"\n".join(lines)


Change = Callable[[bytes], bytes]
CHEATS: dict[str, tuple[str, Change, str]] = {
    "a flipped opening": ("openings", lambda text: text.replace(b'"choice":0', b'"choice":1', 1), "opening_false"),
    "a dropped opening": ("openings", lambda text: text.rsplit(b"\n", 2)[0] + b"\n", "opening_missing"),
    "a doubled opening": ("openings", lambda text: text + text.splitlines()[-1] + b"\n", "opening_twice"),
    "a dropped cast": ("log", lambda text: _without(text, 1), "head_beyond"),
    "casts in another order": ("log", _swapped, "head_differs"),
    "another result": ("log", lambda text: text.replace(b'"taken_part":7', b'"taken_part":8'), "head_differs"),
    "a forged head": ("head", _forged, "head_unsigned"),
    "another roll": ("roll", lambda text: text.rsplit(b"\n", 2)[0] + b"\n", "roll_differs"),
}


@pytest.mark.parametrize("cheat", CHEATS)
async def test_cheating_with_what_the_program_published_is_found(homes: Talk, cheat: str) -> None:
    """Each file changed in one place is caught by anyone who has the others."""
    await held(homes)
    files, (name, change, key) = await published(), CHEATS[cheat]
    cheated = {**files, name: change(files[name])}

    assert cheated[name] != files[name]
    assert key in wrong(audit(cheated, await keys()))
