"""The Bot API's methods, as far as a bot in groups needs them. Each takes the world and decoded parameters."""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image

from tests.simulator import entities, polls
from tests.simulator.world import ApiError, World

Json = dict[str, Any]
Files = dict[str, bytes]
Method = Callable[[World, Json, Files], Any]
METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Method], Method]:
    """Register a function as the Bot API method `name`."""

    def keep(function: Method) -> Method:
        METHODS[name] = function
        return function

    return keep


def formatted(params: Json, name: str, limit: int) -> tuple[str, list[Json]]:
    """The text `params[name]` without its mark-up, and its entities; Telegram's errors where it is refused."""
    source = str(params.get(name, ""))
    if params.get("parse_mode") == "HTML":
        try:
            source, found = entities.html(source)
        except ValueError as error:
            raise ApiError(400, f"Bad Request: can't parse entities: {error}") from error
    else:
        found = entities.typed(source)
    if entities.utf16(source) > limit:
        raise ApiError(400, f"Bad Request: {'message' if name == 'text' else 'message caption'} is too long")
    return source, found


def markup(params: Json) -> Json | None:
    """The inline keyboard, checked as Telegram checks it."""
    keyboard = params.get("reply_markup")
    for row in (keyboard or {}).get("inline_keyboard", []):
        for button in row:
            data = button.get("callback_data")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise ApiError(400, "Bad Request: BUTTON_DATA_INVALID")
            if data is None and not button.get("url"):
                raise ApiError(400, "Bad Request: Text buttons are unallowed in the inline keyboard")
    return keyboard


def place(world: World, params: Json) -> Json:
    """Where a message goes: chat, topic, and what it answers."""
    chat_id = world.writable(params.get("chat_id"))
    topic = params.get("message_thread_id")
    room = world.rooms.get(chat_id)
    if topic is not None and (room is None or topic not in room.topics):
        raise ApiError(400, "Bad Request: message thread not found")
    answered = None
    if reply := params.get("reply_parameters"):
        answered = world.messages.get(chat_id, {}).get(reply["message_id"])
        if answered is None and not reply.get("allow_sending_without_reply"):
            raise ApiError(400, "Bad Request: message to be replied not found")
    return {"chat_id": chat_id, "topic": topic, "reply_to_message": answered}


def posted(world: World, params: Json, **fields: Any) -> Json:
    """A message of the bot's, put where `params` say."""
    where = place(world, params)
    silent = params.get("disable_notification", False)
    return world.post(where.pop("chat_id"), world.me, **where, silent=silent, reply_markup=markup(params), **fields)


