"""1 收集民意: a resident's word becomes a numbered concern; neighbours second it; its author decides who sees it."""

from dataclasses import replace

from domain.classify import Verdict
from domain.errors import Refused
from domain.privacy import held, mask
from domain.talk import Outgoing, Said
from domain.terms import ConcernCategory, ConcernState, Numbered, Role, Visibility
from handlers import concern_card, redraws, topic_card
from handlers.desk import Desk
from handlers.lessons import learn, lessons
from handlers.likeness import TELLING, drawn, like_topics
from handlers.numbers import number_of, reading_of
from models.access import MODERATORS
from models.concerns import Concern, NewConcern

LONG, LONGEST = 200, 4000
PICTURES = 10
LISTED = 5


async def take(desk: Desk, words: str) -> list[Outgoing]:
    """说事 内容: number it, sort it, say so. Raises Refused: collect.too_long."""
    if not words:
        return await _ask_for_words(desk)
    verdict = await _judged(desk, words) if len(words) <= LONGEST else None
    if verdict is not None and not verdict.is_concern:
        row = (desk.button("say_anyway", "say_anyway"),)
        return await desk.ask("say_anyway", {"text": words}, "collect.not_a_matter", (row,))
    return await _take(desk, words, verdict=verdict)


async def say_anyway(desk: Desk, words: str) -> list[Outgoing]:
    """The speaker insists: what they said is a matter."""
    question = desk.dialogue or await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
    kept = str(question.facts.get("text", "")) if question and question.name == "say_anyway" else ""
    if not (words or kept):
        raise Refused("help.old_button")
    await desk.store.people.forget_question(desk.who.id)
    return await _take(desk, words or kept)


async def _ask_for_words(desk: Desk) -> list[Outgoing]:
    pictures = [u.id for u in desk.event.pictures] if isinstance(desk.event, Said) else []
    if desk.dialogue is not None:  # more of them, one message each
        pictures = [*desk.dialogue.facts.get("pictures", ()), *pictures]
    if not pictures:
        return await desk.ask("say", {}, "collect.ask", desk.to_page("say_on_page", "say"))
    return await desk.ask("picture", {"pictures": pictures}, "collect.only_picture")


async def picture_with_words(desk: Desk, words: str) -> list[Outgoing]:
    """The words that a picture was still waiting for."""
    if not words or desk.dialogue is None:
        return await _ask_for_words(desk)
    return await _take(desk, words, tuple(desk.dialogue.facts["pictures"]))


async def on_behalf(desk: Desk, words: str) -> list[Outgoing]:
    """代记 内容: what somebody said who phoned or came by, entered by a moderator and marked so; it has no author."""
    if not words:
        return await desk.ask("on_behalf", {}, "collect.ask_on_behalf")
    return await _take(desk, words, on_behalf=True)


async def _take(
    desk: Desk,
    words: str,
    earlier: tuple[str, ...] = (),
    verdict: Verdict | None = None,
    *,
    on_behalf: bool = False,
) -> list[Outgoing]:
    if len(words) > LONGEST:
        raise Refused("collect.too_long", length=len(words))
    new = replace(_new(desk, words, verdict or await _judged(desk, words)), on_behalf=on_behalf)
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    group = desk.group.id if desk.group else None
    author = None if on_behalf else desk.who.id
    concern = await desk.store.concerns.add(desk.community.id, group, author, new, desk.now)
    desk.about("concern", concern.number)
    desk.trail.on_row = author is not None
    out = await _with_pictures(desk, concern, earlier)
    if concern.urgent:
        out += await _alarm(desk, concern)
    rows = concern_card.rows(desk.house, concern, desk.chat)
    text, name = concern_card.card(desk.house, concern), concern_card.card_name(concern)
    like = await like_topics(desk, drawn(desk, concern)) if concern.category and not concern.urgent else []
    if like:
        text, rows = (
            concern_card.offering(desk.house, concern, like),
            (concern_card.offers(desk.house, like), *rows[-2:]),
        )
    return [desk.answer_text(text, rows, card=name), *out]


async def _judged(desk: Desk, words: str) -> Verdict:
    known = await lessons(desk)
    if len(words) <= LONG:
        return desk.house.understanding.judge(words, known)
    return await desk.house.understanding.judge_slowly(words, known)


def _new(desk: Desk, words: str, verdict: Verdict) -> NewConcern:
    shown = mask(words, desk.house.masking).text
    sketched = words if shown == words else shown[:TELLING]
    return NewConcern(
        text=words,
        shown=shown,
        sketch=desk.house.understanding.sketch(sketched, desk.local.toordinal()).dump(),
        category=verdict.category if verdict.sure else None,
        guess=verdict.category,
        second=verdict.second,
        confidence=verdict.confidence,
        evidence=verdict.evidence,
        learned=verdict.learned,
        visibility=_visibility(desk),
        urgent=verdict.urgent is not None,
        held=bool(held(words, desk.house.masking)),
        album=desk.event.album if isinstance(desk.event, Said) else None,
    )


