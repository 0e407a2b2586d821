"""2 梳理议题: concerns become topics; merged, parted, sent back with a reason, undone. Everyone concerned is told."""

import re
from collections.abc import Mapping, Sequence

from domain.drafts import Draft
from domain.errors import Refused
from domain.talk import Outgoing
from domain.terms import ConcernCategory, ConcernState, Numbered, SortAct, Step, TopicState, Visibility
from handlers import concern_card, likeness, redraws, topic_card
from handlers.desk import Desk, Rows
from handlers.numbers import number_of, reading_of
from models.concerns import Concern
from models.sorting import Sorted
from models.told import Places
from models.topics import TopicFacts

LOOKED_AT = 200
DRAFTED = 3
NAMED = 4
TITLE = 20
WORDS = 3
_BAR = re.compile(r"[｜|]")


async def sort(desk: Desk, _words: str) -> list[Outgoing]:
    """梳理: what waits, brought together as it seems to belong; a proposal, nothing is merged yet."""
    waiting = await desk.store.sorting.waiting(desk.community.id, LOOKED_AT)
    if not waiting:
        return desk.private("sort.none")
    by_number = {concern.number: concern for concern in waiting}
    drafts = await desk.house.understanding.sort([(c.number, likeness.drawn(desk, c)) for c in waiting])
    together = {number for draft in drafts for number in draft.ids}
    groups = [*drafts, *[Draft((number,), ()) for number in by_number if number not in together]]
    lines = [desk.texts("sort.head", count=len(waiting), topics=len(groups))]
    lines += [_draft(desk, place, draft, by_number) for place, draft in enumerate(groups[:DRAFTED], 1)]
    lines.append(desk.texts("sort.next"))
    return desk.private_text("\n".join(lines), _draft_rows(desk, [draft.ids for draft in groups[:DRAFTED]]))


def _draft(desk: Desk, place: int, draft: Draft[int], known: Mapping[int, Concern]) -> str:
    """One draft: named by the words that its concerns share, which are why they stand together; alone by its own."""
    numbers = _numbers(desk, draft.ids)
    if len(draft.ids) > 1:
        words = desk.texts("contract.marks.list").join(draft.words[:WORDS])
        return desk.texts("sort.draft_together", place=place, words=words, numbers=numbers)
    about = concern_card.matter(known[draft.ids[0]].text, TITLE)
    return desk.texts("sort.draft", place=place, matter=about, numbers=numbers)


def _numbers(desk: Desk, numbers: Sequence[int]) -> str:
    named = desk.texts("contract.marks.list").join(f"#{number}" for number in numbers[:NAMED])
    return named if len(numbers) <= NAMED else desk.texts("sort.and_others", numbers=named, count=len(numbers))


def _draft_rows(desk: Desk, groups: Sequence[Sequence[int]]) -> Rows:
    topic = desk.texts.term(Numbered.CONCERN)
    made = tuple(
        desk.button("make_topic", "merge", *[f"{topic}{n}" for n in numbers], place=place)
        for place, numbers in enumerate(groups, 1)
    )
    look = tuple(desk.button("look_at", "sort_one", numbers[0], number=numbers[0]) for numbers in groups)
    return made, look


async def one(desk: Desk, words: str) -> list[Outgoing]:
    """A concern opened from 待办 or 梳理: its words, and the buttons for what may be done with it."""
    number = number_of(desk, words, Numbered.CONCERN)
    concern = await desk.store.access.concern_for(desk.who, desk.community.id, number, desk.now)
    lines = [desk.texts("sort.one", number=number, text=concern_card.matter(concern.text, 200))]
    lines.append(desk.texts("sort.one_said", moment=desk.moment(concern.said_at), count=concern.supporters))
    asked, alone = likeness.drawn(desk, concern), concern.topic_id is None
    like = await likeness.like_topics(desk, asked) if alone else []
    lines += [desk.texts("sort.one_like", number=topic.number, title=topic.title) for topic in like]
    ended = await likeness.like_topics(desk, asked, TopicState.PUBLISHED) if alone else []
    lines += [desk.texts("topics.precedent", number=topic.number, title=topic.title) for topic in ended]
    kind = desk.texts.term(Numbered.CONCERN)
    first = (desk.button("single_topic", "merge", number), desk.button("send_back", "send_back", f"{kind}{number}"))
    into = tuple(desk.button("into_topic", "merge", number, topic.number, number=topic.number) for topic in like)
    change = (desk.button("recategorize", "category", number),)
    urgent = (desk.button("not_urgent", "not_urgent", number),) if concern.urgent else ()
    looked = (desk.button("release", "release", number),) if concern.held else ()
    lines += [desk.texts("sort.one_held")] if concern.held else []
    rows = (first, *([into] if into else []), (*change, *urgent, *looked))
    return desk.private_text("\n".join(lines), rows if concern.topic_id is None else ((looked,) if looked else ()))


