"""The simulator itself, proved with the two real libraries: each sends, receives by polling and webhook, is pressed."""

import asyncio
import contextlib
import io
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiogram
import aiogram.exceptions
import httpx
import pytest
import telegram
import telegram.error
import uvicorn
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.request import HTTPXRequest

from tests.simulator.client import Simulator, buttons, words

Handler = Callable[[Request], Awaitable[Response]]


def picture(color: str = "red") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (640, 480), color).save(content, "PNG")
    return content.getvalue()


@pytest.fixture
async def ptb(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[telegram.Bot]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # or every 429 warns
    bot = telegram.Bot(
        sim.token,
        base_url=f"{sim.address}/bot",
        base_file_url=f"{sim.address}/file/bot",
        request=HTTPXRequest(connection_pool_size=4),
    )
    async with bot:
        yield bot


@pytest.fixture
async def aio(sim: Simulator) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sim.address))
    async with aiogram.Bot(sim.token, session=session) as bot:
        yield bot


@contextlib.asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """A web server for one webhook."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/hook", handler, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(server._serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"
        server.should_exit = True


async def test_ptb_sends_polls_and_presses(sim: Simulator, ptb: telegram.Bot) -> None:
    """python-telegram-bot reads what the simulator says, and is understood."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident])
    await sim.say(group, resident, "/say 电梯坏了")

    (update,) = await ptb.get_updates(timeout=5)
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("附议", callback_data="second:1")]])
    assert update.message is not None
    await update.message.reply_html("<b>收到</b> &lt;1&gt;", reply_markup=keyboard)
    answer = await sim.wait_for(group, "收到 <1>")
    query = await sim.press(resident, answer, "附议")
    (pressed,) = await ptb.get_updates(offset=update.update_id + 1, timeout=5)
    assert pressed.callback_query is not None
    await pressed.callback_query.answer("已附议")

    assert pressed.callback_query.data == "second:1"
    assert (await sim.answer(query))["text"] == "已附议"
    assert answer["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert buttons(answer) == ["附议"]


async def test_aiogram_sends_polls_and_presses(sim: Simulator, aio: aiogram.Bot) -> None:
    """Aiogram reads what the simulator says, and is understood."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident], topics={7: "说事"})
    await sim.say(group, resident, "/say 电梯坏了", topic=7)

    (update,) = await aio.get_updates(timeout=5)
    assert update.message is not None
    assert update.message.is_topic_message
    button = aiogram.types.InlineKeyboardButton(text="附议", callback_data="second:1")
    keyboard = aiogram.types.InlineKeyboardMarkup(inline_keyboard=[[button]])
    await aio.send_message(group, "<b>收到</b>", parse_mode="HTML", message_thread_id=7, reply_markup=keyboard)
    query = await sim.press(resident, await sim.wait_for(group, "收到"), "附议")
    (pressed,) = await aio.get_updates(offset=update.update_id + 1, timeout=5)
    assert pressed.callback_query is not None
    await aio.answer_callback_query(pressed.callback_query.id, text="已附议")

    assert (await sim.answer(query))["text"] == "已附议"


@pytest.mark.parametrize("library", ["ptb", "aio"])
async def test_webhook_comes_with_its_secret_and_again_until_200(
    sim: Simulator, ptb: telegram.Bot, aio: aiogram.Bot, library: str
) -> None:
    """A webhook's update is repeated until a 2xx, before the chat's next one."""
    seen: list[tuple[str, str | None]] = []

    async def hook(request: Request) -> Response:
        update = telegram.Update.de_json(await request.json(), ptb)
        aiogram.types.Update.model_validate(await request.json())
        assert update.message is not None
        seen.append((str(update.message.text), request.headers.get("x-telegram-bot-api-secret-token")))
        return Response(status_code=500 if len(seen) < 3 else 200)

    resident = await sim.user("居民甲")
    async with listening(hook) as url:
        await (ptb if library == "ptb" else aio).set_webhook(url, secret_token="s3cret")
        await sim.say(resident, resident, "一")
        await sim.say(resident, resident, "二")
        await sim.settled()

    assert [text for text, _ in seen] == ["一", "一", "一", "二"]
    assert {secret for _, secret in seen} == {"s3cret"}
    assert [failure["status"] for failure in (await sim.state())["failures"]] == [500, 500]
    with pytest.raises(telegram.error.Conflict):
        await ptb.get_updates()


async def test_updates_are_kept_until_a_higher_offset(sim: Simulator, ptb: telegram.Bot) -> None:
    """`offset` acknowledges; without it the same updates come again."""
    resident = await sim.user("居民甲")
    for text in "一二三":
        await sim.say(resident, resident, text)

    first = await ptb.get_updates(timeout=1)
    again = await ptb.get_updates(timeout=1)
    rest = await ptb.get_updates(offset=first[1].update_id, timeout=1)

    assert [update.update_id for update in again] == [update.update_id for update in first]
    assert [update.message.text for update in rest if update.message] == ["二", "三"]


async def test_second_poller_ends_the_first(sim: Simulator, ptb: telegram.Bot, aio: aiogram.Bot) -> None:
    """Two pollers on one token: the earlier one gets a 409."""
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(_caught(ptb.get_updates(timeout=10)))
        await asyncio.sleep(0.3)
        await aio.get_updates(timeout=0)

    assert isinstance(first.result(), telegram.error.Conflict)


async def _caught(call: Awaitable[Any]) -> BaseException | None:
    try:
        await call
    except (telegram.error.TelegramError, aiogram.exceptions.TelegramAPIError) as error:
        return error
    return None


PLANS: list[tuple[dict[str, Any], str, str]] = [
    ({"status": 429, "retry_after": 7, "description": "Too Many Requests"}, "RetryAfter", "TelegramRetryAfter"),
    ({"status": 400, "description": "Bad Request: chat not found"}, "BadRequest", "TelegramBadRequest"),
    ({"status": 403, "description": "Forbidden: bot was kicked"}, "Forbidden", "TelegramForbiddenError"),
    ({"status": 502, "description": "Bad Gateway"}, "NetworkError", "TelegramServerError"),
    ({"drop": "before"}, "NetworkError", "TelegramNetworkError"),
    ({"drop": "after"}, "NetworkError", "TelegramNetworkError"),
]


@pytest.mark.parametrize(("plan", "by_ptb", "by_aiogram"), PLANS)
async def test_scenario_reaches_both_libraries(
    sim: Simulator, ptb: telegram.Bot, aio: aiogram.Bot, plan: dict[str, Any], by_ptb: str, by_aiogram: str
) -> None:
    """A planned failure comes once to each request, as the error that the library has for it."""
    resident = await sim.user("居民甲")
    await sim.scenario("sendMessage", times=2, **plan)

    errors = [await _caught(bot.send_message(resident, "您好")) for bot in (ptb, aio)]
    await ptb.send_message(resident, "到了")

    assert [type(error).__name__ for error in errors] == [by_ptb, by_aiogram]
    arrived = 3 if plan.get("drop") == "after" else 1
    assert len(await sim.messages(resident)) == arrived


async def test_private_chat_is_closed_until_start(sim: Simulator, ptb: telegram.Bot) -> None:
    """A bot can't write first; after the person wrote, it can."""
    resident = await sim.user("居民甲", started=False)

    with pytest.raises(telegram.error.Forbidden, match="initiate"):
        await ptb.send_message(resident, "您好")
    await sim.say(resident, resident, "/start")
    await ptb.send_message(resident, "您好")

    assert words((await sim.messages(resident))[-1]) == "您好"


async def test_privacy_mode_hides_plain_talk(sim: Simulator, ptb: telegram.Bot) -> None:
    """With privacy mode on, commands, mentions and replies to the bot arrive, plain talk only where it administers."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident])
    own = await ptb.send_message(group, "在")
    for text in (
        "今天下雨",
        "说事 电梯",
        "@fengsi_bot 说事 电梯",
        "@fengsi_bot说事",
        "/say 电梯",
        "/say@other_bot 电梯",
    ):
        await sim.say(group, resident, text)
    await sim.say(group, resident, "好", reply_to=own.message_id)
    await sim.status(group, "administrator", by=resident)
    await sim.say(group, resident, "又下雨")

    texts = [update.message.text for update in await ptb.get_updates(timeout=1) if update.message]

    assert texts == ["@fengsi_bot 说事 电梯", "/say 电梯", "好", "又下雨"]


async def test_poll_has_what_both_libraries_demand(sim: Simulator, ptb: telegram.Bot, aio: aiogram.Bot) -> None:
    """Polls and answers carry the fields required since Bot API 9.6."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident])
    options = [telegram.InputPollOption("七点"), telegram.InputPollOption("八点")]
    await ptb.send_poll(group, "几点结束", options, is_anonymous=False)
    await aio.send_poll(group, "几点开始", [aiogram.types.InputPollOption(text=text) for text in "早晚"])

    (first, _) = await sim.messages(group)
    await sim.vote(resident, first, 1)
    (by_ptb,) = await ptb.get_updates(timeout=1)
    (by_aiogram,) = await aio.get_updates(timeout=1)
    ended = await ptb.stop_poll(group, first["message_id"])

    assert by_ptb.poll_answer is not None
    assert by_ptb.poll_answer.option_ids == (1,)
    assert by_aiogram.poll_answer is not None
    assert by_aiogram.poll_answer.option_persistent_ids == [first["poll"]["options"][1]["persistent_id"]]
    assert [option.voter_count for option in ended.options] == [0, 1]


async def test_album_comes_as_single_messages_and_can_be_fetched(
    sim: Simulator, ptb: telegram.Bot, aio: aiogram.Bot
) -> None:
    """An album is several updates with one media_group_id; each picture downloads as it was sent."""
    resident = await sim.user("居民甲")
    red, blue = picture("red"), picture("blue")
    await sim.show(resident, resident, [red, blue], "说事 墙裂了")

    found = [update.message for update in await ptb.get_updates(timeout=1) if update.message]
    by_ptb = await (await found[0].photo[-1].get_file()).download_as_bytearray()
    by_aiogram = await aio.download(found[1].photo[-1].file_id)

    assert len({message.media_group_id for message in found}) == 1
    assert [message.caption for message in found] == ["说事 墙裂了", None]
    assert bytes(by_ptb) == red
    assert by_aiogram is not None
    assert by_aiogram.read() == blue


async def test_both_libraries_upload(sim: Simulator, ptb: telegram.Bot, aio: aiogram.Bot) -> None:
    """An uploaded picture is kept as it was sent."""
    resident = await sim.user("居民甲")
    await sim.say(resident, resident, "/start")

    by_ptb = await ptb.send_photo(resident, picture(), caption="结果")
    by_aiogram = await aio.send_photo(resident, aiogram.types.BufferedInputFile(picture(), "a.png"))

    for file_id in (by_ptb.photo[-1].file_id, by_aiogram.photo[-1].file_id if by_aiogram.photo else ""):
        assert bytes(await (await ptb.get_file(file_id)).download_as_bytearray()) == picture()


async def test_group_becomes_a_supergroup(sim: Simulator, ptb: telegram.Bot, aio: aiogram.Bot) -> None:
    """Migration comes as service messages in both chats, and as a 400 that names the new id."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident], type="group")
    new = await sim.migrate(group)

    messages = [update.message for update in await ptb.get_updates(timeout=1) if update.message]
    by_ptb = await _caught(ptb.send_message(group, "在"))
    by_aiogram = await _caught(aio.send_message(group, "在"))

    assert [message.migrate_to_chat_id for message in messages] == [new, None]
    assert [message.migrate_from_chat_id for message in messages] == [None, group]
    assert isinstance(by_ptb, telegram.error.ChatMigrated)
    assert by_ptb.new_chat_id == new
    assert isinstance(by_aiogram, aiogram.exceptions.TelegramMigrateToChat)
    assert by_aiogram.migrate_to_chat_id == new


async def test_bot_is_told_of_its_own_status(sim: Simulator, ptb: telegram.Bot) -> None:
    """Joining, promotion and expulsion come as my_chat_member; afterwards sending is a 403."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident], bot="none")
    await sim.join(group, by=resident)
    await sim.status(group, "administrator", by=resident)
    await sim.status(group, "kicked", by=resident)

    updates = await ptb.get_updates(timeout=1)

    changes = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [change.new_chat_member.status for change in changes] == ["member", "administrator", "kicked"]
    with pytest.raises(telegram.error.Forbidden, match="kicked"):
        await ptb.send_message(group, "在")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"text": " "}, "message text is empty"),
    ("sendMessage", {"text": "字" * 4097}, "message is too long"),
    ("sendMessage", {"text": "<b>", "parse_mode": "HTML"}, "can't parse entities"),
    ("sendMessage", {"text": "好", "reply_parameters": {"message_id": 9}}, "message to be replied not found"),
    ("sendMessage", {"text": "好", "message_thread_id": 9}, "message thread not found"),
    (
        "sendMessage",
        {"text": "好", "reply_markup": {"inline_keyboard": [[{"text": "投", "callback_data": "字" * 22}]]}},
        "BUTTON_DATA_INVALID",
    ),
    ("editMessageText", {"text": "好", "message_id": 9}, "message to edit not found"),
]


