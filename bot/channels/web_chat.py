"""The rehearsal's pages: the group and each player's private chat, forms to talk, press and move the clock."""

import hashlib
import logging
import re
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.channels import web_files, web_guard
from bot.channels.base import Line, Transcript
from bot.channels.web_lines import Reader
from bot.channels.web_posted import Posted
from bot.channels.web_press import NoButton, button
from bot.channels.web_stage import PATH, Note, NotListening, Rehearsal, Render, Seat, private_chat
from domain.talk import Event, Person, Pressed, Said, Upload

log = logging.getLogger(__name__)
SHOWN = 60
FORM_SIZE = 128 * 1024
LONGEST = 20_000
FARTHEST = timedelta(days=366)
REMEMBERED = 500
NONCE = re.compile(r"[\w-]{8,64}")
MARKS = {
    "tomorrow": "chat.to_tomorrow",
    "session": "chat.to_session",
    "closing": "chat.to_closing",
}
LACKING = {"session": "chat.no_session", "closing": "chat.no_closing"}

Endpoint = Callable[[Request], Awaitable[Response]]


class NotTaken(Exception):
    """A form that can't be taken; its words are shown above the form, with what was typed."""

    def __init__(self, status: int, key: str, **facts: object) -> None:
        super().__init__(key)
        self.status = status
        self.key = key
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Form(Posted):
    """A form of the rehearsal group's, by who plays and where."""

    seat: Seat

    def event(self, *said: str) -> str:
        """The event's id."""
        return self.named(self.seat.player.id, self.seat.chat.id, *said)


