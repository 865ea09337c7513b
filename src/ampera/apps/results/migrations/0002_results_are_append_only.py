from django.db import migrations

from ampera.apps.audit.triggers import append_only, refuse


class Migration(migrations.Migration):
    dependencies = [
        ("results", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("results_sample"),
        *append_only("results_effect"),
        refuse(
            "results_member",
            "sampled_member_keeps_arm_and_probability",
            on="UPDATE",
            when="NEW.inside <> OLD.inside OR NEW.probability <> OLD.probability OR NEW.chance_inside <> OLD.chance_inside OR NEW.application_id <> OLD.application_id OR (OLD.sitting_id IS NOT NULL AND NEW.sitting_id <> OLD.sitting_id)",
        ),
        refuse("results_member", "sampled_member_never_goes", on="DELETE"),
    ]
