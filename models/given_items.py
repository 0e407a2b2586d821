"""清单: which of a template's tasks were handed out for a topic."""

from models.tables.matters import GivenItem


async def of(topic: int) -> dict[str, int]:
    """The numbers of the tasks that came of a list, by what the template says. One statement."""
    return {row.text: row.task for row in await GivenItem.filter(topic_id=topic)}


async def note(community: int, topic: int, text: str, task: int) -> None:
    """A task of the list is handed out; of two at once the second fails. One statement."""
    await GivenItem.create(community_id=community, topic_id=topic, text=text, task=task)
