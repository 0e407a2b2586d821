"""What `doctor` looks at in WeCom and WeChat. A long connection is not tried: that would push out a running bot."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

from bot.doctor_finding import Finding, Mark, found

if TYPE_CHECKING:
    from bot.config import Config
    from bot.config_channels import OfficialAccount

NOT_LISTED, SECRET = 40164, frozenset({40001, 40125})


async def wechat(config: "Config") -> AsyncIterator[Finding]:
    """The addresses that the platforms must reach, the groups nobody can tell from here, the account's secret."""
    for finding in _configured(config):
        yield finding
    if config.official_account and config.official_account.app_secret:
        yield await _secret(config.official_account)


def _configured(config: "Config") -> Iterator[Finding]:
    bot, url = config.wecom_aibot, config.web.public_url
    if bot and bot.connects:
        yield found(Mark.NOTE, "wecom_not_tried")
    paths = [
        path for path, used in (("/wecom", bot and not bot.connects), ("/wechat", config.official_account)) if used
    ]
    for path in paths:
        reachable = url.startswith("https://")
        yield found(
            Mark.FINE if reachable else Mark.FAULT, "callback" if reachable else "callback_missing", url=url + path
        )
    named = {group for community in config.community for group in community.groups}
    for hook in config.wecom_webhook:
        used = f"wecom_webhook:{hook.group}" in named
        yield found(Mark.FINE if used else Mark.NOTE, "webhook" if used else "webhook_unused", group=hook.group)


async def _secret(told: "OfficialAccount") -> Finding:
    """Asks for an access token, which a running program's does not mind (stable_token)."""
    from bot.channels.base import RetryLater
    from bot.channels.official_account.api import URL, Api, No

    assert told.app_secret is not None
    api = Api(told.app_id, told.app_secret.get_secret_value(), told.api_base_url or URL)
    try:
        await api.check()
    except No as no:
        key = "account_not_listed" if no.code == NOT_LISTED else "account_secret" if no.code in SECRET else "account_no"
        return found(Mark.FAULT, key, code=no.code)
    except RetryLater as lost:
        return found(Mark.FAULT, "account_down", why=lost)
    finally:
        await api.close()
    return found(Mark.FINE, "account")
