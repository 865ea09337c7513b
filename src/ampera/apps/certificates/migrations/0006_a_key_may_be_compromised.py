from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("certificates", "0005_a_certificate_may_be_suspended")]
    operations = [
        migrations.AlterField(
            model_name="key",
            name="sealed",
            field=models.BinaryField(
                help_text="Private key, AES-256-GCM under AMPERA_SIGNING_KEY; empty if AMPERA_SIGNER keeps it."
            ),
        ),
        migrations.AddField(
            model_name="key",
            name="compromised_at",
            field=models.DateTimeField(help_text="What it signed from then on is not believed.", null=True),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=Q(("compromised_at", None)) | Q(("retired_at__isnull", False)),
                name="key_compromised_signs_nothing_more",
            ),
        ),
    ]