async def release(desk: Desk, words: str) -> list[Outgoing]:
    """可以公开 12: a moderator looked at what was held back; it is public now. Raises Refused: sort.not_held."""
    number = number_of(desk, words, Numbered.CONCERN)
    concern = await desk.store.access.concern_for(desk.who, desk.community.id, number, desk.now)
    if not await desk.store.concerns.release(concern):
        raise Refused("sort.not_held", number=number)
    return [desk.toast("sort.released", number=number), *await redraws.single(desk, concern)]


async def merge(desk: Desk, words: str) -> list[Outgoing]:
    """合并 12 5 (a concern into a topic), 合并 12 说事15 (into a new one), 合并 议题7 5 (a topic into a topic); ｜题目.

    Raises Refused: refused.no_concern, refused.no_topic, steps.over, sort.sorted_already, sort.which_concern.
    """
    line, _, title = _BAR.sub("｜", words, count=1).partition("｜")
    concerns, topics = _kinds(desk, line)
    into, folded = await _topics(desk, topics)
    every = await _concerns(desk, concerns, [known.id for known in (*folded, *([into] if into else []))])
    _free(every, concerns)
    moving = [concern for concern in every if into is None or concern.topic_id != into.id]
    if not moving:
        raise Refused("sort.which_concern", number=topics[-1])
    topic = into or await desk.store.topics.make(*_new(desk, moving, title), desk.who.id, desk.now)
    await _move(desk, SortAct.MERGE, moving, topic, [source.id for source in folded], title.strip() if into else "")
    desk.about("topic", topic.number)
    return await _merged(desk, await desk.store.topics.grown(topic.id, every), moving)


async def _topics(desk: Desk, numbers: Sequence[int]) -> tuple[TopicFacts | None, list[TopicFacts]]:
    """The topic that others go into (the last one named), and those that do. Raises Refused as `open_topic`."""
    if not numbers:
        return None, []
    found = await desk.store.access.open_topic_heads(desk.community.id, numbers)
    folded = [found[number] for number in dict.fromkeys(numbers[:-1]) if number != numbers[-1]]
    for source in folded:
        _still_sorting(source)
    return found[numbers[-1]], folded


def _kinds(desk: Desk, line: str) -> tuple[list[int], list[int]]:
    """The numbers of the line by kind: a bare one is a concern where it stands first, a topic after it."""
    concerns: list[int] = []
    topics: list[int] = []
    rest = line
    while rest.strip() or not (concerns or topics):
        bare = Numbered.TOPIC if concerns or topics else Numbered.CONCERN
        found = reading_of(desk, rest, bare, Numbered.CONCERN, Numbered.TOPIC)
        (concerns if found.kind is Numbered.CONCERN else topics).append(found.number)
        rest = found.rest
    return concerns, topics


async def _concerns(desk: Desk, numbers: Sequence[int], topics: Sequence[int] = ()) -> list[Concern]:
    """The concerns of these numbers, and all of these topics."""
    found: list[Concern] = await desk.store.sorting.concerns(desk.community.id, numbers, topics)
    missing = set(numbers) - {concern.number for concern in found}
    if missing:
        raise Refused("refused.no_concern", number=min(missing))
    return found


def _free(concerns: Sequence[Concern], numbers: Sequence[int]) -> None:
    """A concern that stands in a topic is taken out of that one first."""
    for concern in concerns:
        if concern.topic_id is not None and concern.number in numbers:
            raise Refused("sort.sorted_already", number=concern.number)


def _new(desk: Desk, found: Sequence[Concern], title: str) -> tuple[int, str, ConcernCategory]:
    """A new topic's community, title and category: its first public concern's words, else the category's name alone."""
    first = found[0]
    open_ = [c for c in found if c.visibility is not Visibility.MODERATORS and not c.held]
    categories = [c.category or c.guess for c in found]
    category = max(categories, key=categories.count)
    untold = desk.texts("sort.untold", category=desk.texts.term(category))
    own = concern_card.matter(open_[0].shown, TITLE) if open_ else untold
    return first.community_id, title.strip() or own, category


async def _move(
    desk: Desk,
    act: SortAct,
    moving: Sequence[Concern],
    topic: TopicFacts,
    folding: Sequence[int] = (),
    title: str = "",
) -> None:
    """Link concerns to a topic (`MERGE`) or take them out of it, and write it into the merge log."""
    to = topic.id if act is SortAct.MERGE else None
    moves = tuple((concern.id, concern.topic_id, to) for concern in moving)
    if not await desk.store.sorting.move(moving, to):
        raise Refused("sort.sorted_already", number=moving[0].number)
    for concern in moving:
        concern.topic_id, concern.state, concern.reason = to, ConcernState.OPEN, ""
    folded = tuple(await desk.store.sorting.fold(folding, to, title)) if to is not None else ()
    left = {source for _, source, _ in moves if source is not None} - set(folding)
    if left:
        await desk.store.sorting.settle(left)
    done = Sorted(0, act, topic.id, moves, folded, desk.now)
    await desk.store.sorting.note(desk.community.id, act, desk.who.id, done)


