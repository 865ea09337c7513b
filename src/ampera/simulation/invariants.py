"""The promises that must hold after every stage, asked of the database itself and not of the code that keeps them."""

from __future__ import annotations

from django.db import connection

# name → a query that counts what breaks it
INVARIANTS = {
    "one live application per person and round": """
        SELECT count(*) FROM (SELECT person_id FROM admissions_application WHERE state IN ('DRAFT', 'SUBMITTED')
        GROUP BY round_id, person_id HAVING count(*) > 1) x""",
    "one seat per person and round": """
        SELECT count(*) FROM (SELECT person_id FROM admissions_seat WHERE state = 'TAKEN'
        GROUP BY round_id, person_id HAVING count(*) > 1) x""",
    "one live application before the freeze, and one seat, under all registrations of a person": """
        SELECT count(*) FROM (SELECT COALESCE(p.merged_into_id, p.id) AS who, a.round_id FROM admissions_application a
        JOIN people_person p ON p.id = a.person_id JOIN programme_round r ON r.id = a.round_id
        WHERE a.state IN ('DRAFT', 'SUBMITTED') AND r.state IN ('OPEN', 'OBJECTIONS')
        GROUP BY COALESCE(p.merged_into_id, p.id), a.round_id HAVING count(*) > 1
        UNION ALL SELECT COALESCE(p.merged_into_id, p.id), s.round_id FROM admissions_seat s
        JOIN people_person p ON p.id = s.person_id JOIN programme_round r ON r.id = s.round_id
        WHERE s.state = 'TAKEN' AND r.state IN ('DRAWN', 'TEACHING')
        GROUP BY COALESCE(p.merged_into_id, p.id), s.round_id HAVING count(*) > 1) x""",
    "who was merged was merged by two, into an earlier one that stands": """
        SELECT count(*) FROM people_person p JOIN people_person e ON e.id = p.merged_into_id WHERE e.id >= p.id
        OR e.merged_into_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM people_pair q WHERE q.state = 'JOINED'
        AND q.later_id = p.id AND q.confirmed_by <> q.proposed_by)""",
    "never above capacity, per block": """
        SELECT count(*) FROM (SELECT b.id FROM programme_block b JOIN admissions_seat s ON s.block_id = b.id
        WHERE s.state = 'TAKEN' GROUP BY b.id, b.seats HAVING count(*) > b.seats) x""",
    "never above capacity, per class": """
        SELECT count(*) FROM (SELECT c.id FROM programme_class c JOIN admissions_seat s ON s.klass_id = c.id
        WHERE s.state = 'TAKEN' GROUP BY c.id, c.seats HAVING count(*) > c.seats) x""",
    "the counters agree with the seats": """
        SELECT count(*) FROM admissions_fill f WHERE f.taken <>
        (SELECT count(*) FROM admissions_seat s WHERE s.block_id = f.block_id AND s.state = 'TAKEN')""",
    "no draw before lock and freeze": """
        SELECT count(*) FROM admissions_draw d JOIN admissions_freeze f ON f.id = d.freeze_id
        JOIN programme_plan p ON p.id = f.plan_id WHERE p.locked_at IS NULL OR p.locked_at > f.at OR f.at > d.at""",
    "only those whose identity was seen were drawn": """
        SELECT count(*) FROM admissions_outcome o JOIN admissions_application a ON a.id = o.application_id
        JOIN people_person p ON p.id = a.person_id
        JOIN people_identity i ON i.person_id = COALESCE(p.merged_into_id, p.id) WHERE i.seen_at IS NULL""",
    "an answer is accepted once": """
        SELECT count(*) FROM (SELECT sitting_id FROM assessment_response
        GROUP BY sitting_id, item_id HAVING count(*) > 1) x""",
    "every finished sitting has its score": """
        SELECT count(*) FROM assessment_sitting s LEFT JOIN assessment_score c ON c.sitting_id = s.id
        WHERE s.state = 'FINISHED' AND c.id IS NULL""",
    "a status index is never reused": """
        SELECT count(*) FROM (SELECT status_list_id FROM certificates_credential
        GROUP BY status_list_id, status_index HAVING count(*) > 1) x""",
    "notice before data": "SELECT count(*) FROM people_person WHERE notice_at > created_at OR notice_version = ''",
    "a minor has a guardian seen": """
        SELECT count(*) FROM people_identity WHERE seen_on < adult_on AND NOT guardian_seen""",
    "one verified holder of an identity number": """
        SELECT count(*) FROM (SELECT nik_lookup FROM people_identity WHERE seen_at IS NOT NULL AND displaced_at IS NULL
        GROUP BY nik_lookup HAVING count(*) > 1) x""",
    "nobody outside the horizon was called": """
        SELECT count(*) FROM admissions_call c JOIN admissions_outcome o ON o.application_id = c.application_id
        WHERE NOT o.inside""",
    "a certificate rests on a passed exam": """
        SELECT count(*) FROM certificates_credential c JOIN assessment_sitting s ON s.id = c.sitting_id
        JOIN assessment_score sc ON sc.sitting_id = s.id JOIN assessment_form f ON f.code = s.form_id
        WHERE s.purpose <> 'exam' OR sc.wle < f.pass_theta""",
}


class Broken(AssertionError):
    """An invariant does not hold: which, after which stage, with which seed."""


def check(*, stage: str, seed: int) -> None:
    """Ask for every invariant. Raises Broken, naming all that fail, the stage and the seed."""
    with connection.cursor() as cursor:
        broken = []
        for name, query in INVARIANTS.items():
            cursor.execute(query)
            count = cursor.fetchone()[0]
            if count:
                broken.append(f"{name} ({count})")
    if broken:
        raise Broken(f"after {stage}, seed {seed}: " + "; ".join(broken))
