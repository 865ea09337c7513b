import django.db.models.deletion
from django.db import migrations, models

from ampera.apps.audit.triggers import append_only, made_again

GUARDS = append_only("certificates_credential")


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_a_holder_withdraws_a_page")]
    operations = [
        made_again(GUARDS, on_the_way_back=True),
        migrations.CreateModel(
            name="Reissue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("proposed_by", models.CharField(max_length=80)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_by", models.CharField(blank=True, max_length=80)),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="credential",
            name="credential_one_per_sitting",
        ),
        migrations.AddField(
            model_name="credential",
            name="edition",
            field=models.PositiveSmallIntegerField(
                default=1, help_text="2 and up: reissued for a corrected name; the one before is revoked."
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                fields=("sitting", "edition"), name="credential_one_per_sitting_and_edition"
            ),
        ),
        migrations.AddField(
            model_name="reissue",
            name="new",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reissue_of",
                to="certificates.credential",
            ),
        ),
        migrations.AddField(
            model_name="reissue",
            name="old",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reissue",
                to="certificates.credential",
            ),
        ),
        migrations.AddConstraint(
            model_name="reissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", ""),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="reissue_confirmed_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="reissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_at__isnull", True), ("confirmed_by", ""), ("new__isnull", True)),
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("new__isnull", False),
                        models.Q(("confirmed_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="reissue_confirmed_whole_or_not_at_all",
            ),
        ),
        made_again(GUARDS),
    ]
