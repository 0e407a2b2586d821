"""Texts: what is put into a sentence is data."""

import pytest

from bot.texts import Texts
from domain.terms import ConcernCategory, Numbered

TEXTS = Texts({"a.hello": "说事 #{number}：{text}", "contract.numbered.concern": "说事"})


def test_texts_fill_braces_with_data():
    """Braces in what a resident wrote stay braces."""
    assert TEXTS("a.hello", number=1, text="{number} {0.__class__}") == "说事 #1：{number} {0.__class__}"


def test_texts_name_what_is_missing():
    """A fact that was not given is an error, never an empty place."""
    with pytest.raises(KeyError, match="text"):
        TEXTS("a.hello", number=1)


def test_texts_reach_no_attributes():
    """A form names facts only."""
    with pytest.raises(KeyError):
        Texts({"a.b": "{text.__class__}"})("a.b", text="x")


def test_texts_know_official_names():
    """Terms come from contract.toml by the enum's name."""
    assert TEXTS.term(Numbered.CONCERN) == "说事"
    assert Texts.load().term(ConcernCategory.LIVELIHOOD) == "服务民生"
