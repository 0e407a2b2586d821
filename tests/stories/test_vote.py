"""表决 and 表态: one household one vote, from the card to the result (VOTING.md §1, INTERFACE.md §1)."""

from datetime import datetime, timedelta

import pytest
from tortoise.backends.sqlite.client import SqliteClient

from bot.house import ZONE
from domain.talk import Button, Chat, Manner, Outgoing, Pressed
from domain.terms import Role
from models import people
from models.tables.people import Community, Household
from models.tables.votes import Ballot, Vote
from tests.stories.talk import GROUP, Talk

LINE = "表决 楼道灯换声控灯｜赞同｜反对｜弃权｜截止 12-03 20:00"
CLOSES = "12月3日（周四）20:00"
SECOND = Chat("web", "g2", title="枫林小区二群")


@pytest.fixture
async def homes(talk: Talk) -> Talk:
    """Twelve flats and a parking unit; 居民甲 and 家人 in one flat, 居民乙 in another; a moderator; 路人 in none."""
    community = (await people.communities())[0]
    for room in range(101, 113):
        await Household.create(community_id=community.id, building="3", unit="1", room=str(room), area=8950)
    await Household.create(community_id=community.id, building="B1", unit="", room="7", area=1200, parking=True)
    await talk.knows("管理员", Role.MODERATOR)
    await talk.knows("居民甲", household="3-1-101")
    await talk.knows("家人", household="3-1-101")
    await talk.knows("居民乙", household="3-1-102")
    await talk.knows("路人")
    return talk


async def ticks(talk: Talk, moment: str, seconds: int = 5) -> list[Outgoing]:
    """The clock ticks some seconds after a moment."""
    talk.at(moment)
    talk.now += timedelta(seconds=seconds)
    return await talk.wakes()


def texts(out: list[Outgoing]) -> list[str]:
    return [one.text for one in out]


async def test_vote_card_says_kind_secrecy_and_close(homes: Talk) -> None:
    """The card names its kind, who will see the choice, the close and the turnout; parking units have no vote."""
    card = (await homes.says("管理员", LINE))[0]

    assert card.text == (
        "🗳️ 表决 #1 楼道灯换声控灯\n"
        "一户一票，不记名：公布哪些户投了，不公布各户选什么\n"
        "管机器的人看得到您选什么；户数太少会被猜出来\n"
        f"截止：{CLOSES}，之前可以改\n"
        "已投0户，共12户\n"
        "居民协商表决"
    )
    assert homes.card("表决 #1").labels == [["赞同", "反对", "弃权"], ["我能投吗", "怎样核对"]]


async def test_vote_card_warns_before_the_press_when_choices_are_published(homes: Talk) -> None:
    """记名 says on the card that the household's choice will be published."""
    await homes.says("管理员", LINE + "｜记名")

    assert "一户一票，记名：结束后公布各户选了什么" in homes.card("表决 #1").text
    assert "居民协商表决" in homes.card("表决 #1").text


async def test_vote_card_goes_to_every_group(homes: Talk) -> None:
    """Each group of the community gets the card; one who opened in private hears so."""
    community = (await people.communities())[0]
    await people.enter_group(community.id, SECOND.channel, SECOND.id, SECOND.title)
    out = await homes.tells("管理员", LINE)

    assert [one.to.id for one in out] == ["g1", "g2", "p-管理员", "p-管理员"]
    assert out[3].text.startswith("下面这段可以贴到别的微信群：")
    assert out[2].text == "表决 #1 开了，正在发到2个群。"


async def test_vote_card_keeps_six_lines_and_the_options_own_words_when_all_is_long(homes: Talk) -> None:
    """A long title stands whole under its headline, long options by their numbers; buttons have the option's words."""
    title = "三号楼电梯更换以后日常维护由哪一家公司来做比较合适"
    await homes.says("管理员", f"表决 {title}｜甲电梯维护有限公司｜乙电梯维护有限公司")
    card = homes.card("表决 #1")

    assert card.text.splitlines()[1] == f"{title}：1 甲电梯维护有限公司 2 乙电梯维护有限公司"
    assert len(card.text.splitlines()) == 6
    assert len(card.text.splitlines()[0]) <= 26
    assert card.labels == [["甲电梯维护有限公司"], ["乙电梯维护有限公司"], ["我能投吗", "怎样核对"]]


