"""A WeCom bot's callbacks as `domain.talk` events. Pure: dicts in, values out.

https://developer.work.weixin.qq.com/document/path/100719 (messages), /101027 (events). `cards.py` is the way back.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from domain.talk import Chat, Event, Person, Pressed, Said, Upload

CHANNEL = "wecom"
GROUP, SINGLE = "group", "single"
ENTERED = "enter_chat"
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ears:
    """How the bot hears. `name`: its name in WeCom ("" where it isn't told: the first @word is taken for it).

    `quotable`: the phrases (说事) that, said alone in answer to a text, mean that text.
    """

    name: str = ""
    quotable: frozenset[str] = frozenset()


def parse(body: Body, ears: Ears, now: datetime, token: str = "") -> Event | None:
    """The event in a callback's body; None where it says nothing to the bot. `token` answers a press.

    Raises LookupError, TypeError, ValueError or AttributeError where the body is not as WeCom has it.
    """
    return _event(body, now, token) if body["msgtype"] == "event" else _said(body, ears, now)


def _said(body: Body, ears: Ears, now: datetime) -> Said:
    items = _items(body)
    words = " ".join(text for item in items if (text := _text(item)))
    text = _heard(words, ears)
    if text in ears.quotable:
        text = f"{text} {_quoted(body)}".strip()
    return Said(
        event=str(body["msgid"]),
        at=_moment(body, now),
        chat=_chat(body),
        who=_who(body),
        text=text,
        message=str(body["msgid"]),
        addressed=True,  # in a group nothing else reaches the bot
        pictures=tuple(Upload(picture_id(item["image"])) for item in items if item["msgtype"] == "image"),
    )


def _items(body: Body) -> list[Body]:
    """The parts of a message that mixes words and pictures; any other is its own only part."""
    return list(body["mixed"]["msg_item"]) if body["msgtype"] == "mixed" else [body]


def _text(item: Body) -> str:
    """Words, or a voice message as WeCom understood it."""
    return str(item[item["msgtype"]]["content"]) if item["msgtype"] in {"text", "voice"} else ""


def _heard(words: str, ears: Ears) -> str:
    """The words without the bot's own @name, which still stands in them."""
    name = rf"@{re.escape(ears.name)}(?!\w)\s*" if ears.name else r"^\s*@\S+\s*"
    return re.sub(name, "", words).strip()


def _quoted(body: Body) -> str:
    quote = body.get("quote", {})
    return str(quote["text"]["content"]) if quote.get("msgtype") == "text" else ""


def picture_id(image: Body) -> str:
    """Where a picture is and the key that opens it, as one text; `picture_of` takes it apart."""
    return f"{image.get('aeskey', '')} {image['url']}"


def picture_of(id: str) -> tuple[str, str]:
    """The key and the address of a picture."""
    key, _, url = id.partition(" ")
    return key, url


def _event(body: Body, now: datetime, token: str) -> Event | None:
    event = body["event"]
    kind = event["eventtype"]
    if kind == ENTERED:
        return Said(str(body["msgid"]), _moment(body, now), _chat(body), _who(body), "/start", addressed=True)
    if kind == "template_card_event":
        return _pressed(body, event.get(kind, event), now, token)
    return None


def entered(body: Body) -> bool:
    """Whether somebody only opened the bot's chat: that lets the bot greet them once, and not write there later."""
    return bool(body["msgtype"] == "event" and body["event"]["eventtype"] == ENTERED)


def _pressed(body: Body, press: Body, now: datetime, token: str) -> Pressed:
    verb, args = unpack(_chosen(press) or str(press["event_key"]))
    return Pressed(
        event=str(body["msgid"]),
        at=now,
        chat=_chat(body),
        who=_who(body),
        verb=verb,
        args=args,
        message=str(press["task_id"]),
        token=token,
    )


def _chosen(press: Body) -> str:
    """The option that was ticked, if any."""
    items = press.get("selected_items", {}).get("selected_item", [])
    ticked = [option for item in items for option in item.get("option_ids", {}).get("option_id", [])]
    return str(ticked[0]) if ticked else ""


def _chat(body: Body) -> Chat:
    if body.get("chattype") == GROUP:
        return Chat(CHANNEL, str(body["chatid"]))
    return Chat(CHANNEL, str(body["from"]["userid"]), private=True)


def _who(body: Body) -> Person:
    """WeCom gives no name, only the member's id."""
    return Person(str(body["from"]["userid"]))


def _moment(body: Body, now: datetime) -> datetime:
    return datetime.fromtimestamp(int(body["create_time"]), UTC) if body.get("create_time") else now


def pack(verb: str, args: tuple[str, ...]) -> str:
    """A button's verb and arguments as a key of a card; `unpack` gives them back."""
    return ":".join(quote(part, safe=" ") for part in (verb, *args))


def unpack(key: str) -> tuple[str, tuple[str, ...]]:
    """The verb and arguments of a card's key."""
    verb, *args = (unquote(part) for part in key.split(":"))
    return verb, tuple(args)
