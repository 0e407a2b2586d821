"""People's rights in what is held on them: a copy, correction, silence (DOMAIN.md §7; PIPL art. 45, 46)."""

import json

import pytest

from domain.talk import Chat, Manner, Outgoing, Person, Said
from domain.terms import Role
from models.tables.concerns import Concern
from models.tables.people import Resident
from tests.handlers.faults import faults

BEGIN_AND_COMMIT = 2
LINE = "表决 楼道灯换声控灯｜赞同｜反对｜48小时｜记名"


@pytest.fixture
async def town(talk):
    await talk.knows("居民甲", Role.GRID_WORKER, household="3-1-301")
    await talk.knows("管理员", Role.MODERATOR)
    await talk.says("居民乙", "说事 路灯不亮了")
    return talk


async def held(town):
    """Everything that can be held on somebody, and the two files."""
    await town.says("居民甲", "说事 三号楼电梯又停了，电话13812345678")
    await town.tells("居民甲", "说事 楼上总是半夜很吵")
    await town.says("居民甲", "附议 1")
    await town.says("管理员", LINE)
    await town.says("居民甲", "投票 1 1")
    await town.tells("居民甲", "同意")
    out = await town.says("居民甲", "我的数据")
    return sorted(out, key=lambda message: message.file.name if message.file else "", reverse=True)


async def test_my_data_comes_as_two_files_in_private(town):
    """One to read, one for programs; the group reads only that they went there."""
    readable, programs, told = await held(town)

    short = (await Resident.all().order_by("id"))[0].short
    assert readable.text == (
        "您在枫林小区的记录：说事2件，附议1次，参加表决1次，绑定1户，聊天账号1个。\n"
        f"短名：{short}\n文件有两份，一份给人看，一份给程序用。"
    )
    assert [[b.label for b in row] for row in readable.rows] == [["更正", "删除我"]]
    assert (readable.to.private, programs.to.private, told.text) == (True, True, "发到您私聊了。")
    assert (readable.file.name, programs.file.name) == ("我的数据-枫林小区.txt", "我的数据-枫林小区.json")


async def test_readable_file_tells_all_that_is_held(town):
    """In plain words: own words unmasked, flat, account, role, votes, acts."""
    readable, *_ = await held(town)

    for part in (
        "绑定：3号楼1单元301室",
        "聊天账号：web 居民甲",
        "网格员，12月1日（周二）18:42起",
        "说事 #2（公开）",
        "三号楼电梯又停了，电话13812345678",
        "说事 #3（匿名）",
        "楼上总是半夜很吵",
        "附议说事 #1",
        "表决 #1 楼道灯换声控灯",
        "同意：第1版，12月1日（周二）",
    ):
        assert part in readable.file.content, part
    assert "路灯不亮" not in readable.file.content


async def test_file_for_programs_is_json(town):
    """The same in fields, moments in UTC with their zone."""
    _, programs, _ = await held(town)
    read = json.loads(programs.file.content)

    assert (read["community"], read["household"], read["account"]) == (
        "枫林小区",
        "3号楼1单元301室",
        {"channel": "web", "user": "居民甲"},
    )
    assert [(one["number"], one["visibility"], one["text"]) for one in read["concerns"]] == [
        (2, "open", "三号楼电梯又停了，电话13812345678"),
        (3, "anonymous", "楼上总是半夜很吵"),
    ]
    assert read["concerns"][0]["said_at"].endswith("+00:00")
    assert [one["number"] for one in read["seconds"]] == [1]
    assert [one["number"] for one in read["ballots"]] == [1]
    assert [one["role"] for one in read["roles"]] == ["grid_worker"]
    assert read["agreed"]["version"] == "1"
    assert [one["act"] for one in read["acts"]] == ["say", "say", "second", "ballot", "agree"]


async def test_my_data_of_somebody_new_is_short_and_whole(talk):
    """Nothing but that they were met."""
    readable, programs, *_ = await talk.tells("居民甲", "我的数据")

    assert readable.text.startswith("您在枫林小区的记录：说事0件，附议0次，参加表决0次，绑定0户，聊天账号1个。")
    assert json.loads(programs.file.content)["concerns"] == []
    assert "同意：还没有" in readable.file.content


async def test_my_data_waits_for_a_private_chat(talk):
    """It is never moved to the group."""
    out = await talk.says("居民甲", "我的数据")

    assert [message.file for message in out] == [None] * len(out)
    assert out[0].text.startswith("我还不能私聊您")


async def test_my_data_is_one_text_where_files_can_not_be_sent(talk):
    """The readable one; the other is to be had from the operator."""
    chat = Chat("wecom", "u1", private=True)
    talk.delivery._channels["wecom"] = talk.channel
    out = await talk.says("居民甲", "我的数据", chat)

    files = [message.file.name for message in out if message.file]
    assert files == ["我的数据-枫林小区.txt"]
    assert "要给程序用的那份，请打010-1234" in out[0].text


