"""Pictures as a page shows them: small, with a name, whole behind a link."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.board_pictures import PictureFacts
from web.views import Place, Words

SIDE = 320


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture on a page: where it is, small and whole, how large the small one is, and what it is called."""

    url: str
    small: str
    width: int
    height: int
    name: str


def of(found: Sequence[PictureFacts], whose: str, place: Place, words: Words) -> list[Shown]:
    """Pictures as a page shows them; `whose` names what they belong to."""
    return [_shown(one, whose, i, place, words) for i, one in enumerate(found, 1)]


def _shown(facts: PictureFacts, whose: str, at: int, place: Place, words: Words) -> Shown:
    scale = min(1.0, SIDE / max(facts.width, facts.height, 1))
    url = f"{place.root}pictures/{facts.id}"
    size = (max(1, round(facts.width * scale)), max(1, round(facts.height * scale)))
    return Shown(url, f"{url}/small", *size, words("board.picture", whose=whose, number=at))
