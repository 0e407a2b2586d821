"""How a vote looks in the chat: its card, its buttons, its result, and the text to paste elsewhere."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from domain.errors import Refused
from domain.talk import Button, Chat, Poll
from domain.terms import Method, Secrecy, VoteKind, VoteState
from domain.vote_words import percent
from domain.voting import Choice
from handlers import owners_card
from handlers import pasted as pasting
from handlers.desk import House, Rows, Speaks
from models.people import CommunityFacts
from models.votes import VoteRecord

HEADLINE = 26
SHORT = 6
A_ROW = 3
NATIVE_POLLS = frozenset({"telegram"})
"""The channels that show a 表态 as a poll of their own, which counts by itself."""


def card_name(vote: VoteRecord) -> str:
    """Under which name the chat keeps the message that shows a vote."""
    return f"vote:{vote.number}"


def is_poll(vote: VoteRecord) -> bool:
    """Whether it is a 表态, which decides nothing."""
    return vote.kind is VoteKind.POLL


def native(vote: VoteRecord, chat: Chat) -> bool:
    """Whether the platform itself counts this vote there."""
    return is_poll(vote) and chat.channel in NATIVE_POLLS


def key(vote: VoteRecord, name: str) -> str:
    """The text of a name for this kind of vote: `vote.closed`, `vote.poll_closed`."""
    return f"vote.poll_{name}" if is_poll(vote) else f"vote.{name}"


@contextmanager
def about(vote: VoteRecord | None = None, **facts: object) -> Iterator[None]:
    """Let a refusal of the rules say which vote it is about, and what else its sentence needs."""
    try:
        yield
    except Refused as no:
        reason = key(vote, no.reason) if vote and no.reason == "closed" else f"vote.{no.reason}"
        reason = "slips.need_opening" if no.reason == "slips_need_opening" else reason
        number = {"number": vote.number} if vote else {}
        raise Refused(reason, **number, **facts, **no.facts) from None


def label(texts: Speaks, vote: VoteRecord) -> str:
    """What a vote says of itself, always (VOTING.md §1)."""
    return texts(_LABELS[vote.kind])


_LABELS = {
    VoteKind.POLL: "vote.label_poll",
    VoteKind.HOUSEHOLD: "vote.label_household",
    VoteKind.OWNERS: "owners.label",
}


def cut(text: str, most: int) -> str:
    """A text in at most so many characters, cut with … where it is longer."""
    return text if len(text) <= most else text[: most - 1] + "\u2026"


def headline(texts: Speaks, vote: VoteRecord, name: str = "vote.head") -> str:
    """Kind, number, and as much of the title as a headline has room for."""
    room = HEADLINE - len(texts(name, number=vote.number, title=""))
    return texts(name, number=vote.number, title=cut(vote.title, room))


def _whole(texts: Speaks, vote: VoteRecord, name: str) -> bool:
    return vote.title in headline(texts, vote, name)


def card(house: House, vote: VoteRecord, now: datetime, cast: int | None = None) -> str:
    """The card of an open vote. `cast` is how many voted by now; never what they chose."""
    cast = vote.cast if cast is None else cast
    texts, closes = house.texts, house.moment(vote.closes_at, now)
    if is_poll(vote):
        lines = [poll_question(house, vote, now)]
        return "\n".join([*lines, texts("vote.poll_cast", cast=cast)] if cast else lines)
    lines = [headline(texts, vote), *_detail(texts, vote)]
    if vote.kind is VoteKind.OWNERS:
        opens = house.moment(vote.opened_at, now) if now < vote.opened_at else ""
        lines += owners_card.lines(house, vote, cast, closes, opens, short=len(lines) > 1)
        return "\n".join([*lines, label(texts, vote)])
    said = f"vote.{vote.secrecy}" if vote.method is Method.SINGLE else f"vote.{vote.secrecy}_{vote.method}"
    secrecy = (said, "vote.secret_limits") if vote.secret else (said,)
    facts = {"closes": closes, "cast": cast, "total": vote.roll_size}
    lines += [texts(name) for name in secrecy]
    if vote.slips:
        lines[-len(secrecy)] = texts("slips.with_slips", said=lines[-len(secrecy)])
    return "\n".join([*lines, *_when(house, vote, now, facts, len(lines) > 1 + len(secrecy)), label(texts, vote)])


def _when(house: House, vote: VoteRecord, now: datetime, facts: Mapping[str, object], short: bool) -> list[str]:
    """Closing and turnout; before it starts, when that is. A long title or long options take a line, six must do."""
    if now < vote.opened_at:
        return [house.texts("vote.opens_and_closes", opens=house.moment(vote.opened_at, now), **facts)]
    names = ("vote.closes_and_cast",) if short else ("vote.closes", "vote.cast")
    return [house.texts(name, **facts) for name in names]


def _detail(texts: Speaks, vote: VoteRecord) -> list[str]:
    """What has no room in headline and buttons: the whole title, the options by their numbers."""
    options = _numbered(texts, vote) if _long(vote) else ""
    if options:
        return [texts("vote.detail", title=vote.title, options=options)]
    return [] if _whole(texts, vote, "vote.head") else [vote.title]


def _long(vote: VoteRecord) -> bool:
    return any(len(option) > SHORT for option in vote.options)


def _numbered(texts: Speaks, vote: VoteRecord) -> str:
    every = (texts("vote.place", place=place, option=option) for place, option in enumerate(vote.options, 1))
    return texts("vote.space").join(every)


def poll_question(house: House, vote: VoteRecord, now: datetime) -> str:
    """What a 表态 asks, with its label and its close."""
    texts = house.texts
    whole = [] if _whole(texts, vote, "vote.poll_head") else [vote.title]
    closes = texts("vote.poll_closes", closes=house.moment(vote.closes_at, now))
    return "\n".join([headline(texts, vote, "vote.poll_head"), *whole, label(texts, vote), closes])


def poll(house: House, vote: VoteRecord, now: datetime) -> Poll | None:
    """For the channels that have polls of their own; None for a 表决."""
    return Poll(poll_question(house, vote, now), vote.options, vote.closes_at) if is_poll(vote) else None


def rows(house: House, vote: VoteRecord, chosen: Choice = ()) -> Rows:
    """One button an option, with its own words; `chosen` only on a card that is one person's own."""
    labels = [option + _mark(house.texts, vote, chosen, place) for place, option in enumerate(vote.options)]
    buttons = [Button(words, "ballot", (str(vote.number), str(i))) for i, words in enumerate(labels, 1)]
    width = 1 if _long(vote) else A_ROW
    found = tuple(tuple(buttons[i : i + width]) for i in range(0, len(buttons), width))
    if is_poll(vote):
        return found
    may, how = (Button(house.texts(f"buttons.{name}"), verb, (str(vote.number),)) for name, verb in _ABOUT)
    return (*found, (may, how))