def _visibility(desk: Desk) -> Visibility:
    """What the speaker chose beforehand; else open where it was said openly, anonymous in private."""
    chosen = desk.event.visibility if isinstance(desk.event, Said) else None
    return chosen or (Visibility.ANONYMOUS if desk.chat.private else Visibility.OPEN)


async def _with_pictures(desk: Desk, concern: Concern, earlier: tuple[str, ...] = ()) -> list[Outgoing]:
    now = tuple(u.id for u in desk.event.pictures) if isinstance(desk.event, Said) else ()
    room = PICTURES - await desk.store.concerns.photo_count(concern.id) if earlier or now else 0
    uploads = (*earlier, *now)
    if uploads:
        await desk.store.concerns.add_photos(concern, desk.chat.channel, uploads[:room], desk.now)
    return [desk.answer("collect.too_many_pictures")] if len(uploads) > room else []


async def album(desk: Desk, words: str) -> list[Outgoing]:
    """A later picture of an album joins the concern that its first message opened."""
    concern = await desk.store.concerns.of_album(desk.community.id, words)
    return await _with_pictures(desk, concern) if concern and concern.author_id == desk.who.id else []


async def _alarm(desk: Desk, concern: Concern) -> list[Outgoing]:
    """Danger passes at once, also at night (VOICE.md §1.9)."""
    chats = await desk.store.people.private_chats_of(desk.community.id, (Role.MODERATOR, Role.SECRETARY), desk.now)
    danger = desk.house.understanding.danger(concern.text)
    title = desk.chat.title or (desk.group.chat.title if desk.group else "") or desk.community.name
    text = desk.texts(
        "collect.urgent_to_moderators",
        number=concern.number,
        text=concern_card.matter(concern.text, 60),
        place=desk.texts("collect.place_private" if desk.chat.private else "collect.place_group", title=title),
        phone=danger.number if danger else desk.house.contact,
    )
    return [Outgoing(chat, text) for chat in chats]


async def second(desk: Desk, words: str) -> list[Outgoing]:
    """附议 12, 附议 议题5: this is my concern too. Counted once a person."""
    found = reading_of(desk, words, Numbered.CONCERN, Numbered.TOPIC)
    number = found.number
    if found.kind is Numbered.TOPIC:
        return await _second_topic(desk, number)
    concern = await desk.store.access.concern_for(desk.who, desk.community.id, number, desk.now)
    if concern.author_id == desk.who.id:
        return [desk.toast("collect.seconded_own", number=number)]
    if not await desk.store.concerns.add_second(concern, desk.who.id, desk.now):
        return [desk.toast("collect.seconded_again", number=number)]
    told = desk.toast("collect.seconded", number=number, count=concern.supporters)
    return [told, *await redraws.single(desk, concern)]


async def _second_topic(desk: Desk, number: int) -> list[Outgoing]:
    topic = await desk.store.access.open_topic(desk.community.id, number)
    if any(part.author == desk.who.id for part in topic.parts):
        return [desk.toast("topics.seconded_own", number=number)]
    if not await desk.store.topics.second(topic, desk.who.id, desk.now):
        return [desk.toast("topics.seconded_again", number=number)]
    now = await desk.store.topics.by_id(topic.id)
    told = desk.toast("topics.seconded", number=number, count=now.supporters)
    return [told, *await redraws.of_topic(desk, now)]


async def withdraw(desk: Desk, words: str) -> list[Outgoing]:
    """撤回 12: its author takes a concern back."""
    number = number_of(desk, words, Numbered.CONCERN)
    concern = await desk.store.access.own_concern(desk.who, desk.community.id, number, "withdraw")
    await desk.store.concerns.withdraw(concern)
    text = desk.texts("collect.withdrawn", number=number)
    return [desk.toast("collect.withdrawn", number=number), *await redraws.single(desk, concern, text)]


async def show_to(desk: Desk, words: str) -> list[Outgoing]:
    """谁能看 12 匿名: who may see a concern; its author decides."""
    number, rest = number_of(desk, words, Numbered.CONCERN), words.rsplit(maxsplit=1)[-1]
    concern = await desk.store.access.own_concern(desk.who, desk.community.id, number, "show_to")
    names = {desk.texts.term(v): v for v in Visibility} | {v.value: v for v in Visibility}
    if rest not in names:
        return [
            desk.answer("collect.show_to_whom", concern_card.rows(desk.house, concern, desk.chat)[-2:-1], number=number)
        ]
    await desk.store.concerns.set_visibility(concern, names[rest])
    private = "_private" if concern.group_id is None and names[rest] is not Visibility.OPEN else ""
    told = desk.toast(f"collect.made_{names[rest].value}{private}", number=number)
    return [told, *await redraws.single(desk, concern)]


