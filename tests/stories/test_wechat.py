"""The core loop at once on Telegram, WeCom and the Official Account in one community, played by the real program.

A concern from each, one vote with ballots from all three and from the page, one result everywhere; over real sockets,
each request checked against what the platform takes.
"""

import asyncio
import base64
import html
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from tests.simulator.client import Simulator
from tests.stories.on_telegram import slips
from tests.stories.program import Program, command, free_port
from tests.wecom_fake.client import Fake, buttons, until, words, world

PATIENCE = 15
GROUP, TOKEN, KEY = "wrgroup", "fengsi", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
LABEL = "居民协商表决"
ROLL = "楼栋,单元,房号,面积,业主\n" + "".join(f"3,1,30{n},89.50,业主{n}\n" for n in range(1, 6))


@dataclass
class Stage:
    """One community on every way into its residents' chats."""

    sim: Simulator
    wecom: Fake
    account: Fake
    hook: Fake
    customers: Fake
    program: Program
    folder: Path
    group: int
    people: dict[str, int]
    port: int

    async def telegram(self, name: str, text: str, *, alone: bool = False) -> None:
        await self.sim.say(self.people[name] if alone else self.group, self.people[name], text)

    async def hears(self, part: str, chat: int | None = None):
        return await self.sim.wait_for(chat or self.group, part, PATIENCE)

    async def asks(self, user: str, text: str) -> str:
        """A follower of the Official Account writes; what comes back in the same request."""
        return str((await self.account.write(user, text))["text"])

    async def votes_on_page(self, address: str, choice: int, code: str = "") -> str:
        """Somebody opens a ballot page, with a slip's code where it asks for one, and sends their choice."""
        async with httpx.AsyncClient(follow_redirects=True, timeout=PATIENCE, trust_env=False) as browser:
            page = await browser.get(address)
            for fields in ([{"code": code}] if code else []) + [{"choice": str(choice)}]:
                form = re.search(
                    r'<form method="post" action="([^"]*)" class="fill">(.*?)</form>', page.text, re.DOTALL
                )
                assert form, page.text
                hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[2]))
                origin = {"Origin": str(page.url.copy_with(path="/", query=None)).rstrip("/")}
                action = page.url.join(html.unescape(form[1]))
                page = await browser.post(action, data=hidden | fields, headers=origin)
            return page.text

    def code(self, flat: str) -> str:
        return next(code for home, code in slips(self.folder).items() if home.endswith(flat))


def config(stage_port: int, folder: Path, sim: Simulator, address: str, group: int, secretary: int) -> str:
    return f"""
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "sqlite:///{folder}/bot.sqlite3"
[web]
port = {stage_port}
public_url = "http://127.0.0.1:{stage_port}"
[telegram]
token = "{sim.token}"
api_base_url = "{sim.address}"
limits = false
[wecom_aibot]
bot_id = "aib-{stage_port}"
secret = "secret"
name = "说事"
url = "{address.replace("http", "ws", 1)}/"
[[wecom_webhook]]
url = "{address}/cgi-bin/webhook/send?key=hook-{stage_port}"
group = "楼长群"
[wecom_customers]
corp_id = "corp-{stage_port}"
secret = "secret"
sender = "sender"
api_base_url = "{address}"
[official_account]
app_id = "wx-{stage_port}"
token = "{TOKEN}"
aes_key = "{KEY}"
app_secret = "secret"
api_base_url = "{address}"
[[community]]
name = "枫林小区"
slug = "fenglin"
groups = ["telegram:{group}", "wecom:{GROUP}", "wecom_webhook:楼长群", "wecom_customers:sender"]
secretaries = ["telegram:{secretary}"]
quiet = {{ from = "00:00", to = "00:00" }}
"""


