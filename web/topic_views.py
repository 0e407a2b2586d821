"""Topics as pages show them: the course of six steps, and the story from the first word to the last deed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.terms import Grade, OrgLevel, Step, TaskAct, TopicState
from models.board import ConcernFacts
from models.board_pictures import PictureFacts
from models.board_topics import StepFacts, Story, TaskActFacts, TaskFacts, TopicFacts
from web import shown, views
from web.shown import Shown
from web.views import Place, Words


@dataclass(frozen=True, slots=True)
class Station:
    """A step of the course. `state`: done, now, late, or empty: still to come. `lines` say what happened there."""

    number: int
    name: str
    short: str
    state: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic in a list. `at` is its step, `late` how long something of it is overdue, `here` both."""

    number: int
    name: str
    title: str
    url: str
    category: str
    kind: str
    state: str
    course: tuple[Station, ...]
    at: str
    here: str
    late: str
    acts: str
    supporters: str
    urgent: bool
    open: bool
    flow: str = ""


def topic(facts: TopicFacts, place: Place, words: Words) -> TopicView:
    """A topic in words."""
    late = overdue(facts, words)
    at = words("board.step_label", step=int(facts.step), name=words.site.texts.term(facts.step))
    return TopicView(
        facts.number,
        words("board.topic", number=facts.number),
        words.masked(facts.title),
        f"{place.root}topics/{facts.number}",
        words.site.texts.term(facts.category) if facts.category else words("board.pending"),
        words.site.texts.term(facts.kind),
        words.site.texts.term(facts.state) if facts.state is not TopicState.OPEN else "",
        course(facts, words),
        at,
        words("board.comma").join(part for part in (at, late) if part),
        late,
        _acts(facts, words),
        words("board.topic_people", concerns=facts.concerns, supporters=facts.supporters),
        facts.urgent,
        facts.state is TopicState.OPEN,
        facts.kind.value,
    )


def agenda(items: Sequence[tuple[int, str, int]], words: Words) -> list[tuple[int, str, int]]:
    """What a session talks over, as the public may read it."""
    return [(number, words.masked(title), minutes) for number, title, minutes in items]


def overdue(facts: TopicFacts, words: Words) -> str:
    """How many days the first unfinished work of a topic is late; its last day counts to the topic."""
    days = (words.now.date() - facts.due).days if facts.due else 0
    return words("board.late", days=days) if days > 0 else ""


def _acts(facts: TopicFacts, words: Words) -> str:
    since = words.day(facts.since)
    if facts.state is TopicState.PUBLISHED and not facts.doer:
        return words("board.published_on", day=since)
    if facts.doer and facts.due:
        day = words.date(facts.due)
        return words("board.doer_until", doer=facts.doer, day=day)
    if facts.session and facts.session > words.now:
        return words("board.on_session", when=words.moment(facts.session))
    return words(f"board.acts_{facts.step.name.lower()}", day=since)


def course(facts: TopicFacts, words: Words, story: Story | None = None) -> tuple[Station, ...]:
    """The six stations of a topic; with its story, what happened at each."""
    short, reached = words.site.texts.list("board.steps"), {one.step: one for one in story.steps} if story else {}
    late = bool(overdue(facts, words))
    return tuple(
        Station(
            int(step),
            words.site.texts.term(step),
            name,
            _state(step, facts, late=late),
            (*_lines(reached.get(step), facts, words), *_counts(step, story, words)) if story else (),
        )
        for step, name in zip(Step, short, strict=True)
    )


def _state(step: Step, facts: TopicFacts, *, late: bool) -> str:
    ended = facts.state is TopicState.PUBLISHED
    if step < facts.step or (step is facts.step and ended and not late):
        return "done"
    if step is facts.step:
        return "late" if late else "now"
    return ""


def _counts(step: Step, story: Story, words: Words) -> list[str]:
    """What came together at a step, in numbers."""
    topic, (asked, yes), (objected, answered) = story.topic, story.invited, story.objections
    found = []
    if step is Step.COLLECT:
        found.append(words("board.topic_people", concerns=topic.concerns, supporters=topic.supporters))
    if step is Step.PREPARE and asked:
        found.append(words("board.invited", asked=asked, yes=yes))
    if step is Step.PUBLISH and (grades := story.ratings):
        found.append(words("board.rated", **{grade.value: grades.get(grade, 0) for grade in Grade}))
    if step is Step.PUBLISH and objected:
        found.append(words("board.objected", objected=objected, answered=answered))
    return found


