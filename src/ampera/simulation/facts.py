"""The end state of a play as one short fingerprint: domain facts by receipt and class code, in a fixed order.

Left out: what comes from the operating system's dice (UUIDs, keys, nonces, status indices, signatures) and row ids.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.db import connection

# Names of people who have no receipt (civil servants) are their own here: the simulated names are no personal data.
FACTS = (
    """SELECT a.receipt, a.state, a.audience_id, a.level, a.measured_level, round(CAST(a.theta AS numeric), 6), a.kelurahan_id,
    a.birth_year, a.days, a.places FROM admissions_application a""",
    """SELECT a.receipt, c.position, k.code FROM admissions_choice c JOIN admissions_application a ON a.id = c.application_id
    JOIN programme_class k ON k.id = c.klass_id""",
    """SELECT a.receipt, r.group_id, r.accepted FROM admissions_reserveclaim r
    JOIN admissions_application a ON a.id = r.application_id""",
    "SELECT root, applicants FROM admissions_freeze",
    "SELECT beacon, seated, inside FROM admissions_draw",
    """SELECT a.receipt, o.ticket, k.code, o.rank, o.inside, round(CAST(o.chance_inside AS numeric), 6)
    FROM admissions_outcome o JOIN admissions_application a ON a.id = o.application_id
    LEFT JOIN programme_class k ON k.id = o.klass_id""",
    """SELECT a.receipt, c.wave, k.code, c.state FROM admissions_call c JOIN admissions_application a ON a.id = c.application_id
    JOIN programme_class k ON k.id = c.klass_id""",
    """SELECT k.code, i.name, s.source, s.state, a.receipt FROM admissions_seat s JOIN programme_class k ON k.id = s.klass_id
    JOIN people_identity i ON i.person_id = s.person_id LEFT JOIN admissions_application a ON a.person_id = s.person_id""",
    """SELECT k.code, m.number, count(*) FROM classes_attendance t JOIN classes_meeting m ON m.id = t.meeting_id
    JOIN programme_class k ON k.id = m.klass_id GROUP BY k.code, m.number""",
    """SELECT s.purpose, s.form_id, a.receipt, i.name, c.raw, c.level FROM assessment_score c
    JOIN assessment_sitting s ON s.id = c.sitting_id JOIN people_identity i ON i.person_id = s.person_id
    LEFT JOIN admissions_application a ON a.person_id = s.person_id""",
    """SELECT k.code, c.level, i.name FROM certificates_credential c JOIN programme_class k ON k.id = c.klass_id
    JOIN people_identity i ON i.person_id = c.person_id""",
    """SELECT a.receipt, m.inside, round(CAST(m.probability AS numeric), 6) FROM results_member m
    JOIN admissions_application a ON a.id = m.application_id""",
    "SELECT round(CAST(estimate AS numeric), 6), round(CAST(se AS numeric), 6), verdict FROM results_effect",
)


def rows() -> Iterator[str]:
    """Each fact as a line of text, the same on both databases."""
    with connection.cursor() as cursor:
        for query in FACTS:
            cursor.execute(query)
            # Sorted here: the databases disagree on where a NULL stands.
            yield from sorted("|".join(written(value) for value in row) for row in cursor.fetchall())


def written(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or value in (0, 1):
        return str(int(value))  # SQLite knows no booleans
    try:
        return f"{float(value):.6f}" if not isinstance(value, (int, str)) else str(value)  # type: ignore[arg-type]  # a float or a Decimal is left
    except (TypeError, ValueError):
        return str(value)


def fingerprint() -> str:
    """16 hex digits over all facts."""
    digest = hashlib.sha256()
    for line in rows():
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()[:16]
