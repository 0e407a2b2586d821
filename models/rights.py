"""What people may ask of what is held on them: a copy of it, its correction, its deletion (PIPL art. 45 to 47).

`HELD` has a part for each table with a person's rows; a test holds it to the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.households import Flat
from models import sql
from models.tables.concerns import Concern
from models.tables.people import Resident

NONE, NEVER = "CAST(NULL AS VARCHAR)", "CAST(NULL AS TIMESTAMPTZ)"
HELD: Mapping[str, str] = {
    "role_grant": """SELECT 'role' AS kind, 0 AS number, g.granted_at AS at, COALESCE(g.revoked_at, g.until) AS till,
        g.role AS words FROM role_grant g WHERE g.resident_id = ?""",
    "second": f"""SELECT 'second', c.number, s.at, {NEVER}, {NONE}
        FROM second s JOIN concern c ON c.id = s.concern_id WHERE s.resident_id = ?""",
    "correction": """SELECT 'correction', c.number, k.at, k.undone_at, k."right"
        FROM correction k JOIN concern c ON c.id = k.concern_id WHERE k.by_id = ?""",
    "ballot": f"""SELECT 'ballot', v.number, b.at, {NEVER}, v.title
        FROM ballot b JOIN vote v ON v.id = b.vote_id WHERE b.by_id = ?""",
    # A household's, so told to each of its members, as the bot tells them when it counts; `till` is the vote's close.
    "paper_ballot": """SELECT 'paper', v.number, e.entered_at, v.closed_at,
        CAST((SELECT COUNT(*) FROM photo p WHERE p.paper_id = e.id AND p.blob_id IS NOT NULL) AS VARCHAR)
        FROM paper_ballot e JOIN vote v ON v.id = e.vote_id JOIN resident r ON r.id = ?
        WHERE e.household_id = r.household_id
        OR e.household_id IN (SELECT m.household_id FROM membership m WHERE m.resident_id = r.id)""",
    "audit": f"""SELECT 'act', 0, a.at, {NEVER}, CASE WHEN a.subject = '' THEN a.act ELSE a.act || ' ' || a.subject END
        FROM audit a WHERE a.resident_id = ?""",
    "concern": f"""SELECT 'act', 0, c.said_at, {NEVER}, 'say concern:' || CAST(c.number AS VARCHAR)
        FROM concern c WHERE c.author_id = ?""",
    "sealed_ballot": f"""SELECT 'act', 0, s.at, {NEVER}, 'ballot vote:' || CAST(v.number AS VARCHAR)
        FROM sealed_ballot s JOIN vote v ON v.id = s.vote_id WHERE s.by_id = ? AND s.at IS NOT NULL""",
    "attendance": f"""SELECT 'attendance', 0, a.at, {NEVER}, {NONE} FROM attendance a WHERE a.resident_id = ?""",
    "speaker": f"""SELECT 'speaker', p.turn, COALESCE(p.called_at, s.starts_at), {NEVER}, {NONE}
        FROM speaker p JOIN session s ON s.id = p.session_id WHERE p.resident_id = ?""",
    "minute": f"SELECT 'minute', 0, m.at, {NEVER}, m.text FROM minute m WHERE m.by_id = ?",
    "objection": f"""SELECT 'objection', t.number, o.at, {NEVER}, o.text
        FROM objection o JOIN topic t ON t.id = o.topic_id WHERE o.resident_id = ?""",
    "council_voice": f"""SELECT 'council_voice', t.number, v.at, {NEVER}, CASE WHEN v.yes THEN 'yes' ELSE 'no' END
        FROM council_voice v JOIN topic t ON t.id = v.topic_id WHERE v.resident_id = ?""",
    "task": f"""SELECT 'task', k.number, COALESCE(k.answered_at, k.made_at), {NEVER}, k.text
        FROM task k WHERE k.doer_who_id = ?""",
    "task_note": f"""SELECT 'task_note', k.number, n.at, {NEVER}, n.words
        FROM task_note n JOIN task k ON k.id = n.task_id WHERE n.by_id = ?""",
    "rating": f"""SELECT 'rating', t.number, r.at, {NEVER}, r.grade
        FROM rating r JOIN topic t ON t.id = r.topic_id WHERE r.resident_id = ?""",
    "invitation": """SELECT 'invitation', t.number, i.asked_at, i.answered_at, i.state
        FROM invitation i JOIN topic t ON t.id = i.topic_id WHERE i.resident_id = ?""",
    "membership": f"""SELECT 'membership', 0, r.met_at, {NEVER},
        h.building || '-' || h.unit || '-' || h.room || ' ' || COALESCE(m.relation, '') || ' ' || m.document
        FROM membership m JOIN household h ON h.id = m.household_id JOIN resident r ON r.id = m.resident_id
        WHERE m.resident_id = ?""",
    "sign_up": f"""SELECT 'sign_up', a.number, s.at, {NEVER}, a.title
        FROM sign_up s JOIN activity a ON a.id = s.activity_id WHERE s.resident_id = ?""",
    "emergency_receipt": f"""SELECT 'emergency_receipt', e.number, r.at, {NEVER}, {NONE}
        FROM emergency_receipt r JOIN emergency e ON e.id = r.emergency_id WHERE r.resident_id = ?""",
    "party": f"""SELECT 'party', m.number, m.made_at, {NEVER}, m.subject
        FROM party p JOIN mediation m ON m.id = p.mediation_id WHERE p.resident_id = ?""",
    "room_word": f"""SELECT 'room_word', m.number, w.at, {NEVER}, w.text
        FROM room_word w JOIN mediation m ON m.id = w.mediation_id WHERE w.resident_id = ?""",
    "opinion": f"""SELECT 'opinion', t.number, o.at, {NEVER}, o.text
        FROM opinion o JOIN topic t ON t.id = o.topic_id WHERE o.resident_id = ?""",
    "star_score": f"""SELECT 'star_score', f.number, s.at, {NEVER}, f.name
        FROM star_score s JOIN star_form f ON f.id = s.form_id WHERE s.resident_id = ?""",
    "muted_thing": f"SELECT 'muted_thing', 0, m.at, {NEVER}, m.thing FROM muted_thing m WHERE m.resident_id = ?",
    "own_digits": f"SELECT 'own_digits', 0, d.at, {NEVER}, d.digits FROM own_digits d WHERE d.resident_id = ?",
}
"""By table: kind, number, moment, end, words of each row that is a person's."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of somebody's: `kind` as in `HELD`; a number where there is one; when, and until when; words.

    Of a household's paper ballot: `words` is the number of its pictures, `till` the close of its vote.
    """

    kind: str
    number: int
    at: datetime
    till: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Words:
    """Something a person said, as they said it, with the number of its pictures."""

    number: int
    text: str
    visibility: str
    state: str
    said_at: datetime
    pictures: int


@dataclass(frozen=True, slots=True)
class Copy:
    """All that is held on a person. `flat` None: bound to no household."""

    short: str
    channel: str
    user: str
    flat: Flat | None
    met_at: datetime
    notice: tuple[str, datetime | None]
    agreed: tuple[str, datetime | None]
    muted: bool
    concerns: tuple[Words, ...]
    entries: tuple[Entry, ...]

    def of(self, kind: str) -> tuple[Entry, ...]:
        """The entries of a kind, in the order of their moments."""
        return tuple(entry for entry in self.entries if entry.kind == kind)


async def copy(who: int) -> Copy:
    """All that this installation holds on a person. Three statements."""
    (row,) = await sql.rows(
        """SELECT r.short, r.met_at, r.notice_version, r.notice_at, r.agreed_version, r.agreed_at, r.muted,
        a.channel, a."user" AS platform_user, h.building, h.unit, h.room
        FROM resident r LEFT JOIN address a ON a.resident_id = r.id LEFT JOIN household h ON h.id = r.household_id
        WHERE r.id = ?""",
        who,
    )
    return Copy(
        short=row["short"],
        channel=row["channel"] or "",
        user=row["platform_user"] or "",
        flat=Flat(row["building"], row["unit"], row["room"]) if row["room"] else None,
        met_at=sql.known_moment(row["met_at"]),
        notice=(row["notice_version"], sql.moment(row["notice_at"])),
        agreed=(row["agreed_version"], sql.moment(row["agreed_at"])),
        muted=bool(row["muted"]),
        concerns=await _concerns(who),
        entries=await _entries(who),
    )


async def _concerns(who: int) -> tuple[Words, ...]:
    found = await sql.rows(
        """SELECT c.number, c.text, c.visibility, c.state, c.said_at,
        (SELECT COUNT(*) FROM photo p WHERE p.concern_id = c.id) AS pictures
        FROM concern c WHERE c.author_id = ? ORDER BY c.id""",
        who,
    )
    return tuple(
        Words(
            row["number"],
            row["text"],
            row["visibility"],
            row["state"],
            sql.known_moment(row["said_at"]),
            int(row["pictures"]),
        )
        for row in found
    )


async def _entries(who: int) -> tuple[Entry, ...]:
    found = await sql.rows(" UNION ALL ".join(HELD.values()) + " ORDER BY 3", *[who for _ in HELD])
    return tuple(
        Entry(row["kind"], row["number"], sql.known_moment(row["at"]), sql.moment(row["till"]), row["words"] or "")
        for row in found
    )


async def correct(concern: Concern, text: str, shown: str, *, held: bool) -> None:
    """Replace what somebody said; a text that must be looked at first stays so. Two statements."""
    concern.text, concern.shown, concern.held, concern.sketch = text, shown, held or concern.held, ""
    await concern.save(update_fields=["text", "shown", "held", "sketch"])
    await sql.rows("DELETE FROM word WHERE concern_id = ?", concern.id)  # indexed anew after the commit


async def mute(who: int, *, muted: bool) -> None:
    """Whether the bot may write to a person in private by itself."""
    await Resident.filter(id=who).update(muted=muted)
