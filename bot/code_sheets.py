"""The roll's one-time codes on sheets to be cut: outside the flat, inside the code and its QR code."""

from collections.abc import Sequence
from pathlib import Path

from bot.texts import Texts
from domain.households import CODE_LENGTH, Flat, FlatWords, write_flat

SUFFIX = ".pdf"


def is_sheet(path: Path) -> bool:
    """Whether slips are wanted as sheets rather than as a table."""
    return path.suffix.lower() == SUFFIX


def sheets(
    slips: Sequence[tuple[Flat, str]],
    community: tuple[str, str],
    public_url: str,
    operator: tuple[str, str],
    texts: Texts,
) -> bytes:
    """The sheets as PDF. `community`: its name and slug; `operator`: its name and how it is reached.

    Without a public address there is no page that a QR code could open: the code is typed.
    """
    from web.slips import Slip, Words, pdf  # 7 MiB that a table needs not

    name, slug = community
    form = FlatWords(**texts.table("contract.flat"))
    where = "sheets.code_where" if public_url else "sheets.code_where_typed"
    words = Words(
        head=name,
        name=texts("sheets.code_name"),
        how=texts("sheets.code_how", operator=operator[0], contact=operator[1]),
        where=texts(where),
        foot=texts.form("sheets.code_foot"),
    )
    return pdf(
        [Slip(_spaced(code), write_flat(flat, form), _page(public_url, slug, code)) for flat, code in slips], words
    )


def _page(public_url: str, slug: str, code: str) -> str:
    return f"{public_url}/c/{slug}/say?code={code}" if public_url else ""


def _spaced(code: str) -> str:
    return f"{code[: CODE_LENGTH // 2]} {code[CODE_LENGTH // 2 :]}"
