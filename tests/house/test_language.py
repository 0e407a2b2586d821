"""Where words stand: sentences in locales, none in code; each there is used, each used is there."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from enum import EnumType
from functools import cache
from typing import Any

import pytest

from tests.house.source import ROOT, files

HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
LOCALE = ROOT / "locales" / "zh_CN"
PAGES = sorted(
    path for folder in ("web", "bot") for end in ("html", "js", "css") for path in (ROOT / folder).rglob(f"*.{end}")
)
FILE_NAMES = re.compile(r".*\.(toml|css|js|html|csv|py|json|sqlite3)")


def test_code_has_no_chinese_strings() -> None:
    """No Han characters in string literals of the product's code; docstrings and comments may have them."""
    found = [f"{f.name}:{node.lineno}" for f in files() for node in f.strings if HAN.search(str(node.value))]

    assert found == []


def test_pages_have_no_chinese_text() -> None:
    """Templates, scripts and styles take their text from locales."""
    found = [path.relative_to(ROOT).as_posix() for path in PAGES if HAN.search(_uncommented(path.read_text("utf-8")))]

    assert found == []


def _uncommented(text: str) -> str:
    return re.sub(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)


@cache
def keys() -> frozenset[str]:
    """Every text by its full key: file, table, name."""
    return frozenset(
        key for path in LOCALE.glob("*.toml") for key in _flat(path.stem, tomllib.loads(path.read_text("utf-8")))
    )


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}.{key}", value)
        else:
            yield f"{prefix}.{key}"


@cache
def constants() -> frozenset[str]:
    """Every plain string in code and pages, and every name: an enum's member or a route may be part of a key."""
    found = {str(node.value) for f in files() for node in f.strings}
    found |= {text.replace("-", "_") for text in found if re.fullmatch(r"[a-z]+(-[a-z]+)+", text)}
    found |= {name.lower() for f in files() for node in ast.walk(f.tree) for name in _names(node)}
    return frozenset(found.union(*(re.findall(r"""['"]([\w.]+)['"]""", path.read_text("utf-8")) for path in PAGES)))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield re.sub(r"(?<=[a-z])(?=[A-Z])", "_", node.name)


@cache
def patterns() -> frozenset[re.Pattern[str]]:
    """Every key put together in code (f"votes.{kind}") as a regular expression; what is put in is a group."""
    stems = tuple(f"{path.stem}." for path in LOCALE.glob("*.toml"))
    made = {_pattern(node) for f in files() for node in ast.walk(f.tree) if isinstance(node, ast.JoinedStr)}
    made |= {re.sub(r"~\s*[\w.]+", "", found) for found in _joined_in_pages()}
    return frozenset(re.compile(pattern) for pattern in made if pattern.replace("\\", "").startswith(stems))


def _pattern(node: ast.JoinedStr) -> str:
    parts = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else "(.+)" for part in node.values]
    return re.sub(r"(\(\.\+\))+", "(.+)", "".join(parts))


def _joined_in_pages() -> Iterator[str]:
    """In templates a key is put together as 'board.rule_' ~ rule."""
    for path in PAGES:
        for start, end in re.findall(r"""'([\w.]+)'\s*~\s*[\w.]+(?:\s*~\s*'([\w.]*)')?""", path.read_text("utf-8")):
            yield f"{re.escape(start)}(.+){re.escape(end)}"


@cache
def tables() -> frozenset[str]:
    """The tables and lists that code reads as a whole: texts.table("routes.phrases")."""
    calls = [node for f in files() for node in ast.walk(f.tree) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in {"table", "term"}]
    first = [call.args[0] for call in named if call.args]
    return frozenset(str(node.value) for node in first if isinstance(node, ast.Constant))


def is_used(key: str) -> bool:
    if key in constants() or any(key.startswith(f"{table}.") for table in tables()):
        return True
    return any((match := p.fullmatch(key)) and _known(match.groups()) for p in patterns())


def _known(groups: tuple[str, ...]) -> bool:
    return all(_told(part) for group in groups for part in group.split("."))


def _told(part: str) -> bool:
    """A word of the code, or two of them in a row: anonymous, anonymous_private."""
    ends = range(1, len(part))
    return part in constants() or any(part[:end] in constants() and part[end:] in constants() for end in ends)


def test_each_text_is_used() -> None:
    """A sentence that nobody says is taken out."""
    terms = {key for key in keys() if key.startswith("contract.")}

    assert sorted(key for key in keys() - terms if not is_used(key)) == []


def test_each_text_that_is_used_is_written() -> None:
    """A key in code has its sentence, or is a table of some."""
    stems = {path.stem for path in LOCALE.glob("*.toml")}
    used = {text for text in constants() if re.fullmatch(rf"({'|'.join(stems)})(\.[a-z]\w*)+", text)}
    used = {text for text in used if not FILE_NAMES.fullmatch(text)}
    written = keys() | {key.rsplit(".", n)[0] for key in keys() for n in (1, 2, 3)}

    assert sorted(text for text in used if text not in written and not _begins(text)) == []


def _begins(text: str) -> bool:
    """In a template the beginning of a key that is put together: 'board.rule_'."""
    return text.endswith("_") and any(key.startswith(text) for key in keys())


@pytest.mark.parametrize("path", sorted(LOCALE.glob("*.toml")), ids=lambda path: path.stem)
def test_texts_speak_as_the_voice_does(path: Any) -> None:
    """No exclamation marks, no 你, none of the words that VOICE.md §4 rules out for residents."""
    unwelcome = re.compile("[!！]|你|无权限|非法|失败|逾期|超时|宕机|诉求|工单|投诉|点赞|特此|请知悉|予以")
    table = tomllib.loads(path.read_text("utf-8"))
    ours = ("routes.", "contract.", "gallery.voice.", "gallery.rule.")  # what people type, and what the rules speak of
    said = [(key, text) for key, text in _texts(path.stem, table) if not key.startswith(ours)]

    assert [key for key, text in said if unwelcome.search(text)] == []


def _texts(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _texts(f"{prefix}.{key}", value)
        elif isinstance(value, str):
            yield f"{prefix}.{key}", value


def test_each_enum_has_its_official_names() -> None:
    """Where contract.toml names an enum's members it names all of them, and nothing else."""
    from domain import terms

    contract = tomllib.loads((LOCALE / "contract.toml").read_text("utf-8"))
    named = {_snake(name): enum for name, enum in vars(terms).items() if isinstance(enum, EnumType)}
    for table in contract.keys() & named.keys():
        assert set(contract[table]) == {name.lower() for name in named[table].__members__}, table


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
