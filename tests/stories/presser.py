"""One process of several on one database: presses the buttons of vote #1 for one person, as often as it is told.

`python -m tests.stories.presser URL NAME FIRST TIMES`: says `ready`, waits for a line, presses options in turn.
"""

import asyncio
import sys

from bot.texts import Texts
from bot.words import Understanding
from domain.talk import Person, Pressed
from models import schema
from tests.stories.talk import GROUP, Talk


async def main(url: str, name: str, first: int, times: int) -> None:
    async with schema.opened(url):
        talk = Talk(Texts.load(), Understanding.load())
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        for n in range(times):
            choice = str(1 + (first + n) % 2)
            await talk.run(Pressed(f"{name}-{n}", talk.clock(), GROUP, Person(name), "ballot", ("1", choice)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
