"""业主表决: an owners' decision is opened, by one line or a dialogue that asks part by part (VOTING.md §2)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from domain.errors import Refused
from domain.households import read_flat
from domain.owners import OWN_MIND, Answer, Unit
from domain.owners_line import BAR, OwnersOpening, OwnersWords, check_owners, parse_owners
from domain.owners_roll import Deeming, RollUnit, deciding_units, never_deemed
from domain.rules import SPECIAL, Profile
from domain.talk import Outgoing
from domain.terms import VoteKind
from domain.vote_closing import to_the_minute
from domain.vote_line import Words
from domain.vote_words import write_area
from handlers import owners_card
from handlers.desk import Desk, Rows
from handlers.vote_told import announce
from models.votes import NewVote
from models.votes import RollUnit as OnRoll

MATTERS_A_ROW = 3
OPENS = time(9)


@dataclass(frozen=True)
class Plan:
    """A decision that may open: what was asked for, under which rule, with which units; households by unit."""

    opening: OwnersOpening
    profile: Profile
    opens: datetime
    units: Sequence[Unit]
    households: Mapping[str, int]
    never: frozenset[str] | None
    warning: str

    @property
    def totals(self) -> dict[str, object]:
        """Heads, units and area of the roll, for the texts."""
        area = write_area(sum(unit.area for unit in self.units))
        return {"heads": len({unit.owner for unit in self.units}), "units": len(self.units), "area": area}


async def open_owners(desk: Desk, words: str) -> list[Outgoing]:
    """业主表决 题目｜事项6｜…: the card to every group; without a line, question by question."""
    if desk.dialogue is not None and desk.dialogue.name == "open_owners":
        return await _answered(desk, words)
    if not words:
        return await _ask(desk, [])
    parts = BAR.split(" ".join(words.split()))
    return await _open(desk, await _plan(desk, _read(desk, parts)))


def _read(desk: Desk, parts: Sequence[str]) -> OwnersOpening:
    with _refusing():
        return parse_owners(
            parts, desk.local, OwnersWords(**_line_words(desk)), Words(**desk.texts.table("vote.words"))
        )


def _line_words(desk: Desk) -> dict[str, str]:
    return {name: word for name, word in desk.texts.table("owners.words").items() if name != "every_unit"}


@contextmanager
def _refusing() -> Iterator[None]:
    """Let a refusal of the rules be worded as an owners' decision's."""
    try:
        yield
    except Refused as no:
        reason = "slips.need_opening" if no.reason == "slips_need_opening" else f"owners.{no.reason}"
        raise no if "." in no.reason else Refused(reason, **no.facts) from None


async def _plan(desk: Desk, opening: OwnersOpening) -> Plan:
    """Everything that must hold before it opens. Raises Refused with the rule's article."""
    profile = _profile(desk, opening)
    with _refusing():
        check_owners(opening, profile, desk.local)
        roll, households = await desk.store.owners.roll(desk.community.id)
        units = deciding_units(roll, opening.parking)
        if not units:
            raise Refused("no_units")
        never = await _never(desk, opening, units, households)
    warning = desk.texts("owners.warn_no_owner") if _nobody_told_apart(roll) else ""
    return Plan(opening, profile, opening.opens or desk.now, units, households, never, warning)


def _profile(desk: Desk, opening: OwnersOpening) -> Profile:
    if opening.unanimous:
        return desk.house.rules["unanimous"]
    if opening.matter is None:
        raise Refused("owners.no_matter")
    return desk.house.rules["special" if opening.matter in SPECIAL else "ordinary"]


def _nobody_told_apart(roll: Sequence[RollUnit]) -> bool:
    """The roll names no owner's number: every unit would be its own head (INTERFACE.md §2)."""
    return not any(unit.owner for unit in roll if not unit.developer)


async def _never(
    desk: Desk, opening: OwnersOpening, units: Sequence[Unit], households: Mapping[str, int]
) -> frozenset[str] | None:
    """The units that are never deemed; None where deeming is off, which it is without a clause."""
    if not opening.clause:
        return None
    if opening.unanimous:
        raise Refused("follow_unanimous")
    proofs = await desk.store.owners.waiting_proofs(desk.community.id)
    if not proofs:
        raise Refused("deemed_without_proof")
    by_unit = {unit: proofs[household] for unit, household in households.items() if household in proofs}
    return never_deemed(units, Deeming(opening.clause, warned=True, delivered=by_unit))


