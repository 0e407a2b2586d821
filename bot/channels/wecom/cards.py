"""`domain.talk.Outgoing` as WeCom messages: markdown and template cards. Pure; the look is VOICE.md §2, row WeCom.

https://developer.work.weixin.qq.com/document/path/101032 (template cards). Lengths of cards are characters that WeCom
advises, lengths of texts are bytes of UTF-8.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zlib import crc32

from bot.channels.wechat_text import Typed, buttons, cut, fit
from bot.channels.wecom.wire import pack
from domain.talk import Button, Outgoing

Body = dict[str, Any]
MARKDOWN = 20480
TITLE, DESC, SUBTITLE, KEY, VALUE = 26, 30, 112, 5, 26
FACTS, BUTTONS, JUMPS, OPTIONS = 6, 6, 3, 20
OPTION, LABEL = 11, 10
WORDS = 2048
"""Bytes of UTF-8 in a message of words alone."""
MORE = "more_buttons"
CHOICE = "ballot"
_FACT = re.compile(rf"(?P<key>\S{{1,{KEY}}})：(?P<value>.{{1,{VALUE}}})")
_LINK = re.compile(r"\[([^\]\n]*)\]\(([^)\n]*)\)")
# Signs that would make a link, a picture, a heading out of what is only text.
_HARMLESS = str.maketrans({"[": "［", "]": "］", "<": "＜", ">": "＞", "*": "＊", "`": "｀", "\\": "＼"})


@dataclass(frozen=True, slots=True)
class Look:
    """The few words a card has of its own.

    `labels`: what votes say of themselves; never dropped. `at`: what must stand before what is typed in a group
    (`@说事 `); `typed_after`: the characters after which a quotation is something to type.
    """

    labels: Sequence[str]
    submit: str
    more: str
    choose: str
    how: str
    at: str
    typed_after: str
    typed: Typed

    def spoken(self, out: Outgoing) -> Outgoing:
        """In a group the bot hears only what starts with @, so the examples do too."""
        if out.to.private:
            return out
        quoted = rf"(?<=[{re.escape(self.typed_after)}])“(?!@)([^“”\n]+)”"
        return replace(out, text=re.sub(quoted, lambda found: f"“{self.at}{found[1]}”", out.text))

    def also(self, out: Outgoing, words: Sequence[str]) -> list[str]:
        """One line for each thing that may be typed."""
        at = "" if out.to.private else self.at
        return [self.how.format(words=at + word) for word in words]


@dataclass(frozen=True, slots=True)
class Card:
    """A card with buttons, as it is kept to be shown again with another word in it."""

    task: str
    title: str
    desc: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    subtitle: str = ""
    buttons: tuple[Button, ...] = ()
    first: int = 0

    def body(self, look: Look) -> Body:
        """As a `button_interaction`, at most six buttons; where there are more, the sixth leads on."""
        shown = self.buttons[self.first :]
        if self.first or len(self.buttons) > BUTTONS:
            shown = (*shown[: BUTTONS - 1], self._onward(look))
        keys = [{"text": cut(b.label, LABEL), "key": pack(b.verb, b.args), "style": 1} for b in shown]
        return self._head("button_interaction") | {"button_list": keys}

    def _onward(self, look: Look) -> Button:
        follows = self.first + BUTTONS - 1
        return Button(look.more, MORE, (str(follows if follows < len(self.buttons) else 0),))

    def _head(self, kind: str) -> Body:
        body: Body = {"card_type": kind, "main_title": {"title": self.title}, "task_id": self.task}
        if self.desc:
            body["main_title"]["desc"] = self.desc
        if self.facts:
            body["horizontal_content_list"] = [{"keyname": key, "value": value} for key, value in self.facts]
        if self.subtitle:
            body["sub_title_text"] = self.subtitle
        return body

    def vote(self, look: Look) -> Body:
        """As a `vote_interaction`: one choice, then 投票."""
        options = [{"id": pack(b.verb, b.args), "text": b.label} for b in self.buttons]
        question = {"question_key": self.task, "mode": 0, "option_list": options}
        submit = {"text": look.submit, "key": pack(CHOICE, self.buttons[0].args[:1])}
        return self._head("vote_interaction") | {"checkbox": question, "submit_button": submit}

    def answered(self, text: str, look: Look) -> Body:
        """The presser's own card, with what came of the press; its buttons stay, so that one can change one's mind."""
        card = replace(self, subtitle=cut(text, SUBTITLE), facts=())
        return card.body(look) if self.buttons else card._head("text_notice")


def render(out: Outgoing, look: Look, task: Callable[[str], str]) -> tuple[list[Body], Card | None]:
    """The messages that say `out`, and the card among them. `task` makes a card's unique id from a prefix."""
    out = look.spoken(out)
    pressed = tuple(button for button in buttons(out) if button.verb)
    if not pressed:
        return [markdown(out.text, out)], None
    choices = tuple(button for button in pressed if button.verb == CHOICE and len(button.args) > 1)
    if len(choices) > 1:
        return _vote(out, look, choices, pressed, task)
    return _buttons(out, look, pressed, task)


