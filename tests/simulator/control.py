"""What a test can make people do, and see: `POST /control/<token>/<act>` with a JSON object, JSON back."""

import base64
from collections.abc import Callable
from typing import Any

from tests.simulator import entities, members, polls
from tests.simulator.methods import sizes
from tests.simulator.world import ANONYMOUS_ADMIN, Person, Room, World

Json = dict[str, Any]
Act = Callable[[World, Json], Any]
ACTS: dict[str, Act] = {}


def act(function: Act) -> Act:
    """Register a function under its own name."""
    ACTS[function.__name__] = function
    return function


@act
def bot(world: World, asked: Json) -> Json:
    """`username`, `privacy`: how the bot was set up with BotFather."""
    world.username = asked.get("username", world.username)
    world.privacy = asked.get("privacy", world.privacy)
    return world.me


@act
def user(world: World, asked: Json) -> int:
    """A new person: `name`, `username`, `started`, `id`, `groups` they are in."""
    number = asked.get("id") or world.number("user", 10_001)
    world.people[number] = Person(number, asked["name"], asked.get("username"), asked.get("started", True))
    for room in asked.get("groups", ()):
        world.rooms[room].members[int(number)] = "member"
    return int(number)


@act
def group(world: World, asked: Json) -> int:
    """A new group: `title`, `type` (supergroup), `members`, `admins`, `topics` {id: name}, `bot` status, `id`."""
    kind = asked.get("type", "supergroup")
    first = 1_000_000_000_101 if kind == "supergroup" else 501
    number = asked.get("id") or -world.number(f"room {kind}", first)
    topics = {int(topic): name for topic, name in asked.get("topics", {}).items()}
    inside = {int(one): "member" for one in asked.get("members", [])}
    inside |= {int(one): "administrator" for one in asked.get("admins", [])}
    if asked.get("bot", "member") != "none":
        inside[world.bot_id] = asked.get("bot", "member")
    world.rooms[number] = Room(number, kind, asked["title"], bool(topics), inside, topics)
    return int(number)


@act
def say(world: World, asked: Json) -> list[Json]:
    """Somebody writes: `chat`, `user`, `text`, `photos` (base64), `document`, `reply_to`, `topic`, `anonymous`.

    Several photos make an album; the text is the caption of the first. Returns the messages.
    """
    chat_id = asked["chat"]
    if chat_id in world.people:
        world.people[chat_id].started = True
    common: Json = {"topic": asked.get("topic")}
    if asked.get("reply_to"):
        common["reply_to_message"] = world.message(chat_id, asked["reply_to"])
    sender = world.user(asked["user"])
    if asked.get("anonymous"):
        sender, common["sender_chat"] = ANONYMOUS_ADMIN, world.chat(chat_id)
    said = [world.post(chat_id, sender, **common, **content) for content in _contents(world, asked)]
    for message in said:
        if world.hears(message):
            world.updates.put("message", message, chat_id)
    return said


def _contents(world: World, asked: Json) -> list[Json]:
    text = asked.get("text")
    if document := asked.get("document"):
        return [_document(world, document) | _words("caption", text)]
    if not asked.get("photos"):
        return [_words("text", text)]
    pictures = [sizes(world, base64.b64decode(photo)) for photo in asked["photos"]]
    album = {"media_group_id": str(world.number("album", 13_000))} if len(pictures) > 1 else {}
    contents: list[Json] = [{"photo": picture} | album for picture in pictures]
    contents[0] |= _words("caption", text)
    return contents


def _words(name: str, text: str | None) -> Json:
    if not text:
        return {}
    found = {name: text}
    marked = entities.typed(text)
    return found | ({"entities" if name == "text" else "caption_entities": marked} if marked else {})


def _document(world: World, document: Json) -> Json:
    content = base64.b64decode(document["content"])
    file_id, unique = world.store(content)
    facts = {"file_id": file_id, "file_unique_id": unique, "file_size": len(content)}
    return {"document": facts | {"file_name": document["name"], "mime_type": document["mime"]}}


@act
def edit(world: World, asked: Json) -> Json:
    """Somebody changes what they wrote: `chat`, `message`, `text`."""
    message = world.message(asked["chat"], asked["message"])
    message.update(_words("text", asked["text"]), edit_date=message["date"] + 1)
    if world.hears(message):
        world.updates.put("edited_message", message, asked["chat"])
    return message


