"""What `doctor` finds about the key that signs the logs: there, its owner's alone, the one that is published."""

import asyncio
from typing import TYPE_CHECKING

from bot import keys
from bot.doctor_finding import Finding, Mark, found
from domain.notes import verifier_key

if TYPE_CHECKING:
    from bot.config import Config

OTHERS = 0o077


async def log_key(config: "Config") -> Finding:
    """Reads the key and the newest public key of each log; makes none."""
    file, published = keys.place(config), await _published(config.database.url)
    if not file.exists():
        return found(Mark.FAULT if published else Mark.FINE, "log_key_lost" if published else "log_key_new", file=file)
    try:
        own = await asyncio.to_thread(keys.load, file)
    except keys.NoKey:
        return found(Mark.FAULT, "log_key_unusable", file=file)
    if file.stat().st_mode & OTHERS:
        return found(Mark.FAULT, "log_key_readable", file=file)
    if any(key != str(verifier_key(name, own)) for name, key in published.items()):
        return found(Mark.FAULT, "log_key_other", file=file)
    return found(Mark.FINE, "log_key_fine", file=file)


async def _published(url: str) -> dict[str, str]:
    """The newest public key of each log by its name; none where the database can't be read as it is."""
    from models import ballot_log, schema

    kept = schema.sqlite_file(url)
    if kept and not kept.exists():
        return {}
    try:
        async with schema.opened(url):
            if await schema.pending():
                return {}
            every = {name: await ballot_log.keys(community) for community, name in await ballot_log.logs()}
    except schema.errors():
        return {}
    return {name: known[-1][0] for name, known in every.items() if known}
