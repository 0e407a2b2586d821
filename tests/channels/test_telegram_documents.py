"""A file off Telegram's wire becomes a topic's material, through both libraries, over real sockets."""

import pytest

from bot.channels.base import Unsendable
from bot.pictures import Pictures
from domain.talk import Chat, Said, Upload
from domain.terms import Role
from models import people
from models.tables.concerns import Blob, Photo
from models.tables.people import Grant
from models.tables.topics import Material
from tests.channels.carriers import Make, Taken, library, listening, make
from tests.simulator.client import Simulator
from tests.stories.conftest import talk, texts, understanding
from tests.stories.talk import Talk

__all__ = ["library", "make", "talk", "texts", "understanding"]
REPORT = b"%PDF-1.7 " + bytes(range(256)) * 40


async def moderator(talk: Talk, sim: Simulator) -> int:
    """A moderator who writes to the bot in Telegram, in a community with one topic."""
    user = await sim.user("管理员")
    community = (await people.communities())[0]
    name, chat = people.pseudonym(talk.house.key, "telegram", str(user)), Chat("telegram", str(user), private=True)
    who = await people.meet(community.id, name, chat, str(user), talk.clock())
    await Grant.create(community_id=community.id, resident_id=who.id, role=Role.MODERATOR, granted_at=talk.clock())
    await talk.knows("居民甲")
    await talk.knows("管理员甲", Role.MODERATOR)
    await talk.says("居民甲", "说事 三号楼电梯又停了")
    await talk.tells("管理员甲", "合并 1｜三号楼电梯")
    return user


async def test_document_off_the_wire_is_kept_as_material(sim: Simulator, make: Make, talk: Talk) -> None:
    """发材料, then a PDF: read from the update, fetched by its id, kept byte for byte, handed to who said it."""
    user, taken, one = await moderator(talk, sim), Taken(), make()
    async with listening(one, taken):
        await sim.say(user, user, "发材料 1")
        await sim.attach(user, user, REPORT, "电梯检测报告.pdf", "application/pdf")
        await taken.until(2)
        for event in taken.events:
            await talk.run(event)
        await Pictures(talk.house, {"telegram": one}, talk.clock, lambda: None).fetch_all()
    await talk.delivery.drain()

    said = taken.events[1]
    assert isinstance(said, Said)
    assert [(file.name, file.size) for file in said.files] == [("电梯检测报告.pdf", len(REPORT))]
    assert (said.text, said.pictures) == ("", ())
    assert (await Material.get()).text == "电梯检测报告.pdf"
    photo = await Photo.get().prefetch_related("blob")
    assert (photo.settled, photo.name, photo.channel) == (True, "电梯检测报告.pdf", "telegram")
    assert bytes((await Blob.get()).data) == REPORT
    handed = talk.channel.chats["p-居民甲"][-1].out
    assert handed.file is not None
    assert (handed.file.name, handed.file.data) == ("电梯检测报告.pdf", REPORT)


async def test_document_that_telegram_no_longer_has_is_unsendable(sim: Simulator, make: Make) -> None:
    """A file id that nobody knows is given up, not tried for ever."""
    with pytest.raises(Unsendable):
        await make().fetch(Upload("gone", 1, "报告.pdf"))
