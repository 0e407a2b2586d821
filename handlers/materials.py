"""材料: what those who sit on a topic should read. A line or a link goes out at once, a file once it is kept."""

from datetime import datetime

from domain.errors import Refused
from domain.talk import File, Outgoing, Said
from domain.terms import Numbered, Role
from handlers import pasted
from handlers.desk import Desk, House
from handlers.numbers import number_of
from handlers.topic_card import cut
from models.concerns import Image
from models.topics import TopicFacts

MOST_MB = 10
MOST_FILES = 10
SHOWN = 14
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png"}


async def material(desk: Desk, words: str) -> list[Outgoing]:
    """发材料 5: asks for it; what comes next (words, a link, pictures, a file) is handed out.

    Raises Refused: refused.no_topic, steps.over, invite.file_too_big.
    """
    kept = desk.dialogue.facts.get("number") if desk.dialogue else None
    number = int(kept) if kept is not None else number_of(desk, words, Numbered.TOPIC)
    desk.about(Numbered.TOPIC.value, number)
    topic = await desk.store.access.open_topic_head(desk.community.id, number)
    if kept is None:
        return await desk.ask("material", {"number": number}, "invite.ask_material", most=MOST_MB)
    return await hand_out(desk, topic, words)


async def hand_out(desk: Desk, topic: TopicFacts, text: str) -> list[Outgoing]:
    """To whoever said it and to those who were invited and did not say no.

    Raises Refused: invite.no_material, invite.file_too_big.
    """
    uploads = (*desk.event.files, *desk.event.pictures) if isinstance(desk.event, Said) else ()
    if not (text or uploads):
        raise Refused("invite.no_material", number=topic.number)
    if any((one.size or 0) > MOST_MB * 1024 * 1024 for one in uploads):
        raise Refused("invite.file_too_big", most=MOST_MB)
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    names = desk.texts("contract.marks.list").join(one.name for one in uploads if one.name)
    what = text or names or desk.texts("invite.picture")
    row = await desk.store.invitations.add_material(desk.community.id, topic.id, what, desk.now)
    if uploads:
        channel = desk.chat.channel
        await desk.store.invitations.add_files(desk.community.id, row, channel, uploads[:MOST_FILES], desk.now)
        return [desk.answer("invite.file_taken", number=topic.number, count=len(uploads[:MOST_FILES]))]
    chats = await desk.store.told.speakers(topic.id)
    told = desk.texts("invite.material_for", number=topic.number, title=cut(topic.title, SHOWN), text=text)
    more = (desk.button("one_more", "material", topic.number),)
    answer = desk.texts("invite.handed_out", number=topic.number, count=len(chats))
    return [desk.answer_text(answer, (more,)), *[Outgoing(chat, told) for chat in chats]]


async def kept(house: House, material: int, name: str, image: Image) -> list[Outgoing]:
    """A file is kept now: it goes to those who are to read it."""
    handed = await house.store.invitations.handed(material)
    if handed is None:
        return []
    community = await house.store.people.community(handed.community)
    link = pasted.link(house, community, "invite.material_link", f"topics/{handed.number}")
    text = house.texts("invite.material_for", number=handed.number, title=cut(handed.title, SHOWN), text=handed.text)
    shown = "\n".join(filter(None, [text, link]))
    file = File(named(house, name, image.mime), blob=image.sha256)
    return [Outgoing(chat, shown, file=file) for chat in await house.store.told.speakers(handed.topic)]


def named(house: House, name: str, mime: str) -> str:
    """A file's own name; a picture's by what it is."""
    return name or house.texts("invite.picture") + ENDINGS.get(mime, "")


async def lost(house: House, material: int, name: str, now: datetime) -> list[Outgoing]:
    """A file that can't be kept: the moderators are asked for it again."""
    handed = await house.store.invitations.handed(material)
    if handed is None:
        return []
    chats = await house.store.people.private_chats_of(handed.community, (Role.MODERATOR, Role.SECRETARY), now)
    facts = {"number": handed.number, "name": name or house.texts("invite.picture"), "most": MOST_MB}
    return [Outgoing(chat, house.texts("invite.file_lost", **facts)) for chat in chats]