@act
def press(world: World, asked: Json) -> str:
    """Somebody presses a button: `chat`, `message`, `user`, `button` (its words). Returns the query's id."""
    message = world.message(asked["chat"], asked["message"])
    buttons = [one for row in message.get("reply_markup", {}).get("inline_keyboard", []) for one in row]
    pressed = [one for one in buttons if one["text"] == asked["button"] and "callback_data" in one]
    if not pressed:
        raise ValueError(f"no button {asked['button']} among {[one['text'] for one in buttons]}")
    query = {
        "id": str(world.number("query", 4_000_000_001)),
        "from": world.user(asked["user"]),
        "message": message,
        "chat_instance": str(asked["chat"]),
        "data": pressed[0]["callback_data"],
    }
    world.queries[query["id"]] = {"expired": asked.get("expired", False), "answer": None}
    world.updates.put("callback_query", query, asked["chat"])
    return str(query["id"])


@act
def press_all(world: World, asked: Json) -> list[str]:
    """Many press at the same moment: `presses`, each as `press` takes it. Returns the queries' ids."""
    return [press(world, one) for one in asked["presses"]]


@act
def answer(world: World, asked: Json) -> Json | None:
    """What the presser of `query` was shown: text and show_alert; null while nothing was."""
    found: Json | None = world.queries[asked["query"]]["answer"]
    return found


@act
def vote(world: World, asked: Json) -> None:
    """Somebody answers a native poll: `poll`, `user`, `options` (places; none takes the answer back)."""
    polls.voted(world, asked["poll"], asked["user"], asked["options"])


@act
def close_poll(world: World, asked: Json) -> Json:
    """The poll's time is over."""
    return polls.closed(world, world.polls[asked["poll"]]["poll"])


@act
def join(world: World, asked: Json) -> None:
    """Somebody, or without `user` the bot, comes into `chat`, let in by `by`."""
    who = asked.get("user") or world.bot_id
    members.joined(world, world.rooms[asked["chat"]], who, asked.get("by") or who)


@act
def status(world: World, asked: Json) -> None:
    """The bot, or `user`, becomes `status` (administrator, member, left, kicked) in `chat`, by `by`."""
    who = asked.get("user") or world.bot_id
    members.change_status(world, world.rooms[asked["chat"]], who, asked["status"], asked["by"])


@act
def block(world: World, asked: Json) -> None:
    """`user` blocks the bot, or with `blocked` false lets it in again."""
    world.people[asked["user"]].blocked = asked.get("blocked", True)


@act
def migrate(world: World, asked: Json) -> int:
    """The group `chat` becomes a supergroup; returns its new id."""
    return members.migrate(world, world.rooms[asked["chat"]]).id


@act
def scenario(world: World, asked: Json) -> None:
    """The next `times` (1) requests of `method` ("*": any) fail, or with `chat` only those to that chat.

    `status` with `description`, `retry_after`; or `drop`: "before" or "after" the request was carried out, the
    connection breaks; or `delay` seconds. The first that fits is used up first.
    """
    world.scenarios.append({"times": 1, "method": "*"} | asked)


@act
def expire(world: World, asked: Json) -> None:
    """Every press so far becomes too old to be answered."""
    for query in world.queries.values():
        query["expired"] = True


@act
def update(world: World, asked: Json) -> int:
    """Queue an update just as it stands, however broken."""
    return world.updates.put_raw(asked)


@act
def messages(world: World, asked: Json) -> list[Json]:
    """All messages of `chat`, oldest first."""
    return list(world.messages.get(asked["chat"], {}).values())


@act
def heard(world: World, asked: Json) -> Json:
    """What the bot posted and edited since the `after`-th line of the log, as it stands now, and the log's length."""
    lines = [(line, world.messages[line["chat_id"]].get(line["message_id"])) for line in world.log[asked["after"] :]]
    said = [line | {"message": message} for line, message in lines if message and message["from"]["id"] == world.bot_id]
    return {"lines": len(world.log), "said": said}


@act
def requests(world: World, asked: Json) -> list[Json]:
    """The bot's requests, oldest first: method, params, status; getUpdates left out."""
    return world.requests


@act
def state(world: World, asked: Json) -> Json:
    """Violations, pending and delivered updates, webhook, its failures, menus, the log of posts and edits."""
    queue = world.updates
    return {
        "violations": world.violations,
        "pending": [item["update"] for item in queue.pending],
        "delivered": queue.delivered,
        "webhook": queue.webhook,
        "failures": queue.failures,
        "commands": world.commands,
        "log": world.log,
    }