async def test_my_data_costs_at_most_ten_statements(town):
    """However much is held."""
    await held(town)
    with faults() as seen:
        await town.run(Said("cost", town.clock(), town.private("居民甲"), Person("居民甲"), "我的数据", "u"))

    assert seen.count - BEGIN_AND_COMMIT <= 10


# --- 更正


async def test_correction_in_one_line_replaces_the_words(town):
    """更正 2｜…: what nobody has seconded yet is replaced, masked anew, and its card with it."""
    await town.says("居民甲", "说事 三号搂电梯又停了")
    out = await town.says("居民甲", "更正 2｜三号楼电梯又停了，电话13812345678")

    concern = await Concern.get(number=2)
    assert out[0].text == "说事 #2 改好了：三号楼电梯又停了，电话138****5678"
    assert (concern.text, concern.shown) == (
        "三号楼电梯又停了，电话13812345678",
        "三号楼电梯又停了，电话138****5678",
    )


async def test_correction_stands_below_when_others_have_seconded(town):
    """What neighbours agreed to stays readable; nothing is put into their mouths."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.says("居民乙", "附议 2")
    out = await town.says("居民甲", "更正 2 是四号楼")

    concern = await Concern.get(number=2)
    assert out[0].text == "说事 #2 有人附议过，原话留着，后面写上了：更正：是四号楼"
    assert concern.shown == concern.text == "三号楼电梯又停了\n更正：是四号楼"


async def test_correction_by_dialogue(town):
    """更正 asks for number and words at once; 更正 2 for the words."""
    await town.tells("居民甲", "说事 三号搂电梯又停了")
    asked = await town.tells("居民甲", "更正")
    wrong = await town.tells("居民甲", "电梯")
    await town.tells("居民甲", "2 三号楼电梯又停了")

    assert asked[0].text == (
        "要改哪件说事？请发号和新的话，比如“12 三号楼电梯停了”。\n住户绑错了、身份不对，请打010-1234。"
    )
    assert wrong[0].text.startswith("没看到号码")
    assert (await Concern.get(number=2)).text == "三号楼电梯又停了"

    again = await town.tells("居民甲", "更正 2")
    await town.tells("居民甲", "四号楼电梯又停了")
    assert again[0].text == "说事 #2 请发新的话。"
    assert (await Concern.get(number=2)).text == "四号楼电梯又停了"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("更正 1 路灯亮了", "没办：只有说这件事的人可以更正这件说事。"),
        ("更正 99 路灯亮了", "没有说事 #99，发“我的说事”可以查号。"),
        ("更正 路灯", "没看到号码，请连号一起发，比如“更正 12”。"),
        ("更正 2｜" + "长" * 4001, "没记下：这条有4001字，最多收4000字，请拣要紧的分几条发，您的原话还在聊天里。"),
    ],
)
async def test_correction_is_refused_in_one_sentence(town, words, answer):
    """Somebody else's, unknown, without a number, too long; nothing changes."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    assert [out.text for out in await town.says("居民甲", words)] == [answer]
    assert [c.text for c in await Concern.all().order_by("number")] == ["路灯不亮了", "三号楼电梯又停了"]


async def test_corrected_health_matter_waits_for_a_moderator(town):
    """What is corrected is held like what is said."""
    await town.says("居民甲", "说事 三号楼电梯又停了")
    await town.says("居民甲", "更正 2 我有糖尿病，三号楼电梯又停了")

    assert (await Concern.get(number=2)).held


# --- 静音


@pytest.mark.parametrize(("off", "on"), [("静音", "取消静音"), ("/mute", "/unmute")])
async def test_mute_stops_what_the_bot_says_by_itself_in_private(town, off, on):
    """Answers come, also in private; notices come again after 取消静音."""
    told = (await town.tells("居民甲", off))[0].text
    chat = town.private("居民甲")
    notice = Outgoing(chat, "您的说事有了进展", Manner.NOTICE)

    assert told == "好，我不再主动私聊您；您问我，我照答，危险和身份的事照说。\n要恢复，发“取消静音”。"
    assert await by_itself(town, notice) == []
    assert (await town.says("居民甲", "我的说事"))[0].to == chat

    assert (await town.tells("居民甲", on))[0].text == "好，有进展时，能私聊到您就告诉您。"
    assert await by_itself(town, notice) == [notice.text]


async def test_mute_leaves_groups_and_others_alone(town):
    """It is one person's own choice."""
    await town.tells("居民甲", "静音")
    others = [
        Outgoing(town.private("管理员"), "待办", Manner.NOTICE),
        Outgoing(Chat("web", "g1"), "说事会", Manner.NOTICE),
    ]

    assert await by_itself(town, *others) == ["待办", "说事会"]


async def by_itself(town, *messages):
    """What arrives of something that the bot says by itself."""

    async def job(*_):
        return list(messages)

    before = len(town.channel.sent)
    await town.run.timed(job)
    await town.delivery.drain()
    return [out.text for out in town.channel.sent[before:]]
