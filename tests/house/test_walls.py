"""What stands where: folders, module names, import contracts, tasks, ignores (ARCHITECTURE.md §1, §6)."""

import ast
import configparser
import re
import subprocess

from domain.terms import Step
from tests.house.source import CODE, ROOT, files

FOLDERS = {*CODE, "locales", "data", "docs", "tests", ".ci"}
FORBIDDEN = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "service", "services", "misc"}
IGNORES = re.compile(r"#\s*(noqa: [A-Z0-9, ]+|noqa|type: ignore\[[\w, -]+\]|type: ignore)(?P<reason>.*)")


def contract(name: str, key: str) -> set[str]:
    """The modules that a contract of `.importlinter` lists."""
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter", encoding="utf-8")
    listed = read[f"importlinter:contract:{name}"][key]
    return {module.strip(" ()") for line in listed.split("\n") for module in line.split("|") if module.strip()}


def tracked() -> list[str]:
    """The files of the checkout that are under version control, or will be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def test_checkout_has_no_other_top_level_folder() -> None:
    """A new top-level folder needs a decision note."""
    assert {path.split("/")[0] for path in tracked() if "/" in path} - FOLDERS == set()


def test_no_module_is_called_after_nothing() -> None:
    """No utils, helpers, common, manager, service: a module is named after what it does."""
    found = {f.name for f in files() if FORBIDDEN & set(f.path.relative_to(ROOT).with_suffix("").parts)}

    assert found == set()


def test_each_channel_is_in_its_contract() -> None:
    """Channels do not know each other: a class with `listen` and `send` is one, with the package it stands in."""
    adapters = [f for f in files("bot") if "channels" in f.path.parts and _makes_channel(f.tree)]
    channels = {".".join(f.name.removesuffix(".py").split("/")[:3]) for f in adapters}

    assert channels - contract("channels-apart", "modules") == set()


def _makes_channel(tree: ast.Module) -> bool:
    """A class that names its channel, or completes one that does, and is not the protocol itself."""
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    bases = {ast.unparse(base) for node in classes for base in node.bases}
    if "Protocol" in bases or "ABC" in bases:
        return False
    methods = {line.name for node in classes for line in node.body if isinstance(line, ast.AsyncFunctionDef)}
    return {"listen", "send"} <= methods or "TelegramChannel" in bases


def test_each_step_is_in_its_contract() -> None:
    """A step, or another heading of the process, does not call another: every one of them is listed."""
    listed = contract("steps-apart", "modules")
    steps = {f"handlers.{step.name.lower()}" for step in Step}
    present = {f"handlers.{f.path.stem}" for f in files("handlers")}

    assert steps & present - listed == set()
    assert listed - present == set()


def test_each_rule_is_in_its_contract() -> None:
    """A rule knows terms, talk and errors, and the rules its contract puts below it; every rule is listed."""
    listed = contract("domain-floors", "layers")

    assert {f"domain.{f.path.stem}" for f in files("domain") if f.path.stem != "__init__"} - listed == set()


def test_no_task_starts_outside_a_group() -> None:
    """No asyncio.create_task, no ensure_future: a task belongs to a TaskGroup in bot/app.py or in a channel."""
    calls = [(f.name, ast.unparse(n.func)) for f in files() for n in ast.walk(f.tree) if isinstance(n, ast.Call)]
    strays = {(name, call) for name, call in calls if re.search(r"ensure_future$|(asyncio|loop)\.create_task$", call)}

    assert strays == set()


def test_tasks_start_at_the_edge_only() -> None:
    """A TaskGroup is opened in bot/: where the program is put together, where it delivers, inside a channel."""
    calls = [(f.name, n) for f in files() for n in ast.walk(f.tree) if isinstance(n, ast.Call)]
    made = {name for name, call in calls if "TaskGroup" in ast.unparse(call.func)}

    assert {name for name in made if not name.startswith("bot/")} == set()


def test_each_ignore_has_its_reason() -> None:
    """Beside what is ignored stands why."""
    lines = [(f"{f.name}:{n}", line) for f in files() for n, line in enumerate(f.text.splitlines(), 1)]
    found = [at for at, line in lines if (match := IGNORES.search(line)) and not re.search(r"\w{2,}", match["reason"])]

    assert found == []


def test_requirements_are_pinned_and_name_no_registry() -> None:
    """Every dependency has its version and hashes, and no file says where packages come from."""
    for name in ("requirements.txt", "requirements-test.txt"):
        text = (ROOT / name).read_text("utf-8")
        pinned = [line for line in text.splitlines() if line and not line.startswith(("    --hash=", "#"))]

        assert all(re.fullmatch(r"[\w.\[\],-]+==[\w.]+ *(;.*)?\\", line) for line in pinned), name
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|\s@\s", text), name
    for name in ("requirements.in", "requirements-test.in", "pyproject.toml", "Makefile", ".ci/run"):
        assert not re.search(r"index-url|find-links|/simple\b", (ROOT / name).read_text("utf-8")), name


def test_import_contracts_hold_for_every_package() -> None:
    """Every top-level package is under the contracts."""
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter", encoding="utf-8")

    assert set(read["importlinter"]["root_packages"].split()) == set(CODE)
