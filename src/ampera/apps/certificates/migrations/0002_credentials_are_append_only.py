from django.db import migrations

from ampera.apps.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("certificates_credential"),
        *append_only("certificates_statusevent"),
    ]
