"""The menu under the Official Account's chat: at most three buttons, five below each. Pure.

https://developers.weixin.qq.com/doc/service/guide/product/menu/intro.html
"""

from collections.abc import Collection, Mapping
from typing import Any

TREE: tuple[tuple[str, ...], ...] = (("say",), ("topics", "votes", "next"), ("mine", "may", "join", "help"))
"""Commands by button; a command that this release does not have is left out."""
HEADS = ("say", "matters", "me")


def menu(commands: Collection[str], labels: Mapping[str, str]) -> dict[str, Any]:
    """The menu as WeChat wants it: `labels` by command, and by the name of a button that only opens others."""
    found = [(head, [name for name in names if name in commands]) for head, names in zip(HEADS, TREE, strict=True)]
    return {"button": [_button(head, names, labels) for head, names in found if names]}


def _button(head: str, names: list[str], labels: Mapping[str, str]) -> dict[str, Any]:
    if len(names) == 1:
        return _click(names[0], labels)
    return {"name": labels[head], "sub_button": [_click(name, labels) for name in names]}


def _click(name: str, labels: Mapping[str, str]) -> dict[str, str]:
    return {"type": "click", "name": labels[name], "key": name}
