"""The sentences of a language, from `locales/<language>/*.toml`: `texts("collect.sure", number=12)`.

A key is the file's name, a dot, and the key in it. Values are put into the braces as they are and never read
as a form themselves, so what a resident wrote stays data.
"""

import tomllib
from collections.abc import Mapping
from enum import Enum
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Self

LOCALES = Path(__file__).parent.parent / "locales"


class Texts:
    """All texts of one language."""

    def __init__(self, forms: Mapping[str, Any]) -> None:
        self._forms = forms

    @classmethod
    def load(cls, language: str = "zh_CN") -> Self:
        """A language, read once in a process. Raises OSError, or ValueError naming the file that can't be read."""
        return cls(_read(LOCALES / language))

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of a key with its braces filled. Raises KeyError for an unknown key or a missing fact."""
        return "".join(
            [words + (format(facts[name], spec) if name else "") for words, name, spec in _parts(self._forms[key])]
        )

    def form(self, key: str) -> str:
        """The sentence with its braces, for who fills them elsewhere."""
        return str(self._forms[key])

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._forms

    def list(self, key: str) -> list[str]:
        """The words under a key that holds a list."""
        return list(self._forms[key])

    def table(self, prefix: str) -> dict[str, Any]:
        """What stands under a table: `texts.table("routes.phrases")`."""
        start = prefix + "."
        return {key.removeprefix(start): value for key, value in self._forms.items() if key.startswith(start)}

    def term(self, term: Enum) -> str:
        """The official name of a term, from contract.toml: its enum's name in snake case, then its member."""
        return str(self._forms[f"contract.{_snake(type(term).__name__)}.{term.name.lower()}"])


@cache
def _read(folder: Path) -> Mapping[str, Any]:
    """All forms of a language. 20 ms: each command of the command line asks for them as it adds itself."""
    forms: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            _flatten(path.stem, tomllib.loads(path.read_text("utf-8")), forms)
        except tomllib.TOMLDecodeError as wrong:
            raise ValueError(f"{path.name}: {wrong}") from wrong
    return MappingProxyType(forms)


@cache
def _parts(form: str) -> tuple[tuple[str, str, str], ...]:
    """A form as words, the name in the braces behind them or none, and how it is written; no attributes, no indexes."""
    return tuple((words, name or "", spec or "") for words, name, spec, _ in Formatter().parse(form))


def _flatten(prefix: str, table: Mapping[str, Any], forms: dict[str, Any]) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _flatten(f"{prefix}.{key}", value, forms)
        else:
            forms[f"{prefix}.{key}"] = value


@cache
def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() else c for c in name).lstrip("_")
