"""What falls due by itself: the reminders of sessions, to every group of the community."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.dates import write_near, write_time
from domain.session_days import Meeting, Notice, Telling, reminders_due
from domain.talk import Manner, Outgoing
from handlers.desk import House
from handlers.sessions import local_day_ends, paste_row, rules_of
from handlers.topic_card import cut
from models.agenda import Item
from models.people import CommunityFacts

NAMED = 3


async def due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """The reminders of this moment, each told once, however many processes look at it."""
    rules = rules_of(community, house.zone)
    pending = await house.store.sessions.hold_reminders(community.id, local_day_ends(now, house.zone))
    found = reminders_due(pending, now, rules)
    told = [telling.reminder for message in found.messages for telling in message]
    await house.store.sessions.reminded(told, found.dropped, now)
    meetings = await house.store.sessions.by_id([reminder.session for reminder in told])
    agendas = {id: await house.store.agenda.items(id) for id in meetings}
    groups = await house.store.people.groups_of(community.id)
    return [
        Outgoing(
            group.chat,
            _text(house, message, meetings, agendas, now),
            Manner.NOTICE,
            rows=paste_row(house, message[-1].reminder.session),
            headed=True,
            timely=True,
        )
        for message in found.messages
        for group in groups
    ]


def _text(
    house: House,
    message: Sequence[Telling],
    meetings: Mapping[int, Meeting],
    agendas: Mapping[int, Sequence[Item]],
    now: datetime,
) -> str:
    sessions = [(telling, telling.reminder.session) for telling in message]
    return "\n".join(
        _part(house, telling, meetings[id], now) + _about(house, telling, agendas[id]) for telling, id in sessions
    )


def _about(house: House, telling: Telling, items: Sequence[Item]) -> str:
    """What the session is about, where its agenda has something."""
    if telling.missed or telling.late:
        return ""
    if not items:
        return "\n" + house.texts("remind.no_topics") if telling.reminder.notice is Notice.THREE_DAYS else ""
    named = [house.texts("remind.topic", number=item.number, title=cut(item.title, 8)) for item in items[:NAMED]]
    return "\n" + house.texts("remind.topics", topics=house.texts("contract.marks.list").join(named))


def _part(house: House, telling: Telling, meeting: Meeting, now: datetime) -> str:
    """One session in a message: that it is over, or comes late, or the announcement as it is true today.

    Which text is told goes by the day: a reminder held over night comes on another day than it was made for.
    """
    moment = house.moment(meeting.starts_at, now)
    if telling.missed:
        return house.texts("remind.missed", moment=moment)
    if telling.late:
        was_due = house.moment(telling.reminder.due_at, now)
        return house.texts("remind.late", due=was_due, moment=moment, place=meeting.place)
    starts, today = meeting.starts_at.astimezone(house.zone), now.astimezone(house.zone).date()
    if telling.reminder.notice is Notice.START:
        return house.texts("remind.start", clock=write_time(starts), place=meeting.place)
    if starts.date() - today > timedelta(days=1):
        return house.texts("remind.ahead", moment=moment, place=meeting.place)
    return house.texts("remind.soon", near=write_near(starts, today, house.dates), place=meeting.place)
