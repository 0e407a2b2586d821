"""The stage of the stories, for what only needs a community and a channel."""

from tests.stories.conftest import talk, texts, understanding

__all__ = ["talk", "texts", "understanding"]
