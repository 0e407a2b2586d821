"""The Official Account's XML: flat, and nothing else is taken. Pure.

Documents with a DOCTYPE are refused before anything in them is expanded: no entities, no external files, no bombs.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring


def read(data: bytes | str) -> dict[str, str]:
    """The fields of a message by their names, inner ones among them. Raises ValueError where it is none."""
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, UnicodeError, LookupError, ValueError) as wrong:
        raise ValueError(f"xml: {type(wrong).__name__}") from None
    if root.tag != "xml":
        raise ValueError("xml: another document")
    inner = {field.tag: field.text or "" for child in root for field in child.iter() if field is not child}
    return inner | {child.tag: child.text or "" for child in root}


def write(fields: Mapping[str, str]) -> str:
    """A message of these fields, each as CDATA."""
    return "<xml>" + "".join(f"<{name}>{_data(value)}</{name}>" for name, value in fields.items()) + "</xml>"


def _data(value: str) -> str:
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"
