"""One table, top to bottom: command, Chinese phrase or button verb -> function.

A route's name is its button's verb, its dialogue's name, its phrases' key in `locales/zh_CN/routes.toml`, and
its key in menus. Who may is decided here, before the handler asks whether the thing exists.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from domain.households import GROUP_LINK
from domain.talk import Outgoing, Said
from domain.terms import Role
from handlers import (
    activity,
    agenda,
    ballot,
    bind,
    by_kind,
    check,
    checklist,
    climb,
    collect,
    corrections,
    decide,
    deliberate,
    emergency,
    help,
    inbox,
    invite,
    materials,
    mediation,
    minute,
    month,
    my_data,
    owners,
    paper,
    prepare,
    privacy,
    publish,
    rate,
    roles,
    round,
    rule_making,
    sort,
    star_rating,
    tasks,
    topics,
    venue,
    vote,
    votes,
)
from handlers.desk import Desk, Speaks
from models.access import MEDIATORS, MODERATORS, OVERSEERS, RATERS, SECRETARIES

Handler = Callable[[Desk, str], Awaitable[list[Outgoing]]]
ANYONE: frozenset[Role] = frozenset()
COUNCIL = frozenset({Role.COUNCIL})


@dataclass(frozen=True, slots=True)
class Route:
    """`handle` gets the desk and the words after the phrase (a button's args, joined by spaces).

    `may` are the roles that may use it, empty for everybody. `command` is the name in the platform's menu. `ends`: it
    goes on with a question that is over once it was answered and the answer was not refused.
    """

    name: str
    handle: Handler
    command: str = ""
    may: frozenset[Role] = ANYONE
    ends: bool = False


ROUTES: tuple[Route, ...] = (
    Route("say", collect.take, "say"),
    Route("second", collect.second, "second"),
    Route("withdraw", collect.withdraw, "withdraw"),
    Route("status", by_kind.status, "status"),
    Route("mine", collect.mine, "mine"),
    Route("show_to", collect.show_to),
    Route("category", collect.category, "category"),
    Route("pick_category", collect.pick_category),
    Route("not_urgent", collect.not_urgent),
    Route("corrections", corrections.listed, may=MODERATORS),
    Route("take_back", corrections.take_back, may=MODERATORS),
    Route("take_back_all", corrections.take_back_all, may=MODERATORS),
    Route("picture", collect.picture_with_words),
    Route("say_anyway", collect.say_anyway),
    Route("album", collect.album),
    Route("topics", topics.listed, "topics"),
    Route("topic", topics.detail),
    Route("retitle", topics.retitle, may=MODERATORS),
    Route("matter_kind", topics.matter_kind, may=MODERATORS),
    Route("sort", sort.sort, "sort", MODERATORS),
    Route("sort_one", sort.one, may=MODERATORS),
    Route("release", sort.release, may=MODERATORS),
    Route("merge", sort.merge, "merge", MODERATORS),
    Route("split", sort.split, "split", MODERATORS),
    Route("undo", sort.undo, "undo", MODERATORS),
    Route("send_back", by_kind.send_back, "return"),
    Route("back_why", by_kind.back_why, ends=True),
    Route("send_back_why", sort.send_back_why, may=MODERATORS),
    Route("decide", decide.decide, "decide", MODERATORS),
    Route("decide_why", decide.why, may=MODERATORS),
    Route("leave_out_why", decide.leave_out_why, may=MODERATORS),
    Route("council_yes", decide.yes, may=COUNCIL),
    Route("council_no", decide.no, may=COUNCIL),
    Route("prepare", invite.prepare, "prepare", MODERATORS),
    Route("material", materials.material, may=MODERATORS),
    Route("seats", invite.seats, may=MODERATORS),
    Route("chase", invite.chase, may=MODERATORS),
    Route("replace_seats", invite.replace_seats, may=MODERATORS),
    Route("i_come", invite.come),
    Route("i_cannot", invite.cannot),
    Route("agenda", agenda.agenda, "agenda"),
    Route("open_session", deliberate.open_session, "open", MODERATORS),
    Route("open_why", deliberate.open_why, may=MODERATORS),
    Route("attend", deliberate.attend, "attend"),
    Route("ask_word", deliberate.ask_word),
    Route("next_speaker", deliberate.next_speaker, may=MODERATORS),
    Route("call_topic", deliberate.call_topic, may=MODERATORS),
    Route("minute", minute.note, "minute", MODERATORS),
    Route("resolve", minute.resolve, "resolve", MODERATORS),
    Route("resolve_part", minute.resolve_part, may=MODERATORS),
    Route("adjourn", deliberate.adjourn, "adjourn", MODERATORS),
    Route("adjourn_for_sure", deliberate.adjourn_for_sure, may=MODERATORS),
    Route("not_adjourn", deliberate.keep_open, may=MODERATORS),
    Route("confirm_minutes", deliberate.confirm, may=MODERATORS),
    Route("publish", publish.publish, "publish", MODERATORS),
    Route("amend", publish.amend, may=MODERATORS),
    Route("amend_part", publish.amend_part, may=MODERATORS),
    Route("object", publish.object_to),
    Route("object_why", publish.object_why),
    Route("answer_objection", publish.answer, may=MODERATORS),
    Route("answer_why", publish.answer_why, may=MODERATORS),
    Route("inbox", inbox.inbox, "inbox", MODERATORS),
    Route("task_of", tasks.one),
    Route("tasks", tasks.listed, "tasks"),
    Route("on_behalf", collect.on_behalf, may=MODERATORS),
    Route("round", round.begin, "collect", MODERATORS),
    Route("task", decide.urgent, "task", MODERATORS),
    Route("task_part", decide.urgent_part, may=MODERATORS, ends=True),
    Route("activity", activity.activity, "activity"),
    Route("sign_up", activity.sign_up, "signup"),
    Route("sign_off", activity.sign_off, "signoff"),
    Route("call_off", activity.call_off, "calloff", MODERATORS),
    Route("signed_up", activity.listed, "signedup", MODERATORS),
    Route("emergency", emergency.raise_alarm, "emergency", MODERATORS),
    Route("received", emergency.received),
    Route("emergency_news", emergency.go_on, may=MODERATORS),
    Route("emergency_end", emergency.end, may=MODERATORS),
    Route("emergency_log", emergency.log, may=MODERATORS),
    Route("begin_mediation", mediation.begin, may=MEDIATORS),
    Route("room", mediation.speak),
    Route("willing", mediation.willing),
    Route("unwilling", mediation.unwilling),
    Route("agreed", mediation.agreed),
    Route("let_public", mediation.let_public),
    Route("keep_private", mediation.keep_private),
    Route("no_agreement", mediation.failed),
    Route("take", tasks.take, "take"),
    Route("progress", tasks.progress, "progress"),
    Route("progress_what", tasks.progress_what, ends=True),
    Route("done", tasks.done, "done"),
    Route("done_how", tasks.done_how, ends=True),
    Route("reassign", tasks.reassign, "reassign"),
    Route("reassign_part", tasks.reassign_part, ends=True),
    Route("escalate", climb.up, "escalate"),
    Route("escalate_part", climb.up_part, ends=True),
    Route("rate", rate.rate, "rate"),
    Route("rate_why", rate.rate_why, ends=True),
    Route("reopen", rate.reopen, may=MODERATORS),
    Route("leave_it", rate.leave_it, may=MODERATORS),
    Route("month", month.month, "month"),
    Route("draft", rule_making.draft),
    Route("opinion", rule_making.opinion),
    Route("opinion_words", rule_making.opinion_words),
    Route("answer_opinion", rule_making.answer, may=MODERATORS),
    Route("answer_opinion_why", rule_making.answer_why, may=MODERATORS),
    Route("to_vote", rule_making.to_vote, may=MODERATORS),
    Route("star_form", star_rating.rate, may=SECRETARIES),
    Route("stars", star_rating.stars, may=RATERS),
    Route("tell_stars", star_rating.tell, may=SECRETARIES),
    Route("object_stars", star_rating.object_to, may=SECRETARIES),
    Route("answer_stars", star_rating.answer, may=SECRETARIES),
    Route("publish_stars", star_rating.publish, may=SECRETARIES),
    Route("checklist", checklist.checklist, may=MODERATORS),
    Route("give_item", checklist.give_item, may=MODERATORS),
    Route("next", prepare.next_sessions, "next"),
    Route("move", prepare.move, "move", MODERATORS),
    Route("cancel_session", prepare.cancel, "cancelsession", MODERATORS),
    Route("paste_session", prepare.paste),
    Route("open_poll", vote.open_poll, "poll", MODERATORS),
    Route("open_vote", vote.open_vote, "vote", MODERATORS),
    Route("open_draft_vote", by_kind.open_draft, may=MODERATORS),
    Route("open_vote_part", vote.open_vote_part, may=MODERATORS),
    Route("open_tiny", vote.open_tiny, may=MODERATORS),
    Route("close_vote", vote.close, "close", MODERATORS),
    Route("close_vote_for_sure", vote.close_for_sure, may=MODERATORS),
    Route("keep_vote", vote.keep_open),
    Route("extend_vote", by_kind.extend, "extend", MODERATORS),
    Route("withdraw_vote", vote.withdraw, may=MODERATORS),
    Route("open_owners", owners.open_owners, "owners", MODERATORS),
    Route("open_owners_part", owners.said_part, may=MODERATORS),
    Route("owners_sure", owners.sure, may=MODERATORS),
    Route("paper", paper.enter, may=MODERATORS),
    Route("confirm_paper", paper.confirm, may=MODERATORS),
    Route("wrong_paper", paper.wrong, may=MODERATORS),
    Route("paper_scan", paper.scan, may=OVERSEERS),
    Route("deliver", owners.deliver, may=MODERATORS),
    Route("votes", votes.votes, "votes"),
    Route("ballot", ballot.ballot, "ballot"),
    Route("as_what", ballot.as_what),
    Route("document", ballot.document),
    Route("slip", ballot.slip),
    Route("may_vote", votes.may, "may"),
    Route("result", votes.result, "result"),
    Route("all_numbers", votes.numbers),
    Route("took_part", votes.took_part),
    Route("check", check.check, "check"),
    Route("how_to_check", check.how),
    Route("own_digits", check.own_digits),
    Route("bind", bind.take, "join"),
    Route("grant", roles.grant, "grant", SECRETARIES),
    Route("revoke", roles.revoke, "revoke", SECRETARIES),
    Route("bind_group", roles.bind_group, "bindgroup"),
    Route("new_code", roles.new_code, "newcode", SECRETARIES),
    Route("unbind", roles.unbind, "unbind", SECRETARIES),
    Route("venue", venue.venue, "venue"),
    Route("privacy", privacy.whole, "privacy"),
    Route("agree", privacy.agree, "agree"),
    Route("forget_me", privacy.ask_first, "forgetme"),
    Route("forget_me_2", privacy.ask_twice),
    Route("forget_me_3", privacy.forget),
    Route("keep_me", privacy.keep_me),
    Route("my_data", my_data.data, "mydata"),
    Route("correct", my_data.correct, "correct"),
    Route("mute", my_data.mute, "mute"),
    Route("unmute", my_data.unmute, "unmute"),
    Route("help", help.show, "help"),
    Route("more_help", help.more),
    Route("start", bind.start, "start"),
    Route("community", help.chosen),
    Route("cancel", help.cancel, "cancel"),
)


@dataclass(frozen=True, slots=True)
class Routed:
    """A route and the words it is given."""

    route: Route
    words: str


class Router:
    """Finds the route of what was said. Built once from the language's phrases."""

    def __init__(self, texts: Speaks) -> None:
        self._by_name = {route.name: route for route in ROUTES}
        self.ending = frozenset(route.name for route in ROUTES if route.ends)
        self._by_command = {route.command: route for route in ROUTES if route.command}
        phrases = {phrase: name for name, found in texts.table("routes.phrases").items() for phrase in found}
        ordered = sorted(phrases, key=len, reverse=True)
        self._phrases = phrases
        self._open = tuple(texts.list("routes.open"))
        not_said = "|".join(map(re.escape, texts.list("routes.not_said")))
        self._pattern = re.compile(rf"\s*[#＃]?(?!{not_said})(?P<phrase>{'|'.join(map(re.escape, ordered))})")

    def named(self, name: str) -> Route | None:
        """The route of a button or a dialogue."""
        return self._by_name.get(name)

    def find(self, said: Said) -> Routed | None:
        """The route of a message, or None where it holds no phrase."""
        text = said.text.strip()
        return self._command(text) if text.startswith("/") else self._phrase(text)

    def _command(self, text: str) -> Routed | None:
        name, _, words = text[1:].partition(" ")
        route = self._by_command.get(name.partition("@")[0].lower())
        if route and route.name == "start" and words.strip().startswith(GROUP_LINK):
            # The link of `group-code` says /start in the group that was picked, with what it carried.
            return Routed(self._by_name["bind_group"], words.strip().removeprefix(GROUP_LINK))
        return Routed(route, words.strip()) if route else None

    def _phrase(self, text: str) -> Routed | None:
        match = self._pattern.match(text)
        if match is None:
            return None
        phrase, rest = match["phrase"], text[match.end() :]
        if not _ends(rest) and phrase not in self._open:
            return None
        return Routed(self._by_name[self._phrases[phrase]], rest.lstrip(_MARKS).rstrip())


_MARKS = " \t\n\r　,，、:：。.;；!！?？-—…~～"


def _ends(rest: str) -> bool:
    """Whether a phrase may end here: the end, a space, punctuation, a digit (INTERFACE.md §1)."""
    return not rest or not (rest[0].isalpha() or rest[0] == "_")


def commands(routes: Sequence[Route] = ROUTES) -> list[Route]:
    """The routes that stand in a platform's menu, in the table's order."""
    return [route for route in routes if route.command]
