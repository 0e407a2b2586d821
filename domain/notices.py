"""What the bot says by itself: merged where it comes together, and a set number a day and chat (VOICE.md §1.5, §1.9).

What another's act sends to somebody in private (a task handed to them, an invitation, an objection to answer) comes at
once, at any hour, and alone: somebody waits for it, and it has its own buttons. But it counts. For the reader it is one
more message of a day, so what the bot would say by itself after it waits for the next morning.

for bundle in bundled(notices): …        # each bundle is one message
if put_off(sent_today, caps, private=True): wait until morning_after(now, quiet)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from domain.quiet import Quiet, next_loud
from domain.talk import Manner, Outgoing

LINES, ROWS, LONGEST, MANY = 6, 3, 1500, 3
"""A message in a group has so many lines, any has so many rows of buttons; one in private so many characters.
`MANY` messages are too many for a group at once: their headlines do."""


@dataclass(frozen=True, slots=True)
class Caps:
    """How many messages a day the bot sends by itself to one person, and to one group."""

    private: int = 3
    group: int = 2

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Caps":
        """Those of a community's settings; what they do not say is as usual."""
        return cls(**(settings.get("notices") or {}))


def counts(out: Outgoing) -> bool:
    """Whether a message is one of those that are counted: nobody who reads it asked for it, and it comes aloud."""
    return (out.manner is Manner.NOTICE or out.unasked) and not out.silent


def may_wait(out: Outgoing) -> bool:
    """Whether it is said by the bot itself, so that it may be merged and put off."""
    return out.manner is Manner.NOTICE and not out.silent


def put_off(out: Outgoing, sent_today: int, caps: Caps) -> bool:
    """Whether a message has to wait for tomorrow: what is of use only now never does."""
    return may_wait(out) and not out.timely and sent_today >= (caps.private if out.to.private else caps.group)


def morning_after(moment: datetime, quiet: Quiet) -> datetime:
    """When on the next day the bot speaks again. `moment` on the community's clock."""
    dawn = datetime.combine(moment.date() + timedelta(days=1), time(7, 30), moment.tzinfo)
    return next_loud(dawn, quiet)


def mergeable(out: Outgoing) -> bool:
    """Whether a message may be one with others: plain words by the bot itself, of which no card is edited later."""
    return may_wait(out) and (out.card, out.poll, out.file, out.picture) == (None, None, None, None)


def bundled(outs: Sequence[Outgoing]) -> list[list[int]]:
    """The places of messages to one chat that go out as one, in their order; each of the others stands alone."""
    bundles: list[list[int]] = []
    for together, run in groupby(range(len(outs)), key=lambda at: mergeable(outs[at])):
        places = list(run)
        bundles += _parted(outs, places) if together else [[at] for at in places]
    return bundles


def _parted(outs: Sequence[Outgoing], places: list[int]) -> list[list[int]]:
    """As few messages as there is room for; many to a group become headlines: the rest stands on their cards."""
    parts: list[list[int]] = []
    for at in places:
        if parts and _fits([*(outs[place] for place in parts[-1]), outs[at]]):
            parts[-1].append(at)
        else:
            parts.append([at])
    some = [outs[at] for at in places]
    if len(parts) < MANY or some[0].to.private or any(out.timely for out in some):
        return parts
    return [places[at : at + LINES] for at in range(0, len(places), LINES)]


def _fits(outs: Sequence[Outgoing]) -> bool:
    text = "\n".join(out.text for out in outs)
    room = len(text) <= LONGEST if outs[0].to.private else text.count("\n") < LINES
    return room and sum(len(out.rows) for out in outs) <= ROWS


def merged(outs: Sequence[Outgoing]) -> Outgoing:
    """Several messages as one; what says the same twice is said once."""
    first = outs[0]
    outs = [out for at, out in enumerate(outs) if (out.text, out.rows) not in [(o.text, o.rows) for o in outs[:at]]]
    if len(outs) == 1:
        return first
    if not _fits(outs):
        return replace(first, text="\n".join(out.text.split("\n", 1)[0] for out in outs), rows=(), headed=False)
    apart = "\n\n" if first.to.private else "\n"
    rows = tuple(row for out in outs for row in out.rows)
    return replace(first, text=apart.join(out.text for out in outs), rows=rows, timely=any(o.timely for o in outs))