@pytest.fixture
async def stage(sim: Simulator, platforms: str, tmp_path: Path) -> AsyncIterator[Stage]:
    people = {name: await sim.user(name) for name in ("书记", "居民甲")}
    group = await sim.group("枫林小区群", list(people.values()), bot="administrator")
    port = free_port()
    program = Program(tmp_path, config(port, tmp_path, sim, platforms, group, people["书记"]))
    (tmp_path / "roll.csv").write_text(ROLL, encoding="utf-8")
    roll = ("import-roll", str(tmp_path / "roll.csv"), "--community", "枫林小区", "--slips", str(tmp_path / "s.csv"))
    code, out, err = await command(*roll, config=tmp_path / "config.toml")
    assert code == 0, out + err
    await program.start()
    wechat = {"url": f"http://127.0.0.1:{port}/wechat", "token": TOKEN, "aes_key": KEY}
    async with (
        world(platforms, f"aib-{port}") as wecom,
        world(platforms, f"wx-{port}", wechat) as account,
        world(platforms, f"hook-{port}") as hook,
        world(platforms, f"corp-{port}") as customers,
    ):
        await wecom.connected(PATIENCE)
        yield Stage(sim, wecom, account, hook, customers, program, tmp_path, group, people, port)
    assert await program.stop() == 0, program.log()
    assert "Traceback" not in program.log(), program.log()


async def opened(stage: Stage) -> str:
    """The secretary opens a roll-call vote in Telegram; returns its card's id in WeCom."""
    await stage.telegram("书记", "帮助", alone=True)
    await stage.telegram("书记", "表决 楼道灯换声控灯｜赞同｜反对｜记名")
    await stage.hears("🗳️ 表决 #1")
    card = await stage.wecom.wait_for(GROUP, "赞同\n反对", PATIENCE)
    return str(card["template_card"]["task_id"])


def number_in(text: str) -> int:
    """The number under which a concern was taken."""
    found = re.search(r"记为说事 #(\d+)", text)
    assert found, text
    return int(found[1])


async def three_concerns(stage: Stage) -> tuple[int, int, int]:
    """The same matter at the same moment, each resident where they are; the numbers that each was answered with."""
    _, _, answer = await asyncio.gather(
        stage.telegram("居民甲", "说事 三号楼电梯又停了，老人下不来"),
        stage.wecom.say("user1", "@说事 说事 三号楼电梯坏了三天没人修", GROUP),
        stage.asks("openid1", "说事 三号楼电梯老是停，请换一部"),
    )
    assert "可回：" in answer
    there = words(await stage.wecom.wait_for(GROUP, "记为说事 #", PATIENCE))
    return number_in((await stage.hears("记为说事 #"))["text"]), number_in(there), number_in(answer)


async def one_topic(stage: Stage, concerns: tuple[int, int, int]) -> None:
    """The secretary brings them together; each author hears of it where they can be told, the groups of step 3."""
    first, second, third = concerns
    await stage.telegram("书记", f"合并 {first} 说事{second} 说事{third}｜三号楼电梯", alone=True)
    await stage.hears("归好了：议题 #1，3件说事在一起", stage.people["书记"])
    await stage.wecom.wait_for("user1", f"您的说事 #{second} 归到议题 #1（三号楼电梯）", PATIENCE)
    await stage.hears(f"您的说事 #{first} 归到议题 #1（三号楼电梯）", stage.people["居民甲"])
    assert f"您的说事 #{third} 归到议题 #1（三号楼电梯）" in await stage.asks("openid1", "我的说事")
    await stage.telegram("书记", "确定 1 居民反映集中", alone=True)
    for group, chat in ((stage.wecom, GROUP), (stage.hook, "webhook")):
        card = words(await group.wait_for(chat, "第3步 确定议题", PATIENCE))
        assert f"#{first}" in card
        assert f"#{second}" in card
        assert f"#{third}" in card
    assert "第3步 确定议题" in await stage.asks("openid1", "议题 1")


async def three_homes(stage: Stage) -> None:
    """Each author binds to a household with the slip's code, alone with the bot."""
    await stage.telegram("居民甲", f"绑定 {stage.code('301室')}", alone=True)
    await stage.hears("绑定好了", stage.people["居民甲"])
    await stage.wecom.say("user1", f"绑定 {stage.code('302室')}")
    await stage.wecom.wait_for("user1", "绑定好了：3号楼1单元302室", PATIENCE)
    assert "绑定好了：3号楼1单元303室" in await stage.asks("openid1", f"绑定 {stage.code('303室')}")


