"""How an owners' decision looks in the chat: the rule in words, what came, both readings (VOICE.md §3 and §4)."""

from collections.abc import Mapping
from typing import Any

from domain.rules import Profile, Share, profile_from
from domain.terms import Secrecy
from domain.vote_words import write_area
from handlers.desk import House, Speaks
from models.votes import VoteRecord


def rule(vote: VoteRecord) -> Profile:
    """The rule as it was when the vote opened."""
    return profile_from(vote.snapshot["rule"])


def share(texts: Speaks, given: Share) -> str:
    """A threshold in words: 三分之二, 过半数."""
    name = _SHARES.get((given.numerator, given.denominator, given.strict), "owners.share_other")
    return texts(name, numerator=given.numerator, denominator=given.denominator)


_SHARES = {
    (2, 3, False): "owners.share_two_thirds",
    (3, 4, False): "owners.share_three_quarters",
    (1, 2, True): "owners.share_more_than_half",
    (1, 1, False): "owners.share_all",
}


def rule_words(texts: Speaks, profile: Profile) -> str:
    """The rule in one line: 人数和面积都要：三分之二参加，参加的四分之三赞同."""
    assert profile.quorum is not None
    assert profile.consent is not None
    if profile.of_everybody:
        return texts("owners.rule_unanimous")
    return texts("owners.rule", quorum=share(texts, profile.quorum), consent=share(texts, profile.consent))


def lines(house: House, vote: VoteRecord, cast: int, closes: str, opens: str, *, short: bool) -> list[str]:
    """The card's facts; `opens` is empty once ballots are taken, `short` where a long title needs a line."""
    texts = house.texts
    name = "owners.opens_and_closes" if opens else "vote.closes"
    facts = {"cast": cast, "total": vote.roll_size, "closes": closes, "opens": opens}
    counts = ["owners.closes_and_cast"] if short and not opens else [name, "owners.cast"]
    name = "owners.public_list" if vote.secrecy is Secrecy.PUBLIC_LIST else "owners.roll_call"
    first = texts(f"{name}_follow" if vote.snapshot.get("clause") else name)
    first = texts("slips.with_slips_owners", said=first) if vote.slips else first
    return [first, rule_words(texts, rule(vote)), *[texts(each, **facts) for each in counts]]


def result_lines(texts: Speaks, vote: VoteRecord) -> list[str]:
    """What the result says between its headline and its label: at most four lines."""
    cast: Mapping[str, Any] = vote.tally["cast"] if vote.tally else {}
    profile = rule(vote)
    assert profile.quorum is not None
    assert profile.consent is not None
    if not cast["quorum"]:
        found = _needed(texts, "quorum", profile.quorum, cast["participating"], cast["total"])
        return [*found, _answers(texts, cast)]
    whole = cast["total"] if profile.of_everybody else cast["participating"]
    found = [_turnout(texts, cast, share(texts, profile.quorum))]
    found += _needed(texts, "consent", profile.consent, cast["in_favour"], whole)
    deemed = vote.tally["deemed"] if vote.tally else None
    return [*found, _deemed(texts, deemed) if deemed else _rest(texts, cast)]


def reached(texts: Speaks, reading: Mapping[str, Any]) -> str:
    """达到 or 未达到."""
    return texts("owners.reached" if reading["passed"] else "owners.not_reached")


def _amount(amount: Mapping[str, int]) -> dict[str, object]:
    return {"heads": amount["heads"], "area": write_area(amount["area"])}


def _turnout(texts: Speaks, cast: Mapping[str, Any], words: str) -> str:
    total = {f"total_{name}": value for name, value in _amount(cast["total"]).items()}
    return texts("owners.turnout", share=words, **total, **_amount(cast["participating"]))


def _needed(texts: Speaks, name: str, given: Share, part: Mapping[str, int], whole: Mapping[str, int]) -> list[str]:
    """Heads and area each have their line: the threshold, the least that would do, what came."""
    words = share(texts, given)
    heads = {"share": words, "least": given.least(whole["heads"]), "got": part["heads"]}
    least = given.least(whole["area"])
    area = {"share": words, "got": write_area(part["area"])}
    area["least"] = write_area(least - 1 if given.strict else least)
    over = "_over" if given.strict else ""
    return [texts(f"owners.{name}_heads", **heads), texts(f"owners.{name}_area{over}", **area)]


def _answers(texts: Speaks, cast: Mapping[str, Any]) -> str:
    consent = texts("owners.in_favour", **_amount(cast["in_favour"]))
    return texts("vote.comma").join([consent, _rest(texts, cast)])


def _rest(texts: Speaks, cast: Mapping[str, Any]) -> str:
    parts = [texts("owners.against", **_amount(cast["against"]))]
    parts.append(texts("owners.abstaining", **_amount(cast["abstaining"])))
    if cast["disputed"]:
        parts.append(texts("owners.disputed", count=len(cast["disputed"])))
    return texts("vote.comma").join(parts)


def _deemed(texts: Speaks, deemed: Mapping[str, Any]) -> str:
    return texts("owners.deemed", reached=reached(texts, deemed))


def all_numbers(texts: Speaks, vote: VoteRecord, label: str) -> str:
    """Both readings in full, the rule with its source, and what follows."""
    tally: Mapping[str, Any] = vote.tally or {}
    found = [texts("owners.numbers_head", number=vote.number, title=vote.title)]
    found += _reading(texts, "owners.reading_cast", tally["cast"], vote)
    if tally["deemed"]:
        found += _reading(texts, "owners.reading_deemed", tally["deemed"], vote)
    found.append(texts("owners.source", rule=rule_words(texts, rule(vote)), citation=rule(vote).citation))
    return "\n".join([*found, texts("owners.follows"), label])


def _reading(texts: Speaks, name: str, reading: Mapping[str, Any], vote: VoteRecord) -> list[str]:
    head = texts(name, reached=reached(texts, reading), clause=str(vote.snapshot.get("clause", "")))
    total = {f"total_{key}": value for key, value in _amount(reading["total"]).items()}
    part = texts("owners.took_part", **total, **_amount(reading["participating"]))
    return [head, part, _answers(texts, reading)]


def took_part(texts: Speaks, vote: VoteRecord) -> str:
    """How many heads and how much area took part, of how many and how much."""
    cast: Mapping[str, Any] = vote.tally["cast"] if vote.tally else {}
    total = {f"total_{key}": value for key, value in _amount(cast["total"]).items()}
    return texts("owners.took_part", **total, **_amount(cast["participating"]))


def pasted_short(texts: Speaks, vote: VoteRecord) -> str:
    """The result in the fewest words, where a text to paste has no room for the numbers."""
    return texts("owners.pasted_short", reached=reached(texts, vote.tally["cast"] if vote.tally else {}))


def pasted_counts(texts: Speaks, vote: VoteRecord) -> str:
    """The result in a few words, for a text to paste."""
    cast: Mapping[str, Any] = vote.tally["cast"] if vote.tally else {}
    return texts("owners.pasted", reached=reached(texts, cast), **_amount(cast["in_favour"]))
