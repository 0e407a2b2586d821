"""May I? Each role against each route, by phrase, command and button (INTERFACE.md §1).

`WHO` says for every route who may; it stands beside `ROUTES` and not on it, so that a slip in one is seen in the other.
A route without an entry fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from bot.texts import Texts
from domain.errors import Refused
from domain.talk import Button
from domain.terms import Role
from handlers.routes import ROUTES, Route
from models import access, people
from models.tables.people import Audit, Grant, Resident
from tests.stories.talk import Talk

TEXTS = Texts.load()
PEOPLE: dict[str, tuple[Role, ...]] = {"路人": (), "住户": (), **{TEXTS.term(role): (role,) for role in Role}}
"""Everybody who tries: a stranger, somebody bound to a household, and one person for each role."""

EVERYBODY = frozenset(PEOPLE)
MODERATORS = frozenset({"管理员", "书记"})
MEDIATORS = frozenset({"调解员", "管理员", "书记"})
SECRETARIES = frozenset({"书记"})
HOUSEHOLDS = frozenset({"住户"})
NOBODY: frozenset[str] = frozenset()
DOERS = frozenset({"管理员", "书记", "物业"})
"""Of a task that was given to the property company."""


@dataclass(frozen=True)
class May:
    """Who may; what is typed after the phrase; with which sentence the others are refused."""

    who: frozenset[str] = EVERYBODY
    words: str = ""
    refusal: str = ""


def moderators(words: str = "") -> May:
    return May(MODERATORS, words, "refused.only_moderators")


def secretaries(words: str = "") -> May:
    return May(SECRETARIES, words, "refused.only_secretary")


AUTHORS = May(NOBODY, "1", "refused.only_author")
"""Of somebody else's concern: nobody, a secretary neither."""
SORTERS = May(MODERATORS, "1 服务民生", "refused.only_author_or_moderators")

