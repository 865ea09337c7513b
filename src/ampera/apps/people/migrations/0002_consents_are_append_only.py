from django.db import migrations

from ampera.apps.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("people_consent"),
    ]
