from django.db import migrations

from ampera.apps.audit.triggers import append_only, refuse


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("assessment_response"),
        *append_only("assessment_presence"),
        *append_only("assessment_incident"),
        refuse(
            "assessment_response",
            "answer_needs_an_open_sitting",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM assessment_sitting s WHERE s.id = NEW.sitting_id AND s.state = 'OPEN')",
        ),
        refuse(
            "assessment_sitting",
            "finished_sitting_stays_finished",
            on="UPDATE OF state",
            when="OLD.state <> 'OPEN' AND NEW.state = 'OPEN'",
        ),
        refuse("assessment_sitting", "sitting_never_goes", on="DELETE"),
    ]
