"""企业群发: tasks for customer groups (客户群), which stand in ordinary WeChat, as a Channel.

https://developer.work.weixin.qq.com/document/path/92135 (add_msg_template), /93338 (who confirmed). The bot makes a
task; the member in whose name it is must confirm it by hand, and a group gets few of them. So only what is to be
known by all is sent: notices of the bot's own and votes; a task that nobody confirms is told to the secretaries.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.channels import wechat_http
from bot.channels.base import ChatGone, OnEvent, RetryLater, Shelf
from bot.channels.wechat_text import fit
from bot.channels.wecom.errors import TOKEN, No, outcome
from bot.channels.wecom.one_way import OneWay
from domain.talk import Manner, Outgoing

log = logging.getLogger(__name__)

CHANNEL = "wecom_customers"
URL = "https://qyapi.weixin.qq.com"
TEXT = 4000
"""Bytes of UTF-8 in a task's text."""
LOOK_EVERY = 3600.0
LOOKS = 24
"""After so many looks at an unconfirmed task the secretaries are told."""
TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Setup:
    """`sender`: the member who confirms; `page`: where the groups' people can act, "" where there is none."""

    corp_id: str
    secret: str
    sender: str
    url: str = URL
    page: str = ""


class WecomCustomers(OneWay):
    """See `bot.channels.base.Channel`. Its one chat is the sender. `look_every`: seconds between looks at tasks."""

    name = CHANNEL

    def __init__(
        self, setup: Setup, shelf: Shelf, tell: Callable[[str], Awaitable[None]], *, look_every: float = LOOK_EVERY
    ) -> None:
        self.setup = setup
        self._shelf = shelf
        self._tell = tell
        self._look_every = look_every
        self._http = wechat_http.client(setup.url)
        self._token = ""

    async def listen(self, on_event: OnEvent) -> None:  # noqa: ARG002 - the protocol's shape
        """Nothing is ever said; what became of the tasks is looked at from time to time."""
        while True:
            await asyncio.sleep(self._look_every)
            for id, task in await self._shelf.of(TASKS):
                try:
                    await self._look(id, task)
                except (No, RetryLater) as no:
                    log.warning("wecom customers: task not looked at: %s", no)

    async def _look(self, id: int, task: Mapping[str, Any]) -> None:
        """A confirmed task is done with; one that waits too long is told."""
        found = await self._ask("get_groupmsg_task", {"msgid": task["msgid"]})
        if all(one.get("status") != 0 for one in found.get("task_list", ())):
            await self._shelf.drop([id])
            return
        looks = int(task["looks"]) + 1
        await self._shelf.drop([id])
        if looks >= LOOKS:
            await self._tell("wechat.unconfirmed")
        else:
            await self._shelf.put(TASKS, {"msgid": task["msgid"], "looks": looks}, stays=True)

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Make a task of what all should know; the rest means nothing here. See `Channel.send`."""
        if out.to.id != self.setup.sender:
            raise ChatGone("no such sender in the config")
        if message is not None or not (out.manner is Manner.NOTICE or (out.manner is Manner.ANSWER and out.card)):
            return message
        last = f"\n{self.setup.page}" if self.setup.page else ""
        text = fit(out.text, TEXT - len(last.encode())) + last
        told = {"chat_type": "group", "sender": self.setup.sender, "text": {"content": text}}
        try:
            made = await self._ask("add_msg_template", told)
        except No as no:
            raise outcome(no, heard=True) from no
        await self._shelf.put(TASKS, {"msgid": made["msgid"], "looks": 0}, stays=True)
        return None

    async def _ask(self, method: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """With a token; where it has run out, once more with a new one. Raises No, RetryLater."""
        path = f"/cgi-bin/externalcontact/{method}"
        try:
            return await self._request("POST", path, {"access_token": await self._valid()}, body)
        except No as no:
            if no.code not in TOKEN:
                raise
        self._token = ""
        return await self._request("POST", path, {"access_token": await self._valid()}, body)

    async def _valid(self) -> str:
        if not self._token:
            told = {"corpid": self.setup.corp_id, "corpsecret": self.setup.secret}
            self._token = str((await self._request("GET", "/cgi-bin/gettoken", told, None))["access_token"])
        return self._token

    async def _request(
        self, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None
    ) -> Mapping[str, Any]:
        try:
            answer = await self._http.request(method, path, params=dict(params), json=body)
            found: Mapping[str, Any] = answer.json()
            code = int(found["errcode"])
        except httpx.HTTPError as lost:
            raise RetryLater(type(lost).__name__) from lost
        except (ValueError, LookupError, TypeError) as wrong:
            raise RetryLater("unreadable answer") from wrong
        if code:
            raise No(code, str(found.get("errmsg", "")))
        return found
