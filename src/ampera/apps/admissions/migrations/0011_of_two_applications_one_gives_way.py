import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0010_waves_and_no_shows_take_two_people"),
    ]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="state",
            field=models.CharField(
                choices=[
                    ("DRAFT", "Draft"),
                    ("SUBMITTED", "Submitted"),
                    ("WITHDRAWN", "Withdrawn"),
                    ("DISPLACED", "Displaced"),
                    ("MERGED", "Merged"),
                ],
                default="DRAFT",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="GivesWay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("because", models.CharField(help_text="Shown to the citizen.", max_length=200)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(help_text="The two were parted again.", null=True)),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admissions.application",
                    ),
                ),
                (
                    "stays",
                    models.ForeignKey(
                        help_text="Empty for a seat without an application.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admissions.application",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("application",),
                        name="gives_way_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stays__isnull", True),
                            models.Q(("stays", models.F("application")), _negated=True),
                            _connector="OR",
                        ),
                        name="gives_way_to_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="gives_way_says_why"
                    ),
                ],
            },
        ),
    ]
