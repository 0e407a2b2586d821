"""Who is in a group, and what the bot is told when that changes."""

from typing import Any

from tests.simulator.world import Room, World

Json = dict[str, Any]
RIGHTS = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories", "can_send_welcome_messages",
)  # fmt: skip


def member(world: World, room: Room, user_id: int) -> Json:
    """The ChatMember of somebody, with the fields that its status requires."""
    status = room.members.get(user_id, "left")
    found: Json = {"status": status, "user": world.user(user_id)}
    if status == "creator":
        found["is_anonymous"] = False
    if status == "administrator":
        found |= dict.fromkeys(RIGHTS, False) | {"can_manage_chat": True, "can_delete_messages": True}
    if status == "kicked":
        found["until_date"] = 0
    return found


def change_status(world: World, room: Room, user_id: int, status: str, by: int) -> None:
    """Somebody joins, leaves, is made administrator or thrown out; the bot gets the update Telegram would send."""
    before = member(world, room, user_id)
    room.members[user_id] = status
    changed = {
        "chat": room.chat(),
        "from": world.user(by),
        "date": world.now(),
        "old_chat_member": before,
        "new_chat_member": member(world, room, user_id),
    }
    world.updates.put("my_chat_member" if user_id == world.bot_id else "chat_member", changed, room.id)


def joined(world: World, room: Room, user_id: int, by: int) -> None:
    """Somebody comes in: the change of status, and the service message everybody sees."""
    change_status(world, room, user_id, "member", by)
    message = world.post(room.id, world.user(by), new_chat_members=[world.user(user_id)])
    world.updates.put("message", message, room.id)


def migrate(world: World, room: Room) -> Room:
    """A group becomes a supergroup: a new id, and a service message in the old and in the new chat."""
    new = Room(-1_000_000_000_000 - abs(room.id), "supergroup", room.title, members=dict(room.members))
    sender = world.user(next(user for user in room.members if user != world.bot_id))
    world.rooms[new.id] = new
    old_side = world.post(room.id, sender, migrate_to_chat_id=new.id)
    world.updates.put("message", old_side, room.id)
    room.migrated_to = new.id
    new_side = world.post(new.id, sender, migrate_from_chat_id=room.id)
    new_side["sender_chat"] = new.chat()
    world.updates.put("message", new_side, new.id)
    return new
