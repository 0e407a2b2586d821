"""Full-text search by words: an index that is brought up to date after the commit, and asked by the board.

Only what is public is in it. A concern whose words are not in the index yet has no row there; each that was looked at
has the empty word, so that one without any word worth keeping is not looked at again.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from models import sql
from models.tables.search import Word

MOST_WORDS = 200
LONGEST = 32
ASKED = 12
NEWEST = 200
TOGETHER = 5
"""So few concerns are written at once that others have their turn between."""
PUBLIC = "c.state = 'open' AND c.visibility IN ('open', 'anonymous')"
Words = Callable[[str], Awaitable[Sequence[str]]]


async def bring_up_to_date(words_of: Words, limit: int, now: datetime, back: timedelta) -> int:
    """Index up to `limit` public concerns said within `back`; drop what is public no more. Returns how many."""
    await _drop(now - back)
    found = await sql.rows(
        f"""SELECT c.id, c.community_id, c.shown FROM concern c
        WHERE {PUBLIC} AND c.said_at > ? AND NOT EXISTS (SELECT 1 FROM word w WHERE w.concern_id = c.id)
        ORDER BY c.id LIMIT ?""",
        now - back,
        limit,
    )
    for start in range(0, len(found), TOGETHER):
        await Word.bulk_create(
            [
                Word(community_id=row["community_id"], concern_id=row["id"], word=word)
                for row in found[start : start + TOGETHER]
                for word in ("", *kept(await words_of(row["shown"])))
            ],
            ignore_conflicts=True,
        )
    return len(found)


async def _drop(since: datetime) -> None:
    await sql.rows(
        f"""DELETE FROM word WHERE concern_id IN
        (SELECT c.id FROM concern c WHERE c.said_at > ? AND NOT ({PUBLIC}))""",
        since,
    )


def kept(words: Sequence[str]) -> list[str]:
    """The words worth looking for: each once, without case, at least two letters or one Han character that is alone."""
    plain = (word.strip().casefold()[:LONGEST] for word in words)
    return list(dict.fromkeys(word for word in plain if len(word) > 1 and word.isalnum()))[:MOST_WORDS]


async def concerns(community: int, words: Sequence[str], limit: int, least: int = 1) -> list[int]:
    """The ids of public concerns with at least `least` of these words: most of them first, then the newest.

    Of each word the `NEWEST` concerns are looked at, so that a common word costs no more than a rare one.
    """
    asked = kept(words)[:ASKED]
    if not asked:
        return []
    marks = ", ".join("?" for _ in asked)
    newest = "SELECT concern_id FROM word WHERE community_id = ? AND word = ? ORDER BY concern_id DESC LIMIT ?"
    found = await sql.rows(
        f"""SELECT w.concern_id AS id, COUNT(*) AS n FROM word w JOIN concern c ON c.id = w.concern_id
        WHERE w.community_id = ? AND w.word IN ({marks}) AND {PUBLIC} AND c.held = ?
        AND w.concern_id IN ({" UNION ".join(f"SELECT * FROM ({newest}) x" for _ in asked)})
        GROUP BY w.concern_id HAVING COUNT(*) >= ? ORDER BY n DESC, w.concern_id DESC LIMIT ?""",
        community,
        *asked,
        False,
        *[value for word in asked for value in (community, word, NEWEST)],
        least,
        limit,
    )
    return [int(row["id"]) for row in found]
