"""One live application and one seat a round, though somebody has two registrations: what `merging` sees to, the database too.

By the person, not by the round: each row costs a look at one or two persons, however many applied.
"""

from django.db import migrations

from ampera.apps.audit.triggers import refuse

ANOTHER = (
    "EXISTS (SELECT 1 FROM people_person n JOIN people_person g ON g.id <> n.id"
    " AND (g.id = n.merged_into_id OR g.merged_into_id = n.id OR g.merged_into_id = n.merged_into_id)"
    " JOIN {table} x ON x.person_id = g.id WHERE n.id = NEW.person_id AND x.round_id = NEW.round_id AND x.state IN ({held}))"
)
LIVE = "'DRAFT', 'SUBMITTED'"
APPLICATION = ANOTHER.format(table="admissions_application", held=LIVE)
SEAT = ANOTHER.format(table="admissions_seat", held="'TAKEN'")


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0011_of_two_applications_one_gives_way"),
        ("people", "0008_merged_into_one_that_stands"),
    ]

    operations = [
        refuse(
            "admissions_application",
            "application_one_live_of_a_merged_person",
            on="INSERT",
            when=f"NEW.state IN ({LIVE}) AND {APPLICATION}",
        ),
        refuse(
            "admissions_application",
            "application_one_live_again_of_a_merged_person",
            on="UPDATE OF state",
            when=f"OLD.state NOT IN ({LIVE}) AND NEW.state IN ({LIVE}) AND {APPLICATION}",
        ),
        refuse(
            "admissions_seat",
            "seat_one_per_person_and_round_of_a_merged_person",
            on="INSERT",
            when=f"NEW.state = 'TAKEN' AND {SEAT}",
        ),
    ]