_ABOUT = (("may_i", "may_vote"), ("how_to_check", "how_to_check"))


def _mark(texts: Speaks, vote: VoteRecord, chosen: Choice, place: int) -> str:
    """The mark of an option that was chosen; in a ranking with its rank."""
    if place not in chosen:
        return ""
    rank = str(chosen.index(place) + 1) if vote.method is Method.RANKED else ""
    return texts("contract.marks.chosen") + rank


def chosen(texts: Speaks, vote: VoteRecord, choice: Choice) -> str:
    """A ballot in the options' own words; a ranking with its ranks."""
    if vote.method is Method.RANKED:
        return texts("vote.space").join(
            texts("vote.place", place=rank, option=vote.options[at]) for rank, at in enumerate(choice, 1)
        )
    return texts("vote.and").join(vote.options[at] for at in choice)


def closed_card(house: House, vote: VoteRecord, now: datetime) -> str:
    """The card of a vote that was counted: where the result is; no count, which comes in its own message."""
    head = headline(house.texts, vote, "vote.poll_head" if is_poll(vote) else "vote.head")
    name = "vote.card_withdrawn" if vote.state is VoteState.WITHDRAWN else "vote.card_closed"
    state = house.texts(name, closes=house.moment(vote.closes_at, now), number=vote.number)
    return "\n".join([head, state, label(house.texts, vote)])


def list_path(vote: VoteRecord) -> str:
    """Where on a community's pages the list of households is."""
    return f"ballot/{vote.number}/homes"


def public_list(house: House, community: CommunityFacts, vote: VoteRecord, name: str = "took_part") -> Rows:
    """Under a result with 实名公示: the button that opens the list, which names flats and so stays out of the group."""
    if vote.secrecy is not Secrecy.PUBLIC_LIST or not house.public_url:
        return ()
    url = f"{house.public_url}/c/{community.slug}/{list_path(vote)}"
    return ((Button(house.texts(f"buttons.{name}"), url=url),),)


def counts(texts: Speaks, vote: VoteRecord) -> str:
    """Each option's own words, at once followed by its count."""
    if vote.kind is VoteKind.OWNERS:
        return owners_card.pasted_counts(texts, vote)
    pairs = zip(vote.options, vote.counts or (), strict=True)
    each = [texts(key(vote, "count_apart" if o[-1:].isdigit() else "count"), option=o, count=n) for o, n in pairs]
    found = texts("vote.comma").join(each)
    return texts("vote.first_choices", counts=found) if vote.method is Method.RANKED else found


