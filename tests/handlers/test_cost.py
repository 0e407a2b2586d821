"""What an event may cost: a bounded number of statements, whatever a community's history."""

import pytest

from domain.talk import Person, Pressed, Said
from tests.handlers.faults import faults
from tests.stories.talk import GROUP

BEGIN_AND_COMMIT = 2


@pytest.mark.parametrize("said_before", [0, 30])
async def test_concern_costs_at_most_six_statements(talk, said_before):
    """说事 of somebody known: at most six statements, BEGIN and COMMIT left out."""
    await talk.knows("居民甲")
    for n in range(said_before):
        await talk.says("居民甲", f"说事 {n}号楼路灯不亮了")
    with faults() as seen:
        await talk.run(Said("cost", talk.clock(), GROUP, Person("居民甲"), "说事 三号楼电梯又停了，老人下不来", "u"))

    assert seen.count - BEGIN_AND_COMMIT <= 6


async def test_second_costs_at_most_ten_statements(talk):
    """附议: a handler costs at most ten statements."""
    await talk.knows("居民乙")
    await talk.says("居民甲", "说事 三号楼电梯又停了，老人下不来")
    with faults() as seen:
        await talk.run(Pressed("cost", talk.clock(), GROUP, Person("居民乙"), "second", ("1",)))

    assert seen.count - BEGIN_AND_COMMIT <= 10


async def test_silence_costs_nothing(talk):
    """A group's other talk asks the database nothing."""
    with faults() as seen:
        await talk.run(Said("quiet", talk.clock(), GROUP, Person("居民甲"), "今晚谁家炖肉", "u"))

    assert seen.count == 0
