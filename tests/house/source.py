"""The product's own source as the laws look at it: files, functions, strings."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("bot", "domain", "handlers", "models", "scheduler", "web")
GENERATED = ROOT / "models" / "migrations"
Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class File:
    """One Python file, parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    @property
    def strings(self) -> Iterator[ast.Constant]:
        """All string literals, those inside f-strings among them, without docstrings."""
        docstrings = {id(found) for node in ast.walk(self.tree) for found in _docstrings(node)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield node


def _docstrings(node: ast.AST) -> list[ast.expr]:
    """The docstring, and the strings that stand under a constant to explain it."""
    body = getattr(node, "body", None)
    if not isinstance(body, list):
        return []
    return [line.value for line in body if isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)]


@cache
def files(*folders: str) -> tuple[File, ...]:
    """The files of these top-level folders (without: the product's code), generated ones left out."""
    paths = [path for folder in folders or CODE for path in sorted((ROOT / folder).rglob("*.py"))]
    paths = [path for path in paths if GENERATED not in path.parents]
    return tuple(File(path, text, ast.parse(text)) for path in paths if (text := path.read_text("utf-8")) is not None)


def body_lines(function: Function) -> int:
    """Lines of a function from its first statement after the docstring to its last."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body and body[-1].end_lineno else 0