async def test_press_counts_in_private_and_shows_only_the_turnout(homes: Talk) -> None:
    """The presser alone hears what counted; the card says how many voted and never what for."""
    await homes.says("管理员", LINE)
    out = await homes.presses("居民甲", "赞同")

    assert out[0].manner is Manner.TOAST
    assert out[0].text == "计入了：表决 #1，您家选“赞同”。截止前可改，只算最后一次。"
    assert "已投1户，共12户" in homes.card("表决 #1").text
    assert "赞同1" not in homes.card("表决 #1").text


async def test_change_counts_once_and_the_others_at_home_are_told(homes: Talk) -> None:
    """The last ballot of a household counts, once, whoever of it casts it; the others at home hear of it alone."""
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")
    out = await homes.presses("家人", "反对")

    assert out[0].text == "改好了：表决 #1，您家改为“反对”，只算这一次。"
    assert (out[1].to.id, out[1].text) == (
        "p-居民甲",
        "您家在表决 #1 的票刚由家里人投过或改过，只算最后一次。\n不是家里人，请马上找管理员。",
    )
    assert len(out) == 2
    assert "已投1户" in homes.card("表决 #1").text
    assert [ballot.choice for ballot in await Ballot.all()] == [1]


async def test_same_choice_again_changes_nothing(homes: Talk) -> None:
    """The same choice again is a yes, and nobody is disturbed."""
    await homes.says("管理员", LINE)
    first = await homes.presses("居民甲", "赞同")
    again = await homes.presses("居民甲", "赞同")

    assert texts(again) == [first[0].text]
    assert (await Ballot.get()).rev == 0


@pytest.mark.parametrize("words", ["投票 1 2", "投票 表决1 反对", "投票#1 2", "/ballot 1 2"])
async def test_typed_ballot_counts_in_private(homes: Talk, words: str) -> None:
    """What can be pressed can be typed: by the option's place or its words."""
    await homes.says("管理员", LINE)
    out = await homes.tells("居民甲", words)

    assert out[0].text == "计入了：表决 #1，您家选“反对”。截止前可改，只算最后一次。"


async def test_typed_ballot_is_refused_in_the_group_when_secret(homes: Talk) -> None:
    """A secret choice typed where all read it does not count; of a roll call the answer keeps the choice to itself."""
    await homes.says("管理员", LINE)
    await homes.says("管理员", LINE + "｜记名")
    secret = await homes.says("居民甲", "投票 1 2")
    roll_call = await homes.says("居民甲", "投票 2 2")

    assert texts(secret) == ["没计入：表决 #1 不记名，请删掉刚才那条，到私聊里投。"]
    assert roll_call[0].text == "表决 #2：您家的票计入了。"
    assert [ballot.vote_id for ballot in await Ballot.all()] == [(await Vote.get(number=2)).id]


async def test_press_is_refused_with_its_reason(homes: Talk) -> None:
    """A stranger, somebody bound to no household, and a household that came onto the roll later have no vote here."""
    await homes.says("管理员", LINE)
    await homes.knows("新来的", household="9-9-909")

    not_bound = "没计入：投票要先绑定住户，请私聊我发“绑定 纸条上的码”。"
    assert (await homes.presses("路人", "赞同"))[0].text == not_bound
    assert (await homes.presses("没见过的", "赞同"))[0].text == not_bound
    assert texts(await homes.presses("新来的", "赞同")) == [
        "没计入：您家不在表决 #1 开始时的名单里，有疑问请找管理员。"
    ]
    assert await Ballot.all().count() == 0


async def test_typed_ballot_is_refused_when_there_is_no_such_option(homes: Talk) -> None:
    """An option that isn't there, and a vote that isn't there, are named."""
    await homes.says("管理员", LINE)

    assert texts(await homes.tells("居民甲", "投票 1 4")) == ["没计入：表决 #1 有3个选项，请发第几个，比如“投票 1 1”。"]
    assert texts(await homes.tells("居民甲", "投票 9 1")) == ["没有表决 #9，发“投票”可以看有哪些。"]
    assert texts(await homes.says("居民甲", "结果 9")) == ["没有表决 #9，发“投票”可以看有哪些。"]


