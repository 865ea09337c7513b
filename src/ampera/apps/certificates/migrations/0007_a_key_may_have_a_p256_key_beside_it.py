from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("certificates", "0006_a_key_may_be_compromised")]
    operations = [
        migrations.AddField(
            model_name="key",
            name="es256",
            field=models.CharField(
                blank=True,
                default="",
                db_default="",
                help_text="The P-256 key beside it, for VC-JWTs (zDn…); or none.",
                max_length=80,
            ),
        ),
        migrations.AddField(
            model_name="key",
            name="es256_sealed",
            field=models.BinaryField(
                blank=True,
                default=bytes,
                db_default=b"",
                help_text="Its private key, sealed in the same way.",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=Q(("es256", ""), ("es256_sealed", b""))
                | Q(("es256", ""), _negated=True) & Q(("es256_sealed", b""), _negated=True),
                name="key_p256_is_kept_whole",
            ),
        ),
    ]
