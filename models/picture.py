"""Tortoise's picture of all tables as the migrations make them, painted where it is looked at.

Tortoise itself paints the tables anew after each operation, those carried out long ago among them: 5 s of every first
start after an update, and more with each migration. What a migration does to the database is tortoise's own.
"""

from collections.abc import Iterable
from typing import Self

from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

Known = dict[tuple[str, str], ModelState]


class Tables(StateApps):
    """The tables, made of what is `known` of them at the first look."""

    def __init__(self, known: Known, connections: dict[str, str]) -> None:
        super().__init__(default_connections=connections)
        self.known, self.stale = known, True

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        """A table as it stands now. Raises KeyError."""
        self.look()
        return super().get_model(app_label, model_name)

    def look(self) -> None:
        """Make them, unless nothing has changed."""
        if self.stale:
            self.stale = False
            self.apps.clear()
            for (label, _), table in self.known.items():
                self.register_model(label, table.render(self))
            self._init_relations()
            self._build_initial_querysets()


class Picture(State):
    """What is known of the tables, and the tables."""

    apps: Tables

    @classmethod
    def of(cls, known: Known, connections: dict[str, str]) -> Self:
        """`connections`: of an app, its name."""
        return cls(known, Tables(known, connections))

    def clone(self) -> Self:
        """One that stays as this is now."""
        return self.of({key: table.clone() for key, table in self.models.items()}, self.apps._default_connections)

    def reload_model(self, app_label: str, model_name: str) -> None:  # noqa: ARG002 - whichever it was
        """A table changed."""
        self.apps.stale = True

    def reload_models(self, model_tuples: Iterable[tuple[str, str]]) -> None:  # noqa: ARG002 - the same
        """Tables changed."""
        self.apps.stale = True

    def validate_relations_initialized(self) -> None:
        """Raises RuntimeError where a table points to one that was never made."""
        self.apps.look()
        super().validate_relations_initialized()


class Executor(MigrationExecutor):
    """Tortoise's own, with such a picture."""

    async def _project_state(self, applied: set[MigrationKey], *, upto: MigrationKey | None = None) -> State:
        apps = self.loader.apps_config.items()
        picture = Picture.of({}, {label: config.get("default_connection", "default") for label, config in apps})
        for key in self._full_plan():
            if key == upto:
                break
            if key in applied:
                migration = self.loader.graph.nodes[key]
                assert migration is not None, key
                await migration.apply(picture, dry_run=True)
        return picture
