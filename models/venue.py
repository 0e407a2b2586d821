"""六个有 as rows: what moderators saw, and what the product keeps."""

from datetime import datetime

from domain.talk import Upload
from domain.terms import TopicState, VenueStandard
from domain.venue import Known, Look, Standing, standings
from models import sql
from models.tables.concerns import Photo
from models.tables.sessions import VenueCheck


async def six(community: int, *, hotline: bool, board: bool) -> list[Standing]:
    """The six as they stand now. Two statements."""
    minutes, results = await _kept(community)
    return standings(Known(hotline, board, minutes, results), await _looks(community))


async def _looks(community: int) -> dict[VenueStandard, Look]:
    """What was seen last of each standard. One statement."""
    found = await VenueCheck.filter(community_id=community)
    return {row.standard: Look(row.met, row.at, row.photo_id is not None) for row in found}


async def _kept(community: int) -> tuple[int, int]:
    """Whether notes of sessions and published results are kept: 1, or 0 for none. One statement, however many."""
    (row,) = await sql.rows(
        """SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM minute m WHERE m.community_id = ? LIMIT 1) x) AS minutes,
        (SELECT COUNT(*) FROM (SELECT 1 FROM topic t WHERE t.community_id = ? AND t.state = ? LIMIT 1) y) AS results""",
        community,
        community,
        TopicState.PUBLISHED.value,
    )
    return int(row["minutes"]), int(row["results"])


async def saw(
    community: int, by: int, standard: VenueStandard, now: datetime, picture: tuple[str, Upload] | None, *, met: bool
) -> None:
    """Note what a moderator saw; the newest look counts. `picture`: its channel and id, fetched after the commit."""
    photo = None
    if picture is not None:
        channel, upload = picture
        photo = await Photo.create(community_id=community, channel=channel, upload=upload.id, next_at=now)
    values = {"met": met, "at": now, "by_id": by, "photo_id": photo.id if photo else None}
    await VenueCheck.update_or_create(values, community_id=community, standard=standard)
