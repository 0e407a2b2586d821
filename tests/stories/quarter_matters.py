"""What else happens in the quarter: an activity with a waiting list, an emergency, mediations, a rule, a star rating.

`said()` are steps of `tests/stories/quarter.py`; `state()` is what they come to, row by row.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.house import ZONE
from domain.terms import Role
from models.tables.matters import (
    Activity,
    Draft,
    Emergency,
    EmergencyNote,
    EmergencyReceipt,
    Mediation,
    Opinion,
    Party,
    RoomWord,
    SignUp,
    StarForm,
    StarScore,
)
from models.tables.people import Resident
from tests.stories.talk import Talk

MINUTE = timedelta(minutes=1)
ROLES = {"调解员甲": Role.MEDIATOR, "理事甲": Role.COUNCIL, "业委会甲": Role.OWNERS_COMMITTEE}
ACTIVITY = datetime(2026, 10, 20, 9, 30, tzinfo=ZONE)
NIGHT = datetime(2026, 11, 3, 2, 0, tzinfo=ZONE)
DISPUTE = datetime(2026, 11, 5, 10, 0, tzinfo=ZONE)
RULE = datetime(2026, 11, 10, 10, 0, tzinfo=ZONE)
STARS = datetime(2026, 12, 1, 10, 0, tzinfo=ZONE)


def said() -> list[tuple[datetime, str, str]]:
    """Who says what when, each a minute after the one before."""
    days = ((ACTIVITY, activity()), (NIGHT, night()), (DISPUTE, disputes()), (RULE, rule()), (STARS, stars()))
    lines = [(begins + n * MINUTE, who, text) for begins, some in days for n, (who, text) in enumerate(some)]
    later = RULE + timedelta(days=7, hours=11)
    return [*lines, (later, "管理员", "交表决 2"), (STARS + timedelta(days=6), "书记", "公布星评 1")]


def activity() -> Iterator[tuple[str, str]]:
    yield "管理员", "活动 包粽子｜11-01 14:00｜活动室｜3人"
    for n in range(1, 7):
        yield f"居民{n}", "报名 1"
    yield "居民2", "取消报名 1"
    yield "居民1", "报名 1"
    yield "管理员", "活动 义诊｜11-02 9:00｜广场｜50人"
    yield "居民9", "报名 2"
    yield "管理员", "停办 2 下雨"


def night() -> Iterator[tuple[str, str]]:
    yield "管理员", "突发 二号楼着火，走楼梯下楼"
    for n in (1, 2, 3, 2):
        yield f"居民{n}", "收到 1"
    yield "管理员", "突发进展 1 火已扑灭"
    yield "管理员", "突发结束 1 都回家了"
    yield "居民4", "收到 1"


def disputes() -> Iterator[tuple[str, str]]:
    for number, one, two in ((1, "居民11", "居民12"), (2, "居民13", "居民14")):
        yield "调解员甲", f"开调处 漏水{number}｜<{one}>｜<{two}>"
        yield one, f"愿意调解 {number}"
        yield two, f"愿意调解 {number}"
        yield one, f"调处 {number} 天花板坏了"
        yield two, f"调处 {number} 我来修"
        yield "调解员甲", f"谈成 {number} 月底前修好"
        yield one, f"同意公开 {number}"
    yield "居民12", "同意公开 1"
    yield "居民14", "不公开 2"


def rule() -> Iterator[tuple[str, str]]:
    yield "业委会甲", "草案 2 一、先到先停。"
    yield "居民5", "意见 2 访客呢"
    yield "居民6", "意见 2 太严"
    yield "管理员", "答意见 2 1 采纳 加一条"
    yield "管理员", "答意见 2 2 不采纳 消防要求"
    yield "业委会甲", "草案 2 一、先到先停。二、访客停北门。"


def stars() -> Iterator[tuple[str, str]]:
    yield "书记", "星评 支部 小区党支部"
    yield "理事甲", "打星 1 5 4 5 4 5"
    yield "书记", "打星 1 4 4 4 4 4"
    yield "书记", "告知星评 1"
    yield "书记", "公布星评 1"


async def state(talk: Talk) -> dict[str, list[tuple]]:
    """The end, row by row; people by their names in the story."""
    names = {talk.short(name): name for name in (*(f"居民{n}" for n in range(1, 31)), "书记", *ROLES)}
    who = {row.id: names.get(row.short, "") for row in await Resident.all()}
    return {
        "activities": [(a.number, a.cancelled) for a in await Activity.all().order_by("number")],
        "signed": [(s.activity.number, who[s.resident_id]) for s in await _with(SignUp, "activity", "turn")],
        "emergencies": [(e.number, e.groups, e.ended_at is not None) for e in await Emergency.all()],
        "told": [(n.text,) for n in await EmergencyNote.all().order_by("id")],
        "seen": [(who[r.resident_id],) for r in await EmergencyReceipt.all().order_by("id")],
        "mediations": [
            (m.number, m.outcome, m.published_at is not None, m.closed_at is not None)
            for m in await Mediation.all().order_by("number")
        ],
        "parties": [
            (p.mediation.number, who[p.resident_id], p.willing, p.consents) for p in await _with(Party, "mediation")
        ],
        "words": [(w.mediation.number, w.text) for w in await _with(RoomWord, "mediation")],
        "drafts": [(d.version, d.text) for d in await Draft.all().order_by("version")],
        "opinions": [(o.place, o.version, o.taken, o.answer) for o in await Opinion.all().order_by("place")],
        "stars": [(who[s.resident_id], list(s.stars)) for s in await StarScore.all().order_by("id")],
        "forms": [(f.name, f.published_at is not None) for f in await StarForm.all()],
    }


async def _with(table, parent: str, order: str = "id"):
    return await table.all().select_related(parent).order_by(f"{parent}__number", order)


EXPECTED: dict[str, list[tuple]] = {
    "activities": [(1, ""), (2, "下雨")],
    "signed": [*((1, f"居民{n}") for n in (1, 3, 4, 5, 6)), (2, "居民9")],
    "emergencies": [(1, 1, True)],
    "told": [("火已扑灭",), ("都回家了",)],
    "seen": [("居民1",), ("居民2",), ("居民3",), ("居民4",)],
    "mediations": [(1, "月底前修好", True, True), (2, "月底前修好", False, True)],
    "parties": [
        *((1, name, True, True) for name in ("居民11", "居民12")),
        (2, "居民13", True, True),
        (2, "居民14", True, False),
    ],
    "words": [],  # forgotten thirty days after the end
    "drafts": [(1, "一、先到先停。"), (2, "一、先到先停。二、访客停北门。")],
    "opinions": [(1, 1, True, "加一条"), (2, 1, False, "消防要求")],
    "stars": [("理事甲", [5, 4, 5, 4, 5]), ("书记", [4, 4, 4, 4, 4])],
    "forms": [("小区党支部", True)],
}
"""What each must have come to."""
