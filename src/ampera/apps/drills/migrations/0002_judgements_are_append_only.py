from django.db import migrations

from ampera.apps.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("drills", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("drills_judgement"),
    ]
