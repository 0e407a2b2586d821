"""A community with something of everything, for the board's pages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import flows
from bot.cutter import Cutter
from bot.house import date_words, private_words
from bot.texts import Texts
from bot.words import LEXICON
from domain.privacy import mask
from domain.terms import (
    CommunityKind,
    ConcernCategory,
    ConcernState,
    Numbered,
    SessionState,
    SortAct,
    Step,
    TopicState,
    Visibility,
    VoteKind,
    VoteState,
)
from models.tables.concerns import Concern, Topic
from models.tables.deliberations import AgendaItem, Resolution, Task
from models.tables.people import Community, Counter
from models.tables.sessions import Session
from models.tables.topics import Sorting, TopicStep
from models.tables.votes import Vote
from web.render import Renderer
from web.site import Over, Site

CUTTER, MASKING = Cutter(LEXICON), private_words()


async def words_of(text: str) -> Sequence[str]:
    """The words of a text for the search."""
    return CUTTER.words(text)


ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 12, 11, 19, 2, tzinfo=ZONE)
PLACE = "说事厅，2号楼一层"
SETTINGS = {"sessions": {"rule": "dates", "time": "19:30", "place": PLACE, "minutes": 120}}


def masked(text: str) -> str:
    return mask(text, MASKING).text


def site(**more: object) -> Site:
    texts = Texts.load()
    facts = {
        "operator": "江南街道",
        "contact": "0771-000 0004，每天8:00至20:00",
        "words": CUTTER.words,
        "flows": flows.load(texts),
        "mask": masked,
        **more,
    }
    return Site(texts, date_words(texts), ZONE, **facts)  # type: ignore[arg-type]


def renderer(**more: object) -> Renderer:
    """Both languages, as the program has them."""
    chinese = site(**more)
    english = Texts.load("en")
    texts = Over(english, Texts.load())
    return Renderer(chinese, replace(chinese, texts=texts, dates=date_words(english)))


async def community(name: str = "青竹苑小区", slug: str = "qzy", **sessions: object) -> Community:
    settings: dict[str, object] = {"sessions": {**SETTINGS["sessions"], **sessions}}
    return await Community.create(name=name, slug=slug, kind=CommunityKind.OLD, settings=settings)


async def session(of: Community, day: date, **more: Any) -> Session:
    starts = datetime(day.year, day.month, day.day, 19, 30, tzinfo=ZONE)
    facts: dict[str, Any] = {"day": day, "starts_at": starts, "place": PLACE, "made_at": NOW, **more}
    return await Session.create(community=of, **facts)


async def concern(of: Community, number: int, shown: str, **more: Any) -> Concern:
    facts: dict[str, Any] = {
        "text": shown,
        "shown": shown,
        "category": ConcernCategory.LIVELIHOOD,
        "guess": ConcernCategory.LIVELIHOOD,
        "evidence": [],
        "visibility": Visibility.OPEN,
        "said_at": NOW - timedelta(days=1),
        **more,
    }
    return await Concern.create(community=of, number=number, **facts)


async def vote(of: Community, number: int, title: str, **more: Any) -> Vote:
    facts: dict[str, Any] = {
        "kind": VoteKind.HOUSEHOLD,
        "title": title,
        "options": ["赞同", "反对", "弃权"],
        "secret": True,
        "snapshot": {},
        "roll_size": 67,
        "opened_at": NOW - timedelta(days=2),
        "closes_at": datetime(2026, 12, 20, 20, 0, tzinfo=ZONE),
        **more,
    }
    return await Vote.create(community=of, number=number, **facts)


def ended(counts: dict[str, int], at: datetime, **more: Any) -> dict[str, Any]:
    """What a closed vote has."""
    return {
        "state": VoteState.CLOSED,
        "result": counts,
        "cast": sum(counts.values()),
        "closes_at": at,
        "closed_at": at,
        **more,
    }


async def settle(of: Community | None = None) -> Community:
    """青竹苑小区 on 11 December 2026, in the evening; its last 说事 is #19, its last 表决 #4."""
    of = of or await community()
    await Counter.filter(community=of, kind=Numbered.CONCERN).update(given=19)
    await Counter.filter(community=of, kind=Numbered.VOTE).update(given=4)
    await session(of, date(2026, 12, 4))
    await session(of, date(2026, 11, 24), state=SessionState.CANCELLED, reason="说事厅停电")
    await session(of, date(2026, 12, 14))
    await session(
        of,
        date(2026, 12, 24),
        state=SessionState.MOVED,
        starts_at=datetime(2026, 12, 23, 19, 30, tzinfo=ZONE),
        moved_from=datetime(2026, 12, 24, 19, 30, tzinfo=ZONE),
        reason="说事厅有别的会",
    )
    await session(of, date(2027, 1, 4))
    await _concerns(of)
    await _votes(of)
    return of


