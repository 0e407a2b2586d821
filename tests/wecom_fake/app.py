"""The server: long connection, the platforms' HTTP interfaces, the control interface, over any number of bots."""

import base64
import hashlib
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from tests.wecom_fake import checks, control
from tests.wecom_fake.lines import Lines
from tests.wecom_fake.world import Json, Refused, World

WEBHOOK_BYTES, WEBHOOK_PICTURE = 4096, 2 * 2**20
MEDIA_PICTURE = 10 * 2**20


class Server:
    """All worlds. A world is called as its bot id, its webhook key, its app id or its corporation."""

    def __init__(self) -> None:
        self.worlds: dict[str, World] = {}
        self.lines = Lines()

    def world(self, name: str) -> World:
        """A world, made at its first mention."""
        return self.worlds.setdefault(name, World(name))

    async def socket(self, socket: WebSocket) -> None:
        """The long connection."""
        await self.lines.serve(socket, self.world)

    async def webhook(self, request: Request) -> Response:
        """消息推送: `/cgi-bin/webhook/send?key=`"""
        world, body = self.world(request.query_params["key"]), await request.json()
        return _done(world, "webhook", body, lambda: _hooked(world, body))

    async def respond(self, request: Request) -> Response:
        """A `response_url`: once."""
        world, body = self.world(request.path_params["name"]), await request.json()
        return _done(world, "response_url", body, lambda: _once(world, request.path_params["req"], body))

    async def media(self, request: Request) -> Response:
        """A picture's address."""
        content = self.world(request.path_params["name"]).files.get(request.path_params["file"])
        return Response(content, media_type="application/octet-stream") if content else Response(status_code=404)

    async def token(self, request: Request) -> Response:
        """An access token: `/cgi-bin/stable_token`, `/cgi-bin/gettoken`"""
        told = await request.json() if request.method == "POST" else dict(request.query_params)
        world = self.world(told.get("appid") or told["corpid"])
        return _done(world, "token", told, lambda: _token(world, told))

    async def api(self, request: Request) -> Response:
        """Whatever wants an access token."""
        name, _, number = request.query_params.get("access_token", "").partition("~")
        world, path = self.world(name), request.url.path.removeprefix("/cgi-bin/")
        body = await _told(request)
        media = world.files.get(body.get("media_id", "")) if path == "media/get" else None

        def carried_out() -> Json:
            if number != str(world.tokens):
                raise Refused(40001, "invalid credential")
            if path == "media/get" and media is None:
                raise Refused(40007, "invalid media_id")
            return _uploaded(world, body) if path == "media/upload" else _api(world, path)

        kept = {name: value for name, value in body.items() if name != "media"}
        answer = _done(world, path, kept, carried_out)
        good = b'"errcode": 0' in bytes(answer.body) or b'"errcode":0' in bytes(answer.body)
        return Response(media, media_type="image/jpeg") if media and good else answer

    async def control(self, request: Request) -> Response:
        """`/control/<name>/<act>`"""
        act = control.ACTS.get(request.path_params["act"])
        if act is None:
            return PlainTextResponse("no such act", 404)
        try:
            world = self.world(request.path_params["name"])
            return JSONResponse(await act(self, world, await request.json()))
        except (KeyError, ValueError, Refused) as error:
            return PlainTextResponse(f"{type(error).__name__}: {error}", 422)


async def _told(request: Request) -> Json:
    """What a request says: JSON, a form with a file in it, or the address alone."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form() as form:
            file = form["media"]
            assert isinstance(file, UploadFile)
            return dict(request.query_params) | {"media": await file.read(), "name": file.filename}
    return await request.json() if request.method == "POST" else dict(request.query_params)


def _uploaded(world: World, body: Json) -> Json:
    """A picture for three days: PNG, JPG or GIF of at most 10 MB, with a name that ends so."""
    if body.get("type") != "image" or not str(body.get("name")).endswith((".png", ".jpg", ".jpeg", ".gif")):
        raise Refused(40004, "invalid media type")
    if not 0 < len(body["media"]) <= MEDIA_PICTURE:
        raise Refused(40009, "invalid image size")
    media = world.id("media")
    world.files[media] = body["media"]
    return {"type": "image", "media_id": media, "created_at": 1380000000}


def _done(world: World, at: str, body: Json, work: Any) -> Response:
    """The answer of a request, or the fault that a test asked for."""
    fault = world.fault(at)
    world.requests.append({"cmd": at, "body": body, "fault": fault})
    if fault.get("status"):
        return Response(status_code=fault["status"])
    try:
        if fault.get("code"):
            raise Refused(fault["code"], "asked for by a test")
        return JSONResponse({"errcode": 0, "errmsg": "ok", **(work() or {})})
    except Refused as no:
        return JSONResponse({"errcode": no.code, "errmsg": str(no)})


def _hooked(world: World, body: Json) -> None:
    if len(body.get("markdown", {}).get("content", "").encode()) > WEBHOOK_BYTES:
        raise Refused(40058, "too long")
    if body["msgtype"] == "image":
        body = {"msgtype": "image", "image": {"bytes": _picture(body["image"])}}
    world.post("webhook", body, "webhook")


def _picture(image: Json) -> int:
    """JPG or PNG of at most 2 MB, with the MD5 of its bytes before they were encoded; returns how many they are."""
    data = base64.b64decode(image["base64"], validate=True)
    if len(data) > WEBHOOK_PICTURE or not data.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        raise Refused(40009, "invalid image size")
    if hashlib.md5(data, usedforsecurity=False).hexdigest() != image["md5"]:
        raise Refused(301019, "image md5 mismatch")
    return len(data)


def _once(world: World, req: str, body: Json) -> None:
    asked = world.pending.pop(f"url:{req}", None)
    if asked is None:
        raise Refused(60140, "response_url used")
    world.violations += checks.message(body, push=True)
    world.post(asked["chat"], body, "response_url")


def _token(world: World, told: Json) -> Json:
    if (told.get("secret") or told.get("corpsecret")) != world.secret:
        raise Refused(40125, "invalid appsecret")
    world.tokens += 1
    return {"access_token": f"{world.name}~{world.tokens}", "expires_in": 7200}


def _api(world: World, path: str) -> Json:
    if path == "externalcontact/add_msg_template":
        return {"msgid": world.id("task"), "fail_list": []}
    if path == "externalcontact/get_groupmsg_task":
        return {"task_list": [{"userid": "sender", "status": 2 if "confirmed" in world.spoken else 0}]}
    if path in {"menu/create", "message/subscribe/bizsend", "media/get"}:
        return {}
    raise Refused(40066, "unknown path")


def application() -> Starlette:
    """The ASGI application with an empty set of worlds."""
    server = Server()
    routes = [
        WebSocketRoute("/", server.socket),
        Route("/cgi-bin/webhook/send", server.webhook, methods=["POST"]),
        Route("/respond/{name}/{req}", server.respond, methods=["POST"]),
        Route("/media/{name}/{file}", server.media),
        Route("/cgi-bin/stable_token", server.token, methods=["POST"]),
        Route("/cgi-bin/gettoken", server.token),
        Route("/cgi-bin/{path:path}", server.api, methods=["GET", "POST"]),
        Route("/control/{name}/{act}", server.control, methods=["POST"]),
    ]
    return Starlette(routes=routes)
