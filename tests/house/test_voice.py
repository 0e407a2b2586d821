"""VOICE.md, as far as it can be measured, on every message of every dialogue: `data/gallery`, played by the program."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache

import pytest
import pytest_asyncio

from bot.gallery import page, play, script
from bot.gallery.play import Turn
from bot.texts import Texts
from tests.house.source import ROOT

LOCALE = ROOT / "locales" / "zh_CN"
DIALOGUES = (
    "activity",
    "agenda",
    "bind",
    "buttons",
    "checklist",
    "collect",
    "corrections",
    "decide",
    "deliberate",
    "emergency",
    "help",
    "inbox",
    "invite",
    "mediation",
    "minute",
    "paper",
    "prepare",
    "privacy",
    "publish",
    "rate",
    "refused",
    "remind",
    "roles",
    "round",
    "rule_making",
    "slips",
    "sort",
    "star_rating",
    "steps",
    "tasks",
    "topics",
    "venue",
    "vote",
    "wechat",
)
UNPLAYED = {
    "help.typed_after": "characters, no sentence",
    "vote.check_differs": "a log that was tampered with",
    "privacy.one_file": "a platform that carries one file only",
    "privacy.data_more": "more than twenty concerns of one person",
    "wechat.notice": "an account's subscription notice, sent by WeChat's own template",
    "vote.list_gone": "a vote older than its records are kept",
    "privacy.renewed": "a later version of the privacy notice",
    "privacy.version": "a later version of the privacy notice",
}
"""What no scene says, and why."""
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def turns() -> Sequence[Turn]:
    """All scenes, played once."""
    async with play.stage() as stage:
        return await stage.play(script.scenes())


@cache
def keys() -> frozenset[str]:
    """Every text of the dialogues by its key."""
    every = frozenset(key for name in DIALOGUES for key in _flat(name, LOCALE / f"{name}.toml"))
    return frozenset(key for key in every if not key.startswith("privacy.file_"))  # words of a file, not of the chat


def _flat(name: str, path) -> list[str]:
    return [f"{name}.{key}" for key, text in tomllib.loads(path.read_text("utf-8")).items() if isinstance(text, str)]


async def test_each_message_keeps_to_the_voice(turns: Sequence[Turn]) -> None:
    """Six lines in a group, six characters a button, 26 a headline, one sentence a refusal, and so on (VOICE.md §2)."""
    found = page.check(turns, Texts.load())

    assert [(one.scene, one.rule, one.text) for one in found] == []


async def test_each_text_is_played(turns: Sequence[Turn]) -> None:
    """A sentence that no scene says was read by nobody: play it, or say above why it can't be."""
    said = {key for turn in turns for key in turn.keys} | {key for key in keys() if key.startswith("wechat.")}

    assert sorted(keys() - said - UNPLAYED.keys()) == []
    assert sorted(UNPLAYED.keys() & said - {"wechat.notice"}) == []


async def test_each_answer_says_something(turns: Sequence[Turn]) -> None:
    """No line of a scene is met by silence but those that nobody heard (VOICE.md §1.1)."""
    did = [(turn, turn.line.says or turn.line.presses) for turn in turns]
    silent = [(turn.scene, act) for turn, act in did if act and not any(one.out.text for one in turn.sent)]

    assert silent == []


async def test_no_brace_is_left(turns: Sequence[Turn]) -> None:
    """Every brace of a text was filled."""
    left = [one.out.text for turn in turns for one in turn.sent if re.search(r"\{\w+\}", one.out.text)]

    assert left == []
