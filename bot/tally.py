"""`tally F`: an owners' decision in as JSON, its count out as JSON (INTERFACE.md section 5)."""

import argparse
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.rules import load_profiles
from bot.texts import Texts
from domain.errors import Refused
from domain.owners import Amount, Answer, Count, Tally, Unit, UnitBallot, tally

MATTERS = ("ordinary", "special", "unanimous")
KEYS = {"matter", "units", "ballots", "deemed", "undelivered"}
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no output can carry
_AREA = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?")


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    parser = subparsers.add_parser("tally", help=texts("tally.help"), description=texts("tally.help"))
    parser.add_argument("file", metavar="F", type=Path, help=texts("tally.file"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    texts = Texts.load()
    try:
        count = tallied(read_json(args.file), {texts.term(answer): answer for answer in Answer})
    except Refused as refused:
        sentence = texts(f"tally.{refused.reason}", **refused.facts)
        print(f"{args.file}: {' '.join(sentence.splitlines())}", file=sys.stderr)
        return 2
    print(json.dumps(counted(count), ensure_ascii=False, indent=2))
    return 0


def read_json(path: Path) -> Any:
    """The file's value. Raises Refused: unreadable, not_json, key_twice."""
    try:
        return json.loads(path.read_text("utf-8-sig"), object_pairs_hook=_once)
    except OSError as wrong:
        raise Refused("unreadable", why=wrong.strerror or wrong) from wrong
    except (ValueError, RecursionError) as wrong:
        raise Refused("not_json", why=wrong) from wrong


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Refused("key_twice", at=next(name for name in names if names.count(name) > 1))
    return found


def tallied(given: Any, answers: Mapping[str, Answer]) -> Count:
    """Count what the file holds. Raises Refused naming the entry that is wrong."""
    if not isinstance(given, dict):
        raise Refused("not_an_object", at="{}")
    for key in given.keys() - KEYS:
        raise Refused("unknown_key", at=key)
    matter = given.get("matter")
    if matter not in MATTERS:
        raise Refused("unknown_matter", at="matter", known=", ".join(MATTERS))
    units = [_unit(at, entry) for at, entry in _entries(given, "units")]
    ballots = [_ballot(at, entry, answers) for at, entry in _entries(given, "ballots")]
    undelivered = frozenset(_word(at, entry) for at, entry in _entries(given, "undelivered", []))
    _check_undelivered(undelivered, units)
    return tally(units, ballots, load_profiles()[matter], undelivered if _deemed(given) else None)


def _deemed(given: Mapping[str, Any]) -> bool:
    deemed = given.get("deemed", False)
    if not isinstance(deemed, bool):
        raise Refused("not_a_bool", at="deemed")
    return deemed


def _check_undelivered(undelivered: frozenset[str], units: list[Unit]) -> None:
    if stray := undelivered - {unit.unit for unit in units}:
        raise Refused("unit_unknown", at="undelivered", unit=min(stray))


def _entries(given: Mapping[str, Any], key: str, default: Any = None) -> list[tuple[str, Any]]:
    entries = given.get(key, default)
    if not isinstance(entries, list):
        raise Refused("not_a_list", at=key)
    return [(f"{key}[{position}]", entry) for position, entry in enumerate(entries)]


def _word(at: str, value: Any) -> str:
    if not isinstance(value, str) or not value or _SURROGATE.search(value):
        raise Refused("not_a_word", at=at)
    return value


def _unit(at: str, entry: Any) -> Unit:
    if not isinstance(entry, dict):
        raise Refused("not_an_object", at=at)
    unit, owner = _word(f"{at}.unit", entry.get("unit")), _word(f"{at}.owner", entry.get("owner"))
    match = _AREA.fullmatch(area) if isinstance(area := entry.get("area"), str) else None
    if match is None:
        raise Refused("not_an_area", at=f"{at}.area", unit=unit, area=json.dumps(area, ensure_ascii=False))
    return Unit(unit, owner, int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")))


def _ballot(at: str, entry: Any, answers: Mapping[str, Answer]) -> UnitBallot:
    if not isinstance(entry, dict):
        raise Refused("not_an_object", at=at)
    unit, choice = _word(f"{at}.unit", entry.get("unit")), entry.get("choice")
    answer = answers.get(choice) if isinstance(choice, str) else None
    if answer is None:
        shown = json.dumps(choice, ensure_ascii=False)
        raise Refused("unknown_choice", at=f"{at}.choice", unit=unit, choice=shown, known=", ".join(answers))
    return UnitBallot(unit, answer)


def counted(count: Count) -> dict[str, Any]:
    """The count as INTERFACE.md section 5 words it."""
    return {**_tally(count.cast), "deemed": count.deemed and _tally(count.deemed)}


def _tally(reading: Tally) -> dict[str, Any]:
    return {
        "total": _amount(reading.total),
        "participating": _amount(reading.participating),
        "in_favour": _amount(reading.in_favour),
        "against": _amount(reading.against),
        "abstaining": _amount(reading.abstaining),
        "quorum": reading.quorum,
        "passed": reading.passed,
        "disputed": list(reading.disputed),
    }


def _amount(amount: Amount) -> dict[str, Any]:
    return {"area": f"{amount.area // 100}.{amount.area % 100:02d}", "heads": amount.heads}
