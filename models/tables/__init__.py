"""Rows and database constraints. Seen by `models` alone.

Every table but the mail carries `community`, so that a community's rows can be moved or distributed
together. Ids of platforms are text: Telegram's need 52 bits, WeCom's are words.
"""

from models.tables import (
    ballot_log,
    concerns,
    corrections,
    deliberations,
    mail,
    matters,
    people,
    search,
    sessions,
    tasks,
    topics,
    votes,
)

__all__ = [
    "ballot_log",
    "concerns",
    "corrections",
    "deliberations",
    "mail",
    "matters",
    "people",
    "search",
    "sessions",
    "tasks",
    "topics",
    "votes",
]