async def test_vote_closes_by_itself_and_the_result_goes_to_every_group(homes: Talk) -> None:
    """At its time, without anyone pressing anything; once; each option's words at once followed by its count."""
    community = (await people.communities())[0]
    await people.enter_group(community.id, SECOND.channel, SECOND.id, SECOND.title)
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")
    await homes.presses("居民乙", "反对")
    before = await ticks(homes, "12-03 20:00", seconds=0)
    out = await ticks(homes, "12-03 20:00")
    after = await homes.wakes()

    result = (
        "🗳️ 表决 #1 楼道灯换声控灯结果\n"
        "赞同1户，反对1户，弃权0户\n"
        f"12户中2户参加（16.7%），{CLOSES}到时截止\n"
        "下一步：名单上的住户发“看各户 1”，看哪些户投了（太少不列）\n"
        "居民协商表决"
    )
    assert before == after == []
    assert [(one.to.id, one.text) for one in out if one.manner is Manner.NOTICE][:2] == [("g1", result), ("g2", result)]
    card = next(shown for shown in homes.channel.chats["g1"] if shown.text.startswith("🗳️ 表决 #1 楼道灯换声控灯\n"))
    assert card.labels == []
    assert f"现在：{CLOSES}截止" in card.text


async def test_close_offers_the_opener_a_text_to_paste(homes: Talk) -> None:
    """The result as plain text of at most 120 characters, its kind in it, to the opener alone."""
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")
    out = await ticks(homes, "12-03 20:00")

    offered = [one for one in out if one.to.private]
    pasted = "【枫林小区表决结果】楼道灯换声控灯：赞同1户，反对0户，弃权0户，12户中1户参加（8.3%）。居民协商表决。"
    assert [one.to.id for one in offered] == ["p-管理员"]
    assert offered[0].text == f"表决 #1 的结果，可以把下面这段贴到微信群：\n{pasted}"


async def test_press_is_refused_after_the_close(homes: Talk) -> None:
    """From the very moment of its close a vote takes nothing, also before it is counted."""
    await homes.says("管理员", LINE)
    homes.at("12-03 20:00")
    out = await homes.presses("居民甲", "赞同")

    refusal = f"没计入：表决 #1 已在{CLOSES}截止，结果发“结果 1”看。"
    assert [(one.manner, one.to.id, one.text) for one in out] == [
        (Manner.TOAST, "g1", refusal),
        (Manner.ANSWER, "p-居民甲", refusal),
    ]


async def test_result_waits_for_the_morning_when_a_vote_closes_at_night(homes: Talk) -> None:
    """The close holds to the minute; the result is posted at 07:30 with the true time, and told to who asks before."""
    await homes.says("管理员", LINE.replace("12-03 20:00", "12-03 23:00"))
    await homes.presses("居民甲", "赞同")
    night = await ticks(homes, "12-03 23:00")
    asked = await homes.says("居民乙", "结果 1")
    homes.at("12-04 07:29")
    early = await homes.wakes()
    homes.at("12-04 07:30")
    morning = await homes.wakes()

    assert [one.manner for one in night] == [Manner.REDRAW]
    assert "赞同1户" in asked[0].text
    assert early == []
    assert "12月3日（周四）23:00到时截止" in morning[0].text


async def test_close_after_downtime_takes_what_was_sent_in_time(homes: Talk) -> None:
    """A typed ballot counts by its date, a press by when it is received; the result says that the program was down."""
    await homes.says("管理员", LINE)
    homes.at("12-03 21:30")
    started = await homes.wakes()
    in_time = datetime(2026, 12, 3, 19, 59, tzinfo=ZONE)
    typed = await homes.tells("居民甲", "投票 1 1", at=in_time)
    late = await homes.tells("居民乙", "投票 1 1", at=in_time + timedelta(minutes=1))
    pressed = await homes.presses("居民乙", "赞同")
    homes.now += timedelta(seconds=25)
    await homes.wakes()
    homes.at("12-04 07:30")
    out = await homes.wakes()

    assert started == []
    assert typed[0].text.startswith("计入了")
    assert late[0].text.startswith("没计入")
    assert pressed[0].text.startswith("没计入")
    told = next(one for one in out if one.to == GROUP)
    assert "赞同1户，反对0户，弃权0户" in told.text
    assert f"我停过，按{CLOSES}截止，之后的票没计入" in told.text


