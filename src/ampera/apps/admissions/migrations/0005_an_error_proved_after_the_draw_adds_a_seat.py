import django.db.models.deletion
from django.db import migrations, models

from ampera.apps.audit.triggers import follow, lifted, refuse

TAKEN = {"on": "INSERT", "when": "NEW.state = 'TAKEN'"}
RELEASED = {"on": "UPDATE OF state", "when": "OLD.state = 'TAKEN' AND NEW.state = 'RELEASED'"}
COUNT = "UPDATE admissions_fill SET taken = taken {0} 1 WHERE block_id = NEW.block_id"
# An added seat brings its own room, and takes it away again: both in one statement, so that the check holds throughout.
ROOM = (
    "UPDATE admissions_fill SET taken = taken {0} 1, seats = seats {0} CASE WHEN NEW.source = 'added' THEN 1 ELSE 0 END "
    "WHERE block_id = NEW.block_id"
)


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0004_a_proposal_keeps_what_was_seen"),
        ("programme", "0003_locked_terms_reserves_and_states_are_guarded"),
    ]

    operations = [
        migrations.AlterField(
            model_name="seat",
            name="source",
            field=models.CharField(
                choices=[
                    ("draw", "Draw"),
                    ("nomination", "Nomination"),
                    ("live", "Live"),
                    ("added", "Added"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "groups",
                    models.CharField(
                        blank=True,
                        help_text="Codes of all groups that they belong to, comma-separated.",
                        max_length=200,
                    ),
                ),
                ("because", models.CharField(help_text="Public: it names nobody.", max_length=200)),
                (
                    "foreseen",
                    models.TextField(
                        blank=True,
                        help_text="What it would add, as its proposer saw it: “receipt class id”, a line each.",
                    ),
                ),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("confirmed_by", models.CharField(blank=True, max_length=80)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("added", models.PositiveSmallIntegerField(help_text="How many seats it added.", null=True)),
                (
                    "application",
                    models.ForeignKey(
                        help_text="About whom.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admissions.application",
                    ),
                ),
                (
                    "objection",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="admissions.objection",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programme.round"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_at__isnull", True),
                            models.Q(
                                models.Q(("confirmed_by", ""), _negated=True),
                                models.Q(("confirmed_by", models.F("by")), _negated=True),
                                ("added__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="correction_confirmed_by_a_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("because", ""), _negated=True), name="correction_says_why"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("confirmed_at__isnull", True)),
                        fields=("application",),
                        name="correction_one_open_per_application",
                    ),
                ]
            },
        ),
        migrations.AddField(
            model_name="seat",
            name="correction",
            field=models.ForeignKey(
                help_text="Of an added seat: why.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seats",
                to="admissions.correction",
            ),
        ),
        *(
            step
            for name, sign, kind in (
                ("seat_taken_is_counted", "+", TAKEN),
                ("seat_released_is_counted", "-", RELEASED),
            )
            for step in (
                lifted(follow("admissions_seat", name, do=COUNT.format(sign), **kind)),
                follow("admissions_seat", name, do=ROOM.format(sign), **kind),
            )
        ),
        refuse(
            "admissions_seat",
            "added_seat_needs_a_confirmed_correction",
            on="INSERT",
            when="NEW.source = 'added' AND NOT EXISTS (SELECT 1 FROM admissions_correction c WHERE c.id = NEW.correction_id AND c.round_id = NEW.round_id AND c.confirmed_at IS NOT NULL)",
        ),
        refuse(
            "admissions_seat",
            "seat_stays_what_it_was_given_for",
            on="UPDATE OF source, block_id, correction_id",
            when="NEW.source <> OLD.source OR NEW.block_id <> OLD.block_id OR COALESCE(NEW.correction_id, 0) <> COALESCE(OLD.correction_id, 0)",
        ),
        refuse(
            "admissions_correction",
            "correction_only_after_the_draw",
            on="INSERT",
            when="NOT EXISTS (SELECT 1 FROM admissions_draw d JOIN admissions_freeze f ON f.id = d.freeze_id WHERE f.round_id = NEW.round_id)",
        ),
        refuse(
            "admissions_correction",
            "confirmed_correction_never_changes",
            on="UPDATE",
            when="OLD.confirmed_at IS NOT NULL",
        ),
        refuse(
            "admissions_correction",
            "confirmed_correction_never_goes",
            on="DELETE",
            when="OLD.confirmed_at IS NOT NULL",
        ),
    ]
