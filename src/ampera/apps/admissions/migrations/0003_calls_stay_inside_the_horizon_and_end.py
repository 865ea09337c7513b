import django.db.models.deletion
from django.db import migrations, models

from ampera.apps.audit.triggers import append_only, refuse


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0002_draw_and_seats_are_guarded"),
        ("programme", "0001_initial"),
    ]
    operations = [
        migrations.CreateModel(
            name="WavesEnd",
            fields=[
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="programme.round",
                    ),
                ),
                ("after", models.PositiveSmallIntegerField(help_text="The last wave that was called.")),
                ("because", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
        ),
        *append_only("admissions_wavesend"),
        refuse(
            "admissions_call",
            "call_only_inside_the_horizon",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM admissions_outcome o WHERE o.application_id = NEW.application_id AND o.inside)",
        ),
        refuse(
            "admissions_seat",
            "seat_from_the_draw_has_a_call",
            on="INSERT",
            when="NEW.source = 'draw' AND NEW.call_id IS NULL",
        ),
        refuse(
            "admissions_seat",
            "live_seat_only_after_the_calls",
            on="INSERT",
            when="NEW.source = 'live' AND NOT EXISTS (SELECT 1 FROM admissions_wavesend w WHERE w.round_id = NEW.round_id)",
        ),
    ]