async def test_moderator_closes_early_after_being_asked_once_more(homes: Talk) -> None:
    """截止 asks again; then the result goes out at once, also at night, with both times."""
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")
    homes.at("12-01 23:10")
    asked = await homes.says("管理员", "截止 1")
    assert (await Vote.get(number=1)).closed_at is None
    kept = await homes.presses("管理员", "先不截止")
    out = await homes.presses("管理员", "确认截止")

    assert texts(kept) == ["好，没截止，表决 #1 照常到时截止。"]
    assert asked[0].text.endswith("真的截止吗？")
    assert out[0].text == (
        "🗳️ 表决 #1 由管理员提前截止\n"
        "截止：12月1日（周二）23:10\n"
        f"原定：{CLOSES}\n"
        "楼道灯换声控灯：赞同1户，反对0户，弃权0户\n"
        "12户中1户参加（8.3%）\n"
        "居民协商表决"
    )
    assert [one for one in await ticks(homes, "12-03 20:00") if one.manner is Manner.NOTICE] == []
    assert (await homes.says("管理员", "截止 1"))[0].text.startswith("没办：表决 #1 已在12月1日（周二）23:10截止")


@pytest.mark.parametrize(
    ("words", "act"),
    [
        ("截止 1", "截止表决"),
        ("截止 99", "截止表决"),
        ("延期 1", "给表决延期"),
        (LINE, "开表决"),
        ("表态 在吗｜在｜不在", "开表态"),
    ],
)
async def test_resident_is_told_who_may(homes: Talk, words: str, act: str) -> None:
    """Opening, closing and extending are a moderator's; may I comes before is it there."""
    await homes.says("管理员", LINE)

    assert texts(await homes.says("居民甲", words)) == [f"没办：只有管理员可以{act}。"]


async def test_resident_who_presses_the_moderators_button_changes_nothing(homes: Talk) -> None:
    """The question hangs in the group; only the role answers it."""
    await homes.says("管理员", LINE)
    await homes.says("管理员", "截止 1")
    out = await homes.presses("居民甲", "确认截止")

    assert texts(out) == ["没办：只有管理员可以截止表决。"]
    assert (await Vote.get(number=1)).closed_at is None


async def test_extension_tells_everyone_and_moves_the_close(homes: Talk) -> None:
    """延期 gives its reason; the ballots stand and can still be changed."""
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")
    out = await homes.says("管理员", "延期 1｜12-05 20:00｜下雨，多等一天")
    at_old_close = await ticks(homes, "12-03 20:00")
    changed = await homes.presses("居民甲", "反对")
    result = await ticks(homes, "12-05 20:00")

    assert out[0].text == (
        "🗳️ 表决 #1 延到12月5日（周六）20:00\n原因：下雨，多等一天\n投过的票都算数，也还可以改。\n居民协商表决"
    )
    assert at_old_close == []
    assert changed[0].text.startswith("改好了")
    assert any("赞同0户，反对1户，弃权0户" in text for text in texts(result))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("延期 1｜12-05 20:00", "没延期：请连时间和原因一起发"),
        ("延期 1｜12-02 20:00｜早点", "没延期：表决 #1 原定12月3日（周四）20:00截止，要延到更晚才行。"),
        ("延期 1｜明天｜早点", "没看懂截止“明天”，请这样写：截止 12-14 20:00，或48小时。"),
        ("延期 9｜12-05 20:00｜等", "没有表决 #9，发“投票”可以看有哪些。"),
    ],
)
async def test_extension_is_refused_in_one_sentence(homes: Talk, words: str, said: str) -> None:
    """What was not done, why, what to do instead."""
    await homes.says("管理员", LINE)

    assert (await homes.says("管理员", words))[0].text.startswith(said)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("表决 灯｜赞同", "没开：至少要2个选项，请这样发“表决 题目｜赞同｜反对｜弃权”。"),
        ("表态 灯｜赞同", "没开：至少要2个选项，请这样发“表态 题目｜赞同｜反对｜弃权”。"),
        ("表决 灯｜赞同｜赞同", "没开：选项“赞同”写了两次，请改一个再发。"),
        ("表决 灯｜赞同｜反对｜截止 11-01 20:00", "没办：2027年11月1日（周一）20:00"),
        ("表决 灯｜赞同｜反对｜截止 某天", "没看懂截止“某天”，请这样写：截止 12-14 20:00，或48小时。"),
        ("表决 灯｜赞同｜反对｜开始 9999-12-31 23:59", "没开：开始太远了，最多366天，请写近些。"),
        ("表决 灯｜赞同｜反对｜开始 2030-12-14 20:00", "没开：开始太远了，最多366天，请写近些。"),
        ("表决 灯｜赞同｜反对｜开始 0001-01-01 00:00", "没开：1年1月1日"),
    ],
)
async def test_opening_is_refused_in_one_sentence(homes: Talk, line: str, said: str) -> None:
    """A line that can't be read opens nothing and says what to write."""
    if "11-01" in line:
        line = line.replace("11-01", "2026-11-01")
        said = "没办：11月1日（周日）20:00已经过了，请写一个以后的时间。"

    assert (await homes.says("管理员", line))[0].text.startswith(said)
    assert await Vote.all().count() == 0


async def test_opening_without_a_line_asks_for_it(homes: Talk) -> None:
    """A bare 表决 is a dialogue (test_vote_dialogue); its first question takes a whole line too."""
    asked = await homes.says("管理员", "表决")
    opened = await homes.says("管理员", "楼道灯｜赞同｜反对", addressed=True)

    assert asked[0].text.startswith("表决什么，请发题目")
    assert opened[0].text.startswith("🗳️ 表决 #1 楼道灯")


async def test_opening_line_breaks_do_not_break_the_card(homes: Talk) -> None:
    """A title is one line, however it was typed; 48 hours end on a whole minute, as it is shown."""
    await homes.says("居民甲", "帮助")
    await homes.says("管理员", "表决 楼道灯\n换不换｜赞同\n｜反对")
    vote = await Vote.get(number=1)

    assert (vote.title, vote.options) == ("楼道灯 换不换", ["赞同", "反对"])
    assert vote.closes_at == datetime(2026, 12, 3, 18, 43, tzinfo=ZONE)


async def test_opening_needs_a_roll(talk: Talk) -> None:
    """Without households on the roll nobody could vote."""
    await talk.knows("管理员", Role.MODERATOR)

    assert (await talk.says("管理员", LINE))[0].text.startswith("没开：还没有住户名单")


async def test_tiny_secret_vote_warns_the_opener_before_it_opens(homes: Talk) -> None:
    """Below the setting's number of households the opener is asked in private: 改记名, 照样开, 不开了."""
    await Community.all().update(settings={"votes": {"tiny": 20}})
    asked = await homes.says("管理员", LINE)
    private = homes.private("管理员")

    assert (asked[0].to, asked[0].text) == (private, "还没开：只有12户，选得一样就等于人人知道。\n还用不记名吗？")
    assert await Vote.all().count() == 0

    await homes.presses("管理员", "改记名", private)
    assert "一户一票，记名" in homes.card("表决 #1").text
    assert (await homes.presses("管理员", "照样开", private))[0].text.startswith("没办：这个按钮过时了")


@pytest.mark.parametrize(("answer", "opened"), [("照样开", 1), ("不开了", 0)])
async def test_tiny_secret_vote_does_as_its_opener_answers(homes: Talk, answer: str, opened: int) -> None:
    """The answer can be typed as well; a roll call of the same size asks nothing."""
    await Community.all().update(settings={"votes": {"tiny": 20}})
    await homes.tells("管理员", LINE)
    await homes.tells("管理员", answer)

    assert await Vote.filter(secret=True).count() == opened
    await homes.tells("管理员", LINE + "｜记名")
    assert await Vote.filter(secret=False).count() == 1


async def test_poll_is_native_and_has_buttons(homes: Talk) -> None:
    """A 表态 is numbered with 表决, says what it is not, and goes out as a poll and as buttons."""
    await homes.says("管理员", LINE)
    out = await homes.says("管理员", "表态 跳舞几点结束好｜20点｜21点")

    assert out[0].text == "表态 #2：跳舞几点结束好\n群内表态，不作决定依据\n截止：12月3日（周四）18:43"
    assert out[0].poll is not None
    assert (out[0].poll.options, out[0].poll.question) == (("20点", "21点"), out[0].text)
    assert homes.card("表态 #2").labels == [["20点", "21点"]]


async def test_poll_counts_heads_whoever_presses(homes: Talk) -> None:
    """Anyone in the group, one each, to be changed; two of one household are two."""
    await homes.says("管理员", "表态 跳舞几点结束好｜八点｜九点")
    for name in ("居民甲", "家人", "没见过的"):
        await homes.presses(name, "八点")
    changed = await homes.presses("家人", "九点")
    out = await ticks(homes, "12-03 18:42")

    assert changed[0].text == "改好了：表态 #1，您改为“九点”，只算这一次。"
    assert "已有3人表态" not in texts(out)
    result = next(one for one in out if one.manner is Manner.NOTICE)
    assert "八点2人，九点1人" in result.text
    assert "群内表态，不作决定依据" in result.text


async def test_native_poll_is_closed_and_counts_by_itself(homes: Talk) -> None:
    """Where the platform counts, the bot closes the poll and tells no numbers of its own."""
    community = (await people.communities())[0]
    await people.enter_group(community.id, "telegram", "-100", "群")
    homes.delivery._channels["telegram"] = homes.channel  # type: ignore[index]
    await homes.tells("管理员", "表态 几点｜八点｜九点")
    out = await ticks(homes, "12-03 18:42")
    there = [one for one in out if one.to.channel == "telegram"]

    assert [(one.manner, one.closes_poll) for one in there] == [(Manner.REDRAW, True)]


async def test_may_i_answers_in_private(homes: Talk) -> None:
    """我能投吗: yes, or the reason why not; about one's household, so to the asker alone."""
    await homes.says("管理员", LINE)
    assert (await homes.presses("居民甲", "我能投吗"))[0].text == (
        f"能投：表决 #1 的名单里有您家，还没投，{CLOSES}截止。"
    )
    await homes.presses("居民甲", "赞同")

    assert (await homes.tells("家人", "我能投吗 1"))[0].text.startswith("能投：您家在表决 #1 投过了")
    assert (await homes.presses("路人", "我能投吗"))[0].text.startswith("还不能投：要先绑定住户")
    asked = await homes.says("居民乙", "我能投吗")
    assert (asked[0].to.id, asked[1].text) == ("p-居民乙", "发到您私聊了。")
    assert f"表决 #1 楼道灯换声控灯：能投，{CLOSES}截止" in asked[0].text


async def test_open_votes_are_listed_with_their_buttons(homes: Talk) -> None:
    """投票 lists what is open; its button shows the card, in private with one's own choice marked."""
    assert texts(await homes.says("居民甲", "投票")) == ["现在没有要投的表决，开了会发到群里。"]
    await homes.says("管理员", LINE)
    listed = await homes.tells("居民甲", "投票")
    private = homes.private("居民甲")
    await homes.presses("居民甲", "去投#1", private)
    await homes.presses("居民甲", "反对", private)

    assert f"表决 #1 楼道灯换声控灯，{CLOSES}截止" in listed[0].text
    assert homes.card("之前可以改", private).labels[0] == ["赞同", "反对✓", "弃权"]
    assert homes.card("表决 #1").labels[0] == ["赞同", "反对", "弃权"]
    await homes.says("居民甲", "投票 1")
    assert homes.card("表决 #1").labels[0] == ["赞同", "反对", "弃权"]


