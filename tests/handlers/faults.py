"""A kill at a chosen await between the program and its database or platform."""

from contextlib import contextmanager

from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper

POINTS = {
    SqliteClient: ("execute_query", "execute_insert", "execute_query_dict"),
    SqliteTransactionWrapper: ("begin", "commit", "execute_many"),
}


class Killed(BaseException):
    """The process dies here: no handler of errors sees it."""


class Faults:
    """Counts the awaits of the database and dies at the `at`-th, before or after it was done."""

    def __init__(self, at: int | None = None, after: bool = False) -> None:
        self.count = 0
        self.at = at
        self.after = after

    async def through(self, call, *args, **kwargs):
        self.count += 1
        mine = self.count == self.at
        if mine and not self.after:
            raise Killed
        found = await call(*args, **kwargs)
        if mine:
            raise Killed
        return found


@contextmanager
def faults(at: int | None = None, after: bool = False):
    """Die at the `at`-th statement within the block; None only counts."""
    faults = Faults(at, after)
    kept = {(cls, name): getattr(cls, name) for cls, names in POINTS.items() for name in names}
    for (cls, name), call in kept.items():
        setattr(cls, name, _wrapped(faults, call))
    try:
        yield faults
    finally:
        for (cls, name), call in kept.items():
            setattr(cls, name, call)


def _wrapped(faults: Faults, call):
    async def wrapped(self, *args, **kwargs):
        return await faults.through(call, self, *args, **kwargs)

    return wrapped
