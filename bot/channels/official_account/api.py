"""Requests to the Official Account's server API, with an access token that is renewed when it has run out.

https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html. Needs the app's secret.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from bot.channels import wechat_http
from bot.channels.base import RetryLater, Unsendable

URL = "https://api.weixin.qq.com"
TOKEN_OVER = frozenset({40001, 40014, 42001})
BUSY = -1
LATER = {BUSY: 2.0, 45009: 3600.0, 45011: 60.0}
MARGIN = 300.0


class No(Exception):
    """The platform's no: `code` as it gave it."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"errcode {code} {words}".strip())
        self.code = code

    def outcome(self) -> Exception:
        """As `bot.channels.base` names it."""
        return RetryLater(str(self), LATER[self.code]) if self.code in LATER else Unsendable(str(self))


class Api:
    """One account. Every method raises No where the platform refuses, RetryLater where it can't be reached."""

    def __init__(self, app_id: str, secret: str, base_url: str = URL) -> None:
        self._told = {"grant_type": "client_credential", "appid": app_id, "secret": secret}
        self._http = wechat_http.client(base_url)
        self._token = ""
        self._over = 0.0
        self._renewing = asyncio.Lock()

    async def post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """A request with a JSON body; its JSON answer."""
        answer = await self._asked("POST", path, json=dict(body))
        return _json(answer)

    async def check(self) -> None:
        """Ask for a token, to see whether the secret and this machine's address are accepted."""
        await self._valid()

    async def media(self, id: str) -> bytes:
        """A picture by its media id, within three days of its sending. Raises Unsendable where it is none."""
        answer = await self._asked("GET", "/cgi-bin/media/get", params={"media_id": id})
        if not answer.headers.get("content-type", "").startswith("image/"):
            raise Unsendable("no picture")
        return answer.content

    async def upload(self, data: bytes, name: str) -> str:
        """A picture to the platform; its media id, good for three days."""
        answer = await self._asked(
            "POST", "/cgi-bin/media/upload", params={"type": "image"}, files={"media": (name, data)}
        )
        return str(_json(answer)["media_id"])

    async def _asked(self, method: str, path: str, **more: Any) -> httpx.Response:
        """With a token; where the platform says that it has run out, once more with a new one."""
        try:
            return await self._once(method, path, await self._valid(), **more)
        except No as no:
            if no.code not in TOKEN_OVER:
                raise
        return await self._once(method, path, await self._valid(not_this=self._token), **more)

    async def _once(self, method: str, path: str, token: str, **more: Any) -> httpx.Response:
        params = {"access_token": token} | more.get("params", {})
        answer = await self._request(method, path, **more | {"params": params})
        if "json" in answer.headers.get("content-type", "") or "text/plain" in answer.headers.get("content-type", ""):
            _json(answer)
        return answer

    async def _valid(self, not_this: str = "") -> str:
        """The token, renewed where it is about to run out or was refused; once, however many ask."""
        async with self._renewing:
            now = asyncio.get_running_loop().time()
            if self._token and now < self._over and self._token != not_this:
                return self._token
            told = self._told | {"force_refresh": bool(not_this)}
            found = _json(await self._request("POST", "/cgi-bin/stable_token", json=told))
            self._token, self._over = str(found["access_token"]), now + float(found["expires_in"]) - MARGIN
            return self._token

    async def _request(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = await self._http.request(method, path, **more)
        except httpx.HTTPError as lost:
            raise RetryLater(type(lost).__name__) from lost
        if not answer.is_success:
            raise RetryLater(f"{path}: {answer.status_code}")
        return answer

    async def close(self) -> None:
        """Give back sockets."""
        await self._http.aclose()


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = answer.json()
        code = int(found.get("errcode", 0))
    except (ValueError, AttributeError, TypeError) as wrong:
        raise RetryLater("unreadable answer") from wrong
    if code:
        raise No(code, str(found.get("errmsg", "")))
    return found
