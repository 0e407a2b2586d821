"""People's rights in their data: the notice, what is held, deletion (DOMAIN.md §7; PIPL art. 17, 45, 47)."""

from datetime import datetime, timedelta

from domain.errors import Refused
from domain.quiet import next_loud
from domain.retention import terms, years_before
from domain.talk import Manner, Outgoing
from domain.terms import Role
from handlers import ballot_log
from handlers.desk import Desk, House, quiet_of
from models.people import CommunityFacts

SURE_WITHIN = timedelta(minutes=10)
ABROAD = frozenset({"telegram"})


async def first_contact(desk: Desk) -> list[Outgoing]:
    """The short notice, once a version, under the person's first answer."""
    if desk.who.notice == desk.house.notice_version:
        return []
    await desk.store.people.noticed(desk.who.id, desk.house.notice_version, desk.now)
    facts, head = _facts(desk), _renewed(desk)
    if not desk.chat.private:
        return [Outgoing(desk.chat, head + desk.texts("privacy.notice_group", **facts), silent=True)]
    rows = (
        (desk.button("agree", "agree"), desk.button("read_all", "privacy")),
        (desk.button("forget_me", "forget_me"),),
    )
    abroad = desk.texts("privacy.abroad") if desk.chat.channel in ABROAD else ""
    return [Outgoing(desk.chat, head + desk.texts("privacy.notice_private", abroad=abroad, **facts), rows=rows)]


def _renewed(desk: Desk) -> str:
    """A line above the notice for who was told an older version."""
    version = desk.house.notice_version
    return desk.texts("privacy.renewed", version=version) + "\n" if desk.who.notice else ""


def _facts(desk: Desk) -> dict[str, object]:
    retention = desk.texts("privacy.years", years=terms(desk.community.settings).longest)
    house, name = desk.house, desk.community.name
    return {"community": name, "operator": house.operator, "contact": house.contact, "retention": retention}


async def whole(desk: Desk, _words: str) -> list[Outgoing]:
    """隐私: the whole notice."""
    text = desk.texts("privacy.whole", version=desk.house.notice_version, **_facts(desk))
    rows = ((desk.button("agree", "agree"), desk.button("forget_me", "forget_me")),)
    return desk.private_text(text, rows) if desk.who.private else [desk.answer_text(text)]


async def agree(desk: Desk, _words: str) -> list[Outgoing]:
    """同意: what was agreed, which version, when."""
    version = desk.house.notice_version
    await desk.store.people.agreed(desk.who.id, version, desk.now)
    return [desk.toast("privacy.agreed", version=version, moment=desk.moment(desk.now))]


async def ask_first(desk: Desk, _words: str) -> list[Outgoing]:
    """删除我: what goes and what stays. Asked in private only."""
    rows = ((desk.button("keep_me", "keep_me"), desk.button("go_on", "forget_me_2")),)
    return desk.private("privacy.forget_first", rows)


async def ask_twice(desk: Desk, _words: str) -> list[Outgoing]:
    """The second question; its answer counts for ten minutes."""
    stamp = str(int(desk.now.timestamp()))
    rows = ((desk.button("keep_me", "keep_me"), desk.button("forget_for_sure", "forget_me_3", stamp)),)
    return desk.private("privacy.forget_second", rows)


async def keep_me(desk: Desk, _words: str) -> list[Outgoing]:
    """不删了: nothing happened."""
    return [desk.toast("privacy.kept")]


async def forget(desk: Desk, words: str) -> list[Outgoing]:
    """The person goes: words, pictures, bindings, address. Published matters stay, without them."""
    asked = datetime.fromtimestamp(int(words or 0), desk.now.tzinfo) if words.isdigit() else desk.now - 2 * SURE_WITHIN
    if desk.now - asked > SURE_WITHIN:
        raise Refused("privacy.too_late")
    await desk.store.ballots.forget_said(desk.who.id, desk.now)
    await ballot_log.forgotten(desk)
    await desk.store.people.forget(desk.who.id)
    desk.trail.who = 0
    return [Outgoing(desk.chat, desk.texts("privacy.forgotten"))]


async def purge(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """What has been kept for its time goes, by kind; what is in work or disputed stays (DOMAIN.md §7)."""
    kept, store = terms(community.settings), house.store
    words = years_before(now, kept.years)
    await store.retention.words(community.id, words)
    await store.retention.votes(community.id, years_before(now, kept.vote_years))
    await store.retention.strangers(community.id, words, now)
    await store.retention.acts(community.id, years_before(now, kept.audit_years))
    await store.retention.rooms(community.id, now - timedelta(days=kept.days))
    await store.retention.questions(now)
    await store.retention.pictures(now - timedelta(days=1))
    await store.notices.purge(now.date() - timedelta(days=2))
    await store.mail.purge(now - timedelta(days=kept.days))
    return await _given_up(house, community, kept.days, now)


async def _given_up(house: House, community: CommunityFacts, days: int, now: datetime) -> list[Outgoing]:
    """What waited too long for a group's first word is not sent any more: its secretaries are told how much."""
    given_up = await house.store.mail.give_up(community.id, now - timedelta(days=days))
    if not given_up:
        return []
    groups = [group.chat for group in await house.store.people.groups_of(community.id)]
    counts = [(chat.title or chat.id, given_up.get((chat.channel, chat.id), 0)) for chat in groups]
    texts = [house.texts("wechat.given_up", title=t, days=days, count=count) for t, count in counts if count]
    chats = await house.store.people.private_chats_of(community.id, (Role.SECRETARY,), now)
    loud = next_loud(now.astimezone(house.zone), quiet_of(community))
    return [Outgoing(chat, text, Manner.NOTICE, due=loud) for text in texts for chat in chats]
