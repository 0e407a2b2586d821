"""表决, question by question: what a line would say is gathered part by part, read at once where it was said."""

import re
from collections.abc import Mapping
from typing import Any

from domain.errors import Refused
from domain.talk import Outgoing
from domain.vote_line import check_title
from handlers import vote_card
from handlers.desk import DIALOGUE, Desk, Rows

ROUTE = "open_vote_part"
PARTS = ("title", "options", "method", "secrecy", "start", "slips", "closes", "sure")
CHOICES = {
    "method": ("one", "words.approval", "words.ranked"),
    "secrecy": ("words.secret", "words.roll_call", "words.public_list"),
    "start": ("at_once",),
    "slips": ("with_slips", "without_slips"),
    "closes": ("two_days", "three_days", "a_week"),
    "sure": ("open_it", "open_not"),
}
"""The buttons of a question, by their texts; each says its own words."""
BAR = re.compile(r"[｜|]")
APART = re.compile(r"[｜|、，,；;\n]+")


async def begin(desk: Desk) -> list[Outgoing]:
    """The first question, with the ways to the other kinds."""
    rows = ((desk.button("owners_kind", "open_owners"), desk.button("poll_kind", "open_poll")),)
    return await _ask(desk, {}, "title", rows)


async def answered(desk: Desk, words: str) -> list[Outgoing] | str | None:
    """The next question; the whole line at the end, or where it was said at once; None: it isn't to be opened.

    Raises Refused: help.old_button, vote.choose_one, and what the part itself is refused for.
    """
    question = desk.dialogue or await desk.store.people.answering(desk.who.id, desk.chat, desk.now)
    if question is None or question.name != ROUTE:
        raise Refused("help.old_button")
    said, missing = dict(question.facts["said"]), str(question.facts["missing"])
    if missing == "title" and BAR.search(words):
        return words
    if missing == "sure":
        return _decided(desk, said, words)
    said[missing] = _read(desk, missing, words)
    return await _ask(desk, said, _next(said, missing))


def line(said: Mapping[str, Any]) -> str:
    """What was gathered so far, as one line."""
    parts = [said["title"], *said.get("options", [])]
    parts += [said.get(name, "") for name in ("method", "secrecy", "start", "slips", "closes")]
    return "\uff5c".join(part for part in parts if part)


def _next(said: Mapping[str, Any], missing: str) -> str:
    following = PARTS[PARTS.index(missing) + 1]
    return "closes" if following == "slips" and not said.get("start") else following


def _read(desk: Desk, missing: str, words: str) -> Any:
    """A part as the line has it; what is said by a button that adds nothing is empty."""
    words = " ".join(words.split()) if missing != "options" else words
    if missing == "title":
        with vote_card.about():
            check_title(words)
        return words
    if missing == "options":
        return [part.strip() for part in APART.split(words) if part.strip()]
    if missing in {"method", "secrecy", "slips"}:
        return _chosen(desk, missing, words)
    if missing == "start" and words == desk.texts("vote.choice_at_once"):
        return ""
    word = desk.texts("vote.words.opens" if missing == "start" else "vote.words.until")
    return words if words.startswith(word) else f"{word} {words}"


def _chosen(desk: Desk, missing: str, words: str) -> str:
    known = {label(desk, name): name for name in CHOICES[missing]}
    if words not in known:
        raise Refused("vote.choose_one")
    name = known[words]
    if name == "with_slips":
        return desk.texts("vote.words.slips")
    return words if name.startswith("words.") else ""


def label(desk: Desk, name: str) -> str:
    """The words of a button."""
    return desk.texts(f"vote.{name}" if name.startswith("words.") else f"vote.choice_{name}")


def _decided(desk: Desk, said: Mapping[str, Any], words: str) -> str | None:
    known = {label(desk, name): name for name in CHOICES["sure"]}
    if words not in known:
        raise Refused("vote.choose_one")
    return line(said) if known[words] == "open_it" else None


async def _ask(desk: Desk, said: Mapping[str, Any], missing: str, rows: Rows = ()) -> list[Outgoing]:
    facts = {"said": dict(said), "missing": missing}
    until = desk.now + DIALOGUE
    await desk.store.people.expect(desk.community.id, desk.who.id, desk.chat, ROUTE, facts, until)
    labels = [desk.says(label(desk, name), ROUTE) for name in CHOICES.get(missing, ())]
    rows = rows or ((tuple(labels),) if labels else ())
    told = await _sure(desk, said) if missing == "sure" else {}
    how = "" if desk.chat.private else "\n" + desk.texts("help.answer_here")
    return [desk.answer_text(desk.texts(f"vote.ask_{missing}", **told) + how, rows)]


async def _sure(desk: Desk, said: Mapping[str, Any]) -> dict[str, object]:
    """What is shown before it opens: all that was said, and how many households the roll has."""
    total = await desk.store.votes.households(desk.community.id)
    rest = [str(said.get(name, "")) for name in ("method", "secrecy", "start", "slips", "closes")]
    options = desk.texts("vote.and").join(said["options"])
    how = desk.texts("vote.comma").join(part for part in rest if part)
    return {"title": said["title"], "options": options, "how": how, "total": total}
