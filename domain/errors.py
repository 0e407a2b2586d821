"""A rule's "no"."""


class Refused(Exception):
    """A rule refuses. `reason` is the key of the sentence in `locales`, `facts` fill its braces.

    Raised by rules and gates, worded in `handlers/run.py`; nothing of the event is kept but the refusal.
    """

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts
