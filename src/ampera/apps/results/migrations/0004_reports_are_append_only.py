from django.db import migrations

from ampera.apps.audit.triggers import append_only, refuse


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0003_a_report_is_written_once"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("results_report"),
        *append_only("results_line"),
        refuse(
            "results_member",
            "sampled_member_keeps_sitting",
            on="UPDATE",
            when="OLD.sitting_id IS NOT NULL AND NEW.sitting_id IS NULL",
        ),
    ]
