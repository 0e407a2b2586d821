"""The check of everything that anyone can check of published votes, without asking whoever ran them.

Each `Finding` is one thing looked at: `ok` True, False, or None for what could not be looked at or must
be compared by eye. `key` names its sentence in the locales.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from domain.ballots import Opening, Receipt, credential, parse_opening, promise
from domain.canonical import Malformed, encode
from domain.errors import Refused
from domain.merkle import Tree, holds_leaf, leaf_hash
from domain.notes import COSIGNATURE, Proof, VerifierKey, parse_checkpoint, signed_by
from domain.published import Head, Published, signed_head
from domain.recount import Roll, count, parse_roll
from domain.terms import Method, VoteKind
from domain.vote_log import Cast, Fault, Ledger, line, replay
from domain.voting import Choice, is_ballot


@dataclass(frozen=True)
class Finding:
    """One thing looked at, with the facts its sentence needs."""

    ok: bool | None
    key: str
    facts: Mapping[str, Any]


class Findings(list[Finding]):
    """What was looked at, in order."""

    def add(self, ok: bool | None, key: str, **facts: Any) -> None:
        """Note one thing."""
        self.append(Finding(ok, key, facts))

    def expect(self, ok: bool, right: str, wrong: str, **facts: Any) -> None:
        """Note a thing that is right or wrong, each with its own sentence."""
        self.add(ok, right if ok else wrong, **facts)


@dataclass
class Vote:
    """One vote as it is being checked: its ledger, and of what is published the valid part."""

    number: int
    ledger: Ledger
    roll: Roll | None
    openings: dict[str, Opening]

    @cached_property
    def method(self) -> Method | None:
        """How its ballots are marked; None where the entry names no method."""
        return next((method for method in Method if method == self.ledger.opened.method), None)

    def holds(self, choice: Choice) -> bool:
        """Whether a choice is a ballot of this vote."""
        method = self.method
        if method is Method.SINGLE and self.ledger.opened.kind == VoteKind.OWNERS:
            method = Method.APPROVAL  # co-owners who differ: all their answers
        return method is not None and is_ballot(method, len(self.ledger.opened.options), choice)


def check(published: Published, keys: Sequence[VerifierKey] = (), receipt: Receipt | None = None) -> Findings:
    """Look at everything: the log's rules, heads and signatures, each vote's roll and count, a receipt."""
    found, lines = Findings(), published.log or []
    tree = Tree(map(leaf_hash, lines))
    ledgers, faults = replay(lines)
    _check_log(found, tree, faults)
    _check_heads(found, tree, [*published.heads, *_proven_head(receipt)], keys)
    votes = {number: _check_vote(found, number, ledger, published) for number, ledger in ledgers.items()}
    for number in sorted({*published.rolls, *published.openings, *published.took_part} - votes.keys()):
        found.add(False, "vote_unknown", vote=number)
    if receipt is not None:
        _check_receipt(found, lines, votes, receipt, keys)
    return found


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _check_log(found: Findings, tree: Tree, faults: Sequence[Fault]) -> None:
    for fault in faults:
        found.add(False, fault.key, at=fault.at, vote=fault.vote)
    if not faults:
        found.add(True, "log_in_order", size=len(tree))
    found.add(None, "head", size=len(tree), root=_text(tree.root()))


def _proven_head(receipt: Receipt | None) -> list[Head]:
    if receipt is None or not isinstance(receipt.evidence, Proof):
        return []
    return [signed_head(receipt.evidence.checkpoint)]


def _check_heads(found: Findings, tree: Tree, heads: Sequence[Head], keys: Sequence[VerifierKey]) -> None:
    for head in heads:
        if head.size > len(tree):
            found.add(False, "head_beyond", size=head.size, lines=len(tree))
            continue
        matches = head.root == _text(tree.root(head.size))
        found.expect(matches, "head_matches", "head_differs", size=head.size, root=head.root)
    covered = max((head.size for head in heads), default=len(tree))
    if covered < len(tree):
        found.add(None, "lines_beyond", size=covered, lines=len(tree) - covered)
    signers = [key for key in keys if key.kind != COSIGNATURE]
    signed = [head for head in heads if head.note is not None]
    for head in signed:
        if not signers:
            found.add(None, "head_unchecked", size=head.size)
            continue
        own = any(head.origin == key.name and signed_by(head.note, key) for key in signers if head.note)
        found.expect(own, "head_signed", "head_unsigned", size=head.size)
    if signers and not signed:
        found.add(False, "no_signed_head")
    _check_witnesses(found, signed, keys)
    _check_views(found, heads)


def _check_witnesses(found: Findings, signed: Sequence[Head], keys: Sequence[VerifierKey]) -> None:
    for key in keys:
        if key.kind == COSIGNATURE:
            sizes = [head.size for head in signed if head.note and signed_by(head.note, key)]
            found.expect(bool(sizes), "cosigned", "never_cosigned", name=key.name, size=max(sizes, default=0))


def _check_views(found: Findings, heads: Sequence[Head]) -> None:
    roots: dict[int, str] = {}
    for head in heads:
        if roots.setdefault(head.size, head.root) != head.root:
            found.add(False, "two_views", size=head.size)


def _check_vote(found: Findings, number: int, ledger: Ledger, published: Published) -> Vote:
    vote = Vote(number, ledger, _check_roll(found, number, ledger, published), {})
    if number not in published.openings:
        found.add(None, "no_openings", vote=number)
        return vote
    if not ledger.closed:
        found.add(False, "opened_early", vote=number)
    _check_openings(found, vote, published.openings[number])
    _check_took_part(found, vote, published.took_part.get(number))
    if vote.roll is not None:
        _check_count(found, vote, vote.roll)
    return vote


def _check_took_part(found: Findings, vote: Vote, named: Sequence[bytes] | None) -> None:
    counted = len(vote.ledger.counted)
    if named is not None:
        right = len(named) == len(set(named)) == counted
        found.expect(right, "took_part", "took_part_differs", vote=vote.number, named=len(named), counted=counted)
    elif not vote.ledger.opened.slips:
        found.add(None, "no_took_part", vote=vote.number)


def _check_roll(found: Findings, number: int, ledger: Ledger, published: Published) -> Roll | None:
    if number not in published.rolls:
        found.add(None, "no_roll", vote=number)
        return None
    try:
        roll = parse_roll(published.rolls[number])
    except Malformed:
        found.add(False, "roll_unreadable", vote=number)
        return None
    found.expect(encode(roll.root) == ledger.opened.roll, "roll_matches", "roll_differs", vote=number)
    if roll.totals() != ledger.opened.totals:
        found.add(False, "totals_differ", vote=number)
    known = {voter.p for voter in roll.voters}
    outside = [at for p, at in ledger.first_at.items() if p not in known]
    for at in outside:
        found.add(False, "off_roll", vote=number, at=at)
    if not outside:
        found.add(True, "all_on_roll", vote=number, size=len(known))
    return roll


def _check_openings(found: Findings, vote: Vote, lines: Sequence[bytes]) -> None:
    wrong = len(found)
    for at, text in enumerate(lines, start=2):
        try:
            opening = parse_opening(text)
        except Malformed:
            found.add(False, "opening_unreadable", vote=vote.number, at=at)
            continue
        if (key := _fault_of(vote, opening)) is not None:
            found.add(False, key, vote=vote.number, at=at)
        vote.openings.setdefault(opening.p, opening)
    for p in vote.ledger.counted.keys() - vote.openings.keys():
        found.add(False, "opening_missing", vote=vote.number, at=vote.ledger.counted[p].at)
    if len(found) == wrong:
        found.add(True, "openings", vote=vote.number, size=len(lines))


def _fault_of(vote: Vote, opening: Opening) -> str | None:
    opened, held = vote.ledger.opened, vote.ledger.counted.get(opening.p)
    if opening.p in vote.openings:
        return "opening_twice"
    if held is None or held.rev != opening.rev:
        return "opening_of_nothing"
    if opening.commitment(vote.number) != held.c:
        return "opening_false"
    if opened.slips and credential(vote.number, opening.code or "") != opening.p:
        return "invented"
    if not vote.holds(opening.choice):
        return "no_ballot"
    return None


def _check_count(found: Findings, vote: Vote, roll: Roll) -> None:
    """The sum of what was opened, compared with the published result, and redone by the rule's snapshot."""
    opened, counted = vote.ledger.opened, vote.ledger.counted
    known = {voter.p for voter in roll.voters}
    choices = {
        p: opening.choice
        for p, opening in vote.openings.items()
        if p in counted and p in known and vote.holds(opening.choice)
    }
    try:
        counts = count(opened, roll, choices)
    except (ValueError, Refused):
        found.add(False, "rule_unreadable", vote=vote.number)
        return
    facts = {"vote": vote.number, "options": opened.options, "tally": counts}
    if vote.ledger.result is None:
        found.add(None, "no_result", **facts)
        return
    published = vote.ledger.result.tally
    found.expect(published == counts, "count", "count_differs", **facts, published=published)


