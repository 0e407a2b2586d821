"""Cards that hang in chats, edited when what they show has moved: of a topic, of its concerns, of one concern."""

from dataclasses import replace
from datetime import datetime

from domain.talk import Chat, Manner, Outgoing
from domain.terms import Step
from handlers import concern_card, topic_card
from handlers.desk import Desk, House, redraw
from models.concerns import Concern
from models.people import CommunityFacts
from models.told import Places
from models.topics import TopicFacts


async def of_topic(desk: Desk, topic: TopicFacts) -> list[Outgoing]:
    """A topic's card in every group, and the cards of its concerns where they hang. One statement."""
    return drawn(desk.house, topic, desk.now, await places(desk, topic))


async def places(desk: Desk, topic: TopicFacts) -> Places:
    """Where a topic and its concerns are told of. One statement."""
    found: Places = await desk.store.told.places(topic.community, [part.id for part in topic.parts])
    return found


async def decided(house: House, topic: TopicFacts, now: datetime) -> list[Outgoing]:
    """The same after step 3; on a session now, the topic is told anew in its groups where cards stay as they are."""
    found = await house.store.told.places(topic.community, [part.id for part in topic.parts])
    cards = drawn(house, topic, now, found)
    on_session = topic.step is Step.DECIDE and topic.session is not None
    anew = {group.chat for group in topic_card.origins(found.groups, topic) if on_session}
    anew = {chat for chat in anew if chat.channel in topic_card.STANDING}
    name = topic_card.card_name(topic)
    return [replace(one, manner=Manner.ANSWER) if one.to in anew and one.card == name else one for one in cards]


def drawn(house: House, topic: TopicFacts, now: datetime, places: Places) -> list[Outgoing]:
    """The same, where the places are known."""
    cards = topic_card.redrawn_in(house, topic, [group.chat for group in places.groups], now)
    return cards + parts_drawn(house, topic, [part.concern for part in topic.parts if part.shown], places)


def parts_drawn(house: House, topic: TopicFacts | None, concerns: list[Concern], places: Places) -> list[Outgoing]:
    """The cards of concerns of a topic (or of none any more), each where it was taken in."""
    groups = {group.id: group.chat for group in places.groups}
    found = [(one, groups.get(one.group_id) if one.group_id else places.authors.get(one.id)) for one in concerns]
    return [of_concern(house, one, chat, topic) for one, chat in found if chat is not None]


def of_concern(house: House, concern: Concern, chat: Chat, topic: TopicFacts | None = None, text: str = "") -> Outgoing:
    """The card of a concern in one chat."""
    rows = concern_card.rows(house, concern, chat)
    shown = text or concern_card.card(house, concern, topic)
    return redraw(chat, concern_card.card_name(concern), shown, rows)


async def single(desk: Desk, concern: Concern, text: str = "") -> list[Outgoing]:
    """The card of a concern that changed, where it hangs. At most three statements."""
    group = await desk.store.people.group(concern.group_id)
    author = await desk.store.people.private_chat_of(concern.author_id) if concern.author_id and not group else None
    chat = group.chat if group else author
    told = concern.topic_id and not text and not (group and desk.store.topics.hidden(concern))
    topic = await desk.store.topics.head_by_id(concern.topic_id) if told else None
    return [of_concern(desk.house, concern, chat, topic, text)] if chat is not None else []


async def due(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """The cards of what moved: all topics of a session that was opened, ended, put on another day; single topics."""
    sessions, topics = await house.store.sessions.claim_redraws(community.id, now)
    if not sessions and not topics:
        return []
    moved: list[TopicFacts] = await house.store.topics.of_sessions(sessions, topics)
    found = await house.store.told.places(community.id, [part.id for topic in moved for part in topic.parts])
    return [out for topic in moved for out in drawn(house, topic, now, found)]