WHO: Mapping[str, May] = {
    "say": May(words="楼道灯坏了"),
    "second": May(words="1"),
    "withdraw": AUTHORS,
    "status": May(words="1"),
    "mine": May(),
    "show_to": AUTHORS,
    "category": SORTERS,
    "pick_category": May(MODERATORS, "1 livelihood", "refused.only_author_or_moderators"),
    "not_urgent": SORTERS,
    "picture": May(),
    "say_anyway": May(),
    "album": May(words="a1"),
    "topics": May(),
    "topic": May(words="1"),
    "retitle": moderators("1 电梯"),
    "matter_kind": moderators("1"),
    "release": moderators("1"),
    "material": moderators("1"),
    "seats": moderators("1"),
    "chase": moderators("1"),
    "replace_seats": moderators("1"),
    "amend": moderators("1 改｜原因"),
    "amend_part": moderators(),
    "sort": moderators(),
    "corrections": moderators(),
    "take_back": moderators("1"),
    "take_back_all": moderators("1"),
    "sort_one": moderators("1"),
    "merge": moderators("1"),
    "split": moderators("1"),
    "undo": moderators(),
    "send_back": moderators("说事1 原因"),
    "back_why": May(),
    "send_back_why": moderators(),
    "decide": moderators("1 原因"),
    "decide_why": moderators(),
    "leave_out_why": moderators(),
    "council_yes": May(frozenset({"理事"}), "1", "refused.only_roles"),
    "council_no": May(frozenset({"理事"}), "1", "refused.only_roles"),
    "prepare": moderators("1"),
    "i_come": May(words="1"),
    "i_cannot": May(words="1"),
    "agenda": May(),
    "open_session": moderators(),
    "open_why": moderators(),
    "attend": May(),
    "ask_word": May(),
    "next_speaker": moderators(),
    "call_topic": moderators("1"),
    "minute": moderators("说了什么"),
    "resolve": moderators("1 换灯｜物业｜12-31"),
    "resolve_part": moderators(),
    "adjourn": moderators(),
    "adjourn_for_sure": moderators(),
    "not_adjourn": moderators(),
    "confirm_minutes": moderators(),
    "publish": moderators("1"),
    "object": May(words="1 不妥"),
    "object_why": May(),
    "answer_objection": moderators("1 答复"),
    "answer_why": moderators(),
    "inbox": moderators(),
    "task_of": May(words="1"),
    "tasks": May(),
    "take": May(DOERS, "1", "tasks.only_doer"),
    "progress": May(DOERS, "1 买零件", "tasks.only_doer"),
    "progress_what": May(),
    "done": May(DOERS, "1 修好了", "tasks.only_doer"),
    "done_how": May(),
    "reassign": May(DOERS, "1 物业 王工｜换人", "tasks.only_doer"),
    "reassign_part": May(),
    "escalate": May(DOERS, "1", "tasks.only_doer"),
    "escalate_part": May(),
    "rate": May(NOBODY, "1 满意", "rate.only_raters"),
    "rate_why": May(),
    "reopen": moderators("1"),
    "leave_it": moderators("1"),
    "month": May(),
    "on_behalf": moderators("楼道灯坏了"),
    "round": moderators("停车"),
    "task": moderators("1 修｜物业｜12-31"),
    "task_part": moderators(),
    "activity": May(words="1"),
    "sign_up": May(words="1"),
    "sign_off": May(words="1"),
    "call_off": moderators("1 下雨"),
    "signed_up": moderators("1"),
    "emergency": moderators("二号楼着火"),
    "received": May(words="1"),
    "emergency_news": moderators("1 火已扑灭"),
    "emergency_end": moderators("1 都安顿好了"),
    "emergency_log": moderators("1"),
    "begin_mediation": May(MEDIATORS, "", "refused.only_roles"),
    "room": May(words="1"),
    "willing": May(words="1"),
    "unwilling": May(words="1"),
    "agreed": May(words="1"),
    "let_public": May(words="1"),
    "keep_private": May(words="1"),
    "no_agreement": May(words="1"),
    "draft": May(words="1"),
    "opinion": May(words="1"),
    "opinion_words": May(),
    "answer_opinion": moderators("1"),
    "answer_opinion_why": moderators(),
    "to_vote": moderators("1"),
    "star_form": secretaries("支部 党支部"),
    "stars": May(frozenset({"书记", "理事", "监督员"}), "1", "refused.only_roles"),
    "tell_stars": secretaries("1"),
    "object_stars": secretaries("1 不公平"),
    "answer_stars": secretaries("1 有依据"),
    "publish_stars": secretaries("1"),
    "checklist": moderators("1"),
    "give_item": moderators("1 1"),
    "next": May(),
    "move": moderators(),
    "cancel_session": moderators(),
    "paste_session": May(words="1"),
    "open_poll": moderators(),
    "open_vote": moderators(),
    "open_vote_part": moderators(),
    "open_draft_vote": moderators("1"),
    "open_tiny": moderators(),
    "close_vote": moderators("1"),
    "close_vote_for_sure": moderators("99"),
    "keep_vote": May(words="1"),
    "extend_vote": moderators("1"),
    "withdraw_vote": moderators("99"),
    "open_owners": moderators(),
    "open_owners_part": moderators(),
    "owners_sure": moderators(),
    "paper": moderators(),
    "confirm_paper": moderators("1"),
    "wrong_paper": moderators("1"),
    "paper_scan": May(frozenset({"管理员", "书记", "监督员"}), "1", "refused.only_roles"),
    "deliver": moderators(),
    "as_what": May(),
    "slip": May(),
    "document": May(),
    "all_numbers": May(words="1"),
    "check": May(words="1"),
    "how_to_check": May(words="1"),
    "own_digits": May(),
    "votes": May(),
    "ballot": May(HOUSEHOLDS, "1 1", "vote.not_bound"),
    "may_vote": May(words="1"),
    "result": May(words="1"),
    "took_part": May(MODERATORS | HOUSEHOLDS, "1", "vote.list_only_roll"),
    "bind": May(),
    "grant": secretaries("管理员"),
    "revoke": secretaries("管理员"),
    "bind_group": secretaries("ABCD2345"),
    "new_code": secretaries("3-1-301"),
    "unbind": secretaries("9-9-999"),
    "venue": May(),
    "privacy": May(),
    "agree": May(),
    "forget_me": May(),
    "forget_me_2": May(),
    "forget_me_3": May(words="0"),
    "keep_me": May(),
    "my_data": May(),
    "correct": May(NOBODY, "1 电梯", "refused.only_author"),
    "mute": May(),
    "unmute": May(),
    "help": May(),
    "more_help": May(),
    "start": May(),
    "community": May(words="fenglin"),
    "cancel": May(),
}
GATES = {may.refusal for may in WHO.values()} - {""}


