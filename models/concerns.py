"""Concerns, those who second them, and their pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.terms import ConcernCategory, ConcernState, Numbered, Visibility
from models import people, private_topics, sql
from models.tables import concerns as rows
from models.tables.concerns import Blob, Photo

Concern = rows.Concern
"""A concern as it stands; handlers read it, and change it only by what is below."""


@dataclass(frozen=True, slots=True)
class NewConcern:
    """What is known of a concern when it comes in. `category` is None where it is left to be chosen."""

    text: str
    shown: str
    category: ConcernCategory | None
    guess: ConcernCategory
    second: ConcernCategory | None
    confidence: float
    evidence: tuple[str, ...]
    learned: bool
    sketch: str
    visibility: Visibility
    urgent: bool = False
    held: bool = False
    album: str | None = None
    on_behalf: bool = False


async def add(community: int, group: int | None, author: int | None, new: NewConcern, now: datetime) -> Concern:
    """Number a concern and write it. Two statements."""
    number = await people.next_number(community, Numbered.CONCERN)
    concern = Concern(
        community_id=community,
        number=number,
        group_id=group,
        author_id=author,
        text=new.text,
        shown=new.shown,
        category=new.category,
        guess=new.guess,
        second=new.second,
        confidence=new.confidence,
        evidence=list(new.evidence),
        learned=new.learned,
        sketch=new.sketch,
        visibility=new.visibility,
        urgent=new.urgent,
        held=new.held,
        album=new.album,
        on_behalf=new.on_behalf,
        said_at=now,
    )
    await concern.save(force_create=True)
    return concern


async def add_photos(concern: Concern, channel: str, uploads: Sequence[str], now: datetime) -> None:
    """Note pictures to be fetched after the commit."""
    await Photo.bulk_create(
        Photo(community_id=concern.community_id, concern_id=concern.id, channel=channel, upload=upload, next_at=now)
        for upload in uploads
    )


async def of_album(community: int, album: str) -> Concern | None:
    """The concern that the first message of an album opened."""
    return await Concern.filter(community_id=community, album=album).order_by("-id").first()


async def photo_count(concern: int) -> int:
    """How many pictures came with a concern."""
    return await Photo.filter(concern_id=concern).count()


async def add_second(concern: Concern, who: int, now: datetime) -> bool:
    """Second a concern; False where this person did before. At most two statements."""
    found = await sql.rows(
        """INSERT INTO second (community_id, resident_id, concern_id, at) VALUES (?, ?, ?, ?)
        ON CONFLICT (concern_id, resident_id) DO NOTHING RETURNING id""",
        concern.community_id,
        who,
        concern.id,
        now,
    )
    if not found:
        return False
    counted = await sql.rows(
        "UPDATE concern SET supporters = supporters + 1 WHERE id = ? RETURNING supporters", concern.id
    )
    concern.supporters = int(counted[0]["supporters"])
    return True


async def set_visibility(concern: Concern, visibility: Visibility) -> None:
    """Who may see a concern from now on. At most two statements."""
    concern.visibility = visibility
    await concern.save(update_fields=["visibility"])
    if concern.topic_id is not None:
        await private_topics.unmark(concern.topic_id)


async def set_category(concern: Concern, category: ConcernCategory) -> None:
    """Put a concern in a category that a person chose; the words that spoke for another one go."""
    concern.evidence = concern.evidence if concern.guess is category else []
    concern.category = category
    concern.learned = concern.learned and concern.guess is category
    await concern.save(update_fields=["category", "evidence", "learned"])


async def release(concern: Concern) -> bool:
    """A moderator lets a concern be public; False where it was not held back. At most two statements."""
    freed = bool(await Concern.filter(id=concern.id, held=True).update(held=False))
    concern.held = False
    if concern.topic_id is not None:
        await private_topics.unmark(concern.topic_id)
    return freed


async def set_urgent(concern: Concern, urgent: bool) -> None:
    """Whether a concern is a danger now."""
    concern.urgent = urgent
    await concern.save(update_fields=["urgent"])


async def withdraw(concern: Concern) -> None:
    """Its author takes a concern back; its number stays used."""
    concern.state = ConcernState.WITHDRAWN
    await concern.save(update_fields=["state"])


async def of(author: int, limit: int) -> list[Concern]:
    """A person's own concerns with their topics, the newest first."""
    found = Concern.filter(author_id=author, state=ConcernState.OPEN).order_by("-id").limit(limit)
    return list(await found.select_related("topic"))


async def count_of(author: int) -> int:
    """How many concerns a person has."""
    return await Concern.filter(author_id=author, state=ConcernState.OPEN).count()


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A picture or file to be fetched from its platform. `concern` None: of a session's notes, or of the 说事厅.

    `name`: of a file; `material`: what there is to read for a topic; `paper`: a paper ballot.
    """

    id: int
    channel: str
    upload: str
    tries: int
    concern: Concern | None
    name: str = ""
    material: int | None = None
    paper: int | None = None


async def unfetched(now: datetime, limit: int) -> list[Unfetched]:
    """Pictures that wait to be fetched, the oldest first."""
    found = await Photo.filter(settled=False, next_at__lte=now).order_by("next_at").limit(limit)
    found_concerns = {c.id: c for c in await Concern.filter(id__in=[p.concern_id for p in found])} if found else {}
    return [
        Unfetched(
            p.id, p.channel, p.upload, p.tries, found_concerns.get(p.concern_id), p.name, p.material_id, p.paper_id
        )
        for p in found
    ]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture ready to be kept: its bytes without EXIF, their hash, kind and size."""

    sha256: str
    data: bytes
    mime: str
    width: int
    height: int


async def keep_photo(photo: int, image: Image, now: datetime) -> None:
    """Keep a fetched picture, its bytes once by their hash."""
    await keep_blob(image, now)
    await Photo.filter(id=photo).update(settled=True, blob_id=image.sha256)


async def keep_blob(image: Image, now: datetime) -> None:
    """Keep a picture's bytes, once by their hash; again: since now."""
    await sql.rows(
        """INSERT INTO blob (sha256, data, mime, width, height, kept_at) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (sha256) DO UPDATE SET kept_at = excluded.kept_at""",
        image.sha256,
        image.data,
        image.mime,
        image.width,
        image.height,
        now,
    )


async def photo_unreadable(photo: int) -> None:
    """A picture that can't be opened."""
    await Photo.filter(id=photo).update(settled=True, unreadable=True)


async def photo_later(photo: int, due: datetime) -> None:
    """Try to fetch a picture again at `due`."""
    await sql.rows("UPDATE photo SET tries = tries + 1, next_at = ? WHERE id = ?", due, photo)


async def blob(sha256: str) -> Image | None:
    """A kept picture by its hash."""
    found = await Blob.get_or_none(sha256=sha256)
    return Image(found.sha256, bytes(found.data), found.mime, found.width, found.height) if found else None


async def album_known(album: str) -> bool:
    """Whether a concern was opened by a message of this album."""
    return await Concern.filter(album=album).exists()
