"""闭环处置流程图: drawn from the same data as the task list (DOMAIN.md §3)."""

import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from bot import flows
from bot.texts import Texts
from domain.flow_chart import LEFT, RIGHT, WIDTH, chart, wrapped
from domain.terms import CommunityKind, MatterKind, Stage

TEXTS = Texts.load()
FLOWS = flows.load(TEXTS)
SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> str:
    return re.sub(r"\s", "", "".join(ET.fromstring(svg).itertext()))


@pytest.mark.parametrize("kind", MatterKind)
def test_chart_has_each_task_with_who_when_and_proof(kind: MatterKind) -> None:
    """Nothing of a template is left out of its picture."""
    said = words(chart(FLOWS[kind], TEXTS, alone=True))

    for item in FLOWS[kind].items:
        assert item.text in said
        assert f"{TEXTS.term(item.role)}，{f'{item.days}个工作日内' if item.days else '马上'}" in said
    assert all(FLOWS[kind].goals[stage] in said for stage in Stage)


def test_chart_of_a_community_has_only_what_its_kind_adds() -> None:
    """As it is there: what another kind adds isn't in it."""
    said = words(chart(FLOWS[MatterKind.MEDIATION], TEXTS, CommunityKind.OLD, alone=True))

    assert "本小区加：漏水的先查公共管道" in said
    assert "量清界墙和过道" not in said


@pytest.mark.parametrize("kind", MatterKind)
def test_chart_keeps_within_its_sheet(kind: MatterKind) -> None:
    """No box leaves the sheet, no line of text is wider than its box, boxes do not lie over each other."""
    root = ET.fromstring(chart(FLOWS[kind], TEXTS, alone=True))
    boxes = [{k: int(v) for k, v in r.attrib.items() if v.isdigit()} for r in root.iter(f"{SVG}rect")][1:]
    height = int(root.attrib["viewBox"].split()[3])
    inner = sorted((b["y"], b["height"]) for b in boxes if b["x"] == LEFT + 8)

    assert all(b["x"] >= 0 and b["x"] + b["width"] <= WIDTH and b["y"] + b["height"] <= height for b in boxes)
    assert all(top + tall <= after for (top, tall), (after, _) in pairwise(inner))
    for text in root.iter(f"{SVG}text"):
        size = int(text.attrib.get("font-size", 15))
        wide = sum(1.0 if ord(letter) > 0x2000 else 0.56 for letter in text.text or "") * size
        assert text.attrib.get("text-anchor") == "middle" or int(text.attrib["x"]) + wide <= RIGHT


def test_chart_has_its_alternative_and_takes_the_colour_around_it() -> None:
    """A reader that can't see it hears what it is; on the page there is no colour or style of its own."""
    svg = chart(FLOWS[MatterKind.ACTIVITY], TEXTS, CommunityKind.OLD)

    assert "<title" in svg
    assert "<desc" in svg
    assert 'role="img" aria-labelledby="flow-t flow-d"' in svg
    assert "style=" not in svg
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) == {"currentColor", "none"}
    assert len(svg.encode()) <= 8 * 1024


def test_chart_escapes_what_a_template_says() -> None:
    """Data from a file stays data."""
    flow = FLOWS[MatterKind.ACTIVITY]
    wild = replace(flow, items=(replace(flow.items[0], text="<script>&"), *flow.items[1:]))

    assert "<script>" not in chart(wild, TEXTS)
    assert "&lt;script&gt;&amp;" in chart(wild, TEXTS)


def test_line_never_begins_with_a_mark() -> None:
    """A comma stays with the word before it."""
    assert wrapped("先听他说，再听她说", 4) == ["先听他", "说，再听", "她说"]


def test_line_parts_between_words() -> None:
    """An English word is never cut: sixteen letters are nine Han characters wide."""
    assert wrapped("within 2 working days, signed paper", 9) == ["within 2 working", "days, signed", "paper"]
