"""Ranked ballots: instant run-off and Schulze, both with their ties told and none broken by chance.

A ballot lists positions of options, best first; what it leaves out stands below what it names. Path
strengths are votelib's; it knows no ties between winners, so who wins is read off the strengths here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from votelib.convert import RankedToCondorcetVotes
from votelib.evaluate.condorcet import Schulze

Ranking = tuple[int, ...]


@dataclass(frozen=True)
class RunOff:
    """Each round's ballots by option still in it (None: out), and who won: several where they tie."""

    rounds: tuple[tuple[int | None, ...], ...]
    winners: tuple[int, ...]


def run_off(options: int, rankings: Sequence[Ranking]) -> RunOff:
    """Instant run-off: the last of each round goes out, all of them where several are last alike.

    An option with more than half of the ballots that still name one wins; options that are all alike
    win together. Without a ballot nobody wins.
    """
    remaining = set(range(options))
    rounds: list[tuple[int | None, ...]] = []
    while True:
        counts = Counter(dict.fromkeys(remaining, 0))
        counts.update(first for ranking in rankings if (first := _first(ranking, remaining)) is not None)
        rounds.append(tuple(counts[option] if option in remaining else None for option in range(options)))
        cast, best, last = sum(counts.values()), max(counts.values()), min(counts.values())
        if cast == 0:
            return RunOff(tuple(rounds), ())
        if 2 * best > cast or best == last:
            winners = tuple(sorted(option for option in remaining if counts[option] == best))
            return RunOff(tuple(rounds), winners)
        remaining = {option for option in remaining if counts[option] > last}


def _first(ranking: Ranking, remaining: set[int]) -> int | None:
    return next((option for option in ranking if option in remaining), None)


def schulze(options: int, rankings: Sequence[Ranking]) -> tuple[int, ...]:
    """The options that no other beats by a stronger path; several where they tie, none without a ballot."""
    if not rankings:
        return ()
    full: Counter[tuple[int | frozenset[int], ...]] = Counter()
    for ranking in rankings:
        unnamed = frozenset(range(options)) - set(ranking)
        full[(*ranking, unnamed) if unnamed else ranking] += 1
    paths = Schulze.widest_paths(RankedToCondorcetVotes().convert(full))
    everyone = range(options)
    return tuple(
        option
        for option in everyone
        if all(paths.get((option, other), 0) >= paths.get((other, option), 0) for other in everyone)
    )
