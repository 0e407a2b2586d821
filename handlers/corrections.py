"""改类记录, 不算, 都不算: what the bot learned from people's 改类, and how a moderator takes it back."""

from domain.errors import Refused
from domain.talk import Outgoing
from domain.terms import Numbered
from handlers.desk import Desk
from handlers.numbers import number_of
from models.corrections import Kept

SHOWN = 3


async def listed(desk: Desk, _words: str) -> list[Outgoing]:
    """改类记录: the newest corrections that count, each with its button, in private."""
    found = await desk.store.corrections.listed(desk.community.id, SHOWN)
    if not found:
        return desk.private("corrections.none")
    lines = [desk.texts("corrections.head"), *[_line(desk, one) for one in found], desk.texts("corrections.next")]
    row = tuple(desk.button("take_back", "take_back", one.number, number=one.number) for one in found)
    return desk.private_text("\n".join(lines), (row,))


def _line(desk: Desk, one: Kept) -> str:
    return desk.texts(
        "corrections.line",
        number=one.number,
        wrong=desk.texts.term(one.wrong),
        right=desk.texts.term(one.right),
        by=one.by or desk.texts("corrections.unnamed"),
        day=desk.day(one.at.astimezone(desk.house.zone).date()),
    )


async def take_back(desk: Desk, words: str) -> list[Outgoing]:
    """不算 12: what was learned from a concern counts no more; its category stays. Offers all of that person's too.

    Raises Refused: corrections.not_learned.
    """
    kept = await _kept(desk, words)
    others = await desk.store.corrections.others_of(kept)
    await desk.store.corrections.take_back(desk.community.id, [kept.id], desk.now)
    desk.about("concern", kept.number)
    told = desk.texts("corrections.taken_back", number=kept.number)
    if not others:
        return [desk.answer_text(told)]
    more = desk.texts("corrections.others", by=kept.by, count=len(others))
    row = (desk.button("take_back_all", "take_back_all", others[0].number),)
    return desk.private_text(f"{told}\n{more}", (row,))


async def take_back_all(desk: Desk, words: str) -> list[Outgoing]:
    """都不算 12: all that who put this concern right has put right. Raises Refused: corrections.not_learned."""
    kept = await _kept(desk, words)
    every = [kept, *await desk.store.corrections.others_of(kept)]
    count = await desk.store.corrections.take_back(desk.community.id, [one.id for one in every], desk.now)
    desk.about("concern", kept.number)
    return desk.private("corrections.all_taken_back", count=count)


async def _kept(desk: Desk, words: str) -> Kept:
    number = number_of(desk, words, Numbered.CONCERN)
    found: Kept | None = await desk.store.corrections.of_concern(desk.community.id, number)
    if found is None:
        raise Refused("corrections.not_learned", number=number)
    return found
