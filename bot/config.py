"""The config file: every setting with its default, read once at the start into frozen values.

`config.example.toml` shows each of them (tests/house compares the two); a value may also come from the environment as
`BOT_<PART>__<KEY>`, which wins. What each key expects stands in `locales/zh_CN/config.toml`.
"""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import time
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_channels import OfficialAccount, Telegram, WecomAibot, WecomCustomers, WecomWebhook
from bot.config_parts import CHANNELS, Address, Clock, Name, Part, matches
from domain.escalation import Way
from domain.terms import CommunityKind, Role, SessionRule

ROOT = Path(__file__).parent.parent
COMMUNITIES = ROOT / "data" / "communities"
REHEARSAL = COMMUNITIES / "rehearsal.toml"


@cache
def _contract() -> dict[str, Any]:
    return tomllib.loads((ROOT / "locales" / "zh_CN" / "contract.toml").read_text(encoding="utf-8"))


def kinds() -> dict[str, str]:
    """The kinds of community: our name -> official Chinese name."""
    return dict(_contract()["community_kind"])


def _kind(value: object) -> object:
    """The official Chinese name is taken as well as ours."""
    return next((kind for kind, name in kinds().items() if name == value), value)


Kind = Annotated[CommunityKind, BeforeValidator(_kind)]


class Operator(Part):
    """运营方: who answers for this installation; both stand in the privacy notice."""

    name: Name
    contact: Name


class Flows(Part):
    """闭环: where the templates of the six kinds of matter are; empty: the ones that come with the program."""

    folder: str = ""


class Database(Part):
    """`sqlite:///absolute`, `sqlite://relative`, or `postgres://user:password@host:port/name`.

    `read_url`: the same PostgreSQL by a role that can't write, for the board's pages.
    """

    url: Annotated[str, matches(r"(sqlite|postgres)://\S+")] = "sqlite://var/bot.sqlite3"
    read_url: Annotated[str, matches(r"(postgres://\S+)?")] = ""


class Web(Part):
    """The public board and the web channel. `public_url` is how the world reaches it, without a path.

    `open311_keys`: programs that may post. `chat_anywhere`: the rehearsal group is open to other machines too.
    """

    host: Annotated[str, matches(r"[\w.:-]+")] = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: Annotated[str, matches(r"(https?://[^/\s]+)?")] = ""
    open311_keys: tuple[Annotated[SecretStr, Field(min_length=16)], ...] = ()
    chat_anywhere: bool = False


class Sessions(Part):
    """逢四: on which days, at what time, where, and how many minutes a session lasts."""

    rule: SessionRule = SessionRule.BOTH
    time: Clock = time(19, 30)
    place: str = Field(default_factory=lambda: str(_contract()["venue"]["hall"]))
    minutes: int = Field(default=120, ge=1, le=1440)


class Reminders(Part):
    """At what time a session is announced on each day; `false`: not at all."""

    three_days: Clock | Literal[False] = time(9, 0)
    one_day: Clock | Literal[False] = time(9, 0)
    morning: Clock | Literal[False] = time(7, 30)
    start: bool = True


class QuietHours(Part):
    """When the bot says nothing by itself; equal times: never quiet."""

    begins: Clock = Field(default=time(21, 0), alias="from")
    ends: Clock = Field(default=time(7, 30), alias="to")


class Notices(Part):
    """How many messages a day the bot sends by itself to one person in private, and to one group."""

    private: int = Field(default=3, ge=1, le=50)
    group: int = Field(default=2, ge=1, le=50)


class Retention(Part):
    """How many years words, closed votes and the audit log are kept, and how many days technical notes.

    Of a closed vote who cast what: at least the year in which an owner may sue (Civil Code art. 280, VOTING.md row 15).
    """

    years: int = Field(default=2, ge=1, le=30)
    vote_years: int = Field(default=2, ge=1, le=30)
    audit_years: int = Field(default=2, ge=1, le=30)
    days: int = Field(default=30, ge=2, le=365)


class Votes(Part):
    """Below how many households a secret vote is as good as open; its opener is warned."""

    tiny: int = Field(default=10, ge=0, le=1000)


class Council(Part):
    """说事理事会: how many percent of its members must answer at least, and for how many hours they are asked."""

    quorum: int = Field(default=50, ge=1, le=100)
    hours: int = Field(default=24, ge=1, le=240)


class Topics(Part):
    """议题: minutes on an agenda; days in which one may object to a published resolution."""

    minutes: int = Field(default=20, ge=1, le=240)
    objection_days: int = Field(default=7, ge=1, le=60)


class Tasks(Part):
    """任务: how long one may take by default, how long before its deadline it is recalled, after it until it climbs."""

    emergency_hours: int = Field(default=2, ge=1, le=240)
    urgent_hours: int = Field(default=24, ge=1, le=240)
    days: int = Field(default=7, ge=1, le=120)
    long_days: int = Field(default=15, ge=1, le=240)
    remind_hours: int = Field(default=24, ge=1, le=240)
    grace_days: int = Field(default=2, ge=1, le=60)


class Level(Part):
    """分级处置: one level above the branch. `group` and `persons` hear what is sent up; `days`: working days until it
    answers; `down`: its answer goes to those who do it (`branch`), or to the level below (`below`).
    """

    group: Annotated[str, matches(rf"(({'|'.join(CHANNELS)}):\S+)?")] = ""
    persons: tuple[Address, ...] = ()
    days: int = Field(default=3, ge=1, le=120)
    down: Way = Way.BRANCH


