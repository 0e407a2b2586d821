"""The config file: what is accepted, what is not, and the one line that says so (INTERFACE.md §3)."""

from datetime import time
from pathlib import Path

import pytest

from bot import config, config_errors
from bot.texts import Texts
from domain.terms import CommunityKind, Role, SessionRule

MINIMAL = """
[operator]
name = "江南街道"
contact = "010-1234"
[telegram]
token = "123456:ABC"
[[community]]
name = "枫林小区"
"""
TEXTS = Texts.load()


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BOT_CONFIG", "BOT_TELEGRAM__TOKEN", "BOT_DATABASE__URL"):
        monkeypatch.delenv(name, raising=False)


def read(folder: Path, text: str) -> config.Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return config_errors.load(path, TEXTS)


def line(folder: Path, text: str) -> str:
    """What is said about a file that can't be used, without the path of the file."""
    with pytest.raises(config_errors.Unusable) as stopped:
        read(folder, text)
    said = str(stopped.value)
    assert "\n" not in said
    assert said.startswith(str(folder / "config.toml"))
    return said.removeprefix(str(folder / "config.toml")).lstrip("：")


def test_config_needs_operator_channel_and_community_only(tmp_path: Path) -> None:
    """A minimal file has [operator], one channel and one [[community]]; all else has a default."""
    told = read(tmp_path, MINIMAL)

    community = told.community[0]
    assert (told.web.host, told.web.port) == ("127.0.0.1", 8080)
    assert told.telegram is not None
    assert (told.telegram.library, told.telegram.mode) == ("ptb", "polling")
    assert (community.slug, community.kind) == ("枫林小区", CommunityKind.COMMODITY)
    assert (community.sessions.rule, community.sessions.place) == (SessionRule.BOTH, "说事厅")
    assert community.quiet.begins == time(21)
    assert told.rehearsal is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            MINIMAL.replace("token =", "tokken ="),
            "没有“telegram.tokken”这个键，这里可以写：token, library, mode, api_base_url, webhook_secret, limits",
        ),
        (
            MINIMAL + "[databse]\n",
            "没有“databse”这个键，这里可以写：operator, database, flows, web, telegram, "
            "wecom_aibot, wecom_webhook, wecom_customers, official_account, community",
        ),
        (MINIMAL + "[web]\nport = 'x'\n", "“web.port”写得不对，应为端口，0 到 65535 的整数"),
        (MINIMAL + "[web]\nport = 70000\n", "“web.port”写得不对，应为端口，0 到 65535 的整数"),
        (MINIMAL.replace("123456:ABC", "abc"), "“telegram.token”写得不对，应为@BotFather 给的令牌，形如 123456:ABC"),
        (MINIMAL.replace('name = "江南街道"\n', ""), "缺少“operator.name”，应为运营单位的名称，不超过64个字"),
        (
            MINIMAL.replace('contact = "010-1234"', 'contact = ""'),
            "“operator.contact”写得不对，应为居民找得到人的电话或地址，不超过64个字",
        ),
        (MINIMAL.split("[[community]]", maxsplit=1)[0], "缺少“community”，应为至少一段 [[community]]"),
        (
            MINIMAL + "sessions = {rule = 'fridays'}\n",
            "“community.sessions.rule”写得不对，应为dates（逢4、14、24日）、thursdays（逢星期四）或 both（都要）",
        ),
        (MINIMAL + "sessions = {time = 1930}\n", '“community.sessions.time”写得不对，应为时刻，如 "19:30"'),
        (MINIMAL + "sessions = {time = '25:00'}\n", '“community.sessions.time”写得不对，应为时刻，如 "19:30"'),
        (
            MINIMAL + "reminders = {morning = true}\n",
            '“community.reminders.morning”写得不对，应为时刻，如 "07:30"；不提醒写 false',
        ),
        (MINIMAL + "quiet = {begins = '21:00'}\n", "没有“community.quiet.begins”这个键，这里可以写：from, to"),
        (
            MINIMAL + "groups = ['telegarm:-100']\n",
            '“community.groups”写得不对，应为一列群，如 ["telegram:-1001234567890"]',
        ),
        (
            MINIMAL + "kind = '别墅'\n",
            "“community.kind”写得不对，应为商品住宅 (commodity), 老旧小区 (old), 单位住宅 (work_unit), "
            "安置小区 (resettlement), 街巷平房 (lane_house), 城中村外租房 (urban_village)",
        ),
        (
            MINIMAL + "[[community]]\nname = '桂园'\nsecretary = 'x'\n",
            "没有“community.secretary（第2个）”这个键，这里可以写：name, slug, kind, groups, secretaries, sessions, "
            "reminders, quiet, notices, retention, votes, council, topics, tasks, levels",
        ),
        (
            MINIMAL + "[[community]]\nname = '枫林小区'\n",
            "“community.name”里“枫林小区”写了两次，应各不相同",
        ),
        (
            MINIMAL.replace("[[community]]", "mode = 'webhook'\n[[community]]"),
            "“web.public_url”写得不对，telegram.mode 为 webhook 时应为外面能打开的 https 地址",
        ),
        (
            MINIMAL + "[database]\nurl = 'mysql://x'\n",
            "“database.url”写得不对，应为sqlite:///绝对路径、sqlite://相对路径 或 postgres://用户:密码@主机:端口/库名",
        ),
        (MINIMAL + "[rehearsal]\nroll = 'x'\nplayers = []\n", "“rehearsal”只用于没有配置文件时的演练，请删去"),
        ("[operator\n", "不是 TOML 文件，Expected ']' at the end of a table declaration (at line 1, column 10)"),
    ],
)
def test_config_names_the_key_and_what_is_expected(tmp_path: Path, text: str, said: str) -> None:
    """A wrong key, type or value stops the start with one line that names the key and what is expected."""
    assert line(tmp_path, text) == said


