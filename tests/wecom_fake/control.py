"""What a test can make people do, and see: `POST /control/<name>/<act>` with a JSON object, JSON back."""

import base64
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from bot.channels.wechat_crypto import encrypt
from tests.wecom_fake.sealed import Sender, fields, xml
from tests.wecom_fake.world import Json, World

Act = Callable[[Any, World, Json], Awaitable[Any]]
ACTS: dict[str, Act] = {}
GROUP = "wr"


def act(function: Act) -> Act:
    """Register a function under its own name."""
    ACTS[function.__name__] = function
    return function


@act
async def say(server: Any, world: World, asked: Json) -> Json:
    """Somebody writes to the bot: `user`, `chat`, `text`, `images` (base64), `voice`, `quote`, `msgid`, `callback`."""
    chat, user = asked.get("chat") or asked["user"], asked["user"]
    world.spoken.add(chat)
    return await _hand(server, world, _about(world, chat, user, asked) | _content(world, asked), asked)


def _about(world: World, chat: str, user: str, asked: Json) -> Json:
    about: Json = {"msgid": asked.get("msgid") or world.id("msg"), "aibotid": world.name, "from": {"userid": user}}
    if asked.get("at"):
        about["create_time"] = asked["at"]
    if chat.startswith(GROUP):
        return about | {"chatid": chat, "chattype": "group"}
    return about | {"chattype": "single"}


def _content(world: World, asked: Json) -> Json:
    quote = {"quote": {"msgtype": "text", "text": {"content": asked["quote"]}}} if asked.get("quote") else {}
    if asked.get("voice"):
        return {"msgtype": "voice", "voice": {"content": asked["voice"]}}
    images = [_picture(world, base64.b64decode(image), asked) for image in asked.get("images", [])]
    text = {"msgtype": "text", "text": {"content": asked.get("text", "")}}
    if not images:
        return text | quote
    if not asked.get("text"):
        return {"msgtype": "image", "image": images[0]}
    items = [text, *({"msgtype": "image", "image": image} for image in images)]
    return {"msgtype": "mixed", "mixed": {"msg_item": items}} | quote


def _picture(world: World, data: bytes, asked: Json) -> Json:
    """Under a key of its own on the long connection, under the callback's key otherwise."""
    called = asked.get("callback")
    key = base64.b64decode(called["aes_key"] + "=") if called else secrets.token_bytes(32)
    file = world.id("file")
    world.files[file] = encrypt(key, data)
    picture = {"url": f"{asked['address']}/media/{world.name}/{file}"}
    return picture if called else picture | {"aeskey": base64.b64encode(key).decode().rstrip("=")}


@act
async def press(server: Any, world: World, asked: Json) -> Json:
    """Somebody presses in a card: `user`, `chat`, `task`, and the words on the button or option."""
    card = world.shown(asked["user"], asked["task"])
    event: Json = {"card_type": card["card_type"], "task_id": asked["task"]}
    if card["card_type"] == "vote_interaction":
        box = card["checkbox"]
        ticked = next(option["id"] for option in box["option_list"] if option["text"] == asked["button"])
        item = {"question_key": box["question_key"], "option_ids": {"option_id": [ticked]}}
        event |= {"event_key": card["submit_button"]["key"], "selected_items": {"selected_item": [item]}}
    else:
        event["event_key"] = next(b["key"] for b in card["button_list"] if b["text"] == asked["button"])
    return await _event(server, world, asked, {"eventtype": "template_card_event", "template_card_event": event})


@act
async def enter(server: Any, world: World, asked: Json) -> Json:
    """Somebody opens the chat with the bot: `user`. That is no word: it may greet them, and not write there."""
    return await _event(server, world, asked, {"eventtype": "enter_chat"})


async def _event(server: Any, world: World, asked: Json, event: Json) -> Json:
    chat = asked.get("chat") or asked["user"]
    body = _about(world, chat, asked["user"], asked) | {"msgtype": "event", "event": event}
    return await _hand(server, world, body, asked)


@act
async def raw(server: Any, world: World, asked: Json) -> Json:
    """A callback just as it stands, however broken: `body`."""
    return await _hand(server, world, asked["body"], asked)