class Levels(Part):
    """The three levels above a community's branch."""

    neighbourhood: Level = Field(default_factory=Level)
    subdistrict: Level = Field(default_factory=Level)
    district: Level = Field(default_factory=Level)


class Community(Part):
    """小区. `slug` stands in addresses of pages (empty: the name); `groups` are bound from the start."""

    name: Name
    slug: Annotated[str, matches(r"[^\s/?#%]*")] = ""
    kind: Kind = CommunityKind.COMMODITY
    groups: tuple[Address, ...] = ()
    secretaries: tuple[Address, ...] = ()
    sessions: Sessions = Field(default_factory=Sessions)
    reminders: Reminders = Field(default_factory=Reminders)
    quiet: QuietHours = Field(default_factory=QuietHours)
    notices: Notices = Field(default_factory=Notices)
    retention: Retention = Field(default_factory=Retention)
    votes: Votes = Field(default_factory=Votes)
    council: Council = Field(default_factory=Council)
    topics: Topics = Field(default_factory=Topics)
    tasks: Tasks = Field(default_factory=Tasks)
    levels: Levels = Field(default_factory=Levels)

    @model_validator(mode="after")
    def _slug_from_name(self) -> "Community":
        if not self.slug:
            object.__setattr__(self, "slug", re.sub(r"[\s/?#%]+", "-", self.name))
        return self

    def settings(self) -> dict[str, Any]:
        """What the community's row keeps, as JSON: times as `19:30`, keys as in the file."""
        kept = {
            "sessions",
            "reminders",
            "quiet",
            "notices",
            "retention",
            "votes",
            "council",
            "topics",
            "tasks",
            "levels",
        }
        found = self.model_dump(mode="json", by_alias=True, include=kept)
        for level in found["levels"].values():
            del level["persons"]  # a platform's raw id stands in the address table alone
        return found

    def persons(self) -> dict[Role, tuple[str, ...]]:
        """Who holds a role because the config says so."""
        above = self.levels
        return {
            Role.SECRETARY: self.secretaries,
            Role.NEIGHBOURHOOD_CADRE: above.neighbourhood.persons,
            Role.SUBDISTRICT_CADRE: above.subdistrict.persons,
            Role.JOINT_CONFERENCE: above.district.persons,
        }


class Player(Part):
    """Somebody to play in the rehearsal; `household` as building-unit-room, empty: not on the roll."""

    name: str
    household: str = ""
    roles: tuple[Role, ...] = ()


class Rehearsal(Part):
    """演练: whom one can play, and the file with the households of the first community."""

    roll: str
    players: tuple[Player, ...]


class Config(BaseSettings):
    """Everything the program is told. `rehearsal` is set only where there is no config file."""

    model_config = SettingsConfigDict(
        env_prefix="BOT_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid", frozen=True
    )

    operator: Operator
    database: Database = Field(default_factory=Database)
    flows: Flows = Field(default_factory=Flows)
    web: Web = Field(default_factory=Web)
    telegram: Telegram | None = None
    wecom_aibot: WecomAibot | None = None
    wecom_webhook: tuple[WecomWebhook, ...] = ()
    wecom_customers: WecomCustomers | None = None
    official_account: OfficialAccount | None = None
    community: tuple[Community, ...] = Field(min_length=1)
    rehearsal: Rehearsal | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings calls by these names
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file; there is nothing else."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _agrees(self) -> "Config":
        """What two settings must have in common."""
        _differ("community.name", [community.name for community in self.community])
        _differ("community.slug", [community.slug for community in self.community])
        _differ("community.groups", [group for community in self.community for group in community.groups])
        _differ("wecom_webhook.group", [hook.group for hook in self.wecom_webhook])
        bot = self.wecom_aibot
        if bot and not bot.connects and not (bot.token and bot.aes_key):
            raise PydanticCustomError("neither", "{key}", {"key": "wecom_aibot.secret"})
        if self.telegram and self.telegram.mode == "webhook":
            _reachable(self.web.public_url, self.telegram.api_base_url)
        return self


def _differ(key: str, values: Sequence[str]) -> None:
    twice = [value for value in values if values.count(value) > 1]
    if twice:
        raise PydanticCustomError("twice", "{key}", {"key": key, "value": twice[0]})


def _reachable(public_url: str, api_base_url: str) -> None:
    """Telegram calls https only; a server of one's own (`api_base_url`) may call http."""
    if not public_url.startswith(("https://", "http://") if api_base_url else "https://"):
        raise PydanticCustomError("webhook", "{key}", {"key": "web.public_url"})


class OnlyInRehearsal(Exception):
    """A config file has a part that belongs to the rehearsal."""


def find(asked: str | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The file to read: `asked`, else ./config.toml, else $BOT_CONFIG, else None: rehearsal."""
    if asked:
        return Path(asked)
    if Path("config.toml").is_file():
        return Path("config.toml")
    return Path(environment["BOT_CONFIG"]) if environment.get("BOT_CONFIG") else None


def load(path: Path | None) -> Config:
    """Read a file, or the rehearsal where there is none.

    Raises OSError, tomllib.TOMLDecodeError, pydantic's ValidationError, OnlyInRehearsal; `bot/config_errors.py`
    words them.
    """
    told = tomllib.loads((path or REHEARSAL).read_text(encoding="utf-8-sig"))
    if path is not None and "rehearsal" in told:
        raise OnlyInRehearsal
    return Config(**told)
