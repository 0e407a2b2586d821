"""The Official Account's messages as `domain.talk` events. Pure: fields in, values out.

https://developers.weixin.qq.com/doc/service/guide/product/message/Receiving_standard_messages.html
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from domain.talk import Chat, Event, Joined, Membership, Person, Said, Upload

CHANNEL = "official_account"
SCENE = "qrscene_"
Fields = Mapping[str, str]


def parse(fields: Fields) -> Event | None:
    """The event in a message; None where it says nothing to the bot.

    Raises LookupError or ValueError where the fields are not as WeChat has them.
    """
    if fields["MsgType"] == "event":
        read = _EVENTS.get(fields["Event"].upper())
        return read(fields) if read else None
    pictures = (Upload(fields["MediaId"]),) if fields["MsgType"] == "image" else ()
    return _said(fields, _words(fields), pictures)


def _words(fields: Fields) -> str:
    """Words, or a voice message as WeChat understood it, where the account has that."""
    return fields.get("Content", "") if fields["MsgType"] == "text" else fields.get("Recognition", "")


def _said(fields: Fields, text: str, pictures: tuple[Upload, ...] = ()) -> Said:
    return Said(
        event=event_id(fields),
        at=_moment(fields),
        chat=_chat(fields),
        who=Person(fields["FromUserName"]),
        text=text.strip(),
        message=fields.get("MsgId"),
        addressed=True,
        pictures=pictures,
    )


def event_id(fields: Fields) -> str:
    """What tells a message from its retries: MsgId; events have none, but person, moment and kind."""
    if fields.get("MsgId"):
        return fields["MsgId"]
    parts = (fields["FromUserName"], fields["CreateTime"], fields.get("Event", ""), fields.get("EventKey", ""))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _clicked(fields: Fields) -> Said:
    """A menu's key is a command."""
    return _said(fields, "/" + fields["EventKey"])


def _followed(fields: Fields) -> Said:
    """By a QR code that carries something (a household's one-time code, a community), or without."""
    return _said(fields, f"/start {fields.get('EventKey', '').removeprefix(SCENE)}")


def _left(fields: Fields) -> Joined:
    who = Person(fields["FromUserName"])
    return Joined(event_id(fields), _moment(fields), _chat(fields), who, Membership.GONE)


def _chat(fields: Fields) -> Chat:
    return Chat(CHANNEL, fields["FromUserName"], private=True)


def _moment(fields: Fields) -> datetime:
    return datetime.fromtimestamp(int(fields["CreateTime"]), UTC)


_EVENTS: Mapping[str, Callable[[Fields], Event]] = {
    "CLICK": _clicked,
    "SUBSCRIBE": _followed,
    "SCAN": _followed,
    "UNSUBSCRIBE": _left,
}
