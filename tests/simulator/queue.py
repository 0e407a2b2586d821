"""Updates on their way to a bot: kept until acknowledged, by offset or by a webhook's 2xx."""

import asyncio
import time
from typing import Any

import httpx

Json = dict[str, Any]
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
PAUSES = (0.05, 0.1, 0.2, 0.5, 1.0)


class Updates:
    """The queue of one bot. Order within a chat is kept; a webhook serves several chats at once."""

    def __init__(self) -> None:
        self.pending: list[Json] = []
        self.delivered: list[int] = []
        self.webhook: Json = {}
        self.failures: list[Json] = []
        self._allowed: list[str] = []
        self._next = 700_000_001
        self._changed = asyncio.Event()
        self._turn = 0
        self._busy: dict[Any, float] = {}

    def put(self, kind: str, content: Json, chat: Any = None) -> int | None:
        """Queue one update; None where the bot has not asked for this kind. `chat` is what keeps its order."""
        if (self._allowed and kind not in self._allowed) or (not self._allowed and kind in ON_REQUEST):
            return None
        self._next += 1
        self.pending.append({"id": self._next, "chat": chat, "update": {"update_id": self._next, kind: content}})
        self._signal()
        return self._next

    def put_raw(self, update: Json) -> int:
        """Queue an update as it stands, however broken; it gets an update_id unless it has one."""
        self._next += 1
        whole = {"update_id": self._next} | update
        self.pending.append({"id": self._next, "chat": None, "update": whole})
        self._signal()
        return self._next

    def repeat(self, update_id: int, update: Json) -> None:
        """Deliver an update once more, as Telegram does when an acknowledgement was lost."""
        self.pending.append({"id": update_id, "chat": None, "update": update})
        self._signal()

    def allow(self, kinds: list[str] | None) -> None:
        """`allowed_updates`; None keeps what was said before."""
        if kinds is not None:
            self._allowed = kinds

    def _signal(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def get(self, offset: int, limit: int, wait: float) -> list[Json] | None:
        """Long polling: what is at or after `offset`, all before it being acknowledged. None: another poller came."""
        self._turn += 1
        turn = self._turn
        self._signal()
        if offset < 0:
            offset = self.pending[offset:][0]["id"] if self.pending else 0
        if offset:
            self.delivered += [item["id"] for item in self.pending if item["id"] < offset]
            self.pending = [item for item in self.pending if item["id"] >= offset]
        until = time.monotonic() + wait
        while not self.pending and (left := until - time.monotonic()) > 0:
            changed = self._changed
            try:
                await asyncio.wait_for(changed.wait(), left)
            except TimeoutError:
                break
            if turn != self._turn:
                return None
        return [item["update"] for item in self.pending[:limit]]

    def set_webhook(self, url: str, secret: str | None, connections: int) -> None:
        """Deliver to `url` from now on; an empty one ends it."""
        self.webhook = {"url": url, "secret": secret, "connections": connections} if url else {}
        self._signal()

    async def deliver(self, tasks: asyncio.TaskGroup) -> None:
        """Run for ever: hand pending updates to the webhook, per chat in order, again until a 2xx comes."""
        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            while True:
                changed = self._changed
                for item in self._ready():
                    self._busy[item["chat"]] = 0
                    tasks.create_task(self._hand_over(client, item))
                await changed.wait()

    def _ready(self) -> list[Json]:
        if not self.webhook:
            return []
        heads: dict[Any, Json] = {}
        for item in self.pending:
            if item["chat"] not in self._busy:
                heads.setdefault(item["chat"], item)
        free = max(0, self.webhook["connections"] - len(self._busy))
        return list(heads.values())[:free]

    async def _hand_over(self, client: httpx.AsyncClient, item: Json) -> None:
        tries = 0
        while hook := self.webhook:
            if await self._post(client, hook, item):
                self.pending = [one for one in self.pending if one is not item]
                self.delivered.append(item["id"])
                break
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1
        self._busy.pop(item["chat"], None)
        self._signal()

    async def _post(self, client: httpx.AsyncClient, hook: Json, item: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook["secret"]} if hook["secret"] else {}
        try:
            answer = await client.post(hook["url"], json=item["update"], headers=headers)
        except httpx.HTTPError as error:
            self.failures.append({"update_id": item["id"], "error": repr(error)})
            return False
        if not answer.is_success:
            self.failures.append({"update_id": item["id"], "status": answer.status_code})
        return answer.is_success
