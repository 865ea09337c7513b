import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_a_fresh_code_for_one_thing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "Person"), ("household", "Household")], max_length=9
                    ),
                ),
                (
                    "signs",
                    models.CharField(
                        help_text="Codes of likeness, comma-separated, in the order told.", max_length=120
                    ),
                ),
                (
                    "facts",
                    models.CharField(
                        help_text="Keyed hash of what was compared: another one, and it is looked at anew.",
                        max_length=64,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("FOUND", "Found"),
                            ("FADED", "Faded"),
                            ("DISMISSED", "Dismissed"),
                            ("PROPOSED", "Proposed"),
                            ("JOINED", "Joined"),
                        ],
                        default="FOUND",
                        max_length=9,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("proposed_by", models.CharField(blank=True, max_length=80)),
                ("confirmed_by", models.CharField(blank=True, max_length=80)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "exchanged",
                    models.BooleanField(
                        default=False,
                        help_text="Only the later one's card had been seen: the earlier one took over its identity.",
                    ),
                ),
                (
                    "lent",
                    models.BooleanField(
                        default=False, help_text="The earlier one had no account and got the later one's."
                    ),
                ),
                (
                    "objection",
                    models.TextField(blank=True, help_text="Of the citizen; forgotten when they are erased."),
                ),
                ("objected_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, max_length=80)),
                ("answered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Verdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verb", models.CharField(max_length=9)),
                (
                    "because",
                    models.CharField(help_text="Shown to the citizen; it names nobody.", max_length=200),
                ),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="merged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                help_text="The earlier registration of this very person.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AlterField(
            model_name="identity",
            name="displaced_at",
            field=models.DateTimeField(
                help_text="Another person showed the KTP with this NIK, or the person was merged into another.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_at__isnull", True), ("merged_into__isnull", True)),
                    models.Q(
                        ("merged_at__isnull", False),
                        ("merged_into__isnull", False),
                        ("merged_into__lt", models.F("id")),
                    ),
                    _connector="OR",
                ),
                name="person_merged_into_an_earlier_one",
            ),
        ),
        migrations.AddField(
            model_name="pair",
            name="earlier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="pair",
            name="later",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="verdict",
            name="pair",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="verdicts", to="people.pair"
            ),
        ),
        migrations.AddIndex(
            model_name="pair",
            index=models.Index(fields=["state", "kind"], name="pair_state_kind"),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.UniqueConstraint(
                fields=("kind", "earlier", "later"), name="pair_once_of_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.CheckConstraint(
                condition=models.Q(("earlier__lt", models.F("later"))), name="pair_names_the_earlier_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "JOINED"), _negated=True),
                    models.Q(
                        models.Q(("proposed_by", ""), _negated=True),
                        models.Q(("confirmed_by", ""), _negated=True),
                        models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                        ("confirmed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="pair_joined_by_two_officers",
            ),
        ),
        migrations.AddConstraint(
            model_name="pair",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True),
                    models.Q(
                        models.Q(("answered_by", ""), _negated=True),
                        models.Q(("answered_by", models.F("proposed_by")), _negated=True),
                        ("objected_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="pair_objection_not_answered_by_its_proposer",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("because", ""), _negated=True), name="verdict_says_why"
            ),
        ),
    ]
