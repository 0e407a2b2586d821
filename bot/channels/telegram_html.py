"""`domain.talk.Outgoing` as Bot API requests: method and parameters. Pure; the look is VOICE.md §2, row Telegram."""

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.channels.base import Unsendable
from bot.channels.telegram_wire import Me, pack
from domain.talk import Button, Manner, Outgoing, Poll

# Limits of the Bot API: characters, bytes, seconds.
MESSAGE, CAPTION, TOAST, QUESTION, OPTION, BUTTON_DATA = 4096, 1024, 200, 300, 100, 64
PICTURE = "result.png"
POLL_OPEN = (5, 2_628_000)
# A toast fades within seconds: what is longer than a line is shown until it is put away.
FADING = 60


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the Bot API."""

    method: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attached:
    """A file in a request: the carrier puts its bytes where it stands."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Hand:
    """How the bot writes: its account, and the characters after which a quotation is something to type.

    Where privacy mode is on, what is to be typed in a group starts with the bot's @name.
    """

    me: Me
    typed_after: str = ""

    def html(self, out: Outgoing, most: int = MESSAGE) -> str:
        """A message's text: headline bold, what can be typed as code (a tap copies it), all else escaped."""
        text = html.escape(_fit(out.text, most), quote=False)
        head, newline, body = text.partition("\n") if out.headed else ("", "", text)
        return (f"<b>{head}</b>" if head else "") + newline + self._typed(body, in_group=not out.to.private)

    def _typed(self, text: str, *, in_group: bool) -> str:
        if not self.typed_after:
            return text
        name = f"@{self.me.username} " if in_group and not self.me.hears_all else ""
        quoted = rf"(?<=[{re.escape(self.typed_after)}])“([^“”\n]+)”"
        return re.sub(quoted, lambda found: f"“<code>{name}{found[1]}</code>”", text)


def render(out: Outgoing, message: str | None, hand: Hand, now: datetime) -> Call:
    """What to ask of the Bot API so that `out` is said; `message` is the one to edit.

    Raises Unsendable where a button's verb and arguments do not fit.
    """
    if out.manner is Manner.TOAST and out.token:
        return _toast(out)
    if out.closes_poll and message:
        return Call("stopPoll", {"chat_id": int(out.to.id), "message_id": int(message)})
    if message:
        return Call("editMessageText", {"message_id": int(message)} | _worded(out, hand))
    if attached := _attached(out):
        method, files = attached
        return Call(method, _placed(out) | files | _captioned(out, hand))
    if out.poll:
        return Call("sendPoll", _placed(out) | _poll(out, out.poll, now))
    return Call("sendMessage", _placed(out) | _worded(out, hand))


def _toast(out: Outgoing) -> Call:
    text = _fit(out.text, TOAST)
    params: dict[str, Any] = {"callback_query_id": out.token}
    if text:
        params |= {"text": text, "show_alert": len(text) > FADING or "\n" in text}
    return Call("answerCallbackQuery", params)


def _placed(out: Outgoing) -> dict[str, Any]:
    """Where a new message goes and how it arrives."""
    params: dict[str, Any] = {"chat_id": int(out.to.id)}
    if out.to.topic:
        params["message_thread_id"] = int(out.to.topic)
    if out.reply_to:
        params["reply_parameters"] = {"message_id": int(out.reply_to), "allow_sending_without_reply": True}
    if out.silent:
        params["disable_notification"] = True
    return params


def _worded(out: Outgoing, hand: Hand) -> dict[str, Any]:
    params: dict[str, Any] = {
        "chat_id": int(out.to.id),
        "text": hand.html(out),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }
    return params | _keyboard(out)


def _attached(out: Outgoing) -> tuple[str, dict[str, Any]] | None:
    """The file or picture that a message comes with; a picture only where its text has room under it."""
    if out.file:
        return "sendDocument", {"document": Attached(out.file.name, out.file.data or out.file.content.encode())}
    if out.picture and out.picture.png and len(out.text) <= CAPTION:
        return "sendPhoto", {"photo": Attached(PICTURE, out.picture.png)}
    return None


def _captioned(out: Outgoing, hand: Hand) -> dict[str, Any]:
    caption = {"caption": hand.html(out, CAPTION), "parse_mode": "HTML"} if out.text else {}
    return caption | _keyboard(out)


def _keyboard(out: Outgoing) -> dict[str, Any]:
    if not out.rows:
        return {}
    return {"reply_markup": {"inline_keyboard": [[_button(button) for button in row] for row in out.rows]}}


def _button(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    data = pack(button.verb, button.args)
    if len(data.encode()) > BUTTON_DATA:
        raise Unsendable(f"button {button.verb}: {len(data.encode())} bytes, at most {BUTTON_DATA}")
    return {"text": button.label, "callback_data": data}


def _poll(out: Outgoing, poll: Poll, now: datetime) -> dict[str, Any]:
    """Nobody sees who chose what, nor the counts before the close; Telegram closes it where the time is near enough."""
    params: dict[str, Any] = {
        "question": _fit(out.text or poll.question, QUESTION),
        "options": [{"text": _fit(option, OPTION)} for option in poll.options],
        "is_anonymous": True,
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "hide_results_until_closes": True,
    }
    if POLL_OPEN[0] <= (poll.closes - now).total_seconds() <= POLL_OPEN[1]:
        params["close_date"] = int(poll.closes.timestamp())
    return params


def _fit(text: str, most: int) -> str:
    """At most `most` UTF-16 units, as Telegram counts; what is cut is shown as cut."""
    units = text.encode("utf-16-le")
    return text if len(units) <= most * 2 else units[: most * 2 - 2].decode("utf-16-le", "ignore") + "…"
