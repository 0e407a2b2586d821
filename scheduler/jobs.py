"""What a tick does. Every job is safe to run twice, late, and in two processes at once."""

from collections.abc import Collection

from handlers import (
    activity,
    ballot_log,
    climb,
    decide,
    prepare,
    privacy,
    redraws,
    remind,
    roles,
    round,
    rule_making,
    vote,
    vote_start,
)
from handlers.run import Job, Run
from models import activities, councils, drafts, rounds, sessions, tasks, votes
from models import ballot_log as ballot_logs
from models import roles as terms

JOBS: tuple[tuple[Collection[str], Job], ...] = (
    ((votes.CLOSE,), vote.close_due),
    ((votes.START,), vote_start.due),
    ((ballot_logs.HEAD,), ballot_log.due),
    (sessions.NOTICES, remind.due),
    ((sessions.REDRAW, sessions.REDRAW_TOPIC), redraws.due),
    ((terms.END,), roles.lapse),
    ((councils.CLOSE,), decide.close_due),
    ((rounds.CLOSE,), round.close_due),
    ((activities.SOON,), activity.remind),
    ((tasks.DUE,), climb.due),
    ((drafts.CLOSE,), rule_making.close_due),
)
"""By the kinds of what falls due: what is done about it, in this order."""


async def plan(run: Run) -> None:
    """Enter the sessions of the coming weeks, forget what was kept long enough; at the start, and every six hours."""
    await run.timed(prepare.plan)
    await run.timed(privacy.purge)


async def tick(run: Run) -> None:
    """Count the votes whose time has come, tell what has fallen due, end the terms that are over."""
    due = await run.house.store.sessions.kinds_due(run.now())
    for kinds, job in JOBS:
        communities = {community for kind in kinds for community in due.get(kind, ())}
        if communities:
            await run.timed(job, communities)
            due = await run.house.store.sessions.kinds_due(run.now())  # what it left due is not for the next tick
