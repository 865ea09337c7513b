from django.db import migrations

from ampera.apps.audit.triggers import append_only, refuse


class Migration(migrations.Migration):
    dependencies = [("people", "0007_two_registrations_of_one_person")]

    operations = [
        refuse(
            "people_person",
            "person_merged_into_one_that_stands",
            on="UPDATE OF merged_into_id",
            when="NEW.merged_into_id IS NOT NULL AND (NEW.erased_at IS NOT NULL"
            " OR EXISTS (SELECT 1 FROM people_person p WHERE p.merged_into_id = NEW.id)"
            " OR EXISTS (SELECT 1 FROM people_person p WHERE p.id = NEW.merged_into_id"
            " AND (p.merged_into_id IS NOT NULL OR p.erased_at IS NOT NULL)))",
        ),
        *append_only("people_verdict"),
    ]
