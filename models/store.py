"""Store: the areas and `transaction()`; what handlers see of the database."""

from typing import Any

from tortoise.transactions import in_transaction

from models import (
    access,
    activities,
    agenda,
    ballot_log,
    ballots,
    concerns,
    corrections,
    councils,
    deliberations,
    doers,
    drafts,
    emergencies,
    given_items,
    households,
    inbox,
    invitations,
    mail,
    mediations,
    notices,
    organizations,
    owners,
    paper,
    people,
    rates,
    ratings,
    resolutions,
    retention,
    rights,
    roles,
    rounds,
    sessions,
    slips,
    sorting,
    stars,
    tasks,
    told,
    topics,
    venue,
    votes,
    ways,
)


class Store:
    """The named finds and writes, one module an area: `store.concerns.add(…)`."""

    people = people
    households = households
    retention = retention
    rights = rights
    roles = roles
    concerns = concerns
    corrections = corrections
    organizations = organizations
    topics = topics
    ways = ways
    sorting = sorting
    tasks = tasks
    doers = doers
    ratings = ratings
    rates = rates
    councils = councils
    agenda = agenda
    invitations = invitations
    deliberations = deliberations
    resolutions = resolutions
    inbox = inbox
    rounds = rounds
    activities = activities
    drafts = drafts
    given_items = given_items
    stars = stars
    emergencies = emergencies
    mediations = mediations
    notices = notices
    told = told
    sessions = sessions
    venue = venue
    votes = votes
    owners = owners
    paper = paper
    ballots = ballots
    ballot_log = ballot_log
    slips = slips
    mail = mail
    access = access

    @staticmethod
    def transaction() -> Any:
        """One transaction; inside another one a savepoint. Await nothing but the database in it."""
        return in_transaction("default")
