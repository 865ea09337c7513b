"""Rules that a check or a unique constraint can't hold, as triggers for both databases.

Each function makes one migration operation. A trigger's name is a sentence; what it refuses it says by that name.
"""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory

Statements = dict[
    str, list[str]
]  # by vendor: what each database is told; a vendor without any is told nothing


class Guard(Operation):
    """Plain statements that leave the models alone; so nothing is rendered for them, which `RunPython` would do each time."""

    category = OperationCategory.SQL
    reversible = True

    def __init__(self, made: Statements, undone: Statements):
        self.made, self.undone = made, undone

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.made, self.undone], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.made.get(editor.connection.vendor, []):
            editor.execute(statement)

    def database_backwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in self.undone.get(editor.connection.vendor, []):
            editor.execute(statement)

    def describe(self) -> str:
        return "Guard: " + "; ".join(self.made.get("sqlite", []) or self.undone.get("sqlite", []))[:80]


def lifted(guard: Guard) -> Guard:
    """The guard taken away; undone, it stands again."""
    return Guard(guard.undone, guard.made)


def made_again(guards: list[Guard], *, on_the_way_back: bool = False) -> Guard:
    """SQLite makes a table anew for a new constraint, and its triggers go with the old one: here they are made again."""
    lost = {"sqlite": [statement for guard in guards for statement in guard.made["sqlite"]]}
    return Guard({}, lost) if on_the_way_back else Guard(lost, {})


def _guard(
    sqlite: list[str], postgresql: list[str], undo_sqlite: list[str], undo_postgresql: list[str]
) -> Guard:
    return Guard(
        {"sqlite": sqlite, "postgresql": postgresql},
        {"sqlite": undo_sqlite, "postgresql": undo_postgresql},
    )


def refuse(table: str, name: str, *, on: str, when: str = "") -> Guard:
    """Refuse a row operation.

    on: `UPDATE`, `DELETE`, `INSERT`, or `UPDATE OF column, …`. when: an SQL condition over OLD and NEW that both databases read alike;
    empty refuses always. A condition with a subquery is allowed. `TRUNCATE` is refused along with DELETE on PostgreSQL.
    """
    condition = f"WHEN ({when}) " if when else ""
    sqlite = [
        f"CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW {condition}"
        f"BEGIN SELECT RAISE(ABORT, '{name}'); END;"
    ]
    back = "OLD" if on == "DELETE" else "NEW"
    test = f"IF {when} THEN RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {back};"
    if not when:
        test = f"RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';"
    postgresql = [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {test} END $body$",
        f"CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
    if on == "DELETE" and not when:
        postgresql.append(
            f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
    return _guard(
        sqlite,
        postgresql,
        [f"DROP TRIGGER IF EXISTS {name}"],
        [
            f"DROP TRIGGER IF EXISTS {name}_all ON {table}",
            f"DROP TRIGGER {name} ON {table}",
            f"DROP FUNCTION {name}()",
        ],
    )


def append_only(table: str) -> list[Guard]:
    """Rows of the table are written once: no update, no delete, no truncate."""
    return [
        refuse(table, f"{table}_rows_never_change", on="UPDATE"),
        refuse(table, f"{table}_rows_never_go", on="DELETE"),
    ]


def follow(table: str, name: str, *, on: str, do: str, when: str = "") -> Guard:
    """After a row operation, do one more statement (a counter that a CHECK guards)."""
    condition = f"WHEN ({when}) " if when else ""
    return _guard(
        [f"CREATE TRIGGER {name} AFTER {on} ON {table} FOR EACH ROW {condition}BEGIN {do}; END;"],
        [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {do}; RETURN NULL; END $body$",
            f"CREATE TRIGGER {name} AFTER {on} ON {table} FOR EACH ROW {condition}EXECUTE FUNCTION {name}()",
        ],
        [f"DROP TRIGGER IF EXISTS {name}"],
        [f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}()"],
    )
