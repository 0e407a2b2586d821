"""4 作好准备: 说事员 from each side are invited and answer, substitutes step in, materials and the place are told."""

import re
from dataclasses import replace

from domain.errors import Refused
from domain.seats import seated
from domain.talk import Outgoing
from domain.terms import InvitationState, Numbered, Pool, Stage, Step
from handlers import proposals, redraws, topic_card
from handlers.desk import Desk, Rows
from handlers.numbers import number_of, reading
from handlers.stepping import take_step
from models.told import Places
from models.topics import TopicFacts

SEATS = 5
_BAR = re.compile(r"[｜|]")


async def prepare(desk: Desk, words: str) -> list[Outgoing]:
    """准备 5: invite; 准备 5 材料｜…: hand out; 准备 5 地点｜…: book the room.

    Raises Refused: steps.no_session, steps.another_first, invite.no_material, invite.no_place.
    """
    found = reading(desk, words, Numbered.TOPIC)
    if found.kind is not Numbered.TOPIC:
        raise Refused(f"refused.no_{found.kind.value}", number=found.number)
    topic = await desk.store.access.open_topic(desk.community.id, found.number)
    what, _, text = _BAR.sub("｜", found.rest, count=1).partition("｜")
    if what.strip() == desk.texts("invite.material"):
        return await _hand_out(desk, topic, text.strip())
    if what.strip() == desk.texts("invite.place"):
        return await _book(desk, topic, text.strip())
    return await _invite(desk, topic, found.rest)


async def _invite(desk: Desk, topic: TopicFacts, reason: str) -> list[Outgoing]:
    """Those who are to sit on it are asked; whoever said it hears when and where it is talked about."""
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
    proposed = proposals.offered(desk, now, Stage.BEFORE)
    return [told, *proposed, *asked, *_speakers(desk, now, found), *redraws.drawn(desk.house, now, desk.now, found)]


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
    materials = await desk.store.invitations.materials(topic.id)
    lines = [desk.texts("invite.coming", number=topic.number), *materials]
    now = await desk.store.topics.by_id(topic.id)
    return [*desk.private_text("\n".join(lines)), *await redraws.of_topic(desk, now)]


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


async def _answered(desk: Desk, words: str, state: InvitationState) -> tuple[TopicFacts, Pool | None]:
    number = number_of(desk, words, Numbered.TOPIC)
    topic = await desk.store.access.open_topic_head(desk.community.id, number)
    invited, pool = await desk.store.invitations.answer(topic.id, desk.who.id, state, desk.now)
    if not invited:
        raise Refused("invite.not_invited", number=number)
    return topic, pool


async def _hand_out(desk: Desk, topic: TopicFacts, text: str) -> list[Outgoing]:
    """A line or a link, to everybody who was invited and did not say no."""
    if not text:
        raise Refused("invite.no_material", number=topic.number)
    await desk.store.invitations.add_material(desk.community.id, topic.id, text, desk.now)
    reached = await desk.store.told.people(await desk.store.invitations.invited(topic.id))
    told = desk.texts("invite.material_for", number=topic.number, title=topic.title, text=text)
    out = [Outgoing(chat, told) for chat in reached.values()]
    return [desk.toast("invite.handed_out", number=topic.number, count=len(out)), *out]


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
