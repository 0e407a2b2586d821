"""The flows of the six kinds of matter from `data/flows/*.toml`, or from a folder of the operator's own."""

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from bot.stop import Stop
from bot.texts import Texts
from domain.flows import Flow, Misfit, Names, Place, flow_of
from domain.terms import CommunityKind, MatterKind, Proof, Role, Stage

FOLDER = Path(__file__).parent.parent / "data" / "flows"
_TABLE = re.compile(r"\s*\[\[?\s*([\w.]+)\s*\]")
_KEY = re.compile(r"\s*[\"']?(\w+)[\"']?\s*=")
_LINE = re.compile(r"\(at line (\d+)")


def load(texts: Texts, folder: str | Path = "") -> dict[MatterKind, Flow]:
    """A flow for each kind of matter. Raises Stop naming the file and the line that can't be used."""
    place = Path(folder) if folder else FOLDER
    for path in sorted(place.glob("*.toml")):
        if path.stem not in {kind.value for kind in MatterKind}:
            names = _list(texts, [f"{kind.value}.toml" for kind in MatterKind])
            raise Stop(texts("flows.stray", file=path, names=names))
    return {kind: _read(place / f"{kind.value}.toml", kind, texts) for kind in MatterKind}


@lru_cache(maxsize=len(MatterKind))
def _flow(kind: MatterKind, text: str, texts: Texts) -> Flow:
    """A file's text as a flow; the start asks twice, once to check and once to use it."""
    return flow_of(kind, tomllib.loads(text), names(texts))


def _read(path: Path, kind: MatterKind, texts: Texts) -> Flow:
    try:
        text = path.read_text("utf-8-sig")
        return _flow(kind, text, texts)
    except UnicodeDecodeError as wrong:
        line = path.read_bytes()[: wrong.start].count(b"\n") + 1
        raise _stop(texts, path, line, texts("flows.no_utf8")) from wrong
    except OSError as wrong:
        raise Stop(texts("flows.unreadable", file=path, name=texts.term(kind))) from wrong
    except Misfit as wrong:
        facts = {name: _list(texts, fact) if isinstance(fact, list) else fact for name, fact in wrong.facts.items()}
        raise _stop(texts, path, line_of(text, wrong.place), texts(f"flows.{wrong.reason}", **facts)) from wrong
    except tomllib.TOMLDecodeError as wrong:
        found = _LINE.search(str(wrong))
        line = int(found[1]) if found else len(text.splitlines())
        raise _stop(texts, path, line, texts("flows.no_toml")) from wrong


def _stop(texts: Texts, path: Path, line: int, why: str) -> Stop:
    return Stop(texts("flows.wrong", file=path, line=line, why=why))


def _list(texts: Texts, names: list[str]) -> str:
    return texts("contract.marks.list").join(names)


def names(texts: Texts) -> Names:
    """The official names in the texts' language."""
    return Names(
        {texts.term(one): one for one in Stage},
        {texts.term(one): one for one in Role},
        {texts.term(one): one for one in Proof},
        {texts.term(one): one for one in CommunityKind},
    )


def line_of(text: str, place: Place) -> int:
    """The line of a key, or where it is missing of its table; 1 where there is none of the kind."""
    lines = _lines(text)
    while place and place not in lines:
        if (*place, 0) in lines:  # a table where none, or another one, should be
            return lines[(*place, 0)]
        place = place[:-1]
    return lines.get(place, 1)


def _lines(text: str) -> dict[Place, int]:
    """Where each table and each key of a file stands."""
    found: dict[Place, int] = {}
    table: Place = ()
    quoted = ""
    for number, line in enumerate(text.splitlines(), 1):
        inside = quoted
        quoted = _still_quoted(line, quoted)
        if inside:
            continue
        if match := _TABLE.match(line):
            table = _next(match[1].split("."), found)
            found[table] = number
        elif match := _KEY.match(line):
            found.setdefault((*table, match[1]), number)
    return found


def _still_quoted(line: str, quoted: str) -> str:
    """The mark of a text over several lines that is open after this line."""
    for mark in (quoted,) if quoted else ('"""', "'''"):
        if line.count(mark) % 2:
            return "" if quoted else mark
    return quoted


def _next(names: list[str], found: Mapping[Place, int]) -> Place:
    """The place of a table: one more of its kind, under the last of the kind above it."""
    place: Place = ()
    for depth, name in enumerate(names):
        count = 0
        while (*place, name, count) in found:
            count += 1
        last = depth == len(names) - 1
        place = (*place, name, count if last else max(count - 1, 0))
    return place
