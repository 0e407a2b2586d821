"""户: the roll's lines, the one-time codes that bind a person to a household, and the guard against guessing them.

INTERFACE.md §2 has the roll's columns and the codes' form, §1 绑定 the five wrong tries.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from domain.errors import Refused

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
GROUP_LINK = "bindgroup_"
"""What a link that puts the bot into a group carries before the group's code."""
CODE_LENGTH = 8
WRONG_TRIES = 5
LOCKED_FOR = timedelta(hours=1)
FAMILY_CODE_LASTS = timedelta(hours=24)


def make_code(choose: Callable[[str], str]) -> str:
    """A one-time code of eight characters, without 0 O 1 I L. `choose` picks one of a string: `secrets.choice`."""
    return "".join(choose(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str | None:
    """A typed code in its own form, case, spaces and hyphens ignored; None where it can't be one."""
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()
    return code if len(code) == CODE_LENGTH and set(code) <= set(ALPHABET) else None


@dataclass(frozen=True, slots=True)
class Guesses:
    """How often a person typed a wrong code since the last right one, and until when they may not try."""

    wrong: int = 0
    locked_until: datetime | None = None

    def locked(self, now: datetime) -> timedelta | None:
        """How long the person must still wait, or None."""
        return self.locked_until - now if self.locked_until and now < self.locked_until else None


def after_wrong(guesses: Guesses, now: datetime) -> Guesses:
    """One more wrong try: the fifth locks for an hour, and the count begins anew."""
    wrong = guesses.wrong + 1
    return Guesses(0, now + LOCKED_FOR) if wrong >= WRONG_TRIES else Guesses(wrong)


@dataclass(frozen=True, slots=True)
class Flat:
    """Where a household is: building, unit (may be empty) and room as the roll writes them: 3, 1, 301."""

    building: str
    unit: str
    room: str

    def __str__(self) -> str:
        return "-".join(part for part in (self.building, self.unit, self.room) if part)


@dataclass(frozen=True, slots=True)
class FlatWords:
    """The forms of a flat's parts where the roll gives bare numbers, each with {part}: 3号楼, 1单元, 301室."""

    building: str
    unit: str
    room: str


def write_flat(flat: Flat, words: FlatWords) -> str:
    """A flat as it is read: 3号楼1单元301室. A part that has its word already (A座) keeps it."""
    parts = ((flat.building, words.building), (flat.unit, words.unit), (flat.room, words.room))
    return "".join(form.format(part=part) if part.isascii() else part for part, form in parts if part)


def read_flat(text: str) -> tuple[str, ...]:
    """A typed flat's parts: `3-1-301`, `3-301`, 3号楼1单元301室. Raises Refused: roles.flat_unreadable."""
    parts = tuple(re.findall(r"[A-Za-z0-9]+", unicodedata.normalize("NFKC", text).upper()))
    if len(parts) not in {2, 3}:
        raise Refused("roles.flat_unreadable", text=text.strip())
    return parts


@dataclass(frozen=True, slots=True)
class RollLine:
    """One unit of the roll. `area` in 0.01 m²; `owner` groups the units of one owner, "" where the roll has no such."""

    flat: Flat
    area: int
    owner_name: str
    owner: str = ""
    parking: bool = False
    developer: bool = False


@dataclass(frozen=True, slots=True)
class Columns:
    """How the roll's columns and its two marks are called: 楼栋 单元 房号 面积 业主 业主编号 性质 开发商; 车位, 是."""

    building: str
    unit: str
    room: str
    area: str
    owner_name: str
    owner: str
    use: str
    developer: str
    dwelling: str
    parking: str
    yes: str
    no: str

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that a roll must have."""
        return self.building, self.unit, self.room, self.area, self.owner_name


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a line of the roll; line 1 is the header. `reason` is a key, `facts` fill its braces."""

    line: int
    reason: str
    facts: Mapping[str, str]


def read_roll(
    header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], columns: Columns
) -> tuple[list[RollLine], list[Wrong]]:
    """The roll's lines and all that is wrong with them, by line; a roll with a wrong line is not taken at all.

    `rows` are numbered as an editor numbers them. Reasons: column_missing(column), cells(found, expected),
    cell_empty(column), area_wrong(value), use_unknown(value), mark_unknown(column, value), doubled(flat, first).
    """
    names = [_tidy(name) for name in header]
    missing = [Wrong(1, "column_missing", {"column": name}) for name in columns.needed if name not in names]
    if missing:
        return [], missing
    lines: list[RollLine] = []
    wrong: list[Wrong] = []
    first: dict[Flat, int] = {}
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            line = _line(names, cells, columns)
            if line.flat in first:
                raise Refused("doubled", flat=str(line.flat), first=str(first[line.flat]))
        except Refused as no:
            wrong.append(Wrong(number, no.reason, {name: str(fact) for name, fact in no.facts.items()}))
        else:
            first[line.flat] = number
            lines.append(line)
    return lines, wrong


def _line(names: Sequence[str], cells: Sequence[str], columns: Columns) -> RollLine:
    if len(cells) != len(names):
        raise Refused("cells", found=len(cells), expected=len(names))
    row = dict(zip(names, map(_tidy, cells), strict=True))
    for column in (columns.building, columns.room, columns.area, columns.owner_name):
        if not row[column]:
            raise Refused("cell_empty", column=column)
    use = row.get(columns.use, "")
    if use not in {"", columns.dwelling, columns.parking}:
        raise Refused("use_unknown", value=use)
    return RollLine(
        flat=Flat(row[columns.building].upper(), row[columns.unit].upper(), row[columns.room].upper()),
        area=_area(row[columns.area]),
        owner_name=row[columns.owner_name],
        owner=row.get(columns.owner, ""),
        parking=use == columns.parking,
        developer=_mark(columns.developer, row.get(columns.developer, ""), columns),
    )


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _area(value: str) -> int:
    """Square metres with at most two places, greater than zero, in 0.01 m²."""
    if not re.fullmatch(r"\d{1,9}(?:\.\d{1,2})?", value, re.ASCII) or not (area := int(Decimal(value) * 100)):
        raise Refused("area_wrong", value=value)
    return area


def _mark(column: str, value: str, columns: Columns) -> bool:
    if value not in {"", columns.yes, columns.no}:
        raise Refused("mark_unknown", column=column, value=value)
    return value == columns.yes
