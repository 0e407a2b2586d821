"""What VOICE.md asks of every message and a program can measure. Pure: a message in, the names of broken rules out.

A rule's name is its key in `locales/zh_CN/gallery.toml`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from domain.talk import Button, Manner, Outgoing

LINES, BUTTON, HEADLINE, TOAST, PASTED, A_ROW, ROWS = 6, 6, 26, 200, 120, 3, 3
CHOICE = "ballot"
"""The button that bears an option's own words, however many they are."""
DATA = frozenset({CHOICE, "community"})
"""Buttons whose words are not ours."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The language's own words that rules look for.

    `kinds` are what a number may follow, `labels` what votes say of themselves, `vote` and `refusal` patterns of texts
    about a vote and of refusals, `unwelcome` of what is never said, `pasted` what a text to be pasted starts with,
    `signs` the only pictures, `stop` and `comma` punctuation, `chosen` the mark that a button may carry.
    """

    kinds: Sequence[str]
    labels: Sequence[str]
    vote: str
    refusal: str
    unwelcome: str
    pasted: str
    signs: Sequence[str]
    stop: str
    comma: str
    chosen: str


Rule = Callable[[Outgoing, Voice], bool]


def broken(out: Outgoing, voice: Voice) -> list[str]:
    """The names of the rules that a message breaks."""
    return [name for name, holds in RULES.items() if not holds(out, voice)]


def _lines(out: Outgoing, _voice: Voice) -> bool:
    return out.to.private or out.manner is Manner.TOAST or len(out.text.split("\n")) <= LINES


def _buttons(out: Outgoing) -> Iterator[Button]:
    return (button for row in out.rows for button in row)


def _button(out: Outgoing, voice: Voice) -> bool:
    ours = [button.label.removesuffix(voice.chosen) for button in _buttons(out) if button.verb not in DATA]
    return all(len(label) <= BUTTON for label in ours)


def _rows(out: Outgoing, _voice: Voice) -> bool:
    ours = [row for row in out.rows if not any(button.verb in DATA for button in row)]
    return len(ours) <= ROWS and all(len(row) <= A_ROW for row in out.rows)


def _headline(out: Outgoing, _voice: Voice) -> bool:
    return not out.headed or len(out.text.split("\n", 1)[0]) <= HEADLINE


def _toast(out: Outgoing, _voice: Voice) -> bool:
    return out.manner is not Manner.TOAST or len(out.text) <= TOAST


def _pasted(out: Outgoing, voice: Voice) -> bool:
    return all(len(line) <= PASTED for line in out.text.split("\n") if line.startswith(voice.pasted))


def _refusal(out: Outgoing, voice: Voice) -> bool:
    if not re.match(voice.refusal, out.text):
        return True
    return out.text.count(voice.stop) == 1 and out.text.endswith(voice.stop) and "\n" not in out.text


def _unwelcome(out: Outgoing, voice: Voice) -> bool:
    return not re.search(voice.unwelcome, out.text)


def _kind(out: Outgoing, voice: Voice) -> bool:
    """A number follows its kind; in a list the first does."""
    known = (*(f"{kind} " for kind in voice.kinds), voice.comma)
    return all(out.text[: found.start()].endswith(known) for found in re.finditer(r"#\d", out.text))


def _label(out: Outgoing, voice: Voice) -> bool:
    """A vote's card, result and pasted text say of what kind it is."""
    return not re.search(voice.vote, out.text, re.MULTILINE) or any(label in out.text for label in voice.labels)


def _signs(out: Outgoing, voice: Voice) -> bool:
    """Only the four, at the beginning of a line, none in toasts and refusals."""
    bare = out.text
    if out.manner is not Manner.TOAST and not re.match(voice.refusal, bare):
        bare = re.sub(rf"^(?:{'|'.join(map(re.escape, voice.signs))}) ", "", bare, flags=re.MULTILINE)
    return not re.search("[\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]", bare.replace(voice.chosen, ""))


RULES: dict[str, Rule] = {
    "lines": _lines,
    "button": _button,
    "rows": _rows,
    "headline": _headline,
    "toast": _toast,
    "pasted": _pasted,
    "refusal": _refusal,
    "unwelcome": _unwelcome,
    "kind": _kind,
    "label": _label,
    "signs": _signs,
}
