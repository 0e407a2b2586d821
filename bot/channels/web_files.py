"""Files of a posted form: pictures without their EXIF, other files of a few kinds as they came. A name is data."""

import re
from typing import Protocol

from starlette.datastructures import FormData, UploadFile

from bot.channels.web_visit import NoPicture
from domain.talk import Upload

PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "gif"})
FILES = frozenset({"pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "txt", "csv"})
ACCEPT = ",".join(f".{ending}" for ending in sorted(PICTURES | FILES))
MOST = 10
MEGABYTE = 1024 * 1024
MOST_MB = 10
FORM = MOST * MOST_MB * MEGABYTE
LONGEST_NAME = 80
_NOT_A_NAME = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Keeper(Protocol):
    """Where a file lies until the program has taken the form that it came with, and after."""

    async def keep(self, data: bytes) -> Upload:
        """Keep a picture without its EXIF. Raises NoPicture."""
        ...

    async def keep_file(self, data: bytes, name: str) -> Upload:
        """Keep a file as it came."""
        ...

    async def picture(self, id: str) -> bytes | None:
        """The bytes of what was kept."""
        ...


class NotKept(Exception):
    """A file that isn't taken; `key` and `facts` say why."""

    def __init__(self, key: str, **facts: object) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


async def taken(fields: FormData, keeper: Keeper) -> tuple[tuple[Upload, ...], tuple[Upload, ...]]:
    """The pictures and the other files of a form's `files`, kept. Raises NotKept."""
    sent = [one for one in fields.getlist("files") if isinstance(one, UploadFile) and one.filename]
    if len(sent) > MOST:
        raise NotKept("chat.too_many_files", most=MOST)
    for one in sent:
        if ending(name_of(one)) not in PICTURES | FILES:
            raise NotKept("chat.file_kind", name=name_of(one))
        if (one.size or 0) > MOST_MB * MEGABYTE:
            raise NotKept("chat.file_too_large", name=name_of(one), most=MOST_MB)
    try:
        pictures = [await keeper.keep(await one.read()) for one in sent if ending(name_of(one)) in PICTURES]
    except NoPicture as no:
        raise NotKept("chat.picture_unreadable") from no
    others = [one for one in sent if ending(name_of(one)) in FILES]
    return tuple(pictures), tuple([await keeper.keep_file(await one.read(), name_of(one)) for one in others])


def name_of(sent: UploadFile) -> str:
    """What a file is called: without folders and marks that can't be seen, not too long, its ending kept."""
    bare = _NOT_A_NAME.sub("", re.split(r"[/\\]", sent.filename or "")[-1]).strip()
    stem, dot, end = bare.rpartition(".")
    return (
        f"{stem[: LONGEST_NAME - len(end) - 1]}{dot}{end}" if dot and len(end) < LONGEST_NAME else bare[:LONGEST_NAME]
    )


def ending(name: str) -> str:
    """A name's ending in small letters; empty where it has none."""
    return name.rpartition(".")[2].lower() if "." in name else ""
