"""What is held on a person: every table with their rows, on both databases (PIPL art. 45)."""

from datetime import UTC, datetime, timedelta

import pytest
from tortoise.context import require_context
from tortoise.fields.relational import ForeignKeyFieldInstance

from domain.households import Flat
from domain.terms import ConcernCategory, Role, Visibility, VoteKind
from models import people, rights
from models.tables.concerns import Blob, Concern, Photo, Second
from models.tables.corrections import Correction
from models.tables.people import Audit, Community, Grant, Household, Resident
from models.tables.votes import Ballot, PaperBallot, Vote
from tests.database import memory
from tests.postgres import Cluster

NOW = datetime(2026, 12, 1, 10, 42, tzinfo=UTC)
ELSEWHERE = {
    "address": "stands at the head of the copy",
    "dialogue": "is a question of the bot's, gone within the half hour",
    "vote": "was opened in office, as the acts tell",
    "amendment": "was made in office, as the acts tell",
    "topic_step": "was taken in office, as the acts tell",
    "sorting": "was done in office, as the acts tell",
    "venue_check": "was seen in office, as the acts tell",
    "session": "was led in office, as the acts tell",
    "activity": "was opened in office, as the acts tell",
    "emergency": "was told in office, as the acts tell",
    "emergency_note": "was told in office, as the acts tell",
    "mediation": "was led in office, as the acts tell",
    "draft": "was written in office, as the acts tell",
    "star_form": "was opened in office, as the acts tell",
}
"""Tables that name a person and have no part in `HELD`, and why."""


@pytest.fixture(params=["sqlite", "postgres"])
async def community(request):
    url = "sqlite://:memory:"
    if request.param == "postgres":
        cluster: Cluster = request.getfixturevalue("postgres")
        url = cluster.fresh()
    async with memory(url):
        made = await Community.create(slug="fenglin", name="枫林小区", kind="commodity", settings={})
        await people.counters(made.id)
        yield made


def naming_people() -> set[str]:
    """The tables that have a column for a resident."""
    apps = require_context().apps
    assert apps is not None
    return {
        model._meta.db_table
        for model in apps["models"].values()
        for field in model._meta.fields_map.values()
        if isinstance(field, ForeignKeyFieldInstance) and field.model_name == "models.Resident"
    }


async def test_copy_leaves_no_table_out(community):
    """A new table that names people is part of 我的数据, or says here why not."""
    assert naming_people() - rights.HELD.keys() - ELSEWHERE.keys() == set()
    assert rights.HELD.keys() | ELSEWHERE.keys() <= naming_people()


async def test_copy_has_every_row_of_a_person_and_of_nobody_else(community):
    """Words, roles, 附议, votes, acts, each with its moment; the neighbour's are not among them."""
    home = await Household.create(community=community, building="3", unit="1", room="301", area=8950)
    both = [await Resident.create(community=community, pseudonym=n, short=n, met_at=NOW) for n in ("甲", "乙")]
    await Resident.filter(id=both[0].id).update(household_id=home.id)
    vote = await Vote.create(
        community=community, number=1, kind=VoteKind.HOUSEHOLD, title="换灯", options=["赞同"], secret=False,
        snapshot={}, opened_at=NOW, closes_at=NOW,
    )  # fmt: skip
    for number, who in enumerate(both, 1):
        said = await Concern.create(
            community=community, number=number, author=who, text=f"第{number}件", shown="", evidence=[], said_at=NOW,
            guess=ConcernCategory.LIVELIHOOD, visibility=Visibility.OPEN,
        )  # fmt: skip
        at = NOW + timedelta(minutes=number)
        await Second.create(community=community, resident=who, concern=said, at=at)
        await Grant.create(community=community, resident=who, role=Role.MEDIATOR, granted_at=at, until=NOW)
        await Ballot.create(community=community, vote=vote, voter=f"h{number}", choice=0, by=who, at=at)
        await Correction.create(
            community=community, concern=said, by=who, words="路灯", wrong="livelihood", right="civility", at=at
        )
        await Audit.create(community=community, resident=who, act="second", subject=f"concern:{number}", at=at)

    other = await Household.create(community=community, building="3", unit="1", room="302", area=8950)
    for where, pictures in ((home, 2), (other, 1)):
        paper = await PaperBallot.create(
            community=community, vote=vote, household=where, choice=0, entered_by=both[1], entered_at=NOW
        )
        for number in range(pictures):
            sha256 = f"{where.id}{number}".rjust(64, "0")
            await Blob.create(sha256=sha256, data=b"x", mime="image/jpeg", width=1, height=1, kept_at=NOW)
            await Photo.create(community=community, paper=paper, channel="web", upload="u", blob_id=sha256, next_at=NOW)

    copy = await rights.copy(both[0].id)
    at = NOW + timedelta(minutes=1)
    assert (copy.short, copy.flat, copy.user, copy.muted) == ("甲", Flat("3", "1", "301"), "", False)
    assert copy.concerns == (rights.Words(1, "第1件", "open", "open", NOW, 0),)
    assert sorted(copy.entries, key=lambda one: one.kind) == [
        rights.Entry("act", 0, NOW, None, "say concern:1"),
        rights.Entry("act", 0, at, None, "second concern:1"),
        rights.Entry("ballot", 1, at, None, "换灯"),
        rights.Entry("correction", 1, at, None, "civility"),
        rights.Entry("paper", 1, NOW, None, "2"),
        rights.Entry("role", 0, at, NOW, "mediator"),
        rights.Entry("second", 1, at, None, ""),
    ]
