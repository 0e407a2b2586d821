"""What a person may paste into an ordinary WeChat group, where no bot can be: ≤ 120 characters, with its link."""

from domain.talk import Outgoing
from handlers.desk import Desk, House
from models.people import CommunityFacts

PASTED = 120
CUT = "\u2026"


def fitted(house: House, key: str, long: str, text: str, **facts: object) -> str:
    """The text of a key; what stands for `long` in it is cut so that the whole has room. The link stays."""
    room = max(PASTED - len(house.texts(key, **{long: ""}, **facts)), 1)
    return house.texts(key, **{long: text if len(text) <= room else text[: room - 1] + CUT}, **facts)


def link(house: House, community: CommunityFacts, key: str, page: str) -> str:
    """Where one reads or does it, in words; empty where the world can't reach the board."""
    return house.texts(key, url=f"{house.public_url}/c/{community.slug}/{page}") if house.public_url else ""


def offered(desk: Desk, text: str) -> list[Outgoing]:
    """The text to the speaker in private where they can be reached; the board has it too, with a button to copy it."""
    chat = desk.chat if desk.chat.private else desk.who.private
    return [Outgoing(chat, f"{desk.texts('wechat.paste_head')}\n{text}")] if chat is not None else []


def news(desk: Desk, name: str, long: str, text: str, **facts: object) -> list[Outgoing]:
    """What every group is told now, offered with the board's address: `wechat.paste_` and `name`."""
    told = link(desk.house, desk.community, "wechat.paste_link", "")
    return offered(
        desk, fitted(desk.house, f"wechat.paste_{name}", long, text, community=desk.community.name, link=told, **facts)
    )
