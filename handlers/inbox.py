"""待办: what waits for a moderator, by step and deadline, each with the button for it."""

from datetime import datetime, time, timedelta

from domain.dates import write_length
from domain.talk import Button, Outgoing
from handlers.desk import Desk, Rows
from models.inbox import Waiting, Waits

FIRST = 3
OF_A_KIND = 10
_BUTTONS = {
    Waits.URGENT: ("concern_of", "sort_one"),
    Waits.SORT: ("concern_of", "sort_one"),
    Waits.OVERDUE: ("task_of", "task_of"),
    Waits.RETURNED: ("task_of", "task_of"),
    Waits.UNDECIDED: ("reopen_of", "reopen"),
    Waits.OBJECTION: ("objection_of", "answer_objection"),
    Waits.MINUTES: ("confirm_minutes", "confirm_minutes"),
    Waits.PUBLISH: ("publish_of", "publish"),
    Waits.RESOLVE: ("resolve_of", "resolve"),
    Waits.PREPARE: ("prepare_of", "prepare"),
    Waits.DECIDE: ("decide_of", "decide"),
}


async def inbox(desk: Desk, words: str) -> list[Outgoing]:
    """待办: the three that press most; 待办 全部: all."""
    found: list[Waiting] = await desk.store.inbox.waiting(desk.community.id, desk.local.date(), OF_A_KIND)
    meeting, row = await _meeting(desk)
    everything = words == desk.texts("inbox.all")
    shown = found if everything else found[:FIRST]
    if not found:
        return desk.private_text("\n".join([desk.texts("inbox.none"), *meeting]), (row,) if row else ())
    head = desk.texts("inbox.head" if len(shown) < len(found) else "inbox.head_all", count=len(found), first=len(shown))
    lines = [head, *meeting, *[_line(desk, place, one) for place, one in enumerate(shown, 1)]]
    return desk.private_text("\n".join(lines), _rows(desk, shown[:FIRST], row, more=len(shown) < len(found)))


def _rows(desk: Desk, shown: list[Waiting], meeting: tuple[Button, ...], *, more: bool) -> Rows:
    buttons = tuple(_button(desk, one) for one in shown)
    see_all = (desk.button("see_all", "inbox", desk.texts("inbox.all")),) if more else ()
    rest = (*meeting, *see_all)
    return (buttons, rest) if rest else (buttons,)


def _button(desk: Desk, one: Waiting) -> Button:
    label, verb = _BUTTONS[one.kind]
    return desk.button(label, verb, one.number, number=one.number)


def _line(desk: Desk, place: int, one: Waiting) -> str:
    waited = write_length(desk.now - one.since, desk.house.dates) if one.since else ""
    days = (desk.local.date() - one.day).days if one.day else 0
    return desk.texts(f"inbox.{one.kind}", place=place, number=one.number, waited=waited, days=days)


async def _meeting(desk: Desk) -> tuple[list[str], tuple[Button, ...]]:
    """Today's session: to be opened, or open and to be ended; else the next one's day."""
    running = await desk.store.deliberations.running(desk.community.id)
    if running is not None:
        return [desk.texts("inbox.session_runs")], (desk.button("adjourn", "adjourn"),)
    day = datetime.combine(desk.local.date(), time(), desk.house.zone)
    today = await desk.store.deliberations.of_today(desk.community.id, day, day + timedelta(days=1))
    if today is not None:
        line = desk.texts("inbox.session_today", moment=desk.moment(today.starts_at))
        return [line], (desk.button("open_session", "open_session"), desk.button("agenda", "agenda"))
    following = await desk.store.agenda.next_session(desk.community.id, desk.now)
    if following is None:
        return [], ()
    return [desk.texts("inbox.session_next", moment=desk.moment(following.starts_at))], ()
