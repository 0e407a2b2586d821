"""Topics on the board: where they stand, their story, search; months in figures."""

import re
from datetime import timedelta

import pytest
from tortoise.connection import get_connection

from domain.terms import Grade, OrgLevel, TaskAct, TaskEnd, Visibility
from models import concerns, private_topics, search, sorting
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import Task
from models.tables.people import Community, Resident
from models.tables.sessions import Session
from models.tables.tasks import Rating, TaskNote
from tests.web import town
from tests.web.test_pages import read, visiting, words


async def index() -> None:
    while await search.bring_up_to_date(town.words_of, 100, town.NOW, timedelta(days=999)):
        pass


async def test_topic_shows_where_it_stands_and_who_acts():
    """Six stations, the fourth late in words and not in colour alone, who owes the next word and since when."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        page = await read(visitor, "/topics/5")
        shown = words(page)

        assert re.findall(r'<li class="(\w+)"[^>]*><h3>', page) == ["done", "done", "done", "late"]
        for said in ("第4步 作好准备，共6步，过期2天", "物业工程部办，最迟12月9日（周三）", "任务 #7", "说事理事会"):
            assert said in shown


async def test_topic_tells_its_story_from_the_first_word_on():
    """Each public concern, the sorting, the steps; the newest last; what is private is not told."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        page = words(await read(visitor, "/topics/5"))
        story = page[page.index("来龙去脉") :]

        order = ("十点以后四层以上", "2件说事归到一起", "到了“确定议题”", "楼道里有煤气味")
        assert sorted(order, key=story.index) == list(order)
        assert "只给管理员看的事" not in page


async def test_published_topic_leads_to_its_resolution_and_vote():
    """What was decided, and the vote it rests on."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        page = await read(visitor, "/topics/4")

        assert "用维修资金修天面" in page
        assert 'href="/votes/3"' in page
        assert "结果已公开" in page


async def test_topic_of_private_concerns_is_as_unknown_as_none():
    """Its title may tell what only moderators may read."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        await Concern.filter(number__in=[9, 12]).update(visibility=Visibility.MODERATORS)

        for path in ("/topics/5", "/topics/99"):
            assert (await visitor.get(path)).status_code == 404
        for path in ("/", "/topics", "/topics?q=水压", "/sessions"):
            assert "夜间停水怎么解决" not in await read(visitor, path)


async def test_private_topic_is_marked_and_public_again_listed():
    """A look marks what has nothing public, past which lists go; once public it is read and listed at once."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        private = Concern.filter(number__in=[9, 12])
        await private.update(visibility=Visibility.MODERATORS)
        assert await private_topics.bring_up_to_date(town.NOW, timedelta(days=30)) == 1
        assert (await Topic.get(number=5)).private
        await concerns.set_visibility(await Concern.get(number=9), Visibility.ANONYMOUS)

        assert "夜间停水怎么解决" in await read(visitor, "/topics/5")
        assert "夜间停水怎么解决" in await read(visitor, "/topics")
        assert await private_topics.bring_up_to_date(town.NOW, timedelta(days=30)) == 0


@pytest.mark.parametrize("way", ["released", "joined", "moved back", "found by the day's look"])
async def test_topic_that_may_be_public_again_is_listed(way: str):
    """Let be public by a moderator, joined by a public concern, left by undoing: listed at once; else after a day."""
    async with visiting() as visitor:
        await town.topics(of := await town.settle())
        private = Concern.filter(number__in=[9, 12])
        await private.update(held=True)
        await private_topics.bring_up_to_date(town.NOW, timedelta(days=30))
        assert "夜间停水怎么解决" not in await read(visitor, "/topics")
        topic = await Topic.get(number=5)
        if way == "released":
            await concerns.release(await Concern.get(number=9))
        elif way == "joined":
            assert await sorting.move([await town.concern(of, 900, "停水了")], topic.id)
            await sorting.fold((), topic.id)
        elif way == "moved back":
            await private.update(held=False)
            await sorting.settle({topic.id})
        else:
            await private.update(held=False)
            assert await private_topics.bring_up_to_date(town.NOW, timedelta(days=36500)) == 1

        assert "夜间停水怎么解决" in await read(visitor, "/topics")


async def test_look_each_minute_costs_the_same_beside_what_is_private():
    """With a hundred times as many private topics, said long ago, SQLite takes at most 1.1 times as many steps."""
    steps = []
    async with visiting():
        await town.topics(of := await town.settle())
        for number in range(1000, 1010):
            await _private(of, number)
        steps.append(await _steps())
        for number in range(2000, 2990):
            await _private(of, number)
        steps.append(await _steps())

    assert steps[1] <= 1.1 * steps[0]


async def _private(of: Community, number: int) -> None:
    before = town.NOW - timedelta(days=90)
    topic = await Topic.create(community=of, number=number, title="停水", made_at=before, private=True)
    await town.concern(of, number, "停水了", topic=topic, said_at=before, visibility=Visibility.MODERATORS)


async def _steps() -> int:
    """What a look takes: steps of SQLite's machine."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection = get_connection("default")._connection
    await connection.set_progress_handler(step, 1)
    assert await private_topics.bring_up_to_date(town.NOW, timedelta(days=2)) == 0
    await connection.set_progress_handler(None, 1)
    return count


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [5, 4]),
        ("?category=livelihood", [5, 4]),
        ("?category=dispute", []),
        ("?state=published", [4]),
        ("?state=open&kind=deliberation", [5]),
        ("?kind=mediation", []),
        ("?q=停水", [5]),
        ("?q=漏水+天面", [4]),
        ("?q=电梯", []),
        ("?before=5", [4]),
        ("?category=x&q=", [5, 4]),
    ],
)
async def test_topics_are_filtered_and_found(query: str, numbers: list[int]):
    """By category, kind, state, and by the words of what was said."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        await index()
        page = await read(visitor, f"/topics{query}")

        assert [int(n) for n in re.findall(r'<h3><a href="/topics/(\d+)">', page)] == numbers


async def test_concern_without_a_topic_is_found_too():
    """电梯维保 joined no topic yet."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        await index()
        assert "说事 #5" in words(await read(visitor, "/topics?q=电梯费用"))


