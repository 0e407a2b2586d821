"""`flows DIR`: the flow diagrams as SVG files, each with the same in words beside it (docs/flows are made by it)."""

import argparse
from pathlib import Path
from typing import Any

from bot import flows
from bot.stop import Stop
from bot.texts import Texts
from domain.flow_chart import chart
from domain.flows import Flow, Item
from domain.terms import Stage


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    command = subparsers.add_parser("flows", help=texts("cli.flows"), description=texts("cli.flows"))
    command.add_argument("folder", type=Path, metavar="DIR", help=texts("cli.flows_folder"))
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from bot.start import read_config

    texts = Texts.load()
    found = flows.load(texts, read_config(args, texts).flows.folder)
    try:
        args.folder.mkdir(parents=True, exist_ok=True)
        for name, text in files(list(found.values()), texts).items():
            (args.folder / name).write_text(text, "utf-8")
    except OSError as wrong:
        raise Stop(texts("cli.stop.unwritable", file=args.folder, why=wrong.strerror)) from wrong
    print(texts("cli.flows_drawn", count=len(found), folder=args.folder))
    return 0


def files(found: list[Flow], texts: Texts) -> dict[str, str]:
    """A picture for each flow, and one page with all of them in words."""
    drawn = {f"{flow.kind.value}.svg": chart(flow, texts, alone=True) for flow in found}
    page = [texts("flows.page_head"), *(line for flow in found for line in _page(flow, texts))]
    return {**drawn, "index.md": "\n".join(page) + "\n"}


def _page(flow: Flow, texts: Texts) -> list[str]:
    name = texts.term(flow.kind)
    lines = ["", f"## {name}", "", f"![{texts('flows.title', kind=name)}]({flow.kind.value}.svg)"]
    for stage in Stage:
        lines += ["", texts("flows.page_stage", stage=texts.term(stage), goal=flow.goals[stage]), ""]
        lines += [_line(item, texts) for item in flow.items if item.stage is stage]
    return lines


def _line(item: Item, texts: Texts) -> str:
    days = texts("flows.days", n=item.days) if item.days else texts("flows.at_once")
    facts = texts("flows.facts", role=texts.term(item.role), days=days, proof=texts.term(item.proof))
    before = texts("flows.adds", community=texts.term(item.community)) if item.community else ""
    return texts("flows.page_line", text=before + item.text, facts=facts, standard=item.standard)