def test_config_says_so_when_the_file_is_absent_or_no_text(tmp_path: Path) -> None:
    """A file that can't be read is named, in one line."""
    with pytest.raises(config_errors.Unusable, match="打不开"):
        config_errors.load(tmp_path / "none.toml", TEXTS)
    (tmp_path / "gb.toml").write_bytes("名称".encode("gb18030"))
    with pytest.raises(config_errors.Unusable, match="UTF-8"):
        config_errors.load(tmp_path / "gb.toml", TEXTS)


def test_config_takes_the_environment_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets may come from the environment: BOT_TELEGRAM__TOKEN."""
    monkeypatch.setenv("BOT_TELEGRAM__TOKEN", "777:FROM-ENV")

    told = read(tmp_path, MINIMAL.replace('token = "123456:ABC"', 'library = "aiogram"'))

    assert told.telegram is not None
    assert told.telegram.token.get_secret_value() == "777:FROM-ENV"
    assert told.telegram.library == "aiogram"


def test_config_names_the_variable_when_the_environment_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable for a whole part must be JSON."""
    monkeypatch.setenv("BOT_WEB", "8080")
    with pytest.raises(config_errors.Unusable, match="web"):
        read(tmp_path, MINIMAL)
    monkeypatch.setenv("BOT_WEB", "{")
    with pytest.raises(config_errors.Unusable, match="环境变量“BOT_WEB”写得不对，应为JSON"):
        read(tmp_path, MINIMAL)


def test_config_never_shows_a_secret(tmp_path: Path) -> None:
    """A token stands in no message and in no printed value."""
    told = read(tmp_path, MINIMAL)

    assert "ABC" not in repr(told)
    assert "SECRET" not in line(tmp_path, MINIMAL.replace("123456:ABC", "SECRET"))


def test_config_accepts_http_only_with_an_api_server_of_ones_own(tmp_path: Path) -> None:
    """http is accepted only together with api_base_url."""
    text = MINIMAL.replace("[[community]]", "mode = 'webhook'\n[[community]]") + "[web]\npublic_url = 'http://a.test'\n"

    assert line(tmp_path, text).startswith("“web.public_url”")
    told = read(tmp_path, text.replace("mode =", "api_base_url = 'http://127.0.0.1:8081'\nmode ="))
    assert told.web.public_url == "http://a.test"


