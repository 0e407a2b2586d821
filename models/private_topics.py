"""Which topics have nothing public in them: marked beside the pages, so that no list walks past them to find others.

The mark spares a search and decides nothing: what a page shows it asks of the concerns (`board_topics`). A topic is
unmarked until it was looked at, and whatever may make one public unmarks it at once. A look each minute costs what was
said of late, however many topics are private; all of them are looked at once a day.
"""

from datetime import datetime, timedelta

from models import sql
from models.board_topics import PUBLIC
from models.reading import only_reading
from models.tables.concerns import Topic

TOGETHER = 500
_IS_PUBLIC = f"EXISTS (SELECT 1 FROM concern c WHERE c.topic_id = t.id AND {PUBLIC})"


async def bring_up_to_date(now: datetime, back: timedelta) -> int:
    """Mark and unmark the topics of what was said within `back`. Returns how many changed."""
    with only_reading():
        found = await sql.rows(
            f"""SELECT t.id, t.private FROM topic t WHERE t.private = {_IS_PUBLIC}
            AND t.id IN (SELECT x.topic_id FROM concern x WHERE x.said_at > ?)""",
            *(False, now - back),
        )
    await _mark([row["id"] for row in found if row["private"]], private=False)
    await _mark([row["id"] for row in found if not row["private"]], private=True)
    return len(found)


async def unmark(topic: int) -> None:
    """Something of a topic may be public from now on. One statement."""
    await Topic.filter(id=topic, private=True).update(private=False)


async def _mark(ids: list[int], *, private: bool) -> None:
    for start in range(0, len(ids), TOGETHER):
        await Topic.filter(id__in=ids[start : start + TOGETHER]).update(private=private)
