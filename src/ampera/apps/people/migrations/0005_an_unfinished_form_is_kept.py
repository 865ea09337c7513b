import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_a_role_names_its_partner_by_code")]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                (
                    "in_person",
                    models.BooleanField(
                        help_text="A volunteer fills it in for somebody who gets no account."
                    ),
                ),
                ("notice_at", models.DateTimeField()),
                (
                    "sealed",
                    models.BinaryField(
                        default=bytes, help_text="AES-256-GCM, bound to this row; emptied once sent."
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        help_text="Who fills it in.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
        ),
    ]
