from django.db import migrations

from ampera.apps.audit.triggers import append_only, refuse


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("audit_event"),
        refuse("audit_claim", "claim_never_goes", on="DELETE"),
        refuse(
            "audit_claim",
            "claim_answer_never_changes",
            on="UPDATE",
            when='OLD.answer IS NOT NULL OR NEW.key <> OLD.key OR NEW.payload <> OLD.payload OR NEW."by" <> OLD."by"',
        ),
    ]
