"""`classify`, `sort`, `lexicon`: streams in, streams out (INTERFACE.md §2)."""

import argparse
import io
import json
import sys
import time

import pytest

from bot import understand
from bot.progress import Progress
from bot.stop import Stop


@pytest.fixture
def run(monkeypatch, capsys, understanding):
    """Run a command of this module on bytes; what it printed."""
    monkeypatch.setattr("bot.words.Understanding.load", lambda: understanding)

    def _run(arguments, given=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        parser = argparse.ArgumentParser()
        understand.add_commands(parser.add_subparsers())
        args = parser.parse_args(arguments)
        assert args.run(args) == 0
        return capsys.readouterr().out

    return _run


def lines(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def test_classify_answers_each_line_in_its_order(run):
    """One object a line, in the order of the input, with the official names."""
    out = run(["classify"], lines({"id": "b", "text": "路灯坏了"}, {"id": 7, "text": ""}))

    first, second = map(json.loads, out.splitlines())

    assert list(first) == ["id", "category", "second", "confidence", "evidence"]
    assert (first["id"], first["category"], second["id"], second["evidence"]) == ("b", "服务民生", 7, [])


@pytest.mark.parametrize(
    "bad",
    [
        b"{",
        b"[]",
        b"\n",
        b"\xff",
        b'{"id": "a"}',
        b'{"text": "a"}',
        b'{"id": true, "text": "a"}',
        b'{"id": "\\ud800", "text": "a"}',
        b'{"id": "a", "text": 1}',
        b'{"id": "a", "text": "a", "time": "yesterday"}',
        b'{"id": "a", "text": "a", "time": 5}',
        b"[" * 100_000,
    ],
)
@pytest.mark.parametrize("command", ["classify", "sort"])
def test_a_bad_line_is_named_with_its_number(run, command, bad):
    """A line that can't be read stops the command and is named."""
    with pytest.raises(Stop, match=r"^第 2 行"):
        run([command], lines({"id": 1, "text": "路灯坏了"}) + bad)


def test_sort_gives_like_ones_a_topic_and_the_others_none(run):
    """Like concerns share a topic; what stands alone has null; order and ids are kept, even a doubled id."""
    said = [
        "枫林小区3号楼电梯坏了没人修",
        "门口的路灯不亮",
        "枫林小区3号楼电梯坏了，老人下不来",
        "枫林小区3号楼电梯坏了三天",
    ]
    given = [{"id": at % 3, "text": text, "time": f"2026-12-0{at + 1} 08:00:00"} for at, text in enumerate(said)]

    found = [json.loads(line) for line in run(["sort"], lines(*given)).splitlines()]

    assert [row["id"] for row in found] == [0, 1, 2, 0]
    assert [row["topic"] for row in found] == ["t1", None, "t1", "t1"]


@pytest.mark.parametrize("command", ["classify", "sort"])
def test_nothing_in_nothing_out(run, command):
    """An empty stream is no mistake."""
    assert run([command]) == ""


def test_lexicon_tells_what_a_word_weighs(run):
    """An operator sees the six weights of a word, and what decides a sentence."""
    out = run(["lexicon", "电梯", "楼上漏水没人管"])

    assert "电梯：" in out
    assert "服务民生 +" in out
    assert "矛盾纠纷，把握" in out


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_learning_names_a_file_that_is_missing(run, command, tmp_path):
    """Without its data a command stops with the file's name."""
    with pytest.raises(Stop, match="concerns-labelled"):
        run([command, "--data", str(tmp_path)])


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_draws_a_bar_on_a_terminal_only(tmp_path):
    """A person sees a bar, a file doesn't."""
    path = tmp_path / "rows"
    path.write_bytes(b"12345\n12345\n")
    terminal, file = Terminal(), io.StringIO()
    with path.open("rb") as stream:
        bars = [Progress(shown, stream) for shown in (terminal, file)]
        for bar in bars:
            bar.step(b"12345\n")
            bar.done()

    assert "[###############               ]  50% 1\n" in terminal.getvalue()
    assert file.getvalue() == ""


@pytest.mark.shared
def test_sort_keeps_real_topics_together(run, shared):
    """4,326 real messages: topics that people sorted stay apart and whole."""
    rows = [json.loads(line) for line in (shared / "data" / "hot.jsonl").read_text("utf-8").splitlines()]
    given = [{"id": row["id"], "text": f"{row['title']}。{row['text']}", "time": row["time"]} for row in rows]
    start = time.process_time()
    found = {row["id"]: row["topic"] for row in map(json.loads, run(["sort"], lines(*given)).splitlines())}
    spent = time.process_time() - start
    true = [json.loads(line) for line in (shared / "data" / "topics-dev.jsonl").read_text("utf-8").splitlines()]
    label = {row["id"]: found[row["id"]] or row["id"] for row in true}
    topic = {row["id"]: row["topic"] or row["id"] for row in true}

    precision, recall = (_bcubed(one, other) for one, other in ((label, topic), (topic, label)))

    assert 2 * precision * recall / (precision + recall) >= 0.95
    assert spent < 30


def _bcubed(one, other):
    """The mean share of each one's fellows in `one` that are its fellows in `other`."""
    shares = []
    for id, group in one.items():
        fellows = [fellow for fellow, its in one.items() if its == group]
        shares.append(sum(other[fellow] == other[id] for fellow in fellows) / len(fellows))
    return sum(shares) / len(shares)


def test_no_other_module_brings_scikit_learn():
    """At run time nothing imports what only learning needs."""
    import subprocess

    told = "import sys, bot.words, bot.understand; print('sklearn' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "False"]
