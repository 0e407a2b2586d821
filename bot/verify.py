"""`verify F… [--receipt R] [--key K]`: check a published log offline and count again (VOTING.md section 3)."""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.texts import Texts
from domain.ballots import Receipt, parse_receipt
from domain.canonical import Malformed
from domain.errors import Refused
from domain.notes import VerifierKey, parse_key
from domain.published import Published

if TYPE_CHECKING:
    from domain.audit import Finding

BY_EYE = {"head", "receipt_says", "receipt_says_without_own"}
SHOWN = 5
"""So many findings of one sort are written out; the rest is told by number."""


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    parser = subparsers.add_parser("verify", help=texts("verify.help"), description=texts("verify.help"))
    parser.add_argument("files", metavar="F", nargs="+", type=Path, help=texts("verify.files"))
    parser.add_argument("--receipt", metavar="R", type=Path, help=texts("verify.receipt_file"))
    parser.add_argument("--key", metavar="K", action="append", default=[], help=texts("verify.key"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from domain.audit import check  # brings the election methods, which no other command needs

    texts = Texts.load()
    try:
        published = _published(args.files)
        keys = [key for given in args.key for key in _keys(given)]
        receipt = None if args.receipt is None else _receipt(args.receipt)
    except Refused as refused:
        print(texts(f"verify.refused.{refused.reason}", **refused.facts), file=sys.stderr)
        return 2
    findings = check(published, keys, receipt)
    _report(texts, findings)
    return int(any(finding.ok is False for finding in findings))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise Refused("unreadable", name=path, why=wrong.strerror or wrong) from wrong


def _published(paths: list[Path]) -> Published:
    published = Published()
    for path in paths:
        try:
            published.add(_read(path))
        except Malformed as wrong:
            raise Refused("unknown_file", name=path) from wrong
    if published.log is None:
        raise Refused("no_log")
    return published


def _keys(given: str) -> list[VerifierKey]:
    """A key as it is printed, or a file with one a line: after a change of keys the older ones stand in it too."""
    path = Path(given)
    try:
        text = path.read_text("utf-8") if path.is_file() else given
        return [parse_key(line) for line in text.splitlines() or [""]]
    except (OSError, ValueError) as wrong:
        raise Refused("not_a_key", name=given) from wrong


def _receipt(path: Path) -> Receipt:
    try:
        return parse_receipt(_read(path).decode())
    except ValueError as wrong:
        raise Refused("not_a_receipt", name=path) from wrong


def _report(texts: Texts, findings: list["Finding"]) -> None:
    told: Counter[str] = Counter()
    times = Counter(finding.key for finding in findings)
    for finding in findings:
        told[finding.key] += 1
        if told[finding.key] <= SHOWN:
            print(f"{_mark(texts, finding)}  {_sentence(texts, finding)}")
        elif told[finding.key] == SHOWN + 1:
            print(texts("verify.more", n=times[finding.key] - SHOWN))
    wrong = sum(finding.ok is False for finding in findings)
    right = sum(finding.ok is True for finding in findings)
    left_out = sum(finding.ok is None and finding.key not in BY_EYE for finding in findings)
    print(texts("verify.limits"))
    if wrong:
        print(texts("verify.fails", n=wrong))
    else:
        print(texts("verify.holds_of" if left_out else "verify.holds", n=right, rest=left_out))


def _mark(texts: Texts, finding: "Finding") -> str:
    if finding.ok is None:
        return texts("verify.compare" if finding.key in BY_EYE else "verify.unchecked")
    return texts("verify.good" if finding.ok else "verify.bad")


def _sentence(texts: Texts, finding: "Finding") -> str:
    facts = dict(finding.facts)
    if "tally" in facts:
        facts["shown"] = _tally(texts, facts["options"], facts["tally"])
    if "chosen" in facts:
        facts["chosen"] = texts("verify.join").join(facts["chosen"])
    return texts(f"verify.found.{finding.key}", **facts)


def _tally(texts: Texts, options: list[str], tally: Mapping[str, Any]) -> str:
    if "cast" not in tally:
        return texts("verify.join").join(_marks(texts, options, tally))
    shown = _reading(texts, tally["cast"])
    if tally["deemed"]:
        shown += texts("verify.join") + texts("verify.owners.deemed", shown=_reading(texts, tally["deemed"]))
    return shown


def _marks(texts: Texts, options: list[str], tally: Mapping[str, Any]) -> list[str]:
    counts = tally["counts"] if "counts" in tally else tally["rounds"][0]
    marks = [texts("verify.mark", option=option, n=n) for option, n in zip(options, counts, strict=True)]
    for method in ("run_off", "schulze"):
        if method in tally:
            winners = texts("verify.join").join(options[position] for position in tally[method])
            marks.append(texts(f"verify.{method}", winners=winners))
    return marks


def _reading(texts: Texts, reading: Mapping[str, Any]) -> str:
    sides = [
        texts(
            "verify.owners_side",
            name=texts(f"verify.owners.{side}"),
            heads=reading[side]["heads"],
            area=f"{reading[side]['area'] // 100}.{reading[side]['area'] % 100:02d}",
        )
        for side in ("total", "participating", "in_favour", "against", "abstaining")
    ]
    verdicts = {name: texts(f"verify.owners.{'yes' if reading[name] else 'no'}") for name in ("quorum", "passed")}
    return texts("verify.join").join([*sides, texts("verify.owners.quorum", **verdicts)])
