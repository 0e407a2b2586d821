"""Communities, groups, residents: who speaks, and where they are reached."""

import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.talk import Chat
from domain.terms import CommunityKind, ConcernState, Numbered, Role, Visibility, VoteKind, VoteState
from models import corrections, mail, sql
from models.tables.concerns import Blob, Concern, Photo
from models.tables.people import Address, Community, Counter, Dialogue, Group, Resident
from models.tables.votes import Ballot

SHORT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class CommunityFacts:
    """A community as handlers need it. `settings`: its part of the config; `corrected`: edition of its corrections.

    `figures`: what the board has ready of it.
    """

    id: int
    slug: str
    name: str
    settings: Mapping[str, Any]
    kind: CommunityKind = CommunityKind.COMMODITY
    corrected: int = 0
    figures: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """The group that somebody spoke in."""

    id: int
    chat: Chat


@dataclass(frozen=True, slots=True)
class Who:
    """The resident who speaks. `private`: the chat in which the bot may write to them alone, if any."""

    id: int
    short: str
    pseudonym: str
    household: int | None
    notice: str
    private: Chat | None
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Where an event happened and who did it; `who` is None for somebody never met in this community."""

    community: CommunityFacts
    group: GroupFacts | None
    who: Who | None


def pseudonym(key: bytes, channel: str, user: str) -> str:
    """The name under which a person stands everywhere but in the address table: 64 hexadecimal digits."""
    return hmac.new(key, f"{channel}\0{user}".encode(), hashlib.sha256).hexdigest()


def short_name(pseudonym: str) -> str:
    """Five characters that a secretary can type, made from the pseudonym."""
    number = int(pseudonym[:16], 16)
    letters = []
    for _ in range(5):
        number, rest = divmod(number, len(SHORT_ALPHABET))
        letters.append(SHORT_ALPHABET[rest])
    return "".join(letters)


_WHO = """r.id AS who_id, r.short, r.pseudonym, r.household_id, r.notice_version, r.muted,
  a.private_chat, a.channel AS a_channel, c.id AS community_id, c.slug, c.name, c.settings, c.kind, c.corrected"""


async def scene_in_group(chat: Chat, pseudonym: str) -> Scene | None:
    """The scene in a group, or None where the chat belongs to no community. One statement."""
    found = await sql.rows(
        f"""SELECT {_WHO}, g.id AS group_id, g.title, g.topic FROM chat_group g
        JOIN community c ON c.id = g.community_id
        LEFT JOIN resident r ON r.community_id = c.id AND r.pseudonym = ?
        LEFT JOIN address a ON a.resident_id = r.id
        WHERE g.channel = ? AND g.chat = ?""",
        pseudonym,
        chat.channel,
        chat.id,
    )
    if not found:
        return None
    row = found[0]
    group = GroupFacts(row["group_id"], Chat(chat.channel, chat.id, topic=row["topic"], title=row["title"]))
    return Scene(_community(row), group, _who(row))


async def scene_in_private(pseudonym: str) -> Scene | None:
    """The scene of a private chat: the community the person chose, else the last they were met in."""
    found = await sql.rows(
        f"""SELECT {_WHO} FROM resident r JOIN community c ON c.id = r.community_id
        JOIN address a ON a.resident_id = r.id
        WHERE r.pseudonym = ? ORDER BY a.chosen DESC, r.id DESC LIMIT 1""",
        pseudonym,
    )
    return Scene(_community(found[0]), None, _who(found[0])) if found else None


def _community(row: Mapping[str, Any]) -> CommunityFacts:
    settings = Community._meta.fields_map["settings"].to_python_value(row["settings"])
    kind = CommunityKind(row["kind"])
    return CommunityFacts(row["community_id"], row["slug"], row["name"], settings, kind, row["corrected"])


def _who(row: Mapping[str, Any]) -> Who | None:
    if row["who_id"] is None:
        return None
    private = Chat(row["a_channel"], row["private_chat"], private=True) if row["private_chat"] else None
    return Who(
        row["who_id"],
        row["short"],
        row["pseudonym"],
        row["household_id"],
        row["notice_version"],
        private,
        bool(row["muted"]),
    )


async def communities() -> list[CommunityFacts]:
    """All communities of this installation, in the order they were entered."""
    found = await Community.all().order_by("id")
    return [CommunityFacts(c.id, c.slug, c.name, c.settings, c.kind, c.corrected) for c in found]


async def community(id: int) -> CommunityFacts:
    """One community by its id. Raises tortoise's DoesNotExist."""
    found = await Community.get(id=id)
    return CommunityFacts(found.id, found.slug, found.name, found.settings, found.kind, found.corrected)


async def groups_of(community: int) -> list[GroupFacts]:
    """The groups of a community that the bot can still write in."""
    found = await Group.filter(community_id=community, lost_at=None).order_by("id")
    return [_group(g) for g in found]


def _group(row: Group) -> GroupFacts:
    return GroupFacts(row.id, Chat(row.channel, row.chat, topic=row.topic, title=row.title))


