"""A vote's result as a picture (BOARD.md): the same words and numbers as its text, beside which it always stands."""

from collections.abc import Mapping
from typing import Any

from domain.rules import Share
from domain.talk import Bar, Picture
from domain.terms import Method, VoteKind
from domain.vote_words import write_area
from handlers import owners_card, vote_card
from handlers.desk import House, Speaks
from models.people import CommunityFacts
from models.votes import VoteRecord

MOST = 6
"""Bars that have room; one fewer where a line stands above them."""
WHOLE = 1000


def of(house: House, community: CommunityFacts, vote: VoteRecord) -> Picture:
    """The picture of a counted vote."""
    texts = house.texts
    owners = vote.kind is VoteKind.OWNERS
    bars = _owners(texts, vote) if owners else _options(texts, vote)
    took_part = _took_part(texts, vote)
    room = MOST - 1 if took_part else MOST
    name = "picture.head_poll" if vote_card.is_poll(vote) else "picture.head"
    url = f"{house.public_url}/c/{community.slug}/votes/{vote.number}" if house.public_url else ""
    return Picture(
        head=texts(name, community=community.name, number=vote.number),
        title=vote.title,
        verdict=owners_card.pasted_short(texts, vote) if owners else vote_card.turnout(texts, vote),
        took_part=took_part,
        bars=bars[:room],
        label=vote_card.label(texts, vote),
        more=texts("picture.more", count=len(bars) - room) if len(bars) > room else "",
        link=url,
    )


def _took_part(texts: Speaks, vote: VoteRecord) -> str:
    """Beside an owners' verdict who took part; beside a ranking what its bars count."""
    if vote.kind is VoteKind.OWNERS:
        return owners_card.took_part(texts, vote)
    return texts("picture.first_choices") if vote.method is Method.RANKED else ""


def _options(texts: Speaks, vote: VoteRecord) -> tuple[Bar, ...]:
    """One bar an option, of all who took part."""
    name = "picture.people" if vote_card.is_poll(vote) else "picture.households"
    pairs = zip(vote.options, vote.counts or (), strict=True)
    return tuple(Bar(option, texts(name, count=count), _of(count, vote.cast)) for option, count in pairs)


def _of(part: int, whole: int) -> int:
    return min(WHOLE, WHOLE * part // whole) if whole else 0


def _owners(texts: Speaks, vote: VoteRecord) -> tuple[Bar, ...]:
    """Heads and area, each with the mark that it had to reach: of those for it, or of those taking part if too few."""
    cast: Mapping[str, Any] = vote.tally["cast"] if vote.tally else {}
    rule = owners_card.rule(vote)
    name, given, part, whole = "quorum", rule.quorum, cast["participating"], cast["total"]
    if cast["quorum"]:
        name, given, part = "consent", rule.consent, cast["in_favour"]
        whole = cast["total"] if rule.of_everybody else cast["participating"]
    assert given is not None
    return _heads(texts, name, given, part, whole), _area(texts, name, given, part, whole)


def _heads(texts: Speaks, name: str, given: Share, part: Mapping[str, int], whole: Mapping[str, int]) -> Bar:
    got, least = part["heads"], given.least(whole["heads"])
    need = texts("picture.need_heads", share=owners_card.share(texts, given), least=least)
    written = texts("picture.got_heads", got=got)
    marks = _of(got, whole["heads"]), _of(least, whole["heads"])
    return Bar(texts(f"picture.heads_{name}"), written, marks[0], need, marks[1])


def _area(texts: Speaks, name: str, given: Share, part: Mapping[str, int], whole: Mapping[str, int]) -> Bar:
    got, least = part["area"], given.least(whole["area"])
    facts = {"share": owners_card.share(texts, given), "least": write_area(least - 1 if given.strict else least)}
    need = texts("picture.need_area_over" if given.strict else "picture.need_area", **facts)
    written = texts("picture.got_area", got=write_area(got))
    return Bar(texts(f"picture.area_{name}"), written, _of(got, whole["area"]), need, _of(least, whole["area"]))
