"""The words of the house as enums. Official Chinese names live in `locales/zh_CN/contract.toml`.

Source: DOMAIN.md (docs/glossary.md repeats it for builders); one Chinese term, one English name.
"""

from enum import IntEnum, StrEnum


class ConcernCategory(StrEnum):
    """六必说: what a concern may be about."""

    PARTY_BUILDING = "party_building"
    CENTRAL_TASK = "central_task"
    ECONOMY = "economy"
    LIVELIHOOD = "livelihood"
    CIVILITY = "civility"
    DISPUTE = "dispute"


class Step(IntEnum):
    """六步走: the six steps of a topic, in their order."""

    COLLECT = 1
    SORT = 2
    DECIDE = 3
    PREPARE = 4
    DELIBERATE = 5
    PUBLISH = 6


class CommunityKind(StrEnum):
    """六类小区: a kind adds steps to a procedure."""

    COMMODITY = "commodity"
    OLD = "old"
    WORK_UNIT = "work_unit"
    RESETTLEMENT = "resettlement"
    LANE_HOUSE = "lane_house"
    URBAN_VILLAGE = "urban_village"


class Role(StrEnum):
    """What a person may be granted: 书记, 管理员, the 五大员, 理事, 物业, 业委会, and who answers above (分级处置)."""

    SECRETARY = "secretary"
    MODERATOR = "moderator"
    GRID_WORKER = "grid_worker"
    DELIBERATOR = "deliberator"
    PATROLLER = "patroller"
    MEDIATOR = "mediator"
    SUPERVISOR = "supervisor"
    COUNCIL = "council"
    PROPERTY_COMPANY = "property_company"
    OWNERS_COMMITTEE = "owners_committee"
    NEIGHBOURHOOD_CADRE = "neighbourhood_cadre"
    SUBDISTRICT_CADRE = "subdistrict_cadre"
    JOINT_CONFERENCE = "joint_conference"


class Pool(StrEnum):
    """On whose side a 说事员 sits: the four from which they are picked (DOMAIN.md §2)."""

    ATTACHED_UNIT = "attached_unit"
    CADRES = "cadres"
    OWNERS = "owners"
    PROPERTY_COMPANY = "property_company"


class VenueStandard(StrEnum):
    """六个有: what a 说事厅 must have."""

    HALL = "hall"
    SIGNS = "signs"
    HOTLINE = "hotline"
    MINUTES = "minutes"
    PROCEDURE = "procedure"
    ARCHIVES = "archives"


class OrgLevel(IntEnum):
    """五级: the organisations above a community and in it, the highest first (DOMAIN.md §1)."""

    DISTRICT = 1
    SUBDISTRICT = 2
    NEIGHBOURHOOD = 3
    BRANCH = 4
    BUILDING_CELL = 5


class Visibility(StrEnum):
    """Who may see a concern: 公开, 匿名, 仅管理员 (VOICE.md §4)."""

    OPEN = "open"
    ANONYMOUS = "anonymous"
    MODERATORS = "moderators"


class ConcernState(StrEnum):
    """Where a concern stands before it joins a topic, or its end. RETURNED: 退回, with a reason."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"


class MatterKind(StrEnum):
    """Six kinds of matter, each with a flow of its own (DOMAIN.md §3)."""

    DELIBERATION = "deliberation"
    RULE_MAKING = "rule_making"
    MEDIATION = "mediation"
    ACTIVITY = "activity"
    STAR_RATING = "star_rating"
    EMERGENCY = "emergency"


class Stage(StrEnum):
    """事前, 事中, 事后: the three stages of a matter's flow."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Proof(StrEnum):
    """What shows that a task was done."""

    WORDS = "words"
    PICTURE = "picture"
    LIST = "list"
    SIGNED = "signed"


class StarSubject(StrEnum):
    """Whom a star rating may be of: never a resident (DOMAIN.md §4)."""

    BRANCH = "branch"
    MEMBER = "member"
    UNIT = "unit"


class TopicState(StrEnum):
    """A topic is under way, has its result published, or went into others."""

    OPEN = "open"
    PUBLISHED = "published"
    DISSOLVED = "dissolved"


class SortAct(StrEnum):
    """What a moderator does while sorting, and can undo: 合并, 拆分, 退回."""

    MERGE = "merge"
    SPLIT = "split"
    SEND_BACK = "send_back"


class InvitationState(StrEnum):
    """What an invited 说事员 answered."""

    ASKED = "asked"
    YES = "yes"
    NO = "no"


class AgendaState(StrEnum):
    """How far a session is with one of its topics. REPORTED: work that did not wait was told of."""

    WAITING = "waiting"
    CURRENT = "current"
    RESOLVED = "resolved"
    UNFINISHED = "unfinished"
    REPORTED = "reported"


class SessionRule(StrEnum):
    """逢四: the 4th, 14th and 24th; Thursdays; or both."""

    DATES = "dates"
    THURSDAYS = "thursdays"
    BOTH = "both"


class SessionState(StrEnum):
    """A session is planned, moved to another time, or cancelled."""

    PLANNED = "planned"
    MOVED = "moved"
    CANCELLED = "cancelled"


class VoteKind(StrEnum):
    """表态, 议事表决, 业主共同决定 (VOTING.md §1)."""

    POLL = "poll"
    HOUSEHOLD = "household"
    OWNERS = "owners"


class Method(StrEnum):
    """How a ballot is marked, and so how it is counted."""

    SINGLE = "single"
    APPROVAL = "approval"
    RANKED = "ranked"


class Secrecy(StrEnum):
    """Who reads, after the close, what each household chose: nobody, those on the roll, everybody (实名公示)."""

    SECRET = "secret"
    ROLL_CALL = "roll_call"
    PUBLIC_LIST = "public_list"


class VoteState(StrEnum):
    """A vote is open until its close; `closed` has a published result, `withdrawn` ended before any ballot."""

    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Numbered(StrEnum):
    """The kinds that have numbers of their own in a community: 说事, 议题, 表决, 任务, 活动, 突发, 调处, 星评."""

    CONCERN = "concern"
    TOPIC = "topic"
    VOTE = "vote"
    TASK = "task"
    ACTIVITY = "activity"
    EMERGENCY = "emergency"
    MEDIATION = "mediation"
    STAR_FORM = "star_form"


class Urgency(StrEnum):
    """How long a task may take where nobody says otherwise: 2 hours, 24 hours, 7 or 15 working days."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NORMAL = "normal"
    LONG = "long"


class TaskState(StrEnum):
    """Where a task stands. REPORTED: 报办结, not rated yet; ENDED: it has its honest end."""

    GIVEN = "given"
    TAKEN = "taken"
    RETURNED = "returned"
    REPORTED = "reported"
    ENDED = "ended"


class TaskEnd(StrEnum):
    """办成, 部分办成, 办不了, 转出, 重复, 撤回: how a task ends, said as it is."""

    DONE = "done"
    PARTLY = "partly"
    CANNOT = "cannot"
    REFERRED = "referred"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


class TaskAct(StrEnum):
    """What happens to a task, each with its line in the task's record."""

    GIVE = "give"
    TAKE = "take"
    PROGRESS = "progress"
    REPORT = "report"
    HAND_BACK = "hand_back"
    REASSIGN = "reassign"
    EXTEND = "extend"
    LATE = "late"
    UP = "up"
    DOWN = "down"
    REOPEN = "reopen"
    LEAVE = "leave"


class Grade(StrEnum):
    """评价: how somebody finds what was done."""

    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    DISSATISFIED = "dissatisfied"
