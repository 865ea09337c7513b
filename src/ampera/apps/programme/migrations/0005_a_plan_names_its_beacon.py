"""drand and RFC 3797 beside dice. Columns that may be empty and triggers, since SQLite would make the table anew for
anything else, and a table made anew has lost its triggers."""

from django.db import migrations, models

from ampera.apps.audit.triggers import refuse

UNNAMED = (
    "NOT (NEW.beacon_kind = 'dice' AND NEW.beacon_count > 0 AND NEW.beacon_witnesses <> '' "
    "OR NEW.beacon_kind = 'drand' AND COALESCE(NEW.beacon_round, 0) > 0 "
    "OR NEW.beacon_kind = 'rfc3797' AND COALESCE(NEW.beacon_sources, '') <> '')"
)


class Migration(migrations.Migration):
    dependencies = [("programme", "0004_time_stamp")]
    operations = [
        migrations.AlterField(
            "plan",
            "beacon_kind",
            models.CharField(help_text="dice | drand | rfc3797, see 0005.", max_length=10),
        ),
        migrations.AlterField(
            "plan",
            "beacon_count",
            models.PositiveSmallIntegerField(help_text="Number of dice; 0 without dice."),
        ),
        migrations.AlterField(
            "plan", "beacon_witnesses", models.TextField(help_text="Of dice: one named witness a line.")
        ),
        migrations.AddField(
            "plan",
            "beacon_round",
            models.PositiveBigIntegerField(help_text="Of drand's quicknet.", null=True),
        ),
        migrations.AddField(
            "plan",
            "beacon_sources",
            models.TextField(help_text="Of RFC 3797: what is published, a line each.", null=True),
        ),
        refuse("programme_plan", "plan_names_its_beacon", on="INSERT", when=UNNAMED),
        refuse("programme_plan", "plan_goes_on_naming_its_beacon", on="UPDATE", when=UNNAMED),
    ]