async def _merged(desk: Desk, now: TopicFacts, moved: Sequence[Concern]) -> list[Outgoing]:
    found = await redraws.places(desk, now)
    out = [topic_card.shown(desk, now), *redraws.drawn(desk.house, now, desk.now, found)]
    for concern in moved:
        text = desk.texts("sort.told_merged", number=concern.number, topic=now.number, title=now.title)
        out += _told(desk, found, concern, text, topic_card.card_name(now))
    row = (desk.button("undo", "undo"), desk.button("decide", "decide", now.number))
    told = desk.answer_text(desk.texts("sort.merged", topic=now.number, count=len(now.parts)), (row,))
    return [*out, told]


def _told(desk: Desk, found: Places, concern: Concern, text: str, about: str = "") -> list[Outgoing]:
    """To the author of a concern, where they can be reached."""
    chat = found.authors.get(concern.id)
    return [desk.tell(chat, text, about=about)] if chat else []


async def split(desk: Desk, words: str) -> list[Outgoing]:
    """拆分 12: a concern leaves its topic and stands alone again. Raises Refused: sort.alone, steps.over."""
    number = number_of(desk, words, Numbered.CONCERN)
    concern = (await _concerns(desk, [number]))[0]
    topic = await desk.store.topics.head_by_id(concern.topic_id) if concern.topic_id else None
    if topic is None:
        raise Refused("sort.alone", number=number)
    _still_sorting(topic)
    await _move(desk, SortAct.SPLIT, [concern], topic)
    return await _apart(desk, topic, [concern], desk.toast("sort.split", number=number, topic=topic.number))


def _still_sorting(topic: TopicFacts) -> None:
    """What a session is to talk about stays as it was put on it."""
    if topic.state is TopicState.PUBLISHED:
        raise Refused("steps.over", number=topic.number)
    if topic.step >= Step.DELIBERATE:
        raise Refused("sort.too_late", number=topic.number)


async def _apart(desk: Desk, topic: TopicFacts, back: Sequence[Concern], told: Outgoing) -> list[Outgoing]:
    """Tell that concerns stand alone again: the speaker, the authors, the cards of topic and concerns."""
    now = await desk.store.topics.by_id(topic.id)
    every = [*[part.id for part in now.parts], *[concern.id for concern in back]]
    found = await desk.store.told.places(desk.community.id, every)
    out = [told, *redraws.drawn(desk.house, now, desk.now, found)]
    out += redraws.parts_drawn(desk.house, None, [one for one in back if not desk.store.topics.hidden(one)], found)
    for concern in back:
        text = desk.texts("sort.told_apart", number=concern.number, topic=topic.number)
        out += _told(desk, found, concern, text, topic_card.card_name(topic))
    return out


async def undo(desk: Desk, _words: str) -> list[Outgoing]:
    """撤销: takes back one's own last 合并, 拆分 or 退回. Raises Refused: sort.nothing_to_undo, sort.moved_on."""
    done = await desk.store.sorting.last(desk.community.id, desk.who.id)
    if done is None:
        raise Refused("sort.nothing_to_undo")
    topic = await desk.store.topics.head_by_id(done.topic) if done.topic else None
    if topic is not None and topic.step > Step.SORT:
        raise Refused("sort.too_late", number=topic.number)
    concerns = await desk.store.sorting.undo(done, desk.now)
    if concerns is None:
        raise Refused("sort.moved_on")
    told = desk.toast(
        "sort.undone", act=desk.texts.term(done.act), numbers=_numbers(desk, [c.number for c in concerns])
    )
    if topic is None:
        return [told, *await redraws.single(desk, concerns[0])]
    back = [concern for concern in concerns if concern.topic_id is None]
    return await _apart(desk, topic, back, told)


async def send_back(desk: Desk, words: str) -> list[Outgoing]:
    """退回 说事12 原因: a concern becomes no topic; its author is told why. Without a reason it is asked for."""
    found = reading_of(desk, words, Numbered.CONCERN)
    number, reason = found.number, found.rest.lstrip("｜| ").strip()
    concern = (await _concerns(desk, [number]))[0]
    if concern.topic_id is not None or concern.state is ConcernState.RETURNED:
        raise Refused("sort.sorted_already", number=number)
    if not reason:
        return await desk.ask("send_back_why", {"number": number}, "sort.ask_reason")
    await desk.store.people.forget_question(desk.who.id)
    if not await desk.store.sorting.send_back(concern, reason):
        raise Refused("sort.sorted_already", number=number)
    done = Sorted(0, SortAct.SEND_BACK, None, ((concern.id, None, None),), (), desk.now)
    await desk.store.sorting.note(desk.community.id, SortAct.SEND_BACK, desk.who.id, done, reason)
    concern.state, concern.reason = ConcernState.RETURNED, reason
    found = await desk.store.told.places(desk.community.id, [concern.id])
    text = desk.texts("sort.told_sent_back", number=number, reason=reason)
    out = [desk.toast("sort.sent_back", number=number), *_told(desk, found, concern, text)]
    return [*out, *redraws.parts_drawn(desk.house, None, [concern], found)]


async def send_back_why(desk: Desk, words: str) -> list[Outgoing]:
    """The reason that 退回 asked for."""
    if desk.dialogue is None:
        raise Refused("help.old_button")
    return await send_back(desk, f"{desk.texts.term(Numbered.CONCERN)}{desk.dialogue.facts['number']} {words}")
