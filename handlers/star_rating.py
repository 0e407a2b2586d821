"""星级评定: a form of its own for branches, members and units; nothing is shown before those rated could object."""

from datetime import datetime, time, timedelta

from domain.errors import Refused
from domain.stars import MOST, complete, grade, write_tenths
from domain.talk import Outgoing
from domain.terms import Numbered, StarSubject
from handlers.desk import Desk, Rows
from handlers.numbers import number_of, reading
from models.access import RATERS
from models.stars import Form

WINDOW, EVENING = timedelta(days=5), time(20)
NAME, WORDS, A_ROW = 20, 300, 3


async def rate(desk: Desk, words: str) -> list[Outgoing]:
    """星评 支部 名称 (the secretary): those who rate are asked. Never a resident.

    Raises Refused: star_rating.whom.
    """
    subjects = {desk.texts.term(one): one for one in StarSubject}
    kind, _, name = words.partition(" ")
    name = name.strip()
    if kind not in subjects or not 0 < len(name) <= NAME or await desk.store.stars.is_resident(desk.community.id, name):
        raise Refused("star_rating.whom", most=NAME)
    number = await desk.store.stars.begin(desk.community.id, subjects[kind], name, desk.who.id, desk.now)
    desk.about(Numbered.STAR_FORM.value, number)
    chats = await desk.store.people.private_chats_of(desk.community.id, tuple(sorted(RATERS)), desk.now)
    facts = {"number": number, "kind": kind, "name": name, "items": _items(desk)}
    row = (desk.button("give_stars", "stars", number),)
    asked = [Outgoing(chat, desk.texts("star_rating.asked", **facts), rows=(row,)) for chat in chats]
    return [desk.toast("star_rating.begun", number=number, count=len(chats)), *asked]


def _items(desk: Desk) -> str:
    return desk.texts("contract.marks.list").join(desk.texts.list("star_rating.items"))


async def stars(desk: Desk, words: str) -> list[Outgoing]:
    """打星 1 5 4 5 3 4: a star count for each item; fewer: the next item is asked for.

    Raises Refused: refused.no_star_form, star_rating.stars, star_rating.told_already.
    """
    form = await _form(desk, words)
    if form.told_at is not None:
        raise Refused("star_rating.told_already", number=form.number)
    rest, names = reading(desk, words, Numbered.STAR_FORM).rest.split(), desk.texts.list("star_rating.items")
    given = [int(one) if one.isdecimal() else 0 for one in rest]
    if not complete(given, len(names)):
        item = names[len(given)]
        text = desk.texts("star_rating.item", number=form.number, name=form.name, item=item)
        return desk.private_text(text, _choices(desk, form, given))
    await desk.store.stars.give(desk.community.id, form.id, desk.who.id, given, desk.now)
    return desk.private("star_rating.given", number=form.number, name=form.name)


def _choices(desk: Desk, form: Form, given: list[int]) -> Rows:
    buttons = [desk.button("stars", "stars", form.number, *given, n, n=n) for n in range(MOST, 0, -1)]
    return tuple(tuple(buttons[at : at + A_ROW]) for at in range(0, MOST, A_ROW))


async def _form(desk: Desk, words: str) -> Form:
    form: Form = await desk.store.access.star_form(desk.community.id, number_of(desk, words, Numbered.STAR_FORM))
    return form


async def tell(desk: Desk, words: str) -> list[Outgoing]:
    """告知星评 1: the secretary gets what to hand to those rated, who have five days to object; nobody rates any more.

    Raises Refused: star_rating.nobody_rated, star_rating.told_already.
    """
    form = await _form(desk, words)
    text = await _result(desk, form)
    until = datetime.combine((desk.local + WINDOW).date(), EVENING, desk.house.zone)
    if not await desk.store.stars.tell(form.id, desk.now, until):
        raise Refused("star_rating.told_already", number=form.number)
    told = desk.texts("star_rating.to_hand_on", until=desk.moment(until), number=form.number)
    return desk.private_text(f"{text}\n{told}")


async def _result(desk: Desk, form: Form) -> str:
    result = grade(await desk.store.stars.given(form.id))
    kind, names = desk.texts.term(form.subject), desk.texts.list("star_rating.items")
    lines = [desk.texts("star_rating.head", number=form.number, kind=kind, name=form.name, stars=result.stars)]
    parts = [
        desk.texts("star_rating.part", item=item, mean=write_tenths(one))
        for item, one in zip(names, result.tenths, strict=True)
    ]
    lines.append(desk.texts("contract.marks.list").join(parts))
    return "\n".join([*lines, desk.texts("star_rating.raters", count=result.raters)])


async def object_to(desk: Desk, words: str) -> list[Outgoing]:
    """星评异议 1 内容: what those rated have against it, entered for them. Raises Refused: star_rating.no_window."""
    form, text = await _form(desk, words), _text(desk, words)
    if form.objections_until is None or desk.now >= form.objections_until:
        raise Refused("star_rating.no_window", number=form.number)
    await desk.store.stars.object_to(form.id, text)
    return desk.private("star_rating.objected", number=form.number)


async def answer(desk: Desk, words: str) -> list[Outgoing]:
    """答星评 1 答复: the objection is answered. Raises Refused: star_rating.no_objection."""
    form, text = await _form(desk, words), _text(desk, words)
    if not form.objection or form.answer:
        raise Refused("star_rating.no_objection", number=form.number)
    await desk.store.stars.answer(form.id, text)
    return desk.private("star_rating.answered", number=form.number)


def _text(desk: Desk, words: str) -> str:
    text = " ".join(reading(desk, words, Numbered.STAR_FORM).rest.lstrip("｜|：: ").split())
    if not 0 < len(text) <= WORDS:
        raise Refused("star_rating.no_words", most=WORDS)
    return text


async def publish(desk: Desk, words: str) -> list[Outgoing]:
    """公布星评 1: to every group, once the time for objections is over and they are answered.

    Raises Refused: star_rating.window_open, star_rating.unanswered, star_rating.published_already.
    """
    form = await _form(desk, words)
    if form.objections_until is None or desk.now < form.objections_until:
        raise Refused("star_rating.window_open", number=form.number)
    if form.objection and not form.answer:
        raise Refused("star_rating.unanswered", number=form.number)
    text = await _result(desk, form)
    if not await desk.store.stars.publish(form.id, desk.now):
        raise Refused("star_rating.published_already", number=form.number)
    groups = await desk.store.people.groups_of(desk.community.id)
    out = [Outgoing(group.chat, text, headed=True) for group in groups]
    return [desk.toast("star_rating.publishing", number=form.number, count=len(groups)), *out]
