"""Drains the outbox: in order within a chat, toasts beside it, answers before redraws, redraws of a card merged.

A message leaves the outbox only when its channel took it, so a kill repeats at most the send in flight. What fails
for now is tried again later and later; a chat that is gone is marked and its secretaries are told.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.base import Channel, ChatGone, ChatMoved, ChatSilent, RetryLater, Unsendable
from bot.house import ZONE
from domain import notices
from domain.quiet import Quiet
from domain.talk import Chat, Manner, Outgoing
from models import concerns, mail
from models import notices as told
from models.mail import Letter

log = logging.getLogger(__name__)
BATCH = 200
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=5)
IDLE = 5.0
GATHER = 0.01
"""Under load one look at the outbox serves all that came in within this time, in seconds."""
PICTURED = frozenset({"telegram", "wecom", "wecom_webhook", "official_account"})
TOAST_LIVES = timedelta(minutes=2)


async def _nobody(_channel: str, _chat: str) -> None:
    """Nobody is told."""


class Delivery:
    """Sends what waits. `on_gone`, `on_moved`, `on_silent` note what happened to a chat, each in a transaction."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        clock: Callable[[], datetime],
        on_gone: Callable[[str, str, str], Awaitable[None]],
        on_moved: Callable[[str, str, str], Awaitable[None]],
        on_silent: Callable[[str, str], Awaitable[None]] = _nobody,
    ) -> None:
        self._channels = channels
        self._clock = clock
        self._on_gone = on_gone
        self._on_moved = on_moved
        self._on_silent = on_silent
        self._wake = asyncio.Event()
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._held: dict[str, datetime] = {}
        self._silent: set[str] = set()

    def wake(self) -> None:
        """Something new waits."""
        self._wake.set()

    async def heard(self, chat: Chat) -> None:
        """Somebody has spoken in a chat: what was held back for that goes out at once."""
        lane = _lane_of(chat)
        if lane in self._silent:
            self._silent.remove(lane)
            await mail.release(chat.channel, chat.id, self._held.pop(lane, self._clock()), self._clock())
            self.wake()

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                looked = self._loop_time()
                if not await self._start(group):
                    await self._sleep()
                await asyncio.sleep(max(0.0, looked + GATHER - self._loop_time()))

    @staticmethod
    def _loop_time() -> float:
        return asyncio.get_running_loop().time()

    async def drain(self) -> None:
        """Send all that is due now, for tests, scripts and a decent end; what is being sent beside it included."""
        while True:
            async with asyncio.TaskGroup() as group:
                if await self._start(group):
                    continue
            if not self._busy:
                return
            await asyncio.wait(self._busy.values(), return_when=asyncio.FIRST_COMPLETED)

    async def _start(self, group: asyncio.TaskGroup) -> bool:
        """Start a task for every free chat that has mail. Returns whether there was any."""
        now = self._clock()
        self._held = {lane: until for lane, until in self._held.items() if until > now}
        closed = {lane.split("\0")[1] for lane in (*self._busy, *self._held)}
        letters = await mail.waiting(self._channels.keys(), closed, now, BATCH)
        lanes: dict[str, list[Letter]] = {}
        for letter in letters:
            lanes.setdefault(_lane(letter), []).append(letter)
        fresh = {lane: found for lane, found in lanes.items() if lane not in self._busy and lane not in self._held}
        for lane, found in fresh.items():
            self._busy[lane] = group.create_task(self._lane(lane, found))
        return bool(fresh)

    async def _sleep(self) -> None:
        due = await mail.next_due(self._channels.keys())
        wait = IDLE if due is None else min(IDLE, max(0.05, (due - self._clock()).total_seconds()))
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _lane(self, lane: str, letters: list[Letter]) -> None:
        try:
            for letter in await _merged(letters):
                if await self._put_off(letter):
                    continue
                if not await self._deliver(letter):
                    return
        finally:
            self._busy.pop(lane, None)
            self._wake.set()

    async def _put_off(self, letter: Letter) -> bool:
        """Whether a chat has heard enough for today: what the bot says by itself waits for the morning then."""
        out, now = letter.out, self._clock().astimezone(ZONE)
        if not notices.may_wait(out):
            return False
        today = await told.today(letter.community, out.to, now.date())
        if not notices.put_off(out, today.sent, notices.Caps.of(today.settings)):
            return False
        await told.put_off(letter.ids, notices.morning_after(now, Quiet.of(today.settings)))
        return True

    async def _deliver(self, letter: Letter) -> bool:
        """Send one message. False: the rest of this chat has to wait as well."""
        try:
            await self._send(letter)
        except ChatSilent as no:
            self._silent.add(_lane_of(letter.out.to))
            await self._on_silent(letter.out.to.channel, letter.out.to.id)
            return await self._later(letter, no)
        except RetryLater as no:
            return await self._later(letter, no)
        except ChatMoved as moved:
            await self._on_moved(letter.out.to.channel, letter.out.to.id, moved.to)
            return False
        except ChatGone as gone:
            return await self._gone(letter, str(gone))
        except Unsendable as no:
            log.error("message %s can't be sent: %s", letter.id, no)
            await mail.failed(letter.id, self._clock())
        return True

    async def _send(self, letter: Letter) -> None:
        out = letter.out
        message = await mail.card(out) if out.manner is Manner.REDRAW else None
        if out.manner is Manner.REDRAW and message is None:
            await mail.drop([letter.id])
            return
        sent = await self._channels[out.to.channel].send(await drawn(await filled(out)), message)
        await mail.sent(letter, sent)
        if notices.counts(out):
            await told.note(letter.community, out.to, self._clock().astimezone(ZONE).date())

    async def _later(self, letter: Letter, no: RetryLater) -> bool:
        if letter.out.manner is Manner.TOAST and letter.tries > 1:
            await mail.drop([letter.id])
            return True
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(letter.tries, 10))
        if no.seconds is not None:
            wait = timedelta(seconds=no.seconds)
        log.warning("message %s waits %.0f s: %s", letter.id, wait.total_seconds(), no)
        until = self._clock() + wait
        await mail.later(letter, until)
        if letter.out.manner is not Manner.TOAST:
            self._held[_lane(letter)] = until  # what is said meanwhile must not overtake it
        return False

    async def _gone(self, letter: Letter, reason: str) -> bool:
        out = letter.out
        if out.manner in {Manner.TOAST, Manner.REDRAW}:
            await mail.drop([letter.id])
            return True
        log.warning("chat %s:%s is gone: %s", out.to.channel, out.to.id, reason)
        await self._on_gone(out.to.channel, out.to.id, reason)
        return False


