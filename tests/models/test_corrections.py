"""Corrections and like topics as rows, on both databases."""

from datetime import UTC, datetime

import pytest

from domain.terms import ConcernCategory, TopicState, Visibility
from models import corrections, people, search, topics
from models.tables.concerns import Concern, Topic
from models.tables.people import Community, Resident
from tests.database import memory
from tests.postgres import Cluster

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=UTC)
WRONG, RIGHT = ConcernCategory.LIVELIHOOD, ConcernCategory.DISPUTE


@pytest.fixture(params=["sqlite", "postgres"])
async def said(request):
    """A concern of a topic, and its author."""
    url = "sqlite://:memory:"
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.fresh()
    async with memory(url):
        place = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(place.id)
        author = await Resident.create(community=place, pseudonym="甲", short="AAAAA", met_at=NOW)
        topic = await Topic.create(community=place, number=5, title="电梯", made_at=NOW)
        yield await Concern.create(
            community=place, number=1, topic=topic, author=author, text="电梯停运", shown="电梯停运", guess=WRONG,
            evidence=[], visibility=Visibility.OPEN, said_at=NOW,
        )  # fmt: skip


async def test_newest_correction_of_a_concern_counts_until_it_is_taken_back(said):
    """Each change counts the community's edition up, so that no process goes on with an old one."""
    for right in (ConcernCategory.ECONOMY, RIGHT):
        await corrections.put(said, ["电梯", "停运"], WRONG, right, said.author_id, NOW)
    counted = await corrections.counted(said.community_id)
    kept = await corrections.of_concern(said.community_id, 1)
    assert kept is not None
    others = await corrections.others_of(kept)
    done = await corrections.take_back(said.community_id, [kept.id, *[one.id for one in others]], NOW)

    assert [(one.words, one.wrong, one.right) for one in counted] == [(("电梯", "停运"), WRONG, RIGHT)]
    assert (kept.by, len(others), done) == ("AAAAA", 1, 2)
    assert await corrections.counted(said.community_id) == []
    assert (await people.communities())[0].corrected == 3


async def test_forgotten_concern_takes_its_correction_along(said):
    """Where the words are to be forgotten, so is what they taught."""
    await corrections.put(said, ["电梯"], WRONG, RIGHT, said.author_id, NOW)
    await people.forget_words([said.id])

    assert await corrections.every(None, 10) == []
    assert (await people.communities())[0].corrected == 2


async def test_like_topics_are_found_by_their_words(said):
    """By the words of the public concerns of topics in a state, most of them first."""

    async def cut(text):
        return [text[:2], text[2:]]

    await search.bring_up_to_date(cut, 10, NOW, NOW - NOW.replace(day=1, hour=0))
    found = await topics.spoken_of(said.community_id, ["电梯", "停运", "漏水"], TopicState.OPEN, 5)

    assert [(one.topic, one.title, one.shown) for one in found] == [(5, "电梯", "电梯停运")]
    assert await topics.spoken_of(said.community_id, ["电梯"], TopicState.PUBLISHED, 5) == []