def test_every_route_has_its_entry() -> None:
    """A new route says here who may use it; one that is gone is taken out."""
    assert sorted(WHO) == sorted(route.name for route in ROUTES)


@pytest.fixture
async def town(talk: Talk) -> Talk:
    """One of each kind, a concern of somebody else's, an open vote."""
    await talk.knows("邻居")
    for name, roles in PEOPLE.items():
        await talk.knows(name, *roles, household="3-1-301" if name == "住户" else "")
    await talk.says("邻居", "说事 三号楼电梯又停了，老人下不来")
    await talk.says("管理员", "表决 楼道灯换声控灯｜赞同｜反对｜48小时｜记名")
    await talk.plans()
    await talk.tells("管理员", "合并 1")
    await talk.tells("管理员", "派单 1 修电梯｜物业 李工")
    return talk


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
async def test_each_role_may_what_it_may(town: Talk, route: Route) -> None:
    """Allowed, or refused with the one sentence that says who may; the same by phrase, command and button."""
    may = WHO[route.name]
    for name in PEOPLE:
        for way in ("phrase", "command", "button"):
            answers = await tried(town, name, route, may.words, way)
            if answers is None:
                continue
            refused = await last_refusal()
            if name in may.who:
                assert refused not in GATES, f"{name}, {way}"
            else:
                assert (refused, answers[0]) == (may.refusal, sentence(may, route)), f"{name}, {way}"


async def tried(town: Talk, name: str, route: Route, words: str, way: str) -> list[str] | None:
    """What somebody is answered; None where the route has no such way in. The log then holds this act alone."""
    await Audit.all().delete()
    if way == "button":
        out = await town.press(name, Button("", route.name, tuple(words.split())))
    elif way == "command" and route.command:
        out = await town.says(name, f"/{route.command} {words}")
    elif way == "phrase" and TEXTS.has(f"routes.phrases.{route.name}"):
        out = await town.says(name, f"{TEXTS.list(f'routes.phrases.{route.name}')[0]} {words}")
    else:
        return None
    return [message.text for message in out]


async def last_refusal() -> str:
    """Why the act was refused; empty where it was done, also where its own row is its line in the log."""
    last = await Audit.all().order_by("-id").first()
    return last.refused if last is not None else ""


def sentence(may: May, route: Route) -> str:
    act = f"routes.acts.{route.name}"
    roles = "、".join(TEXTS.term(role) for role in Role if role in route.may)
    return TEXTS(may.refusal, act=TEXTS(act) if TEXTS.has(act) else "", number=1, roles=roles)


async def test_gate_for_other_roles_names_them(town: Talk) -> None:
    """Where neither moderators nor secretaries alone may, the refusal lists who may."""
    row = await Resident.filter(household_id=None).first()
    assert row is not None
    who = people.Who(row.id, row.short, row.pseudonym, None, "", None)
    with pytest.raises(Refused) as no:
        await access.require(who, {Role.COUNCIL, Role.SECRETARY}, town.clock(), "move")

    assert (no.value.reason, no.value.facts["roles"]) == ("refused.only_roles", [Role.SECRETARY, Role.COUNCIL])


async def test_public_list_is_everybodys(town: Talk) -> None:
    """看各户 of a counted 实名公示 answers every role and the stranger; of a 记名 beside it, whom the table says."""
    await town.says("管理员", "表决 换灯｜赞同｜反对｜48小时｜实名公示")
    for number in (1, 2):
        await town.says("管理员", f"截止 {number}")
        await town.presses("管理员", "确认截止")
    refused = {name: [await listed(town, name, number) for number in (1, 2)] for name in PEOPLE}

    assert {name for name, (_, public) in refused.items() if public} == set()
    assert {name for name, (roll_call, _) in refused.items() if not roll_call} == WHO["took_part"].who


async def listed(town: Talk, name: str, number: int) -> str:
    """Why somebody is not shown a list; empty where they are."""
    await town.tells(name, f"看各户 {number}")
    return await last_refusal()


@pytest.mark.parametrize("ended", ["until", "revoked_at"])
async def test_role_that_ended_opens_nothing(town: Talk, ended: str) -> None:
    """Lapsed or taken back, it is as if it had never been held."""
    await Grant.filter(role=Role.MODERATOR).update(**{ended: town.clock()})

    assert (await town.says("管理员", "改期"))[0].text == "没办：只有管理员可以改期。"
