"""What ends a command: one line for stderr, exit code 2."""


class Stop(Exception):
    """The line."""
