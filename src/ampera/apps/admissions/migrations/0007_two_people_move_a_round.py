import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from ampera.apps.audit.triggers import refuse

SAME = (
    " OR ".join(
        f"NEW.{c} <> OLD.{c}"
        for c in ("round_id", "what", "about", "value", "choice", "because", "seen", "at")
    )
    + ' OR NEW."by" <> OLD."by"'
)


class Migration(migrations.Migration):
    dependencies = [
        ("admissions", "0006_a_no_show_may_object"),
        ("programme", "0004_time_stamp"),
    ]

    operations = [
        migrations.CreateModel(
            name="Motion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        help_text="The step: see decisions.STEPS, freezing, entering.", max_length=20
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        blank=True, help_text="Of what in the round; empty: the round.", max_length=80
                    ),
                ),
                (
                    "value",
                    models.TextField(
                        blank=True, help_text="What exactly is decided: a root, a beacon's value."
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        blank=True, help_text="Which of several ways: see small_cells.", max_length=10
                    ),
                ),
                ("because", models.TextField(blank=True)),
                (
                    "seen",
                    models.JSONField(
                        default=dict, help_text="What its proposer saw, in numbers, to be shown again."
                    ),
                ),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("confirmed_by", models.CharField(blank=True, max_length=80)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "dropped_at",
                    models.DateTimeField(help_text="Taken back, or replaced by a newer one.", null=True),
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
                        condition=Q(confirmed_at__isnull=True)
                        | (~Q(confirmed_by="") & ~Q(confirmed_by=F("by")) & Q(dropped_at__isnull=True)),
                        name="motion_confirmed_by_a_second_person",
                    ),
                    models.CheckConstraint(
                        condition=Q(what__in=["close", "draw", "wave"])
                        | Q(what="freeze", choice="none")
                        | ~Q(because=""),
                        name="motion_says_why",
                    ),
                    models.CheckConstraint(
                        condition=~Q(what="freeze") | Q(choice__in=["none", "keep", "done"]),
                        name="freeze_says_what_of_small_cells",
                    ),
                    models.UniqueConstraint(
                        fields=["round"],
                        condition=Q(what="draw", confirmed_at__isnull=False),
                        name="motion_one_beacon_per_round",
                    ),
                    models.UniqueConstraint(
                        fields=["round", "what", "about"],
                        condition=Q(confirmed_at__isnull=True, dropped_at__isnull=True),
                        name="motion_one_open_per_step",
                    ),
                ]
            },
        ),
        refuse("admissions_motion", "motion_keeps_its_words", on="UPDATE", when=SAME),
        refuse(
            "admissions_motion",
            "closed_motion_stays_closed",
            on="UPDATE",
            when="OLD.confirmed_at IS NOT NULL OR OLD.dropped_at IS NOT NULL",
        ),
        refuse("admissions_motion", "motion_never_goes", on="DELETE"),
        refuse(
            "programme_round",
            "round_abandoned_by_two_people",
            on="UPDATE OF state",
            when="NEW.state = 'ABANDONED' AND OLD.state <> 'ABANDONED' AND NOT EXISTS (SELECT 1 FROM admissions_motion m WHERE m.round_id = NEW.id AND m.what = 'abandon' AND m.confirmed_at IS NOT NULL)",
        ),
    ]