@method("sendMessage")
def send_message(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#sendmessage"""
    text, found = formatted(params, "text", 4096)
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    return posted(world, params, text=text, entities=found or None)


@method("sendPhoto")
def send_photo(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#sendphoto"""
    caption, found = formatted(params, "caption", 1024)
    photo = sizes(world, upload(world, params["photo"], files))
    return posted(world, params, photo=photo, caption=caption or None, caption_entities=found or None)


@method("sendDocument")
def send_document(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#senddocument"""
    caption, found = formatted(params, "caption", 1024)
    content = upload(world, params["document"], files)
    file_id, unique = world.store(content)
    name = files.get(f"{params['document'][9:]}.name", b"").decode()
    document = {"file_id": file_id, "file_unique_id": unique, "file_size": len(content), "file_name": name or None}
    return posted(world, params, document=document, caption=caption or None, caption_entities=found or None)


@method("sendMediaGroup")
def send_media_group(world: World, params: Json, files: Files) -> list[Json]:
    """https://core.telegram.org/bots/api#sendmediagroup (photos only)"""
    if not 2 <= len(params["media"]) <= 10:
        raise ApiError(400, "Bad Request: wrong number of media in the group")
    album = str(world.number("album", 13_000))
    sent = []
    for medium in params["media"]:
        caption, found = formatted(medium, "caption", 1024)
        photo = sizes(world, upload(world, medium["media"], files))
        text = {"caption": caption or None, "caption_entities": found or None}
        sent.append(posted(world, params, photo=photo, media_group_id=album, **text))
    return sent


@method("sendPoll")
def send_poll(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#sendpoll"""
    return posted(world, params, poll=polls.opened(world, params))


@method("stopPoll")
def stop_poll(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#stoppoll"""
    message = own(world, params, "edited")
    if "poll" not in message:
        raise ApiError(400, "Bad Request: message with poll to stop not found")
    return polls.closed(world, message["poll"])


def own(world: World, params: Json, act: str) -> Json:
    """The message of the bot's that is to be changed."""
    message = world.messages.get(world.writable(params.get("chat_id")), {}).get(params["message_id"])
    if message is None:
        raise ApiError(400, f"Bad Request: message to {act.removesuffix('ed')} not found")
    if message["from"]["id"] != world.bot_id:
        raise ApiError(400, f"Bad Request: message can't be {act}")
    return message


def change(world: World, message: Json, new: Json) -> Json:
    """Edit a message, unless nothing would be different."""
    if all(message.get(name) == value for name, value in new.items()):
        words = "specified new message content and reply markup are exactly the same"
        raise ApiError(400, f"Bad Request: message is not modified: {words} as a current content and reply markup")
    message.update(new, edit_date=world.now())
    for name in [name for name, value in message.items() if value is None]:
        del message[name]
    chat_id = message["chat"]["id"]
    world.log.append({"event": "edited", "chat_id": chat_id, "message_id": message["message_id"]})
    return message


@method("editMessageText")
def edit_text(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#editmessagetext"""
    message = own(world, params, "edited")
    if "text" not in message:
        raise ApiError(400, "Bad Request: there is no text in the message to edit")
    text, found = formatted(params, "text", 4096)
    return change(world, message, {"text": text, "entities": found or None, "reply_markup": markup(params)})


@method("editMessageCaption")
def edit_caption(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#editmessagecaption"""
    message = own(world, params, "edited")
    if "photo" not in message and "document" not in message:
        raise ApiError(400, "Bad Request: there is no caption in the message to edit")
    caption, found = formatted(params, "caption", 1024)
    new = {"caption": caption or None, "caption_entities": found or None, "reply_markup": markup(params)}
    return change(world, message, new)


@method("editMessageReplyMarkup")
def edit_markup(world: World, params: Json, files: Files) -> Json:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    return change(world, own(world, params, "edited"), {"reply_markup": markup(params)})


@method("deleteMessage")
def delete_message(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#deletemessage"""
    message = own(world, params, "deleted")
    del world.messages[message["chat"]["id"]][message["message_id"]]
    return True


@method("answerCallbackQuery")
def answer_query(world: World, params: Json, files: Files) -> bool:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    query = world.queries.get(params["callback_query_id"])
    if query is None or query["expired"] or query["answer"] is not None:
        words = "query is too old and response timeout expired or query ID is invalid"
        raise ApiError(400, f"Bad Request: {words}")
    if entities.utf16(params.get("text", "")) > 200:
        raise ApiError(400, "Bad Request: MESSAGE_TOO_LONG")
    query["answer"] = {"text": params.get("text", ""), "show_alert": params.get("show_alert", False)}
    return True


def upload(world: World, value: str, files: Files) -> bytes:
    """The bytes of a file: uploaded with the request, or known by its id."""
    source, name = (files, value[9:]) if value.startswith("attach://") else (world.files, value)
    content = source.get(name)
    if not content:
        raise ApiError(400, "Bad Request: wrong file identifier/HTTP URL specified")
    return content


def sizes(world: World, content: bytes) -> list[Json]:
    """The PhotoSizes of a picture, smallest first; only the last has the picture itself."""
    try:
        with Image.open(io.BytesIO(content)) as picture:
            width, height = picture.size
            small = picture.convert("RGB")
            small.thumbnail((90, 90))
    except OSError as error:
        raise ApiError(400, "Bad Request: IMAGE_PROCESS_FAILED") from error
    thumbnail = io.BytesIO()
    small.save(thumbnail, "JPEG")
    found = []
    for one, wide, high in ((thumbnail.getvalue(), *small.size), (content, width, height)):
        file_id, unique = world.store(one)
        size = {"file_id": file_id, "file_unique_id": unique, "file_size": len(one)}
        found.append(size | {"width": wide, "height": high})
    return found