async def _open(desk: Desk, plan: Plan) -> list[Outgoing]:
    await desk.store.people.forget_question(desk.who.id)
    opening = plan.opening
    assert opening.closes is not None
    if opening.topic is not None:
        await desk.store.access.topic(desk.community.id, opening.topic)
    answers = (*OWN_MIND, Answer.FOLLOW) if plan.never is not None else OWN_MIND
    new = NewVote(
        VoteKind.OWNERS,
        opening.title,
        tuple(desk.texts.term(answer) for answer in answers),
        secret=False,
        closes_at=to_the_minute(opening.closes),
        opens_at=plan.opens,
        snapshot=_snapshot(desk, plan, answers),
        units=tuple(OnRoll(plan.households[unit.unit], unit.area, unit.owner) for unit in plan.units),
    )
    told = await announce(desk, new)
    number = int(desk.trail.subject.partition(":")[2])
    if plan.never is not None:
        await desk.store.owners.take_proofs(desk.community.id, number)
    return [*told, *_totals_told(desk, plan, number), *_to_print(desk, plan, number)]


def _to_print(desk: Desk, plan: Plan, number: int) -> list[Outgoing]:
    """With sealed slips, the opener hears what has to be done before the vote starts."""
    if not plan.opening.slips:
        return []
    return desk.private("slips.to_print_owners", number=number, opens=desk.moment(plan.opens))


def _snapshot(desk: Desk, plan: Plan, answers: Sequence[Answer]) -> dict[str, Any]:
    opening = plan.opening
    return {
        "rule": plan.profile.snapshot(),
        "matter": None if opening.matter is None else int(opening.matter),
        "answers": [answer.value for answer in answers],
        "never_deemed": None if plan.never is None else sorted(f"h{plan.households[unit]}" for unit in plan.never),
        "parking": opening.parking,
        "told": (opening.told or desk.local.date()).isoformat(),
        "clause": opening.clause,
        **({"topic": opening.topic} if opening.topic else {}),
        **({"slips": True} if opening.slips else {}),
        **({"public_list": True} if opening.public_list else {}),
    }


def _totals_told(desk: Desk, plan: Plan, number: int) -> list[Outgoing]:
    """The opener hears what the roll comes to, and what to be careful about."""
    name = "owners.opened_warned" if plan.warning else "owners.opened"
    told = desk.texts(name, number=number, warning=plan.warning, **plan.totals, **_moments(desk, plan))
    return desk.private_text(told)


def _moments(desk: Desk, plan: Plan) -> dict[str, object]:
    assert plan.opening.closes is not None
    return {"opens": desk.moment(plan.opens), "closes": desk.moment(plan.opening.closes)}


# --- the dialogue


async def _answered(desk: Desk, words: str) -> list[Outgoing]:
    """One more part was said; it is read at once, so that a mistake is asked again where it was made."""
    assert desk.dialogue is not None
    parts = [str(part) for part in desk.dialogue.facts["parts"]]
    said = _as_part(desk, str(desk.dialogue.facts["missing"]), words)
    _read(desk, [*parts, *said])
    return await _ask(desk, [*parts, *said])


def _as_part(desk: Desk, missing: str, words: str) -> list[str]:
    """An answer as the part of the line that it stands for."""
    of = _line_words(desk)
    plain = " ".join(BAR.sub(" ", words).split())
    if missing == "notice" and plain == desk.texts("buttons.from_today"):
        days = desk.house.rules["ordinary"].notice_days + 1
        opens = datetime.combine(desk.local.date() + timedelta(days=days), OPENS)
        return [f"{of['told']} {desk.local.date().isoformat()}", f"{of['opens']} {opens:%Y-%m-%d %H:%M}"]
    known = {"matter": of["matter"], "notice": of["told"], "closes": str(desk.texts.table("vote.words")["until"])}
    bare = missing not in known or plain.startswith(known[missing]) or plain == of["unanimous"]
    return [plain if bare else f"{known[missing]} {plain}"]