async def group(id: int | None) -> GroupFacts | None:
    """One group by its id, lost ones left out."""
    found = await Group.get_or_none(id=id, lost_at=None) if id is not None else None
    return (
        GroupFacts(found.id, Chat(found.channel, found.chat, topic=found.topic, title=found.title)) if found else None
    )


async def meet(community: int, pseudonym: str, chat: Chat, user: str, now: datetime) -> Who:
    """Enter somebody who speaks to the bot for the first time. Two statements."""
    short = await _free_short(community, pseudonym)
    resident = await Resident.create(community_id=community, pseudonym=pseudonym, short=short, met_at=now)
    private = chat.id if chat.private else None
    await Address.create(
        community_id=community, resident=resident, channel=chat.channel, user=user, private_chat=private
    )
    return Who(resident.id, short, pseudonym, None, "", chat if chat.private else None)


async def _free_short(community: int, pseudonym: str) -> str:
    short = short_name(pseudonym)
    taken = await Resident.filter(community_id=community, short=short).exists()
    return short + pseudonym[-4:].upper() if taken else short


async def reachable(who: int, chat: Chat) -> None:
    """The platform lets the bot write to this person in this private chat from now on."""
    await Address.filter(resident_id=who).update(private_chat=chat.id)


async def unreachable(channel: str, chat: str) -> None:
    """A private chat that can't be written to any more (blocked, account gone)."""
    await Address.filter(channel=channel, private_chat=chat).update(private_chat=None)


async def noticed(who: int, version: str, now: datetime) -> None:
    """The privacy notice of this version was shown."""
    await Resident.filter(id=who).update(notice_version=version, notice_at=now)


async def agreed(who: int, version: str, now: datetime) -> None:
    """The person pressed 同意 under the notice of this version."""
    await Resident.filter(id=who).update(agreed_version=version, agreed_at=now)


async def private_chats_of(community: int, roles: tuple[Role, ...], now: datetime) -> list[Chat]:
    """The private chats of those who hold one of the roles now and can be written to."""
    marks = ", ".join("?" for _ in roles)
    found = await sql.rows(
        f"""SELECT DISTINCT a.channel, a.private_chat FROM role_grant g
        JOIN address a ON a.resident_id = g.resident_id
        WHERE g.community_id = ? AND g.role IN ({marks}) AND g.revoked_at IS NULL
        AND (g.until IS NULL OR g.until > ?) AND a.private_chat IS NOT NULL ORDER BY a.channel, a.private_chat""",
        community,
        *[role.value for role in roles],
        now,
    )
    return [Chat(row["channel"], row["private_chat"], private=True) for row in found]


async def private_chat_of(resident: int) -> Chat | None:
    """Where one person can be written to alone, or None."""
    found = await Address.get_or_none(resident_id=resident)
    return Chat(found.channel, found.private_chat, private=True) if found and found.private_chat else None


async def next_number(community: int, kind: Numbered) -> int:
    """The next number of its kind in a community: 说事 #12. Serialised by the row. One statement."""
    found = await sql.rows(
        "UPDATE counter SET given = given + 1 WHERE community_id = ? AND kind = ? RETURNING given",
        community,
        kind.value,
    )
    return int(found[0]["given"])


