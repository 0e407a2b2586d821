"""Text as the Bot API gives and takes it: HTML in, plain text and entities out; entities of typed text."""

import re
from html.parser import HTMLParser
from typing import Any

ALLOWED = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "s": "strikethrough",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-spoiler": "spoiler",
}
# As Telegram's own client library finds them: an ASCII name that ends where no letter follows, Chinese ones included.
TYPED = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>]))"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w))|(?P<hashtag>(?<!\w)#[^\W\d]\w*)"
)


def utf16(text: str) -> int:
    """The length of `text` as Telegram counts it, in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def typed(text: str) -> list[dict[str, Any]]:
    """The entities that Telegram marks in what a person types: commands, mentions, hashtags."""
    return [
        {"type": str(found.lastgroup), "offset": utf16(text[: found.start()]), "length": utf16(found[0])}
        for found in TYPED.finditer(text)
    ]


class _Html(HTMLParser):
    """Reads Telegram's subset of HTML; anything else is the error that Telegram gives."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.open: list[dict[str, Any]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED:
            raise ValueError(f'Unsupported start tag "{tag}" at byte offset {utf16(self.text)}')
        entity: dict[str, Any] = {"tag": tag, "type": ALLOWED[tag], "offset": utf16(self.text)}
        if tag == "a":
            entity["url"] = dict(attrs).get("href") or ""
        self.open.append(entity)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1]["tag"] != tag:
            raise ValueError(f'Unmatched end tag at byte offset {utf16(self.text)}, found "</{tag}>"')
        entity = self.open.pop()
        del entity["tag"]
        entity["length"] = utf16(self.text) - entity["offset"]
        self.entities.append(entity)

    def handle_data(self, data: str) -> None:
        self.text += data


def html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities of `source`; `ValueError` with Telegram's words where it would refuse."""
    reader = _Html()
    reader.feed(source)
    reader.close()
    if reader.open:
        raise ValueError(f'Can\'t find end tag corresponding to start tag "{reader.open[-1]["tag"]}"')
    return reader.text, sorted(reader.entities, key=lambda entity: int(entity["offset"]))
