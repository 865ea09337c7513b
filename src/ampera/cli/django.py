"""Wake Django up, for the commands that need the database."""

from __future__ import annotations

import os


def wake() -> None:
    """Load the settings and the apps. Raises BadEnvironment if a variable can't be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ampera.settings")
    import django

    django.setup()


def reach() -> None:
    """Raises OperationalError at once if PostgreSQL can't be reached; the pool would go on trying, and log each try."""
    from django.db import connection

    if connection.vendor == "postgresql":
        import psycopg

        it = connection.settings_dict
        with connection.wrap_database_errors:
            psycopg.connect(
                dbname=it["NAME"], user=it["USER"], password=it["PASSWORD"], host=it["HOST"], port=it["PORT"],
                connect_timeout=5,
            ).close()  # fmt: skip


def migrate() -> None:
    """Bring the database to this version's tables, quietly; a database that is up to date costs one look."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    reach()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