async def five_ballots(stage: Stage, task: str) -> None:
    """From all three platforms, from the page with a slip's code, and from the page by a link that the bot gave."""
    await stage.wecom.press("user1", task, "反对", GROUP)

    async def counted() -> bool:
        return "您家选“反对”" in words({"template_card": await stage.wecom.shown("user1", task)})

    await until(counted, PATIENCE, lambda: "the presser's card did not change")
    assert "反对" not in words(await stage.wecom.wait_for(GROUP, LABEL)).replace("赞同\n反对", "")
    assert "表决 #1 楼道灯换声控灯" in await stage.asks("openid1", "投票")
    assert "计入了：表决 #1，您家选“赞同”" in await stage.asks("openid1", "投票 1 1")
    board = f"http://127.0.0.1:{stage.port}/ballot/1"
    assert "您家选“反对”" in await stage.votes_on_page(board, 2, stage.code("304室"))
    assert "绑定好了" in await stage.asks("openid2", f"绑定 {stage.code('305室')}")
    link = re.search(r"https?://\S+", await stage.asks("openid2", "投票 1"))
    assert link
    assert "您家选“赞同”" in await stage.votes_on_page(link[0], 1)
    query = await stage.sim.press(stage.people["居民甲"], await stage.hears("🗳️ 表决 #1"), "赞同")
    assert "您家选“赞同”" in (await stage.sim.answer(query, PATIENCE))["text"]


async def one_result(stage: Stage) -> None:
    """The same counts, under the same label, in every group, to who asks, and on the page."""
    await stage.telegram("书记", "截止 1")
    await stage.sim.press(stage.people["书记"], await stage.hears("真的截止吗"), "确认截止")
    result = "赞同3户，反对2户"
    told = [
        (await stage.hears(result))["caption"],
        words(await stage.wecom.wait_for(GROUP, result, PATIENCE)),
        words(await stage.hook.wait_for("webhook", result, PATIENCE)),
        await stage.asks("openid1", "结果 1"),
    ]
    assert [result in text and LABEL in text for text in told] == [True] * 4
    assert f"办理请点：http://127.0.0.1:{stage.port}/c/fenglin" in told[2]
    async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as browser:
        page = (await browser.get(f"http://127.0.0.1:{stage.port}/c/fenglin/votes/1")).text
    assert LABEL in page
    assert "5户中5户参加" in page
    await one_picture(stage)


async def one_picture(stage: Stage) -> None:
    """The same picture everywhere: with Telegram's caption, by upload, in base64, and when it is asked for."""

    async def sent(fake: Fake, chat: str) -> Any:
        return await until(lambda: newest(fake, chat), PATIENCE, lambda: f"no picture for {chat}")

    async def newest(fake: Fake, chat: str) -> Any:
        return next((one["image"] for one in await fake.messages(chat) if one.get("msgtype") == "image"), None)

    shown = (await stage.account.write("openid1", "看图"))["fields"]["Image"]["MediaId"]
    pictures = (await stage.wecom.state())["uploads"] | (await stage.account.state())["uploads"]
    sizes = {pictures[(await sent(stage.wecom, GROUP))["media_id"]], pictures[shown]}
    sizes.add((await sent(stage.hook, "webhook"))["bytes"])
    assert len(sizes) == 1
    assert sizes.pop() > 20_000
    assert "photo" in await stage.hears("赞同3户，反对2户")


async def test_core_loop_on_three_platforms_at_once(stage: Stage) -> None:
    """Each resident where they are: three concerns, one topic, one vote with ballots from all, one result."""
    await stage.telegram("书记", "帮助", alone=True)
    await stage.telegram("居民甲", "帮助", alone=True)
    await stage.wecom.say("user1", "帮助")
    concerns = await three_concerns(stage)
    assert sorted(concerns) == [1, 2, 3]
    shown = f"谁能看 {concerns[2]} 公开"
    assert f"说事 #{concerns[2]} 改为公开" in await stage.asks("openid1", shown)
    await one_topic(stage, concerns)
    await three_homes(stage)
    await five_ballots(stage, await opened(stage))
    await one_result(stage)


