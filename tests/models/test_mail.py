"""Messages in the outbox: what is taken out is what was put in."""

import json
from datetime import UTC, datetime

import pytest

from domain.talk import Bar, Button, Chat, File, Manner, Outgoing, Picture, Poll
from models.mail import pack, unpack

CHAT = Chat("telegram", "1", private=True, topic="7", title="枫林小区群")
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "out",
    [
        Outgoing(CHAT, "收到"),
        Outgoing(CHAT, "卡", Manner.REDRAW, rows=((Button("附议", "second", ("1",)),),), card="concern:1", headed=True),
        Outgoing(CHAT, "", Manner.TOAST, token="t1", person="居民甲"),
        Outgoing(CHAT, "表态", poll=Poll("几点", ("七点", "八点"), NOW), due=NOW),
        Outgoing(
            CHAT, "结果", picture=Picture("表决 #3", "楼道灯", "", "", (Bar("赞同", "3户", 600),), "居民协商表决")
        ),
        Outgoing(CHAT, "您的记录", file=File("我的数据.json", '{"说事": [1]}')),
    ],
)
def test_message_is_unpacked_as_it_was_packed(out):
    """Through JSON and back, files, polls and pictures included."""
    assert unpack(json.loads(pack(out))) == out
