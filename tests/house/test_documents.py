"""Documents that are true: settings, glossary, commands, the map of the steps (ARCHITECTURE.md §6)."""

import re
import tomllib
from collections.abc import Iterator
from enum import EnumType
from typing import Any

import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

import handlers
from bot import cli, config, config_errors
from bot.texts import Texts
from domain import terms
from domain.terms import Step
from tests.house.source import ROOT, files

EXAMPLE = (ROOT / "config.example.toml").read_text("utf-8")
OPERATE = (ROOT / "docs" / "how-to" / "operate.md").read_text("utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
ENUMS = sorted((name, enum) for name, enum in vars(terms).items() if isinstance(enum, EnumType) and len(enum))
OWN = {"operator", "community.name", "telegram.token"}
"""Settings without a default: what the example gives is only an example."""
HIDDEN = re.compile(r"^# (?=\w+ = |\[)", re.MULTILINE)
OPTIONAL = {"wecom_aibot": None, "wecom_webhook": (), "wecom_customers": None, "official_account": None}
"""Parts that the example shows whole behind #: channels that one has or has not."""


def settings(part: type[BaseModel] = config.Config, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every setting by its dotted key, with its default as the file would write it."""
    for name, field in part.model_fields.items():
        key = f"{above}{field.alias or name}"
        inner = config_errors.part_of(field.annotation)
        if key == "rehearsal":
            continue
        if inner:
            yield from settings(inner, f"{key}.")
        elif field.default_factory is not None:
            yield key, field.get_default(call_default_factory=True, validated_data={})
        else:
            yield key, None if field.default is PydanticUndefined else field.default


def shown() -> dict[str, Any]:
    """Every setting that the example shows, with its value; those behind a # among them."""
    return dict(_flat(tomllib.loads(HIDDEN.sub("", EXAMPLE))))


def _flat(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        inner = value[0] if key in config_errors.SEVERAL else value
        if isinstance(inner, dict):
            yield from _flat(inner, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def test_example_shows_each_setting_and_no_other() -> None:
    """Each setting stands in config.example.toml; each key there exists."""
    assert sorted(shown()) == sorted(key for key, _ in settings())


def test_example_is_a_config_that_works(tmp_path: Any) -> None:
    """The example as it stands, and with every default taken in, is accepted and says the same."""
    (tmp_path / "plain.toml").write_text(EXAMPLE)
    (tmp_path / "full.toml").write_text(HIDDEN.sub("", EXAMPLE))
    full = config.load(tmp_path / "full.toml")

    assert config.load(tmp_path / "plain.toml") == full.model_copy(update=OPTIONAL)
    assert all(getattr(full, part) for part in OPTIONAL)


@pytest.mark.parametrize("key", [key for key, _ in settings()])
def test_setting_has_words_for_what_is_expected(key: str) -> None:
    """A wrong value is answered by what is expected of this very key."""
    assert Texts.load().has(f"config.expected.{key}")


@pytest.mark.parametrize(("name", "enum"), ENUMS, ids=[name for name, _ in ENUMS])
def test_glossary_has_each_enum(name: str, enum: EnumType) -> None:
    """Each enum stands in the glossary with its members."""
    assert f"`{name}`" in GLOSSARY
    assert [member for member in enum.__members__ if f"`{member.lower()}`" not in GLOSSARY] == []


@pytest.mark.parametrize("command", sorted(cli.parser(Texts.load())[1]))
def test_each_command_is_documented(command: str) -> None:
    """What the operator's guide does not name, an operator does not find."""
    assert f"`python -m bot {command}" in OPERATE


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/how-to/operate.md"])
def test_each_command_in_a_document_exists(name: str) -> None:
    """A command that a reader copies is one of ours, and a file that a document shows is there."""
    text = (ROOT / name).read_text("utf-8")
    commands = set(re.findall(r"python -m bot ([a-z][\w-]*)", text))
    targets = set(re.findall(r"(?:`|^    )make ([a-z]+)", text, re.MULTILINE))
    files = re.findall(r"\]\(((?!https?:)[\w./-]+)", text)

    assert commands - cli.parser(Texts.load())[1].keys() == set()
    assert targets - set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)) == set()
    assert [file for file in files if not ((ROOT / name).parent / file).exists()] == []


def test_both_readmes_say_the_same() -> None:
    """The English and the Chinese README name the same commands, files and pictures."""
    read = [(ROOT / name).read_text("utf-8") for name in ("README.md", "README.zh-CN.md")]
    named = [
        sorted(set(re.findall(r"python -m bot [\w-]+|`make [a-z]+|docs/[\w./-]+|^    \S.*", text, re.MULTILINE)))
        for text in read
    ]

    assert named[0] == named[1]


def test_each_make_target_is_documented() -> None:
    """`make help` lists every target; the house has seven that others rely on."""
    text = (ROOT / "Makefile").read_text("utf-8")
    documented = set(re.findall(r"^(\w+):.*##", text, re.MULTILINE))

    assert {"run", "test", "check", "bench", "soak", "gallery", "migrate"} <= documented
    assert set(re.findall(r"^(\w+):", text, re.MULTILINE)) == documented


def test_each_how_to_is_in_the_index() -> None:
    """docs/index.md leads to every page, and no link of it is dead."""
    docs = ROOT / "docs"
    linked = set(re.findall(r"\]\(([\w./-]+\.md)\)", (docs / "index.md").read_text("utf-8")))

    assert {page for page in linked if not (docs / page).exists()} == set()
    assert {p.relative_to(docs).as_posix() for p in docs.rglob("*.md")} - linked == {"index.md"}


def rows() -> list[list[str]]:
    """The map of the process: the table in the docstring of handlers."""
    lines = [line for line in (handlers.__doc__ or "").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_map_names_files_that_exist() -> None:
    """The map is true: each file, rule, text and story in it is there."""
    assert rows()
    for _heading, file, rules, texts, stories in rows():
        for folder, names, end in (
            ("handlers", file, "py"),
            ("domain", rules, "py"),
            ("locales/zh_CN", texts, "toml"),
            ("tests/stories", stories, "py"),
        ):
            assert [name for name in re.findall(r"\w+", names) if not (ROOT / folder / f"{name}.{end}").exists()] == []


def test_map_has_each_heading() -> None:
    """Each file with a route stands in the map, and each step that has a file has texts and a story."""
    mapped = {file for _, file, _, _, _ in rows()}
    routed = set(re.findall(r"Route\([^,]+, (\w+)\.", (ROOT / "handlers" / "routes.py").read_text("utf-8")))

    assert routed - mapped == set()
    for step in Step:
        if any(f.path.stem == step.name.lower() for f in files("handlers")):
            row = next(row for row in rows() if row[1] == step.name.lower())
            assert all(row), step
