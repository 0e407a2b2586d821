"""What is to be said becomes Bot API requests: VOICE.md §2, row Telegram."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Unsendable
from bot.channels.telegram_html import Call, Hand, render
from bot.channels.telegram_wire import Me
from domain.talk import Button, Chat, Manner, Outgoing, Poll
from tests.simulator import entities

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
GROUP = Chat("telegram", "-1001234567890", title="枫林小区")
PRIVATE = Chat("telegram", "10001", private=True)
HAND = Hand(Me(7000001, "fengsi_bot"), "发回")
ALL_EARS = Hand(Me(7000001, "fengsi_bot", hears_all=True), "发回")


def html(text: str, hand: Hand = HAND, to: Chat = PRIVATE, *, headed: bool = False) -> str:
    return str(render(Outgoing(to, text, headed=headed), None, hand, NOW).params["text"])


def test_headline_is_bold_and_the_rest_escaped() -> None:
    """The first line of a headed message is bold; a resident's words never become mark-up."""
    assert html("🗳️ 表决 #3 <灯>\n现在：A & B", headed=True) == "<b>🗳️ 表决 #3 &lt;灯&gt;</b>\n现在：A &amp; B"
    assert html("只有一行", headed=True) == "<b>只有一行</b>"
    assert html("没有标题\n<b>") == "没有标题\n&lt;b&gt;"


def test_what_can_be_typed_is_code() -> None:
    """A quotation after "发" or "回" can be copied by a tap; other quotations stay as they are."""
    assert html("发“进度 12”随时查") == "发“<code>进度 12</code>”随时查"
    assert html("您家选“赞同”") == "您家选“赞同”"
    assert html("发“<1>”") == "发“<code>&lt;1&gt;</code>”"
    assert html("发“进度 12”\n发“帮助”", headed=True) == "<b>发“进度 12”</b>\n发“<code>帮助</code>”"


def test_typed_example_starts_with_the_name_where_the_bot_hears_little() -> None:
    """In a group with privacy mode on, what is to be typed starts with @ (VOICE.md §2)."""
    assert html("发“进度 12”", to=GROUP) == "发“<code>@fengsi_bot 进度 12</code>”"
    assert html("发“进度 12”", ALL_EARS, GROUP) == "发“<code>进度 12</code>”"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.booleans())
def test_text_arrives_as_it_was_given(text: str, headed: bool) -> None:
    """Whatever a text holds, Telegram shows just that."""
    shown, _ = entities.html(html(text[:2000], headed=headed, hand=ALL_EARS))

    assert shown == text[:2000]


def test_new_message_has_place_manner_and_buttons() -> None:
    """Topic, reply, silence and rows of buttons go where the Bot API wants them."""
    rows = (
        (Button("附议", "second", ("12",)), Button("看板", url="https://example.org/")),
        (Button("撤回", "withdraw"),),
    )
    out = Outgoing(replace(GROUP, topic="7"), "收到", rows=rows, reply_to="11", silent=True)

    assert render(out, None, HAND, NOW) == Call(
        "sendMessage",
        {
            "chat_id": -1001234567890,
            "message_thread_id": 7,
            "reply_parameters": {"message_id": 11, "allow_sending_without_reply": True},
            "disable_notification": True,
            "text": "收到",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
            "reply_markup": {
                "inline_keyboard": [
                    [
                        {"text": "附议", "callback_data": "second:12"},
                        {"text": "看板", "url": "https://example.org/"},
                    ],
                    [{"text": "撤回", "callback_data": "withdraw"}],
                ]
            },
        },
    )


def test_redraw_edits_its_message() -> None:
    """A known message is edited, in place, with its new buttons; without any, they go."""
    out = Outgoing(replace(GROUP, topic="7"), "新", Manner.REDRAW, card="concern 12", reply_to="11")

    assert render(out, "40", HAND, NOW) == Call(
        "editMessageText",
        {
            "chat_id": -1001234567890,
            "message_id": 40,
            "text": "新",
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
    )


@pytest.mark.parametrize(
    ("text", "params"),
    [
        ("已附议", {"text": "已附议", "show_alert": False}),
        ("字" * 61, {"text": "字" * 61, "show_alert": True}),
        ("两\n行", {"text": "两\n行", "show_alert": True}),
        ("字" * 300, {"text": "字" * 199 + "…", "show_alert": True}),
        ("", {}),
    ],
)
def test_toast_answers_the_press(text: str, params: dict[str, object]) -> None:
    """A toast goes to the presser alone; a long one stays until it is put away; an empty one only ends the waiting."""
    out = Outgoing(GROUP, text, Manner.TOAST, token="q1", person="10001")

    assert render(out, None, HAND, NOW) == Call("answerCallbackQuery", {"callback_query_id": "q1"} | params)


def test_toast_without_a_press_is_a_message() -> None:
    """Where there is no press to answer, the words are said."""
    assert render(Outgoing(GROUP, "已附议", Manner.TOAST), None, HAND, NOW).method == "sendMessage"


@pytest.mark.parametrize(
    ("closes", "close_date"),
    [
        (NOW + timedelta(hours=2), int((NOW + timedelta(hours=2)).timestamp())),
        (NOW + timedelta(days=31), None),
        (NOW + timedelta(seconds=4), None),
        (NOW - timedelta(hours=2), None),
    ],
)
def test_poll_hides_who_and_how_many(closes: datetime, close_date: int | None) -> None:
    """Nobody sees who chose what, nor counts before the close; Telegram closes it where that is 5 to 2628000 s off."""
    out = Outgoing(GROUP, "表态 #6：几点结束\n群内表态，不作决定依据", poll=Poll("几点结束", ("七点", "八点"), closes))
    call = render(out, None, HAND, NOW)

    assert call.method == "sendPoll"
    assert call.params["question"] == "表态 #6：几点结束\n群内表态，不作决定依据"
    assert call.params["options"] == [{"text": "七点"}, {"text": "八点"}]
    assert call.params["is_anonymous"]
    assert call.params["hide_results_until_closes"]
    assert call.params.get("close_date") == close_date


def test_poll_is_closed_by_its_message() -> None:
    """Closing a poll stops the native one."""
    out = Outgoing(GROUP, "", Manner.REDRAW, card="poll 6", closes_poll=True)

    assert render(out, "40", HAND, NOW) == Call("stopPoll", {"chat_id": -1001234567890, "message_id": 40})


def test_button_that_telegram_would_refuse_is_refused_here() -> None:
    """Callback data hold 64 bytes: one more is a fault of ours, told before Telegram is asked."""
    fits, too_long = "a" * 57, "a" * 58

    render(Outgoing(GROUP, "卡", rows=((Button("投", "choose", (fits,)),),)), None, HAND, NOW)
    with pytest.raises(Unsendable, match="65 bytes"):
        render(Outgoing(GROUP, "卡", rows=((Button("投", "choose", (too_long,)),),)), None, HAND, NOW)


def test_too_long_text_is_cut_and_shows_it() -> None:
    """Telegram takes 4096 UTF-16 units; what is cut ends with an ellipsis, and no character is split."""
    text, _ = entities.html(html("😀" * 3000))

    assert entities.utf16(text) <= 4096
    assert text == "😀" * 2047 + "…"
