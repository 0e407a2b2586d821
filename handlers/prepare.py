"""4 作好准备: the coming sessions, and telling everyone when one is moved or cancelled."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from domain.dates import parse_day, parse_moment
from domain.errors import Refused
from domain.session_days import Meeting, SessionDay, check_move, coming, on_day, reminders_of, session_days
from domain.talk import Outgoing
from handlers import pasted
from handlers.desk import Desk, House, Rows
from handlers.sessions import paste_row, place_of, rule_of, rules_of, start_of
from models.people import CommunityFacts
from models.sessions import NewSession

AHEAD = timedelta(days=40)
OFFERED = 3
NAMED = 4
MOVE = ("day", "moment", "reason")
CANCEL = ("day", "reason")
_BAR = re.compile(r"[｜|]")


async def next_sessions(desk: Desk, _words: str) -> list[Outgoing]:
    """下次说事: the session that is running, the next, and the one after."""
    running, ahead = await _coming(desk)
    if running is None and not ahead:
        return [desk.answer("prepare.none")]
    lines = (
        [desk.texts("prepare.running", moment=desk.moment(running.starts_at), place=running.place)] if running else []
    )
    for name, meeting in zip(("next", "after"), ahead, strict=False):
        key = "prepare.next_line" if running and name == "next" else f"prepare.{name}"
        lines.append(
            desk.texts(key, moment=desk.moment(meeting.starts_at), place=meeting.place, remark=_remark(desk, meeting))
        )
    shown = running or ahead[0]
    return [desk.answer_text("\n".join(lines), paste_row(desk.house, shown.id), headed=True)]


def _remark(desk: Desk, meeting: Meeting) -> str:
    day = meeting.starts_at.astimezone(desk.house.zone).date()
    return desk.texts("prepare.holiday") if desk.house.holiday(day) else ""


async def _coming(desk: Desk) -> tuple[Meeting | None, list[Meeting]]:
    rules = rules_of(desk.community, desk.house.zone)
    found = await desk.store.sessions.meetings(desk.community.id, desk.now - rules.lasts)
    return coming(found, desk.now, rules)


async def paste(desk: Desk, words: str) -> list[Outgoing]:
    """转到微信: the announcement of a session as plain text."""
    found = await desk.store.sessions.by_id([int(words)]) if words.isdecimal() else {}
    if not found:
        raise Refused("help.old_button")
    meeting = next(iter(found.values()))
    moment = desk.moment(meeting.starts_at)
    return [desk.answer_text(_pasted(desk, "paste", "place", meeting.place, moment=moment))]


def _pasted(desk: Desk, name: str, long: str, text: str, **facts: object) -> str:
    """What may be pasted about a session; `text` is cut where there is no room for all of it."""
    link = pasted.link(desk.house, desk.community, "prepare.paste_link", "sessions")
    return pasted.fitted(desk.house, f"prepare.{name}", long, text, community=desk.community.name, link=link, **facts)


async def move(desk: Desk, words: str) -> list[Outgoing]:
    """改期 12-14｜12-15 19:30｜原因: another time; every group is told. What is missing is asked for."""
    parts = _parts(desk, words, MOVE)
    rules, every = rules_of(desk.community, desk.house.zone), await _all(desk)
    meeting = _meeting(desk, parts, every)
    if len(parts) > MOVE.index("moment"):
        to = parse_moment(parts[1], desk.local)
        check_move(meeting, to, every, desk.now, rules) if meeting else None
    if meeting is None or len(parts) < len(MOVE):
        return await _ask(desk, "move", parts, MOVE, every)
    await desk.store.sessions.move(meeting, to, parts[2])
    await desk.store.sessions.forget_reminders(meeting.id)
    await desk.store.sessions.remind(desk.community.id, meeting.id, reminders_of(to, desk.now, rules), desk.now)
    facts = {"before": desk.moment(meeting.starts_at), "after": desk.moment(to)}
    paste = _pasted(desk, "paste_moved", "reason", parts[2], **facts)
    return await _everyone(desk, meeting, desk.texts("prepare.moved", reason=parts[2], **facts), paste)


async def cancel(desk: Desk, words: str) -> list[Outgoing]:
    """停会 12-14｜原因: this session is not held; every group is told. What is missing is asked for."""
    parts, every = _parts(desk, words, CANCEL), await _all(desk)
    meeting = _meeting(desk, parts, every)
    if meeting is None or len(parts) < len(CANCEL):
        return await _ask(desk, "cancel_session", parts, CANCEL, every)
    await desk.store.sessions.cancel(meeting.id, parts[1])
    ahead = [one for one in _ahead(desk, every) if one.id != meeting.id]
    items = await desk.store.agenda.items(meeting.id)
    await desk.store.agenda.shift([item.topic for item in items], meeting.id, ahead[0].id if ahead else None)
    lines = [desk.texts("prepare.cancelled", day=desk.day(_day(desk, meeting)), reason=parts[1])]
    if items:
        numbers = desk.texts("contract.marks.list").join(f"#{item.number}" for item in items[:NAMED])
        numbers += desk.texts("prepare.and_more", count=len(items)) if len(items) > NAMED else " "
        facts = {"day": desk.day(_day(desk, meeting)), "reason": parts[1]}
        lines[0] = desk.texts("prepare.cancelled_topics", numbers=numbers, **facts)
    if ahead:
        lines.append(
            desk.texts("prepare.next_line", moment=desk.moment(ahead[0].starts_at), remark="", place=ahead[0].place)
        )
    paste = _pasted(desk, "paste_cancelled", "reason", parts[1], day=desk.day(_day(desk, meeting)))
    return await _everyone(desk, meeting, "\n".join(lines), paste)


def _parts(desk: Desk, words: str, wanted: Sequence[str]) -> list[str]:
    """What was told so far, in this line and in the dialogue before it; bars after the last part belong to it."""
    kept = list(desk.dialogue.facts["parts"]) if desk.dialogue else []
    told = kept + [part.strip() for part in _BAR.split(words, maxsplit=len(wanted) - len(kept) - 1)]
    while told and not told[-1]:
        told.pop()
    return told


def _meeting(desk: Desk, parts: Sequence[str], every: Sequence[Meeting]) -> Meeting | None:
    """The session of the day that was named; None where no day was named yet."""
    if not parts:
        return None
    day = parse_day(parts[0], desk.local.date())
    return on_day(every, day, desk.now, rules_of(desk.community, desk.house.zone))


async def _all(desk: Desk) -> list[Meeting]:
    found: list[Meeting] = await desk.store.sessions.meetings(desk.community.id, desk.now - timedelta(days=1))
    return found


def _ahead(desk: Desk, every: Sequence[Meeting]) -> list[Meeting]:
    """Those that have not begun."""
    return coming(every, desk.now, rules_of(desk.community, desk.house.zone))[1]


def _day(desk: Desk, meeting: Meeting) -> date:
    return meeting.starts_at.astimezone(desk.house.zone).date()


async def _ask(
    desk: Desk, name: str, parts: Sequence[str], wanted: Sequence[str], every: Sequence[Meeting]
) -> list[Outgoing]:
    missing = wanted[len(parts)]
    rows: Rows = ()
    if missing == "day":
        days = [_day(desk, meeting) for meeting in _ahead(desk, every)[:OFFERED]]
        rows = (tuple(desk.button("day", name, day.isoformat(), month=day.month, day=day.day) for day in days),)
    return await desk.ask(name, {"parts": list(parts)}, f"prepare.ask_{missing}", rows)


async def _everyone(desk: Desk, meeting: Meeting, text: str, paste: str) -> list[Outgoing]:
    """Into every group at once, whatever the hour: a person caused it. Where nobody hears it, the speaker does."""
    await desk.store.people.forget_question(desk.who.id)
    await desk.store.sessions.redraw_soon(desk.community.id, meeting.id, desk.now)
    desk.about("session", meeting.id)
    groups = await desk.store.people.groups_of(desk.community.id)
    told = [Outgoing(group.chat, text, headed=True) for group in groups]
    here = desk.group is not None and desk.group.id in {group.id for group in groups}
    answer = [] if here else [desk.answer("prepare.telling" if groups else "prepare.telling_none", count=len(groups))]
    return [*answer, *told, *pasted.offered(desk, paste)]


async def plan(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """Enter the sessions of the coming weeks with their reminders. What nobody was told of follows the settings."""
    rules, place = rules_of(community, house.zone), place_of(community, house)
    today = now.astimezone(house.zone).date()
    days = session_days(rule_of(community), today, today + AHEAD)
    given = {found.day: _start(found, community, house) for found in days}
    for day, starts_at in given.items():
        if starts_at + rules.lasts > now:
            await house.store.sessions.make(community.id, NewSession(day, starts_at, place), now)
    await _follow(house, community, given, now)
    for meeting in await house.store.sessions.meetings(community.id, now):
        planned = reminders_of(meeting.starts_at, now, rules)
        await house.store.sessions.remind(community.id, meeting.id, planned, now)
    return []


def _start(found: SessionDay, community: CommunityFacts, house: House) -> datetime:
    return datetime.combine(found.day, start_of(community), house.zone)


async def _follow(house: House, community: CommunityFacts, given: dict[date, datetime], now: datetime) -> None:
    """Sessions that nobody was told of go with the rule, its time and place; none beside one that was moved there."""
    sessions, place = house.store.sessions, place_of(community, house)
    standing = {m.id: m.starts_at.astimezone(house.zone).date() for m in await sessions.meetings(community.id, now)}
    for meeting in await sessions.untold(community.id, now):
        taken = any(day == meeting.planned for id, day in standing.items() if id != meeting.id)
        starts_at = given.get(meeting.planned)
        if taken or starts_at is None or starts_at <= now:
            await sessions.drop(meeting.id)
        elif (meeting.starts_at, meeting.place) != (starts_at, place):
            await sessions.replan(meeting.id, starts_at, place)
