"""The fake is faithful: clients that others wrote (npm @wecom/aibot-node-sdk, PyPI wecom-aibot-sdk) live with it."""

import asyncio
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from wecom_aibot_sdk import WSClient

from tests.wecom_fake.client import Fake, buttons, until

SDK = Path(__file__).parent / "sdk"
GROUP = "wrgroup"
PICTURE = os.urandom(70_000)
Json = dict[str, Any]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with WeCom's own client, its packages checked by the hashes of package-lock.json."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("needs node and npm")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "package-lock.json", "client.cjs"):
        shutil.copy(SDK / name, folder)
    install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    subprocess.run(install, cwd=folder, check=True, capture_output=True, timeout=180)
    return folder


class Steps:
    """What the client tells, line by line."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def next(self, step: str) -> Json:
        assert self._process.stdout is not None
        async with asyncio.timeout(15):
            told: Json = json.loads(await self._process.stdout.readline())
        assert told.pop("step") == step, told
        return told


@contextlib.asynccontextmanager
async def running(folder: Path, wecom: Fake, secret: str = "secret") -> AsyncIterator[Steps]:
    command = ("node", "client.cjs", wecom.url, wecom.name, secret)
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=PIPE, stdout=PIPE)
    try:
        yield Steps(process)
    finally:
        process.kill()
        await process.communicate()


async def test_node_client_answers_sends_a_vote_and_updates_one_member_s_card(node: Path, wecom: Fake) -> None:
    """It subscribes, gets a message, answers, sends a vote card, takes a click, changes the presser's card alone."""
    async with running(node, wecom) as steps:
        assert await steps.next("subscribed") == {}
        await wecom.say("user1", "@说事 投票", GROUP)
        assert await steps.next("text") == {"content": "@说事 投票", "chat": GROUP, "user": "user1"}
        assert await steps.next("answered") == {"errcode": 0}
        assert await steps.next("card") == {"errcode": 0}
        await wecom.press("user1", "task_1", "反对", GROUP)
        assert await steps.next("click") == {"option": "1", "task": "task_1"}
        assert await steps.next("updated") == {"errcode": 0}

    mine, others = await wecom.shown("user1", "task_1"), await wecom.shown("user2", "task_1")
    assert [option["is_checked"] for option in mine["checkbox"]["option_list"]] == [False, True]
    assert [option["is_checked"] for option in others["checkbox"]["option_list"]] == [False, False]


async def test_node_client_opens_and_uploads_pictures(node: Path, wecom: Fake) -> None:
    """A picture's own key opens it; one in two pieces arrives whole."""
    async with running(node, wecom) as steps:
        await steps.next("subscribed")
        await wecom.say("user1", "@说事 说事 灯坏了", GROUP, [PICTURE])
        assert (await steps.next("picture"))["md5"] == hashlib.md5(PICTURE).hexdigest()
        media = (await steps.next("uploaded"))["media"]
        assert await steps.next("sent") == {"errcode": 0}

    assert (await wecom.state())["uploads"][media] == 600 * 1024


async def test_node_client_is_refused_with_a_wrong_secret(node: Path, wecom: Fake) -> None:
    """The client gives up as it does with the real platform."""
    async with running(node, wecom, "wrong") as steps:
        assert "Authentication failed" in (await steps.next("error"))["message"]


async def test_node_client_is_pushed_out_by_another(node: Path, wecom: Fake) -> None:
    """The newest connection has the bot; the old one is told and stays away."""
    async with running(node, wecom) as old:
        await old.next("subscribed")
        async with running(node, wecom) as new:
            await new.next("subscribed")
            assert "New connection" in (await old.next("disconnected"))["reason"]


@pytest.fixture
async def python(wecom: Fake) -> AsyncIterator[WSClient]:
    client = WSClient(wecom.name, "secret", ws_url=wecom.url, logger=Silent())
    yield client
    await client.disconnect()


class Silent:
    def debug(self, *words: object) -> None: ...

    info = warn = error = debug


async def test_python_client_answers_sends_a_vote_and_updates_one_member_s_card(wecom: Fake, python: WSClient) -> None:
    """The same with the Python client."""
    steps: list[str] = []

    async def answer(frame: Json) -> None:
        await python.reply_stream(frame, "stream1", "收到", True)
        options = [{"id": "0", "text": "赞同"}, {"id": "1", "text": "反对"}]
        card = {
            "card_type": "vote_interaction",
            "main_title": {"title": "表决 #3"},
            "task_id": "task_1",
            "checkbox": {"question_key": "q", "mode": 0, "option_list": options},
            "submit_button": {"text": "投票", "key": "submit"},
        }
        await python.send_message(frame["body"]["chatid"], {"msgtype": "template_card", "template_card": card})
        steps.append("card")

    async def update(frame: Json) -> None:
        press = frame["body"]["event"]["template_card_event"]
        button = {"text": "改投", "key": "again"}
        card = {"card_type": "button_interaction", "task_id": press["task_id"], "button_list": [button]}
        await python.update_template_card(frame, card, [frame["body"]["from"]["userid"]])
        steps.append("updated")

    async def done() -> bool:
        return steps[-1:] == ["updated"]

    async def sent() -> bool:
        return steps == ["card"]

    python.on("message.text", answer).on("event.template_card_event", update)
    await python.connect()
    await wecom.connected()
    await wecom.say("user1", "@说事 投票", GROUP)
    await until(sent, 5, lambda: f"{steps}")
    await wecom.press("user1", "task_1", "赞同", GROUP)
    await until(done, 5, lambda: f"{steps}")

    assert buttons(await wecom.shown("user1", "task_1")) == ["改投"]
    assert buttons(await wecom.shown("user2", "task_1")) == ["赞同", "反对"]


async def test_python_client_opens_and_uploads_pictures(wecom: Fake, python: WSClient) -> None:
    """The same with the Python client."""
    opened: list[bytes] = []

    async def open_it(frame: Json) -> None:
        image = frame["body"]["mixed"]["msg_item"][1]["image"]
        opened.append((await python.download_file(image["url"], image["aeskey"]))["buffer"])

    python.on("message.mixed", open_it)
    await python.connect()
    await wecom.connected()
    await wecom.say("user1", "@说事 说事 灯坏了", GROUP, [PICTURE])
    media = await python.upload_media(b"7" * 600 * 1024, type="image", filename="chart.png")
    await python.send_media_message(GROUP, "image", media["media_id"])

    assert opened == [PICTURE]
    assert (await wecom.state())["uploads"][media["media_id"]] == 600 * 1024
