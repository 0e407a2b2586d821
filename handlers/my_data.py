"""我的数据, 更正, 静音: a person's copy of what is held, its correction, and quiet (DOMAIN.md §7)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.errors import Refused
from domain.privacy import held, mask
from domain.retention import terms, years_after
from domain.talk import File, Outgoing
from domain.terms import ConcernCategory, Numbered, Role, Visibility
from handlers import redraws
from handlers.desk import DIALOGUE, Desk
from handlers.flats import flat_name
from handlers.numbers import reading, reading_of
from models.access import OVERSEERS
from models.concerns import Concern
from models.rights import Copy, Entry, Words

LONGEST = 4000
TAKES_FILES = frozenset({"telegram", "web", "console"})
"""Channels on which a file for programs is of use; elsewhere the readable one comes as text."""


async def data(desk: Desk, _words: str) -> list[Outgoing]:
    """我的数据: all that is held on the speaker, as a file to read and one for programs, in private."""
    copy = await desk.store.rights.copy(desk.who.id)
    buttons = ((desk.button("correct", "correct"), desk.button("forget_me", "forget_me")),)
    both = desk.chat.channel in TAKES_FILES
    last = desk.texts("privacy.two_files" if both else "privacy.one_file", contact=desk.house.contact)
    first, *told = desk.private_text(desk.texts("privacy.data", **_counts(desk, copy)) + "\n" + last, buttons)
    if not first.to.private:
        return [first, *told]
    name = desk.texts("privacy.file_name", community=desk.community.name)
    readable = replace(first, file=File(f"{name}.txt", _readable(desk, copy)))
    programs = Outgoing(first.to, desk.texts("privacy.for_programs"), file=File(f"{name}.json", _json(desk, copy)))
    return [readable, *([programs] if both else []), *told]


def _counts(desk: Desk, copy: Copy) -> dict[str, object]:
    return {
        "community": desk.community.name,
        "short": copy.short,
        "concerns": len(copy.concerns),
        "seconds": len(copy.of("second")),
        "votes": len(copy.of("ballot")),
        "households": 1 if copy.flat else 0,
        "accounts": 1 if copy.user else 0,
    }


def _readable(desk: Desk, copy: Copy) -> str:
    """The file for people: who they are here, what they hold, said, supported, voted on, did."""
    none, flat = desk.texts("privacy.none_yet"), flat_name(desk.house, copy.flat) if copy.flat else ""
    lines = [
        desk.texts("privacy.file_head", community=desk.community.name, moment=desk.moment(desk.now)),
        desk.texts("privacy.file_short", short=copy.short),
        desk.texts("privacy.file_notice", shown=_version(desk, copy.notice)),
        desk.texts("privacy.file_agreed", shown=_version(desk, copy.agreed)),
        desk.texts("privacy.file_household", flat=flat or none),
        desk.texts("privacy.file_account", account=f"{copy.channel} {copy.user}".strip() or none),
        desk.texts("privacy.file_muted" if copy.muted else "privacy.file_not_muted"),
    ]
    said = [_said(desk, one) for one in copy.concerns]
    parts = [("roles", _listed(desk, copy.of("role"))), ("concerns", said)]
    parts += [(f"{kind}s", _listed(desk, copy.of(kind))) for kind in ("second", "ballot")]
    parts += [("papers", [_paper(desk, one) for one in copy.of("paper")])]
    parts += [("others", _listed(desk, _others(copy))), ("acts", _listed(desk, copy.of("act")))]
    for name, listed in parts:
        lines += ["", desk.texts(f"privacy.file_{name}"), *(listed or [none])]
    return "\n".join([*lines, ""])


def _others(copy: Copy) -> tuple[Entry, ...]:
    return tuple(one for one in copy.entries if one.kind not in {"role", "second", "ballot", "paper", "act"})


def _paper(desk: Desk, entry: Entry) -> str:
    """A paper ballot of the household: whether it has pictures, who may see them, and how long they stay."""
    facts = {"number": entry.number, "moment": desk.moment(entry.at), "count": entry.words}
    if entry.words == "0":
        return desk.texts("privacy.file_paper", **facts)
    until = _kept_until(desk, entry)
    years = terms(desk.community.settings).vote_years
    name = "privacy.file_paper_until" if until else "privacy.file_paper_years"
    kept = desk.texts(name, years=years, until=desk.moment(until) if until else "")
    return desk.texts("privacy.file_paper_scan", kept=kept, **facts)


def _kept_until(desk: Desk, entry: Entry) -> datetime | None:
    """When a paper ballot of a closed vote goes, with its pictures; None while its vote is open."""
    return years_after(entry.till, terms(desk.community.settings).vote_years) if entry.till else None


def _version(desk: Desk, shown: tuple[str, datetime | None]) -> str:
    version, at = shown
    if not at:
        return desk.texts("privacy.none_yet")
    return desk.texts("privacy.file_version", version=version, moment=desk.moment(at))


def _said(desk: Desk, words: Words) -> str:
    visibility = desk.texts.term(Visibility(words.visibility))
    facts = {"number": words.number, "visibility": visibility, "moment": desk.moment(words.said_at)}
    return desk.texts("privacy.file_concern", text=words.text, pictures=words.pictures, **facts)


def _listed(desk: Desk, entries: Sequence[Entry]) -> list[str]:
    return [
        desk.texts(
            f"privacy.file_{entry.kind}",
            number=entry.number,
            moment=desk.moment(entry.at),
            till=desk.moment(entry.till) if entry.till else desk.texts("privacy.file_endless"),
            words=_worded(desk, entry),
        )
        for entry in entries
    ]


def _worded(desk: Desk, entry: Entry) -> str:
    if entry.kind == "role":
        return desk.texts.term(Role(entry.words))
    if entry.kind == "correction":
        return desk.texts.term(ConcernCategory(entry.words))
    if entry.kind != "act":
        return entry.words
    act, _, subject = entry.words.partition(" ")
    phrases = f"routes.phrases.{act}"
    name = desk.texts.list(phrases)[0] if desk.texts.has(phrases) else act
    kind, _, number = subject.partition(":")
    kinds = {one.value: desk.texts.term(one) for one in Numbered}
    return " ".join(filter(None, [name, f"{kinds[kind]} #{number}" if kind in kinds else ""]))


def _json(desk: Desk, copy: Copy) -> str:
    """The file for programs: fields by their English names, moments in UTC."""
    told = {
        "community": desk.community.name,
        "made_at": desk.now,
        "short_name": copy.short,
        "met_at": copy.met_at,
        "notice": {"version": copy.notice[0], "at": copy.notice[1]},
        "agreed": {"version": copy.agreed[0], "at": copy.agreed[1]},
        "household": flat_name(desk.house, copy.flat) if copy.flat else None,
        "account": {"channel": copy.channel, "user": copy.user},
        "muted": copy.muted,
        "concerns": [{name: getattr(one, name) for name in Words.__slots__} for one in copy.concerns],
        "roles": [{"role": one.words, "from": one.at, "until": one.till} for one in copy.of("role")],
        "seconds": [{"number": one.number, "at": one.at} for one in copy.of("second")],
        "ballots": [{"number": one.number, "title": one.words, "at": one.at} for one in copy.of("ballot")],
        "papers": [_paper_facts(desk, one) for one in copy.of("paper")],
        "others": [{name: getattr(one, name) for name in Entry.__slots__} for one in _others(copy)],
        "acts": [_act(one) for one in copy.of("act")],
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=_iso)


def _paper_facts(desk: Desk, entry: Entry) -> dict[str, Any]:
    seen_by = sorted(OVERSEERS) if entry.words != "0" else []
    facts = {"number": entry.number, "at": entry.at, "pictures": int(entry.words), "seen_by": seen_by}
    return {**facts, "until": _kept_until(desk, entry)}


def _act(entry: Entry) -> dict[str, Any]:
    act, _, subject = entry.words.partition(" ")
    return {"act": act, "subject": subject, "at": entry.at}


def _iso(value: datetime) -> str:
    return value.isoformat()


async def correct(desk: Desk, words: str) -> list[Outgoing]:
    """更正 12｜新的话: a person's own words, put right. Without words: asks for them.

    What others have seconded stays as they read it, with the correction below.
    """
    kept = desk.dialogue.facts.get("number") if desk.dialogue else None
    if not words and kept is None:
        return await _ask(desk, {}, "privacy.correct_ask", contact=desk.house.contact)
    found = reading_of(desk, f"{kept} {words}" if kept else words, Numbered.CONCERN)
    concern = await desk.store.access.own_concern(desk.who, desk.community.id, found.number, "correct")
    text = found.rest.lstrip("｜| ")
    if not text:
        return await _ask(desk, {"number": found.number}, "privacy.correct_words", number=found.number)
    return await _correct(desk, concern, text)


async def _ask(desk: Desk, known: Mapping[str, Any], key: str, **facts: object) -> list[Outgoing]:
    until = desk.now + DIALOGUE
    await desk.store.people.expect(desk.community.id, desk.who.id, desk.chat, "correct", known, until)
    return [desk.answer_text(desk.texts(key, **facts))]


async def _correct(desk: Desk, concern: Concern, text: str) -> list[Outgoing]:
    if len(text) > LONGEST:
        raise Refused("collect.too_long", length=len(text))
    stays = concern.supporters > 0 or concern.topic_id is not None
    below = desk.texts("privacy.correction", text=mask(text, desk.house.masking).text)
    if stays:
        full = f"{concern.text}\n{desk.texts('privacy.correction', text=text)}"
        shown = f"{concern.shown}\n{below}"
    else:
        full, shown = text, mask(text, desk.house.masking).text
    if desk.dialogue is not None:
        await desk.store.people.forget_question(desk.who.id)
    await desk.store.rights.correct(concern, full, shown, held=bool(held(text, desk.house.masking)))
    key = "privacy.corrected_below" if stays else "privacy.corrected"
    told = desk.answer(key, number=concern.number, text=below if stays else shown)
    return [told, *await redraws.single(desk, concern)]


async def mute(desk: Desk, words: str) -> list[Outgoing]:
    """静音: nothing in private by itself any more; 静音 议题5: nothing of that. What waits already isn't sent either.

    Raises Refused: refused.number_missing, refused.no_topic.
    """
    if not words:
        await desk.store.rights.mute(desk.who.id, muted=True)
        await _drop(desk)
        return [desk.toast("privacy.muted")]
    thing, name = await _thing(desk, words)
    await desk.store.notices.mute(desk.community.id, desk.who.id, thing, desk.now)
    await _drop(desk, thing)
    return [desk.toast("privacy.muted_thing", thing=name)]


async def _drop(desk: Desk, thing: str = "") -> None:
    if desk.who.private is not None:
        await desk.store.notices.drop(desk.who.private, thing)


async def _thing(desk: Desk, words: str) -> tuple[str, str]:
    """What is to be silent, and its name; a bare number is a topic."""
    found = reading(desk, words, Numbered.TOPIC)
    if found.kind is Numbered.TOPIC:
        await desk.store.access.topic_head(desk.community.id, found.number)
    name = desk.texts("privacy.thing", kind=desk.texts.term(found.kind), number=found.number)
    return f"{found.kind.value}:{found.number}", name


async def unmute(desk: Desk, words: str) -> list[Outgoing]:
    """取消静音, 取消静音 议题5: it may write again."""
    if words:
        thing, name = await _thing(desk, words)
        await desk.store.notices.unmute(desk.who.id, thing)
        return [desk.toast("privacy.unmuted_thing", thing=name)]
    await desk.store.rights.mute(desk.who.id, muted=False)
    return [desk.toast("privacy.unmuted")]
