"""The server: Bot API paths, file downloads, and the control interface, over any number of bots."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.simulator import account, checks, control
from tests.simulator.methods import METHODS, Files
from tests.simulator.world import ApiError, World

Json = dict[str, Any]


class Stopping(Exception):
    """Ends the deliveries with the server."""


class Dropped(Response):
    """An answer that breaks off: the client sees the connection lost."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"999")]})
        await send({"type": "http.response.body", "body": b'{"ok":', "more_body": True})


class Server:
    """All worlds, and the tasks that feed their webhooks."""

    def __init__(self) -> None:
        self.worlds: dict[str, World] = {}
        self._tasks: asyncio.TaskGroup

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        try:
            async with asyncio.TaskGroup() as self._tasks:
                yield
                raise Stopping
        except* Stopping:
            pass

    def world(self, token: str) -> World:
        """The world of a token, made at its first mention."""
        if token not in self.worlds:
            self.worlds[token] = World(token)
            self._tasks.create_task(self.worlds[token].updates.deliver(self._tasks))
        return self.worlds[token]

    async def method(self, request: Request) -> Response:
        """`/bot<token>/<method>`"""
        try:
            world = self.world(request.path_params["token"])
        except ValueError:
            return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        name, (params, files) = request.path_params["method"], await _read(request)
        record = {"method": name, "params": params, "time": time.time(), "status": 0}
        if name != "getUpdates":
            world.requests.append(record)
        world.violations += checks.violations(name, params, request.headers.get("user-agent", ""))
        plan = _planned(world, name, params)
        try:
            answer, code = {"ok": True, "result": await _carried_out(world, name, params, files, plan)}, 200
        except ApiError as error:
            code = error.code
            answer = {"ok": False, "error_code": code, "description": error.description}
            answer |= {"parameters": error.parameters} if error.parameters else {}
        except Exception as error:
            world.violations.append(f"{name}: the simulator failed: {error!r}")
            raise
        record["status"] = code
        return Dropped() if plan.get("drop") else JSONResponse(answer, code)

    async def file(self, request: Request) -> Response:
        """`/file/bot<token>/files/<file id>`"""
        content = self.world(request.path_params["token"]).files.get(request.path_params["file_id"])
        return Response(content, media_type="application/octet-stream") if content else Response(status_code=404)

    async def control(self, request: Request) -> Response:
        """`/control/<token>/<act>`; any act may set the time, with `now` in seconds since 1970."""
        act = control.ACTS.get(request.path_params["act"])
        if act is None:
            return PlainTextResponse("no such act", 404)
        try:
            world, asked = self.world(request.path_params["token"]), await request.json()
            world.set_to = asked.pop("now", world.set_to)
            return JSONResponse(act(world, asked))
        except (KeyError, ValueError, StopIteration, ApiError) as error:
            return PlainTextResponse(f"{type(error).__name__}: {error}", 422)


async def _read(request: Request) -> tuple[Json, Files]:
    """Parameters and files of a request; a file sent under a parameter's own name is that parameter."""
    if request.headers.get("content-type", "").startswith("application/json"):
        return await request.json(), {}
    fields: Json = dict(request.query_params)
    files: Files = {}
    form = await request.form()
    for name, value in form.items():
        if isinstance(value, UploadFile):
            files[name] = await value.read()
            files[f"{name}.name"] = (value.filename or "").encode()
        else:
            fields[name] = value
    fields |= {name: f"attach://{name}" for name in files if name in ("photo", "document")}
    return checks.decode(fields), files


def _planned(world: World, name: str, params: Json) -> Json:
    for plan in world.scenarios:
        if plan["method"] in ("*", name) and plan.get("chat") in (None, params.get("chat_id")):
            plan["times"] -= 1
            world.scenarios = [one for one in world.scenarios if one["times"] > 0]
            return plan
    return {}


async def _carried_out(world: World, name: str, params: Json, files: Files, plan: Json) -> Any:
    if plan.get("delay"):
        await asyncio.sleep(plan["delay"])
    if plan.get("drop") == "before":
        return None
    if plan.get("status"):
        parameters = {name: plan[name] for name in ("retry_after", "migrate_to_chat_id") if name in plan}
        raise ApiError(plan["status"], plan.get("description", "Internal Server Error"), **parameters)
    if name == "getUpdates":
        return await account.get_updates(world, params)
    if name not in METHODS:
        raise ApiError(404, "Not Found: method not found")
    try:
        return METHODS[name](world, params, files)
    except KeyError as error:
        raise ApiError(400, f"Bad Request: {error} is empty or unknown") from error


def application() -> Starlette:
    """The ASGI application with an empty set of worlds."""
    server = Server()
    routes = [
        Route("/bot{token}/{method}", server.method, methods=["GET", "POST"]),
        Route("/file/bot{token}/files/{file_id}", server.file),
        Route("/control/{token}/{act}", server.control, methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=server.lifespan)
