from django.db import migrations, models
from django.db.models import Q


def propose_again(apps, schema_editor):
    """An open proposal doesn't say which list it meant: it is made anew."""
    apps.get_model("admissions", "Proposal").objects.filter(done_at=None).delete()


class Migration(migrations.Migration):
    dependencies = [("admissions", "0003_calls_stay_inside_the_horizon_and_end")]
    operations = [
        migrations.RunPython(propose_again, migrations.RunPython.noop),
        migrations.RemoveConstraint("proposal", "proposal_one_open_per_step"),
        migrations.RemoveField("proposal", "step"),
        migrations.AddField(
            "proposal",
            "seen",
            models.JSONField(
                default=dict,
                help_text="The list's root and what stands under it, in numbers: see freezing.Preview.",
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "proposal",
            models.UniqueConstraint(
                fields=["round"], condition=Q(done_at__isnull=True), name="proposal_one_open_per_round"
            ),
        ),
    ]
