"""Requests as the platforms sign and seal them, by wechatpy's hand and not by ours."""

import secrets
import time
from hashlib import sha1
from typing import Any
from xml.sax.saxutils import escape

import httpx
import xmltodict
from wechatpy.crypto.base import BasePrpCrypto

Json = dict[str, Any]


class Sender:
    """One callback address: `url`, `token`, `aes_key`, `receiver` ("" for a bot, the app id for an account)."""

    def __init__(self, url: str, token: str, aes_key: str, receiver: str) -> None:
        from wechatpy.crypto import WeChatCrypto

        self.url, self.token, self.receiver = url, token, receiver
        self._crypto = BasePrpCrypto(WeChatCrypto(token, aes_key, receiver).key) if aes_key else None

    def sign(self, *parts: str) -> str:
        """Token and parts, sorted, joined, hashed."""
        return sha1("".join(sorted([self.token, *parts])).encode()).hexdigest()

    def query(self, timestamp: str | None, encrypted: str = "") -> dict[str, str]:
        """What stands in the address."""
        stamp, nonce = timestamp or str(int(time.time())), secrets.token_hex(5)
        query = {"timestamp": stamp, "nonce": nonce, "signature": self.sign(stamp, nonce)}
        if encrypted:
            query |= {"msg_signature": self.sign(stamp, nonce, encrypted), "encrypt_type": "aes"}
        return query

    def seal(self, text: str) -> str:
        """The ciphertext of a message."""
        assert self._crypto is not None
        sealed = self._crypto._encrypt(text, self.receiver)
        return sealed.decode() if isinstance(sealed, bytes) else sealed

    def open(self, encrypted: str) -> str:
        """The message inside."""
        assert self._crypto is not None
        found = self._crypto._decrypt(encrypted, self.receiver)
        return found.decode() if isinstance(found, bytes) else found

    async def post(self, content: str, query: dict[str, str]) -> httpx.Response:
        """As the platform does, within its five seconds."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            return await client.post(self.url, params=query, content=content.encode())

    async def get(self, query: dict[str, str]) -> httpx.Response:
        """The check of the address, within a second."""
        async with httpx.AsyncClient(timeout=1, trust_env=False) as client:
            return await client.get(self.url, params=query)


def xml(fields: Json) -> str:
    """A message's XML, values as plain text."""
    return "<xml>" + "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items()) + "</xml>"


def fields(text: str) -> Json:
    """The fields of an answer."""
    return dict(xmltodict.parse(text)["xml"])
