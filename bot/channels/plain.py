"""Plain text, where a channel shows nothing else. Pure; VOICE.md §2."""

import re
from dataclasses import replace

from domain.talk import Outgoing

# The four signs of VOICE.md §1.7, which stand first in a line.
_SIGN = re.compile("^[\U0001f4c5\U0001f5f3\u2705\u26a0]\ufe0f? ?", re.MULTILINE)


def without_signs(text: str) -> str:
    """A text whose signs are left out; each stands beside a word that says the same."""
    return _SIGN.sub("", text)


def in_words(out: Outgoing) -> Outgoing:
    """A message whose file stands below its text, for a platform that takes none."""
    if out.file is None:
        return out
    return replace(out, text=f"{out.text}\n{out.file.content}".strip(), file=None)
