"""Native polls, with the fields that Bot API 9.6 made required."""

from typing import Any

from tests.simulator.world import ApiError, World

Json = dict[str, Any]


def opened(world: World, params: Json) -> Json:
    """A new Poll as `sendPoll` asks for it."""
    options = params["options"]
    if not 1 <= len(params["question"]) <= 300:
        raise ApiError(400, "Bad Request: poll question length must not exceed 300")
    if not 1 <= len(options) <= 12:
        raise ApiError(400, "Bad Request: poll must have from 1 to 12 options")
    if any(not 1 <= len(option["text"]) <= 100 for option in options):
        raise ApiError(400, "Bad Request: poll options length must not exceed 100")
    number = world.number("poll", 5_000_000_001)
    poll: Json = {
        "id": str(number),
        "question": params["question"],
        "options": [
            {"persistent_id": f"{number}-{place}", "text": option["text"], "voter_count": 0}
            for place, option in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": params.get("is_closed", False),
        "is_anonymous": params.get("is_anonymous", True),
        "type": params.get("type", "regular"),
        "allows_multiple_answers": params.get("allows_multiple_answers", False),
        "allows_revoting": params.get("allows_revoting", True),
        "members_only": params.get("members_only", False),
    }
    poll |= {name: params[name] for name in ("close_date", "open_period") if name in params}
    world.polls[poll["id"]] = {"poll": poll, "ballots": {}}
    return poll


def voted(world: World, poll_id: str, user_id: int, chosen: list[int]) -> None:
    """Somebody answers a poll, changes the answer, or (with nothing chosen) takes it back."""
    poll, ballots = world.polls[poll_id]["poll"], world.polls[poll_id]["ballots"]
    if poll["is_closed"] or poll.get("close_date", float("inf")) <= world.now():
        raise ValueError("this poll is closed")
    ballots.pop(user_id, None)
    if chosen:
        ballots[user_id] = chosen
    for place, option in enumerate(poll["options"]):
        option["voter_count"] = sum(place in ballot for ballot in ballots.values())
    poll["total_voter_count"] = len(ballots)
    if poll["is_anonymous"]:
        world.updates.put("poll", poll, poll_id)
        return
    answer = {"poll_id": poll_id, "user": world.user(user_id), "option_ids": chosen}
    ids = [poll["options"][place]["persistent_id"] for place in chosen]
    world.updates.put("poll_answer", answer | {"option_persistent_ids": ids}, poll_id)


def closed(world: World, poll: Json) -> Json:
    """End a poll."""
    if poll["is_closed"]:
        raise ApiError(400, "Bad Request: poll has already been closed")
    poll["is_closed"] = True
    world.updates.put("poll", poll, poll["id"])
    return poll
