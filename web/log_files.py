"""The published files of the log of ballots, as pages list them."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.published import OPENINGS, ROLL
from models import ballot_log
from web.views import Place

KINDS = (ROLL, OPENINGS)
KIB = 1024


@dataclass(frozen=True, slots=True)
class Listed:
    """A published file: its name's key, its address, its size as people read it."""

    name: str
    url: str
    size: str

    @property
    def saved(self) -> str:
        """The name it is saved under; browsers would put the ending there themselves, each in its own way."""
        name = self.url.rsplit("/", 1)[1]
        return name if "." in name else f"{name}.txt"


def common(place: Place) -> list[Listed]:
    """What belongs to every vote of a community: the log, its head, its keys."""
    return [
        Listed("recount.file_log", f"{place.root}log/log.jsonl", ""),
        Listed("recount.file_head", f"{place.root}log/checkpoint", ""),
        Listed("recount.file_keys", f"{place.root}log/keys", ""),
    ]


def files_of(place: Place, number: int, found: Mapping[tuple[int, str], int]) -> list[Listed]:
    """The files of one vote that are published."""
    return [
        Listed(f"recount.file_{kind}", f"{place.root}log/votes/{number}/{kind}.jsonl", _size(found[number, kind]))
        for kind in KINDS
        if (number, kind) in found
    ]


def _size(characters: int) -> str:
    return f"{-(-characters // KIB)} KB"


async def box(place: Place, number: int) -> list[Listed]:
    """The files that a recount of a closed vote takes; empty where it isn't in the log."""
    files = files_of(place, number, await ballot_log.files(place.id))
    return [*common(place), *files] if len(files) == len(KINDS) else []
