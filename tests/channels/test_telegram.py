"""Both Telegram carriers receive over real sockets: in order, acknowledged after the commit, by polling and webhook."""

import asyncio
import io
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette

from bot.channels import telegram_errors
from bot.channels.base import Rejected
from bot.channels.telegram import SECRET_HEADER
from domain.talk import Button, Chat, Event, Joined, Membership, Migrated, Outgoing, Pressed, Said
from tests.channels.carriers import COMMANDS, Make, Taken, acknowledged, brisk, library, listening, make, served
from tests.simulator.client import Simulator

__all__ = ["brisk", "library", "make"]


async def test_polling_hands_on_what_is_said_pressed_and_changed(sim: Simulator, make: Make) -> None:
    """Words, presses, memberships and migration arrive as events, in the order they happened."""
    resident = await sim.user("居民甲")
    group = await sim.group("枫林小区", [resident], type="group", bot="none")
    one, taken = make(), Taken()
    async with listening(one, taken):
        await sim.join(group, by=resident)
        await sim.say(group, resident, "@fengsi_bot 说事 电梯")
        row = (Button("附议", "second", ("1",)),)
        await one.send(Outgoing(Chat("telegram", str(group)), "收到", rows=(row,)), None)
        await sim.press(resident, await sim.wait_for(group, "收到"), "附议")
        new = await sim.migrate(group)
        await taken.until(5)
        await sim.settled()

    join, said, pressed, *moved = taken.events
    assert isinstance(join, Joined)
    assert join.membership is Membership.MEMBER
    assert isinstance(said, Said)
    assert (said.text, said.addressed, said.who.name) == ("说事 电梯", True, "居民甲")
    assert isinstance(pressed, Pressed)
    assert (pressed.verb, pressed.args) == ("second", ("1",))
    assert all(isinstance(event, Migrated) and event.to == str(new) for event in moved)
    assert len(moved) == 2


async def test_polling_acknowledges_only_what_was_kept(sim: Simulator, make: Make, brisk: None) -> None:
    """An event that was not kept comes again, and what follows it in its chat waits for it."""
    resident, other = await sim.user("居民甲"), await sim.user("居民乙")
    taken = Taken()
    taken.fail = 2
    for text in "一二三":
        await sim.say(resident, resident, text)
    async with listening(make(), taken):
        await taken.until(3)
        await sim.say(other, other, "四")
        await taken.until(4)
        await sim.settled()

    assert taken.texts == ["一", "二", "三", "四"]


async def test_polling_does_not_acknowledge_before_the_commit(sim: Simulator, make: Make) -> None:
    """While an event is being kept, Telegram still holds it: a kill here loses nothing."""
    resident = await sim.user("居民甲")
    taken = Taken()
    taken.slow = 0.6
    await sim.say(resident, resident, "一")
    async with listening(make(), taken):
        await asyncio.sleep(0.3)
        during = await acknowledged(sim)
        await taken.until(1)
        await sim.settled()

    assert during == 0
    assert await acknowledged(sim) == 1


async def test_chats_do_not_wait_for_each_other(sim: Simulator, make: Make) -> None:
    """Order is kept within a chat; another chat's event is not held up by it."""
    slow, quick = await sim.user("居民甲"), await sim.user("居民乙")
    order: list[str] = []

    async def take(event: Event) -> None:
        assert isinstance(event, Said)
        if event.text == "一":
            await asyncio.sleep(0.3)
        order.append(event.text)

    for user, text in ((slow, "一"), (slow, "二"), (quick, "三")):
        await sim.say(user, user, text)
    async with listening(make(), take):
        await sim.settled()

    assert order == ["三", "一", "二"]


