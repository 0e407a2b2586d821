"""订阅通知 (subscription notices): one consent is one notice, and the notice only says that something waits.

https://developers.weixin.qq.com/doc/service/guide/product/subscription_messages/intro.html
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.base import RetryLater, Shelf
from bot.channels.official_account.api import Api, No
from bot.channels.wechat_text import cut

log = logging.getLogger(__name__)

ACCEPTED = "accept"
THING = 20
"""Characters in a template's field of the kind `thing`."""


@dataclass(frozen=True, slots=True)
class Template:
    """The account's template: its id, the name of the field that takes the words, and the words with `{count}`."""

    id: str
    field: str
    words: str


class Notices:
    """Keeps consents on the shelf, and spends them."""

    def __init__(self, api: Api, shelf: Shelf, template: Template) -> None:
        self._api = api
        self._shelf = shelf
        self._template = template

    async def note(self, fields: Mapping[str, str]) -> None:
        """Keep a consent, where a message is one. Sent again, it counts once."""
        if fields.get("Event") != "subscribe_msg_popup_event" or fields.get("TemplateId") != self._template.id:
            return
        if fields.get("SubscribeStatusString") != ACCEPTED:
            return
        name, at = f"consent:{fields['FromUserName']}", fields["CreateTime"]
        if all(note["at"] != at for _, note in await self._shelf.of(name)):
            await self._shelf.put(name, {"at": at}, stays=True)

    async def send(self, person: str, count: int) -> None:
        """Spend a consent to say that something waits; without one, nothing. Never raises: the message itself waits."""
        consents = await self._shelf.of(f"consent:{person}")
        if not consents:
            return
        words = cut(self._template.words.format(count=count), THING)
        notice = {
            "touser": person,
            "template_id": self._template.id,
            "data": {self._template.field: {"value": words}},
        }
        try:
            await self._api.post("/cgi-bin/message/subscribe/bizsend", notice)
        except RetryLater as no:
            log.warning("official account: no notice for now: %s", no)
            return
        except No as no:
            log.warning("official account: no notice: %s", no)
        await self._shelf.drop([consents[0][0]])
