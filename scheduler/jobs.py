"""What a tick does. Every job is safe to run twice, late, and in two processes at once."""

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
from handlers.run import Run


async def plan(run: Run) -> None:
    """Enter the sessions of the coming weeks, forget what was kept long enough; at the start, and every six hours."""
    await run.timed(prepare.plan)
    await run.timed(privacy.purge)


async def tick(run: Run) -> None:
    """Count the votes whose time has come, tell what has fallen due, end the terms that are over."""
    due = await run.house.store.sessions.communities_due(run.now())
    await run.timed(vote.close_due, due)
    await run.timed(vote_start.due, due)
    await run.timed(ballot_log.due, due)
    await run.timed(remind.due, due)
    await run.timed(redraws.due, due)
    await run.timed(roles.lapse, due)
    await run.timed(decide.close_due, due)
    await run.timed(round.close_due, due)
    await run.timed(activity.remind, due)
    await run.timed(climb.due, due)
    await run.timed(rule_making.close_due, due)
