"""The Official Account's XML: flat fields, no entities, no bombs."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message

from bot.channels.official_account.xml import read, write

BOMB = (
    '<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><xml><Content>&lol9;</Content></xml>"
)


def test_message_is_read_by_its_fields() -> None:
    """Text in CDATA or without; inner fields too, where no outer one has their name."""
    text = (
        "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><MsgId>1</MsgId><Content><![CDATA[说事 <a>&]]></Content>"
        "<Event/><List><TemplateId>t</TemplateId><MsgId>2</MsgId></List></xml>"
    )

    assert read(text.encode()) == {
        "ToUserName": "gh_1",
        "MsgId": "1",
        "Content": "说事 <a>&",
        "Event": "",
        "List": "",
        "TemplateId": "t",
    }


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>',
        '<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><xml/>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://example.org/p">%p;]><xml/>',
        "<xml>&undefined;</xml>",
        "<xml><Content>",
        "<other/>",
        "",
        "说事",
        '<?xml version="1.0" encoding="no-such"?><xml/>',
        "<xml>\x00</xml>",
    ],
)
def test_anything_else_is_refused_at_once(text: str) -> None:
    """No entity is expanded, no file is opened, nothing takes long."""
    began = time.thread_time()
    with pytest.raises(ValueError, match="xml"):
        read(text.encode())

    assert time.thread_time() - began < 0.05


def test_deep_nesting_is_refused_early() -> None:
    """Seven levels are more than WeChat has; a hundred thousand cost no more than nine."""
    assert read(b"<xml>" + b"<a>" * 7 + b"</a>" * 7 + b"</xml>") == {"a": ""}
    began = time.thread_time()
    with pytest.raises(ValueError, match="xml"):
        read(b"<xml>" + b"<a>" * 100_000)

    assert time.thread_time() - began < 0.05


PLAIN = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=100)


@given(PLAIN)
def test_answer_is_read_as_it_was_written(text: str) -> None:
    """Whatever stands in it, the end of a CDATA section too."""
    told = {"Content": text + "]]>" + text}

    assert read(write(told).encode()) == told


@given(PLAIN.filter(str.strip))
def test_answer_is_read_by_wechatpy(text: str) -> None:
    """An independent library reads the same."""
    fields = {"ToUserName": "a", "FromUserName": "b", "CreateTime": "1", "MsgType": "text", "MsgId": "1"}

    assert parse_message(write(fields | {"Content": text})).content.strip() == text.strip()
