import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("programme", "0003_locked_terms_reserves_and_states_are_guarded"),
        ("results", "0002_results_are_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="effect",
            name="attrition_high",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="attrition_low",
            field=models.FloatField(help_text="Difference in response, 95 % interval.", null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="clusters",
            field=models.PositiveIntegerField(help_text="Households among those who answered.", null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="p",
            field=models.FloatField(help_text="Two-sided, by Student's t.", null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="public_estimate",
            field=models.FloatField(help_text="From the rows of the open data.", null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="public_high",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="public_low",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="response_inside",
            field=models.FloatField(help_text="Share that answered, weighted.", null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="response_outside",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="threshold",
            field=models.FloatField(help_text="Of the locked rule, in SD.", null=True),
        ),
        migrations.AddField(
            model_name="effect",
            name="trimmed",
            field=models.FloatField(help_text="Share of answers cut for the bounds.", null=True),
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("verdict", models.CharField(help_text="renew | stop | cannot_tell", max_length=12)),
                (
                    "reasons",
                    models.CharField(
                        help_text="Codes of the facts it follows from, space-separated.", max_length=200
                    ),
                ),
                ("promised", models.PositiveIntegerField(help_text="Seats of the whole agreement.")),
                (
                    "cost",
                    models.PositiveBigIntegerField(
                        help_text="Rupiah, as the office says; empty: not given.", null=True
                    ),
                ),
                (
                    "unasked",
                    models.PositiveIntegerField(help_text="Sampled, but without consent to research."),
                ),
                ("data", models.TextField(help_text="The open data, CSV.")),
                ("data_hash", models.CharField(max_length=64)),
                ("by", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "round",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="programme.round"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.CharField(max_length=10)),
                ("promised", models.PositiveIntegerField()),
                (
                    "assumed",
                    models.PositiveIntegerField(
                        help_text="In the agreement's split by our assumption; not promised."
                    ),
                ),
                ("planned", models.PositiveIntegerField()),
                ("filled", models.PositiveIntegerField()),
                ("finished", models.PositiveIntegerField()),
                ("certified", models.PositiveIntegerField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="results.report"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "level"), name="report_line_once_per_level")
                ],
            },
        ),
    ]
