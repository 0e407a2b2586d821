"""A conversation in a test: he says, it answers. Everything is real but the platform and the clock."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.app import chat_gone
from bot.channels.base import Channel, ChatGone, Unsendable
from bot.channels.telegram_html import BUTTON_DATA as DATA
from bot.channels.telegram_wire import pack
from bot.delivery import Delivery
from bot.house import ZONE, make_house
from domain.talk import Button, Chat, Manner, Outgoing, Person, Pressed, Said, Upload
from domain.terms import Role
from handlers.run import Run, moved
from models import people
from models.store import Store
from models.tables.ballot_log import OwnDigits
from models.tables.people import Community, Grant, Household, Resident
from scheduler import jobs

GROUP = Chat("web", "g1", title="枫林小区群")
BEGINS = datetime(2026, 12, 1, 18, 42, tzinfo=ZONE)
BESIDE = re.compile(r"核对码 |表决 #\d+ 收据")


@dataclass
class Shown:
    """A message as it stands in a chat now."""

    id: str
    out: Outgoing

    @property
    def text(self) -> str:
        return self.out.text

    @property
    def labels(self) -> list[list[str]]:
        return [[button.label for button in row] for row in self.out.rows]


@dataclass
class Recorder:
    """A channel that keeps what it is given, and can be told to fail."""

    name: str = "web"
    chats: dict[str, list[Shown]] = field(default_factory=dict)
    toasts: list[Outgoing] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    edits: int = 0
    gone: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    files: dict[str, bytes] = field(default_factory=dict)

    async def send(self, out: Outgoing, message: str | None) -> str | None:
        if out.to.id in self.gone:
            raise ChatGone("bot was kicked")
        if message in self.deleted:
            raise Unsendable("message to edit not found")
        over = [
            button.label for row in out.rows for button in row if len(pack(button.verb, button.args).encode()) > DATA
        ]
        assert not over, f"Telegram takes {DATA} bytes in a button, not what {over} carry"
        self.sent.append(out)
        chat = self.chats.setdefault(out.to.id, [])
        if out.manner is Manner.TOAST:
            self.toasts.append(out)
            return None
        if message is not None:
            self.edits += 1
            next(shown for shown in chat if shown.id == message).out = out
            return message
        chat.append(Shown(f"m{len(self.sent)}", out))
        return chat[-1].id

    async def fetch(self, upload: Upload) -> bytes:
        return self.files[upload.id]


class Talk:
    """A community with one group. `says`, `presses` return what the bot answered to it, oldest first."""

    def __init__(self, texts, understanding, key: bytes = b"k" * 32) -> None:
        self.house = make_house(texts, understanding, key, operator="江南街道", contact="010-1234")
        self.store = Store()
        self.now = BEGINS
        self.channel = Recorder()
        channels: dict[str, Channel] = {"web": self.channel}  # type: ignore[dict-item]
        self.delivery = Delivery(channels, self.clock, self._gone, self._moved)
        self.run = Run(self.house, self.clock)
        self.group = GROUP
        self._count = 0

    def clock(self) -> datetime:
        return self.now.astimezone(UTC)

    async def _gone(self, channel: str, chat: str, reason: str) -> None:
        await chat_gone(self.house, channel, chat, reason, self.clock())

    async def _moved(self, channel: str, chat: str, to: str) -> None:
        async with self.store.transaction():
            await moved(self.store, Chat(channel, chat), to)

    def at(self, moment: str) -> None:
        """Move the clock: `12-04 09:00`, this story's year."""
        self.now = datetime.strptime(f"{self.now.year}-{moment}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)

    def person(self, name: str) -> Person:
        return Person(name, name)

    def private(self, name: str) -> Chat:
        return Chat("web", f"p-{name}", private=True)

    def pseudonym(self, name: str) -> str:
        """Somebody as the database knows them."""
        return people.pseudonym(self.house.key, self.group.channel, self.person(name).id)

    def short(self, name: str) -> str:
        """The short name by which others may name somebody."""
        return people.short_name(self.pseudonym(name))

    async def says(self, name: str, text: str, chat: Chat | None = None, **more) -> list[Outgoing]:
        """Somebody says something in the group (or in `chat`). `more`: fields of Said."""
        self._count += 1
        at = more.pop("at", self.clock())
        said = Said(f"e{self._count}", at, chat or self.group, self.person(name), text, f"u{self._count}", **more)
        return await self.takes(said)

    async def tells(self, name: str, text: str, **more) -> list[Outgoing]:
        """Somebody says something to the bot in private."""
        return await self.says(name, text, self.private(name), **more)

    async def presses(self, name: str, label: str, chat: Chat | None = None) -> list[Outgoing]:
        """Somebody presses the newest button of this label that they can see."""
        chat = chat or self.group
        for shown in reversed(self.channel.chats.get(chat.id, [])):
            for button in (b for row in shown.out.rows for b in row):
                if button.label == label:
                    return await self.press(name, button, chat, shown.id)
        raise AssertionError(f"no button {label}")

    async def press(
        self, name: str, button: Button, chat: Chat | None = None, message: str | None = None
    ) -> list[Outgoing]:
        self._count += 1
        event = Pressed(
            f"e{self._count}",
            self.clock(),
            chat or self.group,
            self.person(name),
            button.verb,
            button.args,
            message,
            f"t{self._count}",
        )
        return await self.takes(event)

    async def takes(self, event: Said | Pressed) -> list[Outgoing]:
        """Hand an event in, as a channel would, and deliver what is due. Returns what was sent."""
        before = len(self.channel.sent)
        await self.hears(event)
        await self.sends()
        self.now += timedelta(seconds=1)
        return self._aloud(before)

    async def hears(self, event: Said | Pressed) -> None:
        """The platform hands an event in."""
        await self.run(event)

    async def sends(self) -> None:
        """What is due is delivered."""
        await self.delivery.drain()

    async def ticks(self) -> None:
        """The clock ticks: what fell due happens, and waits to be sent."""
        await jobs.tick(self.run)

    async def schedules(self) -> None:
        """The sessions of the coming weeks are entered."""
        await jobs.plan(self.run)

    def _aloud(self, before: int) -> list[Outgoing]:
        """What was sent since, without the 核对码 and receipts, which come silently beside what is told."""
        return [out for out in self.channel.sent[before:] if not (out.silent and BESIDE.match(out.text))]

    async def wakes(self, moment: str = "") -> list[Outgoing]:
        """The clock ticks (at `moment`): what fell due is said. Returns what was sent."""
        if moment:
            self.at(moment)
        before = len(self.channel.sent)
        await self.ticks()
        await self.sends()
        return self._aloud(before)

    async def plans(self, **settings) -> None:
        """The coming sessions are entered, after `settings` of the community changed."""
        for community in await Community.all():
            community.settings = {**community.settings, **settings}
            await community.save()
        await self.schedules()

    def card(self, text: str, chat: Chat | None = None) -> Shown:
        """The newest message in a chat that holds `text`."""
        return next(shown for shown in reversed(self.channel.chats[(chat or self.group).id]) if text in shown.text)

    # --- what was arranged before the story begins

    async def knows(self, name: str, *roles: Role, household: str = "") -> int:
        """Somebody who talked to the bot before, with roles, and a household given as `3-1-301`."""
        community = (await people.communities())[0]
        user, number = self.pseudonym(name), self.person(name).id
        who = await people.meet(community.id, user, self.private(name), number, self.clock())
        await Resident.filter(id=who.id).update(notice_version=self.house.notice_version)
        await OwnDigits.create(community_id=community.id, resident_id=who.id, at=self.clock())
        for role in roles:
            await Grant.create(community_id=community.id, resident_id=who.id, role=role, granted_at=self.clock())
        if household:
            building, unit, room = household.split("-")
            home, _ = await Household.get_or_create(
                {"area": 8950}, community_id=community.id, building=building, unit=unit, room=room
            )
            await Resident.filter(id=who.id).update(household_id=home.id)
        return who.id


def numbers(text: str) -> list[int]:
    """The numbers after # in a text."""
    return [int(found) for found in re.findall(r"#(\d+)", text)]