def _vote(
    out: Outgoing, look: Look, choices: tuple[Button, ...], pressed: tuple[Button, ...], task: Callable[[str], str]
) -> tuple[list[Body], Card | None]:
    """The facts as text, then the choice as a card; as numbered text where a card has no room for it."""
    others = [words for button in pressed if button not in choices and (words := look.typed(button))]
    card = _card(out, look, choices, task)
    if len(choices) <= OPTIONS and all(len(button.label) <= OPTION for button in choices):
        text = "\n".join([out.text, *look.also(out, others)])
        return [markdown(text, out), template(card.vote(look))], card
    text = "\n".join([out.text, *_numbered(out.text, choices), *look.also(out, _typed(look, choices) + others)])
    if len(choices) > BUTTONS:
        return [markdown(text, out)], None
    short = tuple(replace(b, label=look.choose.format(place=place)) for place, b in enumerate(choices, 1))
    card = replace(card, buttons=short)
    return [markdown(text, out), template(card.body(look))], card


def _numbered(text: str, choices: Sequence[Button]) -> list[str]:
    lines = [f"{place} {button.label}" for place, button in enumerate(choices, 1)]
    return [] if all(line in text for line in lines) else lines


def _typed(look: Look, choices: Sequence[Button]) -> list[str]:
    """One example is enough: 投票 3 2."""
    words = look.typed(choices[1])
    return [words] if words else []


def _buttons(
    out: Outgoing, look: Look, pressed: tuple[Button, ...], task: Callable[[str], str]
) -> tuple[list[Body], Card]:
    """One card where all fits into it, else the text first."""
    card = _card(out, look, pressed, task)
    first, *lines = [line for line in out.text.split("\n") if line not in look.labels]
    facts = [match for line in lines if (match := _FACT.fullmatch(line))][:FACTS]
    rest = "\n".join(line for line in lines if line not in {match[0] for match in facts})
    if len(first) <= TITLE and len(rest) <= SUBTITLE and not _links(out):
        card = replace(card, facts=tuple((match["key"], match["value"]) for match in facts), subtitle=rest)
        return [template(card.body(look))], card
    return [markdown(out.text, out), template(card.body(look))], card


def _card(out: Outgoing, look: Look, shown: tuple[Button, ...], task: Callable[[str], str]) -> Card:
    """Headline, label, buttons. The label's sign is in the id, so that a forgotten card still has it."""
    lines = out.text.split("\n")
    label = next((label for label in look.labels if label in lines), "")
    return Card(task(_sign(label) if label else ""), cut(lines[0], TITLE), cut(label, DESC), buttons=shown)


def _sign(label: str) -> str:
    return f"L{crc32(label.encode()):08x}_"


def forgotten(task: str, text: str, look: Look) -> Card:
    """What can still be said in a card that was sent before a restart: the word, and the vote's label."""
    label = next((label for label in look.labels if task.startswith(_sign(label))), "")
    return Card(task, cut(text, TITLE), cut(label, DESC))


def template(card: Body) -> Body:
    """A card as a message."""
    return {"msgtype": "template_card", "template_card": card}


def markdown(text: str, out: Outgoing, most: int = MARKDOWN) -> Body:
    """A text as a message: headline bold, what can't be pressed but opened as links, all else as it is."""
    return {"msgtype": "markdown", "markdown": {"content": content(text, out, most)}}


def greeting(body: Body) -> Body:
    """A message as one may greet who opens the chat: by words alone, or by a card."""
    if body["msgtype"] != "markdown":
        return body
    words = _LINK.sub(r"\1：\2", body["markdown"]["content"].replace("**", ""))
    return {"msgtype": "text", "text": {"content": fit(words, WORDS)}}


def content(text: str, out: Outgoing, most: int = MARKDOWN) -> str:
    """Markdown of a text; the links, and what comes after them, are never cut."""
    safe = plain(text)
    head, newline, body = safe.partition("\n") if out.headed else ("", "", safe)
    links = "".join(f"\n[{plain(b.label)}]({b.url})" for b in _links(out)[:JUMPS])
    return fit((f"**{head}**" if head else "") + newline + body, most - len(links.encode())) + links


def plain(text: str) -> str:
    """Text as text: what residents write makes no links and no headings."""
    return re.sub(r"^(#+)(?=\s)", lambda found: "＃" * len(found[1]), text.translate(_HARMLESS), flags=re.MULTILINE)


def _links(out: Outgoing) -> list[Button]:
    return [button for button in buttons(out) if button.url]