async def category(desk: Desk, words: str) -> list[Outgoing]:
    """改类 12 服务民生; without a category, the six to choose from."""
    told = words.split()
    found = reading_of(desk, words, Numbered.CONCERN, Numbered.TOPIC)
    number = found.number
    if found.kind is Numbered.TOPIC:
        return await _topic_category(desk, number, found.rest.strip())
    concern = await desk.store.access.concern_to_sort(desk.who, desk.community.id, number, desk.now, "category")
    names = {desk.texts.term(c): c for c in ConcernCategory} | {c.value: c for c in ConcernCategory}
    asked = told[-1] if len(told) > 1 else ""
    if asked in names:
        return await _categorize(desk, concern, names[asked])
    if asked:
        every = desk.texts("contract.marks.list").join(desk.texts.term(c) for c in ConcernCategory)
        raise Refused("collect.unknown_category", categories=every)
    return [desk.answer("collect.which_category", concern_card.all_choices(desk.house, concern), number=number)]


async def _topic_category(desk: Desk, number: int, asked: str) -> list[Outgoing]:
    """改类 议题5 服务民生: a moderator puts a topic in another category."""
    await desk.store.access.require(desk.who, MODERATORS, desk.now, "category")
    topic = await desk.store.access.open_topic_head(desk.community.id, number)
    names = {desk.texts.term(c): c for c in ConcernCategory}
    if asked not in names:
        raise Refused("collect.unknown_category", categories=desk.texts("contract.marks.list").join(names))
    await desk.store.topics.set_category(topic.id, names[asked])
    return [desk.toast("topics.categorized", number=number, category=asked)]


async def pick_category(desk: Desk, words: str) -> list[Outgoing]:
    """A category's button."""
    number = number_of(desk, words, Numbered.CONCERN)
    concern = await desk.store.access.concern_to_sort(desk.who, desk.community.id, number, desk.now, "pick_category")
    return await _categorize(desk, concern, ConcernCategory(words.rsplit(maxsplit=1)[-1]))


async def _categorize(desk: Desk, concern: Concern, chosen: ConcernCategory) -> list[Outgoing]:
    await learn(desk, concern, chosen)
    await desk.store.concerns.set_category(concern, chosen)
    told = desk.toast("collect.categorized", number=concern.number, category=desk.texts.term(chosen))
    return [told, *await redraws.single(desk, concern)]


async def not_urgent(desk: Desk, words: str) -> list[Outgoing]:
    """不紧急: the author or a moderator takes the alarm off."""
    number = number_of(desk, words, Numbered.CONCERN)
    concern = await desk.store.access.concern_to_sort(desk.who, desk.community.id, number, desk.now, "not_urgent")
    await desk.store.concerns.set_urgent(concern, urgent=False)
    return [desk.toast("collect.made_not_urgent", number=number), *await redraws.single(desk, concern)]


async def status(desk: Desk, words: str) -> list[Outgoing]:
    """进度 12: where a concern stands and who acts next."""
    number = number_of(desk, words, Numbered.CONCERN)
    concern = await desk.store.access.concern_for(desk.who, desk.community.id, number, desk.now)
    lines = [desk.texts("collect.status_head", number=number, matter=concern_card.matter(concern.shown))]
    lines += await _standing(desk, concern)
    row = () if desk.chat.private else ((desk.button("second", "second", number),),)
    return [desk.answer_text("\n".join(lines), row, headed=True)]


async def _standing(desk: Desk, concern: Concern) -> list[str]:
    """Where a concern stands: with its topic, sent back, or waiting."""
    if concern.state is ConcernState.RETURNED:
        return [desk.texts("collect.status_returned"), desk.texts("topics.reason", reason=concern.reason)]
    topic = await desk.store.topics.by_id(concern.topic_id) if concern.topic_id else None
    if topic is not None:
        now = desk.texts("collect.status_in_topic", number=topic.number)
        return [now, *topic_card.card(desk.house, topic, desk.now).split("\n")[1:]]
    waits = "collect.status_now_waiting" if concern.category else "collect.status_now_unsorted"
    people = desk.texts("collect.status_people", count=concern.supporters)
    return [desk.texts(waits), people, desk.texts("collect.status_next")]


async def mine(desk: Desk, _words: str) -> list[Outgoing]:
    """我的说事: one's own, the newest first, in private."""
    found = await desk.store.concerns.of(desk.who.id, LISTED)
    if not found:
        return desk.private("collect.mine_none")
    count = await desk.store.concerns.count_of(desk.who.id)
    lines = [desk.texts("collect.mine_head", count=count), *[_line(desk, c) for c in found]]
    if count > len(found):
        lines.append(desk.texts("collect.mine_more", count=count - len(found)))
    row = tuple(desk.button("status_of", "status", c.number, number=c.number) for c in found[:3])
    return desk.private_text("\n".join(lines), (row,))


def _line(desk: Desk, concern: Concern) -> str:
    about, state = concern_card.matter(concern.text), concern_card.state(desk.house, concern)
    return desk.texts("collect.mine_line", number=concern.number, matter=about, state=state)
