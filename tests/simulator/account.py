"""The Bot API's methods about the bot itself, its chats and its files."""

from typing import Any

from tests.simulator.members import member
from tests.simulator.methods import Files, Json, method
from tests.simulator.world import ApiError, World


@method("getMe")
def get_me(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#getme"""
    return world.me | {
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
    }


@method("setMyCommands")
def set_commands(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#setmycommands"""
    world.commands[scope(params)] = params["commands"]
    return True


@method("getMyCommands")
def get_commands(world: World, params: Json, files: Files) -> list[Json]:
    """https://core.telegram.org/bots/api#getmycommands"""
    return world.commands.get(scope(params), [])


@method("deleteMyCommands")
def delete_commands(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#deletemycommands"""
    world.commands.pop(scope(params), None)
    return True


def scope(params: Json) -> str:
    """The scope of a command menu as one word (`chat:-100`, `all_private_chats`, `default`)."""
    asked = params.get("scope") or {"type": "default"}
    return ":".join(str(asked[name]) for name in ("type", "chat_id", "user_id") if name in asked)


@method("setWebhook")
def set_webhook(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#setwebhook (plain http is accepted, as by a self-hosted server)"""
    world.updates.allow(params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        world.updates.pending.clear()
    connections = min(100, params.get("max_connections", 40))
    world.updates.set_webhook(params["url"], params.get("secret_token"), connections)
    return True


@method("deleteWebhook")
def delete_webhook(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#deletewebhook"""
    if params.get("drop_pending_updates"):
        world.updates.pending.clear()
    world.updates.set_webhook("", None, 0)
    return True


@method("getWebhookInfo")
def get_webhook(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#getwebhookinfo"""
    return {
        "url": world.updates.webhook.get("url", ""),
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }


async def get_updates(world: World, params: Json) -> list[Json]:
    """https://core.telegram.org/bots/api#getupdates"""
    if world.updates.webhook:
        words = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        raise ApiError(409, f"Conflict: {words}")
    world.updates.allow(params.get("allowed_updates"))
    limit = min(100, params.get("limit") or 100)
    found = await world.updates.get(params.get("offset") or 0, limit, params.get("timeout") or 0)
    if found is None:
        words = "terminated by other getUpdates request; make sure that only one bot instance is running"
        raise ApiError(409, f"Conflict: {words}")
    return found


def reachable(world: World, chat_id: Any) -> int:
    """A chat the bot may ask about."""
    if chat_id not in world.rooms and chat_id not in world.people:
        raise ApiError(400, "Bad Request: chat not found")
    return int(chat_id)


@method("getChat")
def get_chat(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#getchat"""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, False)}
    return world.chat(reachable(world, params["chat_id"])) | full


@method("getChatMember")
def get_member(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#getchatmember"""
    room = world.rooms.get(world.writable(params["chat_id"]))
    user_id = params["user_id"]
    if room is None or (user_id not in world.people and user_id != world.bot_id):
        raise ApiError(400, "Bad Request: PARTICIPANT_ID_INVALID")
    return member(world, room, user_id)


@method("getChatAdministrators")
def get_administrators(world: World, params: Json, files: Files) -> list[Json]:
    """https://core.telegram.org/bots/api#getchatadministrators"""
    room = world.rooms.get(world.writable(params["chat_id"]))
    if room is None:
        raise ApiError(400, "Bad Request: there are no administrators in the private chat")
    ranks = ("creator", "administrator")
    return [member(world, room, user_id) for user_id, status in room.members.items() if status in ranks]


@method("getChatMemberCount")
def count_members(world: World, params: Json, files: Files) -> int:
    """https://core.telegram.org/bots/api#getchatmembercount"""
    room = world.rooms.get(world.writable(params["chat_id"]))
    return sum(status not in ("left", "kicked") for status in room.members.values()) if room else 2


@method("leaveChat")
def leave_chat(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#leavechat"""
    world.rooms[world.writable(params["chat_id"])].members[world.bot_id] = "left"
    return True


@method("sendChatAction")
def chat_action(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#sendchataction"""
    world.writable(params["chat_id"])
    return True


@method("getFile")
def get_file(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#getfile (the path is `files/` and the id)"""
    file_id = params["file_id"]
    if file_id not in world.files:
        raise ApiError(400, "Bad Request: invalid file_id")
    found = {"file_id": file_id, "file_unique_id": f"unique-{file_id}", "file_size": len(world.files[file_id])}
    return found | {"file_path": f"files/{file_id}"}