def test_config_gives_the_community_its_settings_as_json(tmp_path: Path) -> None:
    """The community's row keeps times as text, keys as in the file."""
    told = read(tmp_path, MINIMAL + "reminders = {morning = false}\nquiet = {from = '22:00', to = 07:00:00}\n")

    settings = told.community[0].settings()
    assert settings["quiet"] == {"from": "22:00", "to": "07:00"}
    assert settings["reminders"] == {"three_days": "09:00", "one_day": "09:00", "morning": False, "start": True}


def test_find_prefers_what_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config F, else ./config.toml, else $BOT_CONFIG, else rehearsal."""
    monkeypatch.chdir(tmp_path)
    environment = {"BOT_CONFIG": "env.toml"}

    assert config.find(None, {}) is None
    assert config.find(None, environment) == Path("env.toml")
    (tmp_path / "config.toml").touch()
    assert config.find(None, environment) == Path("config.toml")
    assert config.find("asked.toml", environment) == Path("asked.toml")


def test_rehearsal_is_a_community_with_people_to_play() -> None:
    """Without a config file: 枫林小区 with 67 households and eight people."""
    told = config.load(None)

    assert told.rehearsal is not None
    players = {player.name: player for player in told.rehearsal.players}
    roll = (config.COMMUNITIES / told.rehearsal.roll).read_text("utf-8").splitlines()[1:]
    flats = {"-".join(row.split(",")[:3]) for row in roll}
    assert list(players) == ["居民甲", "居民乙", "业主", "网格员", "管理员", "书记", "物业公司", "不在册的人"]
    assert len(flats) == len(roll) == 67
    assert {player.household for player in players.values()} - {""} <= flats
    assert players["书记"].roles == (Role.SECRETARY,)
    assert players["不在册的人"] == config.Player(name="不在册的人")


WECHAT = (
    MINIMAL
    + """
[wecom_aibot]
bot_id = "aib1"
secret = "s"
[[wecom_webhook]]
url = "https://example.org/send?key=1"
group = "楼长群"
[official_account]
app_id = "wx1"
token = "t"
"""
)


def test_config_takes_wechat_in_a_few_lines(tmp_path: Path) -> None:
    """Each way into WeChat needs what the platform gave, and nothing else."""
    told = read(tmp_path, WECHAT)

    assert told.wecom_aibot is not None
    assert told.wecom_aibot.connects
    assert [hook.group for hook in told.wecom_webhook] == ["楼长群"]
    assert told.official_account is not None
    assert told.official_account.aes_key is None
    assert "s3cret" not in repr(read(tmp_path, WECHAT.replace('"s"', '"s3cret"')))


@pytest.mark.parametrize(
    ("was", "instead", "said"),
    [
        ('secret = "s"', "", "“wecom_aibot.secret”没有写；用长连接写 secret，用回调写 token 和 aes_key"),
        ('secret = "s"', 'token = "t"', "“wecom_aibot.secret”没有写；用长连接写 secret，用回调写 token 和 aes_key"),
        ('secret = "s"', 'secret = ""', "“wecom_aibot.secret”写得不对，应为智能机器人长连接的 Secret"),
        (
            'token = "t"',
            'token = "t"\naes_key = "x"',
            "“official_account.aes_key”写得不对，应为EncodingAESKey，43个字母和数字；不写就是明文模式",
        ),
        ('app_id = "wx1"\n', "", "缺少“official_account.app_id”，应为公众号的 AppID，wx 开头"),
        ('group = "楼长群"', 'group = "楼 长"', "“wecom_webhook.group”写得不对，应为群的名字，不含空格，不超过64个字"),
    ],
)
def test_config_names_what_wechat_still_needs(tmp_path: Path, was: str, instead: str, said: str) -> None:
    """A half-filled part stops the start with the key that is missing."""
    assert line(tmp_path, WECHAT.replace(was, instead)) == said


def test_config_refuses_two_webhooks_of_one_name(tmp_path: Path) -> None:
    """A group's name is its address."""
    twice = WECHAT + '[[wecom_webhook]]\nurl = "https://example.org/send?key=2"\ngroup = "楼长群"\n'

    assert line(tmp_path, twice) == "“wecom_webhook.group”里“楼长群”写了两次，应各不相同"
