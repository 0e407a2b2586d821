"""A form that a page of ours posted."""

import hashlib
from dataclasses import dataclass

from starlette.datastructures import FormData


@dataclass(frozen=True, slots=True)
class Posted:
    """`nonce` is new on every page, the same when its form is sent twice."""

    nonce: str
    fields: FormData

    def text(self, name: str) -> str:
        """A field's text, line ends as we write them."""
        value = self.fields.get(name, "")
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else ""

    def named(self, *content: str) -> str:
        """A name for an event: the same form with the same content is the same event."""
        whole = "\0".join(content)
        return f"{self.nonce}-{hashlib.sha256(whole.encode()).hexdigest()[:16]}"
