"""A message cut into words: what every rule that reads a text is given.

`bot.words.Understanding.cut(text)` makes one; nothing in `domain` knows how. A row keeps what `similar.Sketch.dump()`
gives, not this.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cut:
    """The words of one message, in their order, without punctuation.

    `text` is the message in plain characters (simplified, half-width digits and letters, white space as one space);
    `title` are the words of the first sentence (at most 40 characters), with which `words` begins too.
    """

    text: str
    title: tuple[str, ...]
    words: tuple[str, ...]


NOTHING_SAID = Cut("", (), ())
