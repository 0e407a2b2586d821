"""Which topics have nothing public in them: marked beside the pages, so that no list walks past them to find others.

The mark spares a search and decides nothing: what a page shows it asks of the concerns (`board_topics`). A topic is
unmarked until it was looked at; one that became public later is in the lists again at the next look.
"""

from datetime import datetime, timedelta

from models import sql
from models.board_topics import PUBLIC
from models.reading import only_reading
from models.tables.concerns import Topic

TOGETHER = 500
_IS_PUBLIC = f"EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})"


async def bring_up_to_date(now: datetime, back: timedelta) -> int:
    """Mark topics of what was said within `back`, unmark any. Returns how many changed."""
    with only_reading():
        public = await sql.rows(f"SELECT t.id FROM topic t WHERE t.private = ? AND {_IS_PUBLIC}", True, False)
        private = await sql.rows(
            f"""SELECT t.id FROM topic t WHERE t.private = ? AND NOT {_IS_PUBLIC}
            AND t.id IN (SELECT x.topic_id FROM concern x WHERE x.said_at > ?)""",
            *(False, False, now - back),
        )
    await _mark([row["id"] for row in public], private=False)
    await _mark([row["id"] for row in private], private=True)
    return len(public) + len(private)


async def _mark(ids: list[int], *, private: bool) -> None:
    for start in range(0, len(ids), TOGETHER):
        await Topic.filter(id__in=ids[start : start + TOGETHER]).update(private=private)
