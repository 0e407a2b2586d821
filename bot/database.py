"""What can be wrong with the database, as the one line that ends a command."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bot.stop import Stop
from bot.texts import Texts
from models import schema, sqlite_guard


@contextmanager
def told(url: str, texts: Texts) -> Iterator[None]:
    """Turn into Stop: the database can't be reached, lacks migrations (PostgreSQL), or one failed (SQLite)."""
    try:
        yield
    except schema.NotMigrated as wrong:
        raise Stop(texts("cli.stop.run_migrate", names=wrong)) from wrong
    except sqlite_guard.Broken as wrong:
        raise Stop(texts("cli.stop.broken", why=wrong)) from wrong
    except schema.errors() as wrong:
        raise Stop(texts("cli.stop.database", url=without_password(url), why=first_line(wrong))) from wrong


def without_password(url: str) -> str:
    """A url that may be shown."""
    password = urlsplit(url).password
    return url.replace(f":{password}@", ":…@") if password else url


def first_line(wrong: BaseException) -> str:
    """What an error says, in one line."""
    return (str(wrong) or type(wrong).__name__).splitlines()[0]
