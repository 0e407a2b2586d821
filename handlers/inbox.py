"""待办: what waits for a moderator, by step and deadline, each with the button for it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from domain.dates import write_length
from domain.talk import Button, Outgoing
from domain.terms import AgendaState
from handlers.desk import Desk, Rows
from models.inbox import Waiting, Waits

FIRST = 3
A_PAGE = 6
A_ROW = 3
OF_A_KIND = 20
FOR_THE_NEXT = frozenset({Waits.DECIDE, Waits.AGAIN})
"""What should be settled before the next session."""
_BUTTONS = {
    Waits.URGENT: ("concern_of", "sort_one"),
    Waits.SORT: ("concern_of", "sort_one"),
    Waits.OVERDUE: ("task_of", "task_of"),
    Waits.RETURNED: ("task_of", "task_of"),
    Waits.UNDECIDED: ("reopen_of", "reopen"),
    Waits.OBJECTION: ("objection_of", "answer_objection"),
    Waits.OPINION: ("opinions_of", "answer_opinion"),
    Waits.MINUTES: ("confirm_minutes", "confirm_minutes"),
    Waits.PUBLISH: ("publish_of", "publish"),
    Waits.RESOLVE: ("resolve_of", "resolve"),
    Waits.SEATS: ("seats_of", "seats"),
    Waits.INVITE: ("prepare_of", "prepare"),
    Waits.PREPARE: ("prepare_of", "prepare"),
    Waits.AGAIN: ("decide_of", "decide"),
    Waits.HELD: ("look_at", "sort_one"),
    Waits.DECIDE: ("decide_of", "decide"),
}


async def inbox(desk: Desk, words: str) -> list[Outgoing]:
    """待办: the three that press most; 待办 全部: all, six a page, each with its button; 待办 2: the second page."""
    found: list[Waiting] = await desk.store.inbox.waiting(desk.community.id, desk.local.date(), desk.now, OF_A_KIND)
    meeting = await _meeting(desk)
    if not found:
        row = meeting.buttons
        return desk.private_text("\n".join([desk.texts("inbox.none"), *meeting.lines]), (row,) if row else ())
    page = 1 if words == desk.texts("inbox.all") else int(words) if words.isdecimal() else 0
    first, many = ((page - 1) * A_PAGE, A_PAGE) if page else (0, FIRST)
    shown = found[first : first + many] or found[:many]
    facts = {"count": len(found), "first": len(shown), "page": page}
    head = desk.texts("inbox.head_all" if len(shown) == len(found) else _HEADS[bool(page)], **facts)
    told = [_line(desk, place, one, meeting.following) for place, one in enumerate(shown, found.index(shown[0]) + 1)]
    left = len(found) > first + len(shown)
    rows = _rows(shown_buttons=[_button(desk, one) for one in shown], rest=(*meeting.buttons, *_more(desk, page, left)))
    return desk.private_text("\n".join([head, *meeting.lines, *told]), rows)


_HEADS = {False: "inbox.head", True: "inbox.head_page"}


def _more(desk: Desk, page: int, left: bool) -> tuple[Button, ...]:
    """The way to the others, where there are any."""
    if not left:
        return ()
    return (
        (desk.button("next_page", "inbox", page + 1),)
        if page
        else (desk.button("see_all", "inbox", desk.texts("inbox.all")),)
    )


def _rows(shown_buttons: list[Button], rest: tuple[Button, ...]) -> Rows:
    """Three buttons a row: every thing that is shown has its own; below, sessions and the way on."""
    rows = [tuple(shown_buttons[at : at + A_ROW]) for at in range(0, len(shown_buttons), A_ROW)]
    return (*rows, rest) if rest else tuple(rows)


def _button(desk: Desk, one: Waiting) -> Button:
    label, verb = _BUTTONS[one.kind]
    return desk.button(label, verb, one.number, number=one.number)


def _line(desk: Desk, place: int, one: Waiting, following: date | None) -> str:
    """A thing that waits: how long already, or by when. No deadline is invented where none is set."""
    waited = write_length(desk.now - one.since, desk.house.dates) if one.since else ""
    days = (desk.local.date() - one.day).days if one.day else 0
    day = following if one.kind in FOR_THE_NEXT else one.day
    kind = Waits.DECIDE if one.kind is Waits.AGAIN else one.kind
    facts = {"number": one.number, "waited": waited, "days": days, "day": desk.day(day) if day else ""}
    by = desk.texts("inbox.by", **facts) if day and one.kind in FOR_THE_NEXT else ""
    return desk.texts(f"inbox.{kind}", place=place, **facts) + by


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is said of sessions, the buttons for it, and the day of the next one."""

    lines: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    following: date | None = None


async def _meeting(desk: Desk) -> Meeting:
    """The session that runs, to be led on and ended; today's, to be opened; else the next one's day."""
    running = await desk.store.deliberations.running(desk.community.id)
    if running is not None:
        items = await desk.store.agenda.items(running.id)
        waits = [item.number for item in items if item.state is AgendaState.WAITING and not item.report][:1]
        calls = [desk.button("call_topic", "call_topic", number, number=number) for number in waits]
        return Meeting((desk.texts("inbox.session_runs"),), (*calls, desk.button("adjourn", "adjourn")))
    day = datetime.combine(desk.local.date(), time(), desk.house.zone)
    following = await desk.store.agenda.next_session(desk.community.id, desk.now)
    local = following.starts_at.astimezone(desk.house.zone).date() if following else None
    today = await desk.store.deliberations.of_today(desk.community.id, day, day + timedelta(days=1))
    if today is not None:
        line = desk.texts("inbox.session_today", moment=desk.moment(today.starts_at))
        return Meeting((line,), (desk.button("open_session", "open_session"), desk.button("agenda", "agenda")), local)
    if following is None:
        return Meeting()
    return Meeting((desk.texts("inbox.session_next", moment=desk.moment(following.starts_at)),), (), local)
