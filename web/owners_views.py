"""An owners' decision as its page shows it: verdict, threshold bars for heads and area, every number.

Shapes are BOARD.md section 3. No percent stands beside a threshold: it is said in words, then the least that would do,
then what came (VOICE.md section 4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.rules import Share
from domain.vote_words import write_area
from models.board import VoteFacts
from web.views import Words

MARKED = (50, 67, 75, 100)
"""Where the style sheet can put the words under a mark, in hundredths of a bar."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar: which side it stands for, where it begins and how wide it is, in hundredths."""

    side: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bar with a mark. `need` says the threshold in words, `came` what came, `close` how near it was if it was.

    `at`: where the words stand under the mark; empty where they take a line of their own. `share` and `needed` are
    what came and the mark in thousandths, for paper.
    """

    name: str
    came: str
    pieces: tuple[Piece, ...]
    mark: str
    at: str
    need: str
    close: str
    short: bool
    share: int
    needed: int


@dataclass(frozen=True, slots=True)
class Question:
    """Whether enough took part, or enough agreed: by heads and by area, which must both do."""

    title: str
    what: str
    bars: tuple[Threshold, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class OwnersView:
    """The result. `rows` are name, heads, area; `deemed` what the other reading says, where the rules allow one."""

    verdict: str
    met: bool
    questions: tuple[Question, ...]
    rows: tuple[tuple[str, str, str], ...]
    deemed: tuple[str, ...]
    source: str
    label: str


Sides = Sequence[tuple[str, int]]
UNITS = ("heads", "area")
SIDES = ("in_favour", "against", "abstaining")


def result(facts: VoteFacts, words: Words) -> OwnersView | None:
    """The result of an owners' decision, once it is counted."""
    rule = facts.rule
    if facts.tally is None or rule is None or rule.quorum is None or rule.consent is None:
        return None
    cast: Mapping[str, Any] = facts.tally["cast"]
    whole = cast["total"] if rule.of_everybody else cast["participating"]
    return OwnersView(
        _verdict(cast, words),
        cast["passed"],
        (
            _quorum(cast, rule.quorum, words),
            _consent(cast, rule.consent, whole, words, everybody=rule.of_everybody),
        ),
        _rows(cast, words),
        _deemed(facts, words),
        rule.citation and words("board.owners_source", citation=rule.citation),
        words("owners.label_result", label=words("owners.label"), platform=words("owners.platform")),
    )


def in_favour(facts: VoteFacts, words: Words) -> str:
    """The result in a few words: the verdict, and who was in favour."""
    if facts.tally is None:
        return ""
    cast: Mapping[str, Any] = facts.tally["cast"]
    amount = {unit: _written(unit, cast["in_favour"][unit], words) for unit in UNITS}
    return words("board.owners_in_favour", verdict=_verdict(cast, words), **amount)


def _verdict(reading: Mapping[str, Any], words: Words) -> str:
    return words("board.owners_met" if reading["passed"] else "board.owners_not_met")


def _quorum(cast: Mapping[str, Any], share: Share, words: Words) -> Question:
    part, total = cast["participating"], cast["total"]
    bars = tuple(
        _threshold(f"board.owners_quorum_{unit}", unit, share, total[unit], (("full", part[unit]),), words)
        for unit in UNITS
    )
    amount = {unit: _written(unit, total[unit], words) for unit in UNITS}
    what = words("board.owners_quorum_what", share=share_words(share, words), **amount)
    return Question(words("board.owners_quorum"), what, bars, _both(bars, words))


def _consent(
    cast: Mapping[str, Any], share: Share, whole: Mapping[str, int], words: Words, *, everybody: bool
) -> Question:
    bars = []
    for unit in UNITS:
        sides = [(name, cast[side][unit]) for name, side in zip(("full", "against", "abstain"), SIDES, strict=True)]
        name = f"board.owners_consent_{unit}"
        bars.append(_threshold(name, unit, share, whole[unit], sides, words))
    name = "board.owners_consent_everybody" if everybody else "board.owners_consent_what"
    what = words(name, share=share_words(share, words))
    return Question(words("board.owners_consent"), what, tuple(bars), _both(tuple(bars), words))