async def _ask(desk: Desk, parts: list[str]) -> list[Outgoing]:
    missing = await _missing(desk, _read(desk, parts) if parts else None)
    if missing == "sure":
        return await _ask_sure(desk, parts)
    facts = {"parts": parts, "missing": missing}
    until = desk.now + timedelta(minutes=30)
    await desk.store.people.expect(desk.community.id, desk.who.id, desk.chat, "open_owners", facts, until)
    days = desk.house.rules["ordinary"].notice_days
    return [desk.answer(f"owners.ask_{missing}", _choices(desk, missing), days=days)]


async def _missing(desk: Desk, opening: OwnersOpening | None) -> str:
    if opening is None:
        return "title"
    if opening.matter is None and not opening.unanimous:
        return "matter"
    if opening.told is None and _profile(desk, opening).notice_days:
        return "notice"
    if opening.closes is None:
        return "closes"
    roll, _ = await desk.store.owners.roll(desk.community.id)
    if opening.parking is None and any(unit.parking for unit in roll):
        return "parking"
    return "secrecy" if opening.public_list is None else "sure"


def _choices(desk: Desk, missing: str) -> Rows:
    """The buttons of a question; each says what could be typed."""
    labels = {
        "notice": (desk.texts("buttons.from_today"),),
        "parking": (_line_words(desk)["parking_counts"], _line_words(desk)["parking_left_out"]),
        "secrecy": (desk.texts("vote.words.roll_call"), desk.texts("vote.words.public_list")),
    }
    return tuple((desk.says(label, "open_owners_part"),) for label in labels.get(missing, ()))


async def said_part(desk: Desk, words: str) -> list[Outgoing]:
    """A button of the dialogue: as if its words had been typed. Raises Refused: help.old_button."""
    question = await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
    if question is None or question.name != "open_owners":
        raise Refused("help.old_button")
    return await _answered(desk.answering(question), words)


async def _ask_sure(desk: Desk, parts: list[str]) -> list[Outgoing]:
    plan = await _plan(desk, _read(desk, parts))
    warning = desk.texts("owners.sure_warning", warning=plan.warning) if plan.warning else ""
    row = (desk.button("open_owners", "owners_sure", "yes"), desk.button("open_none", "owners_sure", "no"))
    asked = desk.texts(
        "owners.sure",
        title=plan.opening.title,
        rule=owners_card.rule_words(desk.texts, plan.profile),
        citation=plan.profile.citation,
        warning=warning,
        secrecy=desk.texts("owners.sure_public_list" if plan.opening.public_list else "owners.sure_roll_call"),
        **plan.totals,
        **_moments(desk, plan),
    )
    until = desk.now + timedelta(minutes=30)
    await desk.store.people.expect(desk.community.id, desk.who.id, desk.chat, "owners_sure", {"parts": parts}, until)
    return [desk.answer_text(asked, (row,))]


async def sure(desk: Desk, words: str) -> list[Outgoing]:
    """开表决, 不开了: the dialogue's last answer. Raises Refused: help.old_button."""
    question = desk.dialogue or await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
    if question is None or question.name != "owners_sure":
        raise Refused("help.old_button")
    parts = [str(part) for part in question.facts["parts"]]
    if words in {"yes", desk.texts("buttons.open_owners")}:
        return await _open(desk, await _plan(desk, _read(desk, parts)))
    if words in {"no", desk.texts("buttons.open_none")}:
        await desk.store.people.forget_question(desk.who.id)
        return [desk.answer("owners.not_opened")]
    return await _ask_sure(desk, parts)


# --- proofs of delivery


async def deliver(desk: Desk, words: str) -> list[Outgoing]:
    """送达 凭据｜3-1-301、3-1-302: what must be on record before the silent may be deemed to follow."""
    proof, _, flats = BAR.sub("|", words, 1).partition("|")
    if not (proof.strip() and flats.strip()):
        raise Refused("owners.delivery_how")
    _, every = await desk.store.owners.roll(desk.community.id)
    found = list(every.values())
    if flats.strip() != desk.texts.table("owners.words")["every_unit"]:
        found = [_household(every, flat) for flat in flats.replace(",", "\u3001").split("\u3001") if flat.strip()]
    await desk.store.owners.delivered(desk.community.id, found, proof.strip(), desk.now)
    return [desk.answer("owners.delivered", count=len(found), proof=proof.strip())]


def _household(every: Mapping[str, int], flat: str) -> int:
    name = "-".join(read_flat(flat))
    if name not in every:
        raise Refused("owners.delivery_unknown", flat=flat.strip())
    return every[name]
