"""The scripted conversations of `data/gallery`: what a scene and a line of it can be."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.config import ROOT
from domain.talk import Membership

SCENES = ROOT / "data" / "gallery"
STAGE = SCENES / "stage.toml"


class Line(BaseModel):
    """One line of a scene.

    Somebody (`who`) `says` something, with `pictures` or `files`, `edited` afterwards, as the group itself
    (`hidden`), or hanging on what another said (`answers`); or `presses` a button by its words, or an old one by its
    `verb` and `args`. `clock` moves the time, `asleep` while the program is down. `bot` is what the bot becomes in a
    group; `fails` is how the platform fails it there from now on (empty: no more). `code_for` makes a code for 绑群,
    `roll` takes households in, `tells` is what a channel tells the secretaries, `shot` names a picture of a `page` as
    it is then.

    `{code}`, `{short}`, `{concern}`, `{vote}` are the last that were shown, `{short:居民甲}` is a player's short name;
    `times` repeats what is said. `where`:
    `private`, else a group as `channel:id`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    who: str = ""
    says: str | None = None
    presses: str | None = None
    verb: str | None = None
    args: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    edited: bool = False
    times: int = 1
    hidden: bool = False
    answers: str = ""
    where: str = ""
    clock: str | None = None
    asleep: bool = False
    bot: Membership | None = None
    hears_all: bool = False
    fails: str | None = None
    code_for: str | None = None
    roll: str | None = None
    tells: str | None = None
    shot: str | None = None
    page: str = ""


class Scene(BaseModel):
    """A conversation in a group given as `channel:id`, and with its people in private."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    group: str
    lines: tuple[Line, ...]


def scenes(folder: Path = SCENES) -> list[Scene]:
    """The scripted conversations, in the order of their files' names."""
    files = sorted(path for path in folder.glob("*.toml") if path.name != STAGE.name)
    return [Scene(**scene) for path in files for scene in tomllib.loads(path.read_text("utf-8"))["scene"]]
