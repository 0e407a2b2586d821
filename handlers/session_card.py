"""How a session looks in the chat while it runs, and its minutes afterwards."""

from collections.abc import Sequence

from domain.terms import AgendaState
from handlers import topic_card
from handlers.desk import Desk, Rows
from models.agenda import Item
from models.deliberations import Session

LISTED = 4


def card_name(session: Session) -> str:
    """Under which name the chat keeps the message that shows a session."""
    return f"session:{session.id}"


def card(desk: Desk, session: Session, items: Sequence[Item], present: int) -> str:
    """The text of a session that runs."""
    day = topic_card.day_of(desk.house, session.starts_at, desk.now)
    lines = [desk.texts("deliberate.head", day=day, place=session.place)]
    first = next((item for item in items if item.state in {AgendaState.CURRENT, AgendaState.WAITING}), None)
    if first is not None:
        lines.append(desk.texts("deliberate.first", number=first.number, title=topic_card.cut(first.title, 14)))
    return "\n".join([*lines, desk.texts("deliberate.present", count=present)])


def rows(desk: Desk) -> Rows:
    """The buttons of a session that runs."""
    return (
        (
            desk.button("i_am_here", "attend"),
            desk.button("ask_word", "ask_word"),
            desk.button("agenda", "agenda"),
        ),
    )


def minutes_text(desk: Desk, session: Session, items: Sequence[Item], present: int, following: Session | None) -> str:
    """The minutes in short: who came, and what became of each topic."""
    day = topic_card.day_of(desk.house, session.starts_at, desk.now)
    lines = [desk.texts("deliberate.minutes", day=day)]
    lines.append(desk.texts("deliberate.minutes_counts", present=present, count=len(items)))
    later = topic_card.day_of(desk.house, following.starts_at, desk.now) if following else ""
    for item in items[:LISTED]:
        state = desk.texts.term(item.state)
        if item.state is AgendaState.UNFINISHED and later:
            state = desk.texts("deliberate.unfinished", day=later)
        facts = {"number": item.number, "title": topic_card.cut(item.title, 12), "state": state}
        lines.append(desk.texts("deliberate.minutes_line", **facts))
    return "\n".join(lines)
