"""What channels keep: by name, in order, of one channel each, gone with the person."""

from bot.shelf import Shelf
from models.tables.mail import TranscriptLine


async def test_shelf_keeps_notes_by_name_in_order(talk):
    """One channel does not see another's."""
    shelf, other = Shelf("wecom", talk.clock), Shelf("official_account", talk.clock)
    first = await shelf.put("waits:a", {"text": "一"})
    await shelf.put("waits:a", {"text": "二"})
    await shelf.put("waits:b", {"text": "三"})
    await other.put("waits:a", {"text": "四"})

    assert [note["text"] for _, note in await shelf.of("waits:a")] == ["一", "二"]
    await shelf.drop([first])
    assert [note["text"] for _, note in await shelf.of("waits:a")] == ["二"]
    assert [note["text"] for _, note in await other.of("waits:a")] == ["四"]


async def test_notes_about_a_person_go_with_the_person(talk):
    """删除我: what waits for them and what they consented to is forgotten; others' stays."""
    await talk.tells("居民甲", "帮助")
    await talk.tells("居民乙", "帮助")
    shelf = Shelf("web", talk.clock)
    for name in ("居民甲", "居民乙"):
        await shelf.put(f"waits:{name}", {"text": "您有一条"})
        await shelf.put(f"consent:{name}", {"at": "1"})
    await talk.tells("居民甲", "删除我")
    await talk.presses("居民甲", "继续", talk.private("居民甲"))
    await talk.presses("居民甲", "确认删除", talk.private("居民甲"))

    assert {line.chat for line in await TranscriptLine.all()} == {"waits:居民乙", "consent:居民乙"}
