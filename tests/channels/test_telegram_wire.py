"""Bot API payloads become events; each payload is one that both libraries accept."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import telegram_wire
from bot.channels.telegram_wire import Me, pack, unpack
from domain.talk import Chat, Event, Joined, Membership, Migrated, Person, Pressed, Said, Upload

UPDATES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("telegram_updates.json").read_text("utf-8"))
ME = Me(7000001, "fengsi_bot")
NOW = datetime(2025, 12, 1, 10, 30, tzinfo=UTC)
SENT = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)
GROUP = Chat("telegram", "-1001234567890", title="枫林小区")
TOPIC = Chat("telegram", "-1001234567890", topic="7", title="枫林小区")
PRIVATE = Chat("telegram", "10001", private=True)
RESIDENT = Person("10001", "居民甲")
SECRETARY = Person("10002", "书记")


def said(number: int, message: int, text: str, chat: Chat = GROUP, who: Person = RESIDENT, **more: Any) -> Said:
    return Said(str(700000000 + number), SENT, chat, who, text, str(message), **more)


def joined(number: int, membership: Membership, chat: Chat = GROUP, who: Person = SECRETARY) -> Joined:
    return Joined(str(700000000 + number), SENT, chat, who, membership)


EVENTS: dict[str, Event | None] = {
    "words in a group": said(1, 11, "说事 三号楼电梯又停了", who=Person("10001", "居民 甲")),
    "words after the bot's name": said(2, 12, "说事 三号楼电梯又停了", addressed=True),
    "the bot's name alone": said(3, 13, "", addressed=True),
    "a command for this bot": said(4, 14, "/say 路灯不亮", addressed=True),
    "a command for another bot": None,
    "a private command": said(6, 16, "/start ABCD2345", PRIVATE),
    "an answer to the bot": said(7, 18, "三号楼电梯", reply_to="17", addressed=True),
    "an answer to a person": said(8, 19, "授权 管理员", who=SECRETARY, reply_to="11", reply_to_person=RESIDENT),
    "words in a forum topic": said(9, 21, "说事 路灯不亮", TOPIC),
    "a thread that is no topic": said(10, 23, "附议 1", reply_to="11", reply_to_person=Person("10002", "居民乙")),
    "an anonymous administrator": said(11, 24, "截止 3", who=Person("-1001234567890", "枫林小区", hidden=True)),
    "a person under a channel's name": said(
        12, 25, "说事 路灯不亮", who=Person("-1009876543210", "枫林茶馆", hidden=True)
    ),
    "a post of the linked channel": None,
    "another bot's words": None,
    "the first picture of an album": said(15, 28, "说事 墙裂了", pictures=(Upload("large", 98765),), album="13579"),
    "a later picture of an album": said(16, 29, "", pictures=(Upload("second"),), album="13579"),
    "a picture sent as a file": said(17, 30, "说事 墙裂了", PRIVATE, pictures=(Upload("file", 4321),)),
    "a voice message in private": said(18, 31, "", PRIVATE),
    "a sticker in a group": None,
    "somebody came into the group": None,
    "edited words": Said(
        "700000021", datetime(2025, 12, 1, 10, 1, tzinfo=UTC), GROUP, RESIDENT, "说事 三号楼电梯停了", "11", edited=True
    ),
    "a press": Pressed("700000022", NOW, TOPIC, RESIDENT, "vote", ("3", "1"), message="40", token="4382bfdwdsb323b2d9"),
    "a press on a message too old to be shown": Pressed(
        "700000023", NOW, PRIVATE, RESIDENT, "mine", (), message="41", token="4382bfdwdsb323b2da"
    ),
    "the bot comes into a group": joined(24, Membership.MEMBER),
    "the bot is made administrator": joined(25, Membership.ADMINISTRATOR),
    "the bot is thrown out": joined(26, Membership.GONE),
    "a person blocks the bot": joined(27, Membership.GONE, PRIVATE, RESIDENT),
    "the old group becomes a supergroup": Migrated(
        "700000028", SENT, Chat("telegram", "-501", title="枫林小区"), "-1001234567890"
    ),
    "the new supergroup tells where it came from": Migrated(
        "700000029", SENT, Chat("telegram", "-501", title="枫林小区"), "-1001234567890"
    ),
    "a kind of update that was not asked for": None,
}


@pytest.mark.parametrize("name", UPDATES)
def test_parse_reads_what_telegram_sends(name: str) -> None:
    """Each kind of update becomes the event it stands for, or none where nothing was said to the bot."""
    assert telegram_wire.parse(UPDATES[name], ME, NOW) == EVENTS[name]


@pytest.mark.parametrize("name", UPDATES)
def test_payload_is_one_both_libraries_accept(name: str) -> None:
    """The payloads are as the Bot API has them: no field is unknown to either library, none is missing."""
    import aiogram.types
    import telegram

    update = UPDATES[name]

    parsed = aiogram.types.Update.model_validate(update)
    content = parsed.model_dump(mode="json", exclude_unset=True, by_alias=True)
    assert not parsed.model_extra
    assert content.keys() == update.keys()
    carried = telegram.Update.de_json(update, None)
    assert carried.api_kwargs == {}
    assert carried.to_dict().keys() == update.keys()


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("@fengsi_bot说事 电梯", "说事 电梯"),
        ("@FENGSI_BOT　说事 电梯", "说事 电梯"),
        ("说事 电梯 @fengsi_bot", "说事 电梯"),
        ("@fengsi_bot\n说事 电梯\n停了", "说事 电梯\n停了"),
    ],
)
def test_own_name_is_taken_out_wherever_it_stands(text: str, heard: str) -> None:
    """What is said to the bot reads the same with its name before, after, and without a space."""
    update = json.loads(json.dumps(UPDATES["words in a group"]))
    update["message"]["text"] = text

    event = telegram_wire.parse(update, ME, NOW)

    assert isinstance(event, Said)
    assert (event.text, event.addressed) == (heard, True)


@pytest.mark.parametrize("text", ["@fengsi_bot2 好", "a@fengsi_bot", "fengsi_bot 好"])
def test_other_names_stay(text: str) -> None:
    """A longer name, an address or the bare word is not the bot's @name."""
    update = json.loads(json.dumps(UPDATES["words in a group"]))
    update["message"]["text"] = text

    event = telegram_wire.parse(update, ME, NOW)

    assert isinstance(event, Said)
    assert (event.text, event.addressed) == (text, False)