class ChatPages:
    """Endpoints. `take` hands an event on; it raises where nothing was kept."""

    def __init__(
        self,
        stage: Rehearsal,
        transcript: Transcript,
        render: Render,
        reader: Reader,
        take: Callable[[Event], Awaitable[None]],
        keeper: web_files.Keeper | None = None,
    ) -> None:
        self._stage = stage
        self._transcript = transcript
        self._render = render
        self._reader = reader
        self._texts = reader.texts
        self._take = take
        self._keeper = keeper
        self._said: dict[str, str] = {}

    def routes(self) -> Sequence[BaseRoute]:
        """Every page is behind the guard."""
        return [
            Route(PATH, self._guarded(self._show)),
            Route(f"{PATH}/news", self._guarded(self._news)),
            Route(f"{PATH}/file", self._guarded(self._file)),
            Route(f"{PATH}/say", self._guarded(self._posted(self._say, FORM_SIZE + web_files.FORM)), methods=["POST"]),
            Route(f"{PATH}/press", self._guarded(self._posted(self._press)), methods=["POST"]),
            Route(f"{PATH}/clock", self._guarded(self._posted(self._move)), methods=["POST"]),
        ]

    def _guarded(self, page: Endpoint) -> Endpoint:
        async def guarded(request: Request) -> Response:
            if self._stage.anywhere or web_guard.is_local(request):
                return await page(request)
            title, next = self._texts("chat.refused_title"), self._texts("chat.refused_next")
            return self._render(request, "error.html", 403, page=title, next=next, again="")

        return guarded

    # --- what is shown ---

    async def _show(self, request: Request) -> Response:
        seat = self._seat(request.query_params.get("as", ""), request.query_params.get("in", ""))
        return await self._page(request, seat, reply=request.query_params.get("reply", ""))

    async def _news(self, request: Request) -> Response:
        """What changed since the page's state, for its script; 204 where nothing did."""
        seat = self._seat(request.query_params.get("as", ""), request.query_params.get("in", ""))
        lines, notes = await self._lines(seat), await self._stage.recorded()
        state = self._state(lines, notes)
        if state == request.query_params.get("state"):
            return Response(status_code=204)
        shown = self._shown(request, seat, lines, notes)
        return JSONResponse(
            {
                "state": state,
                "lines": self._render.part("chat_lines.html", **shown),
                "notes": self._render.part("chat_notes.html", **shown),
                "now": shown["now"],
            }
        )

    async def _file(self, request: Request) -> Response:
        """A file that hangs on a message of this seat's; 404 where there is none."""
        seat = self._seat(request.query_params.get("as", ""), request.query_params.get("in", ""))
        lines = await self._lines(seat)
        asked = next((line for line in lines if line.id == request.query_params.get("message")), None)
        if asked is None or asked.file is None:
            return Response(status_code=404)
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(asked.file.name)}"}
        kept = await self._keeper.picture(asked.file.blob) if asked.file.blob and self._keeper else None
        return Response(kept or asked.file.content, headers=named, media_type="application/octet-stream")

    async def _page(
        self, request: Request, seat: Seat, status: int = 200, *, reply: str = "", nonce: str = "", **kept: str
    ) -> Response:
        lines, notes = await self._lines(seat), await self._stage.recorded()
        shown = self._shown(request, seat, lines, notes)
        answered = next((line for line in lines if line.id == reply), None)
        response = self._render(
            request,
            "chat.html",
            status,
            page=self._texts("chat.title", chat=shown["title"]),
            players=[(p.name, Seat(p, self._stage.group).url, p == seat.player) for p in self._stage.players],
            tabs=self._tabs(seat),
            state=self._state(lines, notes),
            chips=self._texts.list("chat.chips"),
            marks=await self._marks(),
            accept=web_files.ACCEPT if self._keeper else "",
            files=(web_files.MOST, web_files.MOST_MB),
            reply=answered and (answered.id, answered.name or self._texts("chat.bot")),
            **{"error": "", "text": "", **kept, **shown, "nonce": nonce or shown["nonce"]},
        )
        web_guard.keep_key(request, response, str(shown["key"]))
        return response

    def _shown(self, request: Request, seat: Seat, lines: Sequence[Line], notes: Sequence[Note]) -> dict[str, Any]:
        now = self._stage.clock.now()
        return {
            "seat": seat,
            "title": self._title(seat),
            "key": web_guard.key_of(request),
            "nonce": secrets.token_urlsafe(9),
            "bubbles": self._reader.bubbles(lines, seat.player),
            "notes": [(self._reader.short(note.at, now), note.text) for note in notes],
            "now": self._texts("chat.clock_now", now=self._reader.moment(now, now)),
            "today": now.astimezone(self._reader.zone).strftime("%Y-%m-%dT%H:%M"),
        }

    def _seat(self, player: str, where: str) -> Seat:
        found = next((p for p in self._stage.players if p.id == player), self._stage.players[0])
        return Seat(found, private_chat(found) if where == "private" else self._stage.group)

    def _title(self, seat: Seat) -> str:
        if seat.chat.private:
            return self._texts("chat.private", player=seat.player.name)
        return seat.chat.title or self._texts("chat.group")

    def _tabs(self, seat: Seat) -> list[tuple[str, str, bool]]:
        group, private = Seat(seat.player, self._stage.group), Seat(seat.player, private_chat(seat.player))
        return [
            (self._texts("chat.in_group"), group.url, not seat.chat.private),
            (self._texts("chat.in_private"), private.url, seat.chat.private),
        ]

    async def _marks(self) -> list[tuple[str, str, bool]]:
        """Name, words and whether it can be pressed; a mark that isn't there says why."""
        there = await self._stage.clock.marks()
        return [
            (name, self._texts(key if name in there else LACKING[name]), name in there) for name, key in MARKS.items()
        ]

    async def _lines(self, seat: Seat) -> list[Line]:
        return await self._transcript.since(seat.chat, 0, SHOWN)

    def _state(self, lines: Sequence[Line], notes: Sequence[Note]) -> str:
        minute = self._stage.clock.now().replace(second=0, microsecond=0)
        return hashlib.sha256(repr((lines, notes, minute)).encode()).hexdigest()[:16]

    # --- what is posted ---

    def _posted(self, act: Callable[[Form], Awaitable[None]], most: int = FORM_SIZE) -> Endpoint:
        """Check a form, do what it says, and go back to the page by a redirect."""

        async def posted(request: Request) -> Response:
            if int(request.headers.get("content-length") or most + 1) > most:
                title, next = self._texts("chat.too_much"), self._texts("chat.too_much_next", most=web_files.MOST_MB)
                return self._render(request, "error.html", 413, page=title, next=next, again="")
            async with request.form(max_files=2 * web_files.MOST) as fields:
                form = self._form(fields)
                try:
                    if not web_guard.is_own_form(request, form.text("key")) or not NONCE.fullmatch(form.nonce):
                        raise NotTaken(403, "chat.stale")
                    await act(form)
                except NotTaken as no:
                    return await self._again(request, form, no)
            return RedirectResponse(form.seat.url + "#end", 303)

        return posted

    async def _again(self, request: Request, form: Form, no: NotTaken) -> Response:
        """The page with what was typed. It keeps its nonce, so that trying again does not say it twice."""
        kept = {"error": self._texts(no.key, **no.facts), "text": form.text("text")}
        nonce = form.nonce if NONCE.fullmatch(form.nonce) else ""
        return await self._page(request, form.seat, no.status, nonce=nonce, reply=form.text("reply"), **kept)

    def _form(self, fields: FormData) -> Form:
        seat = self._seat(str(fields.get("as", "")), str(fields.get("in", "")))
        return Form(str(fields.get("event", "")), fields, seat)

    async def _say(self, form: Form) -> None:
        text = form.text("chip") or form.text("text")
        if len(text) > LONGEST:
            raise NotTaken(413, "chat.too_long", length=len(text), most=LONGEST)
        pictures, files = await self._files(form)
        if not (text or pictures or files):
            return
        event, now = form.event(text, *(one.id for one in (*pictures, *files))), self._stage.clock.now()
        replied = await self._replied(form)
        words, named = self._without_name(text)
        said = Said(
            event,
            now,
            form.seat.chat,
            form.seat.player,
            words,
            message=await self._keep(event, form.seat, self._as_shown(text, pictures, files), now),
            reply_to=replied.id if replied else None,
            reply_to_person=Person(replied.who, replied.name) if replied and replied.who else None,
            addressed=named or (replied is not None and not replied.who),
            pictures=pictures,
            files=files,
        )
        await self._hand(said)

    async def _files(self, form: Form) -> tuple[tuple[Upload, ...], tuple[Upload, ...]]:
        if self._keeper is None:
            return (), ()
        try:
            return await web_files.taken(form.fields, self._keeper)
        except web_files.NotKept as no:
            raise NotTaken(400, no.key, **no.facts) from no

    def _as_shown(self, text: str, pictures: Sequence[Upload], files: Sequence[Upload]) -> str:
        """The player's own message as the chat shows it: the words, and what came with them."""
        told = [self._texts("chat.with_pictures", count=len(pictures))] if pictures else []
        told += [self._texts("chat.with_file", name=one.name) for one in files]
        return "\n".join(filter(None, [text, *told]))

    async def _press(self, form: Form) -> None:
        press, message = form.text("press"), form.text("message")
        try:
            verb, *args = button(press)
        except NoButton as no:
            raise NotTaken(400, "chat.stale") from no
        pressed = Pressed(
            event=form.event(message, press),
            at=self._stage.clock.now(),
            chat=form.seat.chat,
            who=form.seat.player,
            verb=verb,
            args=tuple(args),
            message=message,
            token=secrets.token_urlsafe(9),
        )
        await self._hand(pressed)

    async def _move(self, form: Form) -> None:
        mark, now = form.text("mark"), self._stage.clock.now()
        to = (await self._stage.clock.marks()).get(mark) if mark else self._moment(form.text("when"))
        if to is None:
            return
        if not now < to <= now + FARTHEST:
            raise NotTaken(400, "chat.only_forward")
        await self._stage.clock.move(to)

    def _moment(self, text: str) -> datetime:
        try:
            return datetime.fromisoformat(text).replace(tzinfo=self._reader.zone)
        except ValueError as error:
            raise NotTaken(400, "chat.unreadable_time") from error

    async def _hand(self, event: Event) -> None:
        """What was typed is kept in the form where the event was not taken."""
        try:
            await self._take(event)
        except NotListening as error:
            raise NotTaken(503, "chat.not_ready") from error
        except Exception as error:
            log.exception("event %s was not taken", event.event)
            raise NotTaken(503, "chat.failed") from error

    async def _keep(self, event: str, seat: Seat, text: str, now: datetime) -> str:
        """The player's own message, kept once however often its form is sent."""
        if event not in self._said:
            line = Line("", seat.player.id, seat.player.name, text, now.astimezone(UTC).isoformat())
            self._said[event] = await self._transcript.add(seat.chat, line)
            while len(self._said) > REMEMBERED:
                self._said.pop(next(iter(self._said)))
        return self._said[event]

    async def _replied(self, form: Form) -> Line | None:
        reply = form.text("reply")
        lines = await self._lines(form.seat) if reply else []
        return next((line for line in lines if line.id == reply and not line.seen_by), None)

    def _without_name(self, text: str) -> tuple[str, bool]:
        """The text without the bot's @name, and whether that stood there."""
        for name in self._texts.list("chat.bot_names"):
            at, named, rest = text.partition(f"@{name}")
            if named and (not rest or not rest[0].isalnum()) and not at.strip():
                return rest.strip(), True
        return text, False
