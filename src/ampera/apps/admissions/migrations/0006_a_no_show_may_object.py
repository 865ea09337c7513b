import django.db.models.deletion
from django.db import migrations, models

from ampera.apps.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0005_an_error_proved_after_the_draw_adds_a_seat"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoShow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("because", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("objection", models.TextField(blank=True)),
                (
                    "ended_at",
                    models.DateTimeField(
                        help_text="Released, or the person objected and keeps it.", null=True
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="admissions.seat"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("seat",),
                        name="no_show_one_open_per_seat",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("at"))),
                        name="no_show_leaves_time_to_object",
                    ),
                ],
            },
        ),
        refuse(
            "admissions_seat",
            "seat_stays_while_its_holder_may_object",
            on="UPDATE OF state",
            when="NEW.state = 'RELEASED' AND OLD.state = 'TAKEN' AND EXISTS (SELECT 1 FROM admissions_noshow n WHERE n.seat_id = NEW.id AND n.ended_at IS NULL AND n.until > NEW.released_at)",
        ),
    ]
