"""What WeCom's and the Official Account's texts have in common: lengths in bytes, buttons as words to type. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from domain.talk import Button, Outgoing

CUT = "\u2026"


def fit(text: str, most: int) -> str:
    """At most `most` bytes of UTF-8; what is cut is shown as cut, and no character is cut in two."""
    data = text.encode()
    if len(data) <= most:
        return text
    return data[: most - len(CUT.encode())].decode(errors="ignore") + CUT


def cut(text: str, most: int) -> str:
    """At most `most` characters."""
    return text if len(text) <= most else text[: most - 1] + CUT


def buttons(out: Outgoing) -> Iterator[Button]:
    """A message's buttons, row after row."""
    return (button for row in out.rows for button in row)


class Typed:
    """How a button is typed where it can't be pressed: its phrase and its arguments (附议 12).

    `forms` are for those whose arguments nobody would type: `{number}` and the button's own `{label}`; `chosen` is
    the mark that a label may carry.
    """

    def __init__(self, phrases: Mapping[str, Sequence[str]], forms: Mapping[str, str], chosen: str) -> None:
        self._phrases = phrases
        self._forms = forms
        self._chosen = chosen

    def __call__(self, button: Button) -> str | None:
        """The words, or None where there is no phrase for it."""
        if button.verb in self._forms:
            number = button.args[0] if button.args else ""
            return self._forms[button.verb].format(number=number, label=button.label.removesuffix(self._chosen))
        found = self._phrases.get(button.verb)
        return " ".join((found[0], *button.args)) if found else None

    def of(self, out: Outgoing, most: int) -> list[str]:
        """The words of a message's first buttons, each once."""
        words = (self(button) for button in buttons(out) if not button.url)
        return list(dict.fromkeys(word for word in words if word))[:most]
