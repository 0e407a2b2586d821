"""材料 on a topic's page, and what a resolution said before it was changed."""

from models.tables.concerns import Blob, Concern, Photo, Topic
from models.tables.deliberations import Amendment
from models.tables.topics import Material
from tests.web import town
from tests.web.test_pages import read, visiting, words


async def test_topic_lists_what_there_is_to_read():
    """材料: lines and files; a file is taken along under its own name, only while its topic is public."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        topic = await Topic.get(number=5)
        place = topic.community_id
        line = await Material.create(community_id=place, topic=topic, text="https://example.org/1", at=town.NOW)
        await Material.create(community_id=place, topic=topic, text="找李工13812345678", at=town.NOW)
        await Blob.create(
            sha256="a" * 64, data=b"%PDF-1.7", mime="application/octet-stream", width=0, height=0, kept_at=town.NOW
        )
        kept = {"channel": "web", "upload": "f", "blob_id": "a" * 64, "settled": True, "next_at": town.NOW}
        file = Photo(community_id=place, material=line, name="检测报告.pdf", **kept)
        await file.save(force_create=True)
        page = await read(visitor, "/topics/5")
        taken = await visitor.get(f"/materials/{file.id}")
        await Concern.filter(topic=topic).update(held=True)
        hidden = await visitor.get(f"/materials/{file.id}")

        assert f'href="/materials/{file.id}"' in page
        assert "https://example.org/1" in page
        assert "找李工138****5678" in words(page)
        assert taken.content == b"%PDF-1.7"
        assert taken.headers["content-type"] == "application/octet-stream"
        assert taken.headers["content-disposition"].endswith("%E6%A3%80%E6%B5%8B%E6%8A%A5%E5%91%8A.pdf")
        assert hidden.status_code == 404


async def test_topic_shows_what_its_resolution_said_before():
    """改决议 takes nothing away: the earlier words and the reason stand below."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        topic = await Topic.get(number=4)
        await Amendment.create(
            community_id=topic.community_id, topic=topic, before="先补漏", reason="补了又漏", at=town.NOW
        )
        page = words(await read(visitor, "/topics/4"))

        assert "决议改过" in page
        assert "先补漏" in page
        assert "补了又漏" in page
