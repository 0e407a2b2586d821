"""4 作好准备: 说事员 from each side are invited and answer, substitutes step in, materials and the place are told."""

import re
from dataclasses import replace

from domain.errors import Refused
from domain.seats import seated, substitutes
from domain.talk import File, Outgoing
from domain.terms import InvitationState, Numbered, Pool, Stage, Step
from handlers import materials, proposals, redraws, topic_card
from handlers.desk import Desk, Rows
from handlers.numbers import number_of, reading_of
from handlers.stepping import take_step
from models.told import Places
from models.topics import TopicFacts

SEATS = 5
FILES = 5
_BAR = re.compile(r"[｜|]")


async def prepare(desk: Desk, words: str) -> list[Outgoing]:
    """准备 5: invite; 准备 5 材料｜…: hand out; 准备 5 地点｜…: book the room.

    Raises Refused: steps.no_session, steps.another_first, invite.no_material, invite.no_place.
    """
    found = reading_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.open_topic(desk.community.id, found.number)
    what, _, text = _BAR.sub("｜", found.rest, count=1).partition("｜")
    if what.strip() == desk.texts("invite.material"):
        return await materials.hand_out(desk, topic, text.strip())
    if what.strip() == desk.texts("invite.place"):
        return await _book(desk, topic, text.strip())
    return await _invite(desk, topic, found.rest)


async def _invite(desk: Desk, topic: TopicFacts, reason: str) -> list[Outgoing]:
    """Those who are to sit on it are asked; whoever said it hears when and where it is talked about.

    Where nobody could be asked, or nobody comes, it can be done again: then only others are asked.
    """
    again = topic.step is Step.PREPARE and not topic.asked
    if not again:
        await take_step(desk, topic, Step.PREPARE, reason)
    free = await desk.store.invitations.seats(desk.community.id, topic.id, desk.now)
    chosen = seated([(seat.pool, seat) for seat in free], SEATS)
    await desk.store.invitations.ask(desk.community.id, topic.id, chosen, desk.now)
    now = replace(topic, step=Step.PREPARE, asked=topic.asked + len(chosen))
    reached = await desk.store.told.people([seat.who for seat in chosen])
    text, rows = _invitation(desk, now), _answers(desk, now)
    asked = [Outgoing(chat, text, rows=rows) for chat in reached.values()]
    name = "invite.inviting" if chosen else "invite.nobody"
    row = (desk.button("material", "material", topic.number), desk.button("agenda", "agenda"))
    told = desk.answer_text(desk.texts(name, number=topic.number, count=len(chosen), reached=len(reached)), (row,))
    found = await redraws.places(desk, now)
    cards = redraws.drawn(desk.house, now, desk.now, found)
    if again:
        return [told, *asked, *cards]
    return [told, *proposals.offered(desk, now, Stage.BEFORE), *asked, *_speakers(desk, now, found), *cards]


def _speakers(desk: Desk, topic: TopicFacts, found: Places) -> list[Outgoing]:
    """Whoever said it is told once that it is talked about, when and where."""
    assert topic.session is not None
    facts = {"moment": desk.moment(topic.session.starts_at), "place": topic.session.place}
    text = desk.texts("invite.to_speakers", head=topic_card.headline(desk.house, topic), **facts)
    about = topic_card.card_name(topic)
    return [desk.tell(chat, text, about=about) for chat in dict.fromkeys(found.authors.values())]


def _invitation(desk: Desk, topic: TopicFacts) -> str:
    head = topic_card.headline(desk.house, topic)
    moment = desk.moment(topic.session.starts_at) if topic.session else ""
    place = topic.session.place if topic.session else ""
    return desk.texts("invite.invitation", head=head, moment=moment, place=place)


def _answers(desk: Desk, topic: TopicFacts) -> Rows:
    number = topic.number
    return ((desk.button("i_come", "i_come", number), desk.button("i_cannot", "i_cannot", number)),)


async def come(desk: Desk, words: str) -> list[Outgoing]:
    """能来 5: somebody who was invited comes, and gets what there is to read."""
    topic, _ = await _answered(desk, words, InvitationState.YES)
    to_read = await desk.store.invitations.materials(topic.id)
    lines = [desk.texts("invite.coming", number=topic.number), *to_read]
    now = await desk.store.topics.by_id(topic.id)
    return [*desk.private_text("\n".join(lines)), *await _files(desk, topic), *await redraws.of_topic(desk, now)]


async def _files(desk: Desk, topic: TopicFacts) -> list[Outgoing]:
    """The files there are to read, each as a message of its own, where the person can be reached."""
    found = await desk.store.invitations.files(topic.id, FILES)
    chat = desk.chat if desk.chat.private else desk.who.private
    files = [File(materials.named(desk.house, name, mime), blob=blob) for name, blob, mime in found]
    return [Outgoing(chat, file.name, file=file) for file in files] if chat else []