def _lines(reached: StepFacts | None, facts: TopicFacts, words: Words) -> tuple[str, ...]:
    if reached is None:
        return ()
    lines = [words("board.step_council" if reached.council else "board.step_on", day=words.day(reached.at))]
    if reached.skipped:
        lines.append(words("board.step_skipped", reason=words.masked(reached.reason)))
    elif reached.reason:
        lines.append(words("board.reason", reason=words.masked(reached.reason)))
    if reached.step is Step.DECIDE and facts.session:
        lines.append(words("board.on_session", when=words.moment(facts.session)))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story: when, who, what; a resident's own words stand in quotes; `url` leads on."""

    at: datetime
    when: str
    who: str
    text: str
    note: str = ""
    url: str = ""
    quoted: bool = False
    pictures: Sequence[Shown] = ()


def told(story: Story, pictures: Sequence[PictureFacts], place: Place, words: Words) -> list[Line]:
    """The story, the newest last; what moderators wrote is masked as residents' words are."""
    lines = [_said(one, pictures, place, words) for one in story.concerns]
    for act in story.sortings:
        text = words(f"board.sorted_{act.act.value}", count=act.count)
        lines.append(Line(act.at, words.moment(act.at), words("board.by_moderators"), text, words.masked(act.reason)))
    for step in story.steps:
        who = words("board.by_council" if step.council else "board.by_moderators")
        text = words("board.reached", name=words.site.texts.term(step.step))
        lines.append(Line(step.at, words.moment(step.at), who, text, words.masked(step.reason)))
    if made := story.resolution:
        url = f"{place.root}votes/{made.basis}" if made.basis else ""
        note = words("board.based_on", number=made.basis) if made.basis else ""
        text = words.masked(made.text)
        lines.append(Line(made.at, words.moment(made.at), words("board.resolution"), text, note, url))
    told_of = {act.task for act in story.acts if act.act is TaskAct.REPORT}
    lines += [
        Line(task.done_at, words.moment(task.done_at), task.doer, _done(task, words))
        for task in story.tasks
        if task.done_at and task.number not in told_of
    ]
    lines += [_act(act, story, words) for act in story.acts]
    return sorted(lines, key=lambda line: line.at)


def _done(task: TaskFacts, words: Words) -> str:
    return words("board.task_done", number=task.number, text=words.masked(task.text))


def _act(act: TaskActFacts, story: Story, words: Words) -> Line:
    """What happened to a task, in the words of who did it."""
    task = next(one for one in story.tasks if one.number == act.task)
    level = words.site.texts.term(act.level)
    who = {TaskAct.REPORT: task.doer, TaskAct.DOWN: level, TaskAct.LATE: words("board.by_itself")}
    text = {
        TaskAct.REPORT: _done(task, words),
        TaskAct.LATE: words("board.task_late", number=act.task),
        TaskAct.UP: words("board.task_up", number=act.task, level=level),
        TaskAct.DOWN: words("board.task_down", number=act.task, level=level),
        TaskAct.REOPEN: words("board.task_reopen", number=act.task),
    }[act.act]
    by = who.get(act.act, words("board.by_moderators"))
    return Line(act.at, words.moment(act.at), by, text, words.masked(act.words))


def _said(facts: ConcernFacts, pictures: Sequence[PictureFacts], place: Place, words: Words) -> Line:
    one = views.concern(facts, place, words)
    who = words("board.who_said", kind=one.kind)
    own = shown.of([picture for picture in pictures if picture.of == facts.number], one.kind, place, words)
    when = words.moment(facts.said_at)
    return Line(facts.said_at, when, who, facts.text, one.supporters, one.url, quoted=True, pictures=own)


@dataclass(frozen=True, slots=True)
class TaskView:
    """任务 on a topic's page."""

    name: str
    text: str
    doer: str
    until: str
    state: str
    late: bool
    up: str


def tasks(story: Story, words: Words) -> list[TaskView]:
    """What is to be done, by whom, until when, and how that stands."""
    return [
        TaskView(
            words("board.task", number=one.number),
            words.masked(one.text),
            one.doer,
            words("board.until", day=words.date(one.last_day)),
            _task_state(one, words),
            one.done_at is None and words.now.date() > one.last_day,
            words("board.up_at", level=words.site.texts.term(one.level))
            if one.done_at is None and one.level < OrgLevel.BRANCH
            else "",
        )
        for one in story.tasks
    ]


def _task_state(task: TaskFacts, words: Words) -> str:
    if task.ended_as:
        return words.site.texts.term(task.ended_as)
    if task.done_at:
        return words("board.reported_done", day=words.day(task.done_at))
    days = (words.now.date() - task.last_day).days
    return words("board.late", days=days) if days > 0 else words("board.in_hand")
