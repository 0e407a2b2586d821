"""消息推送 webhooks: groups that the bot writes to and never hears, as a Channel.

https://developer.work.weixin.qq.com/document/path/99110: markdown of 4096 bytes, pictures as base64 with their MD5,
20 messages a minute a webhook. What could be pressed elsewhere is reached by the link in the last line.
"""

import asyncio
import base64
import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpx

from bot.channels import wechat_http
from bot.channels.base import ChatGone, OnEvent, RetryLater, Unsendable
from bot.channels.plain import in_words
from bot.channels.wechat_text import buttons
from bot.channels.wecom.cards import Body, content
from bot.channels.wecom.errors import No, outcome
from bot.channels.wecom.limits import WEBHOOK, Budget
from bot.channels.wecom.one_way import OneWay
from bot.channels.wecom.unsent import Unsent
from domain.talk import Manner, Outgoing

log = logging.getLogger(__name__)

CHANNEL = "wecom_webhook"
MARKDOWN = 4096
PICTURE = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook's address (with its secret key), and the page where its group's people can act, "" where none."""

    url: str
    page: str = ""


class WecomWebhook(OneWay):
    """See `bot.channels.base.Channel`. `hooks` by the group's name in the config; `act_at`: the last line, `{link}`."""

    name = CHANNEL

    def __init__(self, hooks: Mapping[str, Hook], act_at: str) -> None:
        self._hooks = hooks
        self._act_at = act_at
        self._budget = Budget(lambda: asyncio.get_running_loop().time(), WEBHOOK)
        self._unsent = Unsent()
        self._http = wechat_http.client()

    async def listen(self, on_event: OnEvent) -> None:  # noqa: ARG002 - the protocol's shape
        """Nothing ever comes."""
        await asyncio.Event().wait()

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        """Send what is new; toasts and redraws mean nothing here. See `Channel.send`."""
        hook = self._hooks.get(out.to.id)
        if hook is None:
            raise ChatGone("no such webhook in the config")
        if message is not None or out.manner in {Manner.TOAST, Manner.REDRAW}:
            return message
        bodies, card = self._unsent.of(out, lambda: (bodies_of(out, hook, self._act_at), None))
        try:
            if wait := self._budget.take(out.to.id, len(bodies)):
                raise RetryLater("rate", wait)
            while bodies:
                await self._part(hook.url, bodies[0])
                bodies = bodies[1:]
        except RetryLater:
            self._unsent.keep(out, (bodies, card))
            raise
        return None

    async def _part(self, url: str, body: Body) -> None:
        """A picture that is refused is left out: the text is there, and says all of it."""
        try:
            await self._post(url, body)
        except (ChatGone, Unsendable) as no:
            if body["msgtype"] != "image":
                raise
            log.warning("wecom webhook: a picture was not sent: %s", no)

    async def _post(self, url: str, body: Body) -> None:
        try:
            answer = await self._http.post(url, json=body)
            code = int(answer.json()["errcode"])
        except httpx.HTTPError as lost:
            raise RetryLater(type(lost).__name__) from lost
        except (ValueError, LookupError, TypeError) as wrong:
            raise RetryLater("unreadable answer") from wrong
        if code:
            raise outcome(No(code), heard=True)


def bodies_of(out: Outgoing, hook: Hook, act_at: str) -> list[Body]:
    """The text, and after it the picture, which is left out where it is larger than the platform takes."""
    bodies: list[Body] = [{"msgtype": "markdown", "markdown": {"content": words_of(in_words(out), hook, act_at)}}]
    png = out.picture.png if out.picture else b""
    if 0 < len(png) <= PICTURE:
        md5 = hashlib.md5(png, usedforsecurity=False).hexdigest()
        bodies.append({"msgtype": "image", "image": {"base64": base64.b64encode(png).decode(), "md5": md5}})
    return bodies


def words_of(out: Outgoing, hook: Hook, act_at: str) -> str:
    """The text, cut so that the link always has room."""
    last = "\n" + act_at.format(link=_page(out, hook.page)) if hook.page else ""
    return content(out.text, replace(out, rows=()), MARKDOWN - len(last.encode())) + last


def _page(out: Outgoing, page: str) -> str:
    """The own page of the vote or the topic that a message is about."""
    found = [f"{_PAGES[b.verb]}/{b.args[0]}" for b in buttons(out) if b.verb in _PAGES and b.args]
    return f"{page}/{found[0]}" if found else page


_PAGES = {"ballot": "votes", "topic": "topics"}
