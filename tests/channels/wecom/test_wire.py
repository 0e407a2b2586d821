"""WeCom's callbacks as events: what is said, pressed, opened; whose name stood before it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom.wire import Ears, pack, parse, picture_of, unpack
from domain.talk import Chat, Person, Pressed, Said

NOW = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
EARS = Ears("说事", frozenset({"说事"}))


def message(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    about = {"msgid": "m1", "aibotid": "aib1", "chatid": "wr1", "chattype": "group", "from": {"userid": "user1"}}
    return about | content | more


def text(words: str, **more: Any) -> dict[str, Any]:
    return message({"msgtype": "text", "text": {"content": words}}, **more)


def said(body: dict[str, Any], ears: Ears = EARS) -> Said:
    event = parse(body, ears, NOW)
    assert isinstance(event, Said)
    return event


def test_message_in_a_group_arrives_whole() -> None:
    """Event, chat, person, moment, words."""
    event = said(text("@说事 说事 三号楼电梯又停了", create_time=1_764_561_600))

    assert event == Said(
        event="m1",
        at=datetime(2025, 12, 1, 4, 0, tzinfo=UTC),
        chat=Chat("wecom", "wr1"),
        who=Person("user1"),
        text="说事 三号楼电梯又停了",
        message="m1",
        addressed=True,
    )


def test_message_alone_belongs_to_the_person_s_own_chat() -> None:
    """A single chat is called as its person; without a time of its own, now."""
    event = said(text("帮助", chattype="single", chatid=None))

    assert event.chat == Chat("wecom", "user1", private=True)
    assert event.at == NOW


@pytest.mark.parametrize(
    ("words", "heard"),
    [
        ("@说事 帮助", "帮助"),
        ("@说事\u2005帮助", "帮助"),
        ("  @说事  帮助 ", "帮助"),
        ("@说事", ""),
        ("电梯坏了 @说事", "电梯坏了"),
        ("@说事员 来了", "@说事员 来了"),
        ("@说事 说事 请@居民乙看看", "说事 请@居民乙看看"),
        ("附议12", "附议12"),
    ],
)
def test_name_of_the_bot_is_taken_out(words: str, heard: str) -> None:
    """A message's content still has the "@name"; a bare one is empty, which gets the menu."""
    assert said(text(words)).text == heard


@pytest.mark.parametrize(("words", "heard"), [("@逢四说事 帮助", "帮助"), ("@x", ""), ("帮助 @x", "帮助 @x")])
def test_first_name_is_taken_out_where_the_bot_s_is_not_told(words: str, heard: str) -> None:
    """Without `name` in the config, the first @word."""
    assert said(text(words), Ears()).text == heard


def test_pictures_come_with_their_own_key() -> None:
    """Mixed: the words together, each picture with address and key."""
    images = [{"url": f"https://x/{n}?a=b c", "aeskey": f"key{n}"} for n in range(2)]
    items = [{"msgtype": "text", "text": {"content": "@说事 说事"}}, {"msgtype": "image", "image": images[0]}]
    items += [{"msgtype": "text", "text": {"content": "灯坏了"}}, {"msgtype": "image", "image": images[1]}]
    event = said(message({"msgtype": "mixed", "mixed": {"msg_item": items}}))

    assert event.text == "说事 灯坏了"
    assert [picture_of(one.id) for one in event.pictures] == [
        ("key0", "https://x/0?a=b c"),
        ("key1", "https://x/1?a=b c"),
    ]


def test_picture_without_a_key_is_taken_too() -> None:
    """Over the callback there is one key for all."""
    event = said(message({"msgtype": "image", "image": {"url": "https://x/0"}}, chattype="single"))

    assert [picture_of(one.id) for one in event.pictures] == [("", "https://x/0")]


def test_voice_is_what_wecom_understood() -> None:
    """A voice message comes as text."""
    assert said(message({"msgtype": "voice", "voice": {"content": "说事 灯坏了"}})).text == "说事 灯坏了"


@pytest.mark.parametrize("kind", ["file", "video", "location"])
def test_other_things_are_wordless(kind: str) -> None:
    """What the bot can't use is answered like a bare mention: never silence."""
    event = said(message({"msgtype": kind, kind: {"url": "x"}}, chattype="single"))

    assert (event.text, event.pictures, event.addressed) == ("", (), True)


def test_quote_is_what_a_bare_phrase_means() -> None:
    """说事 in answer to a text means that text; other words are left alone."""
    quote = {"msgtype": "text", "text": {"content": "三号楼灯坏了"}}

    assert said(text("@说事 说事", quote=quote)).text == "说事 三号楼灯坏了"
    assert said(text("@说事 附议 12", quote=quote)).text == "附议 12"
    assert said(text("@说事 说事", quote={"msgtype": "image", "image": {}})).text == "说事"


def press(detail: dict[str, Any], *, nested: bool = True) -> dict[str, Any]:
    event = {"eventtype": "template_card_event"} | ({"template_card_event": detail} if nested else detail)
    return message({"msgtype": "event", "event": event})


@pytest.mark.parametrize("nested", [True, False])
def test_press_of_a_button_comes_back_as_verb_and_arguments(nested: bool) -> None:
    """Also where the press stands in the event itself."""
    event = parse(press({"event_key": "second:12", "task_id": "t1"}, nested=nested), EARS, NOW, "req1")

    assert event == Pressed("m1", NOW, Chat("wecom", "wr1"), Person("user1"), "second", ("12",), "t1", "req1")


def test_ticked_option_is_what_was_pressed() -> None:
    """A vote card tells the option; without one, its button, which shows the vote."""
    item = {"question_key": "t1", "option_ids": {"option_id": ["ballot:3:2"]}}
    detail = {"event_key": "ballot:3", "task_id": "t1", "selected_items": {"selected_item": [item]}}
    ticked = parse(press(detail), EARS, NOW)
    none = parse(press(detail | {"selected_items": {}}), EARS, NOW)

    assert isinstance(ticked, Pressed)
    assert isinstance(none, Pressed)
    assert (ticked.verb, ticked.args) == ("ballot", ("3", "2"))
    assert (none.verb, none.args) == ("ballot", ("3",))


def test_opening_the_chat_is_a_start() -> None:
    """enter_chat: who opens the bot's chat for the first time that day is greeted."""
    event = parse(message({"msgtype": "event", "event": {"eventtype": "enter_chat"}}, chattype="single"), EARS, NOW)

    assert isinstance(event, Said)
    assert event.text == "/start"


@pytest.mark.parametrize("kind", ["feedback_event", "something_new"])
def test_other_events_say_nothing(kind: str) -> None:
    """Passed over without a word."""
    assert parse(message({"msgtype": "event", "event": {"eventtype": kind}}), EARS, NOW) is None


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_key_gives_back_verb_and_arguments(parts: list[str]) -> None:
    """Whatever stands in a button."""
    verb, *args = parts

    assert unpack(pack(verb, tuple(args))) == (verb, tuple(args))
