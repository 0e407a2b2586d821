"""How flats and their one-time codes are written for those who may read them."""

from domain.households import CODE_LENGTH, Flat, FlatWords, write_flat
from handlers.desk import House


def flat_name(house: House, flat: Flat) -> str:
    """3号楼1单元301室. Only for the household itself and for those who keep the roll (VOICE.md §1.8)."""
    forms = house.texts.table("contract.flat")
    return write_flat(flat, FlatWords(forms["building"], forms["unit"], forms["room"]))


def spaced(code: str) -> str:
    """A code in two halves, easier to copy; spaces are ignored when it is typed."""
    return f"{code[: CODE_LENGTH // 2]} {code[CODE_LENGTH // 2 :]}"
