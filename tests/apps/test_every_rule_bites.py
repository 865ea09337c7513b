"""Every append-only table, every uniqueness and every counter, tried out on the database of a round that was played.

The other constraints and triggers have tests of their own, by name; the last test here sees to it that none is forgotten.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.models import UniqueConstraint

from ampera.apps.audit.triggers import Guard
from tests.apps.processes import ROOT, environment

TRY = """
import json
from ampera.cli.django import wake; wake()
from django.apps import apps
from django.db import connection, transaction, IntegrityError
from django.utils import timezone
from ampera.apps.assessment import api as assessment
from ampera.apps.certificates import api as certificates
from ampera.apps.certificates.models import Credential

now = timezone.now()
certificates.revoke(Credential.objects.first().pk, reason="Salah orang", key="k1", by="account:1", now=now)
assessment.incident(assessment.sessions()[0].id, "Listrik padam", key="k2", by="account:1", now=now)

def refused(statement):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except IntegrityError as error:
        return str(error)
    return ""

found = {}
for table in TABLES:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        rows = cursor.fetchone()[0]
        column = next(c.name for c in connection.introspection.get_table_description(cursor, table))
    found[table] = {"rows": rows, "change": refused(f"UPDATE {table} SET {column} = {column}"), "go": refused(f"DELETE FROM {table}")}
    if connection.vendor == "postgresql":
        found[table]["truncate"] = refused(f"TRUNCATE {table} CASCADE")

unique = {}
for label, name in UNIQUE:
    model = apps.get_model(label)
    constraint = next(c for c in model._meta.constraints if c.name == name)
    rows = model.objects.filter(constraint.condition) if constraint.condition else model.objects.all()
    row = rows.first()
    if row is None:
        unique[name] = None
        continue
    kept = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key}
    fresh = model(**kept)
    try:
        with transaction.atomic():
            fresh.save(force_insert=True)
        unique[name] = ""
    except IntegrityError as error:
        unique[name] = str(error)
from ampera.apps.admissions.models import Fill, Seat
from ampera.apps.certificates.models import Batch

def taken(block):
    return Fill.objects.get(pk=block).taken

seat = Seat.objects.filter(state="TAKEN", source="nomination").first()
counts = [taken(seat.block_id)]
Seat.objects.filter(pk=seat.pk).update(state="RELEASED", released_at=now)
counts.append(taken(seat.block_id))
Seat.objects.create(round_id=seat.round_id, person_id=seat.person_id, klass_id=seat.klass_id, block_id=seat.block_id, source=seat.source, taken_at=now)
counts.append(taken(seat.block_id))

Batch.objects.create(klass_id=seat.klass_id, proposed_by="account:1", proposed_at=now)
try:
    with transaction.atomic():
        Batch.objects.create(klass_id=seat.klass_id, proposed_by="account:2", proposed_at=now)
    batch = ""
except IntegrityError as error:
    batch = str(error)
print(json.dumps({"counts": counts, "batch": batch, "tables": found, "unique": unique, "vendor": connection.vendor}))
"""


def migrations() -> str:
    return "\n".join(p.read_text("utf-8") for p in (ROOT / "src/ampera/apps").glob("*/migrations/*.py"))


APPEND_ONLY = sorted(set(re.findall(r'append_only\("(\w+)"\)', migrations())))
UNIQUE = sorted(
    (m._meta.label, c.name)
    for m in apps.get_models()
    if m.__module__.startswith("ampera.")
    for c in m._meta.constraints
    if isinstance(c, UniqueConstraint)
)


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    home = environment(tmp_path_factory.mktemp("played"), model="played")
    code = f"TABLES = {APPEND_ONLY!r}\nUNIQUE = {UNIQUE!r}\n{TRY}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_rows_of_an_append_only_table_neither_change_nor_go(tried, table):
    found = tried["tables"][table]
    assert found["rows"] > 0, "the played round left no row to try it on"
    assert f"{table}_rows_never_change" in found["change"]
    assert f"{table}_rows_never_go" in found["go"]
    if tried["vendor"] == "postgresql":
        assert "_rows_never_go" in found["truncate"]


#: The played round has no row of these; their own tests make some.
ELSEWHERE = {
    "proposal_one_open_per_round",
    "motion_one_open_per_step",
    "batch_one_open_per_class",
    "correction_one_open_per_application",
    "no_show_one_open_per_seat",
    "fresh_code_one_per_purpose",
}


@pytest.mark.parametrize("label, name", UNIQUE)
def test_a_second_row_like_the_first_is_refused(tried, label, name):
    said = tried["unique"][name]
    if said is None:
        assert name in ELSEWHERE, f"the played round left no row to try {name} on"
        return
    assert said, f"{label} took a second row in spite of {name}"


def test_seat_taken_is_counted_and_seat_released_is_counted(tried):
    before, released, again = tried["counts"]
    assert (released, again) == (before - 1, before), "seat_taken_is_counted, seat_released_is_counted"


def test_a_class_has_one_open_batch(tried):
    assert "klass" in tried["batch"] or "batch_one_open_per_class" in tried["batch"]


def test_no_named_rule_is_without_a_test():
    """By its name in some test, or by the two tests above."""
    named = {
        c.name for m in apps.get_models() if m.__module__.startswith("ampera.") for c in m._meta.constraints
    }
    named |= set(re.findall(r'(?:refuse|follow)\(\s*"\w+",\s*"(\w+)"', migrations()))
    tests = "\n".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("*.py"))
    covered = {name for _label, name in UNIQUE} - ELSEWHERE
    assert sorted(n for n in named - covered if n not in tests) == []


@pytest.mark.django_db
def test_every_guard_that_a_migration_made_still_stands():
    """SQLite makes a table anew when a column or constraint changes, and its triggers go with the old one."""
    loader, standing = MigrationLoader(None), set[str]()
    for node in loader.graph._generate_plan(loader.graph.leaf_nodes(), at_end=True):
        for operation in loader.graph.nodes[node].operations:
            for statement in (
                operation.made.get(connection.vendor, []) if isinstance(operation, Guard) else ()
            ):
                standing |= set(re.findall(r"CREATE TRIGGER (\w+)", statement))
                standing -= set(re.findall(r"DROP TRIGGER (?:IF EXISTS )?(\w+)", statement))
    tables = {
        "sqlite": "sqlite_master WHERE type = 'trigger'",
        "postgresql": "pg_trigger WHERE NOT tgisinternal",
    }
    column = {"sqlite": "name", "postgresql": "tgname"}[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {tables[connection.vendor]}")
        found = {name for (name,) in cursor.fetchall()}
    assert standing and standing == found