def _check_receipt(
    found: Findings, lines: Sequence[bytes], votes: Mapping[int, Vote], receipt: Receipt, keys: Sequence[VerifierKey]
) -> None:
    opening, number = receipt.opening, receipt.vote
    cast = line(Cast(number, opening.p, opening.rev, opening.commitment(number)))
    if cast not in lines or number not in votes:
        found.add(False, "receipt_not_in_log", vote=number)
        return
    vote, at = votes[number], lines.index(cast) + 1
    found.add(True, "receipt_in_log", vote=number, at=at)
    _check_evidence(found, receipt, cast, keys)
    held = vote.ledger.counted.get(opening.p)
    found.expect(held is not None and held.rev == opening.rev, "receipt_counts", "receipt_replaced", vote=number, at=at)
    if vote.openings:
        same = vote.openings.get(opening.p) == opening
        found.expect(same, "receipt_opened", "receipt_opened_otherwise", vote=number)
    options = vote.ledger.opened.options
    chosen = [options[position] for position in opening.choice if 0 <= position < len(options)]
    found.add(None, "receipt_says" if opening.own else "receipt_says_without_own", chosen=chosen, own=opening.own)


def _check_evidence(found: Findings, receipt: Receipt, cast: bytes, keys: Sequence[VerifierKey]) -> None:
    evidence = receipt.evidence
    if isinstance(evidence, Proof):
        head = parse_checkpoint(evidence.checkpoint.text)
        right = holds_leaf(leaf_hash(cast), evidence.index, head.size, evidence.path, head.root)
        found.expect(right, "proof_holds", "proof_false", size=head.size)
        return
    if evidence.text != promise(cast):
        found.add(False, "promise_of_another")
    elif not keys:
        found.add(None, "promise_unchecked")
    else:
        found.expect(any(signed_by(evidence, key) for key in keys), "promise_signed", "promise_unsigned")
