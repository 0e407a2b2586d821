"""A message as each channel shows it, by that channel's own renderer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from bot import say, wechat
from bot.channels import console
from bot.channels.official_account.replies import text_of
from bot.channels.telegram_html import Hand
from bot.channels.telegram_wire import Me
from bot.channels.wecom.cards import BUTTONS, Body, render, template
from bot.channels.wecom.webhook import Hook, words_of
from bot.texts import Texts
from domain.talk import Manner, Outgoing

BOT = "fengsi_bot"
Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Look:
    """How one channel shows a message: HTML of its text, and its buttons."""

    channel: str
    html: str
    rows: Rows = ()


@dataclass(frozen=True)
class Looks:
    """`page`: where a group that only reads can act."""

    texts: Texts
    page: str

    def __call__(self, out: Outgoing) -> Iterator[Look]:
        """A message in every channel that can show it."""
        rows = tuple(tuple(button.label for button in row) for row in out.rows)
        yield Look("web", _headed(out), rows)
        yield Look("telegram", Hand(Me(1, BOT), self.texts("help.typed_after")).html(out), rows)
        yield Look("plain", str(escape(console.text_of(out, say.words(self.texts)))))
        if out.manner is Manner.TOAST:
            return
        yield from self._wecom(out)
        if out.to.private:
            yield Look("account", str(escape(text_of(out, wechat.account_words(self.texts)))))
        elif out.manner is not Manner.REDRAW:
            words = words_of(out, Hook("", self.page), self.texts.form("wechat.act_at"))
            yield Look("webhook", str(escape(words)))

    def _wecom(self, out: Outgoing) -> Iterator[Look]:
        look = wechat.wecom_look(self.texts, "")
        bodies, card = render(out, look, lambda prefix: f"{prefix}1")
        yield from map(_body, bodies)
        if card is not None and len(card.buttons) > BUTTONS:  # what the sixth button leads to
            yield _body(template(replace(card, first=BUTTONS - 1).body(look)))


def _headed(out: Outgoing) -> str:
    head, newline, rest = out.text.partition("\n") if out.headed else ("", "", out.text)
    return Markup("<b>{}</b>").format(head) + newline + rest if head else str(escape(rest))


def _body(body: Body) -> Look:
    """A WeCom message: markdown as it is typed, or a card."""
    if "markdown" in body:
        return Look("wecom", str(escape(body["markdown"]["content"])))
    card = body["template_card"]
    title = card["main_title"]
    facts = [f"{fact['keyname']}　{fact['value']}" for fact in card.get("horizontal_content_list", ())]
    lines = [title.get("desc", ""), *facts, card.get("sub_title_text", "")]
    text = Markup("<b>{}</b>").format(title["title"]) + "".join(f"\n{escape(line)}" for line in lines if line)
    options = card.get("checkbox", {}).get("option_list", ())
    buttons = [*options, *([card["submit_button"]] if options else ()), *card.get("button_list", ())]
    return Look("wecom", text, tuple((button["text"],) for button in buttons))
