"""Gate functions: the one way to obtain a thing, or a right, on somebody's behalf.

A gate refuses before it tells whether the thing exists: "may I?" comes before "is it there?". What somebody
may not see is as unknown to them as what isn't there.
"""

from collections.abc import Collection
from datetime import datetime

from domain.errors import Refused
from domain.terms import ConcernState, Numbered, Role, Secrecy, TopicState, Visibility, VoteKind
from domain.work import may_act
from models import activities, ballots, drafts, emergencies, mediations, ratings, stars, tasks, topics, votes
from models.activities import ActivityFacts
from models.ballots import Standing
from models.drafts import DraftFacts
from models.emergencies import EmergencyFacts
from models.mediations import Room
from models.people import Who
from models.stars import Form
from models.tables.concerns import Concern
from models.tables.people import Grant
from models.tasks import TaskFacts
from models.topics import TopicFacts
from models.votes import VoteRecord

MODERATORS = frozenset({Role.MODERATOR, Role.SECRETARY})
MEDIATORS = frozenset({Role.MEDIATOR, *MODERATORS})
DRAFTERS = frozenset({Role.OWNERS_COMMITTEE, *MODERATORS})
RATERS = frozenset({Role.SECRETARY, Role.COUNCIL, Role.SUPERVISOR})
OVERSEERS = frozenset({Role.SUPERVISOR, *MODERATORS})
SECRETARIES = frozenset({Role.SECRETARY})


async def roles(who: int, now: datetime) -> frozenset[Role]:
    """The roles a person holds now. A secretary is a moderator too (INTERFACE.md §1)."""
    found = await Grant.filter(resident_id=who, revoked_at=None).values_list("role", "until")
    held = {Role(role) for role, until in found if until is None or until > now}
    return frozenset(held | ({Role.MODERATOR} if Role.SECRETARY in held else set()))


async def require(who: Who, allowed: Collection[Role], now: datetime, act: str) -> None:
    """Refuse unless the person holds one of the roles. `act` is the route's name, for the sentence.

    Raises Refused: refused.only_secretary, refused.only_moderators, or refused.only_roles with `roles`; with `act`.
    """
    if await roles(who.id, now) & set(allowed):
        return
    if set(allowed) <= MODERATORS:
        raise Refused("refused.only_secretary" if set(allowed) == SECRETARIES else "refused.only_moderators", act=act)
    raise Refused("refused.only_roles", act=act, roles=[role for role in Role if role in allowed])


async def concern_for(who: Who, community: int, number: int, now: datetime) -> Concern:
    """A concern this person may see: not withdrawn, and public, their own, or they are a moderator.

    Raises Refused: refused.no_concern (unknown, private and withdrawn ones alike).
    """
    found = await Concern.get_or_none(community_id=community, number=number)
    if found is None or found.state is ConcernState.WITHDRAWN:
        raise Refused("refused.no_concern", number=number)
    if found.author_id == who.id or (found.visibility is not Visibility.MODERATORS and not found.held):
        return found
    if not await roles(who.id, now) & MODERATORS:
        raise Refused("refused.no_concern", number=number)
    return found


async def own_concern(who: Who, community: int, number: int, act: str) -> Concern:
    """A concern of this person's own. Raises Refused: refused.no_concern, or refused.only_author with `act`."""
    found = await Concern.get_or_none(community_id=community, number=number)
    if found is not None and found.author_id == who.id and found.state is not ConcernState.WITHDRAWN:
        return found
    if found is None or found.visibility is Visibility.MODERATORS or found.state is ConcernState.WITHDRAWN:
        raise Refused("refused.no_concern", number=number)
    raise Refused("refused.only_author", act=act)


async def concern_to_sort(who: Who, community: int, number: int, now: datetime, act: str) -> Concern:
    """A concern whose category this person may change: their own, or any for a moderator."""
    found = await Concern.get_or_none(community_id=community, number=number)
    mine = found is not None and found.author_id == who.id
    if not mine and not await roles(who.id, now) & MODERATORS:
        raise Refused("refused.only_author_or_moderators", act=act)
    if found is None or found.state is ConcernState.WITHDRAWN:
        raise Refused("refused.no_concern", number=number)
    return found


async def topic(community: int, number: int) -> TopicFacts:
    """A topic by its number; every topic is public. Raises Refused: refused.no_topic."""
    found = await topics.numbered(community, number)
    if found is None:
        raise Refused("refused.no_topic", number=number)
    return found


async def open_topic(community: int, number: int) -> TopicFacts:
    """A topic that is under way. Raises Refused: refused.no_topic, steps.over, steps.dissolved."""
    return _open(await topic(community, number))


async def topic_head(community: int, number: int) -> TopicFacts:
    """A topic without its concerns and whatever is counted, in one statement. Raises Refused: refused.no_topic."""
    return (await _topic_heads(community, [number]))[number]


async def _topic_heads(community: int, numbers: Collection[int]) -> dict[int, TopicFacts]:
    found = await topics.heads(community, numbers)
    for number in numbers:
        if number not in found:
            raise Refused("refused.no_topic", number=number)
    return found


