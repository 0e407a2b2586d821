"""`classify`, `sort`, `lexicon`, `train`, `evaluate`: understanding on the command line (INTERFACE.md section 2)."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from bot import corrections
from bot.progress import Progress
from bot.stop import Stop
from bot.texts import Texts
from domain.classify import Verdict
from domain.lexicon import CATEGORIES
from domain.terms import ConcernCategory

if TYPE_CHECKING:
    from bot.words import Understanding

TIME = "%Y-%m-%d %H:%M:%S"
_HALF = re.compile("[\ud800-\udfff]")  # half a character, which no output can carry


def add_commands(subparsers: Any) -> None:
    texts = Texts.load()
    for name, run in (("classify", run_classify), ("sort", run_sort)):
        _add(subparsers, texts, name).set_defaults(run=run)
    lexicon = _add(subparsers, texts, "lexicon")
    lexicon.add_argument("words", metavar="W", nargs="*", help=texts("understand.lexicon_words"))
    corrections.add_arguments(lexicon, texts)
    lexicon.set_defaults(run=run_lexicon)
    for name, run in (("train", run_train), ("evaluate", run_evaluate)):
        parser = _add(subparsers, texts, name)
        parser.add_argument("--data", metavar="PATH", type=Path, required=True, help=texts("understand.data"))
        parser.set_defaults(run=run)
    parser.add_argument("--seed", metavar="N", type=int, default=0, help=texts("understand.seed"))


def _add(subparsers: Any, texts: Texts, name: str) -> Any:
    told = texts(f"understand.{name}")
    return subparsers.add_parser(name, help=told, description=told)


def run_classify(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command is given them
    """One verdict a line, as the lines come."""
    texts, understanding = Texts.load(), _understanding()
    progress = Progress(sys.stderr, sys.stdin.buffer)
    for row in _rows(texts, sys.stdin.buffer, progress):
        print(json.dumps({"id": row["id"], **_told(texts, understanding.judge(row["text"]))}, ensure_ascii=False))
    progress.done()
    return 0


def run_sort(args: argparse.Namespace) -> int:  # noqa: ARG001 - every command is given them
    """A topic or null a line, once all are read; a topic is named by the id of its first message."""
    texts, understanding = Texts.load(), _understanding()
    progress = Progress(sys.stderr, sys.stdin.buffer)
    rows = [
        (row["id"], understanding.sketch(row["text"], row["day"])) for row in _rows(texts, sys.stdin.buffer, progress)
    ]
    topics: dict[int, str] = {}
    for draft in understanding.drafts([(at, drawn) for at, (_, drawn) in enumerate(rows, 1)]):
        topics |= dict.fromkeys(draft.ids, f"t{min(draft.ids)}")
    progress.done()
    for at, (id, _) in enumerate(rows, 1):
        print(json.dumps({"id": id, "topic": topics.get(at)}, ensure_ascii=False))
    return 0


def _understanding() -> "Understanding":
    from bot.words import Understanding  # brings jieba, which other commands do without

    return Understanding.load()


def run_lexicon(args: argparse.Namespace) -> int:
    """What single words weigh; what decided a sentence, and which of the operator's words had a part in it.

    Without words: what communities put right.
    """
    texts = Texts.load()
    if not args.words or args.take_back:
        return corrections.run(args, texts)
    understanding = _understanding()
    for said in args.words:
        cut = understanding.cut(said)
        if len(cut.words) == 1:
            _print_word(texts, understanding, cut.words[0])
        verdict = understanding.judge(said)
        told = _told(texts, verdict)
        print(texts("understand.verdict", **told | {"evidence": " ".join(verdict.evidence)}))
        if verdict.own:
            print(texts("understand.own", words=" ".join(verdict.own)))
    return 0


def _print_word(texts: Texts, understanding: "Understanding", word: str) -> None:
    weighed = zip(CATEGORIES, understanding.lexicon.vector(word), strict=True)
    told = " ".join(f"{texts.term(category)} {weight:+.1f}" for category, weight in weighed)
    print(texts("understand.weights", word=word, weights=told))


def run_train(args: argparse.Namespace) -> int:
    """Learn the weights and the rule of likeness from `--data`, and write them into `data/lexicon`."""
    from bot.words import LEXICON

    texts = Texts.load()
    learning = _learning(texts, args.data)
    lexicon = learning.train(args.data, LEXICON, _names(texts))
    told = {"folder": LEXICON, "features": len(lexicon.weights), "threshold": lexicon.calibration.threshold}
    print(texts("understand.trained", **told))
    return 0


def run_evaluate(args: argparse.Namespace) -> int:
    """Cross-validated figures, one a line; categories first, then sorting."""
    from bot.words import LEXICON

    texts = Texts.load()
    for name, figure in _learning(texts, args.data).evaluate(args.data, LEXICON, _names(texts), args.seed):
        print(f"{name}\t{figure}", flush=True)
    return 0


def _learning(texts: Texts, data: Path) -> Any:
    """`bot.learn.commands`, which alone brings scikit-learn."""
    if find_spec("sklearn") is None:
        raise Stop(texts("understand.no_learning"))
    for name in ("concerns-labelled.jsonl", "concerns-unlabelled.jsonl", "hot.jsonl", "topics-dev.jsonl"):
        if not (data / name).is_file():
            raise Stop(texts("understand.no_data", file=data / name))
    from bot.learn import commands

    return commands


def _names(texts: Texts) -> dict[str, ConcernCategory]:
    return {texts.term(category): category for category in CATEGORIES}


def _told(texts: Texts, verdict: Verdict) -> dict[str, Any]:
    return {
        "category": texts.term(verdict.category),
        "second": verdict.second and texts.term(verdict.second),
        "confidence": round(verdict.confidence, 3),
        "evidence": list(verdict.evidence),
    }


def _rows(texts: Texts, stream: BinaryIO, progress: Progress) -> Iterator[dict[str, Any]]:
    """The rows of a stream as they come: `id`, `text`, `day` (None without a time). Raises Stop naming a bad line."""
    for number, line in enumerate(stream, 1):
        try:
            yield _row(texts, line)
        except ValueError as wrong:
            progress.done()
            raise Stop(texts("understand.bad_line", number=number, why=wrong)) from None
        progress.step(line)


def _row(texts: Texts, line: bytes) -> dict[str, Any]:
    """One row. Raises ValueError with what is wrong."""
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError(texts("understand.not_utf8")) from None
    except (ValueError, RecursionError) as wrong:
        raise ValueError(texts("understand.not_json", why=wrong)) from None
    if not isinstance(row, dict):
        raise ValueError(texts("understand.not_an_object"))
    if type(row.get("id")) not in (str, int) or _HALF.search(str(row["id"])):
        raise ValueError(texts("understand.field", field="id"))
    if not isinstance(row.get("text"), str):
        raise ValueError(texts("understand.field", field="text"))
    return {"id": row["id"], "text": _HALF.sub("", row["text"]), "day": _day(texts, row.get("time"))}


def _day(texts: Texts, time: Any) -> int | None:
    if time is None:
        return None
    try:
        return datetime.strptime(time, TIME).toordinal()  # noqa: DTZ007 - the contract's time has no zone
    except (ValueError, TypeError):
        raise ValueError(texts("understand.time", time=json.dumps(time, ensure_ascii=False))) from None
