"""The soak runs on the stage of the stories."""

from tests.stories.conftest import talk, texts, understanding

__all__ = ["talk", "texts", "understanding"]
