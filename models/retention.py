"""The purge: what has been kept long enough goes, by kind. Each function is safe to run twice and late."""

from datetime import datetime

from domain.terms import ConcernState, Numbered, Visibility, VoteState
from models import people, sql
from models.tables.ballot_log import SealedBallot
from models.tables.concerns import Blob, Concern, Second
from models.tables.matters import Mediation, RoomWord
from models.tables.people import Audit, Community, Dialogue, Hold
from models.tables.votes import Ballot, PaperBallot, Vote

AT_ONCE = 500


async def words(community: int, before: datetime) -> int:
    """Forget who said what: what was not public goes, of what was the author and the words as they were typed.

    What is in work (a topic without its end) or disputed stays whole. Returns how many concerns it was.
    """
    held = await Hold.filter(community_id=community, kind=Numbered.CONCERN).values_list("number", flat=True)
    old = Concern.filter(community_id=community, said_at__lt=before).exclude(text="", author_id=None)
    found = await old.exclude(number__in=list(held)).select_related("topic").order_by("id").limit(AT_ONCE)
    over = [one for one in found if one.topic is None or one.topic.ended_at is not None]
    public = {Visibility.OPEN, Visibility.ANONYMOUS}
    private = [one.id for one in over if one.held or one.visibility not in public or one.state is WITHDRAWN]
    await people.forget_words(private)
    await Concern.filter(id__in=[one.id for one in over]).update(author_id=None, text="")
    await Second.filter(community_id=community, at__lt=before, concern_id__in=[one.id for one in over]).delete()
    return len(over)


WITHDRAWN = ConcernState.WITHDRAWN


async def votes(community: int, before: datetime) -> int:
    """Forget who cast what in votes closed before then; counts and published files stay, disputed votes whole."""
    held = await Hold.filter(community_id=community, kind=Numbered.VOTE).values_list("number", flat=True)
    closed = Vote.filter(community_id=community, state=VoteState.CLOSED, closed_at__lt=before)
    ids = list(await closed.exclude(number__in=list(held)).values_list("id", flat=True))
    for kept in (SealedBallot, PaperBallot, Ballot):
        await kept.filter(vote_id__in=ids).delete()
    return len(ids)


async def acts(community: int, before: datetime) -> int:
    """Forget acts of before then; of a ballot that is kept longer, who cast it when."""
    await SealedBallot.filter(community_id=community, at__lt=before).update(by_id=None, at=None)
    return await Audit.filter(community_id=community, at__lt=before).delete()


async def rooms(community: int, before: datetime) -> int:
    """Forget what was said in the rooms of mediations that ended before then; a public outcome stays."""
    over = Mediation.filter(community_id=community, closed_at__lt=before)
    ids = list(await over.values_list("id", flat=True))
    return await RoomWord.filter(mediation_id__in=ids).delete() if ids else 0


async def questions(now: datetime) -> int:
    """Forget questions that nobody answered in time."""
    return await Dialogue.filter(until__lt=now).delete()


async def pictures(before: datetime) -> int:
    """Forget pictures that nothing holds, kept before then: of a form that was left, or of what was deleted."""
    found = await sql.rows(
        """SELECT b.sha256 FROM blob b WHERE b.kept_at < ?
        AND NOT EXISTS (SELECT 1 FROM photo p WHERE p.blob_id = b.sha256 OR p.upload = b.sha256) LIMIT ?""",
        *(before, AT_ONCE),
    )
    return await Blob.filter(sha256__in=[str(row["sha256"]) for row in found]).delete() if found else 0


async def strangers(community: int, before: datetime, now: datetime) -> int:
    """Forget people who have done nothing since then, are bound to no household, hold no role and said nothing kept."""
    found = await sql.rows(
        """SELECT r.id FROM resident r WHERE r.community_id = ? AND r.met_at < ? AND r.household_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.resident_id = r.id AND a.at >= ?)
        AND NOT EXISTS (SELECT 1 FROM sealed_ballot s WHERE s.by_id = r.id AND s.at >= ?)
        AND NOT EXISTS (SELECT 1 FROM concern c WHERE c.author_id = r.id)
        AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.resident_id = r.id AND g.revoked_at IS NULL
          AND (g.until IS NULL OR g.until > ?))
        ORDER BY r.id LIMIT ?""",
        community,
        before,
        before,
        before,
        now,
        AT_ONCE,
    )
    for row in found:
        await people.forget(int(row["id"]))
    return len(found)


async def hold(community: str, kind: Numbered, number: int, now: datetime) -> bool:
    """Keep the records of something while there is a dispute; False where there is no such community."""
    found = await Community.get_or_none(name=community)
    if found is not None:
        await Hold.update_or_create({"since": now}, community_id=found.id, kind=kind, number=number)
    return found is not None


async def release(community: str, kind: Numbered, number: int) -> bool:
    """The dispute is over; False where nothing was held."""
    return bool(await Hold.filter(community__name=community, kind=kind, number=number).delete())