async def task(of: Community, topic: Topic, number: int, **more: Any) -> Task:
    """Work that was given five days ago."""
    given = NOW - timedelta(days=5)
    facts: dict[str, Any] = {"last_day": date(2026, 12, 9), "made_at": given, "since": given}
    facts |= {"due_at": datetime(2026, 12, 10, tzinfo=NOW.tzinfo), "answer_due": given + timedelta(days=1)}
    return await Task.create(community=of, topic=topic, number=number, **{**facts, **more})


async def topics(of: Community) -> None:
    """议题 #5 about the water, prepared for the next session, its work overdue; 议题 #4, published."""
    meeting = await Session.get(community=of, day=date(2026, 12, 14))
    water = await Topic.create(
        community=of,
        number=5,
        title="3号楼水压低、夜间停水怎么解决",
        category=ConcernCategory.LIVELIHOOD,
        step=Step.PREPARE,
        session=meeting,
        made_at=NOW - timedelta(days=8),
    )
    await Concern.filter(community=of, number__in=[9, 12, 17]).update(topic_id=water.id)
    for ago, step in ((10, Step.COLLECT), (8, Step.SORT), (6, Step.DECIDE), (5, Step.PREPARE)):
        at = NOW - timedelta(days=ago)
        await TopicStep.create(community=of, topic=water, step=step, council=step is Step.DECIDE, at=at)
    await Sorting.create(
        community=of,
        act=SortAct.MERGE,
        topic=water,
        moves=[[1, None, 1], [2, None, 1]],
        folded=[],
        at=NOW - timedelta(days=8),
    )
    await AgendaItem.create(community=of, session=meeting, topic=water, place=1, minutes=20)
    await task(of, water, 7, text="交水泵检测记录", doer="物业工程部", last_day=date(2026, 12, 9))
    leak = await Topic.create(
        community=of,
        number=4,
        title="1号楼天面漏水",
        category=ConcernCategory.LIVELIHOOD,
        step=Step.PUBLISH,
        state=TopicState.PUBLISHED,
        made_at=NOW - timedelta(days=50),
        ended_at=NOW - timedelta(days=20),
    )
    await Concern.filter(community=of, number=3).update(topic_id=leak.id)
    await TopicStep.create(community=of, topic=leak, step=Step.PUBLISH, at=NOW - timedelta(days=20))
    await Resolution.create(
        community=of,
        topic=leak,
        text="用维修资金修天面",
        basis=3,
        decided_at=NOW - timedelta(days=22),
        published_at=NOW - timedelta(days=20),
    )


async def _concerns(of: Community) -> None:
    ago = lambda **length: NOW - timedelta(**length)  # noqa: E731
    await concern(
        of, 3, "1号楼天面漏水，顶层两户天花板都发霉了", said_at=ago(days=61), supporters=12, evidence=["漏水"]
    )
    await concern(
        of,
        5,
        "电梯维保费用公开到每一项",
        said_at=ago(days=37),
        category=ConcernCategory.PARTY_BUILDING,
        visibility=Visibility.ANONYMOUS,
    )
    await concern(
        of,
        9,
        "3号楼水压低、夜间停水。十点以后四层以上基本没水，老人洗不了澡。\n物业说在查，电话138****1234等了一周没回话。",
        said_at=ago(days=10),
        supporters=7,
        evidence=["停水", "水压"],
    )
    await concern(of, 12, "楼道里有煤气味", said_at=ago(days=2), urgent=True, evidence=["煤气味"])
    await concern(of, 14, "广场舞晚上九点半还在跳，能不能定个时间", category=ConcernCategory.CIVILITY, supporters=3)
    await concern(
        of,
        15,
        "2号楼和3号楼之间的楼道漏水到底归谁修，两边推来推去已经三个月了，冬天地上结冰老人摔过一跤",
        category=ConcernCategory.DISPUTE,
    )
    await concern(of, 16, "门口那个事", category=None, said_at=ago(hours=3))
    await concern(of, 17, "只给管理员看的事", visibility=Visibility.MODERATORS)
    await concern(of, 18, "收回的事", state=ConcernState.WITHDRAWN)
    await concern(of, 19, "等管理员看过再公开的事", held=True)


async def _votes(of: Community) -> None:
    await vote(of, 4, "选保洁公司", options=["甲公司", "乙公司", "弃权"], cast=12)
    await vote(
        of,
        3,
        "楼道灯换声控灯",
        secret=False,
        **ended({"赞同": 30, "反对": 12, "弃权": 3}, datetime(2026, 12, 10, 20, 0, tzinfo=ZONE)),
    )
    await vote(
        of,
        2,
        "跳舞几点结束好",
        kind=VoteKind.POLL,
        options=["20:30", "21:00"],
        **ended({"20:30": 9, "21:00": 4}, datetime(2026, 12, 1, 20, 0, tzinfo=ZONE), roll_size=0),
    )
