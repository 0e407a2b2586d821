"""The Official Account's messages as events."""

from datetime import UTC, datetime

import pytest

from bot.channels.official_account.menu import menu
from bot.channels.official_account.wire import parse
from bot.texts import Texts
from domain.talk import Chat, Joined, Membership, Person, Said, Upload

ABOUT = {"ToUserName": "gh_1", "FromUserName": "openid1", "CreateTime": "1764561600"}
CHAT = Chat("official_account", "openid1", private=True)
AT = datetime(2025, 12, 1, 4, 0, tzinfo=UTC)


def event(name: str, key: str = "") -> dict[str, str]:
    return ABOUT | {"MsgType": "event", "Event": name, "EventKey": key}


def test_text_is_said_alone() -> None:
    """One to one: every word is meant for the bot."""
    fields = ABOUT | {"MsgType": "text", "Content": " 说事 灯坏了 ", "MsgId": "7"}

    assert parse(fields) == Said("7", AT, CHAT, Person("openid1"), "说事 灯坏了", "7", addressed=True)


def test_picture_is_taken_by_its_media_id() -> None:
    """Fetched after the commit."""
    said = parse(ABOUT | {"MsgType": "image", "MediaId": "media1", "PicUrl": "http://x", "MsgId": "7"})

    assert isinstance(said, Said)
    assert (said.text, said.pictures) == ("", (Upload("media1"),))


@pytest.mark.parametrize(("more", "heard"), [({"Recognition": "说事 灯坏了。"}, "说事 灯坏了。"), ({}, "")])
def test_voice_is_what_wechat_understood(more: dict[str, str], heard: str) -> None:
    """Where the account has recognition; else it is wordless, which gets the menu."""
    said = parse(ABOUT | {"MsgType": "voice", "MediaId": "m", "MsgId": "7"} | more)

    assert isinstance(said, Said)
    assert said.text == heard


@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        (event("CLICK", "mine"), "/mine"),
        (event("subscribe"), "/start"),
        (event("subscribe", "qrscene_ABCD2345"), "/start ABCD2345"),
        (event("SCAN", "ABCD2345"), "/start ABCD2345"),
    ],
)
def test_menu_and_following_are_commands(fields: dict[str, str], heard: str) -> None:
    """A QR code may carry a household's one-time code."""
    said = parse(fields)

    assert isinstance(said, Said)
    assert said.text == heard


def test_leaving_is_told() -> None:
    """Nobody is written to who went away."""
    left = parse(event("unsubscribe"))

    assert isinstance(left, Joined)
    assert (left.membership, left.chat) == (Membership.GONE, CHAT)


@pytest.mark.parametrize("name", ["VIEW", "LOCATION", "MASSSENDJOBFINISH", "subscribe_msg_popup_event"])
def test_other_events_say_nothing(name: str) -> None:
    """Passed over without a word."""
    assert parse(event(name)) is None


def test_event_without_a_number_is_known_by_person_moment_and_kind() -> None:
    """The same again is the same; another key is another."""
    once, again, other = (parse(event("CLICK", key)) for key in ("mine", "mine", "votes"))
    assert once
    assert again
    assert other

    assert once.event == again.event != other.event
    assert len(once.event) <= 128


@pytest.mark.parametrize("fields", [{}, {"MsgType": "text"}, ABOUT | {"MsgType": "image", "MsgId": "7"}])
def test_what_is_no_message_is_an_error_by_name(fields: dict[str, str]) -> None:
    """Whoever reads passes it over."""
    with pytest.raises(LookupError):
        parse(fields)


def test_menu_has_what_this_release_has() -> None:
    """At most three buttons with at most five below each; what does not exist is left out; names fit."""
    labels = Texts.load().table("wechat.menu")
    whole = menu(["say", "topics", "votes", "next", "mine", "may", "join", "help"], labels)["button"]
    few = menu(["say", "votes", "help"], labels)["button"]

    assert [button["name"] for button in whole] == ["我要说事", "议题投票", "我的"]
    assert [button["key"] for button in whole[2]["sub_button"]] == ["mine", "may", "join", "help"]
    assert [button["key"] for button in few] == ["say", "votes", "help"]
    assert all(len(button["name"].encode()) <= 16 for button in whole)
