"""The envelope that WeCom and the Official Account share: a signature around an AES ciphertext. Pure.

https://developer.work.weixin.qq.com/document/path/90968 and
https://developers.weixin.qq.com/doc/service/guide/dev/push/encryption: key = base64(EncodingAESKey + "="),
AES-256-CBC with the key's first 16 bytes as IV, PKCS#7 to blocks of 32; inside stand 16 random bytes, the message's
length (4 bytes, big-endian), the message, and the receiver's id (empty for a WeCom bot).
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

BLOCK = 32
RANDOM = 16
LENGTH = 4
KEY_CHARACTERS = 43


class Forged(Exception):
    """It does not come from the platform, or not for us. The text says which check it failed, never its content."""


def signature(*parts: str) -> str:
    """SHA-1 of the sorted parts joined: token, timestamp, nonce and, where there is one, the ciphertext."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def check(expected: str, given: str) -> None:
    """Raises Forged where a signature is not the expected one, in constant time."""
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise Forged("signature")


def key_of(encoding_aes_key: str) -> bytes:
    """The 32 bytes behind an EncodingAESKey (43 characters). Raises ValueError where it is none."""
    key = base64.b64decode(encoding_aes_key + "=" * (-len(encoding_aes_key) % 4))
    if len(key) != AES256.key_size // 8:
        raise ValueError("aes key")
    return key


def _cipher(key: bytes) -> Cipher[CBC]:
    return Cipher(AES256(key), CBC(key[: AES256.block_size // 8]))


def decrypt(key: bytes, data: bytes) -> bytes:
    """AES-256-CBC with PKCS#7 up to 32. Raises Forged where length or padding are wrong."""
    if not data or len(data) % (AES256.block_size // 8):
        raise Forged("length")
    decryptor = _cipher(key).decryptor()
    plain = decryptor.update(data) + decryptor.finalize()
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise Forged("padding")
    return plain[:-pad]


def encrypt(key: bytes, plain: bytes) -> bytes:
    """The way back."""
    pad = BLOCK - len(plain) % BLOCK
    encryptor = _cipher(key).encryptor()
    return encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()


@dataclass(frozen=True, slots=True)
class Sealed:
    """A ciphertext (base64) with what signs it."""

    encrypted: str
    signature: str
    timestamp: str
    nonce: str


def enclosed(mark: bytes, pattern: re.Pattern[bytes], data: bytes) -> str:
    """The ciphertext in a request, found without reading the document around it, which nobody has signed yet.

    Reading it would cost a stranger nothing and us a second. Only where `mark` stands first is looked: a platform
    writes it once, a stranger as often as there is room. Raises Forged where there is none.
    """
    at = data.find(mark)
    found = pattern.match(data, at) if at >= 0 else None
    if found is None:
        raise Forged("no envelope")
    return found[1].decode()


class Envelope:
    """Opens and seals what goes over a callback. `receiver` is the app id, "" for a WeCom bot."""

    def __init__(self, token: str, encoding_aes_key: str, receiver: str = "") -> None:
        self._token = token
        self._key = key_of(encoding_aes_key)
        self._receiver = receiver.encode()

    def open(self, sealed: Sealed) -> bytes:
        """The message inside; nothing is decrypted before the signature held. Raises Forged."""
        check(signature(self._token, sealed.timestamp, sealed.nonce, sealed.encrypted), sealed.signature)
        try:
            data = base64.b64decode(sealed.encrypted, validate=True)
        except (binascii.Error, ValueError) as wrong:
            raise Forged("base64") from wrong
        plain = decrypt(self._key, data)
        start = RANDOM + LENGTH
        end = start + int.from_bytes(plain[RANDOM:start], "big")
        if len(plain) < start or end > len(plain):
            raise Forged("length")
        if plain[end:] != self._receiver:
            raise Forged("receiver")
        return plain[start:end]

    def seal(self, message: bytes, timestamp: str, nonce: str, random: bytes | None = None) -> Sealed:
        """The envelope around a message. `random`: 16 bytes, given only to compare with published vectors."""
        random = secrets.token_bytes(RANDOM) if random is None else random
        plain = random + len(message).to_bytes(LENGTH, "big") + message + self._receiver
        encrypted = base64.b64encode(encrypt(self._key, plain)).decode()
        return Sealed(encrypted, signature(self._token, timestamp, nonce, encrypted), timestamp, nonce)