@pytest.mark.parametrize(("method", "params", "why"), REFUSED)
async def test_simulator_refuses_what_telegram_refuses(
    sim: Simulator, method: str, params: dict[str, Any], why: str
) -> None:
    """A request that the real server would refuse is refused with its words."""
    resident = await sim.user("居民甲")
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{sim.address}/bot{sim.token}/{method}"
        answer = await client.post(url, json={"chat_id": resident} | params)

    assert answer.status_code == 400
    assert why in answer.json()["description"]


async def test_edit_without_change_and_late_toast_are_400(sim: Simulator, ptb: telegram.Bot) -> None:
    """The two errors that mean "nothing to do" come as Telegram words them."""
    resident = await sim.user("居民甲")
    keyboard = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("附议", callback_data="a")]])
    card = await ptb.send_message(resident, "卡", reply_markup=keyboard)
    query = await sim.press(resident, (await sim.messages(resident))[0], "附议", expired=True)

    with pytest.raises(telegram.error.BadRequest, match="not modified"):
        await card.edit_text("卡", reply_markup=keyboard)
    with pytest.raises(telegram.error.BadRequest, match="too old"):
        await ptb.answer_callback_query(query)
    await card.edit_text("新卡")

    assert words((await sim.messages(resident))[0]) == "新卡"


@pytest.mark.parametrize(
    ("params", "what"),
    [
        ({"texts": "好"}, "unknown texts"),
        ({"text": 5}, "text"),
        ({"reply_markup": {"inline_keyboard": 1}}, "inline_keyboard"),
    ],
)
async def test_request_against_the_schema_is_a_violation(
    simulator: str, token: str, params: dict[str, Any], what: str
) -> None:
    """A parameter that the Bot API does not know, or of another type, is listed."""
    sim = Simulator(simulator, token)
    async with sim, httpx.AsyncClient(trust_env=False) as client:
        asked = {"chat_id": 1, "text": "好"} | params
        await client.post(f"{simulator}/bot{token}/sendMessage", json=asked)
        found = (await sim.state())["violations"]

    assert [line for line in found if what in line]
