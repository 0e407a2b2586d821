"""Templates of the six kinds of matter (DOMAIN.md §3): what ships is whole, and each mistake is named with its line."""

import shutil
from pathlib import Path

import pytest

from bot import drawing, flows
from bot.cli import main
from bot.stop import Stop
from bot.texts import Texts
from domain.terms import CommunityKind, MatterKind, Role, Stage
from tests.house.source import ROOT

TEXTS = Texts.load()
GOOD = """\
# 一份能用的模板
[[stage]]
stage = "事前"
goal = "先听双方说"

[[stage.task]]
text = "分别听双方说"
role = "调解员"
standard = "两边都听过"
days = 2
proof = "文字说明"

[[stage]]
stage = "事中"
goal = "谈出办法"
[[stage.task]]
text = "主持调解"
role = "调解员"
standard = '''
两边都说了话'''
days = 0
proof = "签字件"

[[stage]]
stage = "事后"
goal = "做到"
[[stage.task]]
text = "回访"
role = "监督员"
standard = "分别问"
days = 22
proof = "照片"

[[adds]]
community = "老旧小区"
stage = "事前"
text = "先查管道"
role = "网格员"
standard = "分清公私"
days = 5
proof = "照片"
"""


def folder(tmp_path: Path, text: str | bytes = GOOD) -> Path:
    """The shipped templates, with one of them replaced."""
    made = tmp_path / "flows"
    shutil.copytree(flows.FOLDER, made)
    (made / "mediation.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return made


def stopped(place: Path) -> str:
    with pytest.raises(Stop) as stop:
        flows.load(TEXTS, place)
    said = str(stop.value)
    assert "\n" not in said
    return said.removeprefix(f"流程模板 {place}/mediation.toml ")


def test_each_kind_has_its_flow_and_each_kind_of_community_adds_to_it() -> None:
    """Six kinds, three stages each with a goal and tasks; what each of the six kinds of community adds."""
    found = flows.load(TEXTS)

    assert list(found) == list(MatterKind)
    for flow in found.values():
        assert set(flow.goals) == set(Stage)
        assert all(flow.tasks(stage, None) for stage in Stage)
        assert all(flow.added(kind) for kind in CommunityKind)


def test_tasks_of_a_stage_are_those_of_all_then_what_is_added(tmp_path: Path) -> None:
    """The task list of a stage: for all, then for this kind of community; another kind's are not in it."""
    flow = flows.load(TEXTS, folder(tmp_path))[MatterKind.MEDIATION]

    assert [item.text for item in flow.tasks(Stage.BEFORE, CommunityKind.OLD)] == ["分别听双方说", "先查管道"]
    assert [item.text for item in flow.tasks(Stage.BEFORE, CommunityKind.COMMODITY)] == ["分别听双方说"]
    assert flow.tasks(Stage.DURING, None)[0].standard == "两边都说了话"


ROLES = "、".join(TEXTS.term(role) for role in Role)
TASK = "text、role、standard、days、proof"
MISTAKES = [
    ('role = "调解员"', 'role = "村长"', f"第8行：“role”不能是“村长”，可用的是{ROLES}。"),
    ('role = "监督员"', 'role = ["监督员"]', f"第29行：“role”不能是“['监督员']”，可用的是{ROLES}。"),
    ('proof = "文字说明"', 'proof = "录音"', "第11行：“proof”不能是“录音”，可用的是文字说明、照片、名单、签字件。"),
    ("days = 2\n", 'days = "2"\n', "第10行：“days”是工作日的天数，0到250的整数，不能是“2”。"),
    ("days = 22", "days = -1", "第31行：“days”是工作日的天数，0到250的整数，不能是“-1”。"),
    ("days = 22", "days = 251", "第31行：“days”是工作日的天数，0到250的整数，不能是“251”。"),
    ("days = 22", "days = 1.5", "第31行：“days”是工作日的天数，0到250的整数，不能是“1.5”。"),
    ("days = 22", "days = true", "第31行：“days”是工作日的天数，0到250的整数，不能是“True”。"),
    ('text = "主持调解"', 'text = ""', "第17行：“text”要写成引号里的一句话。"),
    ('text = "主持调解"', "text = 3", "第17行：“text”要写成引号里的一句话。"),
    ('text = "主持调解"', f'text = "{"调" * 25}"', "第17行：“text”有25个字，最多24个，不换行。"),
    ("两边都说了话", "两边\n都说了话", "第19行：“standard”有7个字，最多40个，不换行。"),
    ('goal = "做到"', 'goal = ""', "第26行：“goal”要写成引号里的一句话。"),
    ('goal = "做到"\n', "", "第24行：这里缺“goal”。"),
    ('role = "网格员"\n', "", "第34行：这里缺“role”。"),
    ("days = 5\n", "", "第34行：这里缺“days”。"),
    ('standard = "分清公私"', 'standart = "分清公私"', None),
    ('text = "回访"', 'texts = "回访"', f"第28行：不认得“texts”，可用的是{TASK}。"),
    ("[[adds]]", "[[ads]]", "第34行：不认得“ads”，可用的是stage、adds。"),
    ('goal = "做到"', 'goals = "做到"', "第26行：不认得“goals”，可用的是stage、goal、task。"),
    ('stage = "事后"', 'stage = "收尾"', "第25行：“stage”不能是“收尾”，可用的是事前、事中、事后。"),
    ('stage = "事后"', 'stage = "事中"', "第25行：“事中”写了两次。"),
    ('stage = "事中"', 'stage = "事后"', "第14行：阶段要按事前、事中、事后的先后写。"),
    ('community = "老旧小区"', 'community = "别墅"', None),
    ('stage = "事前"\ntext', 'stage = "以前"\ntext', "第36行：“stage”不能是“以前”，可用的是事前、事中、事后。"),
    ('text = "先查管道"', 'text = "分别听双方说"', "第37行：“分别听双方说”写了两次。"),
    ('[[stage.task]]\ntext = "回访"', '[[stage.job]]\ntext = "回访"', None),
    ("[[adds]]", "[adds]", "第34行：“adds”要写成 [[…]] 的一节一节。"),
    ('goal = "做到"', 'goal = 做到"', "第26行：这一行不合TOML的写法。"),
    ('proof = "照片"\n\n[[adds]]', 'proof = "照片\n\n[[adds]]', "第32行：这一行不合TOML的写法。"),
]


@pytest.mark.parametrize(("right", "wrong", "said"), MISTAKES, ids=[str(at) for at in range(len(MISTAKES))])
def test_mistake_is_named_with_its_line(tmp_path: Path, right: str, wrong: str, said: str | None) -> None:
    """Whatever staff may get wrong in a template: one line that names the file, the line, and what is expected."""
    assert right in GOOD
    told = stopped(folder(tmp_path, GOOD.replace(right, wrong, 1)))

    assert told == (said or OTHERS[wrong.partition("\n")[0]])


OTHERS = {
    'standart = "分清公私"': f"第39行：不认得“standart”，可用的是community、stage、{TASK}。",
    'community = "别墅"': (
        "第35行：“community”不能是“别墅”，可用的是商品住宅、老旧小区、单位住宅、安置小区、街巷平房、城中村外租房。"
    ),
    "[[stage.job]]": "第27行：不认得“job”，可用的是stage、goal、task。",
}


def test_missing_stage_and_missing_task_are_named(tmp_path: Path) -> None:
    """A stage without a task, a template without a stage, or without all three."""
    before, _, rest = GOOD.partition('[[stage]]\nstage = "事后"')
    task, _, _ = rest.partition("[[adds]]")

    assert stopped(folder(tmp_path, before)) == "第13行：缺“事后”这个阶段。"
    shutil.rmtree(tmp_path / "flows")
    assert stopped(folder(tmp_path, "")) == "第1行：这里一个 [[…stage]] 都没有。"
    shutil.rmtree(tmp_path / "flows")
    bare = GOOD.replace(task, '\ngoal = "做到"\n\n')
    assert stopped(folder(tmp_path, bare)) == "第24行：这里一个 [[…task]] 都没有。"


def test_file_that_is_no_text_or_not_there_or_too_many_is_named(tmp_path: Path) -> None:
    """A file saved in another encoding, one that is missing, one whose name nobody knows."""
    assert stopped(folder(tmp_path, GOOD.encode("gb18030"))) == "第1行：不是UTF-8编码。"
    (tmp_path / "flows" / "mediation.toml").unlink()
    assert "没有流程模板" in stopped(tmp_path / "flows")
    assert "mediation.toml（矛盾调处）" in stopped(tmp_path / "flows")
    (tmp_path / "flows" / "flood.toml").write_text(GOOD)
    assert "flood.toml 的文件名不认得，可用的是deliberation.toml、" in stopped(tmp_path / "flows")


CONFIG = """
[operator]
name = "江南街道"
contact = "010-1234"
[telegram]
token = "123456:ABC"
[flows]
folder = "{folder}"
[[community]]
name = "枫林小区"
"""


@pytest.mark.parametrize("command", ["check-config", "run"])
def test_start_and_check_config_report_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    """The program doesn't start with a template that can't be used, and says so in one line."""
    place = folder(tmp_path, GOOD.replace('role = "调解员"', 'role = "村长"', 1))
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(folder=place))

    assert main([command, "--config", str(config)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "mediation.toml 第8行：“role”不能是“村长”" in said


def test_check_config_takes_a_folder_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A copy that was changed well is used."""
    config = tmp_path / "config.toml"
    config.write_text(CONFIG.format(folder=folder(tmp_path)))

    assert main(["check-config", "--config", str(config)]) == 0
    assert main(["flows", str(tmp_path / "drawn"), "--config", str(config)]) == 0
    assert "先查管道" in (tmp_path / "drawn" / "mediation.svg").read_text("utf-8")
    assert "画好了6张" in capsys.readouterr().out


def test_documents_show_the_flows_as_they_are() -> None:
    """docs/flows is what `python -m bot flows docs/flows` makes."""
    made = drawing.files(list(flows.load(TEXTS).values()), TEXTS)
    kept = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "flows").iterdir()}

    assert kept == made