async def filled(out: Outgoing) -> Outgoing:
    """A message with the bytes of the file that it names; where they are gone, without: the text names it."""
    if out.file is None or not out.file.blob:
        return out
    kept = await concerns.blob(out.file.blob)
    return replace(out, file=replace(out.file, data=kept.data) if kept else None)


async def drawn(out: Outgoing) -> Outgoing:
    """A message with its picture drawn where its channel shows it; where that fails, without: the text says it all."""
    if out.picture is None or out.to.channel not in PICTURED:
        return out
    from bot.result_picture import png

    try:
        return replace(out, picture=replace(out.picture, png=await asyncio.to_thread(png, out.picture)))
    except (OSError, ValueError) as wrong:
        log.error("a picture was not drawn: %s", wrong)
        return replace(out, picture=None)


def _lane(letter: Letter) -> str:
    """What must stay in order: a chat's messages; a toast is a lane of its own."""
    return _lane_of(letter.out.to, f"toast{letter.id}" if letter.out.manner is Manner.TOAST else "chat")


def _lane_of(chat: Chat, kind: str = "chat") -> str:
    return f"{kind}\0{chat.id}\0{chat.channel}"


async def _merged(letters: list[Letter]) -> list[Letter]:
    """Answers before redraws, of the redraws of one card only the newest, and notices that come together as one."""
    newest = {letter.out.card: letter for letter in letters if letter.out.manner is Manner.REDRAW}
    redraws = list(newest.values())
    old = [letter.id for letter in letters if letter.out.manner is Manner.REDRAW and letter not in redraws]
    if old:
        await mail.drop(old)
    return _bundled([letter for letter in letters if letter.out.manner is not Manner.REDRAW]) + redraws


def _bundled(letters: list[Letter]) -> list[Letter]:
    """Several notices to one chat as one letter."""
    bundles = [[letters[at] for at in places] for places in notices.bundled([letter.out for letter in letters])]
    return [
        replace(some[0], out=notices.merged([one.out for one in some]), others=tuple(one.id for one in some[1:]))
        for some in bundles
    ]
