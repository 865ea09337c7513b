"""The time stamp that an authority outside gave a locked plan: written once, and only for a plan that is locked."""

import django.db.models.deletion
from django.db import migrations, models

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [("programme", "0003_locked_terms_reserves_and_states_are_guarded")]
    operations = [
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answer", models.BinaryField(help_text="TimeStampResp in DER, as it came.")),
                ("at", models.DateTimeField(help_text="By the authority's clock.")),
                ("authority", models.CharField(max_length=500)),
                (
                    "serial",
                    models.CharField(help_text="The stamp's number at the authority.", max_length=60),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="time_stamp",
                        to="programme.plan",
                    ),
                ),
            ],
        ),
        refuse("programme_timestamp", "time_stamp_never_changes", on="UPDATE"),
        refuse("programme_timestamp", "time_stamp_never_goes", on="DELETE"),
        refuse(
            "programme_timestamp",
            "time_stamp_needs_a_locked_plan",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM programme_plan p WHERE p.id = NEW.plan_id AND p.locked_at IS NOT NULL)",
        ),
    ]
