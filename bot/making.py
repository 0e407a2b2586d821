"""Makes the parts of the program from the config: channels, the board, the command menu."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.types import ASGIApp

from bot import organizations as read_tree
from bot import rehearsal, wechat
from bot.channels.base import Channel, Command
from bot.channels.web import Residents, WebChannel
from bot.channels.web_lines import Reader
from bot.clock import Clock, RehearsalClock
from bot.config import Community, Config
from bot.house import date_words
from bot.passes import Pass, Passes
from bot.residents import Registry
from bot.texts import Texts
from bot.transcript import Transcript
from bot.words import Understanding
from domain.privacy import mask
from handlers import routes
from handlers.desk import Desk, House, Speaks
from models import mail, organizations, seed
from web.app import create_app
from web.render import Renderer
from web.site import Over, Site

if TYPE_CHECKING:
    from bot.app import App


@dataclass(frozen=True)
class Parts:
    """What channels may be made from. `built` is the whole program, once there is one."""

    config: Config
    clock: Clock
    house: House
    webhook_secret: str
    pages_key: bytes
    built: "asyncio.Future[App]" = field(default_factory=asyncio.Future)


def clock(config: Config) -> Clock:
    """The real clock; in rehearsal one that can be set forward."""
    return RehearsalClock() if config.rehearsal else Clock()


def channels(parts: Parts) -> Mapping[str, Channel]:
    """The channels that the config names."""
    made: dict[str, Channel] = {}
    if parts.config.telegram:
        made["telegram"] = _telegram(parts)
    made |= wechat.channels(parts)
    made["web"] = _web(parts)
    return made


def _web(parts: Parts) -> Channel:
    """Residents' pages are always there; in rehearsal the group with its players as well."""
    render, house = renderer(parts.config, parts.house), parts.house
    registry = Registry(house, Passes(parts.pages_key), parts.clock.now, render)
    keys = [key.get_secret_value() for key in parts.config.web.open311_keys]
    residents = Residents(registry, parts.pages_key, parts.clock.now, keys)
    if parts.config.rehearsal:
        return rehearsal.channel(parts, render, residents)
    reader = Reader(render.site.texts, house.dates, house.zone)
    return WebChannel(None, Transcript(), render, reader, residents=residents)


def pass_link(parts: Parts) -> Callable[[Desk, str], str | None]:
    """Links to pages of one's own; outside the web channel only where the world can reach them."""
    passes, public_url = Passes(parts.pages_key), parts.config.web.public_url

    def link(desk: Desk, purpose: str) -> str | None:
        if not public_url and desk.chat.channel != "web":
            return None
        token = passes.issue(Pass(desk.who.id, desk.who.household), purpose, desk.now)
        return f"{public_url}/c/{desk.community.slug}/{purpose}?k={token}"

    return link


def _telegram(parts: Parts) -> Channel:
    from bot.channels import telegram, telegram_carrier

    told = parts.config.telegram
    assert told is not None
    setup = telegram.Setup(
        token=told.token.get_secret_value(),
        api_base_url=told.api_base_url or telegram.API,
        webhook_url=f"{parts.config.web.public_url}{telegram.PATH}" if told.mode == "webhook" else None,
        webhook_secret=parts.webhook_secret,
        limits=told.limits,
        now=parts.clock.now,
        typed_after=parts.house.texts("help.typed_after"),
    )
    return telegram_carrier.channel(told.library, setup)


def polls(config: Config, name: str) -> bool:
    """Whether only one process may ask this channel's platform for events."""
    return name == "telegram" and config.telegram is not None and config.telegram.mode == "polling"


def one_place(config: Config, name: str) -> bool:
    """Whether what comes and what goes share one connection, of which the platform allows one."""
    return name == "wecom" and config.wecom_aibot is not None and config.wecom_aibot.connects


async def webhook_secret(config: Config) -> str:
    """The webhook's secret: the config's, else one made once and kept."""
    if config.telegram is None:
        return ""
    return config.telegram.webhook_secret.get_secret_value() or (await mail.secret("webhook")).hex()


async def enter(config: Config, key: bytes, now: datetime) -> None:
    """Communities, groups and secretaries of the config; in rehearsal households and players too."""
    ids = [await seed.enter(_new(community), key, now) for community in config.community]
    await organizations.enter(read_tree.load(rehearsal=config.rehearsal is not None))
    if config.rehearsal:
        await rehearsal.enter(config, ids[0], key, now)


def _new(community: Community) -> seed.NewCommunity:
    return seed.NewCommunity(
        community.name,
        community.slug,
        community.kind,
        community.settings(),
        community.groups,
        community.persons(),
    )


def renderer(config: Config, house: House) -> Renderer:
    """What fills the pages' templates."""
    texts, understanding = house.texts, house.understanding
    assert isinstance(texts, Texts)
    assert isinstance(understanding, Understanding)
    site = Site(
        texts,
        house.dates,
        house.zone,
        house.operator,
        house.contact,
        config.web.public_url,
        rehearsal=config.rehearsal is not None,
        flows=house.flows,
        words=understanding.cutter.words,
        mask=lambda text: mask(text, house.masking).text,
    )
    english = Texts.load("en")
    return Renderer(site, replace(site, texts=Over(english, texts), dates=date_words(english)))


def web(config: Config, clock: Clock, house: House, channels: Mapping[str, Channel]) -> ASGIApp:
    """The board, with the channels' routes beside it."""
    beside = [route for channel in channels.values() for route in channel.routes()]
    return create_app(renderer(config, house), clock.now, beside, lambda: sorted(channels))


def commands(texts: Speaks) -> list[Command]:
    """The platforms' command menu, in the order of the routes."""
    listed = [route for route in routes.ROUTES if route.command]
    return [Command(r.command, texts(f"routes.menu.{r.name}"), bool(r.may)) for r in listed]
