"""Store: the areas and `transaction()`; what handlers see of the database."""

from typing import Any

from tortoise.transactions import in_transaction

from models import access, concerns, households, mail, organizations, people, roles, sessions, votes


class Store:
    """The named finds and writes, one module an area: `store.concerns.add(…)`."""

    people = people
    households = households
    roles = roles
    concerns = concerns
    organizations = organizations
    sessions = sessions
    votes = votes
    mail = mail
    access = access

    @staticmethod
    def transaction() -> Any:
        """One transaction; inside another one a savepoint. Await nothing but the database in it."""
        return in_transaction("default")