async def test_vote_reaches_the_groups_that_are_only_written_to(stage: Stage) -> None:
    """The webhook gets text and link, the customer groups a task that a person confirms."""
    await stage.wecom.say("user1", "@说事 帮助", GROUP)
    await opened(stage)
    there = words(await stage.hook.wait_for("webhook", "表决 #1", PATIENCE))
    assert there.rstrip("/").endswith("/c/fenglin/votes/1")
    assert LABEL in there

    async def made() -> bool:
        return any(r["cmd"] == "externalcontact/add_msg_template" for r in (await stage.customers.state())["requests"])

    await until(made, PATIENCE, lambda: "no task for the customer groups")


async def test_silent_group_waits_and_the_secretary_is_told(stage: Stage) -> None:
    """Nobody has spoken to the bot in the WeCom group: the vote waits there, until somebody does."""
    await stage.telegram("书记", "帮助", alone=True)
    await stage.hears("说事 内容", stage.people["书记"])
    await stage.telegram("书记", "表决 楼道灯换声控灯｜赞同｜反对｜记名")
    await stage.hears("🗳️ 表决 #1")
    await stage.hears(f"“{GROUP}”绑好了，还要群里有人 @我 一次，我才发得进去。", stage.people["书记"])
    assert await stage.wecom.messages(GROUP) == []

    await stage.wecom.say("user1", "@说事 帮助", GROUP)
    card = await stage.wecom.wait_for(GROUP, "赞同\n反对", PATIENCE)
    assert buttons(card) == ["赞同", "反对"]


async def test_press_by_a_stranger_late_and_twice(stage: Stage) -> None:
    """Not bound: said on the presser's card alone. Twice: changed, not doubled. After the close: not counted."""
    await stage.wecom.say("user1", f"绑定 {stage.code('302室')}")
    await stage.wecom.say("user2", "@说事 帮助", GROUP)
    task = await opened(stage)

    async def shows(user: str, part: str) -> None:
        async def there() -> bool:
            return part in words({"template_card": await stage.wecom.shown(user, task)})

        await until(there, PATIENCE, lambda: f"{part} is not on the card of {user}")

    await stage.wecom.press("user2", task, "赞同", GROUP)
    await shows("user2", "没计入：投票要先绑定住户")
    await stage.wecom.press("user1", task, "赞同", GROUP)
    await shows("user1", "计入了")
    await stage.wecom.press("user1", task, "反对", GROUP)
    await shows("user1", "改好了")
    await stage.telegram("书记", "截止 1")
    await stage.sim.press(stage.people["书记"], await stage.hears("真的截止吗"), "确认截止")
    await stage.wecom.wait_for(GROUP, "反对1户", PATIENCE)
    await stage.wecom.press("user1", task, "赞同", GROUP)
    await shows("user1", "没计入：表决 #1 已在")
    assert "赞同0户，反对1户" in words(await stage.wecom.wait_for(GROUP, "反对1户", PATIENCE))


async def test_kicked_out_the_secretaries_are_told(stage: Stage) -> None:
    """Another program takes the bot: we do not fight, and the secretaries hear of it where we still can."""
    await stage.telegram("书记", "帮助", alone=True)
    await stage.hears("发给我：", stage.people["书记"])
    await stage.wecom.ask("kick")

    await stage.hears("企业微信那边我发不进去了", stage.people["书记"])


async def test_kill_loses_no_answer_of_the_official_account(stage: Stage) -> None:
    """What waits for a resident lies in the database: after a kill it is counted, and comes when asked for."""
    await stage.asks("openid1", "帮助")
    assert "绑定好了" in await stage.asks("openid1", f"绑定 {stage.code('303室')}")
    await stage.asks("openid2", "帮助")
    family = await stage.asks("openid1", "绑定")
    code = family.split("给家里一个人用的码：")[1].split("\n")[0]
    await stage.asks("openid2", f"绑定 {code}")
    await opened_in_private(stage)
    assert "计入了" in await stage.asks("openid1", "投票 1 1")
    stage.program.kill()
    await stage.program.gone()
    await stage.program.start()
    await stage.wecom.connected(PATIENCE)

    assert (await stage.asks("openid2", "帮助")).startswith("您有1件新消息，回“我的说事”。")
    assert "您家在表决 #1 的票刚由家里人投过或改过" in await stage.asks("openid2", "我的说事")


async def opened_in_private(stage: Stage) -> None:
    await stage.telegram("书记", "帮助", alone=True)
    await stage.telegram("书记", "表决 楼道灯换声控灯｜赞同｜反对｜记名")
    await stage.hears("🗳️ 表决 #1")


async def test_bot_that_is_called_back_answers_in_the_request(platforms: str, tmp_path: Path) -> None:
    """Without a long connection: a community on WeCom's callback alone, a concern numbered and seconded."""
    port = free_port()
    program = Program(
        tmp_path,
        f"""
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "sqlite:///{tmp_path}/bot.sqlite3"
[web]
port = {port}
[wecom_aibot]
bot_id = "aib-{port}"
token = "{TOKEN}"
aes_key = "{KEY}"
name = "说事"
[[community]]
name = "枫林小区"
groups = ["wecom:{GROUP}"]
""",
    )
    await program.start()
    callback = {"url": f"http://127.0.0.1:{port}/wecom", "token": TOKEN, "aes_key": KEY}
    async with world(platforms, f"aib-{port}", callback) as wecom:
        assert await wecom.ask("verify") == {"status": 200, "echoed": True}
        told = await wecom.say("user1", "@说事 说事 一号楼楼道灯不亮了", GROUP)
        assert "记为说事 #1" in words(told["answer"])
        again = await wecom.press("user2", told["answer"]["template_card"]["task_id"], "附议", GROUP)
        assert "已附议说事 #1，连您1人。" in words(again["answer"])
        assert again["answer"]["userids"] == ["user2"]
    assert await program.stop() == 0, program.log()
    assert "Traceback" not in program.log(), program.log()


ONE_TO_ONE = {
    "帮助": "说事 内容",
    "隐私": "江南街道",
    "同意": "记下",
    "说事 三号楼电梯又停了": "记为说事 #1",
    "进度 1": "说事 #1",
    "附议 1": "自己说的",
    "谁能看 1 公开": "说事 #1 改为公开",
    "我的说事": "您有1件说事",
    "议题": "议题",
    "下次说事": "下次",
    "投票": "正在投",
    "投票 1": "表决 #1",
    "我能投吗": "还不能投：要先绑定住户",
    "投票 1 1": "没计入：投票要先绑定住户",
    "结果 1": "表决 #1",
    "核验 1": "表决 #1",
    "怎样核对": "查",
    "绑定": "请发纸条上的码",
    "六个有": "说事厅",
    "静音": "静音",
    "取消静音": "好",
    "我的数据": "说事1件",
    "更正 1 三号楼电梯停了三天": "说事 #1",
    "撤回 1": "说事 #1 已撤回",
    "待办": "只有",
    "截止 1": "只有",
    "取消": "没有",
    "删除我": "删了找不回来",
}
"""What a resident may send to the account, in an order in which each makes sense, and what stands in its answer."""
MENU = {
    "say": "请说是什么事",
    "topics": "议题",
    "votes": "正在投",
    "next": "下次",
    "mine": "说事",
    "may": "投",
    "join": "请发纸条上的码",
}


