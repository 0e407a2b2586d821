"""The five levels of organisations from `data/organizations/*.toml`."""

import tomllib
from pathlib import Path

from bot.stop import Stop
from domain.organizations import Organization, tree

FOLDER = Path(__file__).parent.parent / "data" / "organizations"
REHEARSAL = FOLDER / "rehearsal.toml"


def load(*, rehearsal: bool, folder: Path = FOLDER) -> list[Organization]:
    """The rehearsal's tree, or all other files as one. Raises Stop naming what is wrong in them."""
    files = [REHEARSAL] if rehearsal else sorted(set(folder.glob("*.toml")) - {REHEARSAL})
    try:
        read = [tomllib.loads(path.read_text("utf-8")) for path in files]
        return tree([entry for file in read for entry in file.get("organization", [])])
    except (OSError, ValueError) as wrong:  # broken TOML is a ValueError too
        raise Stop(f"{folder.name}: {wrong}") from wrong
