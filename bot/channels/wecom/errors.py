"""What WeCom answers when it says no, and what to make of it.

https://developer.work.weixin.qq.com/document/path/90313 (global error codes). Only the number counts: the words change.
"""

from bot.channels.base import ChatGone, ChatSilent, RetryLater, Unsendable

BUSY = -1
TOKEN = frozenset({40001, 40014, 42001})
RATE, CONCURRENT = 45009, 45033
WAITS = {BUSY: 2.0, RATE: 60.0, CONCURRENT: 5.0} | dict.fromkeys(TOKEN, 1.0)
CHAT = range(93000, 94000)


class No(Exception):
    """The platform's no: `code` as it gave it."""

    def __init__(self, code: int, words: str = "") -> None:
        super().__init__(f"errcode {code} {words}".strip())
        self.code = code


def outcome(no: No, *, heard: bool) -> Exception:
    """As `bot.channels.base` names it. `heard`: somebody has spoken to the bot in that chat."""
    if no.code in WAITS:
        return RetryLater(str(no), WAITS[no.code])
    if no.code in CHAT:
        return ChatGone(str(no)) if heard else ChatSilent(str(no))
    return Unsendable(str(no))
