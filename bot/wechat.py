"""Makes the channels of WeCom and WeChat from the config; their libraries are imported only where configured."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from bot import hearing
from bot.channels.base import Channel
from bot.config import Config
from bot.shelf import Shelf
from handlers.desk import Speaks

if TYPE_CHECKING:
    from bot.channels.official_account.replies import Words
    from bot.channels.wechat_text import Typed
    from bot.channels.wecom.cards import Look
    from bot.channels.wecom.wire import Ears
    from bot.making import Parts


def channels(parts: "Parts") -> Mapping[str, Channel]:
    """Those that the config names."""
    config, made = parts.config, list[Channel]()
    if config.wecom_aibot:
        made.append(_wecom(parts))
    if config.wecom_webhook:
        made.append(_webhook(parts))
    if config.wecom_customers:
        made.append(_customers(parts))
    if config.official_account:
        made.append(_official_account(parts))
    return {channel.name: channel for channel in made}


def _wecom(parts: "Parts") -> Channel:
    from bot.channels.wecom.callback import WecomCallback
    from bot.channels.wecom.channel import WecomChannel
    from bot.channels.wecom.connection import URL, Setup
    from bot.channels.wecom.wire import CHANNEL

    told, texts, shelf = parts.config.wecom_aibot, parts.house.texts, Shelf(CHANNEL, parts.clock.now)
    assert told is not None
    look, ears = wecom_look(texts, told.name), wecom_ears(texts, told.name)
    if told.secret is None:
        assert told.token is not None
        assert told.aes_key is not None
        token, key = told.token.get_secret_value(), told.aes_key.get_secret_value()
        return WecomCallback(token, key, look, ears, shelf, parts.clock.now)
    setup = Setup(told.bot_id, told.secret.get_secret_value(), told.url or URL)
    return WecomChannel(setup, look, ears, shelf, _teller(parts))


def _teller(parts: "Parts") -> Callable[[str], Awaitable[None]]:
    async def tell(key: str) -> None:
        await hearing.tell(parts.house, key, parts.clock.now())
        (await parts.built).wake()

    return tell


def wecom_ears(texts: Speaks, name: str) -> "Ears":
    from bot.channels.wecom.wire import Ears

    return Ears(name, frozenset(texts.list("routes.open")))


def wecom_look(texts: Speaks, name: str) -> "Look":
    from bot.channels.wecom.cards import Look

    return Look(
        labels=labels(texts),
        submit=texts("wechat.submit"),
        more=texts("wechat.more"),
        choose=texts.form("wechat.choose"),
        how=texts.form("wechat.how"),
        at=f"@{name or texts('wechat.me')} ",
        typed_after=texts("help.typed_after"),
        typed=typed(texts),
    )


def labels(texts: Speaks) -> tuple[str, ...]:
    """What votes say of themselves (VOTING.md §1)."""
    return tuple(text for key, text in sorted(texts.table("vote").items()) if key.startswith("label_"))


def typed(texts: Speaks) -> "Typed":
    from bot.channels.wechat_text import Typed

    return Typed(texts.table("routes.phrases"), texts.table("wechat.typed"), texts("contract.marks.chosen"))


def _webhook(parts: "Parts") -> Channel:
    from bot.channels.wecom.webhook import CHANNEL, Hook, WecomWebhook

    pages = _pages(parts.config, CHANNEL)
    hooks = {hook.group: Hook(hook.url, pages.get(hook.group, "")) for hook in parts.config.wecom_webhook}
    return WecomWebhook(hooks, parts.house.texts.form("wechat.act_at"))


def _pages(config: Config, channel: str) -> Mapping[str, str]:
    """The board of the community that a channel's group belongs to."""
    if not config.web.public_url:
        return {}
    listed = [(group, one.slug) for one in config.community for group in one.groups]
    own = [(group.partition(":")[2], slug) for group, slug in listed if group.startswith(f"{channel}:")]
    return {group: f"{config.web.public_url}/c/{slug}" for group, slug in own}


def _customers(parts: "Parts") -> Channel:
    from bot.channels.wecom.customers import CHANNEL, URL, Setup, WecomCustomers

    told = parts.config.wecom_customers
    assert told is not None
    page = _pages(parts.config, CHANNEL).get(told.sender, "")
    setup = Setup(told.corp_id, told.secret.get_secret_value(), told.sender, told.api_base_url or URL, page)
    return WecomCustomers(setup, Shelf(CHANNEL, parts.clock.now), _teller(parts))


def _official_account(parts: "Parts") -> Channel:
    from bot.channels.official_account.api import URL, Api
    from bot.channels.official_account.channel import OfficialAccount, Setup
    from bot.channels.official_account.notices import Template
    from bot.channels.official_account.wire import CHANNEL

    told, texts = parts.config.official_account, parts.house.texts
    assert told is not None
    secret = told.app_secret.get_secret_value() if told.app_secret else ""
    api = Api(told.app_id, secret, told.api_base_url or URL) if secret else None
    notice = Template(told.notice_template, told.notice_field, texts.form("wechat.notice"))
    setup = Setup(
        told.app_id,
        told.token.get_secret_value(),
        told.aes_key.get_secret_value() if told.aes_key else "",
        texts.table("wechat.menu"),
        notice if told.notice_template else None,
    )
    return OfficialAccount(setup, account_words(texts), Shelf(CHANNEL, parts.clock.now), parts.clock.now, api)


def account_words(texts: Speaks) -> "Words":
    from bot.channels.official_account.replies import Words

    return Words(
        may_reply=texts.form("wechat.may_reply"),
        comma=texts("contract.marks.list"),
        waiting=texts.form("wechat.waiting"),
        mine=frozenset({"/mine", *texts.list("routes.phrases.mine")}),
        typed=typed(texts),
        see=texts("wechat.see"),
        unseen=texts("wechat.unseen"),
    )
