"""Rule profiles from `data/rules/*.toml`."""

import tomllib
from pathlib import Path

from domain.rules import Profile, profile_from

RULES = Path(__file__).parent.parent / "data" / "rules"


def load_profile(path: Path) -> Profile:
    """Read one profile. Raises OSError, or ValueError naming the file that is none."""
    try:
        return profile_from(tomllib.loads(path.read_text("utf-8")))
    except ValueError as wrong:
        raise ValueError(f"{path.name}: {wrong}") from wrong


def load_profiles(folder: Path = RULES) -> dict[str, Profile]:
    """All profiles by name."""
    profiles = [load_profile(path) for path in sorted(folder.glob("*.toml"))]
    return {profile.name: profile for profile in profiles}