async def cannot(desk: Desk, words: str) -> list[Outgoing]:
    """来不了 5: the next of the same side is asked instead."""
    topic, pool = await _answered(desk, words, InvitationState.NO)
    free = await desk.store.invitations.seats(desk.community.id, topic.id, desk.now)
    same = [seat for seat in free if seat.pool == pool][:1]
    await desk.store.invitations.ask(desk.community.id, topic.id, same, desk.now, substitute=True)
    reached = await desk.store.told.people([seat.who for seat in same])
    asked = [Outgoing(chat, _invitation(desk, topic), rows=_answers(desk, topic)) for chat in reached.values()]
    told = desk.toast("invite.not_coming" if same else "invite.not_coming_alone", number=topic.number)
    now = await desk.store.topics.by_id(topic.id)
    return [told, *asked, *await redraws.of_topic(desk, now)]


async def seats(desk: Desk, words: str) -> list[Outgoing]:
    """请谁 5: who comes, who has not answered; ask them again, or ask others instead."""
    topic = await desk.store.access.open_topic(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    silent = await desk.store.invitations.unanswered(topic.id)
    facts = {"number": topic.number, "coming": topic.coming, "silent": len(silent)}
    ask = (desk.button("chase", "chase", topic.number), desk.button("replace", "replace_seats", topic.number))
    return desk.private_text(desk.texts("invite.seats", **facts), (ask,) if silent else ())


async def chase(desk: Desk, words: str) -> list[Outgoing]:
    """再催 5: those who have not answered are asked once more. Raises Refused: invite.all_answered."""
    topic = await desk.store.access.open_topic_head(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    silent = await desk.store.invitations.unanswered(topic.id)
    if not silent:
        raise Refused("invite.all_answered", number=topic.number)
    reached = await desk.store.told.people([one.who for one in silent])
    text, rows = _invitation(desk, topic), _answers(desk, topic)
    told = desk.toast("invite.chasing", number=topic.number, count=len(silent), reached=len(reached))
    return [told, *[Outgoing(chat, text, rows=rows) for chat in reached.values()]]


async def replace_seats(desk: Desk, words: str) -> list[Outgoing]:
    """换人 5: those who have not answered are not waited for; the next of each side is asked instead.

    Raises Refused: invite.all_answered.
    """
    topic = await desk.store.access.open_topic_head(desk.community.id, number_of(desk, words, Numbered.TOPIC))
    gone = await desk.store.invitations.give_up(topic.id, desk.now)
    if not gone:
        raise Refused("invite.all_answered", number=topic.number)
    free = await desk.store.invitations.seats(desk.community.id, topic.id, desk.now)
    chosen = substitutes([one.pool for one in gone], [(seat.pool, seat) for seat in free])
    await desk.store.invitations.ask(desk.community.id, topic.id, chosen, desk.now, substitute=True)
    reached = await desk.store.told.people([one.who for one in (*gone, *chosen)])
    asked = [
        Outgoing(reached[seat.who], _invitation(desk, topic), rows=_answers(desk, topic))
        for seat in chosen
        if seat.who in reached
    ]
    sorry = desk.texts("invite.replaced", number=topic.number)
    freed = [Outgoing(reached[one.who], sorry) for one in gone if one.who in reached]
    key = "invite.replacing" if chosen else "invite.replacing_nobody"
    told = desk.toast(key, number=topic.number, gone=len(gone), count=len(chosen))
    now = await desk.store.topics.by_id(topic.id)
    return [told, *asked, *freed, *await redraws.of_topic(desk, now)]


async def _answered(desk: Desk, words: str, state: InvitationState) -> tuple[TopicFacts, Pool | None]:
    number = number_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.open_topic_head(desk.community.id, number)
    invited, pool = await desk.store.invitations.answer(topic.id, desk.who.id, state, desk.now)
    if not invited:
        raise Refused("invite.not_invited", number=number)
    return topic, pool


async def _book(desk: Desk, topic: TopicFacts, place: str) -> list[Outgoing]:
    """Another place for the session: every group is told."""
    if topic.session is None:
        raise Refused("steps.no_session", number=topic.number)
    if not place:
        raise Refused("invite.no_place", number=topic.number)
    await desk.store.invitations.book(topic.session.id, place)
    text = desk.texts("invite.moved_place", moment=desk.moment(topic.session.starts_at), place=place)
    groups = await desk.store.people.groups_of(desk.community.id)
    out = [Outgoing(group.chat, text, headed=True) for group in groups]
    return [desk.toast("invite.booked", place=place), *out]