async def draft(community: int, number: int) -> DraftFacts:
    """The newest draft of a topic; both are public. Raises Refused: refused.no_topic, rule_making.none."""
    found = await drafts.newest(community, number)
    if found is None or not found.version:
        raise Refused("rule_making.none" if found else "refused.no_topic", number=number)
    return found


async def open_topic_head(community: int, number: int) -> TopicFacts:
    """The same of a topic that is under way."""
    return _open(await topic_head(community, number))


async def open_topic_heads(community: int, numbers: Collection[int]) -> dict[int, TopicFacts]:
    """Several of them, in one statement."""
    return {number: _open(topic) for number, topic in (await _topic_heads(community, numbers)).items()}


def _open(found: TopicFacts) -> TopicFacts:
    number = found.number
    if found.state is TopicState.DISSOLVED:
        raise Refused("steps.dissolved", number=number)
    if found.state is not TopicState.OPEN:
        raise Refused("steps.over", number=number)
    return found


async def activity(community: int, number: int) -> ActivityFacts:
    """An activity by its number; every one is public. Raises Refused: refused.no_activity."""
    found = await activities.numbered(community, number)
    if found is None:
        raise Refused("refused.no_activity", number=number)
    return found


async def room(who: Who, community: int, number: int) -> Room:
    """A mediation for somebody who sits in it; to all others, moderators among them, it is as unknown as none.

    Raises Refused: refused.no_mediation.
    """
    found = await mediations.numbered(community, number)
    if found is None or found.side_of(who.id) is None:
        raise Refused("refused.no_mediation", number=number)
    return found


async def star_form(community: int, number: int) -> Form:
    """A star rating by its number, for those who may have to do with it. Raises Refused: refused.no_star_form."""
    found = await stars.numbered(community, number)
    if found is None:
        raise Refused("refused.no_star_form", number=number)
    return found


async def emergency(community: int, number: int) -> EmergencyFacts:
    """An emergency by its number; every one was told to everybody. Raises Refused: refused.no_emergency."""
    found = await emergencies.numbered(community, number)
    if found is None:
        raise Refused("refused.no_emergency", number=number)
    return found


async def task(community: int, number: int) -> TaskFacts:
    """A task by its number; every task is public. Raises Refused: refused.no_task."""
    found = await tasks.numbered(community, number)
    if found is None:
        raise Refused("refused.no_task", number=number)
    return found


async def task_in_hand(
    who: Who, community: int, number: int, now: datetime, act: str
) -> tuple[TaskFacts, frozenset[Role]]:
    """A task for somebody who may act on it, and the roles they hold: its doer, the doer's unit, a moderator, whoever
    answers at the level where it lies. Two statements.

    Raises Refused: tasks.only_doer with `act`, refused.no_task.
    """
    held = await roles(who.id, now)
    found = await tasks.numbered(community, number)
    if found is None and held & MODERATORS:
        raise Refused("refused.no_task", number=number)
    if found is None or not may_act(found.hands, who.id, held):
        raise Refused("tasks.only_doer", act=act)
    return found, held


async def rater(who: Who, community: int, kind: Numbered, number: int) -> ratings.Standing:
    """How somebody stands to the work on a matter that they may rate: its speaker or supporter. One statement.

    Raises Refused: rate.only_raters (unknown numbers alike).
    """
    found = await ratings.standing(community, kind, number, who.id)
    if not found.rater:
        raise Refused("rate.only_raters")
    return found


async def vote(community: int, number: int) -> VoteRecord:
    """A vote by its number; every vote is public. Raises Refused: refused.no_vote."""
    found = await votes.numbered(community, number)
    if found is None:
        raise Refused("refused.no_vote", number=number)
    return found


async def open_vote(community: int, number: int, now: datetime) -> VoteRecord:
    """A vote whose close is still to come. Raises Refused: refused.no_vote, vote.closed_already."""
    found = await vote(community, number)
    if not found.open or now >= found.closes_at:
        raise Refused("vote.closed_already", number=number, closes=found.closes_at)
    return found


async def standing(who: Who, community: int, number: int) -> Standing:
    """A vote and how a person stands to it. Raises Refused: refused.no_vote."""
    found = await ballots.standing(community, number, who)
    if found is None:
        raise Refused("refused.no_vote", number=number)
    return found


async def vote_to_list(who: Who | None, community: int, number: int, now: datetime) -> VoteRecord:
    """A vote of households for somebody who may read, once it is counted, who took part.

    That is whose household is on its roll, and a moderator; with 实名公示 everybody, also a stranger (`who` None).
    Raises Refused: refused.no_vote (a 表态 has no roll), vote.list_only_roll.
    """
    found = await votes.numbered(community, number)
    if found is not None and found.secrecy is Secrecy.PUBLIC_LIST:
        return found
    known = found is not None and who is not None and await ballots.on_roll(found, who)
    if not known and not (who is not None and await roles(who.id, now) & MODERATORS):
        raise Refused("vote.list_only_roll")
    if found is None or found.kind is VoteKind.POLL:
        raise Refused("refused.no_vote", number=number)
    return found
