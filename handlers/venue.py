"""六个有: what the 说事厅 has; the product says what it knows, a moderator what they saw, with a picture."""

from domain.errors import Refused
from domain.talk import Outgoing, Said
from domain.terms import VenueStandard
from domain.venue import Standing
from handlers.desk import Desk
from models.access import MODERATORS


async def venue(desk: Desk, words: str) -> list[Outgoing]:
    """六个有: the list; 六个有 标识 有 (with a picture) or 没有: what a moderator saw.

    Raises Refused: refused.only_moderators; venue.which, for what is none of the six or neither 有 nor 没有.
    """
    if words:
        await desk.store.access.require(desk.who, MODERATORS, desk.now, "venue")
        await _saw(desk, words.split())
    hotline, board = bool(desk.house.contact), bool(desk.house.public_url)
    found = await desk.store.venue.six(desk.community.id, hotline=hotline, board=board)
    lines = [_line(desk, one) for one in found]
    pairs = [desk.texts("venue.pair", one=one, other=other) for one, other in zip(lines[::2], lines[1::2], strict=True)]
    head = desk.texts("venue.head", count=sum(one.met is True for one in found))
    return [desk.answer_text("\n".join([head, *pairs, desk.texts("venue.how")]))]


async def _saw(desk: Desk, words: list[str]) -> None:
    names = {desk.texts.term(standard): standard for standard in VenueStandard}
    answers = {desk.texts("venue.met"): True, desk.texts("venue.missing"): False}
    if len(words) != len(("standard", "answer")) or words[0] not in names or words[1] not in answers:
        every = desk.texts("contract.marks.list").join(names)
        raise Refused("venue.which", names=every)
    desk.about("venue", names[words[0]].value)
    pictures = desk.event.pictures if isinstance(desk.event, Said) else ()
    picture = (desk.chat.channel, pictures[0]) if pictures else None
    met = answers[words[1]]
    await desk.store.venue.saw(desk.community.id, desk.who.id, names[words[0]], desk.now, picture, met=met)


def _line(desk: Desk, one: Standing) -> str:
    name = desk.texts.term(one.standard)
    if one.met is None:
        return desk.texts("venue.line_unknown", name=name)
    state = desk.texts("venue.met" if one.met else "venue.missing")
    if one.look is None:
        return desk.texts("venue.line_known", name=name, state=state)
    seen = "venue.line_seen_picture" if one.look.picture else "venue.line_seen"
    return desk.texts(seen, name=name, state=state, day=desk.day(one.look.at.astimezone(desk.house.zone).date()))
