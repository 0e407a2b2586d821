"""`doctor`: looks at what the program needs, and says what to do. Changes nothing.

One line a finding: fine, worth knowing, or to be mended; with anything to be mended the exit code is 2.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.doctor_finding import Finding, Mark, found
from bot.doctor_key import log_key
from bot.doctor_wechat import wechat
from bot.start import read_config
from bot.stop import Stop
from bot.texts import Texts

if TYPE_CHECKING:
    import httpx

    from bot.config import Config
    from bot.config_channels import Telegram

TELEGRAM = "https://api.telegram.org"
PATIENCE = 10.0
DRIFT = 30
NEXT_YEAR_FROM = 11


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    subparsers.add_parser("doctor", help=texts("cli.doctor"), description=texts("cli.doctor")).set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    texts = Texts.load()
    config = read_config(args, texts)
    faults = asyncio.run(_tell(config, texts, datetime.now(UTC)))
    if faults:
        raise Stop(texts("doctor.faults", count=faults))
    return 0


async def _tell(config: "Config", texts: Texts, now: datetime) -> int:
    faults = 0
    async for mark, key, facts in findings(config, now):
        print(texts("doctor.line", mark=texts(f"doctor.{mark}"), text=texts(f"doctor.{key}", **facts)))
        faults += mark is Mark.FAULT
    return faults


async def findings(config: "Config", now: datetime) -> AsyncIterator[Finding]:
    """All findings, in the order in which an operator sets things up."""
    yield await database(config.database.url)
    yield await log_key(config)
    for year in sorted({now.year, now.year + (now.month >= NEXT_YEAR_FROM)}):
        yield holidays(year)
    url = config.web.public_url
    yield found(Mark.FINE, "public_url", url=url) if url else found(Mark.NOTE, "public_url_missing")
    async for finding in wechat(config):
        yield finding
    if config.telegram is None:
        yield found(Mark.NOTE, "telegram_off")
        yield zone(now)
        return
    groups = [group for community in config.community for group in community.groups]
    async for finding in telegram(config.telegram, [g for g in groups if g.startswith("telegram:")], now):
        yield finding


async def database(url: str) -> Finding:
    """Whether it can be reached and is this version's."""
    from bot.database import first_line, without_password
    from models import schema

    shown, file = without_password(url), schema.sqlite_file(url)
    if file and not file.exists():
        return found(Mark.FINE, "database_new", url=shown)
    try:
        async with schema.opened(url):
            await schema.ping()
            names = ", ".join(await schema.pending())
    except schema.errors() as wrong:
        return found(Mark.FAULT, "database_down", url=shown, why=first_line(wrong))
    if not names:
        return found(Mark.FINE, "database_ready", url=shown)
    if url.startswith("sqlite"):
        return found(Mark.NOTE, "database_old", url=shown, names=names)
    return found(Mark.FAULT, "database_pending", url=shown, names=names)


def holidays(year: int) -> Finding:
    """Whether a session on a public holiday can be remarked on."""
    from bot.holidays import known

    return (
        found(Mark.FINE, "holidays_known", year=year)
        if known(year)
        else found(Mark.NOTE, "holidays_unknown", year=year)
    )


def zone(now: datetime) -> Finding:
    """Without another clock to compare with, the time is shown."""
    try:
        return found(Mark.FINE, "clock_alone", now=f"{now.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}")
    except ZoneInfoNotFoundError:
        return found(Mark.FAULT, "zone_missing")


class Refusal(Exception):
    """The Bot API says no."""


class Api:
    """The Bot API by itself, without either library."""

    def __init__(self, client: "httpx.AsyncClient", told: "Telegram") -> None:
        self._client = client
        self._path = f"/bot{told.token.get_secret_value()}/"

    async def __call__(self, method: str, **params: Any) -> tuple[Any, datetime | None]:
        """The result, and the server's clock where it tells it. Raises httpx.HTTPError, Refusal."""
        answer = await self._client.post(self._path + method, json=params)
        told = answer.json()
        if not told.get("ok"):
            raise Refusal(told.get("description", answer.status_code))
        date = answer.headers.get("date")
        return told["result"], parsedate_to_datetime(date) if date else None


async def telegram(told: "Telegram", groups: list[str], now: datetime) -> AsyncIterator[Finding]:
    """The token, what the bot can hear, the webhook, and each group of the config."""
    import httpx

    server = told.api_base_url or TELEGRAM
    async with httpx.AsyncClient(base_url=server, timeout=PATIENCE) as client:
        api = Api(client, told)
        try:
            me, theirs = await api("getMe")
        except Refusal as no:
            yield found(Mark.FAULT, "telegram_refused", why=no)
            return
        except (httpx.HTTPError, ValueError) as wrong:
            yield found(Mark.FAULT, "telegram_down", server=server, why=type(wrong).__name__)
            return
        yield found(Mark.FINE, "telegram_me", username=me["username"])
        yield clock(theirs, now)
        hears_all = me.get("can_read_all_group_messages", False)
        yield found(Mark.FINE, "telegram_hears_all") if hears_all else found(Mark.NOTE, "telegram_hears_some")
        async for finding in _webhook(api, told):
            yield finding
        for group in groups:
            yield await _group(api, group, me["id"], hears_all)


def clock(theirs: datetime | None, now: datetime) -> Finding:
    """This machine's clock against the server's."""
    if theirs is None:
        return zone(now)
    seconds = abs(round((now - theirs).total_seconds()))
    return (
        found(Mark.FAULT, "clock_off", seconds=seconds)
        if seconds > DRIFT
        else found(Mark.FINE, "clock_fine", seconds=seconds)
    )


async def _webhook(api: Api, told: "Telegram") -> AsyncIterator[Finding]:
    info, _ = await api("getWebhookInfo")
    if told.mode == "polling" and info.get("url"):
        yield found(Mark.NOTE, "telegram_webhook_left", url=info["url"])
    if told.mode == "webhook" and info.get("last_error_message"):
        yield found(Mark.FAULT, "telegram_webhook_error", why=info["last_error_message"])


async def _group(api: Api, group: str, me: int, hears_all: bool) -> Finding:
    try:
        member, _ = await api("getChatMember", chat_id=int(group.removeprefix("telegram:")), user_id=me)
    except (Refusal, ValueError) as no:
        return found(Mark.FAULT, "group_lost", group=group, why=no)
    if member["status"] in {"left", "kicked"}:
        return found(Mark.FAULT, "group_lost", group=group, why=member["status"])
    if hears_all or member["status"] == "administrator":
        return found(Mark.FINE, "group_admin", group=group)
    return found(Mark.NOTE, "group_member", group=group)
