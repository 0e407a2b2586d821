"""The picture of a paper ballot: for those who enter, confirm and oversee, in private; its hash in the audit log."""

from datetime import datetime

from domain.canonical import encode
from domain.households import Flat
from domain.talk import File, Outgoing, Said
from handlers.desk import Desk, House
from handlers.flats import flat_name
from handlers.materials import ENDINGS
from models.access import MODERATORS
from models.concerns import Image
from models.votes import VoteRecord

MOST = 3


async def take(desk: Desk, vote: VoteRecord, paper: int) -> None:
    """Pictures that came with the words are the paper ballot's from now on."""
    uploads = [upload.id for upload in desk.event.pictures] if isinstance(desk.event, Said) else []
    if uploads:
        await desk.store.paper.add_scans(vote, paper, desk.chat.channel, uploads[:MOST], desk.now)


async def note(desk: Desk, vote: VoteRecord, household: int) -> None:
    """For the audit log: which picture the paper ballot that counts had, if it had one."""
    scans = await desk.store.paper.scans(vote, household)
    hashes = [encode(bytes.fromhex(sha256)) for sha256, _ in scans]
    desk.about("vote", " ".join([str(vote.number), *(f"sha256-{one}" for one in hashes[:1])]))


async def kept(house: House, paper: int, image: Image | None, now: datetime) -> list[Outgoing]:
    """A picture is kept now: to the moderators, beside the question. One that can't be: to who sent it."""
    found = await house.store.paper.scanned(paper)
    if found is None:
        return []
    facts = {"number": found.number, "flat": flat_name(house, found.flat)}
    own = await house.store.people.private_chat_of(found.by) if found.by else None
    if image is None:
        return [Outgoing(own, house.texts("paper.scan_lost", **facts))] if own else []
    file = _file(house, found.flat, image.sha256, image.mime)
    chats = await house.store.people.private_chats_of(found.community, tuple(MODERATORS), now)
    return [Outgoing(chat, house.texts("paper.scan", **facts), file=file) for chat in chats if chat != own]


def shown(desk: Desk, vote: VoteRecord, flat: Flat, scans: list[tuple[str, str]]) -> list[Outgoing]:
    """The kept pictures, to the asker alone."""
    text = desk.texts("paper.scan", number=vote.number, flat=flat_name(desk.house, flat))
    return [Outgoing(desk.chat, text, file=_file(desk.house, flat, *one)) for one in scans]


def _file(house: House, flat: Flat, sha256: str, mime: str) -> File:
    name = house.texts("paper.scan_name", flat=flat_name(house, flat))
    return File(f"{name}{ENDINGS.get(mime, '')}", blob=sha256)
