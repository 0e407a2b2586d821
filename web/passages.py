"""What of an English page is Chinese says so (WCAG 2.2, 3.1.2): a screen reader changes its voice there.

Most passages say it in the template. What stands within a sentence of ours, a name, a room, a reason, is found here.
"""

import re

LANG = ' lang="zh-CN"'
TAG = re.compile(r"(<(?!wbr>)[^>]*>)")
HAN = r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
CHINESE = re.compile(rf"{HAN}(?:(?:[^A-Za-z&<]|<wbr>)*{HAN})?[0-9:.]*")
VOID = frozenset(("area", "br", "col", "hr", "img", "input", "link", "meta", "wbr", "rect", "line", "circle", "path"))
WHOLE = frozenset(("option", "text", "textarea"))
"""What can hold no element of its own, and says it itself."""
NONE = frozenset(("title", "script", "style", "desc"))


def marked(page: str) -> str:
    """The page with each Chinese passage in an element that says so. `page` is well formed: our own templates'."""
    parts, inside = TAG.split(page), list[tuple[str, bool]]()
    for at, part in enumerate(parts):
        if part.startswith("<"):
            _follow(part, inside)
        elif inside and not inside[-1][1] and CHINESE.search(part):
            name = inside[-1][0]
            if name in WHOLE:
                parts[at - 1] = parts[at - 1].replace(f"<{name}", f"<{name}{LANG}", 1)
            elif name not in NONE:
                parts[at] = CHINESE.sub(_passage, part)
    return "".join(parts)


def _follow(tag: str, inside: list[tuple[str, bool]]) -> None:
    """Go in or out: `inside` names the open elements, and whether each is in Chinese."""
    name = tag.strip("</>").split(None, 1)[0].lower() if len(tag) > len("<>") else ""
    if tag.startswith("</"):
        while inside and inside.pop()[0] != name:
            pass
    elif not tag.startswith("<!") and not tag.endswith("/>") and name not in VOID:
        known = re.search(r'\slang="(\w+)', tag)
        inside.append((name, known[1] == "zh" if known else bool(inside and inside[-1][1])))


def _passage(found: re.Match[str]) -> str:
    return f"<span{LANG}>{found[0]}</span>"