def test_change_of_rights_alone_is_no_event() -> None:
    """An administrator's rights changed: the bot hears what it heard before."""
    update = json.loads(json.dumps(UPDATES["the bot is made administrator"]))
    update["my_chat_member"]["old_chat_member"]["status"] = "administrator"

    assert telegram_wire.parse(update, ME, NOW) is None


def test_privacy_mode_is_told_with_the_joining() -> None:
    """Who has switched privacy mode off hears all from the first moment."""
    event = telegram_wire.parse(UPDATES["the bot comes into a group"], Me(7000001, "fengsi_bot", hears_all=True), NOW)

    assert isinstance(event, Joined)
    assert event.hears_all


@given(st.text(min_size=1), st.lists(st.text()))
def test_button_comes_back_as_it_was_packed(verb: str, args: list[str]) -> None:
    """Whatever stands in a button's arguments, colons and percent signs included, comes back in the press."""
    assert unpack(pack(verb, tuple(args))) == (verb, tuple(args))


BROKEN: list[dict[str, Any]] = [
    {"update_id": 1, "message": {}},
    {
        "update_id": 1,
        "message": {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x", "from": {}},
    },
    {"update_id": 1, "callback_query": {"data": "x", "message": {"chat": None}}},
    {"update_id": 1, "my_chat_member": {"old_chat_member": {"status": "odd"}}},
    {"message": {}},
]


@pytest.mark.parametrize("update", BROKEN)
def test_broken_update_raises_what_the_channel_catches(update: dict[str, Any]) -> None:
    """An update that is not as the Bot API has it is an ordinary error, never a wrong event."""
    with pytest.raises((LookupError, TypeError, ValueError, AttributeError)):
        telegram_wire.parse(update, ME, NOW)


@pytest.mark.parametrize("update", [*BROKEN, {"update_id": 1, "message": 5}, {"update_id": 1, "message": {"chat": 5}}])
def test_order_of_a_broken_update_is_its_own(update: dict[str, Any]) -> None:
    """Finding an update's lane never fails, so that one broken update can't stop a batch."""
    assert telegram_wire.chat_of(update) in {"", "1"}