async def audit(community: int, resident: int | None, act: str, subject: str, now: datetime, refused: str = "") -> None:
    """Note who did what to which thing, or why it was refused; never what was said. One statement."""
    await sql.rows(
        "INSERT INTO audit (community_id, resident_id, act, subject, refused, at) VALUES (?, ?, ?, ?, ?, ?)",
        community,
        resident,
        act[:32],
        subject[:64],
        refused[:64],
        now,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that waits for somebody's answer: which dialogue, what it knows so far, whether it lapsed by now."""

    name: str
    facts: Mapping[str, Any]
    over: bool = False


async def expect(community: int, who: int, chat: Chat, name: str, facts: Mapping[str, Any], until: datetime) -> None:
    """Wait for a person's answer in a chat; an older question of theirs is forgotten. One statement."""
    await sql.rows(
        """INSERT INTO dialogue (community_id, resident_id, chat, name, facts, until) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (resident_id) DO UPDATE SET community_id = excluded.community_id, chat = excluded.chat,
        name = excluded.name, facts = excluded.facts, until = excluded.until""",
        *(
            community,
            who,
            _place(chat),
            name,
            Dialogue._meta.fields_map["facts"].to_db_value(dict(facts), Dialogue),
            until,
        ),
    )


async def answering(who: int, chat: Chat, now: datetime, over: Collection[str] = ()) -> Waiting | None:
    """The question that this person was asked in this chat, if it still stands; one of those that are `over` with
    any answer lapses. One statement.
    """
    names = ", ".join("?" for _ in over) or "NULL"
    found = await sql.rows(
        f"""UPDATE dialogue SET until = CASE WHEN name IN ({names}) THEN ? ELSE until END
        WHERE resident_id = ? AND chat = ? AND until > ? RETURNING name, facts""",
        *(*over, now, who, _place(chat), now),
    )
    if not found:
        return None
    facts = Dialogue._meta.fields_map["facts"].to_python_value(found[0]["facts"])
    return Waiting(found[0]["name"], facts, over=found[0]["name"] in over)


async def forget_question(who: int) -> bool:
    """Leave a dialogue. Returns whether there was one."""
    return bool(await Dialogue.filter(resident_id=who).delete())


def _place(chat: Chat) -> str:
    return f"{chat.channel}:{chat.id}"


async def group_lost(channel: str, chat: str, reason: str, now: datetime) -> tuple[CommunityFacts, GroupFacts] | None:
    """Mark a group the bot can't write in any more. None where it is unknown or marked already."""
    found = await Group.get_or_none(channel=channel, chat=chat, lost_at=None)
    if found is None:
        return None
    await Group.filter(id=found.id).update(lost_at=now, lost_reason=reason[:255])
    return await community(found.community_id), _group(found)


async def group_at(channel: str, chat: str) -> tuple[CommunityFacts, GroupFacts] | None:
    """The group that a chat is, with its community; None where it belongs to none."""
    found = await Group.get_or_none(channel=channel, chat=chat)
    return (await community(found.community_id), _group(found)) if found else None


async def group_back(chat: Chat) -> None:
    """The bot is in the group (again); its title may be new."""
    await Group.filter(channel=chat.channel, chat=chat.id).update(lost_at=None, lost_reason="")
    if chat.title:
        await Group.filter(channel=chat.channel, chat=chat.id).update(title=chat.title[:255])


async def group_moved(channel: str, chat: str, to: str) -> None:
    """The group goes on under another id."""
    await Group.filter(channel=channel, chat=chat).update(chat=to)


async def enter_group(community: int, channel: str, chat: str, title: str = "", topic: str | None = None) -> None:
    """Bind a group to a community; one bound elsewhere moves."""
    await Group.update_or_create(
        {"community_id": community, "lost_at": None, "title": title, "topic": topic}, channel=channel, chat=chat
    )


async def counters(community: int) -> None:
    """Make the counters of a new community."""
    for kind in Numbered:
        await Counter.get_or_create({"given": 0}, community_id=community, kind=kind)


async def choose(community: CommunityFacts, pseudonym: str) -> Scene:
    """From now on a private word of this person's is meant for this community."""
    found = await Resident.get_or_none(community_id=community.id, pseudonym=pseudonym)
    others = await Resident.filter(pseudonym=pseudonym).values_list("id", flat=True)
    await Address.filter(resident_id__in=list(others)).update(chosen=False)
    if found is None:
        return Scene(community, None, None)
    await Address.filter(resident_id=found.id).update(chosen=True)
    scene = await scene_in_private(pseudonym)
    assert scene is not None
    return scene


async def forget(who: int) -> None:
    """Delete a person (DOMAIN.md §7): own words that were not public, pictures of them, binding, address, roles.

    Public matters stay without the author, also those said without a name; closed counts stay; a ballot that this
    person cast in an open vote is withdrawn, and the household may vote again. What waits for their private chat goes
    with it; rows that only name them (附议, roles, questions) go with their row.
    """
    await forget_words(await _without_author(who))
    await _withdraw_ballots(who)
    for address in await Address.filter(resident_id=who):
        await mail.forget_chat(address.channel, address.user, address.private_chat)
    await Resident.filter(id=who).delete()


async def _without_author(who: int) -> list[int]:
    """A person's concerns stand without them. Returns those that are not public. One statement."""
    found = await sql.rows(
        "UPDATE concern SET author_id = NULL, text = '' WHERE author_id = ? RETURNING id, visibility, held, state", who
    )
    hidden = {Visibility.MODERATORS.value, ConcernState.WITHDRAWN.value}
    return [int(row["id"]) for row in found if row["held"] or {row["visibility"], row["state"]} & hidden]


async def forget_words(concerns: Collection[int]) -> None:
    """Blank concerns that are not to be read by anybody any more; their pictures go, their numbers stay."""
    if not concerns:
        return
    blobs = await Photo.filter(concern_id__in=list(concerns)).values_list("blob_id", flat=True)
    await Photo.filter(concern_id__in=list(concerns)).delete()
    used = set(await Photo.filter(blob_id__in=[blob for blob in blobs if blob]).values_list("blob_id", flat=True))
    await Blob.filter(sha256__in=[str(blob) for blob in blobs if blob and blob not in used]).delete()
    await corrections.forget(list(concerns))
    await Concern.filter(id__in=list(concerns)).update(
        text="", shown="", sketch="", state=ConcernState.WITHDRAWN, author_id=None
    )


async def _withdraw_ballots(who: int) -> None:
    own = await Ballot.filter(by_id=who, vote__state=VoteState.OPEN).select_related("vote")
    for ballot in own:
        await ballot.delete()
        taken_part = '"cast" - 1' if ballot.vote.kind is not VoteKind.OWNERS else _HEADS
        await sql.rows(f'UPDATE vote SET "cast" = {taken_part} WHERE id = ?', ballot.vote_id)


_HEADS = """(SELECT COUNT(DISTINCT e.head) FROM roll_entry e
    JOIN ballot b ON b.vote_id = e.vote_id AND b.voter = 'h' || e.household_id WHERE e.vote_id = vote.id)"""
"""How many owners take part in a vote: two units of one are one."""
