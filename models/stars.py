"""星级评定: forms, the stars that were given, objections, and what was published."""

from dataclasses import dataclass
from datetime import datetime

from domain.terms import Numbered, StarSubject
from models import people
from models.tables.matters import StarForm, StarScore
from models.tables.people import Resident


@dataclass(frozen=True, slots=True)
class Form:
    """A rating as it stands. `told_at`: whoever is rated was told, and nobody rates any more."""

    id: int
    number: int
    subject: StarSubject
    name: str
    told_at: datetime | None
    objections_until: datetime | None
    objection: str
    answer: str
    published_at: datetime | None


async def begin(community: int, subject: StarSubject, name: str, by: int, now: datetime) -> int:
    """Number a rating. Two statements."""
    number = await people.next_number(community, Numbered.STAR_FORM)
    row = StarForm(community_id=community, number=number, subject=subject, by_id=by, made_at=now)
    row.name = name
    await row.save(force_create=True)
    return number


async def is_resident(community: int, name: str) -> bool:
    """Whether a name is a resident's short name. One statement."""
    return await Resident.filter(community_id=community, short=name.upper()).exists()


async def numbered(community: int, number: int) -> Form | None:
    """A rating by its number. One statement."""
    row = await StarForm.get_or_none(community_id=community, number=number)
    if row is None:
        return None
    times = (row.told_at, row.objections_until)
    return Form(row.id, row.number, row.subject, row.name, *times, row.objection, row.answer, row.published_at)


async def give(community: int, form: int, who: int, stars: list[int], now: datetime) -> None:
    """Somebody's stars; given again they replace the first. One statement."""
    values = {"stars": stars, "at": now, "community_id": community}
    await StarScore.update_or_create(values, form_id=form, resident_id=who)


async def given(form: int) -> list[list[int]]:
    """The stars that were given. One statement."""
    return [list(row.stars) for row in await StarScore.filter(form_id=form).order_by("id")]


async def tell(form: int, now: datetime, until: datetime) -> bool:
    """Whoever is rated is told; False where they were. One statement."""
    return bool(await StarForm.filter(id=form, told_at=None).update(told_at=now, objections_until=until))


async def object_to(form: int, text: str) -> None:
    """What the rated have against it; it waits for its answer. One statement."""
    await StarForm.filter(id=form).update(objection=text, answer="")


async def answer(form: int, text: str) -> None:
    """What they were answered. One statement."""
    await StarForm.filter(id=form).update(answer=text)


async def publish(form: int, now: datetime) -> bool:
    """It is public; False where it was. One statement."""
    return bool(await StarForm.filter(id=form, published_at=None).update(published_at=now))
