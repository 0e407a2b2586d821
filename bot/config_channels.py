"""The channels' parts of the config file: what each platform has to be told."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, SecretStr

from bot.config_parts import Name, Part, matches


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:\S+", token.get_secret_value()):
        raise ValueError
    return token


class Telegram(Part):
    """`api_base_url` empty: Telegram's own server. `webhook_secret` empty: one is made and kept.

    `limits`: keep to Telegram's own limits (30 messages a second, 20 a minute in a group).
    """

    token: Annotated[SecretStr, AfterValidator(_token)]
    library: Literal["ptb", "aiogram"] = "ptb"
    mode: Literal["polling", "webhook"] = "polling"
    api_base_url: Annotated[str, matches(r"(https?://[^/\s]+)?")] = ""
    webhook_secret: SecretStr = SecretStr("")
    limits: bool = True


Url = Annotated[str, matches(r"(https?://[^/\s]+)?")]
Secret = Annotated[SecretStr, Field(min_length=1)]


def _aes_key(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{43}", key.get_secret_value()):
        raise ValueError
    return key


AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]


class WecomAibot(Part):
    """智能机器人 of WeCom. With `secret`: the long connection; with `token` and `aes_key`: the callback at `/wecom`.

    `name` is the bot's in WeCom; without it, the first @word of a message is taken for it. `url` empty: WeCom's own.
    """

    bot_id: Name
    secret: Secret | None = None
    token: Secret | None = None
    aes_key: AesKey | None = None
    name: str = ""
    url: Annotated[str, matches(r"(wss?://\S+)?")] = ""

    @property
    def connects(self) -> bool:
        """Whether the bot has its long connection."""
        return self.secret is not None


class WecomWebhook(Part):
    """消息推送 of one WeCom group. `group` is how it is called in a community's groups: `wecom_webhook:` + this."""

    url: Annotated[str, matches(r"https?://\S+")]
    group: Annotated[str, matches(r"\S{1,64}")]


class WecomCustomers(Part):
    """企业群发 to customer groups: tasks in the name of `sender` (a member's id), who confirms each by hand."""

    corp_id: Name
    secret: Secret
    sender: Annotated[str, matches(r"\S{1,64}")]
    api_base_url: Url = ""


class OfficialAccount(Part):
    """公众号. `aes_key` empty: plain mode. `app_secret`: menu, pictures, notices. `notice_template`: 订阅通知's."""

    app_id: Name
    token: Secret
    aes_key: AesKey | None = None
    app_secret: Secret | None = None
    notice_template: str = ""
    notice_field: Annotated[str, matches(r"thing\d+")] = "thing1"
    api_base_url: Url = ""
