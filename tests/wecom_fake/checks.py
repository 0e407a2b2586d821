"""What WeCom would refuse or show wrongly: said aloud, so that a test can fail (documents 100719, 101032)."""

import re
from typing import Any

Json = dict[str, Any]
CARDS = {"text_notice", "news_notice", "button_interaction", "vote_interaction", "multiple_interaction"}
SENDABLE = {"markdown", "template_card", "file", "image", "voice", "video"}
REPLIES = {"text", "stream", "template_card", "stream_with_template_card", *SENDABLE}


def message(body: Json, *, push: bool) -> list[str]:
    """What is wrong with a message."""
    kind = body.get("msgtype")
    if kind not in (SENDABLE if push else REPLIES):
        return [f"msgtype {kind}"]
    wrong = []
    said: Json = body.get("markdown") or body.get("stream") or {}
    text = said.get("content", "")
    if len(text.encode()) > 20480:
        wrong.append(f"{len(text.encode())} bytes")
    if "template_card" in body:
        wrong += card(body["template_card"])
    return wrong


def card(card: Json) -> list[str]:
    """What is wrong with a card."""
    kind = card.get("card_type")
    wrong = [] if kind in CARDS else [f"card_type {kind}"]
    title = card.get("main_title", {})
    wrong += _long("title", title.get("title", ""), 26) + _long("desc", title.get("desc", ""), 30)
    wrong += _long("sub_title_text", card.get("sub_title_text", ""), 112)
    facts = card.get("horizontal_content_list", [])
    wrong += [f"{len(facts)} facts"] if len(facts) > 6 else []
    wrong += [problem for fact in facts for problem in _long("keyname", fact["keyname"], 5)]
    wrong += [problem for fact in facts for problem in _long("value", fact.get("value", ""), 26)]
    if kind == "button_interaction":
        wrong += _buttons(card.get("button_list", []))
    if kind == "vote_interaction":
        wrong += _vote(card)
    if kind in {"button_interaction", "vote_interaction"} and not re.fullmatch(
        r"[\w@-]{1,128}", card.get("task_id", ""), re.ASCII
    ):
        wrong.append(f"task_id {card.get('task_id')!r}")
    return wrong


def _buttons(buttons: list[Json]) -> list[str]:
    keys = [button["key"] for button in buttons]
    wrong = [] if 1 <= len(buttons) <= 6 and len(set(keys)) == len(keys) else [f"{len(buttons)} buttons"]
    wrong += [problem for button in buttons for problem in _long("button", button["text"], 10)]
    return wrong + [f"key of {len(key.encode())} bytes" for key in keys if len(key.encode()) > 1024]


def _vote(card: Json) -> list[str]:
    box = card.get("checkbox", {})
    options = box.get("option_list", [])
    wrong = [] if 1 <= len(options) <= 20 else [f"{len(options)} options"]
    wrong += [problem for option in options for problem in _long("option", option["text"], 11)]
    wrong += [f"option id of {len(o['id'].encode())} bytes" for o in options if len(o["id"].encode()) > 128]
    wrong += [] if len({option["id"] for option in options}) == len(options) else ["option id twice"]
    wrong += [] if box.get("question_key") and box.get("mode", 0) in (0, 1) else ["question"]
    return wrong + ([] if card.get("submit_button", {}).get("key") else ["no submit_button"])


def _long(name: str, text: str, most: int) -> list[str]:
    return [f"{name} of {len(text)} characters: {text}"] if len(text) > most else []
