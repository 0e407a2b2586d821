"""The long connection's other end: one live connection a bot, the newest wins."""

import asyncio
import json
import time
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.wecom_fake import checks
from tests.wecom_fake.world import Json, Refused, World

UPDATE_WITHIN = 5.0


class Lines:
    """The open connections by bot."""

    def __init__(self) -> None:
        self.open: dict[str, WebSocket] = {}
        self.waiting: dict[str, asyncio.Event] = {}

    async def serve(self, socket: WebSocket, world_of: Any) -> None:
        """One connection until it ends; what comes before a subscription is refused."""
        await socket.accept()
        world: World | None = None
        try:
            while True:
                frame = json.loads(await socket.receive_text())
                if frame["cmd"] == "aibot_subscribe":
                    world = await self._subscribe(socket, frame, world_of)
                elif world is None:
                    await answer(socket, frame, 846605, "not subscribed")
                else:
                    await self._take(socket, world, frame)
        except (WebSocketDisconnect, RuntimeError):
            pass
        finally:
            if world is not None and self.open.get(world.name) is socket:
                del self.open[world.name]

    async def _subscribe(self, socket: WebSocket, frame: Json, world_of: Any) -> World | None:
        world: World = world_of(frame["body"]["bot_id"])
        world.requests.append({"cmd": frame["cmd"], "body": frame["body"], "time": time.time()})
        if frame["body"]["secret"] != world.secret:
            await answer(socket, frame, 853000, "invalid bot_id or secret")
            return None
        old = self.open.get(world.name)
        self.open[world.name] = socket
        if old is not None:
            await self._kick(world, old)
        await answer(socket, frame)
        return world

    async def _kick(self, world: World, old: WebSocket) -> None:
        event = {"eventtype": "disconnected_event"}
        body = {"msgid": world.id("msg"), "aibotid": world.name, "msgtype": "event", "event": event}
        await old.send_text(_frame("aibot_event_callback", world.id("req"), body))
        await old.close()

    async def _take(self, socket: WebSocket, world: World, frame: Json) -> None:
        command = frame["cmd"]
        fault = world.fault(command)
        if command != "ping":
            world.requests.append({"cmd": command, "body": frame.get("body"), "time": time.time(), "fault": fault})
        if fault.get("drop"):
            await socket.close(1011)
            raise WebSocketDisconnect
        if fault.get("mute"):
            return
        try:
            if fault.get("code"):
                raise Refused(fault["code"], "asked for by a test")
            await answer(socket, frame, body=_carried_out(world, command, frame))
        except Refused as no:
            await answer(socket, frame, no.code, str(no))

    async def push(self, world: World, command: str, body: Json) -> str:
        """A callback to the bot; returns its req_id."""
        req_id = world.id("req")
        world.pending[req_id] = {"at": time.monotonic(), "body": body}
        socket = self.open.get(world.name)
        if socket is None:
            raise Refused(846600, "bot is not connected")
        await socket.send_text(_frame(command, req_id, body))
        return req_id


def _frame(command: str, req_id: str, body: Json) -> str:
    return json.dumps({"cmd": command, "headers": {"req_id": req_id}, "body": body}, ensure_ascii=False)


async def answer(socket: WebSocket, frame: Json, code: int = 0, words: str = "ok", body: Json | None = None) -> None:
    """The answer to a frame, by its req_id."""
    told: Json = {"headers": {"req_id": frame["headers"]["req_id"]}, "errcode": code, "errmsg": words}
    await socket.send_text(json.dumps(told | ({"body": body} if body else {}), ensure_ascii=False))


def _carried_out(world: World, command: str, frame: Json) -> Json | None:
    body = frame.get("body", {})
    if command == "ping":
        return None
    if command.startswith("aibot_upload_media"):
        return world.upload(command, body)
    if command == "aibot_send_msg":
        _sent(world, body)
        return None
    asked = world.pending.get(frame["headers"]["req_id"])
    if asked is None:
        raise Refused(846602, "unknown req_id")
    if command == "aibot_respond_update_msg":
        _updated(world, body, asked)
        return None
    if command == "aibot_respond_welcome_msg":
        _greeted(world, body, world.pending.pop(frame["headers"]["req_id"]))
        return None
    if command == "aibot_respond_msg":
        world.violations += checks.message(body, push=False)
        world.post(asked["body"].get("chatid") or asked["body"]["from"]["userid"], body, command)
        return None
    raise Refused(40013, "unknown cmd")


def _sent(world: World, body: Json) -> None:
    """A push; the clients of others leave out `chat_type`, ours must not."""
    chat = body["chatid"]
    world.violations += checks.message(body, push=True)
    if body.get("msgtype") == "image" and body["image"]["media_id"] not in world.files:
        raise Refused(40007, "invalid media_id")
    if chat not in world.spoken:
        raise Refused(93008, "nobody has spoken to the bot there")
    expected = 1 if chat.startswith("user") else 2
    if body.get("chat_type", expected) != expected:
        raise Refused(93006, "invalid chatid")
    world.post(chat, {name: value for name, value in body.items() if name != "chatid"}, "aibot_send_msg")


def _greeted(world: World, body: Json, asked: Json) -> None:
    """Who opened the chat, once and within five seconds, by words or a card (document 101031)."""
    if (
        asked["body"].get("event", {}).get("eventtype") != "enter_chat"
        or time.monotonic() - asked["at"] > UPDATE_WITHIN
    ):
        raise Refused(846603, "too late")
    if body["msgtype"] not in {"text", "template_card"}:
        raise Refused(40008, "invalid message type")
    world.violations += checks.message(body, push=False)
    world.post(asked["body"]["from"]["userid"], body, "aibot_respond_welcome_msg")


def _updated(world: World, body: Json, asked: Json) -> None:
    """Within five seconds of the press, and only its own card."""
    if time.monotonic() - asked["at"] > UPDATE_WITHIN:
        raise Refused(846603, "too late")
    press = asked["body"].get("event", {}).get("template_card_event")
    card = body["template_card"]
    if press is None or card.get("task_id") != press["task_id"]:
        raise Refused(42045, "another card")
    world.violations += checks.card(card)
    world.update(card, body.get("userids"))
