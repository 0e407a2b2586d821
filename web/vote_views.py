"""Votes as pages show them: the label word for word, turnout while they are open, counts once they are closed.

Wording is VOICE.md section 4, the labels VOTING.md section 1, shapes BOARD.md section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.terms import Method, Secrecy, VoteKind
from models.board import VoteFacts
from web import owners_views
from web.owners_views import OwnersView
from web.views import Place, Words

BAR_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Bar:
    """An option with its count, and how much of a track of `BAR_SIZE` it fills."""

    option: str
    count: str
    width: int


@dataclass(frozen=True, slots=True)
class VoteView:
    """A vote on a page. Before the close nothing but its turnout is in here.

    `homes`, `homes_url`: the words and the address of the list of households, once there is one; `public_list`: it is
    open to everybody.
    """

    number: int
    name: str
    title: str
    url: str
    kind: str
    secrecy: str
    secrecy_how: str
    label: str
    open: bool
    turnout: str
    ends: str
    options: tuple[str, ...]
    bars: tuple[Bar, ...]
    counts: str
    totals: tuple[tuple[str, str], ...]
    scale: str
    badge: str
    withdrawn: bool
    starts: str = ""
    matter: str = ""
    method: str = ""
    winners: str = ""
    owners: OwnersView | None = None
    homes: str = ""
    homes_url: str = ""
    public_list: bool = False


@dataclass(frozen=True, slots=True)
class _Unit:
    """What a kind of vote counts, as keys of texts; `kind` is empty where the name says it all."""

    name: str
    kind: str
    label: str
    number: str
    count: str
    turnout: str
    took_part: str
    scale: str


_UNITS = {
    VoteKind.POLL: _Unit(
        "board.poll_name",
        "",
        "board.label_poll",
        "board.people",
        "board.count_poll",
        "board.turnout_poll",
        "board.took_part_poll",
        "board.bars_poll",
    ),
    VoteKind.HOUSEHOLD: _Unit(
        "board.vote",
        "board.household",
        "board.label_household",
        "board.households",
        "board.count_household",
        "board.turnout_household",
        "board.took_part_household",
        "board.bars_household",
    ),
    VoteKind.OWNERS: _Unit(
        "board.vote",
        "board.owners",
        "owners.label",
        "board.people",
        "board.count_poll",
        "board.turnout_owners",
        "board.took_part_owners",
        "board.bars_poll",
    ),
}


_METHODS = {Method.APPROVAL: "board.approval", Method.RANKED: "board.ranked"}


def vote(facts: VoteFacts, place: Place, words: Words) -> VoteView:
    """A vote with its label, word for word (VOTING.md section 1). Counts stand there only after the close."""
    unit = _UNITS[facts.kind]
    counts = facts.counts or ()
    return VoteView(
        facts.number,
        words(unit.name, number=facts.number),
        facts.title,
        f"{place.root}votes/{facts.number}",
        words(unit.kind) if unit.kind else "",
        "" if facts.kind is VoteKind.POLL else words(f"board.{facts.secrecy}"),
        _secrecy_how(facts, words),
        words(unit.label),
        facts.closed_at is None,
        _turnout(facts, unit, words),
        _ends(facts, words),
        facts.options,
        _bars(facts, counts, unit, words),
        _said(facts, unit, words),
        _totals(facts, unit, words),
        words(unit.scale, cast=facts.cast) if facts.cast else "",
        _badge(facts, words),
        facts.withdrawn,
        words("board.starts", when=words.moment(facts.opened_at)) if facts.opened_at > words.now else "",
        _matter(facts, words),
        words(_METHODS[facts.method]) if facts.method in _METHODS else "",
        _winners(facts, words),
        owners_views.result(facts, words),
        _homes(facts, words),
        f"{place.root}ballot/{facts.number}/homes",
        facts.secrecy is Secrecy.PUBLIC_LIST,
    )


def _homes(facts: VoteFacts, words: Words) -> str:
    if facts.kind is VoteKind.POLL or facts.closed_at is None or facts.withdrawn:
        return ""
    return words("board.see_public_list" if facts.secrecy is Secrecy.PUBLIC_LIST else "board.see_homes")


def _secrecy_how(facts: VoteFacts, words: Words) -> str:
    """What becomes public; where the silent may be deemed to follow, that too, before anybody votes (row 13)."""
    if facts.kind is VoteKind.POLL:
        return ""
    if facts.secret:
        return words("board.secret_how")
    name = f"board.{facts.secrecy}_follow_how" if facts.clause else f"board.{facts.secrecy}_how"
    return words(name, clause=facts.clause)


def _badge(facts: VoteFacts, words: Words) -> str:
    if facts.withdrawn:
        return words("board.vote_withdrawn")
    if facts.closed_at is not None:
        return words("board.vote_ended")
    return words("board.vote_soon" if facts.opened_at > words.now else "board.vote_open")


def _matter(facts: VoteFacts, words: Words) -> str:
    if not facts.matter:
        return ""
    return words("board.owners_matter", matter=words.site.texts.list("board.owners_matters")[facts.matter - 1])


def _winners(facts: VoteFacts, words: Words) -> str:
    """Whom a ranking elects, by both ways of counting it; several where they tie."""
    if facts.method is not Method.RANKED or not facts.cast or facts.tally is None:
        return ""
    both = {way: words("vote.and").join(facts.options[at] for at in facts.tally[way]) for way in ("run_off", "schulze")}
    return words("vote.winners", **both)


def _said(facts: VoteFacts, unit: _Unit, words: Words) -> str:
    """The result in a line: an owners' decision by its verdict, others by each option's count."""
    if facts.kind is VoteKind.OWNERS:
        return owners_views.in_favour(facts, words)
    each = (_count(o, n, unit, words) for o, n in zip(facts.options, facts.counts or (), strict=False))
    found = words("board.comma").join(each)
    return words("vote.first_choices", counts=found) if facts.method is Method.RANKED and found else found


def _count(option: str, count: int, unit: _Unit, words: Words) -> str:
    """An option's own words, followed at once by its count; apart where two numbers would run together."""
    if option[-1:].isdigit():
        return words("board.count_apart", option=option, count=words(unit.number, count=count))
    return words(unit.count, option=option, count=count)


def _turnout(facts: VoteFacts, unit: _Unit, words: Words) -> str:
    if facts.closed_at is None:
        return words(unit.turnout, cast=facts.cast, total=facts.total)
    percent = f"{100 * facts.cast / facts.total:.1f}" if facts.total else ""
    return words(unit.took_part, cast=facts.cast, total=facts.total, percent=percent)


def _ends(facts: VoteFacts, words: Words) -> str:
    if facts.withdrawn:
        return words("board.withdrawn_at", when=words.moment(facts.closed_at or facts.closes_at))
    if facts.closed_at is None:
        return words("board.closes", when=words.moment(facts.closes_at))
    return words("board.closed_at", when=words.moment(facts.closed_at))


def _bars(facts: VoteFacts, counts: Sequence[int], unit: _Unit, words: Words) -> tuple[Bar, ...]:
    return tuple(
        Bar(option, words(unit.number, count=count), BAR_SIZE * count // facts.cast if facts.cast else 0)
        for option, count in zip(facts.options, counts, strict=False)
    )


def _totals(facts: VoteFacts, unit: _Unit, words: Words) -> tuple[tuple[str, str], ...]:
    total = [(words("board.total"), words(unit.number, count=facts.total))] if facts.total else []
    return (*total, (words("board.took_part"), words(unit.number, count=facts.cast)))