async def test_hidden_concern_leaves_the_index():
    """What is public no more is found no more, and its words are dropped."""
    async with visiting() as visitor:
        await town.settle()
        await index()
        await Concern.filter(number=5).update(visibility=Visibility.MODERATORS)

        assert "说事 #5" not in words(await read(visitor, "/topics?q=电梯"))
        await index()
        assert await search.concerns((await Concern.get(number=5)).community_id, ["电梯"], 9) == []


async def test_home_shows_the_agenda_and_where_topics_are():
    """The next session with what it talks over; topics under way with their course."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        page = words(await read(visitor, "/"))

        assert page.index("下次说事会") < page.index("议题 #5，20分钟") < page.index("议题走到哪里")


async def test_concern_leads_to_its_topic():
    """并在 议题 #5, with its course."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        assert 'href="/topics/5"' in await read(visitor, "/concerns/9")


async def test_about_says_who_runs_this_and_where_the_data_are():
    """Operator, privacy, how to check a vote, every way to the data, each of which answers."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        page = await read(visitor, "/about")
        for said in ("江南街道", "匿名的事", "查不了", "标识：还没人看过", "流程：有"):
            assert said in page
        for path in re.findall(r'<a class="hit more" href="([^"]+)"', page):
            assert (await visitor.get(path)).status_code == 200, path


async def test_sessions_know_their_agenda():
    """A session without items has none."""
    async with visiting() as visitor:
        await town.topics(await town.settle())
        assert await Session.all().count() == 5
        assert (await visitor.get("/sessions")).status_code == 200


async def worked(of: Community) -> None:
    """任务 #7 of 议题 #5 late, sent up, answered, reported, rated by two, opened again."""
    task = await Task.get(number=7)
    acts = (
        (TaskAct.LATE, "", OrgLevel.BRANCH),
        (TaskAct.UP, "要用维修资金", OrgLevel.SUBDISTRICT),
        (TaskAct.DOWN, "同意，找王工13800001234", OrgLevel.SUBDISTRICT),
        (TaskAct.REPORT, "水泵换好了", OrgLevel.BRANCH),
        (TaskAct.PROGRESS, "内部的话", OrgLevel.BRANCH),
        (TaskAct.REOPEN, "还是没水", OrgLevel.BRANCH),
    )
    for hours, (act, said, level) in enumerate(acts):
        at = town.NOW - timedelta(hours=20 - hours)
        await TaskNote.create(community=of, task=task, act=act, words=said, level=level, at=at)
    await Task.filter(id=task.id).update(done_at=town.NOW, level=OrgLevel.BRANCH, claim=TaskEnd.DONE)
    for name, grade in (("a", Grade.SATISFIED), ("b", Grade.DISSATISFIED)):
        who = await Resident.create(community=of, pseudonym=name, short=name, met_at=town.NOW)
        await Rating.create(
            community=of, topic_id=task.topic_id, resident=who, grade=grade, reason="不公开", at=town.NOW
        )


async def test_story_goes_on_to_work_and_ratings():
    """Late, up, answered, reported, opened again, rated in numbers; masked, and nothing that is not for everybody."""
    async with visiting() as visitor:
        of = await town.settle()
        await town.topics(of)
        await worked(of)
        page = words(await read(visitor, "/topics/5"))
        story = page[page.index("来龙去脉") :]

        order = ("过期了", "上报到街道", "答复了任务 #7", "报办结：交水泵检测记录 水泵换好了", "任务 #7 重新办")
        assert sorted(order, key=story.index) == list(order)
        assert "评价：满意1人，基本满意0人，不满意1人" in page
        assert "138****1234" in story
        for private in ("13800001234", "内部的话", "不公开"):
            assert private not in page


async def test_month_shows_three_rates_with_their_counts():
    """Counts first, the percent after them; on the first page only where there is something to count."""
    async with visiting() as visitor:
        of = await town.settle()
        assert "本月三率" not in await read(visitor, "/")
        assert "还没有" in words(await read(visitor, "/statistics"))
        await town.topics(of)
        await worked(of)
        await Task.all().update(answered_at=town.NOW - timedelta(days=6), answer_due=town.NOW - timedelta(days=5))
        for path in ("/", "/statistics"):
            page = words(await read(visitor, path))
            for said in ("响应率 1件中1件 100.0%", "解决率 1件中0件 0.0%", "满意率 2次评价中1次 50.0%"):
                assert said in page, (path, said)