async def test_result_is_not_told_before_the_close(homes: Talk) -> None:
    """No result, not even a partial one, before the close: only the turnout."""
    await homes.says("管理员", LINE)
    await homes.presses("居民甲", "赞同")

    assert texts(await homes.says("居民乙", "结果 1")) == [
        f"表决 #1 {CLOSES}截止，到时才公布结果；现在1户投了，共12户。"
    ]
    assert texts(await homes.tells("居民乙", "看各户 1")) == [f"没列出：表决 #1 {CLOSES}截止，到时才公布。"]


@pytest.mark.parametrize(("secrecy", "line"), [("记名", "3号楼1单元101室：赞同"), ("不记名", "3号楼1单元101室")])
async def test_who_took_part_is_shown_to_the_roll_alone(homes: Talk, secrecy: str, line: str) -> None:
    """记名 publishes each household's choice, 不记名 only who took part; to bound households, in private."""
    await Community.all().update(settings={"votes": {"tiny": 1}})
    await homes.says("管理员", f"{LINE}｜{secrecy}")
    await homes.presses("居民甲", "赞同")
    await ticks(homes, "12-03 20:00")
    await homes.says("居民乙", "结果 1")
    out = await homes.presses("居民乙", "看各户")

    assert out[0].to.private
    assert out[0].text.splitlines()[1:] == [line]
    assert texts(await homes.presses("路人", "看各户"))[0].startswith("没列出：只有名单上绑定了的住户")


async def test_who_took_part_in_a_secret_vote_stays_hidden_below_the_floor(homes: Talk) -> None:
    """Two who voted alike would be known by list and count together; from the floor on the list is shown."""
    await Community.all().update(settings={"votes": {"tiny": 3}})
    await homes.knows("居民丙", household="3-1-103")
    for number in (1, 2):
        await homes.says("管理员", f"{LINE}｜不记名")
        for name in ("居民甲", "居民乙", "居民丙")[: number + 1]:
            await homes.presses(name, "赞同")
    await ticks(homes, "12-03 20:00")

    assert texts(await homes.tells("居民甲", "看各户 1")) == ["没列出：表决 #1 只有2户投，列出来会猜到各户选什么。"]
    assert (await homes.tells("居民甲", "看各户 2"))[0].text.count("室") == 3


async def test_forged_button_is_refused(homes: Talk) -> None:
    """A press with words nobody was offered changes nothing."""
    await homes.says("管理员", LINE)
    for args in (("1", "99"), ("1", "x"), ("1", "0"), ("9", "1"), ("x", "1")):
        out = await homes.press("居民甲", Button("赞同", "ballot", args))
        assert out[0].text.startswith(("没计入", "没有表决", "没看到号码"))
    assert await Ballot.all().count() == 0


async def test_press_costs_seven_statements_however_many_voted(homes: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A press is at most seven statements, its seal (also its audit line) among them, with one ballot and with many."""
    await homes.says("管理员", LINE)
    first = await statements(homes, "居民甲", monkeypatch)
    vote = await Vote.get(number=1)
    for home in await Household.filter(room__not_in=["101", "102"], parking=False):
        await Ballot.create(community_id=vote.community_id, vote=vote, voter=f"h{home.id}", choice=0, at=homes.clock())
    last = await statements(homes, "居民乙", monkeypatch)
    changed = await statements(homes, "家人", monkeypatch, option=1)

    assert first == last == changed
    assert len(first) <= 7, first


async def statements(talk: Talk, name: str, monkeypatch: pytest.MonkeyPatch, option: int = 0) -> list[str]:
    """The first words of the statements that a press took up to its commit, without BEGIN and COMMIT."""
    found: list[str] = []

    def noting(method):
        async def noted(self, query, *values):
            found.append(" ".join(query.split()[:3]))
            return await method(self, query, *values)

        return noted

    button = talk.card("表决 #1").out.rows[0][option]
    press = Pressed(f"s{name}", talk.clock(), GROUP, talk.person(name), button.verb, button.args, "m", "t")
    with monkeypatch.context() as patch:
        for method in ("execute_query", "execute_insert", "execute_query_dict", "execute_many"):
            patch.setattr(SqliteClient, method, noting(getattr(SqliteClient, method)))
        await talk.run(press)
    await talk.delivery.drain()
    return found
