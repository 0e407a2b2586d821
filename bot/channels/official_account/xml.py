"""The Official Account's XML: nearly flat, and nothing else is taken. Pure.

Documents with a DOCTYPE are refused before anything in them is expanded: no entities, no external files, no bombs.
"""

from collections.abc import Mapping
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parseString

DEEPEST = 8


class _Fields(ContentHandler):
    """Collects the text of each element; the outer of two with one name wins."""

    def __init__(self) -> None:
        super().__init__()
        self.outer: dict[str, str] = {}
        self.inner: dict[str, str] = {}
        self._open: list[str] = []
        self._text: list[str] = []

    def startElement(self, name: str, attrs: object) -> None:  # noqa: ARG002, N802 - ContentHandler's own shape
        if len(self._open) == DEEPEST or (not self._open and name != "xml"):
            raise ValueError("another document")
        self._open.append(name)
        self._text = []

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - ContentHandler's own name
        if len(self._open) == 2:  # noqa: PLR2004 - the root and a field
            self.outer[name] = "".join(self._text)
        elif len(self._open) > 1:
            self.inner[name] = "".join(self._text)
        self._open.pop()
        self._text = []


def read(data: bytes) -> dict[str, str]:
    """The fields of a message by their names, inner ones among them. Raises ValueError where it is none."""
    fields = _Fields()
    try:
        parseString(data, fields, forbid_dtd=True)
    except (SAXException, DefusedXmlException, UnicodeError, LookupError, ValueError) as wrong:
        raise ValueError(f"xml: {type(wrong).__name__}") from None
    return fields.inner | fields.outer


Fields = Mapping[str, "str | Mapping[str, str]"]


def write(fields: Fields) -> str:
    """A message of these fields, each as CDATA; a field may hold fields."""
    return f"<xml>{_written(fields)}</xml>"


def _written(fields: Fields) -> str:
    return "".join(f"<{name}>{_data(value)}</{name}>" for name, value in fields.items())


def _data(value: str | Mapping[str, str]) -> str:
    if not isinstance(value, str):
        return _written(value)
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