def _both(bars: Sequence[Threshold], words: Words) -> str:
    short = sum(bar.short for bar in bars)
    return words({0: "board.owners_both", 1: "board.owners_one"}.get(short, "board.owners_neither"))


def _threshold(name: str, unit: str, share: Share, whole: int, sides: Sides, words: Words) -> Threshold:
    at, pieces, came = 0, [], sides[0][1]
    for side, count in sides:
        pieces.append(Piece(side, _part(at, whole), _part(count, whole)))
        at += count
    place = round(100 * share.numerator / share.denominator)
    return Threshold(
        words(name),
        words("board.owners_came", amount=_written(unit, came, words)),
        tuple(pieces),
        _part(share.numerator, share.denominator),
        str(place) if place in MARKED else "",
        _need(unit, share, whole, words),
        _close(unit, share.least(whole) - came, words, strict=share.strict),
        not share.met(came, whole),
        1000 * came // whole if whole else 0,
        1000 * share.numerator // share.denominator,
    )


def _need(unit: str, share: Share, whole: int, words: Words) -> str:
    least = share.least(whole)
    if unit == "area" and share.strict:
        return words("board.owners_need_over", amount=_written(unit, least - 1, words))
    return words("board.owners_need", share=share_words(share, words), amount=_written(unit, least, words))


def _close(unit: str, gap: int, words: Words, *, strict: bool) -> str:
    if gap > 0:
        return words("board.owners_short", gap=_written(unit, gap, words))
    return "" if gap or strict else words("board.owners_exactly")


def _part(part: int, whole: int) -> str:
    """A part of a whole in hundredths, for a bar: exact enough to be drawn, never read."""
    return f"{100 * part / whole:.2f}%" if whole else "0%"


def _written(unit: str, amount: int, words: Words) -> str:
    return words("board.people", count=amount) if unit == "heads" else words("board.area", area=write_area(amount))


def _both_written(amount: Mapping[str, int], words: Words) -> tuple[str, str]:
    return _written("heads", amount["heads"], words), _written("area", amount["area"], words)


def share_words(share: Share, words: Words) -> str:
    """A threshold in words."""
    name = _SHARES.get((share.numerator, share.denominator, share.strict), "owners.share_other")
    return words(name, numerator=share.numerator, denominator=share.denominator)


_SHARES = {
    (2, 3, False): "owners.share_two_thirds",
    (3, 4, False): "owners.share_three_quarters",
    (1, 2, True): "owners.share_more_than_half",
    (1, 1, False): "owners.share_all",
}


def _rows(reading: Mapping[str, Any], words: Words) -> tuple[tuple[str, str, str], ...]:
    names = {
        "total": "board.total",
        "participating": "board.took_part",
        "in_favour": "board.in_favour",
        "against": "board.against",
        "abstaining": "board.abstaining",
    }
    rows = [(words(key), *_both_written(reading[name], words)) for name, key in names.items()]
    if reading["disputed"]:
        rest = {unit: reading["participating"][unit] - sum(reading[side][unit] for side in SIDES) for unit in UNITS}
        rows.append((words("board.owners_disputed"), *_both_written(rest, words)))
    return tuple(rows)


def _deemed(facts: VoteFacts, words: Words) -> tuple[str, ...]:
    """The reading in which those who were silent follow the majority, by the clause that says so."""
    deemed: Mapping[str, Any] | None = facts.tally["deemed"] if facts.tally else None
    if not deemed:
        return ()
    rows = [
        words("board.owners_row", name=name, heads=heads, area=area) for name, heads, area in _rows(deemed, words)[1:5]
    ]
    return (words("board.owners_deemed", clause=facts.clause, verdict=_verdict(deemed, words)), *rows)
