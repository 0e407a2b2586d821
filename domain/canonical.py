"""One value, one text: canonical JSON (RFC 8785) written, and read strictly.

What is hashed must have one spelling only. So only objects of text, whole numbers, booleans, null and
lists or objects of these are read, and only if they stand as they would be written.
"""

import base64
import binascii
import json
from typing import Any, NoReturn

import rfc8785

_LONGEST = 15
"""Digits of a whole number: below 2**53, as every program reads it alike (RFC 7493)."""

_spell = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


class Malformed(ValueError):
    """The text is not what it should be: no line of the log, note, key, proof, opening or receipt."""


def write(value: Any) -> bytes:
    """The canonical text of a value, without a newline."""
    return rfc8785.dumps(value)


def write_list(values: list[Any]) -> bytes:
    """The same of a list of text, whole numbers, nothing and lists of them, sooner: there are no names to sort."""
    return _spell(values).encode()


def read(line: bytes) -> dict[str, Any]:
    """The object of one line. Raises Malformed, also where it is spelt in another than the one way."""
    try:
        value = _parse(line.decode())
        # the fast encoder spells these values as RFC 8785 does (tests/domain/test_canonical.py)
        if not isinstance(value, dict) or _spell(value).encode() != line:
            raise Malformed("not canonical")
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from error
    return value


def _whole(text: str) -> int:
    if len(text) > _LONGEST:
        raise Malformed(f"too large: {text[:_LONGEST]}")
    return int(text)


def _no_number(text: str) -> NoReturn:
    raise Malformed(f"not a whole number: {text[:_LONGEST]}")


_parse = json.JSONDecoder(parse_float=_no_number, parse_int=_whole, parse_constant=_no_number).decode


def encode(value: bytes) -> str:
    """Bytes as text: base64url without padding (RFC 4648 section 5), 43 characters for a hash."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of `encode`. Raises Malformed."""
    try:
        value = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed(text) from error
    if encode(value) != text:
        raise Malformed(text)
    return value