BROKEN: tuple[dict[str, Any], ...] = (
    {"message": {"message_id": 5}},
    {"message": None},
    {"callback_query": {"id": "1", "data": "x", "message": 3}},
    {},
)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_update_that_cannot_be_read_is_passed_over(
    sim: Simulator, make: Make, mode: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A broken update is logged without its words, and the rest goes on."""
    resident, taken = await sim.user("居民甲"), Taken()
    for update in BROKEN:
        await sim.ask("update", **update)
    await sim.say(resident, resident, "好的")
    if mode == "polling":
        async with listening(make(), taken):
            await sim.settled()
    else:
        async with served(make, taken):
            await sim.settled()

    assert taken.texts == ["好的"]
    assert caplog.text.count("passed over an update") == 3
    assert "好的" not in caplog.text


async def test_polling_outlasts_a_lost_connection(sim: Simulator, make: Make, brisk: None) -> None:
    """Network loss, 5xx and 429 while receiving are waited out."""
    resident, taken = await sim.user("居民甲"), Taken()
    await sim.scenario("getMe", drop="before")
    await sim.scenario("deleteWebhook", status=502, description="Bad Gateway")
    await sim.scenario("getUpdates", drop="before")
    await sim.scenario("getUpdates", status=500)
    await sim.scenario("getUpdates", status=429, retry_after=1)
    async with listening(make(), taken):
        await sim.say(resident, resident, "一")
        await taken.until(1)

    assert taken.texts == ["一"]


async def test_album_is_one_event_a_picture(sim: Simulator, make: Make) -> None:
    """Ten pictures come as ten events with one album; each can be fetched."""
    resident, taken = await sim.user("居民甲"), Taken()
    pictures = [picture(shade) for shade in range(0, 250, 25)]
    one = make()
    await sim.show(resident, resident, pictures, "说事 墙裂了")
    async with listening(one, taken):
        await taken.until(10)
        uploads = [event.pictures[0] for event in taken.events if isinstance(event, Said)]
        fetched = [await one.fetch(upload) for upload in uploads]

    assert len({event.album for event in taken.events if isinstance(event, Said)}) == 1
    assert taken.texts == ["说事 墙裂了", *[""] * 9]
    assert fetched == pictures
    assert [upload.size for upload in uploads] == [len(one) for one in pictures]


def picture(shade: int) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (320, 240), (shade, 0, 0)).save(content, "PNG")
    return content.getvalue()


async def test_second_poller_on_a_token_is_refused(
    sim: Simulator, make: Make, brisk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two programs on one token: whoever came second stops and says why, the first goes on."""
    resident, taken = await sim.user("居民甲"), Taken()
    monkeypatch.setattr(telegram_errors, "SETTLED", 1.5)
    first, second = make(), make()
    async with listening(first, taken):
        await sim.say(resident, resident, "一")
        await taken.until(1)
        await asyncio.sleep(1.6)
        with pytest.raises(Rejected, match="other getUpdates"):
            async with asyncio.timeout(10):
                await second.listen(taken)
        await sim.say(resident, resident, "二")
        await taken.until(2)

    assert taken.texts == ["一", "二"]


async def test_webhook_is_set_once_the_server_listens(sim: Simulator, make: Make) -> None:
    """In webhook mode Telegram is told address, secret and kinds of updates; events come that way."""
    resident, taken = await sim.user("居民甲"), Taken()
    async with served(make, taken) as (_, url):
        await sim.say(resident, resident, "一")
        await sim.say(resident, resident, "二")
        await sim.settled()

    (asked,) = await sim.requests("setWebhook")
    assert asked["params"] == {
        "url": url,
        "secret_token": "s3cret",
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }
    assert taken.texts == ["一", "二"]


@pytest.mark.parametrize("secret", [None, "", "s3cre", "s3cret2", "秘密"])
async def test_webhook_without_the_secret_is_refused_unread(make: Make, secret: str | None) -> None:
    """Who does not know the secret is refused before anything is read."""
    taken = Taken()
    async with served(make, taken) as (_, url), httpx.AsyncClient(trust_env=False) as client:
        headers = [] if secret is None else [(SECRET_HEADER.encode(), secret.encode())]
        answer = await client.post(url, content=b"\xff not json", headers=headers)

    assert answer.status_code == 403
    assert taken.events == []


async def test_webhook_answers_after_the_commit_and_asks_again_where_nothing_was_kept(
    sim: Simulator, make: Make
) -> None:
    """The 200 follows the commit; what could not be kept is answered with 500, and Telegram sends it again."""
    resident, taken = await sim.user("居民甲"), Taken()
    taken.fail, taken.slow = 2, 0.2
    async with served(make, taken):
        await sim.say(resident, resident, "一")
        await asyncio.sleep(0.1)
        during = await acknowledged(sim)
        await sim.settled()

    assert during == 0
    assert taken.texts == ["一"]
    assert [failure.get("status") for failure in (await sim.state())["failures"]] == [500, 500]


async def test_webhook_takes_a_chats_events_one_by_one(sim: Simulator, make: Make) -> None:
    """Two requests at once for one chat are taken one after the other, for two chats side by side."""
    under_way: list[str] = []
    most: dict[str, int] = {}

    async def take(event: Event) -> None:
        under_way.append(event.chat.id)
        most[event.chat.id] = max(most.get(event.chat.id, 0), under_way.count(event.chat.id))
        most["all"] = max(most.get("all", 0), len(under_way))
        await asyncio.sleep(0.1)
        under_way.remove(event.chat.id)

    client = httpx.AsyncClient(trust_env=False)
    async with served(make, take) as (_, url), client, asyncio.TaskGroup() as tasks:
        for number, user in enumerate((1, 1, 1, 2)):
            tasks.create_task(client.post(url, json=update(number, user), headers={SECRET_HEADER: "s3cret"}))

    assert most == {"1": 1, "2": 1, "all": 2}


def update(number: int, user: int) -> dict[str, Any]:
    """A private word."""
    who = {"id": user, "is_bot": False, "first_name": "居民"}
    chat = {"id": user, "type": "private", "first_name": "居民"}
    message = {"message_id": number + 1, "date": 1764583200, "from": who, "chat": chat, "text": "好"}
    return {"update_id": number + 1, "message": message}


async def test_webhook_before_the_start_is_told_to_come_again(make: Make) -> None:
    """An update that arrives before the bot knows itself is not taken and not lost."""
    one = make(webhook_url="http://127.0.0.1:1/telegram", webhook_secret="s3cret")
    transport = httpx.ASGITransport(Starlette(routes=one.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.post("/telegram", json={"update_id": 1}, headers={SECRET_HEADER: "s3cret"})

    assert answer.status_code == 503


async def test_webhook_without_a_secret_of_ours_takes_nothing(make: Make) -> None:
    """An empty secret never matches an empty header."""
    one = make(webhook_url="http://127.0.0.1:1/telegram", webhook_secret="")
    transport = httpx.ASGITransport(Starlette(routes=one.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.post("/telegram", json={"update_id": 1}, headers={SECRET_HEADER: ""})

    assert answer.status_code == 403


async def test_polling_has_no_route_and_takes_the_webhook_away(sim: Simulator, make: Make) -> None:
    """A bot that was in webhook mode before can be polled."""
    resident, taken = await sim.user("居民甲"), Taken()
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"{sim.address}/bot{sim.token}/setWebhook"
        await client.post(url, json={"url": "http://127.0.0.1:1/old"})
    one = make()
    async with listening(one, taken):
        await sim.say(resident, resident, "一")
        await taken.until(1)

    assert list(one.routes()) == []
    assert taken.texts == ["一"]


async def test_ready_sets_the_menus(sim: Simulator, make: Make) -> None:
    """Everybody's menu lacks what only moderators may do; those who run a group see it."""
    await make().ready(COMMANDS)

    say = {"command": "say", "description": "提一件事"}
    vote = {"command": "vote", "description": "开表决"}
    assert (await sim.state())["commands"] == {"default": [say], "all_chat_administrators": [say, vote]}


async def test_wrong_token_stops_the_start(sim: Simulator, make: Make) -> None:
    """A token that Telegram does not know is told, not tried for ever."""
    await sim.scenario("getMe", status=401, description="Unauthorized")

    with pytest.raises(Rejected, match="getMe"):
        await make().ready(COMMANDS)
