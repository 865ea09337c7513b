"""Rules that a check or a unique constraint can't hold, as triggers for both databases.

Each function makes one migration operation. A trigger's name is a sentence; what it refuses it says by that name.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import migrations


def _run(
    sqlite: list[str], postgresql: list[str], undo_sqlite: list[str], undo_postgresql: list[str]
) -> migrations.RunPython:
    def runner(by_vendor: dict[str, list[str]]) -> Callable[..., None]:
        def run(apps, editor):
            for statement in by_vendor[editor.connection.vendor]:
                editor.execute(statement)

        return run

    return migrations.RunPython(
        runner({"sqlite": sqlite, "postgresql": postgresql}),
        runner({"sqlite": undo_sqlite, "postgresql": undo_postgresql}),
        elidable=False,
    )


def refuse(table: str, name: str, *, on: str, when: str = "") -> migrations.RunPython:
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
    return _run(
        sqlite,
        postgresql,
        [f"DROP TRIGGER {name}"],
        [
            f"DROP TRIGGER IF EXISTS {name}_all ON {table}",
            f"DROP TRIGGER {name} ON {table}",
            f"DROP FUNCTION {name}()",
        ],
    )


def append_only(table: str) -> list[migrations.RunPython]:
    """Rows of the table are written once: no update, no delete, no truncate."""
    return [
        refuse(table, f"{table}_rows_never_change", on="UPDATE"),
        refuse(table, f"{table}_rows_never_go", on="DELETE"),
    ]


def follow(table: str, name: str, *, on: str, do: str, when: str = "") -> migrations.RunPython:
    """After a row operation, do one more statement (a counter that a CHECK guards)."""
    condition = f"WHEN ({when}) " if when else ""
    return _run(
        [f"CREATE TRIGGER {name} AFTER {on} ON {table} FOR EACH ROW {condition}BEGIN {do}; END;"],
        [
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {do}; RETURN NULL; END $body$",
            f"CREATE TRIGGER {name} AFTER {on} ON {table} FOR EACH ROW {condition}EXECUTE FUNCTION {name}()",
        ],
        [f"DROP TRIGGER {name}"],
        [f"DROP TRIGGER {name} ON {table}", f"DROP FUNCTION {name}()"],
    )
