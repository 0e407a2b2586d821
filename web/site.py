"""What the pages of this installation have in common."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import Enum
from typing import Any, Protocol

from domain.dates import DateWords
from domain.flows import Flow
from domain.terms import MatterKind


class Texts(Protocol):
    """The texts of a language (`bot/texts.py`)."""

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of a key, its braces filled."""
        ...

    def list(self, key: str) -> list[str]:
        """The words under a key."""
        ...

    def table(self, prefix: str) -> dict[str, Any]:
        """What stands under a table."""
        ...

    def term(self, term: Enum) -> str:
        """The official name of a term."""
        ...

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        ...


@dataclass(frozen=True, slots=True)
class Over:
    """A language over another one, which says what the first does not."""

    first: Texts
    then: Texts

    def __call__(self, key: str, /, **facts: object) -> str:
        return self._of(key)(key, **facts)

    def list(self, key: str) -> list[str]:
        return self._of(key).list(key)

    def term(self, term: Enum) -> str:
        try:
            return self.first.term(term)
        except KeyError:
            return self.then.term(term)

    def has(self, key: str) -> bool:
        return self.first.has(key) or self.then.has(key)

    def table(self, prefix: str) -> dict[str, Any]:
        return {**self.then.table(prefix), **self.first.table(prefix)}

    def _of(self, key: str) -> Texts:
        return self.first if self.first.has(key) else self.then


@dataclass(frozen=True, slots=True)
class Site:
    """Language, clock zone, who runs it. `public_url` is how the world reaches it, empty: as the visitor did.

    `flows` are drawn, `words` cuts a text into its words; long titles wrap between them (docs/board.md). `mask` hides
    numbers and flats in what moderators wrote; residents' words are kept masked.
    """

    texts: Texts
    dates: DateWords
    zone: tzinfo
    operator: str
    contact: str
    public_url: str = ""
    rehearsal: bool = False
    flows: Mapping[MatterKind, Flow] = field(default_factory=dict)
    words: Callable[[str], Sequence[str]] = lambda _text: ()
    mask: Callable[[str], str] = str