def turnout(texts: Speaks, vote: VoteRecord) -> str:
    """How many took part, of how many."""
    if is_poll(vote):
        return texts("vote.turnout_poll", cast=vote.cast)
    share = percent(vote.cast, vote.roll_size)
    name = "vote.turnout_owners" if vote.kind is VoteKind.OWNERS else "vote.turnout"
    return texts(name, total=vote.roll_size, cast=vote.cast, percent=share)


def result(house: House, vote: VoteRecord, now: datetime, ended: str = "vote.ended", *, late: bool = False) -> str:
    """The result of a counted vote. `ended` is how its close is told; `late`: the program was down then."""
    texts, closes = house.texts, house.moment(vote.closes_at, now)
    if vote.kind is VoteKind.OWNERS:
        return _owners_result(texts, vote)
    name = "vote.head_poll_result" if is_poll(vote) else "vote.head_result"
    found = counts(texts, vote)
    lines = [
        headline(texts, vote, name),
        found if _whole(texts, vote, name) else texts("vote.titled", title=vote.title, counts=found),
        texts(ended, turnout=turnout(texts, vote), closes=closes),
        *_winners(texts, vote),
    ]
    if late:
        lines.append(texts("vote.came_late", closes=closes))
    if vote.topic:
        lines.append(texts("vote.next_topic", topic=vote.topic))
    elif not is_poll(vote):
        lines.append(texts(f"vote.next_{vote.secrecy}", number=vote.number))
    return "\n".join([*lines, label(texts, vote)])


def _owners_result(texts: Speaks, vote: VoteRecord) -> str:
    assert vote.tally is not None
    reached = owners_card.reached(texts, vote.tally["cast"])
    room = HEADLINE - len(texts("owners.head_result", number=vote.number, title="", reached=reached))
    head = texts("owners.head_result", number=vote.number, title=cut(vote.title, max(room, SHORT)), reached=reached)
    end = texts("owners.label_result", label=label(texts, vote), platform=texts("owners.platform"))
    return "\n".join([head, *owners_card.result_lines(texts, vote), end])


def _winners(texts: Speaks, vote: VoteRecord) -> list[str]:
    """Whom a ranking elects, by both ways of counting it; several where they tie."""
    if vote.method is not Method.RANKED or not vote.cast or vote.tally is None:
        return []
    run_off, schulze = vote.tally["run_off"], vote.tally["schulze"]
    found = [texts("vote.and").join(vote.options[at] for at in each) for each in (run_off, schulze)]
    return [texts("vote.winners", run_off=found[0], schulze=found[1])]


def early_result(house: House, vote: VoteRecord, was: VoteRecord, now: datetime) -> str:
    """The result of a vote that a moderator closed before its time; `was` is the vote as it stood."""
    texts = house.texts
    head = "vote.head_poll_early" if is_poll(vote) else "vote.head_early"
    return "\n".join(
        [
            texts(head, number=vote.number),
            texts("vote.now_closed", closes=house.moment(vote.closes_at, now)),
            texts("vote.was_to_close", closes=house.moment(was.closes_at, now)),
            texts("vote.titled", title=vote.title, counts=_outcome(texts, vote)),
            turnout(texts, vote),
            label(texts, vote),
        ]
    )


def _outcome(texts: Speaks, vote: VoteRecord) -> str:
    """What came out, in one line: of a ranking whom it elects, else the counts."""
    return "".join(_winners(texts, vote)) or counts(texts, vote)


def pasted(house: House, vote: VoteRecord, community: str, slug: str) -> str:
    """The result as plain text for an ordinary WeChat group: at most 120 characters, kind and link in it."""
    texts = house.texts
    url = f"{house.public_url}/c/{slug}/votes/{vote.number}"
    link = texts("vote.paste_link", url=url) if house.public_url else ""
    facts = {"community": community, "label": label(texts, vote), "link": link}
    facts |= {"counts": _outcome(texts, vote), "turnout": turnout(texts, vote)}
    whole = texts(key(vote, "paste"), title=vote.title, **facts)
    if len(whole) <= pasting.PASTED:
        return whole
    if vote.kind is VoteKind.OWNERS:
        facts["turnout"] = owners_card.pasted_short(texts, vote)
    room = pasting.PASTED - len(texts(key(vote, "paste_short"), title="", **facts))
    return texts(key(vote, "paste_short"), title=cut(vote.title, max(room, 1)), **facts)


def pasted_open(house: House, vote: VoteRecord, community: CommunityFacts, now: datetime) -> str:
    """An open vote as plain text for an ordinary WeChat group: what, until when, of what kind, and where one votes."""
    name = key(vote, "paste_open")
    page = f"votes/{vote.number}" if is_poll(vote) else f"ballot/{vote.number}"
    link = pasting.link(house, community, f"{name}_link", page)
    facts = {"closes": house.moment(vote.closes_at, now), "label": label(house.texts, vote), "link": link}
    return pasting.fitted(house, name, "title", vote.title, community=community.name, **facts)