async def _hand(server: Any, world: World, body: Json, asked: Json) -> Json:
    """Over the long connection, or to the callback address; returns the body and what became of it."""
    if not (called := asked.get("callback")):
        event = body.get("msgtype") == "event"
        command = "aibot_event_callback" if event else "aibot_msg_callback"
        return {"body": body, "req_id": await server.lines.push(world, command, body)}
    req = asked.get("req") or world.id("req")
    chat = body.get("chatid") or body.get("from", {}).get("userid", "")
    world.pending.setdefault(f"url:{req}", {"chat": chat})
    body = body | {"response_url": f"{asked['address']}/respond/{world.name}/{req}"}
    sender = Sender(called["url"], called["token"], called["aes_key"], "")
    encrypted = sender.seal(json.dumps(body, ensure_ascii=False))
    query = asked.get("query") or sender.query(asked.get("timestamp"), encrypted)
    answer = await sender.post(json.dumps({"encrypt": encrypted}), query)
    entered = body.get("event", {}).get("eventtype") == "enter_chat"
    opened = _opened(world, sender, chat, answer, entered=entered)
    return {"body": body, "status": answer.status_code, "answer": opened, "query": query}


def _opened(world: World, sender: Sender, chat: str, answer: Any, *, entered: bool) -> Json | None:
    if not answer.is_success or not answer.content:
        return None
    told = answer.json()
    assert sender.sign(told["timestamp"], told["nonce"], told["encrypt"]) == told["msgsignature"]
    said: Json = json.loads(sender.open(told["encrypt"]))
    if entered and said.get("msgtype") not in {"text", "template_card"}:
        world.violations.append(f"greeted by {said.get('msgtype')}")
    if said.get("response_type") == "update_template_card":
        world.update(said["template_card"], said.get("userids"))
    else:
        world.post(chat, said, "passive")
    return said


@act
async def verify(server: Any, world: World, asked: Json) -> Json:
    """The platform checks an address: `callback` (`url`, `token`, `aes_key`), `receiver`, `plain`."""
    called = asked["callback"]
    sender = Sender(called["url"], called["token"], called["aes_key"], asked.get("receiver", ""))
    echo = "1616140317555161061"
    sealed = echo if asked.get("plain") else sender.seal(echo)
    answer = await sender.get(sender.query(None, "" if asked.get("plain") else sealed) | {"echostr": sealed})
    return {"status": answer.status_code, "echoed": answer.text == echo}


@act
async def write(server: Any, world: World, asked: Json) -> Json:
    """A message to the Official Account: `fields`, `mode` (plain, compatible, safe), `callback`; the answer back."""
    called, mode = asked["callback"], asked.get("mode", "safe")
    sender = Sender(called["url"], called["token"], "" if mode == "plain" else called["aes_key"], world.name)
    told = {"ToUserName": "gh_1", "MsgId": world.id(""), **asked["fields"]}
    told = {name: value for name, value in told.items() if value is not None}
    content, encrypted = xml(told), ""
    if mode != "plain":
        encrypted = sender.seal(content)
        outside = {"ToUserName": "gh_1", "Encrypt": encrypted}
        content = xml(told | outside if mode == "compatible" else outside)
    query = asked.get("query") or sender.query(asked.get("timestamp"), encrypted)
    answer = await sender.post(content, query)
    text = answer.text
    if answer.is_success and text not in {"", "success"} and mode != "plain":
        outside = fields(text)
        assert sender.sign(outside["TimeStamp"], outside["Nonce"], outside["Encrypt"]) == outside["MsgSignature"]
        text = sender.open(outside["Encrypt"])
    said = fields(text) if text.startswith("<") else {"Content": "" if text == "success" else text}
    return {"status": answer.status_code, "text": said.get("Content"), "fields": said, "query": query, "sent": told}


@act
async def fault(server: Any, world: World, asked: Json) -> None:
    """The next `times` requests `at` (a command or a path) get `code`, `status`, `mute` or `drop`."""
    world.faults.append({"times": 1, **asked})


@act
async def arrange(server: Any, world: World, asked: Json) -> None:
    """`secret`, `spoken` (a chat in which somebody has spoken), `file` (id and base64), `token_over`."""
    world.secret = asked.get("secret", world.secret)
    world.spoken |= set(asked.get("spoken", ()))
    world.files |= {id: base64.b64decode(data) for id, data in asked.get("files", {}).items()}
    world.tokens += bool(asked.get("token_over"))


@act
async def kick(server: Any, world: World, asked: Json) -> None:
    """Another program subscribes."""
    await server.lines._kick(world, server.lines.open.pop(world.name))


@act
async def state(server: Any, world: World, asked: Json) -> Json:
    """All that happened: messages, cards as everybody and as single members see them, requests, violations."""
    return {
        "messages": world.messages,
        "cards": world.cards,
        "seen": {f"{member} {task}": card for (member, task), card in world.seen.items()},
        "requests": world.requests,
        "violations": world.violations,
        "connected": world.name in server.lines.open,
        "uploads": {media: len(data) for media, data in world.files.items()},
    }
