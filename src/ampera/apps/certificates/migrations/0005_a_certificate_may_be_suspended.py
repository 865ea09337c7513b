import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from ampera.apps.audit.triggers import append_only, made_again, refuse

OTHERS = (
    "SELECT count(*) FROM certificates_statusevent AS e WHERE e.credential_id = NEW.credential_id AND e.kind"
)
OPEN = f"(({OTHERS} = 'suspended') > ({OTHERS} = 'reinstated'))"


GUARDS = append_only("certificates_statusevent")


class Migration(migrations.Migration):
    dependencies = [("certificates", "0004_a_certificate_is_reissued_under_a_corrected_name")]
    operations = [
        made_again(GUARDS, on_the_way_back=True),
        migrations.AddField(
            model_name="statuslist",
            name="beside",
            field=models.OneToOneField(
                help_text="The revocations' list.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspensions",
                to="certificates.statuslist",
            ),
        ),
        migrations.AddConstraint(
            model_name="statuslist",
            constraint=models.CheckConstraint(
                condition=Q(("beside", None), ("purpose", "revocation"))
                | Q(("beside__isnull", False), ("purpose", "suspension")),
                name="status_list_of_suspensions_stands_beside_revocations",
            ),
        ),
        migrations.AlterField(
            model_name="statusevent",
            name="kind",
            field=models.CharField(
                choices=[("revoked", "Revoked"), ("suspended", "Suspended"), ("reinstated", "Reinstated")],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="statusevent", name="credential_revoked_once"),
        migrations.AddConstraint(
            model_name="statusevent",
            constraint=models.UniqueConstraint(
                condition=Q(("kind", "revoked")), fields=("credential",), name="credential_revoked_once"
            ),
        ),
        made_again(GUARDS),
        refuse(
            "certificates_statusevent",
            "status_events_take_turns",
            on="INSERT",
            when=f"({OTHERS} = 'revoked') > 0 OR (NEW.kind = 'suspended' AND {OPEN})"
            f" OR (NEW.kind = 'reinstated' AND NOT {OPEN})",
        ),
    ]
