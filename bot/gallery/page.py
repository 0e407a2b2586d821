"""The gallery as one HTML page: what was found, the scenes with every look of every message, the board's pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot import making
from bot.gallery.looks import Look, Looks
from bot.gallery.play import Turn
from bot.gallery.rules import Voice, broken
from bot.gallery.script import Line
from bot.texts import Texts
from domain.talk import Manner, Outgoing

SHOWN = 80


@dataclass(frozen=True)
class Found:
    """A rule that a message breaks."""

    scene: str
    rule: str
    text: str


@dataclass(frozen=True)
class Message:
    """A message with where it went, its looks, and the rules it breaks."""

    where: str
    looks: tuple[Look, ...]
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One line of a scene in words, and what the bot said to it."""

    did: str
    keys: tuple[str, ...]
    messages: tuple[Message, ...]


def voice(texts: Texts) -> Voice:
    """The language's words that the rules look for."""
    labels = [texts("vote.label_household"), texts("vote.label_poll"), texts("owners.label")]
    return Voice(labels=labels, chosen=texts("contract.marks.chosen"), **texts.table("gallery.voice"))


def check(turns: Sequence[Turn], texts: Texts) -> list[Found]:
    """Every rule that some message breaks."""
    words = voice(texts)
    return [
        Found(turn.scene, rule, one.out.text)
        for turn in turns
        for one in turn.sent
        if one.out.text
        for rule in broken(one.out, words)
    ]


def scenes(turns: Sequence[Turn], texts: Texts, page: str) -> dict[str, list[Shown]]:
    """The turns by their scene, each with its looks. A message that went to several groups is shown once."""
    looks, words, made = Looks(texts, page), voice(texts), dict[str, list[Shown]]()
    for turn in turns:
        fresh = {(o.text, o.rows, o.manner, o.to.private): one for one in turn.sent if (o := one.out).text}
        messages = tuple(
            Message(_where(one.out, texts), tuple(looks(one.out)), tuple(broken(one.out, words)))
            for one in fresh.values()
        )
        made.setdefault(turn.scene, []).append(Shown(did(turn, texts), turn.keys, messages))
    return made


def _where(out: Outgoing, texts: Texts) -> str:
    kinds = {Manner.REDRAW: "gallery.edits", Manner.TOAST: "gallery.toast"}
    if out.manner in kinds:
        return texts(kinds[out.manner])
    return texts("gallery.private") if out.to.private else out.to.title or out.to.id


def did(turn: Turn, texts: Texts) -> str:
    """What was done, in words."""
    line = turn.line
    if line.says is not None:
        text = line.says * line.times
        said = texts("gallery.cut", text=text[:SHOWN], length=len(text)) if len(text) > 2 * SHOWN else text
        return texts("gallery.says", who=line.who, text=said)
    if line.presses is not None:
        return texts("gallery.presses", who=line.who, label=line.presses)
    return _arranged(line, texts)


def _arranged(line: Line, texts: Texts) -> str:
    if line.clock is not None:
        return texts("gallery.asleep" if line.asleep else "gallery.moves", moment=line.clock)
    if line.bot is not None:
        return texts("gallery.joins", role=texts(f"gallery.{line.bot.value}"))
    if line.fails is not None:
        return texts("gallery.fails" if line.fails else "gallery.fails_no_more", chat=line.where)
    if line.verb is not None:
        return texts("gallery.old_press", who=line.who)
    return texts("gallery." + next(name for name in ("code_for", "roll", "tells") if getattr(line, name) is not None))


def write(folder: Path, turns: Sequence[Turn], texts: Texts, page: str) -> Path:
    """Write `index.html` into the folder, with the pictures that were taken into it; returns it."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    file = folder / "index.html"
    html = pages.get_template("page.html").render(
        t=texts,
        html=Markup,
        found=check(turns, texts),
        scenes=scenes([turn for turn in turns if turn.line.shot is None], texts, page),
        commands=making.commands(texts),
        pictures=[name for turn in turns if (name := turn.line.shot) and (folder / f"{name}.png").exists()],
    )
    file.write_text(html, encoding="utf-8")
    return file
