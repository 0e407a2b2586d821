"""What a secretary arranges: roles, groups, codes for households."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from domain.dates import write_day
from domain.errors import Refused
from domain.households import make_code, read_code, read_flat
from domain.offices import read_last_day
from domain.quiet import next_loud
from domain.talk import Chat, Outgoing, Person, Said
from domain.terms import Pool, Role
from handlers.desk import Desk, House, quiet_of
from handlers.flats import flat_name, spaced
from models.households import code_hash
from models.people import CommunityFacts, Who
from models.roles import Held


async def grant(desk: Desk, words: str) -> list[Outgoing]:
    """授权 角色 到 2027-12-31, as a reply to the person's message or with their short name; alone: who holds what.

    Without a day: until the end of the next year. 说事员 come with the pool they are of.
    """
    if not words and _replied_to(desk) is None:
        return await holders(desk)
    rest, last = read_last_day(words, desk.local.date(), desk.texts("roles.until"))
    pool, rest = _pool(desk, rest)
    role, who = await _role_and_person(desk, rest, "grant")
    until = datetime.combine(last + timedelta(days=1), time(), desk.house.zone)
    await desk.store.roles.grant(desk.community.id, who.id, role, desk.now, until, pool)
    desk.about(role.value, who.id)
    facts = {"community": desk.community.name, "role": desk.texts.term(role), "until": desk.day(last)}
    sideless = role is Role.DELIBERATOR and pool is None
    return _told(desk, who, desk.texts("roles.granted", **facts), role, _which_pool(desk) if sideless else "")


def _pool(desk: Desk, words: str) -> tuple[Pool | None, str]:
    """On whose side a 说事员 sits, and the words without that; beside other roles 物业 and 业委会 are roles."""
    parts = words.split()
    if desk.texts.term(Role.DELIBERATOR) not in parts:
        return None, words
    names = {name: pool for pool in Pool for name in _pool_names(desk, pool)}
    pool = next((names[part] for part in parts if part in names), None)
    return pool, " ".join(part for part in parts if part not in names)


def _pool_names(desk: Desk, pool: Pool) -> list[str]:
    return [desk.texts.term(pool), *desk.texts.table("contract.pool_words")[pool.name.lower()]]


def _which_pool(desk: Desk) -> str:
    pools = desk.texts("contract.marks.list").join(desk.texts.term(pool) for pool in Pool)
    return "\n" + desk.texts("roles.which_pool", pools=pools)


async def holders(desk: Desk) -> list[Outgoing]:
    """授权 alone: every role that is held, by whom and until when, in private."""
    found = await desk.store.roles.holders(desk.community.id, desk.now)
    lines = [desk.texts("roles.holders_head")]
    for role in Role:
        held = [_holder(desk, one) for one in found if one.role is role]
        if held:
            people = desk.texts("contract.marks.list").join(held)
            lines.append(desk.texts("roles.holders_line", role=desk.texts.term(role), people=people))
    return desk.private_text("\n".join([*lines, desk.texts("roles.holders_next")]))


def _holder(desk: Desk, held: Held) -> str:
    if held.until is None:
        return desk.texts("roles.holder_endless", short=held.who.short)
    until = desk.day(_last_day(desk.house, held.until))
    if held.pool is None:
        return desk.texts("roles.holder", short=held.who.short, until=until)
    return desk.texts("roles.holder_of_pool", short=held.who.short, pool=desk.texts.term(held.pool), until=until)


def _last_day(house: House, until: datetime) -> date:
    return (until.astimezone(house.zone) - timedelta(seconds=1)).date()


async def lapse(house: House, community: CommunityFacts, now: datetime) -> list[Outgoing]:
    """Terms that have ended: told to whose they were and to the secretaries, in private, by day."""
    due = next_loud(now.astimezone(house.zone), quiet_of(community))
    ended = await house.store.roles.claim_ended(community.id, now)
    secretaries = await house.store.people.private_chats_of(community.id, (Role.SECRETARY,), now) if ended else []
    out: list[Outgoing] = []
    for held in ended:
        last = _last_day(house, held.until or now)
        day = write_day(last, now.astimezone(house.zone).date(), house.dates)
        facts = {"role": house.texts.term(held.role), "day": day, "short": held.who.short}
        await house.store.people.audit(community.id, None, "lapse", f"{held.role.value}:{held.who.id}", now)
        told = [(held.who.private, "roles.lapsed")] + [(chat, "roles.lapsed_of") for chat in secretaries]
        # Whose role it was must hear it, also who muted what the bot says by itself.
        out += [Outgoing(chat, house.texts(key, **facts), due=due) for chat, key in told if chat]
    return out


async def revoke(desk: Desk, words: str) -> list[Outgoing]:
    """撤权 角色: at once; what the person was just filling in is not saved. Raises Refused: roles.not_held."""
    role, who = await _role_and_person(desk, words, "revoke")
    if not await desk.store.roles.revoke(who.id, role, desk.now):
        raise Refused("roles.not_held", role=desk.texts.term(role), short=who.short)
    midway = await desk.store.people.forget_question(who.id)
    desk.about(role.value, who.id)
    facts = {"role": desk.texts.term(role), "day": desk.day(desk.local.date())}
    return _told(desk, who, desk.texts("roles.revoked_midway" if midway else "roles.revoked", **facts), role)


def _told(desk: Desk, who: Who, text: str, role: Role, more: str = "") -> list[Outgoing]:
    """The person in private, where they can be reached; the secretary here, in the group without the role."""
    place = "private" if desk.chat.private else "group"
    reach = "reached" if who.private else "unreached"
    facts = {"short": who.short, "role": desk.texts.term(role)}
    answer = desk.answer_text(desk.texts(f"roles.done_{place}_{reach}", **facts) + more)
    return [answer, Outgoing(who.private, text)] if who.private else [answer]


async def _role_and_person(desk: Desk, words: str, act: str) -> tuple[Role, Who]:
    """Raises Refused: roles.which_role, roles.which_person, roles.no_person."""
    names = {desk.texts.term(role): role for role in Role if role is not Role.SECRETARY}
    parts = words.split()
    role = next((names[part] for part in parts if part in names), None)
    if role is None:
        every = desk.texts("contract.marks.list").join(names)
        raise Refused("roles.which_role", roles=every, phrase=desk.texts(f"roles.phrase_{act}"))
    others = [part for part in parts if part not in names]
    return role, await _person(desk, others, desk.texts.term(role), act)


async def _person(desk: Desk, named: Sequence[str], role: str, act: str) -> Who:
    if named:
        found: Who | None = await desk.store.roles.by_short(desk.community.id, named[0].upper())
        if found is None:
            raise Refused("roles.no_person", short=named[0])
        return found
    meant = _replied_to(desk)
    if meant is None or meant.hidden:
        raise Refused("roles.which_person", role=role, phrase=desk.texts(f"roles.phrase_{act}"))
    met: Who = await desk.store.roles.known(
        desk.community.id, desk.house.key, Chat(desk.chat.channel, desk.chat.id), meant.id, desk.now
    )
    return met


def _replied_to(desk: Desk) -> Person | None:
    return desk.event.reply_to_person if isinstance(desk.event, Said) else None


async def bind_group(desk: Desk, words: str) -> list[Outgoing]:
    """绑群 码, in the group to be bound, by a secretary of the code's community, wherever they were last met.

    Raises Refused: refused.only_secretary, roles.bind_group_where, roles.bind_group_code.
    """
    theirs = await desk.store.roles.secretary_of(desk.who.pseudonym, desk.now)
    if not theirs:
        raise Refused("refused.only_secretary", act="bind_group")
    if desk.chat.private:
        raise Refused("roles.bind_group_where")
    typed = read_code(words)
    hash = code_hash(desk.house.key, typed) if typed else ""
    community = await desk.store.households.group_code_of(hash, desk.now)
    if community not in theirs or not await desk.store.households.use_group_code(hash, desk.now):
        raise Refused("roles.bind_group_code")
    chat = desk.chat
    await desk.store.people.enter_group(community, chat.channel, chat.id, chat.title, chat.topic)
    desk.trail.community = community
    desk.about(chat.channel, chat.id)
    there = await desk.store.people.community(community)
    return [desk.answer("roles.group_bound", community=there.name)]


async def new_code(desk: Desk, words: str) -> list[Outgoing]:
    """补码 3-1-301: a new slip for a household, in private; the old ones are void."""
    household = await _household(desk, words)
    if not (desk.chat.private or desk.who.private):
        return [desk.unreached()]
    code = make_code(secrets.choice)
    await desk.store.households.void_codes(household, desk.now)
    await desk.store.households.issue(desk.community.id, household, code_hash(desk.house.key, code))
    desk.about("household", household)
    flat = flat_name(desk.house, await desk.store.households.flat(household))
    return desk.private("roles.new_code", flat=flat, code=spaced(code))


async def unbind(desk: Desk, words: str) -> list[Outgoing]:
    """解绑 3-1-301: nobody speaks for this household until it is bound again; its codes are void."""
    household = await _household(desk, words)
    members = await desk.store.households.members(household)
    await desk.store.households.unbind(household)
    await desk.store.ballots.unspoken(household)
    await desk.store.households.void_codes(household, desk.now)
    desk.about("household", household)
    flat = flat_name(desk.house, await desk.store.households.flat(household))
    told = [
        Outgoing(member.private, desk.texts("roles.unbound", flat=flat, contact=desk.house.contact))
        for member in members
        if member.private
    ]
    return [*desk.private("roles.unbound_done", flat=flat, count=len(members)), *told]


async def _household(desk: Desk, words: str) -> int:
    """Raises Refused: roles.flat_unreadable, roles.no_household."""
    found: int | None = await desk.store.households.at(desk.community.id, read_flat(words))
    if found is None:
        raise Refused("roles.no_household", flat=words)
    return found
