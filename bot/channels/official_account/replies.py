"""`domain.talk.Outgoing` as the one plain text that the Official Account may answer with. Pure; VOICE.md §2."""

from dataclasses import dataclass

from bot.channels.plain import without_signs
from bot.channels.wechat_text import Typed, buttons, fit
from bot.channels.wechat_turns import Notes, fitting
from domain.talk import Outgoing

REPLY = 2048
"""Bytes of UTF-8 in one passive reply."""
EXAMPLES = 3
GAP = "\n\n"


@dataclass(frozen=True, slots=True)
class Words:
    """`may_reply` with `{words}`, joined by `comma`; `waiting` with `{count}`; `mine`: what asks for all that waits.

    `see` asks for the newest picture, `unseen` says that there is none any more.
    """

    may_reply: str
    comma: str
    waiting: str
    mine: frozenset[str]
    typed: Typed
    see: str
    unseen: str


def text_of(out: Outgoing, words: Words, *, pictured: bool = False) -> str:
    """A message as plain text: signs away, links written out, at most three buttons as what may be replied."""
    lines = [without_signs(out.text)]
    lines += [f"{button.label}：{button.url}" for button in buttons(out) if button.url]
    see = [words.see] if pictured else []
    if examples := see + words.typed.of(out, EXAMPLES - len(see)):
        lines.append(words.may_reply.format(words=words.comma.join(examples)))
    return "\n".join(lines)


def compose(old: Notes, new: Notes, words: Words, *, all_of_it: bool) -> tuple[str, Notes]:
    """The reply, and the notes that it carries; the others go on waiting.

    What could not be sent before is only counted on top, until the reader asks for it: then all of it comes first.
    """
    if all_of_it:
        carried = fitting([*old, *new], REPLY, GAP)
        return fit(GAP.join(note["text"] for _, note in carried), REPLY), carried
    head = words.waiting.format(count=len(old)) + "\n" if old else ""
    carried = fitting(new, REPLY - len(head.encode()), GAP)
    body = GAP.join(note["text"] for _, note in carried)
    return head + fit(body, REPLY - len(head.encode())) if body or head else "", carried
