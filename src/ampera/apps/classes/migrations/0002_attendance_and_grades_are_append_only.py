from django.db import migrations

from ampera.apps.audit.triggers import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("classes", "0001_initial"),
        ("audit", "0001_initial"),
    ]
    operations = [
        *append_only("classes_attendance"),
        *append_only("classes_grade"),
    ]