async def test_account_understands_every_phrase_and_its_menu(stage: Stage) -> None:
    """One to one all phrases of a resident work, typed or from the menu, in one answer of at most 2,048 bytes."""
    await opened_in_private(stage)
    answers = {phrase: await stage.asks("openid1", phrase) for phrase in ONE_TO_ONE}
    event = {"MsgType": "event", "Event": "CLICK", "MsgId": None, "Content": None}
    clicked = {key: await stage.account.write("openid2", fields=event | {"EventKey": key}) for key in MENU}

    assert {phrase: text for phrase, text in answers.items() if ONE_TO_ONE[phrase] not in text} == {}
    assert {key: told["text"] for key, told in clicked.items() if MENU[key] not in told["text"]} == {}
    assert max(len(text.encode()) for text in answers.values()) <= 2048


async def test_account_takes_pictures_voice_and_a_code_that_was_scanned(stage: Stage) -> None:
    """Pictures by media id with the words that follow; voice as WeChat understood it; a slip's QR code."""
    await stage.asks("openid1", "帮助")
    await stage.account.ask("arrange", files={"media1": base64.b64encode(photo()).decode()})
    image = {"MsgType": "image", "MediaId": "media1", "Content": None}
    asked = await stage.account.write("openid1", fields=image)
    more = await stage.account.write("openid1", fields=image)
    taken = await stage.asks("openid1", "一号楼外墙裂了一条缝")
    voice = {"MsgType": "voice", "MediaId": "media2", "Recognition": "说事 二号楼下水道堵了。", "Content": None}
    heard = await stage.account.write("openid1", fields=voice)
    scan = {"MsgType": "event", "Event": "subscribe", "MsgId": None, "Content": None}
    code = f"qrscene_{stage.code('301室')}"
    scanned = await stage.account.write("openid3", fields=scan | {"EventKey": code})

    assert "图片收到了，还没记成说事" in asked["text"]
    assert "图片收到了，还没记成说事" in more["text"]
    assert "记为说事 #1" in taken
    assert "记为说事 #2" in heard["text"]
    assert "绑定好了：3号楼1单元301室" in scanned["text"]

    async def fetched() -> bool:
        return [r["cmd"] for r in (await stage.account.state())["requests"]].count("media/get") == 2

    await until(fetched, PATIENCE, lambda: "the pictures were not fetched")


def photo() -> bytes:
    """A small picture, as a telephone would send it."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(out, "JPEG")
    return out.getvalue()


async def test_operator_sets_up_a_group_as_the_guide_says(platforms: str, tmp_path: Path) -> None:
    """docs/how-to/wechat.md §1, word for word: secretary writes first, the group is bound by a code, then it works."""
    port = free_port()
    program = Program(
        tmp_path,
        f"""
[operator]
name = "江南街道"
contact = "010-1234"
[database]
url = "sqlite:///{tmp_path}/bot.sqlite3"
[web]
port = {port}
[wecom_aibot]
bot_id = "aib-{port}"
secret = "secret"
name = "说事"
url = "{platforms.replace("http", "ws", 1)}/"
[[community]]
name = "枫林小区"
secretaries = ["wecom:user1"]
""",
    )
    await program.start()
    async with world(platforms, f"aib-{port}") as wecom:
        await wecom.connected(PATIENCE)
        await wecom.say("user1", "帮助")
        await wecom.wait_for("user1", "说事 内容", PATIENCE)
        assert "wecom: connected" in program.log()
        await wecom.say("user2", "@说事 帮助", "wrnew")
        asked = words(await wecom.wait_for("wrnew", "绑群", PATIENCE))
        code, out, err = await command("group-code", config=tmp_path / "config.toml")
        assert code == 0, err
        found = re.search(r"[2-9A-HJ-NP-Z]{4} ?[2-9A-HJ-NP-Z]{4}", out + err)
        assert found, out
        await wecom.say("user1", f"@说事 绑群 {found[0]}", "wrnew")
        await wecom.wait_for("wrnew", "绑好了", PATIENCE)
        await wecom.say("user2", "@说事 说事 一号楼楼道灯不亮了", "wrnew")
        await wecom.wait_for("wrnew", "记为说事 #1", PATIENCE)
    assert "书记" in asked
    assert await program.stop() == 0, program.log()
